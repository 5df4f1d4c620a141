--- Conformance cases of the library's models: each is a table, from which the same network is built here and, by
-- make_model_references.py, in Brian2, which gets the model's own equations, parameters and initial values.
--
--     run { "adex", n = 6, duration = 200*ms, values = { I_ext = { 0.5*nA, 0.1*nA } }, inputs = { I_exc = 300*pA },
--           variables = { "v", "w" } }
--
-- * [1] the model; `model` its options; `dt` (default 0.1 ms); `n` neurons; `method`, where another than the model's
-- * values: a variable has { base, slope }: base + slope*k in neuron k = 1 … n
-- * inputs: spike sources add weights of this size to a variable (20 sources, probability 0.5, delay 0.8 ms)
-- * spikes = false: where the threshold draws random numbers and spikes do nothing to the states
-- * distribution = true: compared in distribution, spike counts, intervals and variables at the end, in `n` neurons here and
--   three times as many in Brian2
-- * variables: compared every millisecond (`every` for another time) and at the end; spikes where the model has any
--
-- With the environment variable LUNATE_DESCRIBE it prints all this as JSON, and runs nothing.
local ln = require "lunate"
local Q = require "lunate.quantity"
local here = arg[0]:match "^.*/" or ""
local compare = dofile(here .. "compare.lua")

local M = {}

local SOURCES, SPIKES, P, DELAY = 20, 12, 0.5, 0.8 -- spike sources, spikes of each, probability, ms

local function sorted(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

-- ---------------------------------------------------------------- as JSON

local function json(x)
  if type(x) == "number" then return ("%.17g"):format(x) end
  if type(x) == "boolean" then return tostring(x) end
  if type(x) == "string" then
    return '"' .. x:gsub('[\\"]', "\\%0"):gsub("\n", "\\n"):gsub("\t", " ") .. '"'
  end
  if Q.is(x) then
    local dim, exponents = Q.dim_of(x), {}
    for k = 1, 7 do exponents[k] = json(dim[k]) end
    return ('{"value": %.17g, "dim": [%s]}'):format(Q.value_of(x), table.concat(exponents, ", "))
  end
  local out = {}
  if #x > 0 then
    for k, y in ipairs(x) do out[k] = json(y) end
    return "[" .. table.concat(out, ", ") .. "]"
  end
  for k, key in ipairs(sorted(x)) do out[k] = json(key) .. ": " .. json(x[key]) end
  return "{" .. table.concat(out, ", ") .. "}"
end

local function describe(case, model)
  local d = model.definition
  print(json {
    equations = d.equations, threshold = case.spikes ~= false and d.threshold or false, reset = d.reset or "",
    refractory = d.refractory or false, distribution = case.distribution or false, every = d.every or {},
    method = d.method or "exact", parameters = d.parameters, initial = d.initial or {},
    events = d.events or {}, on = d.on or {}, n = case.n, dt = case.dt / ln.second,
    duration = case.duration / ln.second, sampled = case.every / ln.second, values = case.values or {},
    inputs = case.inputs or {}, variables = case.variables, sources = SOURCES, spikes = SPIKES, p = P, delay = DELAY * 1e-3,
  })
end

-- ---------------------------------------------------------------- in Lunate

local function start_values(case)
  local out = {}
  for name, line in pairs(case.values or {}) do
    out[name] = function(k) return line[1] + line[2] * k end
  end
  return out
end

local function drive(case, net, p)
  if not case.inputs then return end
  local source = net:population(SOURCES, compare.trains(SOURCES, SPIKES, case.duration, 1))
  for k, variable in ipairs(sorted(case.inputs)) do
    local i, j = compare.pairs(SOURCES, case.n, P, 2 * k)
    net:project(source, p, { connect = ln.pairs(i, j), transmit = variable .. "_post += w_syn", delay = DELAY * ln.ms,
      w_syn = compare.list(#i, function(l) return (0.5 + compare.u(2 * k + 1, l)) * case.inputs[variable] end) })
  end
end

function M.run(case)
  local name = case[1]
  case.n, case.dt, case.every = case.n or 5, case.dt or 0.1 * ln.ms, case.every or 1 * ln.ms
  local options = {}
  for key, value in pairs(case.model or {}) do options[key] = value end
  options.method = case.method
  local model = ln.models[name](options)
  if os.getenv "LUNATE_DESCRIBE" then return describe(case, model) end

  local test = compare.case("model_" .. (case.name or name))
  local net = ln.network { dt = case.dt, seed = 7 }
  local p = net:population(case.n, model, start_values(case))
  drive(case, net, p)
  local spikes = model.definition.threshold and case.spikes ~= false and net:record(p, "spikes")
  if case.distribution then
    net:run(case.duration)
    test:distribution("spikes", compare.counts(spikes))
    test:distribution("intervals", compare.intervals(spikes, math.huge))
    for _, variable in ipairs(case.variables) do test:distribution(variable, p[variable]:gather()) end
    return test:finish()
  end
  local neurons = case.n == 1 and { 1 } or { 1, (case.n + 1) // 2, case.n }
  local states = net:record(p, case.variables, { every = case.every, neurons = neurons })
  net:run(case.duration)
  if spikes then test:spikes("p", spikes) end
  test:trace("p", states, case.variables)
  test:final("p", p, case.variables)
  test:finish()
end

return M
