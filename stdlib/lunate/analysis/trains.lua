--- Spike trains, one by one: intervals, their variability, rates around events, bursts, latencies.
-- @module lunate.analysis.trains
local Q = require "lunate.quantity"
local array = require "lunate.array"
local input = require "lunate.analysis.input"
local recording = require "lunate.recording"

local M = {}

local nan = -(0 / 0) -- without a sign in print

-- f(intervals) of each neuron, as an array; nan where there are fewer than `least` intervals.
local function of_each(what, spikes, least, f)
  local p, out = input.own(what, spikes), {}
  for k, train in ipairs(p.trains) do
    local d = input.intervals(train)
    out[k] = #d >= least and f(d) or nan
  end
  return input.array(input.merge(p, out), Q.dimensionless)
end

--- The mean rate, or with { window =, step =, kernel = } the rate in time; see lunate.spikes (Dayan and
-- Abbott 2001, Theoretical Neuroscience, 1.2).
-- @param spikes recorded spikes, `ln.spikes` or a list of trains
-- @tab[opt] opts from, to, window, step, kernel
-- @return a rate; or array of rates, array of times
function M.rate(spikes, opts)
  if recording.is_spikes(spikes) then return spikes:rate(opts) end
  return input.data("rate", spikes):rate(opts)
end

--- All inter-spike intervals, neuron by neuron. Those of a recording stay where its spikes are until all are wanted (see
-- `array:gather`).
-- @param spikes recorded spikes, `ln.spikes` or a list of trains
-- @return array of times
function M.isi(spikes)
  if recording.is_spikes(spikes) then return spikes:isi() end
  return input.data("isi", spikes):isi()
end

--- The coefficient of variation of each neuron's intervals: standard deviation (over n) by mean (Softky and Koch 1993,
-- J Neurosci 13:334). nan of fewer than two intervals. 1 for a Poisson process, 0 for a clock.
-- @param spikes recorded spikes, `ln.spikes` or a list of trains
-- @return array, a number a neuron
function M.cv(spikes)
  return of_each("cv", spikes, 2, function(d)
    local a = input.array(d)
    return a:sd() / a:mean()
  end)
end

--- CV2, the local coefficient of variation: the mean of 2 |b - a| / (b + a) over neighbouring intervals a, b (Holt et al.
-- 1996, J Neurophysiol 75:1806). nan of fewer than two intervals.
-- @param spikes recorded spikes, `ln.spikes` or a list of trains
-- @return array, a number a neuron
function M.cv2(spikes)
  return of_each("cv2", spikes, 2, function(d)
    local sum = 0
    for k = 2, #d do sum = sum + 2 * math.abs(d[k] - d[k - 1]) / (d[k] + d[k - 1]) end
    return sum / (#d - 1)
  end)
end

--- LV, local variation: 3/(n - 1) times the sum of ((a - b)/(a + b))^2 over neighbours among n intervals (Shinomoto et al.
-- 2003, Neural Comput 15:2823). nan of fewer than two intervals.
-- @param spikes recorded spikes, `ln.spikes` or a list of trains
-- @return array, a number a neuron
function M.lv(spikes)
  return of_each("lv", spikes, 2, function(d)
    local sum = 0
    for k = 2, #d do sum = sum + ((d[k] - d[k - 1]) / (d[k] + d[k - 1])) ^ 2 end
    return 3 * sum / (#d - 1)
  end)
end

--- Fano factor (Fano 1947, Phys Rev 72:26): variance (over n - 1) by mean of the counts in windows one after the other. nan
-- where a neuron is silent or there are fewer than two windows.
-- @param spikes recorded spikes, `ln.spikes` or a list of trains
-- @tab opts window (a time)
-- @return array, a number a neuron
function M.fano(spikes, opts)
  opts = input.options("fano", opts, { window = true })
  local p, window, out = input.own("fano", spikes), input.positive("fano", opts, "window"), {}
  for k, train in ipairs(p.trains) do
    local c = input.array(input.counts(train, p, window))
    out[k] = #c > 1 and c:var() * #c / (#c - 1) / c:mean() or nan
  end
  return input.array(input.merge(p, out), Q.dimensionless)
end

--- Peri-stimulus time histogram (Gerstein and Kiang 1960, Biophys J 1:15): the rate of a neuron around events, mean over
-- events and neurons.
-- @param spikes recorded spikes, `ln.spikes` or a list of trains
-- @param events a time, array or list of times
-- @tab opts before, after (times around an event, default 0 and 100 ms), bin (default 1 ms)
-- @return array of rates; array of times, the middles of the bins, from the event
function M.psth(spikes, events, opts)
  opts = input.options("psth", opts, { before = true, after = true, bin = true })
  local p, times = input.own("psth", spikes), input.times("psth: the events", events)
  if #times == 0 then error("psth needs at least one event", 0) end
  local bin = input.positive("psth", opts, "bin", 1e-3)
  local before, after = input.seconds("before", opts.before, 0), input.seconds("after", opts.after, 0.1)
  local n = math.floor((before + after) / bin + 1e-9)
  if n < 1 then error("psth: there is no bin between before and after", 0) end
  local counts, half = {}, p.dt and p.dt / 2 or 0
  for k = 1, n do counts[k] = 0 end
  for _, train in ipairs(p.trains) do
    for _, event in ipairs(times) do
      for i = input.lower_bound(train, event - before - half), #train do
        local k = math.floor((train[i] + half - event + before) / bin + 1e-9) + 1
        if k > n then break end
        if k >= 1 then counts[k] = counts[k] + 1 end
      end
    end
  end
  counts = input.total(p, counts)
  local middles = {}
  for k = 1, n do middles[k] = (k - 0.5) * bin - before end
  local rates = input.array(counts) / (#times * math.max(#p.trains, 1) * bin)
  return array.wrap(rates, input.hertz), input.array(middles, input.second)
end

--- First-spike latency (VanRullen et al. 2005, Trends Neurosci 28:1): from each event to the neuron's next spike (at the event
-- or later). nan where none comes.
-- @param spikes recorded spikes, `ln.spikes` or a list of trains
-- @param events a time, array or list of times
-- @tab[opt] opts within (a time): later spikes do not count
-- @return array of times, neurons by events
function M.latency(spikes, events, opts)
  opts = input.options("latency", opts, { within = true })
  local p, times = input.own("latency", spikes), input.times("latency: the events", events)
  local within = opts.within and input.positive("latency", opts, "within") or math.huge
  local n, half = #times, p.dt and p.dt / 2 or 0
  local columns = {}
  for j, event in ipairs(times) do
    columns[j] = {}
    for k, train in ipairs(p.trains) do
      local t = train[input.lower_bound(train, event - half)]
      columns[j][k] = t and t - event <= within and t - event or nan
    end
    columns[j] = input.array(input.merge(p, columns[j]), input.second)
  end
  return n > 0 and array.stack(columns):transpose() or array.wrap(array.zeros(#p.trains, 0), input.second)
end

--- Bursts: runs of at least so many spikes with intervals up to a limit (Chiappalone et al. 2005, Neurocomputing 65:653).
-- @param spikes recorded spikes, `ln.spikes` or a list of trains
-- @tab opts interval (the largest within a burst, default 10 ms), spikes (at least, default 3)
-- @treturn table a list a neuron, of {start, stop, count}
function M.bursts(spikes, opts)
  opts = input.options("bursts", opts, { interval = true, spikes = { "integer" } })
  local limit, least = input.positive("bursts", opts, "interval", 0.01), opts.spikes or 3
  if least < 2 then error("bursts: a burst has at least 2 spikes", 0) end
  local p, found = input.own("bursts", spikes), { {}, {}, {} } -- starts, stops, counts: lists, one a train
  for k, train in ipairs(p.trains) do
    local first, starts, stops, counts = 1, {}, {}, {}
    for i = 1, #train do
      if i == #train or train[i + 1] - train[i] > limit * (1 + 1e-9) then
        if i - first + 1 >= least then
          starts[#starts + 1], stops[#stops + 1], counts[#counts + 1] = train[first], train[i], i - first + 1
        end
        first = i + 1
      end
    end
    found[1][k], found[2][k], found[3][k] = starts, stops, counts
  end
  for part = 1, 3 do found[part] = input.lists(p, found[part]) end
  local out = {}
  for k = 1, #p.trains do
    out[k] = {}
    for i, start in ipairs(found[1][k]) do
      local stop, count = found[2][k][i], found[3][k][i] // 1 | 0
      out[k][i] = { start = Q.new(start, input.second), stop = Q.new(stop, input.second), count = count }
    end
  end
  return out
end

return M
