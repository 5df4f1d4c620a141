--- Information in spikes: complexity, entropy, mutual information, avalanches and power laws. In bits.
-- @module lunate.analysis.information
local array = require "lunate.array"
local input = require "lunate.analysis.input"

local M = {}

local nan = -(0 / 0) -- without a sign in print
local log2 = 1 / math.log(2)

-- A list of 0 and 1 of a train in bins, or of an array of symbols as they are.
local function symbols_of(what, x, opts)
  if not opts.bin then
    local list = input.signal(what, x):totable()
    return list
  end
  local train, p = input.single(what, x)
  local out = input.counts(train, p, input.positive(what, opts, "bin"))
  for k, c in ipairs(out) do out[k] = math.min(c, 1) end
  return out
end

--- Lempel and Ziv's complexity (1976, IEEE Trans Inf Theory 22:75): how many different pieces a sequence is read as.
-- @param x array of symbols (numbers); or with a bin a spike train, read as 1 (a spike) and 0 a bin
-- @tab[opt] opts bin (a time)
-- @treturn int c
-- @treturn number c log2(n)/n, about the entropy a symbol of long sequences; nan of fewer than 2 symbols
function M.lempel_ziv(x, opts)
  opts = input.options("lempel_ziv", opts, { bin = true })
  local s = symbols_of("lempel_ziv", x, opts)
  local n = #s
  if n < 2 then return n, nan end
  -- pieces as Kaspar and Schuster (1987, Phys Rev A 36:842) find them
  local c, start, i, length, longest = 1, 1, 0, 1, 1 -- start: symbols read; i: where the copy begins
  while true do
    if s[i + length] == s[start + length] then
      length = length + 1
      if start + length > n then return c + 1, (c + 1) * math.log(n) * log2 / n end
    else
      longest, i = math.max(longest, length), i + 1
      if i == start then
        c, start = c + 1, start + longest
        if start + 1 > n then return c, c * math.log(n) * log2 / n end
        i, length, longest = 0, 1, 1
      else
        length = 1
      end
    end
  end
end

-- Counts by symbol, in the order of appearance.
local function tally(list)
  local place, counts = {}, {}
  for _, x in ipairs(list) do
    local k = place[x]
    if not k then
      k = #counts + 1
      place[x], counts[k] = k, 0
    end
    counts[k] = counts[k] + 1
  end
  return counts
end

local function plain_entropy(counts, n)
  local terms = {}
  for k, c in ipairs(counts) do terms[k] = -c / n * math.log(c / n) * log2 end
  return input.array(terms):sum()
end

--- Entropy of symbols (numbers): plain (of the observed frequencies) and corrected by Miller and Madow (1955), which adds
-- (different symbols - 1)/(2 n ln 2).
-- @return array or list
-- @treturn number corrected
-- @treturn number plain
function M.entropy(x)
  local list = input.signal("entropy", x):totable()
  local counts = tally(list)
  local plain = plain_entropy(counts, #list)
  return plain + (#counts - 1) / (2 * #list) * log2, plain
end

local function joint(x, y)
  local out = {}
  for k = 1, #x do out[k] = ("%.17g %.17g"):format(x[k], y[k]) end
  return out
end

--- Mutual information of symbols x and y that were observed together: plain, and corrected for its bias to first order,
-- (pairs - symbols of x - symbols of y + 1)/(2 n ln 2), all as observed (Panzeri and Treves 1996, Network 7:87).
-- @param x array or list
-- @param y array or list, as long
-- @treturn number corrected (may be a little below 0)
-- @treturn number plain
function M.mutual_information(x, y)
  local a, b = input.signals("mutual_information", x, y, "symbols")
  a, b = a:totable(), b:totable()
  local n, ca, cb, cab = #a, tally(a), tally(b), tally(joint(a, b))
  local plain = plain_entropy(ca, n) + plain_entropy(cb, n) - plain_entropy(cab, n)
  return plain - (#cab - #ca - #cb + 1) / (2 * n) * log2, plain
end

--- Words of a spike train (Strong et al. 1998, Phys Rev Lett 80:197): its bins (1 with a spike, else 0) taken together,
-- `length` at a time, as binary numbers.
-- @param train spikes of one neuron, or a list of one train
-- @tab opts bin (a time), length (default 8)
-- @return array, for `entropy` and `mutual_information`
function M.words(train, opts)
  opts = input.options("words", opts, { bin = true, length = { "integer" } })
  input.positive("words", opts, "bin")
  local length = opts.length or 8
  if length < 1 or length > 50 then error("words: the length is from 1 to 50 bins", 0) end
  local s, out = symbols_of("words", train, opts), {}
  for k = 1, #s // length do
    local word = 0
    for j = 1, length do word = 2 * word + s[(k - 1) * length + j] end
    out[k] = word
  end
  return input.array(out)
end

--- Neuronal avalanches (Beggs and Plenz 2003, J Neurosci 23:11167): runs of bins with spikes of any neuron between bins
-- without. Runs at the two ends count too. Spikes stay where they are; counts in bins are summed over the ranks.
-- @param spikes recorded spikes, `ln.spikes` or a list of trains
-- @tab[opt] opts bin (a time; default: the mean interval between spikes of the population)
-- @return array of sizes (spikes), array of durations (times)
function M.avalanches(spikes, opts)
  opts = input.options("avalanches", opts, { bin = true })
  local p, first, last, n = input.own("avalanches", spikes), math.huge, -math.huge, 0
  for _, train in ipairs(p.trains) do
    if #train > 0 then first, last, n = math.min(first, train[1]), math.max(last, train[#train]), n + #train end
  end
  first, last, n = input.extreme(p, "min", first), input.extreme(p, "max", last), input.total(p, { n })[1]
  local mean = n > 1 and (last - first) / (n - 1) or 0
  if n == 0 or not opts.bin and mean == 0 then return array.zeros(0):integer(), array.wrap(array.zeros(0), input.second) end
  local bin = input.positive("avalanches", opts, "bin", mean)
  local function bin_of(t) return math.floor((t - p.start) / bin + 1e-9) end
  local low = bin_of(first)
  local counts = {}
  for k = 1, bin_of(last) - low + 1 do counts[k] = 0 end
  for _, train in ipairs(p.trains) do
    for _, t in ipairs(train) do
      local k = bin_of(t) - low + 1
      counts[k] = counts[k] + 1
    end
  end
  local sizes, durations, running = {}, {}, 0
  for _, count in ipairs(input.total(p, counts)) do
    if count > 0 then
      if running == 0 then sizes[#sizes + 1] = 0 end
      sizes[#sizes], running = sizes[#sizes] + count, running + 1
      durations[#sizes] = running * bin
    else
      running = 0
    end
  end
  return input.array(sizes), input.array(durations, input.second)
end

-- Hurwitz's zeta function: the sum of (k + q)^-s over k >= 0, by Euler and Maclaurin.
local function zeta(s, q)
  local sum, n = 0, 12
  for k = 0, n - 1 do sum = sum + (k + q) ^ -s end
  local x = q + n
  sum = sum + x ^ (1 - s) / (s - 1) + 0.5 * x ^ -s
  return sum + s * x ^ (-s - 1) / 12 - s * (s + 1) * (s + 2) * x ^ (-s - 3) / 720
    + s * (s + 1) * (s + 2) * (s + 3) * (s + 4) * x ^ (-s - 5) / 30240
end

--- A power law fitted to whole numbers (sizes of avalanches) by maximum likelihood: p(x) = x^-a / zeta(a, min) from min on
-- (Clauset et al. 2009, SIAM Rev 51:661).
-- @param x array
-- @tab[opt] opts min (default 1): smaller ones are left out
-- @treturn table exponent, se, n (how many from min on), ks (largest distance of the cumulative distributions)
function M.power_law(x, opts)
  opts = input.options("power_law", opts, { min = { "number" } })
  local min, kept, sum = opts.min or 1, {}, 0
  if not math.tointeger(min) or min < 1 then error("power_law: min is a whole number, at least 1", 0) end
  for _, v in ipairs(input.signal("power_law", x):totable()) do
    if v ~= v // 1 or v < 1 then error(("power_law takes whole numbers from 1 on, got %g"):format(v), 0) end
    if v >= min then kept[#kept + 1], sum = v, sum + math.log(v) end
  end
  local n = #kept
  table.sort(kept)
  if n < 2 or kept[1] == kept[n] then error("power_law needs at least two different numbers from min on", 0) end
  local function cost(a) return a * sum / n + math.log(zeta(a, min)) end
  local low, high, golden = 1.0001, 20, (math.sqrt(5) - 1) / 2
  while high - low > 1e-9 do
    local a, b = high - golden * (high - low), low + golden * (high - low)
    if cost(a) < cost(b) then high = b else low = a end
  end
  local exponent, ks = (low + high) / 2, 0
  local h = 1e-4
  local curvature = (cost(exponent + h) - 2 * cost(exponent) + cost(exponent - h)) / (h * h)
  for k = 1, n do
    if k == n or kept[k + 1] > kept[k] then
      ks = math.max(ks, math.abs(k / n - (1 - zeta(exponent, kept[k] + 1) / zeta(exponent, min))))
    end
  end
  return { exponent = exponent, se = 1 / math.sqrt(n * curvature), n = n, ks = ks }
end

return M
