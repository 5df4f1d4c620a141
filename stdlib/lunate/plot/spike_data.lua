--- Spikes for figures: reading recordings, counting in bins, intervals, correlations. What a figure shows is cut out
-- where the spikes are; only what a raster draws goes to rank 0, counts are summed.
-- @module lunate.plot.spike_data
local Q = require "lunate.quantity"
local array = require "lunate.array"
local axes = require "lunate.plot.axis"
local data = require "lunate.plot.data"
local input = require "lunate.analysis.input"
local kernel = require "lunate.kernel"
local numerics = require "lunate.plot.numerics"
local runtime = require "lunate.runtime"
local spikes = require "lunate.spikes"

local M = {}

local second = Q.dim_of(Q.units.second)

local recorded = { ["spikes"] = true, ["spike data"] = true }
local function is_one(x)
  return recorded[data.kind_of(x)] or data.kind_of(x) == "table" and x.times ~= nil
end

local function as_array(list) return array.is(list) and list or array.new(list) end

-- Times in seconds (ascending) and neurons as given, what is not finite left out.
local function given(x, what)
  local times, dim = data.numbers(x.times, what .. ": times")
  if dim ~= second and #times > 0 then error(("%s: times are in %s, expected s"):format(what, dim), 0) end
  local neurons = x.neurons or x.senders
  if neurons ~= nil then neurons = data.numbers(neurons, what .. ": neurons") end
  if neurons and #times ~= #neurons then
    error(("%s: there are %d times and %d neurons"):format(what, #times, #neurons), 0)
  end
  times, neurons = as_array(times), neurons and as_array(neurons) or array.ones(#times)
  local fine = times:isfinite() * neurons:isfinite()
  times, neurons = times:where(fine), neurons:where(fine)
  if #neurons > 0 and (neurons:min() < 1 or not neurons:eq(neurons:double():floor()):all()) then
    error(("%s: neurons are numbered from 1, not %g"):format(what, neurons:min()), 0)
  end
  local order = times:argsort()
  return times:take(order), neurons:take(order)
end

-- {data, size, name, from, to} of a recording, of spike data, or of {times =, neurons =}.
local function read_one(x, what, k)
  local kind = data.kind_of(x)
  local name = "spikes" .. (k > 1 and k or "")
  if kind == "spikes" then
    return { data = x:data(), name = x.population.name, first = 1, last = #x.population, from = x.from.value, to = x.to.value }
  elseif kind == "spike data" then
    local labels = spikes.raw(x).labels
    local first, last = math.huge, -math.huge
    for _, label in ipairs(labels) do first, last = math.min(first, label), math.max(last, label) end
    if #labels == 0 then first, last = 1, 1 end
    return { data = x, name = name, first = first, last = last, from = x.from.value, to = x.to.value }
  end
  if not is_one(x) then data.refuse(x, what, "given a recording of spikes, spike data, or {times =, neurons =}") end
  local times, neurons = given(x, what)
  local n = #times
  local from, to = n > 0 and math.min(times[1], 0) or 0, n > 0 and math.max(times[n], 0) or 0
  local last = n > 0 and math.tointeger(neurons:max()) or 1
  return { data = spikes.of_arrays(times, neurons, last, from, to * (1 + 1e-9) + 1e-12), first = 1, last = last,
    name = type(x.name) == "string" and x.name or name, from = from, to = to, given = true }
end

local function choose(g, neurons)
  if neurons == nil then return end
  local low, high = g.first, g.last
  if data.kind_of(neurons) == "table" then
    low, high = data.whole(neurons[1], "neurons", 1, 1), data.whole(neurons[2], "neurons", 1, high)
  else
    high = low + data.whole(neurons, "neurons", 1) - 1
  end
  g.first, g.last = math.max(low, g.first), math.min(high, g.last)
  if g.first > g.last then error(("%s has no neurons %d to %d"):format(g.name, low, high), 0) end
end

-- Only spikes within the window and of the chosen neurons. The end does not count, but it does for given times.
local function cut(g, from, to)
  local chosen = {}
  for _, label in ipairs(spikes.raw(g.data).labels) do
    if label >= g.first and label <= g.last then chosen[#chosen + 1] = label end
  end
  if g.given then to = to + math.max(math.abs(to) * 1e-9, 1e-12) end
  g.data = g.data:slice(Q.new(from, second), Q.new(to, second)):of(chosen)
  g.raw = spikes.raw(g.data)
end

--- Reads one or several recordings, and cuts them to the options from, to and neurons. Collective.
-- @return list of {data, raw, name, first, last}, from, to (in seconds)
function M.read(what, given_spikes, opts)
  local groups = {}
  local from, to = math.huge, -math.huge
  for k, x in ipairs(data.several(given_spikes, is_one)) do
    groups[k] = read_one(x, what, k)
    from, to = math.min(from, groups[k].from), math.max(to, groups[k].to)
  end
  if #groups == 0 then error(what .. " was given no recordings", 0) end
  from, to = data.number(opts.from, "from", second, from), data.number(opts.to, "to", second, to)
  if from > to then error(what .. ": the window ends before it begins", 0) end
  if from == to then to = from + (from == 0 and 1 or math.abs(from)) end
  for _, g in ipairs(groups) do
    choose(g, opts.neurons)
    cut(g, from, to)
  end
  return groups, from, to
end

--- Calls f(time in seconds, neuron) for each spike of a group, on rank 0, which draws them; nowhere else. Collective.
function M.each(g, f)
  local p = spikes.at_root(g.raw)
  for k, train in ipairs(runtime.rank == 0 and p.trains or {}) do
    for _, t in ipairs(train) do f(t, p.labels[k]) end
  end
end

--- Leaves only the neurons for which wanted[neuron].
function M.only(g, wanted)
  local chosen = {}
  for _, label in ipairs(g.raw.labels) do
    if wanted[label] then chosen[#chosen + 1] = label end
  end
  g.data = g.data:of(chosen)
  g.raw = spikes.raw(g.data)
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

--- Spikes in each of n bins. Nothing is gathered.
function M.bin(g, from, bin, n)
  local counts, half = {}, g.raw.dt and g.raw.dt / 2 or 0
  for b = 1, n do counts[b] = 0 end
  for _, train in ipairs(g.raw.trains) do
    for _, t in ipairs(train) do
      local b = math.floor((t + half - from) / bin + 1e-9) + 1 -- a spike on an edge that rounding missed
      if b >= 1 and b <= n then counts[b] = counts[b] + 1 end
    end
  end
  return spikes.total(g.raw, counts)
end

--- Inter-spike intervals in seconds, of a recording (an array that stays where the spikes are) or as given.
function M.intervals(x, opts)
  if data.kind_of(x) == "spikes" then return x:isi { from = opts.from, to = opts.to }:raw() end
  if not is_one(x) then
    local list, dim = data.numbers(x, "the intervals")
    if dim ~= second and #list > 0 then error(("the intervals are in %s, expected s"):format(dim), 0) end
    return list
  end
  return M.read("isi", x, opts)[1].data:isi():raw()
end

--- Counts of intervals (an array or list), in bins from 0 or of equal ratio.
function M.interval_bins(intervals, bins, lo, hi, by_ratio)
  if not by_ratio then
    if hi <= 0 then hi = 1 end
    return numerics.histogram(intervals, bins, 0, hi * (1 + 1e-9))
  end
  local logs, out = as_array(intervals):log(), {} -- of what is not positive nothing finite
  local first, last = numerics.range(logs, { math.log(math.max(lo, 1e-300)) })
  last = math.min(last, math.log(hi)) + 1e-9
  if last <= first then first, last = first - 0.5, last + 0.5 end
  local edges, heights = numerics.histogram(logs, bins, first, last)
  for k = 1, #edges do out[k] = math.exp(edges[k]) end
  return out, heights
end

-- Counts of differences of all spikes of b from all of a: a's are gathered, b's stay where they are.
local function cross_counts(a, b, half, bin)
  local counts, own = {}, {}
  for k = 1, 2 * half + 1 do counts[k] = 0 end
  for _, train in ipairs(b.raw.trains) do table.move(train, 1, #train, #own + 1, own) end
  own = kernel.array_pack(own, "double"):sort():totable()
  input.count_differences(counts, a.data:times():raw():totable(), own, bin, half, false)
  return array.new(spikes.total(b.raw, counts))
end

--- The rate of a neuron of b (a itself where b is nil) at each lag from a spike of a. Each lag's count is divided by
-- the time that the window leaves for it, so that the ends of the recording do not bend the curve.
function M.correlate(a, b, half, bin, from, to)
  local opts = { bin = Q.new(bin, second), range = Q.new((half + 1e-6) * bin, second), predictor = false }
  local counts = b and cross_counts(a, b, half, bin) or require("lunate.analysis").autocorrelogram(a.data, opts).counts
  local rates, span, targets, references = {}, to - from, b and b.last - b.first + 1 or 1, a.data:count()
  for k, count in counts:iterate() do
    local left = span - math.abs(k - half - 1) * bin
    rates[k] = left > 0 and references > 0 and count / (references * targets * bin * left / span) or 0
  end
  return rates
end

return M
