--- Distances between two spike trains, or between all pairs of several: `van_rossum(a, b)`, `van_rossum(spikes)` (a symmetric
-- matrix; recorded spikes are gathered, and each rank computes a share of the pairs).
-- @module lunate.analysis.distance
local Q = require "lunate.quantity"
local input = require "lunate.analysis.input"

local M = {}

-- The sum of exp(-|s - t|/tau) over all pairs of two ascending lists, in one pass (Houghton and Kreuz 2012).
local function kernel_sum(x, y, tau)
  local sum, i, j = 0, 1, 1
  local ax, ay, last = 0, 0, -math.huge -- what earlier spikes of x and y weigh now
  while i <= #x or j <= #y do
    local s, t = x[i] or math.huge, y[j] or math.huge
    local now = math.min(s, t)
    local decay = last == -math.huge and 0 or math.exp((last - now) / tau)
    ax, ay, last = ax * decay, ay * decay, now
    if s <= t then
      sum, ax, i = sum + ay, ax + 1, i + 1
    else
      sum, ay, j = sum + ax, ay + 1, j + 1
    end
  end
  return sum
end

local van_rossum = input.pairwise("van_rossum", { tau = true }, function(x, y, _, _, opts)
  local tau = input.positive("van_rossum", opts, "tau", 0.01)
  local square = 0.5 * (kernel_sum(x, x, tau) + kernel_sum(y, y, tau)) - kernel_sum(x, y, tau)
  return math.sqrt(math.max(square, 0))
end, 0)

--- Van Rossum's distance (2001, Neural Comput 13:751): D^2 = 1/tau times the integral of (f - g)^2, where each spike
-- counts exp(-t/tau) from its time on. One spike more is D^2 = 1/2; two trains far apart of one spike each, D = 1.
-- @param a spikes of one neuron, or an array or list of times; without b spikes of several, for the matrix of all pairs
-- @param[opt] b spikes of one neuron, or an array or list of times
-- @tab opts tau (a time, default 10 ms)
-- @treturn number or matrix
function M.van_rossum(a, b, opts) return van_rossum(a, b, opts) end

local victor_purpura = input.pairwise("victor_purpura", { cost = true }, function(x, y, _, _, opts)
  local cost = opts.cost or Q.new(100, input.hertz)
  if cost ~= 0 and Q.dim_of(cost) ~= input.hertz or Q.value_of(cost) < 0 then
    error(("victor_purpura: the cost must be a rate, not negative, got %s"):format(tostring(cost)), 0)
  end
  local q, row = Q.value_of(cost), {}
  for j = 0, #y do row[j] = j + 0.0 end
  for i = 1, #x do
    local diagonal = row[0]
    row[0] = i + 0.0
    for j = 1, #y do
      local above = row[j]
      row[j] = math.min(above + 1, row[j - 1] + 1, diagonal + q * math.abs(x[i] - y[j]))
      diagonal = above
    end
  end
  return row[#y]
end, 0)

--- Victor and Purpura's distance (1996, J Neurophysiol 76:1310): the least cost to make one train of the other, where a
-- spike more or less costs 1 and moving one by d costs q d.
-- @param a spikes of one neuron, or an array or list of times; without b spikes of several, for the matrix of all pairs
-- @param[opt] b spikes of one neuron, or an array or list of times
-- @tab opts cost: q, a rate (default 100 Hz)
-- @treturn number or matrix
function M.victor_purpura(a, b, opts) return victor_purpura(a, b, opts) end

-- A train's intervals that cover [start, stop]: {from, to, length of the interval, previous spike, following spike}.
-- Before the first spike and after the last, the interval is at least as long as the next one.
local function cover(t, start, stop)
  local out, n = {}, #t
  if t[1] > start then
    out[1] = { from = start, to = t[1], length = n > 1 and math.max(t[1] - start, t[2] - t[1]) or t[1] - start, following = t[1] }
  end
  for k = 1, n - 1 do
    out[#out + 1] = { from = t[k], to = t[k + 1], length = t[k + 1] - t[k], previous = t[k], following = t[k + 1] }
  end
  if t[n] < stop then
    out[#out + 1] = { from = t[n], to = stop, length = n > 1 and math.max(stop - t[n], t[n] - t[n - 1]) or stop - t[n],
      previous = t[n] }
  end
  return out
end

-- Distinct spikes; a train without any has one at both ends.
local function prepare(train, start, stop)
  local out = {}
  for _, t in ipairs(train) do
    if t < start or t > stop then error("a spike lies outside the window", 0) end
    if t ~= out[#out] then out[#out + 1] = t end
  end
  return #out > 0 and out or { start, stop }
end

-- The mean over time of a profile that is linear between the spikes of both: value(c, d, t) in intervals c and d.
local function mean_profile(c, d, start, stop, value)
  local sum, i, j, t = 0, 1, 1, start
  while i <= #c and j <= #d do
    local to = math.min(c[i].to, d[j].to)
    if to > t then sum = sum + 0.5 * (value(c[i], d[j], t) + value(c[i], d[j], to)) * (to - t) end
    t = to
    if c[i].to <= t then i = i + 1 end
    if d[j].to <= t then j = j + 1 end
  end
  return sum / (stop - start)
end

-- A distance in a window, f(spikes, spikes, start, stop).
local function in_window(what, f)
  return input.pairwise(what, { from = true, to = true }, function(x, y, start, stop, opts)
    start, stop = input.seconds("from", opts.from, start), input.seconds("to", opts.to, stop)
    if stop <= start then error(what .. ": the window is empty: give from and to", 0) end
    if #x == 0 and #y == 0 then return 0.0 end
    return f(prepare(x, start, stop), prepare(y, start, stop), start, stop)
  end, 0)
end

local isi_distance = in_window("isi_distance", function(x, y, start, stop)
  return mean_profile(cover(x, start, stop), cover(y, start, stop), start, stop, function(c, d)
    return math.abs(c.length - d.length) / math.max(c.length, d.length)
  end)
end)

--- ISI-distance (Kreuz et al. 2007, J Neurosci Methods 165:151): the mean over time of |a - b|/max(a, b) of the intervals
-- under way; from 0 (also of two empty trains) to 1.
-- @param a spikes of one neuron, or an array or list of times; without b spikes of several, for the matrix of all pairs
-- @param[opt] b spikes of one neuron, or an array or list of times
-- @tab[opt] opts from, to: the window; default that of the spikes
-- @treturn number or matrix
function M.isi_distance(a, b, opts) return isi_distance(a, b, opts) end

-- The distance of a spike to the nearest of a train with auxiliary spikes at its ends.
local function nearest(t, train, start, stop)
  local n = #train
  local first = n > 1 and math.min(start, 2 * train[1] - train[2]) or start
  local last = n > 1 and math.max(stop, 2 * train[n] - train[n - 1]) or stop
  local k = input.lower_bound(train, t)
  return math.min(math.abs(t - first), math.abs(last - t), math.abs((train[k] or math.huge) - t),
    math.abs(t - (train[k - 1] or -math.huge)))
end

local function add_distances(intervals, other, start, stop)
  for _, c in ipairs(intervals) do
    c.dp = c.previous and nearest(c.previous, other, start, stop)
    c.df = c.following and nearest(c.following, other, start, stop)
    c.dp, c.df = c.dp or c.df, c.df or c.dp
  end
  return intervals
end

local function dissimilarity(c, t) -- of the spikes around t, weighted by how near they are
  if not (c.previous and c.following) then return c.dp end
  return (c.dp * (c.following - t) + c.df * (t - c.previous)) / c.length
end

local spike_distance = in_window("spike_distance", function(x, y, start, stop)
  local c = add_distances(cover(x, start, stop), y, start, stop)
  local d = add_distances(cover(y, start, stop), x, start, stop)
  return mean_profile(c, d, start, stop, function(u, v, t)
    return (dissimilarity(u, t) * v.length + dissimilarity(v, t) * u.length) / (0.5 * (u.length + v.length) ^ 2)
  end)
end)

--- SPIKE-distance (Kreuz et al. 2013, J Neurophysiol 109:1457), with PySpike's treatment of the ends; from 0 (also of two
-- empty trains) to 1.
-- @param a spikes of one neuron, or an array or list of times; without b spikes of several, for the matrix of all pairs
-- @param[opt] b spikes of one neuron, or an array or list of times
-- @tab[opt] opts from, to: the window; default that of the spikes
-- @treturn number or matrix
function M.spike_distance(a, b, opts) return spike_distance(a, b, opts) end

return M
