--- Statements that a script has run every so often: `pop:every(10*ms, "I = 5*randn()*mV")`, of slices too, and
-- `proj:every(1*s, "w *= 0.99")`.
-- @module lunate.chore
local Q = require "lunate.quantity"
local options = require "lunate.options"
local runtime = require "lunate.runtime"
local unit = require "lunate.unit"

local M = {}

local second = Q.dim_of(Q.units.second)

-- The places of a step where they can run, as the kernel numbers them (chore.h).
local SLOTS = {
  before_start = 0, start = 1, after_start = 2, before_groups = 2, after_groups = 3, before_thresholds = 3,
  after_thresholds = 4, before_synapses = 4, after_synapses = 5, before_resets = 5, after_resets = 6, before_end = 6,
  ["end"] = 6, after_end = 6,
}
local LATE = 3 -- the thresholds have been compared by then
local NAMES = "before_start, start, before_groups, after_groups, after_thresholds, before_synapses, after_synapses, "
  .. "before_resets, after_resets, end"

local function period_in_steps(net, what, period)
  if not (Q.is(period) and Q.dim_of(period) == second) then
    error(("%s: expected a time and statements, as in every(10*ms, \"w *= 0.9\"), got %s"):format(what, tostring(period)), 0)
  end
  local ratio = Q.value_of(period) / net.dt
  local steps = math.floor(ratio + 0.5)
  if not (steps >= 1 and steps < 2 ^ 30 and math.abs(ratio - steps) <= 1e-6 * steps) then
    error(("%s: statements every %s, but that is not a multiple of dt = %s"):format(what, tostring(period),
      tostring(Q.new(net.dt, second))), 0)
  end
  return math.tointeger(steps)
end

local function slot_of(what, when)
  local slot = SLOTS[when == nil and "start" or when]
  if not slot then
    error(("%s: nothing can run at '%s'; when is one of %s"):format(what, tostring(when), NAMES), 0)
  end
  return slot
end

-- The checked request: steps, slot and options of it.
local function request(net, what, period, text, opts)
  local steps = period_in_steps(net, what, period)
  if type(text) ~= "string" then
    error(("%s: expected statements in quotes, got a %s (net:every calls Lua functions)"):format(what, type(text)), 0)
  end
  opts = options.check(what, opts or {}, { when = { "string" }, order = { "integer" }, parameters = { "table" } })
  return steps, slot_of(what, opts.when), opts
end

-- Adds it to the kernel's network; what is returned ends it.
local function add(net, what, spec)
  runtime.collective(what)
  local chore = net.kernel:chore(spec)
  return function()
    runtime.collective("stop " .. what)
    chore:stop()
  end
end

local function numbers_of(parameters)
  local out = {}
  for k, par in ipairs(parameters) do out[k] = par.value end
  return out
end

local function tables_of(tables, from)
  local out = {}
  for k = from, #tables do
    local t = tables[k].value
    out[#out + 1] = { t.values, t.rows, t.columns, t.step }
  end
  return out
end

--- Statements of a population or slice; p: its inner record.
function M.neurons(p, period, text, opts)
  local what = ("every of %s"):format(p.name)
  if not p.ir then error(("%s: its spikes are given; it has no variables"):format(what), 0) end
  local steps, slot, checked = request(p.net, what, period, text, opts)
  local compiled = unit.neuron_chore { model = p.model.unit, statements = text, parameters = checked.parameters,
    late = slot == LATE }
  runtime.collective("compile " .. what)
  return add(p.net, what, {
    population = p.kernel, lo = p.lo, hi = p.hi, code = unit.load(compiled), par = numbers_of(compiled.ir.parameters),
    tables = tables_of(compiled.ir.tables, #p.ir.tables + 1), every = steps, when = slot, order = checked.order,
  })
end

-- The definition of a projection with the statements and their parameters.
local function with(definition, period, text, parameters, what)
  local out, every, all = {}, {}, {}
  for key, value in pairs(definition) do out[key] = value end
  for k, item in ipairs(definition.every or {}) do every[k] = item end
  for name, value in pairs(definition.parameters or {}) do all[name] = value end
  for name, value in pairs(parameters or {}) do
    if all[name] ~= nil then error(("%s: '%s' is a parameter of the projection already: leave it out"):format(what, name), 0) end
    all[name] = value
  end
  every[#every + 1] = { period, text }
  out.every, out.parameters = every, all
  return out
end

--- Statements at the synapses of a projection; p: its inner record; `signals_of(ir)`: what of signals the code reads.
function M.synapses(p, period, text, opts, signals_of)
  local what = ("every of %s"):format(p.name)
  if p.drive then error(("%s: a Poisson input has no synapses"):format(what), 0) end
  local steps, slot, checked = request(p.net, what, period, text, opts)
  local compiled = unit.synapse_chore(with(p.definition, period, text, checked.parameters, what), p.ir)
  local number, from = {}, {}
  for k, par in ipairs(p.ir.parameters) do number[par.name] = k - 1 end
  for k, par in ipairs(compiled.ir.parameters) do from[k] = number[par.name] or -1 end
  runtime.collective("compile " .. what)
  return add(p.net, what, {
    projection = p.kernel, code = unit.load(compiled), par = numbers_of(compiled.ir.parameters), from = from,
    tables = tables_of(compiled.ir.tables, 1), signals = signals_of(compiled.ir), every = steps, when = slot,
    order = checked.order,
  })
end

return M
