--- Homeostatic structural plasticity: neurons grow and retract synaptic elements until their activity is what they want,
-- and synapses form where elements are vacant (Butz & van Ooyen 2013).
--
-- A neuron's calcium Ca follows its spikes, dCa/dt = -Ca/tau_Ca, + beta_Ca a spike, so that its mean is beta_Ca tau_Ca times
-- the rate. Each kind of element (`axon`, `dendrite`, or whatever they are called; a number z of the neuron) grows by
--
--    dz/dt = nu (2 exp(-((Ca - xi)/zeta)^2) - 1),  xi = (eta + epsilon)/2,  zeta = |epsilon - eta|/(2 sqrt(ln 2)),  z >= 0
--
-- which is nu in the middle and 0 at eta and at epsilon: elements grow between the two and retract outside. With
-- eta < epsilon a neuron is at rest at epsilon: more activity takes elements away, less gives new ones (so for excitation;
-- for inhibition, eta > epsilon of dendritic elements grows them where there is too much).
--
-- Every so often synapses follow the elements, floor(z) of them: a neuron with fewer elements than synapses loses as many,
-- chosen at random (axonal ones first, then dendritic ones), which leaves the other side's element vacant; then vacant
-- axonal and vacant dendritic elements are paired at random, a synapse each.
--
--    local cell = ln.structural.neuron(lif, { axon = { target = 5*Hz }, dendrite = { target = 5*Hz } })
--    local p = net:population(1000, cell)
--    local s = net:project(p, p, { connect = ln.bernoulli(0), transmit = "v += w", w = 0.1*mV, delay = 1*ms })
--    local growing = ln.structural.plasticity(net, s, { every = 100*ms })
--    net:run(200*second)
--    print(#s, growing.created, growing.deleted)
--
-- Reference: Butz & van Ooyen 2013, PLoS Comput Biol 9:e1003259; as NEST's structural plasticity (Diaz-Pier et al. 2016,
-- Front Neuroinform 10:57), whose names and typical values are kept. NEST's `growth_rate` in 1/ms is `nu`, its `eps` is
-- `epsilon`.
-- @module lunate.structural
local Q = require "lunate.quantity"
local guard = require "lunate.guard"
local neuron = require "lunate.neuron"
local options = require "lunate.options"
local population = require "lunate.population"
local projection = require "lunate.projection"
local random = require "lunate.random"

local M = {}

local second, Hz = Q.units.second, Q.units.Hz
local time, frequency = Q.dim_of(second), Q.dim_of(Hz)

-- ---------------------------------------------------------------- elements

local function quantity(what, x, dim, expected)
  if not (type(x) == "number" or Q.is(x)) or Q.dim_of(x) ~= dim then
    error(("%s must be %s, got %s"):format(what, expected, Q.is(x) and tostring(x) or type(x)), 0)
  end
  return Q.value_of(x)
end

-- A level of calcium: a number, or the rate that gives it in the mean.
local function level(what, x, per_hertz)
  if Q.is(x) and Q.dim_of(x) == frequency then return Q.value_of(x) * per_hertz end
  if type(x) ~= "number" then
    error(("%s is a rate such as 5*Hz or a level of calcium, a number; got %s"):format(what, tostring(x)), 0)
  end
  return x
end

local element_options = { target = true, epsilon = true, eta = true, nu = true, initial = true }

-- The statement that grows an element in a step, and its parameters.
local function element(name, def, per_hertz, step, parameters)
  local what = "ln.structural.neuron: " .. name
  if type(name) ~= "string" or not name:find "^[%a_][%w_]*$" then
    error(("ln.structural.neuron: elements are {name = {target = …}}, got %s"):format(tostring(name)), 0)
  end
  options.check(what, def, element_options)
  if (def.target == nil) == (def.epsilon == nil) then error(what .. ": give target (or epsilon, which is the same)", 0) end
  local epsilon = level(what .. ": target", def.target == nil and def.epsilon or def.target, per_hertz)
  local eta = level(what .. ": eta", def.eta or 0, per_hertz)
  local nu = quantity(what .. ": nu", def.nu or 0.1 / second, frequency, "a rate such as 0.1/second")
  if epsilon == eta then error(what .. ": eta and target must differ", 0) end
  local xi, zeta = name .. "_xi", name .. "_zeta"
  parameters[xi], parameters[zeta] = (eta + epsilon) / 2, math.abs(epsilon - eta) / (2 * math.sqrt(math.log(2)))
  parameters[name .. "_step"] = nu * step
  return ("%s = max(%s + %s_step*(2*exp(-((Ca - %s)/%s)**2) - 1), 0)"):format(name, name, name, xi, zeta)
end

local neuron_settings = { tau_Ca = true, beta_Ca = true, step = true }

--- A neuron model with calcium and synaptic elements.
--
-- The model gets the variables `Ca` (no unit) and one for each kind of element, which can be read, set and recorded as
-- any other. Its own integration stays as it is: elements are advanced every `step` by Euler's method.
-- @param model `ln.neuron{…}` with a threshold
-- @tab def kinds of elements by name, `axon = { target = 5*Hz, eta = 0, nu = 0.1/second, initial = 0 }`: target (or epsilon)
-- and eta as rates or as levels of calcium, nu the greatest growth (in elements a second), initial the number at first;
-- and tau_Ca (10 s), beta_Ca (calcium a spike, 0.001), step (10 ms)
-- @treturn model
M.neuron = guard.wrap("ln.structural.neuron", function(model, def)
  if not neuron.is(model) then
    error(("ln.structural.neuron takes a model made by ln.neuron, got a %s"):format(type(model)), 0)
  end
  if type(def) ~= "table" then error(("ln.structural.neuron takes a table of elements, got a %s"):format(type(def)), 0) end
  if not model.definition.threshold then error("ln.structural.neuron: the model has no threshold: it never spikes", 0) end
  local tau = quantity("ln.structural.neuron: tau_Ca", def.tau_Ca or 10 * second, time, "a time such as 10*second")
  local beta = def.beta_Ca or 0.001
  local step = def.step or 0.01 * second
  quantity("ln.structural.neuron: beta_Ca", beta, Q.dimensionless, "a number, such as 0.001")
  quantity("ln.structural.neuron: step", step, time, "a time such as 10*ms")
  local own, equations, statements = model.definition, { "dCa/dt = -Ca/tau_Ca : 1" }, {}
  local parameters, initial = { tau_Ca = tau * second, beta_Ca = beta }, {}
  for name, item in pairs(own.initial or {}) do initial[name] = item end
  local names = {}
  for name in pairs(def) do
    if not neuron_settings[name] then names[#names + 1] = name end
  end
  table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
  if #names == 0 then error("ln.structural.neuron: no elements are given, such as axon = {target = 5*Hz}", 0) end
  for _, name in ipairs(names) do
    statements[#statements + 1] = element(name, def[name], tau * beta, Q.value_of(step), parameters)
    equations[#equations + 1] = name .. " : 1"
    initial[name] = def[name].initial
  end
  local every = {}
  for k, item in ipairs(own.every or {}) do every[k] = item end
  every[#every + 1] = { step, table.concat(statements, "; ") }
  return model:with {
    equations = own.equations .. "\n" .. table.concat(equations, "\n"), parameters = parameters, every = every,
    reset = (own.reset and own.reset .. "\n" or "") .. "Ca += beta_Ca", initial = initial,
  }
end)

-- ---------------------------------------------------------------- synapses

local Plasticity = { __name = "structural plasticity" }
local methods = {}
local private = setmetatable({}, { __mode = "k" })

-- The populations on one side, in the order of the projections: {population (whole), elements (view), projections, n}.
local function sides(list, side, name)
  local out, by_population = {}, {}
  for _, proj in ipairs(list) do
    local whole = proj[side].whole
    if #proj[side] < #whole then
      error(("ln.structural.plasticity: %s of %s is a slice: elements belong to whole populations"):format(side, proj.name), 0)
    end
    local known, elements = pcall(whole.variable, whole, name)
    if not known then
      error(("ln.structural.plasticity: %s of %s has no elements '%s': make its model by ln.structural.neuron"):format(side,
        proj.name, name), 0)
    end
    local entry = by_population[whole]
    if not entry then
      entry = { population = whole, elements = elements, projections = {}, n = #whole }
      by_population[whole], out[#out + 1] = entry, entry
    end
    entry.projections[#entry.projections + 1] = proj
  end
  return out
end

local function degrees_of(proj, side) return (side == "pre" and proj:outdegree() or proj:indegree()):raw() end

-- For one side: how many elements there are, and how many of them are in synapses.
local function survey(entry, side)
  local z, bound, degrees = entry.elements:gather():raw(), {}, {}
  for k, proj in ipairs(entry.projections) do degrees[k] = degrees_of(proj, side) end
  for i = 1, entry.n do
    bound[i] = 0
    for k = 1, #degrees do bound[i] = bound[i] + math.tointeger(degrees[k][i]) end
  end
  return z, bound, degrees
end

-- Deals n synapses that a neuron loses out among its projections, each synapse as likely as any other.
local function deal(n, i, degrees, bound, lost)
  local left, total = {}, bound
  for k = 1, #degrees do left[k] = math.tointeger(degrees[k][i]) end
  for _ = 1, n do
    local pick, k = math.random(total), 1
    while pick > left[k] do
      pick, k = pick - left[k], k + 1
    end
    left[k], total = left[k] - 1, total - 1
    lost[k][i] = lost[k][i] + 1
  end
end

-- Synapses beyond the elements of one side go.
local function retract(entry, side)
  local z, bound, degrees = survey(entry, side)
  local lost, any = {}, false
  for k = 1, #entry.projections do
    lost[k] = {}
    for i = 1, entry.n do lost[k][i] = 0 end
  end
  for i = 1, entry.n do
    local excess = bound[i] - math.max(math.floor(z[i]), 0)
    if excess > 0 then
      any = true
      deal(excess, i, degrees, bound[i], lost)
    end
  end
  local removed = 0
  for k, proj in ipairs(any and entry.projections or {}) do
    removed = removed + proj:prune { [side == "pre" and "outgoing" or "incoming"] = lost[k] }
  end
  return removed
end

-- The vacant elements of one side, as a shuffled list of {entry, neuron}, one after the other.
local function vacant(list, side)
  local of, neuron_of = {}, {}
  for e, entry in ipairs(list) do
    local z, bound = survey(entry, side)
    for i = 1, entry.n do
      for _ = 1, math.max(math.floor(z[i]), 0) - bound[i] do of[#of + 1], neuron_of[#neuron_of + 1] = e, i end
    end
  end
  for k = #of, 2, -1 do
    local q = math.random(k)
    of[k], of[q], neuron_of[k], neuron_of[q] = of[q], of[k], neuron_of[q], neuron_of[k]
  end
  return of, neuron_of
end

-- Pairs vacant elements; what no projection joins, and a neuron with itself, stays vacant.
local function form(s)
  local from, i = vacant(s.sources, "pre")
  local to, j = vacant(s.targets, "post")
  local pre, post = {}, {}
  for k = 1, #s.projections do pre[k], post[k] = {}, {} end
  for k = 1, math.min(#from, #to) do
    local source, target = s.sources[from[k]], s.targets[to[k]]
    local p = s.joining[from[k]][to[k]]
    local itself = i[k] == j[k] and source.population == target.population
    if p and (s.autapses or not itself) then pre[p][#pre[p] + 1], post[p][#post[p] + 1] = i[k], j[k] end
  end
  local created, ln = 0, require "lunate"
  for p, proj in ipairs(s.projections) do
    if #pre[p] > 0 then created = created + proj:grow(ln.pairs(pre[p], post[p]), { multapses = s.multapses }) end
  end
  return created
end

--- Brings the synapses to what the elements are now.
-- @treturn int synapses created
-- @treturn int synapses deleted
methods.update = guard.wrap("update", function(self)
  local s = private[self]
  s.updates = s.updates + 1
  local created, deleted = 0, 0
  random.with_stream(s.serial, s.updates, function()
    for _, entry in ipairs(s.sources) do deleted = deleted + retract(entry, "pre") end
    for _, entry in ipairs(s.targets) do deleted = deleted + retract(entry, "post") end
    created = form(s)
  end)
  s.created, s.deleted = s.created + created, s.deleted + deleted
  return created, deleted
end)

--- Ends it: the synapses stay as they are.
methods.stop = guard.wrap("stop", function(self)
  local s = private[self]
  if s.cancel then s.cancel() end
  s.cancel = nil
end)

Plasticity.__index = guard.wrap("field", function(self, key)
  local s = private[self]
  if methods[key] then return methods[key] end
  if key == "created" or key == "deleted" or key == "updates" then return s[key] end
  if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
  error(("structural plasticity has no '%s'%s"):format(tostring(key), options.hint(key, { "created", "deleted", "stop",
    "update", "updates" })), 0)
end)

function Plasticity:__tostring()
  local s = private[self]
  return ("structural plasticity of %d projection%s: %d synapses created, %d deleted"):format(#s.projections,
    #s.projections == 1 and "" or "s", s.created, s.deleted)
end
Plasticity.__complete = function() return { "created", "deleted", "stop", "update", "updates" } end
Plasticity.__help = "Structural plasticity: s.created and s.deleted count synapses; s:update() acts now, s:stop() ends it."

-- By source and target population, the projection that joins them.
local function joining(list, sources, targets)
  local out = {}
  for a, source in ipairs(sources) do
    out[a] = {}
    for b, target in ipairs(targets) do
      for p, proj in ipairs(list) do
        if proj.pre.whole == source.population and proj.post.whole == target.population then
          if out[a][b] then
            error(("ln.structural.plasticity: %s and %s join the same populations: which of them grows?"):format(
              list[out[a][b]].name, proj.name), 0)
          end
          out[a][b] = p
        end
      end
    end
  end
  return out
end

local counter = 0

--- Lets synapses follow the elements, every so often while the network runs.
--
-- Several projections share their elements: with `{ee, ei}` a vacant axonal element of an excitatory neuron finds dendritic
-- ones of both populations. Delays and values of new synapses are those of `net:project`.
-- @param net the network
-- @param projections one, or a list; all from and to whole populations that have the elements
-- @tab opts every (a time, 100 ms); axon and dendrite (the names of the elements of sources and targets, "axon" and
-- "dendrite"); autapses (false); multapses (true: two neurons can have several synapses)
-- @treturn structural plasticity, with `created` and `deleted` (numbers of synapses so far), `update()`, `stop()`
M.plasticity = guard.wrap("ln.structural.plasticity", function(net, projections, opts)
  opts = options.check("ln.structural.plasticity", opts or {}, { every = true, axon = { "string" }, dendrite = { "string" },
    autapses = { "boolean" }, multapses = { "boolean" } })
  local list = projection.is(projections) and { projections } or projections
  if type(list) ~= "table" or #list == 0 then
    error("ln.structural.plasticity takes a projection or a list of them: plasticity(net, proj, {…})", 0)
  end
  for _, proj in ipairs(list) do
    if not projection.is(proj) or not population.is(proj.pre) then
      error(("ln.structural.plasticity takes projections between populations, got %s"):format(tostring(proj)), 0)
    end
  end
  counter = counter + 1
  local sources, targets = sides(list, "pre", opts.axon or "axon"), sides(list, "post", opts.dendrite or "dendrite")
  local s = {
    projections = list, sources = sources, targets = targets, joining = joining(list, sources, targets),
    autapses = opts.autapses or false, multapses = opts.multapses ~= false, serial = counter << 32 | 0x5eed,
    created = 0, deleted = 0, updates = 0,
  }
  local self = setmetatable({}, Plasticity)
  private[self] = s
  s.cancel = net:every(opts.every or 0.1 * second, function() self:update() end)
  return self
end)

return require("lunate.options").strict("ln.structural", M)
