--- Spike trains together: correlograms, correlations of counts, synchrony, tiling, spike-triggered averages.
-- @module lunate.analysis.correlation
local array = require "lunate.array"
local input = require "lunate.analysis.input"
local kernel = require "lunate.kernel"
local runtime = require "lunate.runtime"
local share = require "lunate.share"
local spread = require "lunate.array.spread"

local M = {}

local nan = -(0 / 0) -- without a sign in print

-- Whether train k of both is on the same rank, for all k. Collective.
local function side_by_side(x, y)
  if not (x.mine and y.mine) then return not (x.mine or y.mine) end
  local same = x == y
  for k = 1, same and 0 or #x.trains do
    if x.mine[k] ~= y.mine[k] then return input.extreme(x, "min", 0) == 1 end
  end
  return same or input.extreme(x, "min", 1) == 1
end

-- Counts of trials first, first + step, …: of each with itself, and of each with all others.
local function count_trials(x, y, bin, half, same, predictor, first, step)
  local counts, shuffled = {}, {}
  for k = 1, 2 * half + 1 do counts[k], shuffled[k] = 0, 0 end
  for i = first, #x.trains, step do
    input.count_differences(counts, x.trains[i], y.trains[i], bin, half, same)
    for j = 1, predictor and #x.trains or 0 do
      if j ~= i then input.count_differences(shuffled, x.trains[i], y.trains[j], bin, half, false) end
    end
  end
  return counts, shuffled
end

local function correlogram(what, a, b, opts)
  opts = input.options(what, opts, { bin = true, range = true, predictor = { "boolean" } })
  local bin, range = input.positive(what, opts, "bin", 1e-3), input.positive(what, opts, "range", 0.1)
  local half = math.floor(range / bin + 1e-9)
  local x = input.own(what, a)
  local y = b == nil and x or input.own(what, b)
  local n, same = #x.trains, b == nil
  if #y.trains ~= n then
    error(("%s: %d trains and %d do not pair: train k of both belongs to trial k"):format(what, n, #y.trains), 0)
  end
  local predictor = n > 1 and opts.predictor ~= false
  local counts, shuffled
  if x.mine and not predictor and side_by_side(x, y) then -- each trial where its trains lie
    counts = input.array(input.total(x, (count_trials(x, y, bin, half, same, false, 1, 1))))
  else
    x = input.whole(x)
    y = same and x or input.whole(y)
    for _, part in ipairs(share.out(runtime.size, function(k) -- whole numbers: any division has the same sum
      local own, others = count_trials(x, y, bin, half, same, predictor, k, runtime.size)
      return { input.array(own), input.array(others) }
    end, what)) do
      counts, shuffled = counts and counts + part[1] or part[1], shuffled and shuffled + part[2] or part[2]
    end
  end
  local out = { counts = counts, lags = array.wrap((array.range(-half, half)) * bin, input.second) }
  if predictor then
    out.predictor = shuffled / (n - 1)
    out.corrected = out.counts - out.predictor
  end
  return out
end

--- Cross-correlogram: how many pairs of spikes of a and b stand at each lag (b's time less a's), in bins centred on
-- multiples of the bin. Of several trains each, train k of a and of b belong to trial k; then the shuffle predictor is
-- the same over all pairs of different trials, scaled to as many pairs (Perkel et al. 1967, Biophys J 7:419).
-- Each rank counts for a share of the trials; without predictor those whose two trains it recorded, and nothing is gathered
-- where that are all.
-- @param a spikes; each train is a trial
-- @param b spikes, as many trains
-- @tab[opt] opts bin (default 1 ms), range (largest lag, default 100 ms), predictor = false (none; many trials take long)
-- @treturn table counts, lags (arrays); of several trials predictor and corrected (counts less predictor)
function M.cross_correlogram(a, b, opts)
  if b == nil then error("cross_correlogram takes two recordings, or lists of trains", 0) end
  return correlogram("cross_correlogram", a, b, opts)
end

--- Autocorrelogram: a cross-correlogram of a with itself, without the pairs of a spike with itself (Perkel et al. 1967,
-- Biophys J 7:391). Trains are trials.
-- @param a spikes; each train is a trial
-- @tab[opt] opts bin (default 1 ms), range (largest lag, default 100 ms), predictor = false
-- @treturn table counts, lags (arrays); of several trials predictor and corrected
function M.autocorrelogram(a, opts)
  return correlogram("autocorrelogram", a, nil, opts)
end

-- Counts, windows by neurons: an array whose columns lie where the spikes are.
local function count_matrix(what, spikes, opts)
  opts = input.options(what, opts, { window = true })
  local p, window, own, places = input.own(what, spikes), input.positive(what, opts, "window"), {}, {}
  local n = #input.counts({}, p, window)
  if #p.trains == 0 then error(what .. " needs at least one neuron", 0) end
  if n < 2 then error(what .. " needs at least two windows between the beginning and the end", 0) end
  for k, train in ipairs(p.trains) do
    if not p.mine or p.mine[k] then own[#own + 1], places[#places + 1] = input.counts(train, p, window), k end
  end
  local counts = kernel.array_join(own):reshape(#own, n):transpose()
  if not p.mine then return counts, p end
  return spread.new(counts, { count = #p.trains, places = kernel.array_pack(places, "integer"), name = "counts of spikes" }), p
end

-- Pearson's correlations of whole numbers: sums and products are exact, so that a share of the rows has the same bits.
local function whole_correlations(c, p)
  local n, m = c:gather():shape()
  local first, last = 1, m
  if p.mine then first, last = m * runtime.rank // runtime.size + 1, m * (runtime.rank + 1) // runtime.size end
  local sums, out = c:sum(1), array.zeros(m, m)
  local width = ((c * c):sum(1) * n - sums * sums):sqrt()
  if last >= first then
    local part = (c:slice(first, last, 2):transpose():dot(c) * n - sums:slice(first, last):reshape(-1, 1) * sums)
      / width:slice(first, last):reshape(-1, 1) / width
    for i = first, last do
      local to, from = out[i], part[i - first + 1]
      for j = 1, m do -- rounding may lead past 1; nan stays
        to[j] = i == j and width[i] > 0 and 1 or from[j] > 1 and 1 or from[j] < -1 and -1 or from[j]
      end
    end
  end
  return p.mine and kernel.array_merge(out) or out
end

--- Spike-count correlation: Pearson's correlation of the counts in windows one after the other, mean over all pairs of
-- neurons whose counts vary (de la Rocha et al. 2007, Nature 448:802). nan where there is no such pair. Spikes stay where
-- they are, counts are gathered, and each rank correlates a share of the neurons with all.
-- @param spikes recorded spikes, `ln.spikes` or a list of trains
-- @tab opts window (a time)
-- @return the mean
-- @return the matrix of all pairs, nan for a neuron whose counts are constant
function M.count_correlation(spikes, opts)
  local c = whole_correlations(count_matrix("count_correlation", spikes, opts))
  local sum, pairs_counted = kernel.array_sums(1), 0
  for i = 1, #c do
    local row = c[i]
    for j = i + 1, #c do
      if row[j] == row[j] then
        sum:add(1, row[j])
        pairs_counted = pairs_counted + 1
      end
    end
  end
  return pairs_counted > 0 and sum:total(true)[1] / pairs_counted or nan, c
end

-- Of a recording of variables: the mean over neurons in time, and each neuron's variance, made where the columns lie.
local function trace_moments(trace, opts)
  opts = input.options("synchrony", opts, { variable = { "string" } })
  local c = input.columns(trace, "synchrony", opts.variable)
  if #c.own < 2 then error("synchrony needs at least 2 samples", 0) end
  local each, mine = array.zeros(c.n), c.own:var(1)
  for k, place in ipairs(c.places) do each[place // 1 | 0] = mine[k] end
  return kernel.array_row_sums(c.own) / c.n, kernel.array_merge(each)
end

--- Synchrony index chi (Golomb and Rinzel 1994, Physica D 72:259): the root of the variance in time of the population's
-- mean by the mean of the neurons' variances; 1 in full synchrony, about 1/sqrt(n) of independent neurons. nan where
-- nothing varies.
-- @param x an array, time by neuron; a recording of variables, of which nothing is gathered; or spikes, whose counts in windows
-- are taken
-- @tab[opt] opts window (a time), of spikes; variable (of a recording)
-- @treturn number
function M.synchrony(x, opts)
  local mean, each
  if input.is_trace(x) then
    mean, each = trace_moments(x, opts)
  else
    local m
    if array.is(x) then m = input.matrix("synchrony", x, 2) else m = count_matrix("synchrony", x, opts) end
    mean, each = m:mean(2), m:var(1)
  end
  return each:mean() > 0 and math.sqrt(mean:var() / each:mean()) or nan
end

-- The part of [start, stop] within dt of a spike.
local function covered(train, dt, start, stop)
  local sum, reached = 0, start
  for _, t in ipairs(train) do
    local from, to = math.max(t - dt, reached), math.min(t + dt, stop)
    if to > from then sum, reached = sum + to - from, to end
  end
  return sum / (stop - start)
end

-- The part of a's spikes within dt of one of b's.
local function near(a, b, dt)
  local n, j = 0, 1
  for _, t in ipairs(a) do
    while j <= #b and b[j] < t - dt * (1 + 1e-9) do j = j + 1 end
    if j <= #b and b[j] <= t + dt * (1 + 1e-9) then n = n + 1 end
  end
  return n / #a
end

local function tiling(x, y, start, stop, opts)
  local dt = input.positive("tiling", opts, "dt", 5e-3)
  start, stop = input.seconds("from", opts.from, start), input.seconds("to", opts.to, stop)
  if #x == 0 or #y == 0 or stop <= start then return nan end
  local ta, tb, pa, pb = covered(x, dt, start, stop), covered(y, dt, start, stop), near(x, y, dt), near(y, x, dt)
  local function part(p, t) return p * t == 1 and 1 or (p - t) / (1 - p * t) end
  return 0.5 * (part(pa, tb) + part(pb, ta))
end

local tile = input.pairwise("tiling", { dt = true, from = true, to = true }, tiling, 1.0)

--- Spike-time tiling coefficient of two trains (Cutts and Eglen 2014, J Neurosci 34:14288): from -1 to 1, which does not
-- depend on rates. nan where a train is empty. Of one argument, the matrix of all its pairs (1 on the diagonal): recorded
-- spikes are gathered, each rank computes a share.
-- @param a spikes of one neuron, or an array or list of times; without b spikes of several neurons
-- @param[opt] b spikes of one neuron, or an array or list of times
-- @tab[opt] opts dt: how far spikes may be apart (default 5 ms); from, to (default: the window of the spikes)
-- @treturn number or matrix
function M.tiling(a, b, opts) return tile(a, b, opts) end

--- Spike-triggered average (de Boer and Kuyper 1968, IEEE Trans Biomed Eng 15:169): the mean of a signal around the spikes, of
-- those that lie far enough from its ends. Each rank adds for its own neurons.
-- @param spikes whose spikes count alike
-- @param signal array of one dimension
-- @tab opts step (time between samples), start (time of the first sample, default 0), before, after (default 100 ms, 0)
-- @return array of the signal's unit; array of times from the spike; the number of spikes
function M.triggered_average(spikes, signal, opts)
  opts = input.options("triggered_average", opts, { step = true, start = true, before = true, after = true })
  local x, dim = input.signal("triggered_average", signal)
  local step, start = input.positive("triggered_average", opts, "step"), input.seconds("start", opts.start, 0)
  local before = math.floor(input.seconds("before", opts.before, 0.1) / step + 0.5)
  local after = math.floor(input.seconds("after", opts.after, 0) / step + 0.5)
  if before + after < 0 then error("triggered_average: before and after leave nothing", 0) end
  local p, n = input.own("triggered_average", spikes), 0
  local sums = input.sums(p, before + after + 1)
  for _, train in ipairs(p.trains) do
    for _, t in ipairs(train) do
      local k = math.floor((t - start) / step + 0.5) + 1
      if k - before >= 1 and k + after <= #x then
        sums.add(x:slice(k - before, k + after))
        n = n + 1
      end
    end
  end
  n = input.total(p, { n })[1]
  return array.wrap(sums.total() / n, dim), array.wrap((array.range(-before, after)) * step, input.second), n
end

return M
