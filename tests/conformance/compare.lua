--- What the conformance cases share: the numbers that look like chance, and the comparison with Brian2's.
--
-- A case builds the network that the function of its name in make_references.py builds, and hands its recordings to
-- `case:spikes`, `case:trace` and `case:final`, which look up the sections of reference/<case>.txt. States must agree
-- to 1e-9 of their size (of 1e-3 of the variable's largest value where they cross zero), spikes to the step.
-- Cases with random numbers are compared by `case:distribution`.
-- `case:finish` prints one line, or raises an error that lists the first differences. Every section must be asked for.
local ln = require "lunate"

local M = {}

local here = arg[0]:match "^.*/" or ""
local TOLERANCE, SHOWN = 1e-9, 10
local DEVIATE, KOLMOGOROV = 3.89, 2.225 -- what one sample in 10,000 exceeds

-- ---------------------------------------------------------------- as in make_references.py

--- The finaliser of MurmurHash3 on 32-bit integers.
function M.hash32(x)
  x = x & 0xffffffff
  x = ((x ~ (x >> 16)) * 0x85ebca6b) & 0xffffffff
  x = ((x ~ (x >> 13)) * 0xc2b2ae35) & 0xffffffff
  return x ~ (x >> 16)
end

--- [0, 1): number k (from 0) of a stream.
function M.u(stream, k) return M.hash32(stream * 0x9e3779b1 + k) / 2.0^32 end

--- 0 .. n - 1.
function M.below(n, stream, k) return math.floor(M.u(stream, k) * n) end

--- Each pair (from 1) with probability p, by source, then target.
function M.pairs(n_pre, n_post, p, stream)
  local i, j = {}, {}
  for k = 0, n_pre * n_post - 1 do
    if M.u(stream, k) < p then i[#i + 1], j[#j + 1] = k // n_post + 1, k % n_post + 1 end
  end
  return i, j
end

--- Spike times: neuron i's k-th falls somewhere in the k-th of per_neuron equal windows.
function M.trains(n, per_neuron, duration, stream)
  local indices, times, window = {}, {}, duration / per_neuron
  for k = 0, n * per_neuron - 1 do
    indices[k + 1] = k // per_neuron + 1
    times[k + 1] = (k % per_neuron) * window + M.u(stream, k) * (window - 1 * ln.ms)
  end
  return ln.spike_source { indices = indices, times = times }
end

--- f(0), f(1), …, f(n - 1).
function M.list(n, f)
  local out = {}
  for k = 1, n do out[k] = f(k - 1) end
  return out
end

-- ---------------------------------------------------------------- reading a reference

local function words(line)
  local out = {}
  for word in line:gmatch "%S+" do out[#out + 1] = math.tointeger(tonumber(word)) or tonumber(word) or word end
  return out
end

local function read(path)
  local sections = {}
  local lines = assert(io.open(path)):lines()
  local function take(n)
    local out = {}
    for k = 1, n do out[k] = words(assert(lines(), path .. " ends early")) end
    return out
  end
  assert(lines():find "^# ", path)
  for line in lines do
    local head = words(line)
    if head[1] == "spikes" then
      sections[("spikes %s"):format(head[2])] = { rows = take(head[3]) }
    elseif head[1] == "trace" then
      sections[("trace %s.%s"):format(head[2], head[3])] = {
        every = head[4], rows = take(head[5]), neurons = table.move(head, 6, #head, 1, {}),
      }
    elseif head[1] == "final" then
      sections[("final %s.%s"):format(head[2], head[3])] = { rows = take(head[4]) }
    elseif head[1] == "sample" then
      sections[("sample %s"):format(head[2])] = {
        n = head[3], mean = head[4], variance = head[5], fourth = head[6], rows = take(head[7]),
      }
    else
      error(("%s: unknown section '%s'"):format(path, line))
    end
  end
  return sections
end

-- ---------------------------------------------------------------- comparing

local Case = {}
Case.__index = Case

--- The case called name, whose reference is read.
function M.case(name)
  return setmetatable({
    name = name, sections = read(("%sreference/%s.txt"):format(here, name)), differences = {}, compared = 0, worst = 0,
  }, Case)
end

local function take_section(case, key)
  local section = assert(case.sections[key], ("%s: no section '%s'"):format(case.name, key))
  case.sections[key] = nil
  return section
end

local function differ(case, ...)
  case.differences[#case.differences + 1] = string.format(...)
end

--- Spikes of a recording, step by step.
function Case:spikes(name, recording)
  local rows = take_section(self, "spikes " .. name).rows
  local got = recording:gather()
  local steps, neurons = got.steps, got.neurons
  local k = 0
  for _, row in ipairs(rows) do
    for place = 2, #row do
      k = k + 1
      self.compared = self.compared + 1
      if k > #steps then
        return differ(self, "spikes of %s: %d, and no more; Brian2 has one of neuron %d at step %d", name, #steps,
          row[place], row[1])
      elseif steps[k] ~= row[1] or neurons[k] ~= row[place] then
        return differ(self, "spikes of %s: number %d is of neuron %d at step %d; Brian2's of %d at %d", name, k,
          neurons[k], steps[k], row[place], row[1])
      end
    end
  end
  if #steps > k then
    differ(self, "spikes of %s: %d; Brian2 has %d", name, #steps, k)
  end
end

-- Rows of numbers in SI units against got(row, column); where names the place for the message.
local function states(case, what, rows, got, where)
  local largest = 0
  for _, row in ipairs(rows) do
    for _, x in ipairs(row) do largest = math.max(largest, math.abs(x)) end
  end
  for r, row in ipairs(rows) do
    for c, x in ipairs(row) do
      local y = got(r, c)
      local scale = math.max(math.abs(x), 1e-3 * largest)
      local off = y == x and 0 or math.abs(y - x) / scale
      case.compared, case.worst = case.compared + 1, math.max(case.worst, off)
      if off > TOLERANCE or off ~= off then
        return differ(case, "%s at %s: %.17g; Brian2 has %.17g", what, where(r, c), y, x)
      end
    end
  end
end

--- Variables recorded every so often: `neurons` and `every` are as make_references.py recorded them.
function Case:trace(name, recording, variables)
  for _, variable in ipairs(variables) do
    local section = take_section(self, ("trace %s.%s"):format(name, variable))
    local n = #section.neurons
    local values = recording[variable]:raw():flat()
    if #values ~= #section.rows * n then
      differ(self, "%s of %s: %d values recorded; Brian2 has %d", variable, name, #values, #section.rows * n)
    else
      states(self, ("%s of %s"):format(variable, name), section.rows, function(r, c) return values[(r - 1) * n + c] end,
        function(r, c) return ("step %d, neuron %d"):format((r - 1) * section.every, section.neurons[c]) end)
    end
  end
end

--- Variables of all neurons or synapses at the end.
function Case:final(name, object, variables)
  for _, variable in ipairs(variables) do
    local section = take_section(self, ("final %s.%s"):format(name, variable))
    local values = object[variable]:gather():raw()
    if #values ~= #section.rows then
      differ(self, "%s of %s: %d values; Brian2 has %d", variable, name, #values, #section.rows)
    else
      states(self, ("%s of %s"):format(variable, name), section.rows, function(r) return values[r] end,
        function(r) return ("the end, number %d"):format(r) end)
    end
  end
end

--- Arrays that belong to no object (`numbers` in prompt_references.py), by name.
function Case:numbers(name, lists)
  for key, values in pairs(lists) do
    self:final(name, { [key] = { gather = function() return values end } }, { key })
  end
end

-- Mean, variance and fourth central moment.
local function moments(x)
  local n, mean, variance, fourth = #x, 0, 0, 0
  for _, v in ipairs(x) do mean = mean + v / n end
  for _, v in ipairs(x) do
    variance = variance + (v - mean)^2 / n
    fourth = fourth + (v - mean)^4 / n
  end
  return mean, variance, fourth
end

-- How many values of a sorted list are at most x.
local function at_most(sorted, x)
  local low, high = 0, #sorted
  while low < high do
    local middle = (low + high + 1) // 2
    if sorted[middle] <= x then low = middle else high = middle - 1 end
  end
  return low
end

--- A sample (an array or list) against Brian2's of stochastic_references.py: means and variances by a normal deviate, the
-- distributions by Kolmogorov's and Smirnov's test. What is the same fails in one of 10,000 for each of the three; seeds
-- are fixed, so that a case that passes always does.
function Case:distribution(name, values)
  local reference = take_section(self, "sample " .. name)
  local x = {}
  if type(values) == "table" and not ln.array.is(values) then
    for k, v in ipairs(values) do x[k] = v end
  else
    for k, v in values:raw():flat():iterate() do x[k] = v end
  end
  local n, m = #x, reference.n
  self.compared = self.compared + n
  local mean, variance, fourth = moments(x)
  local function small(what, got, want, error_squared)
    local deviate = got == want and 0 or (got - want) / math.sqrt(error_squared)
    self.deviate = math.max(self.deviate or 0, math.abs(deviate))
    if math.abs(deviate) >= DEVIATE or deviate ~= deviate then
      differ(self, "%s of %s: %.5g; Brian2 has %.5g, %.1f standard errors apart", what, name, got, want, deviate)
    end
  end
  small("mean", mean, reference.mean, variance / n + reference.variance / m)
  small("variance", variance, reference.variance,
    (fourth - variance^2) / n + (reference.fourth - reference.variance^2) / m)
  table.sort(x)
  local distance, place = 0, 0
  for _, row in ipairs(reference.rows) do
    local d = math.abs(at_most(x, row[1]) / n - row[2])
    if d > distance then distance, place = d, row[1] end
  end
  local scaled = distance * math.sqrt(n * m / (n + m))
  self.distance = math.max(self.distance or 0, scaled)
  if scaled > KOLMOGOROV then
    differ(self, "distribution of %s: %.4f from Brian2's at %.5g (%.2f in units of sqrt(n m/(n + m)))", name, distance, place,
      scaled)
  end
end

--- Prints the outcome; an error when anything differed.
function Case:finish()
  for key in pairs(self.sections) do differ(self, "section '%s' was not compared", key) end
  if #self.differences > 0 then
    local shown = table.move(self.differences, 1, math.min(#self.differences, SHOWN), 1, {})
    error(("%s differs from Brian2:\n  %s"):format(self.name, table.concat(shown, "\n  ")), 0)
  end
  if self.distance then
    return print(("%s: ok, %d numbers distributed as Brian2 has them (at most %.1f standard errors, a distance of %.2f)")
      :format(self.name, self.compared, self.deviate, self.distance))
  end
  print(("%s: ok, %d numbers as Brian2 has them (states within %.1e)"):format(self.name, self.compared, self.worst))
end

-- ---------------------------------------------------------------- what the stochastic cases measure

--- Spikes of each neuron in [from, to) (times; the whole run by default).
function M.counts(recording, from, to)
  if not from then return recording:counts() end
  return recording:counts { from = from, to = to }
end

--- Steps between successive spikes of a neuron, neuron by neuron, the first 20,000 or `most`.
function M.intervals(recording, most)
  local g, trains, out = recording:gather(), {}, {}
  local steps, neurons = g.steps, g.neurons
  local largest = 0
  for k = 1, #steps do
    local n = neurons[k]
    trains[n] = trains[n] or {}
    table.insert(trains[n], steps[k])
    largest = math.max(largest, n)
  end
  for n = 1, largest do
    for k = 2, #(trains[n] or {}) do
      if #out == (most or 20000) then return out end
      out[#out + 1] = trains[n][k] - trains[n][k - 1]
    end
  end
  return out
end

-- ---------------------------------------------------------------- cells of the cases of learning

--- Integrate-and-fire neurons that fire by themselves, each at its own rate.
function M.driven_cells(net, n, stream, drive)
  local ms, mV = ln.ms, ln.mV
  return net:population(n, ln.neuron {
    equations = [[
      dv/dt = (E_L - v + g + I)/tau_m : volt
      dg/dt = -g/tau_s : volt
      I : volt (constant)
    ]],
    threshold = "v > v_th", reset = "v = v_r", method = "exact",
    parameters = { tau_m = 15*ms, tau_s = 4*ms, E_L = -70*mV, v_th = -55*mV, v_r = -65*mV },
  }, { name = "p", v = -70*mV, I = M.list(n, function(k) return drive*(1 + M.u(stream, k)) end) })
end

--- Two groups of integrate-and-fire neurons that fire by themselves, of 8 (stream) and of 6 (stream + 1), with refractory
-- times of 2 and 1 ms.
function M.two_groups(net, stream)
  local ms = ln.ms
  local function group(n, name, of_group, refractory)
    return net:population(n, ln.neuron {
      equations = [[
        dv/dt = (drive - v)/tau : 1 (unless refractory)
        drive : 1
      ]],
      threshold = "v > 1", reset = "v = 0", refractory = refractory, method = "exact", parameters = { tau = 8*ms },
    }, { name = name, drive = M.list(n, function(k) return 1.1 + 0.9*M.u(of_group, k) end) })
  end
  return group(8, "a", stream, 2*ms), group(6, "b", stream + 1, 1*ms)
end

-- ---------------------------------------------------------------- the benchmarks' connections

--- Every one of n neurons, of which the first is `first` (from 0), sends to 80 of the 4,000.
function M.brette_pairs(first, n)
  local i, j = {}, {}
  for k = 0, n * 80 - 1 do
    i[k + 1], j[k + 1] = k // 80 + 1, M.below(4000, 1, first * 80 + k) + 1
  end
  return ln.pairs(i, j)
end

return M
