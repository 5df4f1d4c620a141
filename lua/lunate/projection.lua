--- Projections: synapses from one population to another. Made by `net:project`.
-- @module lunate.projection
local Q = require "lunate.quantity"
local array = require "lunate.array"
local chore = require "lunate.chore"
local clock = require "lunate.clock"
local connector = require "lunate.connector"
local guard = require "lunate.guard"
local input = require "lunate.projection.input"
local onto = require "lunate.projection.onto"
local options = require "lunate.options"
local parameters = require "lunate.projection.parameters"
local repeats = require "lunate.projection.repeats"
local private = require "lunate.projection.inner"
local rewiring = require "lunate.projection.rewiring"
local rule = require "lunate.rule"
local runtime = require "lunate.runtime"
local specs = require "lunate.projection.spec"
local states = require "lunate.states"
local synaptic = require "lunate.projection.values"
local turns = require "lunate.turns"
local unit = require "lunate.unit"
local views = require "lunate.projection.views"

local M = {}

local Projection = { __name = "projection" }

function M.is(x) return getmetatable(x) == Projection end
function M.inner(x) return private[x] end

local second = Q.dim_of(Q.units.second)

local methods = {}
for name, method in pairs(rewiring) do methods[name] = method end

--- All synapses: arrays `pre`, `post` (1-based; of a slice, within it), `delay` and one for every per-synapse variable
-- asked for, sorted by source, target, delay; where pathways have delays of their own that differ between synapses, also
-- `delays`, a table of arrays by pathway. The same on every rank.
-- @param ... names of variables
methods.gather = guard.wrap("gather", function(self, ...)
  local p = private[self]
  p.net:prepare()
  runtime.collective("gather " .. p.name)
  local out = {}
  local i, j, delay = p.kernel:gather(-1)
  out.pre, out.post = array.wrap(i - (p.pre.lo - 1)), array.wrap(j - (p.post.lo - 1))
  out.delay = array.wrap(delay * p.net.dt, second)
  for _, var in ipairs(p.ir.variables) do
    if var.delays then
      local _, _, _, steps = p.kernel:gather(var.index)
      out.delays = out.delays or { [p.ir.pathways[1].name] = out.delay }
      out.delays[var.delays] = array.wrap(steps * p.net.dt, second)
    end
  end
  for _, name in ipairs { ... } do
    local var = p.ir.by_name[name]
    if not var then error(("%s has no variable '%s'"):format(p.name, tostring(name)), 0) end
    local _, _, _, value = p.kernel:gather(var.index)
    out[name] = array.wrap(value, var.dim)
  end
  return out
end)

--- The variables of all synapses, by name: arrays in the order of `gather`, or of what is stored once one number or quantity.
-- @tab[opt] names a list of variables, subexpressions too; by default all that can be set
methods.states = guard.wrap("states", function(self, names)
  return states.read(self, private[self].ir, names, private[self].name .. ":states")
end)

--- Sets variables by name, with what `states` gave, or anything that a variable can be set to.
-- @tab t
methods.set_states = guard.wrap("set_states", function(self, t)
  states.write(self, private[self].ir, t, private[self].name .. ":set_states")
end)

--- The number of synapses on all ranks.
methods.count = guard.wrap("count", function(self)
  local p = private[self]
  p.net:prepare()
  runtime.collective("count " .. p.name)
  return p.kernel:count()
end)

-- Population and variable of each signal that the code of a synapse reads.
local function signals_of(p, ir)
  local out = {}
  for k, slot in ipairs(ir.signals) do
    local s = p.net.signals[slot.name]
    out[k] = { s.inner.kernel, s.var.index }
  end
  return out
end

--- Runs statements at all synapses every so often, as `every` of `net:project` does, at multiples of the period from the
-- beginning of the network's time. What they write is one value a synapse: given so, or declared in the equations.
-- @param period a time, a multiple of the network's dt
-- @string statements as of a rule's `every`
-- @tab[opt] opts parameters (more constants and timed arrays), when and order as of a population's `every`
-- @treturn function that ends it
methods.every = guard.wrap("every", function(self, period, statements, opts)
  local p = private[self]
  return chore.synapses(p, period, statements, opts, function(ir) return signals_of(p, ir) end)
end)

local attributes = {
  name = function(p) return p.name end,
  dt = function(p) return Q.new((p.drive and p.post or p).clock.dt, second) end,
  pre = function(p) return p.pre_object end,
  post = function(p) return p.post_object end,
  plastic = function(p) return #p.ir.rules > 0 and p.kernel:plastic() end,
  rule = function(p)
    if #p.ir.rules == 0 then error(("projection %s has no learning rule"):format(p.name), 0) end
    return p.rules[1]
  end,
  rules = function(p) return p.rules end,
  delay = function(p) return views.delays(p) end,
}

local function unknown(p, key)
  local names = {}
  for _, var in ipairs(p.ir.variables) do names[#names + 1] = var.name end
  for _, par in ipairs(p.ir.parameters) do names[#names + 1] = par.name end
  error(("projection %s has no variable or parameter '%s'%s"):format(p.name, tostring(key), options.hint(key, names)), 0)
end

guard.methods("proj", Projection, methods)

Projection.__index = guard.wrap("field", function(self, key)
  local p = private[self]
  local var = p.ir.by_name[key]
  if var and not p.drive then return views.view(p, var) end
  local k, par = parameters.find(p, key)
  if k then return Q.new(p.kernel:parameter(k), par.dim) end
  if methods[key] then return methods[key] end
  if attributes[key] then return attributes[key](p) end
  if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
  unknown(p, key)
end)

Projection.__newindex = guard.wrap("field", function(self, key, value)
  local p = private[self]
  if p.drive then
    if key ~= "rate" then error(("input %s: only its rate can be set"):format(p.name), 0) end
    return input.set_rate(p, value)
  end
  local var = p.ir.by_name[key]
  if var then return synaptic.fill(p, var, value) end
  if key == "plastic" then return parameters.set_plastic(p, value) end
  if key == "delay" then return views.set_delay(p, value) end
  local k, par = parameters.find(p, key)
  if not k then unknown(p, key) end
  parameters.set(p, key, k, par, value)
end)

Projection.__len = function(self) return self:count() end

Projection.__tostring = function(self)
  local p = private[self]
  return ("projection %s: %s, %s"):format(p.name, p.connect_text, (p.transmit:gsub("%s*\n%s*", "; ")))
end

Projection.__complete = function(self)
  local out = { "count", "delay", "dt", "every", "gather", "grow", "indegree", "name", "outdegree", "plastic", "pre", "post",
    "prune", "rule", "rules", "set_states", "states" }
  for _, var in ipairs(private[self].ir.variables) do
    if not var.hidden then out[#out + 1] = var.name end
  end
  table.sort(out)
  return out
end
Projection.__help = [[Synapses. proj.w is a view of a synaptic variable (proj.w:mean(), proj.w = ..., proj.w["i == 3"] = ...,
proj.w:at(3, 5)), proj.delay one of the delays; proj:gather("w") lists all synapses (pre, post, delay, w); #proj counts
them, proj:indegree() and :outdegree() by neuron; proj:prune(…) and proj:grow(…) remove and add some;
proj:every(1*ln.second, "w *= 0.99") runs statements at all; net:project(dopamine, proj, …) and net:project(proj, cells, …)
lead to its synapses and come from them; proj.rule.A_p is a parameter of the rule, proj.plastic whether it learns.]]

-- ---------------------------------------------------------------- making

local counter = 0

local function known_signals(net)
  local out = {}
  for name, s in pairs(net.signals) do out[name] = { dim = s.var.dim, type = s.var.type } end
  return out
end

-- By pathway beside the first: the neurons whose spikes pulse the signal that runs it, or false.
local function triggers_of(p)
  local out = {}
  for k = 2, #p.ir.pathways do
    local s = p.net.signals[p.ir.pathways[k].signal]
    local by = s and s.pulsed_by
    out[k - 1] = by and { by.kernel, by.lo, by.hi } or false
  end
  return out
end

-- Signals that run pathways here tell so when they are pulsed.
local function listen(p)
  for k, pathway in ipairs(p.ir.pathways) do
    local s = pathway.signal and p.net.signals[pathway.signal]
    if s then s.listeners[#s.listeners + 1] = function() p.kernel:pulse(k - 2, p.net.kernel:step()) end end
  end
end

-- The numbers of the synapse's run-time constants.
local function parameters_of(ir)
  local out = {}
  for k, par in ipairs(ir.parameters) do out[k] = par.value end
  return out
end

-- The timed arrays that the synapse reads.
local function tables_of(ir)
  local out = {}
  for k, tab in ipairs(ir.tables) do
    local timed = tab.value
    out[k] = { timed.values, timed.rows, timed.columns, timed.step }
  end
  return out
end

-- How many neurons of the target's model there are on a rank, as far as is known.
local function targets_of(net, post)
  local n = post.synapses and post.size or 0
  for _, object in ipairs(net.objects) do
    local same = post.model and object.whole_name and object.ir and object.model.unit.source == post.model.unit.source
    n = n + (same and object.size or 0)
  end
  return n / runtime.size
end

-- Which of N_incoming and N_outgoing the first values read.
local function degrees_of(pre, given)
  local out = {}
  for _, name in ipairs { "N_incoming", "N_outgoing" } do
    local read = false
    for _, value in pairs(given) do
      read = read or type(value) == "string" and value:find("%f[%w_]" .. name .. "%f[^%w_]") ~= nil
    end
    if read and pre then out[#out + 1] = name end
  end
  return out
end

local function compile(p, spec, pre, post, given, declared)
  local slices = synaptic.slices(pre, post)
  p.definition = {
    name = p.name, transmit = spec.transmit or spec.on_pre or pre and pre.synapses and "" or nil, on_post = spec.on_post,
    on_event = spec.on_event, on_signal = spec.on_signal,
    rules = specs.rules_of(p.name, spec), signals = known_signals(p.net), drive = spec.drive,
    every = rule.every(spec.every, "net:project " .. p.name), method = spec.method,
    equations = spec.equations, variables = declared, parameters = spec.parameters, functions = spec.functions,
    pre = pre and pre.ir, post = post.ir, precision = spec.precision or post.ir.precision,
    sizes = slices.sizes, first = slices.first, targets = targets_of(p.net, post), slow = p.clock.stride > 1,
    delays = specs.different_delays(spec.delay), order = type(spec.order) == "table" and spec.order or nil,
    degrees = degrees_of(pre, given),
  }
  local compiled = unit.synapse(p.definition)
  p.ir, p.par, p.tables = compiled.ir, parameters_of(compiled.ir), tables_of(compiled.ir)
  runtime.collective("compile " .. p.name)
  p.model = unit.load(compiled)
end

--- Adds a projection to a network's inner record; see `net:project`.
function M.add(net, pre_object, post_object, spec)
  local pre, post = specs.check_sides(net, pre_object, post_object)
  counter = counter + 1
  local p = {
    net = net, serial = counter, pre_object = pre_object, post_object = post_object, post = post, input = not pre and pre_object,
    name = spec and spec.name or ("%s→%s"):format(pre and pre.name or "input", post.name),
  }
  specs.check(p.name, spec, not pre, pre, post)
  if type(p.name) ~= "string" then error("net:project: name must be a string", 0) end
  p.clock = clock.of(net, spec.dt, "net:project " .. p.name)
  p.transmit = rule.text(spec.transmit or spec.on_pre or spec.drive or "no transmission")
  p.connect_text = not pre and tostring(pre_object) or type(spec.connect) == "function" and "a Lua function"
    or tostring(spec.connect):gsub("^connector ", "")
  local orders = pre and turns.check(p.name, spec.order)
  p.order = orders and orders.equations or 0
  local data = connector.is(spec.connect) and spec.connect.data
  local ctx = synaptic.context_of(p, pre, post, spec, nil)
  spec = repeats.expand(p, spec, ctx)
  local given, names = synaptic.variables_of(spec, data)
  compile(p, spec, pre, post, given, synaptic.declare(p, given, names, ctx))
  synaptic.check_names(p, spec, names)
  onto.attach(p, pre, post, spec)
  p.context = synaptic.context_of(p, pre, post, spec, p.ir)
  if not pre then
    input.add(p, net, pre_object, post, given, turns.number(spec.order, ("net:project %s: order"):format(p.name)))
  else
    local range = synaptic.range(pre, post)
    local delay, routes = specs.split_delay(p, spec.delay)
    specs.claim_sums(p, post)
    p.pre, p.given, p.delay = pre, given, spec.delay
    local connect_ctx = setmetatable({ context = "connect" }, { __index = p.context })
    local described = connector.describe(spec.connect, range, connect_ctx, counter, synaptic.needs_list(given, spec.delay))
    p.lists_pairs = described.n ~= nil
    function p.describe_delay(value)
      return synaptic.describe(value, "delay of " .. p.name, second, p.context, described, range, p.serial)
    end
    local kernel_spec = {
      name = p.name, pre = pre.kernel, post = post.kernel, pre_lo = pre.lo, pre_hi = pre.hi, post_lo = post.lo,
      post_hi = post.hi, synapse = p.model, par = p.par, connector = described,
      delay = p.describe_delay(delay),
      vars = synaptic.describe_all(p, given, described, range, spec.delay), route_delay = #routes > 0 and routes or nil,
      event = specs.event_number(p, pre, spec),
      signals = signals_of(p, p.ir), triggers = triggers_of(p), tables = p.tables, dt = p.clock.dt,
      order = turns.of_pathways(p, orders, post),
    }
    runtime.collective(("project %s by %s"):format(p.name, p.connect_text))
    p.kernel = net.kernel:projection(kernel_spec)
    listen(p)
  end
  p.rules = parameters.rule_views(p)
  net.objects[#net.objects + 1] = p
  local self = setmetatable({ __serial = runtime.serial() }, Projection)
  private[self] = p
  return self
end

return M
