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

--- Neurons that spike at given times, used as the model of a population:
-- `net:population(3, ln.spike_source{ indices = {1, 2, 2}, times = {1*ms, 2*ms, 5*ms} })`.
-- @tab def indices (1-based) and times, lists or arrays of the same length, in any order. A time is rounded to steps
-- as Brian2 does; a neuron spikes at most once a step.
M.spike_source = guard.wrap("ln.spike_source", function(def)
  options.check("ln.spike_source", def, { indices = true, times = true, name = { "string" } })
  if def.indices == nil or def.times == nil then error("ln.spike_source needs indices and times", 0) end
  local indices = values.numbers(def.indices, "indices")
  local times, dim = values.numbers(def.times, "times")
  if #indices ~= #times then
    error(("ln.spike_source: %d indices, but %d times"):format(#indices, #times), 0)
  end
  if #times > 0 and dim ~= second then
    error(("ln.spike_source: times are in %s, expected s"):format(tostring(dim)), 0)
  end
  local out = { name = def.name or "spike source" }
  out.schedule = function(_, n, dt, name) return M.schedule(indices, times, n, dt, name) end
  return setmetatable(out, SpikeSource)
end)

function SpikeSource.__tostring() return "spikes at given times" end

--- Sorted steps and neurons of given times, checked.
function M.schedule(indices, times, n, dt, name)
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
  return out
end

local PoissonInput = { __name = "Poisson input" }
PoissonInput.__index = PoissonInput

--- The sum of n private Poisson trains a target neuron, as the source of a projection without connector:
-- `net:project(ln.poisson_input{ n = 1000, rate = 8*Hz }, exc, { transmit = "I += w", w = 87.8*pA })`.
-- @tab def n (default 1); rate of each train: a quantity, an array (one a target) or an expression of the target's
-- variables, evaluated when it is given (`input.rate = …` gives another)
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
