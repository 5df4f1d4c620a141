--- Spikes for figures: reading recordings, counting in bins, intervals, correlations.
-- @module lunate.plot.spike_data
local Q = require "lunate.quantity"
local axes = require "lunate.plot.axis"
local data = require "lunate.plot.data"
local numerics = require "lunate.plot.numerics"

local M = {}

local second = Q.dim_of(Q.units.second)

local function is_one(x)
  return data.kind_of(x) == "spikes" or data.kind_of(x) == "table" and x.times ~= nil
end

-- {times, neurons (SI), size, name, from, to} of a recording, or of what :gather() gives.
local function read_one(x, what, k)
  local g = {}
  if data.kind_of(x) == "spikes" then
    local all = x:gather()
    g.name, g.size = x.population.name, #x.population
    g.from, g.to = x.from.value, x.to.value
    g.times, g.neurons = all.times:raw(), all.neurons:raw()
    return g
  end
  if not is_one(x) then data.refuse(x, what, "given a recording of spikes, or {times =, neurons =}") end
  local dim
  g.times, dim = data.numbers(x.times, what .. ": times")
  if dim ~= second and #g.times > 0 then error(("%s: times are in %s, expected s"):format(what, dim), 0) end
  if x.neurons == nil then
    g.neurons = {}
    for i = 1, #g.times do g.neurons[i] = 1 end
  else
    g.neurons = data.numbers(x.neurons, what .. ": neurons")
  end
  if #g.times ~= #g.neurons then
    error(("%s: there are %d times and %d neurons"):format(what, #g.times, #g.neurons), 0)
  end
  local lo, hi = numerics.range(g.times)
  local first, last = numerics.range(g.neurons)
  if first < 1 then error(("%s: neurons are numbered from 1, not %g"):format(what, first), 0) end
  g.name, g.size = type(x.name) == "string" and x.name or "spikes" .. (k > 1 and k or ""), math.max(last, 1) // 1 | 0
  g.from, g.to = math.min(lo, 0), math.max(hi, 0)
  return g
end

local function chosen(g, neurons)
  g.first, g.last = 1, g.size
  if neurons == nil then return end
  if data.kind_of(neurons) == "table" then
    g.first, g.last = data.whole(neurons[1], "neurons", 1, 1), data.whole(neurons[2], "neurons", 1, g.size)
  else
    g.last = data.whole(neurons, "neurons", 1)
  end
  g.last = math.min(g.last, g.size)
  if g.first > g.last then error(("%s has no neurons %d to %d"):format(g.name, g.first, g.last), 0) end
end

-- Only spikes within the window and of the chosen neurons. The end does not count, but it does for given times.
local function cut(g, from, to)
  local times, neurons = {}, {}
  for i = 1, #g.times do
    local t, n = g.times[i], g.neurons[i]
    if t >= from and t <= to and n >= g.first and n <= g.last then
      times[#times + 1], neurons[#neurons + 1] = t, n
    end
  end
  g.times, g.neurons = times, neurons
end

--- Reads one or several recordings, and cuts them to the options from, to and neurons. Collective.
-- @return list of {times, neurons, name, first, last}, from, to (in seconds)
function M.read(what, spikes, opts)
  local groups = {}
  local from, to = math.huge, -math.huge
  for k, x in ipairs(data.several(spikes, is_one)) do
    groups[k] = read_one(x, what, k)
    from, to = math.min(from, groups[k].from), math.max(to, groups[k].to)
  end
  if #groups == 0 then error(what .. " was given no recordings", 0) end
  from, to = data.number(opts.from, "from", second, from), data.number(opts.to, "to", second, to)
  if from > to then error(what .. ": the window ends before it begins", 0) end
  if from == to then to = from + (from == 0 and 1 or math.abs(from)) end
  for _, g in ipairs(groups) do
    chosen(g, opts.neurons)
    cut(g, from, to)
  end
  return groups, from, to
end

--- The names of recordings, for a summary.
function M.names(groups)
  local names = {}
  for k, g in ipairs(groups) do names[k] = g.name end
  return table.concat(names, ", ")
end

--- The size of a raster's dots: smaller, the more there are.
function M.dot(n, rows)
  local crowd = math.max(n / 4000, rows / 400)
  return crowd <= 1.5 and 0.32 or crowd <= 8 and 0.18 or 0.13
end

--- Lets a raster's neurons count from first + 1.
function M.shift(panel, first)
  for _, layer in ipairs(panel.layers) do
    for i = 1, #layer.y do layer.y[i] = layer.y[i] + first end
  end
  if not panel.opts.ylim then panel.y.low, panel.y.high = panel.y.low + first, panel.y.high + first end
end

--- A round bin of which about 200 fill the window.
function M.default_bin(span) return axes.step(span, 200) end

--- Spikes in each of n bins.
function M.bin(g, from, bin, n)
  local counts = {}
  for b = 1, n do counts[b] = 0 end
  for i = 1, #g.times do
    local b = math.floor((g.times[i] - from) / bin + 1e-9) + 1 -- a spike on an edge that rounding missed
    if b >= 1 and b <= n then counts[b] = counts[b] + 1 end
  end
  return counts
end

--- Inter-spike intervals in seconds, of a recording or as given. Collective for a recording.
function M.intervals(x, opts)
  if data.kind_of(x) == "spikes" then return x:isi { from = opts.from, to = opts.to }:raw() end
  if not is_one(x) then
    local list, dim = data.numbers(x, "the intervals")
    if dim ~= second and #list > 0 then error(("the intervals are in %s, expected s"):format(dim), 0) end
    return list
  end
  local groups = M.read("isi", x, opts)
  local out, last = {}, {}
  for i = 1, #groups[1].times do
    local t, n = groups[1].times[i], groups[1].neurons[i]
    if last[n] then out[#out + 1] = t - last[n] end
    last[n] = t
  end
  return out
end

--- Counts of intervals, in bins from 0 or of equal ratio.
function M.interval_bins(intervals, bins, lo, hi, by_ratio)
  if not by_ratio then
    if hi <= 0 then hi = 1 end
    return numerics.histogram(intervals, bins, 0, hi * (1 + 1e-9))
  end
  local logs, out = {}, {}
  for k = 1, #intervals do logs[k] = intervals[k] > 0 and math.log(intervals[k]) or -math.huge end
  local first, last = numerics.range(logs, { math.log(math.max(lo, 1e-300)) })
  last = math.min(last, math.log(hi)) + 1e-9
  if last <= first then first, last = first - 0.5, last + 0.5 end
  local edges, heights = numerics.histogram(logs, bins, first, last)
  for k = 1, #edges do out[k] = math.exp(edges[k]) end
  return out, heights
end

-- The spikes of each neuron, as lists of times.
local function trains(g)
  local out = {}
  for i = 1, #g.times do
    local n = g.neurons[i]
    out[n] = out[n] or {}
    table.insert(out[n], g.times[i])
  end
  return out
end

-- Adds to counts the lags of b's times from each of a's; both in order.
local function lags(a, b, half, bin, counts, same)
  local reach, first = (half + 0.5) * bin, 1
  for i = 1, #a do
    local t = a[i]
    while first <= #b and b[first] < t - reach do first = first + 1 end
    local k = first
    while k <= #b and b[k] < t + reach do
      if not (same and k == i) then
        local place = math.floor((b[k] - t) / bin + 0.5 + 1e-9) + half + 1
        if place >= 1 and place <= 2 * half + 1 then counts[place] = counts[place] + 1 end
      end
      k = k + 1
    end
  end
end

--- The rate of a neuron of b (a itself where b is nil) at each lag from a spike of a. Each lag's count is divided by
-- the time that the window leaves for it, so that the ends of the recording do not bend the curve.
function M.correlate(a, b, half, bin, from, to)
  local counts = {}
  for k = 1, 2 * half + 1 do counts[k] = 0 end
  if b then
    lags(a.times, b.times, half, bin, counts, false)
  else
    for _, train in pairs(trains(a)) do lags(train, train, half, bin, counts, true) end
  end
  local span, targets = to - from, b and b.last - b.first + 1 or 1
  for k = 1, #counts do
    local left = span - math.abs(k - half - 1) * bin
    counts[k] = left > 0 and #a.times > 0 and counts[k] / (#a.times * targets * bin * left / span) or 0
  end
  return counts
end

return M
