--- Sources that are not equations: spikes at given times, the sum of many Poisson trains; and values sampled in time.
-- @module lunate.source
local Q = require "lunate.quantity"
local guard = require "lunate.guard"
local options = require "lunate.options"
local values = require "lunate.values"

local M = {}

local second = Q.dim_of(Q.units.second)

local SpikeSource = { __name = "spike source" }
SpikeSource.__index = SpikeSource

-- Indices, times (s) and period (s, or nil) of a definition, checked as far as they can be without a population.
local function read_spikes(what, def)
  options.check(what, def, { indices = true, times = true, period = true, name = { "string" } })
  if def.indices == nil or def.times == nil then error(what .. " needs indices and times", 0) end
  local indices = values.numbers(def.indices, "indices")
  local times, dim = values.numbers(def.times, "times")
  if #indices ~= #times then
    error(("%s: %d indices, but %d times"):format(what, #indices, #times), 0)
  end
  if #times > 0 and dim ~= second then
    error(("%s: times are in %s, expected s"):format(what, tostring(dim)), 0)
  end
  local period = def.period
  if period == nil or period == 0 then return { indices = indices, times = times } end
  if Q.dim_of(period) ~= second or not (Q.value_of(period) >= 0 and Q.value_of(period) < math.huge) then
    error(("%s: period must be a time, got %s"):format(what, tostring(period)), 0)
  end
  return { indices = indices, times = times, period = Q.value_of(period) > 0 and Q.value_of(period) or nil }
end

--- Neurons that spike at given times, used as the model of a population:
-- `net:population(3, ln.spike_source { indices = { 1, 2, 2 }, times = { 1*ms, 2*ms, 5*ms } })`. Other spikes are given later by
-- `pop:set_spikes`.
-- @tab def indices (1-based) and times, lists or arrays of the same length, in any order; period (a time, a multiple of dt; they
-- come once where it is left out or 0), after which all come again: at times + k period. A time is rounded to steps as Brian2
-- does; a neuron spikes at most once a step.
M.spike_source = guard.wrap("ln.spike_source", function(def)
  local given = read_spikes("ln.spike_source", def)
  local out = { name = def.name or "spike source", period = given.period }
  out.schedule = function(_, n, dt, name) return M.schedule(given, n, dt, name) end
  return setmetatable(out, SpikeSource)
end)

function SpikeSource:__tostring()
  return "spikes at given times" .. (self.period and (", every %g ms"):format(self.period * 1e3) or "")
end

--- The schedule for a population's kernel of an `ln.spike_source` or of what it is made of.
-- @string what for errors
function M.schedule_of(what, def, n, dt, name)
  if getmetatable(def) == SpikeSource then return def:schedule(n, dt, name) end
  return M.schedule(read_spikes(what, def), n, dt, name)
end

-- A period in steps, all spikes being before its end.
local function period_in_steps(period, last, dt, name)
  if not period then return 0 end
  local steps = math.floor(period / dt + 0.5)
  local function time(x) return tostring(Q.new(x, second)) end
  if steps < 1 or math.abs(period / dt - steps) > 1e-6 * steps then
    error(("%s: the period of %s is not a multiple of dt = %s"):format(name, time(period), time(dt)), 0)
  elseif last and last >= steps then
    error(("%s: a spike at %s, but the period is %s: all spikes must be before its end"):format(name, time(last * dt),
      time(period)), 0)
  end
  return steps
end

--- Sorted steps and neurons of given times, checked: {step =, gid =, period = in steps}.
function M.schedule(given, n, dt, name)
  local indices, times = given.indices, given.times
  local order, step = {}, {}
  for k = 1, #times do
    local i, t = indices[k], times[k]
    if not (i == i // 1 and i >= 1 and i <= n) then
      error(("%s: spike %d is of neuron %g, but the neurons are 1 to %d"):format(name, k, i, n), 0)
    end
    if not (t >= 0 and t < math.huge) then
      error(("%s: spike %d is at %g s; times must not be negative"):format(name, k, t), 0)
    end
    order[k], step[k] = k, math.floor((t + 1e-3 * dt) / dt)
  end
  table.sort(order, function(a, b)
    if step[a] ~= step[b] then return step[a] < step[b] end
    if indices[a] ~= indices[b] then return indices[a] < indices[b] end
    return a < b
  end)
  local out = { step = {}, gid = {} }
  for k, place in ipairs(order) do
    out.step[k], out.gid[k] = step[place], indices[place]
    if k > 1 and out.step[k] == out.step[k - 1] and out.gid[k] == out.gid[k - 1] then
      error(("%s: neuron %d has two spikes in the step at %g ms"):format(name, out.gid[k], step[place] * dt * 1e3), 0)
    end
  end
  out.period = period_in_steps(given.period, out.step[#out.step], dt, name)
  return out
end

local PoissonInput = { __name = "Poisson input" }
PoissonInput.__index = PoissonInput

--- The sum of n private Poisson trains a target neuron, as the source of a projection without connector:
-- `net:project(ln.poisson_input{ n = 1000, rate = 8*Hz }, exc, { transmit = "I += w", w = 87.8*pA })`.
-- @tab def n (default 1); rate of each train: a quantity, an array (one a target), an expression of the target's variables,
-- evaluated when it is given (`input.rate = …` gives another) or, where the time or a timed array of the target's parameters
-- occurs in it, `"20*Hz*(1 + sin(2*pi*4*Hz*t))"`, in every step; or an `ln.timed_array`, with one column or one a target
M.poisson_input = guard.wrap("ln.poisson_input", function(def)
  options.check("ln.poisson_input", def, { n = { "number" }, rate = true })
  local n = def.n or 1
  if n < 0 or n ~= n or n == math.huge then error(("ln.poisson_input: n must not be negative, got %g"):format(n), 0) end
  if def.rate == nil then error("ln.poisson_input needs a rate", 0) end
  return setmetatable({ n = n, rate = def.rate }, PoissonInput)
end)

function PoissonInput:__tostring() return ("Poisson input: %g trains of %s"):format(self.n, tostring(self.rate)) end

function M.is_input(x) return getmetatable(x) == PoissonInput end

local TimedArray = { __name = "timed array" }
TimedArray.__index = TimedArray

--- Values sampled in time, given as a parameter and read in equations as `stim(t)`, or `stim(t, i)` with a column a
-- neuron: row k holds from (k-1)*dt to k*dt, the last row for ever.
-- @param x list or array of numbers or quantities; a list of lists (or 2-D array) is time by neuron
-- @param dt time a row
M.timed_array = guard.wrap("ln.timed_array", function(x, dt)
  if Q.dim_of(dt) ~= second or Q.value_of(dt) <= 0 then error("ln.timed_array: dt must be a positive time", 0) end
  local out = { timed_array = true, step = Q.value_of(dt), columns = 1, rows = #x, values = {} }
  if #x == 0 then error("ln.timed_array: no values", 0) end
  local first = x[1]
  if type(first) == "number" or Q.is(first) then
    out.values, out.dim = values.numbers(x, "the values")
  else
    out.columns = #first
    for row = 1, #x do
      local line, dim = values.numbers(x[row], ("row %d"):format(row))
      if #line ~= out.columns then
        error(("ln.timed_array: row %d has %d values, row 1 has %d"):format(row, #line, out.columns), 0)
      end
      if out.dim and dim ~= out.dim then error(("ln.timed_array: row %d is in another unit than row 1"):format(row), 0) end
      out.dim = dim
      for k = 1, #line do out.values[#out.values + 1] = line[k] end
    end
  end
  return setmetatable(out, TimedArray)
end)

function TimedArray:__tostring()
  return ("timed array: %d rows of %g ms, %d column%s [%s]"):format(self.rows, self.step * 1e3, self.columns,
    self.columns == 1 and "" or "s", tostring(self.dim))
end

return M
