--- What analyses take: spikes, trains, signals, matrices and options, checked, as plain numbers in SI units.
-- @module lunate.analysis.input
local Q = require "lunate.quantity"
local array = require "lunate.array"
local options = require "lunate.options"
local kernel = require "lunate.kernel"
local recording = require "lunate.recording"
local runtime = require "lunate.runtime"
local share = require "lunate.share"
local spikes = require "lunate.spikes"

local M = {}

M.second, M.hertz = Q.dim_of(Q.units.second), Q.dim_of(Q.units.Hz)
M.lower_bound = spikes.lower_bound

--- Spike data (see lunate.spikes) of anything that holds spikes, wherever they lie.
-- @string what the analysis, for messages
-- @param x recording, spike data, list of trains, or {times =, senders =}
function M.data(what, x)
  if recording.is_spikes(x) then return recording.data(x, what) end
  if spikes.is(x) then return x end
  if type(x) == "table" and getmetatable(x) == nil then
    local senders = x.senders or x.neurons
    if x.times and senders then return spikes.new { times = x.times, senders = senders } end -- of a file
    if #x > 0 or next(x) == nil then return spikes.new { trains = x } end
  end
  error(("%s takes recorded spikes, ln.spikes or a list of trains, got %s"):format(what,
    type(x) == "table" and getmetatable(x) == nil and "a table of other things" or tostring(x)), 0)
end

--- {trains = lists of seconds, start, stop (s), dt (s or nil)} of anything that holds spikes: all of them, on every rank.
-- @string what the analysis, for messages
-- @param x as of `data`
function M.spikes(what, x) return spikes.whole(M.own(what, x)) end

--- The same where the data lie: of recorded spikes on several ranks only the trains of this rank's neurons are there (`mine`).
-- `total`, `merge`, `sums` and `lists` make results whole; where all spikes are there they change nothing.
function M.own(what, x) return spikes.raw(M.data(what, x)) end

M.total, M.merge, M.sums, M.lists, M.whole = spikes.total, spikes.merge, spikes.sums, spikes.lists, spikes.whole

--- The smallest (or largest) of a number of each rank.
function M.extreme(p, how, x)
  if not p.mine then return x end
  runtime.collective(how .. " over spikes")
  return kernel[how](x)
end

--- The columns of a recording of variables that are this rank's; see lunate.recording.
M.columns = recording.own_columns
M.is_trace = recording.is_trace

--- The train of spikes of one neuron as a list of seconds, and the window it lies in.
function M.single(what, x)
  local p = M.own(what, x)
  if #p.trains ~= 1 then error(("%s takes one train, these spikes are of %d neurons"):format(what, #p.trains), 0) end
  p = spikes.whole(p)
  return p.trains[1], p
end

--- The same; or of a list or array of times, which are one train.
function M.train(what, x)
  if array.is(x) or type(x) == "table" and getmetatable(x) == nil then
    local p = spikes.raw(spikes.new { trains = { x } })
    return p.trains[1], p
  end
  return M.single(what, x)
end

--- Two trains as lists of seconds, and the window that holds both.
function M.pair(what, a, b)
  local x, p = M.train(what, a)
  local y, q = M.train(what, b)
  return x, y, math.min(p.start, q.start), math.max(p.stop, q.stop)
end

--- A distance of two trains as f(a, b, opts); or where b is missing the matrix of all pairs of trains in a, of which each
-- rank computes some rows.
-- @func distance of (train, train, start, stop, opts), symmetric
-- @number of_same what it is of a train and itself
function M.pairwise(what, allowed, distance, of_same)
  return function(a, b, opts)
    if opts == nil and type(b) == "table" and getmetatable(b) == nil and #b == 0 and next(b) ~= nil then b, opts = nil, b end
    opts = M.options(what, opts, allowed)
    if b ~= nil then
      local x, y, start, stop = M.pair(what, a, b)
      return distance(x, y, start, stop, opts)
    end
    local p = M.spikes(what, a)
    local n = #p.trains
    local out = array.zeros(n, n)
    for i, row in ipairs(share.out(n, function(i)
      local row = array.zeros(n - i)
      for j = i + 1, n do row[j - i] = distance(p.trains[i], p.trains[j], p.start, p.stop, opts) end
      return row
    end, what)) do
      out[{ i, i }] = of_same
      for j = i + 1, n do
        out[{ i, j }] = row[j - i]
        out[{ j, i }] = row[j - i]
      end
    end
    return out
  end
end

--- Adds how many differences y - x of two ascending lists lie in each of 2 half + 1 bins centred on lags; a spike is not
-- paired with itself where they are the same list (same).
function M.count_differences(counts, x, y, bin, half, same)
  local reach, first = (half + 0.5) * bin, 1
  for i, t in ipairs(x) do
    while first <= #y and y[first] < t - reach do first = first + 1 end
    local j = first
    while j <= #y and y[j] <= t + reach do
      local k = math.floor((y[j] - t) / bin + 0.5 + 1e-9) + half + 1
      if not (same and i == j) and k >= 1 and k <= #counts then counts[k] = counts[k] + 1 end
      j = j + 1
    end
  end
end

--- A time option as a positive number of seconds.
function M.positive(what, opts, key, default)
  if opts[key] == nil and default then return default end
  if opts[key] == nil then error(("%s needs the option %s, a time"):format(what, key), 0) end
  return spikes.positive(("%s: %s"):format(what, key), opts[key])
end

M.seconds = spikes.seconds

--- Checks a table of options.
function M.options(what, opts, allowed) return options.check(what, opts or {}, allowed) end

--- A list of times (events) in seconds.
function M.times(what, x)
  if array.is(x) then
    if x:dim() ~= M.second and #x > 0 then error(("%s must be times, got %s"):format(what, tostring(x)), 0) end
    return x:raw():totable()
  end
  if Q.is(x) then x = { x } end
  if type(x) ~= "table" then error(("%s must be times, got %s"):format(what, tostring(x)), 0) end
  local out = {}
  for k, t in ipairs(x) do out[k] = spikes.seconds(what, t) end
  return out
end

-- Without unit, as doubles.
local function check_finite(what, x)
  if not x:isfinite():all() then error(what .. " takes finite numbers: the data hold nan or inf", 0) end
  return x:kind() == "double" and x:raw() or x:double()
end

--- A signal: an array of one dimension without its unit, and that unit's dimension.
function M.signal(what, x, least)
  if not array.is(x) then
    if type(x) ~= "table" or Q.is(x) then error(("%s takes an array, got %s"):format(what, tostring(x)), 0) end
    x = array.new(x)
  end
  local n, m = x:shape()
  if m == 1 then
    x = x:flat()
  elseif m then
    error(("%s takes a signal, an array of one dimension: choose a column or take the mean"):format(what), 0)
  end
  if n < (least or 1) then error(("%s needs at least %d samples, got %d"):format(what, least or 1, n), 0) end
  return check_finite(what, x), x:dim()
end

--- Two signals that go together, sample by sample, without unit.
-- @string of what they are, for messages
function M.signals(what, x, y, of)
  local a, b = M.signal(what, x), M.signal(what, y)
  if #a ~= #b then error(("%s: %d %s and %d do not pair"):format(what, #a, of, #b), 0) end
  return a, b
end

--- An array of samples by variables, without unit.
function M.matrix(what, x, least)
  if not array.is(x) then
    if type(x) ~= "table" or Q.is(x) then error(("%s takes an array, got %s"):format(what, tostring(x)), 0) end
    x = array.new(x)
  end
  local n, m, k = x:shape()
  if not m or k then error(what .. " takes an array of 2 dimensions, samples by variables", 0) end
  if n < (least or 1) or m < 1 then
    error(("%s needs at least %d samples (rows) of 1 variable, got %d of %d"):format(what, least or 1, n, m), 0)
  end
  return check_finite(what, x), n, m
end

--- An array of a list of numbers, with a dimension; without one of whole numbers, if they are.
function M.array(list, dim) return array.wrap(kernel.array_pack(list, dim and "double"), dim) end

--- Squared distances of the rows of x to the rows of c, an array (by rounding, 0 may be a little below).
function M.squared_distances(x, c)
  return (x * x):sum(2):reshape(-1, 1) - x:dot(c:transpose()) * 2 + (c * c):sum(2)
end

--- The intervals of a list of times.
function M.intervals(train)
  local out = {}
  for k = 2, #train do out[k - 1] = train[k] - train[k - 1] end
  return out
end

--- Counts in whole windows of a list of times between start and stop.
function M.counts(train, p, window)
  local n = math.floor((p.stop - p.start) / window * (1 + 1e-12) + 1e-9)
  local out, half = {}, p.dt and p.dt / 2 or 0
  for k = 1, n do out[k] = 0 end
  for _, t in ipairs(train) do
    local k = math.floor((t + half - p.start) / window + 1e-9) + 1
    if k >= 1 and k <= n then out[k] = out[k] + 1 end
  end
  return out
end

return M
