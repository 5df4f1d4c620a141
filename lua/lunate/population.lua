--- Populations: named ranges of neurons of one model. Made by `net:population`.
-- @module lunate.population
local Q = require "lunate.quantity"
local chore = require "lunate.chore"
local clock = require "lunate.clock"
local options = require "lunate.options"
local guard = require "lunate.guard"
local runtime = require "lunate.runtime"
local sources = require "lunate.source"
local states = require "lunate.states"
local stored = require "lunate.population.values"
local turns = require "lunate.turns"
local unit = require "lunate.unit"
local values = require "lunate.values"

local M = {}

local second = Q.dim_of(Q.units.second)

local Population = { __name = "population" }
local private = setmetatable({}, { __mode = "k" })

M.linked, M.context = stored.linked, stored.context

--- The inner record of a population: {net, kernel, name, size, lo, hi, clock, ir, model, whole (the population, not a slice)}.
function M.inner(x) return private[x] end

function M.is(x) return getmetatable(x) == Population end

local function names_of(p)
  local out = {}
  if p.ir then
    for _, v in ipairs(p.ir.variables) do out[#out + 1] = v.name end
    for _, par in ipairs(p.ir.parameters) do out[#out + 1] = par.name end
  end
  return out
end

--- The neurons that a key names (see lunate.parts), as a list of numbers; nil or true: all. Collective where it is a condition.
-- @param pop a population
-- @param key a number, a list or array of numbers or of truth, a condition of what there is now
-- @string what names it in errors
function M.places(pop, key, what)
  local p, all = private[pop], {}
  if key ~= nil and key ~= true then return stored.choose(p, key, what).places() end
  for k = 1, p.hi - p.lo + 1 do all[k] = k end
  return all
end

local methods = {}

--- Neurons first to last (1-based, inclusive) as a population of their own: it can be connected, recorded and set
-- like any other; its neurons are numbered from 1.
methods.slice = guard.wrap("slice", function(self, first, last)
  local p = private[self]
  local n, a, b = p.hi - p.lo + 1, math.tointeger(first), math.tointeger(last)
  if not (a and b and a >= 1 and b >= a and b <= n) then
    error(("%s:slice(%s, %s): expected whole numbers 1 <= first <= last <= %d"):format(p.name, tostring(first),
      tostring(last), n), 0)
  end
  first, last = a, b
  local out = setmetatable({ __serial = runtime.serial() }, Population)
  local inner = {}
  for k, v in pairs(p) do inner[k] = v end
  inner.sliced = true
  inner.lo, inner.hi = p.lo + first - 1, p.lo + last - 1
  inner.name = ("%s[%d..%d]"):format(p.name, first, last)
  private[out] = inner
  return out
end)

--- Runs statements every so often, those that are Brian2's `run_regularly`: in a slice only its neurons, which count from 1 in
-- `i` and to its size in `N`. They are compiled, and run at multiples of the period from the beginning of the network's time.
-- @param period a time, a multiple of the network's dt
-- @string statements as of a model's `every`
-- @tab[opt] opts parameters (constants and timed arrays beside the model's); when, the place in the step (Brian2's slots:
-- "start", the default, before variables are recorded; "before_start", "before_groups", "after_groups" where the threshold does
-- not depend on it, "after_thresholds", "before_synapses", "after_synapses", "before_resets", "after_resets", "end"); order
-- among those of one place (a whole number, 0; those of one order by creation)
-- @treturn function that ends it
methods.every = guard.wrap("every", function(self, period, statements, opts)
  return chore.neurons(private[self], period, statements, opts)
end)

--- A variable by name, where it clashes with a method.
methods.variable = guard.wrap("variable", function(self, name)
  local p = private[self]
  local var = p.ir and p.ir.by_name[name]
  if not var then error(("%s has no variable '%s'"):format(p.name, tostring(name)), 0) end
  return stored.view(p, var)
end)

--- The variables of all neurons, by name: arrays, or of what all share one number or quantity.
-- @tab[opt] names a list of variables, subexpressions too; by default all that can be set
methods.states = guard.wrap("states", function(self, names)
  return states.read(self, private[self].ir, names, private[self].name .. ":states")
end)

--- Sets variables by name: `pop:set_states(t)` with what `states` gave, or anything that a variable can be set to.
-- @tab t
methods.set_states = guard.wrap("set_states", function(self, t)
  states.write(self, private[self].ir, t, private[self].name .. ":set_states")
end)

--- Other spikes for a population made of `ln.spike_source`, from now on: `pop:set_spikes { indices = …, times = …, period = … }`
-- (or another `ln.spike_source`). Times are those of the network; what is past by now does not come.
-- @param def as for `ln.spike_source`
methods.set_spikes = guard.wrap("set_spikes", function(self, def)
  local p = private[self]
  if not p.spikes then error(("%s: its spikes follow from its model; they cannot be given"):format(p.name), 0) end
  if p.lo ~= 1 or p.hi ~= p.size then error(("%s: spikes are given to the whole population"):format(p.name), 0) end
  M.give_spikes(p, sources.schedule_of(p.name .. ":set_spikes", def, p.size, p.clock.dt, p.name))
end)

--- Gives a population's inner record another schedule.
function M.give_spikes(p, schedule)
  runtime.collective("set spikes of " .. p.name)
  p.kernel:set_schedule(schedule)
  p.spikes.now = schedule
end

local attributes = {
  lastspike = stored.seen("lastspike", second),
  not_refractory = stored.seen("not_refractory", Q.dimensionless),
  name = function(p) return p.name end,
  size = function(p) return p.hi - p.lo + 1 end,
  dt = function(p) return Q.new(p.clock.dt, second) end,
  model = function(p) return p.model end,
  whole = function(p) return p.whole end, -- of a slice the population that it is a part of, else itself
}

guard.methods("pop", Population, methods)

Population.__index = guard.wrap("field", function(self, key)
  local p = private[self]
  local var = p.ir and p.ir.by_name[key]
  if var then return stored.view(p, var) end
  local k, par = stored.find_parameter(p, key)
  if k then return Q.new(p.kernel:parameter(k), par.dim) end
  if methods[key] then return methods[key] end
  if attributes[key] then return attributes[key](p) end
  if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
  error(("population %s has no variable or parameter '%s'%s"):format(p.name, tostring(key),
    options.hint(key, names_of(p))), 0)
end)

local function set_parameter(p, k, par, value)
  if values.kind(value) ~= "constant" then
    error(("%s of %s is one number for all neurons; to give each neuron its own, declare '%s : %s' in the equations")
      :format(par.name, p.name, par.name, tostring(par.dim)), 0)
  end
  local v = values.constant(value, ("%s of %s"):format(par.name, p.name), par.dim).a
  runtime.collective(("set %s of %s"):format(par.name, p.name))
  p.kernel:set_parameter(k, v)
end

Population.__newindex = guard.wrap("field", function(self, key, value)
  local p = private[self]
  local var = p.ir and p.ir.by_name[key]
  if var then return stored.fill(p, var, value, p.lo, p.hi) end
  local k, par = stored.find_parameter(p, key)
  if not k and p.ir and (key == "lastspike" or key == "not_refractory") then return stored.set_seen(p, key, value, p.lo, p.hi) end
  if not k then
    error(("population %s has no variable or parameter '%s'%s"):format(p.name, tostring(key),
      options.hint(key, names_of(p))), 0)
  end
  if p.lo ~= 1 or p.hi ~= p.size then
    error(("%s is a parameter of the whole population %s, not of a slice"):format(key, p.whole_name), 0)
  end
  set_parameter(p, k, par, value)
end)

Population.__len = function(self)
  local p = private[self]
  return p.hi - p.lo + 1
end

Population.__tostring = function(self)
  local p = private[self]
  local n = p.hi - p.lo + 1
  local what = p.ir and (" of model %s (%s)"):format(p.model.name, table.concat(names_of(p), ", ")) or ", spikes given"
  return ("population %s: %d neuron%s%s"):format(p.name, n, n == 1 and "" or "s", what)
end

Population.__complete = function(self)
  local out = names_of(private[self])
  for name in pairs(methods) do out[#out + 1] = name end
  for name in pairs(attributes) do out[#out + 1] = name end
  table.sort(out)
  return out
end
Population.__help = [[A population of neurons. pop.v is a view of a variable: read pop.v[7], pop.v:mean(), pop.v:gather();
set pop.v = -60*mV, an array, ln.normal(...), function(i) ... end, or "an expression". pop:slice(1, 100) is a population too;
its .whole is pop, and pop:every(10*ln.ms, "statements") runs some every so often.]]

local counter = 0

local reserved = { name = true, dt = true, order = true }

-- The names a population's options may set: its variables and parameters.
local function apply_options(self, p, opts)
  local given = {}
  for key, value in pairs(p.model.definition.initial or {}) do given[key] = value end
  for key, value in pairs(opts) do given[key] = value end
  opts = given
  local keys = {}
  for key in pairs(opts) do if not reserved[key] then keys[#keys + 1] = key end end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  local rank = { constant = 1, array = 2, distribution = 3, ["function"] = 4, expression = 5 }
  local function order(key)
    local var = p.ir and p.ir.by_name[key]
    return var and var.linked and 0 or rank[values.kind(opts[key])] or 9
  end
  table.sort(keys, function(a, b)
    if order(a) ~= order(b) then return order(a) < order(b) end
    return a < b
  end)
  for _, key in ipairs(keys) do
    local _, par = stored.find_parameter(p, key)
    if not par then self[key] = opts[key] end -- parameters were given at creation
  end
end

local function initial_parameters(p, opts)
  local par = {}
  for k, parameter in ipairs(p.ir.parameters) do
    local value = opts[parameter.name]
    if value == nil then
      par[k] = parameter.value
    else
      if values.kind(value) ~= "constant" then
        error(("%s of %s is one number for all neurons; to give each neuron its own, declare '%s : %s' in the equations")
          :format(parameter.name, p.name, parameter.name, tostring(parameter.dim)), 0)
      end
      par[k] = values.constant(value, ("%s of %s"):format(parameter.name, p.name), parameter.dim).a
    end
  end
  return par
end

-- How often the model's statements are run.
local function set_every(p)
  local dt = p.net.dt
  for k, item in ipairs(p.ir.every or {}) do
    local steps = math.floor(item.period / dt + 0.5)
    if steps < 1 or math.abs(item.period / dt - steps) > 1e-6 * steps then
      error(("population %s: statements every %s, but that is not a multiple of dt = %s"):format(p.name,
        tostring(Q.new(item.period, second)), tostring(Q.new(dt, second))), 0)
    end
    p.kernel:set_every(k - 1, steps)
  end
end

local function set_tables(p)
  for k, t in ipairs(p.ir.tables or {}) do
    local a = t.value
    p.kernel:set_table(k - 1, a.values, a.rows, a.columns, a.step)
  end
end

--- Adds a population to a network's inner record; see `net:population`.
function M.add(net, n, model, opts)
  counter = counter + 1
  local name = opts.name or ("population" .. counter)
  if type(name) ~= "string" then error("net:population: name must be a string", 0) end
  if math.type(n) ~= "integer" then
    local whole = type(n) == "number" and math.tointeger(n)
    if not whole then
      error(("net:population: the size of %s must be a whole number, got %s"):format(name,
        type(n) == "string" and ("the text %q"):format(n) or tostring(n)), 0)
    end
    n = whole
  end
  if n < 1 then error(("net:population: the size of %s must be at least 1, got %d"):format(name, n), 0) end
  local p = { net = net, name = name, whole_name = name, size = n, lo = 1, hi = n, model = model, serial = counter }
  p.clock = clock.of(net, opts.dt, "net:population " .. name)
  p.order = turns.number(opts.order, ("net:population: order of %s"):format(name))
  local loaded, par, schedule
  if model.schedule then
    schedule = model:schedule(n, p.clock.dt, name)
    p.spikes = { now = schedule } -- shared with slices
    options.check(("net:population: %s"):format(name), opts, { name = { "string" }, dt = true, order = { "integer" } })
  else
    p.ir = model.ir
    for key in pairs(opts) do
      if not reserved[key] and not p.ir.by_name[key] and not stored.find_parameter(p, key) then
        error(("population %s: the model %s has no variable or parameter '%s'%s"):format(name, model.name, tostring(key),
          options.hint(key, names_of(p))), 0)
      end
    end
    par = initial_parameters(p, opts)
    runtime.collective("compile " .. model.name)
    loaded = unit.load(model.unit)
  end
  runtime.collective(("population %s of %d"):format(name, n))
  p.kernel = net.kernel:population(name, n, loaded, par, schedule, p.clock.dt, p.order)
  net.objects[#net.objects + 1] = p
  local self = setmetatable({ __serial = runtime.serial() }, Population)
  private[self] = p
  p.whole = self
  if p.ir then
    set_tables(p)
    set_every(p)
    apply_options(self, p, opts)
  end
  return self
end

return M
