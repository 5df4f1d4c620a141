--- Figures of spikes: rasters, rates, intervals, correlograms.
-- @module lunate.plot.spikes
local Q = require "lunate.quantity"
local basic = require "lunate.plot.basic"
local data = require "lunate.plot.data"
local figure = require "lunate.plot.figure"
local numerics = require "lunate.plot.numerics"
local panels = require "lunate.plot.panel"
local spike_data = require "lunate.plot.spike_data"

local M = {}

local none = Q.dimensionless
local second = Q.dim_of(Q.units.second)
local hertz = Q.dim_of(Q.units.Hz)
local count = basic.count

--- A raster: a point a spike, neuron over time; with few neurons a stroke. Several recordings lie above each other, the
-- first on top, each in its colour.
-- @param spikes a recording of spikes, a part of one, `ln.spikes`, {times =, neurons =}, or a list of such
-- @tab[opt] opts from, to (times), neurons = 100 (of each recording, the first so many) or {first, last}, names (a text
-- for each row, from the top)
function M.raster(spikes, opts)
  opts = panels.options("raster", opts, { from = true, to = true, neurons = true, names = { "table" } })
  local groups, from, to = spike_data.read("raster", spikes, opts)
  local rows = 0
  for _, g in ipairs(groups) do rows = rows + g.last - g.first + 1 end
  local panel = panels.new("raster", opts, {
    x = { label = "time", dim = second, tight = true, low = from, high = to },
    y = { label = "neuron", dim = none, tight = true, whole = true, reversed = true, low = 0.5, high = rows + 0.5 },
  })
  panel.nothing = "no spikes"
  if opts.names then
    if #opts.names ~= rows then error(("raster: %d names were given for %d rows"):format(#opts.names, rows), 0) end
    panel.y.ticks, panel.y.label = {}, opts.ylabel and panel.y.label or nil
    for k, name in ipairs(opts.names) do panel.y.ticks[k] = { k, data.text(name, "a name") } end
  end
  local below, total = 0, 0
  for k, g in ipairs(groups) do
    local times, places = {}, {}
    spike_data.each(g, function(t, neuron) times[#times + 1], places[#places + 1] = t, neuron - g.first + 1 + below end)
    local n = g.data:count() -- rank 0 alone has them
    local few = rows <= 80 and n <= 5000
    panels.add(panel, { kind = few and "ticks" or "dots", x = times, y = places, colour = panels.colour(panel, k),
      label = panels.label(panel, k, #groups > 1 and g.name or nil), size = spike_data.dot(n, rows) })
    below, total = below + g.last - g.first + 1, total + n
  end
  if #groups == 1 and groups[1].first ~= 1 then spike_data.shift(panel, groups[1].first - 1) end
  return figure.single(panel, ("raster of %s: %s"):format(spike_data.names(groups), count(total, "spike")))
end

--- The mean rate of a population over time, in bins or smoothed by a Gaussian.
-- @param spikes as for `raster`
-- @tab[opt] opts bin (default: about 200 in the figure), smooth (standard deviation of the Gaussian), from, to
function M.rate(spikes, opts)
  opts = panels.options("rate", opts, { bin = true, smooth = true, from = true, to = true, neurons = true })
  local groups, from, to = spike_data.read("rate", spikes, opts)
  local bin = data.positive(opts.bin, "bin", second) or spike_data.default_bin(to - from)
  local sd = data.positive(opts.smooth, "smooth", second)
  if sd then bin = math.min(bin, sd / 4) end
  local bins = math.floor((to - from) / bin + 1e-6)
  if bins < 1 then error("rate: the bin is longer than the recording", 0) end
  if bins > 1e6 then error(("rate: %d bins are too many to draw: give a longer bin"):format(bins), 0) end
  local panel = panels.new("rate", opts, {
    x = { label = "time", dim = second, tight = true, low = from, high = to },
    y = { label = "rate", dim = hertz, from_zero = true },
  })
  for k, g in ipairs(groups) do
    local counts, edges = spike_data.bin(g, from, bin, bins), {}
    for b = 1, bins do counts[b] = counts[b] / (bin * (g.last - g.first + 1)) end
    for b = 1, bins do edges[b] = from + (b - 1) * bin end
    local label = panels.label(panel, k, #groups > 1 and g.name or nil)
    if sd then
      counts = numerics.smooth(counts, sd / bin)
      for b = 1, bins do edges[b] = edges[b] + bin / 2 end
    else
      edges[bins + 1], counts[bins + 1] = from + bins * bin, counts[bins]
    end
    panels.add(panel, { kind = "line", x = edges, y = counts, steps = not sd, colour = panels.colour(panel, k), label = label })
  end
  local how = sd and "smoothed by " .. Q.format(Q.new(sd, second), 3) or "bins of " .. Q.format(Q.new(bin, second), 3)
  return figure.single(panel, ("rate of %s, %s"):format(spike_data.names(groups), how))
end

--- A histogram of inter-spike intervals, with the CV of all of them.
-- @param spikes as for `raster`, or an array of intervals
-- @tab[opt] opts bins (default 40), high (longest interval shown), log = "x" (bins of equal ratio), from, to
function M.isi(spikes, opts)
  opts = panels.options("isi", opts, { bins = true, high = true, from = true, to = true })
  local intervals = spike_data.intervals(spikes, opts)
  local by_ratio = opts.log and opts.log:find "x" ~= nil
  local bins = data.whole(opts.bins, "bins", 1, 40)
  local lo, hi = numerics.range(intervals)
  hi = data.positive(opts.high, "high", second) or hi
  local panel = panels.new("isi", opts, { x = { label = "inter-spike interval", dim = second, tight = true },
    y = { label = "count", dim = none, from_zero = true } })
  panel.nothing = "no intervals"
  local mean, sd, n = numerics.moments(intervals)
  if n > 0 then
    local edges, heights = spike_data.interval_bins(intervals, bins, lo, hi, by_ratio)
    panels.add(panel, { kind = "bars", edges = edges, heights = heights, colour = panels.colour(panel, 1),
      label = panels.label(panel, 1) })
    if n > 1 then
      panel.corner = ("CV = %.2f"):format(sd / mean)
    end
  end
  return figure.single(panel, ("histogram of %s"):format(count(n, "interval")))
end

--- A correlogram: how often a neuron fires at a lag after a spike, averaged over reference spikes, as a rate; the
-- dashed line is the mean rate, which independent neurons would have. One recording: each neuron with itself (the
-- reference spike left out). Two: every neuron of the second after every spike of the first.
-- @param spikes as for `raster`, one
-- @param[opt] other a second one
-- @tab[opt] opts window = 50*ms (largest lag), bin = 1*ms, from, to
function M.correlogram(spikes, other, opts)
  if opts == nil and data.kind_of(other) == "table" and other.times == nil then other, opts = nil, other end
  opts = panels.options("correlogram", opts, { window = true, bin = true, from = true, to = true, neurons = true })
  local groups, from, to = spike_data.read("correlogram", other == nil and { spikes } or { spikes, other }, opts)
  local window = data.positive(opts.window, "window", second, 0.05)
  local bin = data.positive(opts.bin, "bin", second, 0.001)
  local half = math.floor(window / bin + 1e-6)
  if half < 1 then error("correlogram: the bin is longer than the window", 0) end
  local rates = spike_data.correlate(groups[1], groups[2], half, bin, from, to)
  local panel = panels.new("correlogram", opts, { x = { label = "lag", dim = second, tight = true },
    y = { label = "rate", dim = hertz, from_zero = true } })
  panel.nothing = "no spikes"
  if groups[1].data:count() > 0 then
    local edges = {}
    for k = -half, half + 1 do edges[#edges + 1] = (k - 0.5) * bin end
    panels.add(panel, { kind = "bars", edges = edges, heights = rates, colour = panels.colour(panel, 1),
      label = panels.label(panel, 1) })
    local target = groups[2] or groups[1]
    local mean = target.data:count() / ((target.last - target.first + 1) * (to - from))
    panels.add(panel, { kind = "rule", axis = "y", at = mean, colour = "#000000", front = true })
  end
  return figure.single(panel, ("correlogram of %s, bins of %s"):format(spike_data.names(groups),
    Q.format(Q.new(bin, second), 3)))
end

return M
