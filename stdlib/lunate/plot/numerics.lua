--- What figures compute: ranges, bins, smoothing. Statistics are those of arrays and of ln.statistics.
-- @module lunate.plot.numerics
local array = require "lunate.array"
local data = require "lunate.plot.data"

local M = {}

--- An array of the finite numbers of a list or array.
local function finite(list)
  local a = array.is(list) and list:raw():double() or array.new(list):double()
  return a:where(a:isfinite())
end

--- The smallest and largest number of some lists, without what is not finite; inf, -inf where there is none.
function M.range(...)
  local lo, hi = math.huge, -math.huge
  for _, list in ipairs { ... } do
    if array.is(list) then
      local a = finite(list)
      if #a > 0 then lo, hi = math.min(lo, a:min()), math.max(hi, a:max()) end
    end
    for k = 1, array.is(list) and 0 or #list do
      local v = list[k]
      if data.finite(v) then
        if v < lo then lo = v end
        if v > hi then hi = v end
      end
    end
  end
  return lo, hi
end

--- Mean, standard deviation (over n - 1) and number of what is finite.
function M.moments(list)
  local a = finite(list)
  local n = #a
  return a:mean(), n > 1 and a:sd() * math.sqrt(n / (n - 1)) or 0.0, n
end

--- The line of least squares, y = a + b x, and Pearson's r; nil where x does not vary.
function M.least_squares(x, y)
  local u, v = {}, {}
  for k = 1, #x do
    if data.finite(x[k]) and data.finite(y[k]) then u[#u + 1], v[#v + 1] = x[k] + 0.0, y[k] + 0.0 end
  end
  if #u < 2 or array.new(u):sd() == 0 then return nil end
  local statistics = require "lunate.statistics"
  local fit, r = statistics.linear_regression(u, v), statistics.correlation(u, v)
  return fit.intercept, fit.slope, r == r and r or 0
end

--- Counts (or density) in equal bins; the last bin holds its upper edge. What lies outside is not counted.
-- @return edges, heights
function M.histogram(list, bins, lo, hi, density)
  local a = finite(list)
  local counts, edges = a:histogram(bins, lo, hi)
  if not density then return edges:totable(), counts:totable() end
  return edges:totable(), (counts * (bins / (hi - lo)) / math.max(1, counts:sum())):totable()
end

--- Places of n columns or rows: 1, 2, 3 … or the user's, which must be equally spaced.
-- @treturn table {first =, step =, dim =}
function M.places(x, n, what)
  if x == nil then return { first = 1, step = 1 } end
  local list, dim = data.numbers(x, what)
  if #list ~= n then error(("%s has %d elements, the matrix has %d"):format(what, #list, n), 0) end
  if n < 2 then return { first = list[1] or 1, step = 1, dim = dim } end
  local step = (list[n] - list[1]) / (n - 1)
  for k = 2, n do
    if not (step > 0 and math.abs(list[k] - list[k - 1] - step) < 1e-6 * step * n) then
      error(what .. " must rise in equal steps", 0)
    end
  end
  return { first = list[1], step = step, dim = dim }
end

--- A list smoothed by a Gaussian whose standard deviation is `sd` elements; at the ends, by what is there of it.
function M.smooth(list, sd)
  local reach, n, out, weights = math.ceil(4 * sd), #list, {}, {}
  for d = -reach, reach do weights[d] = math.exp(-0.5 * (d / sd) ^ 2) end
  for k = 1, n do
    local sum, weight = 0, 0
    for d = math.max(-reach, 1 - k), math.min(reach, n - k) do
      sum, weight = sum + weights[d] * list[k + d], weight + weights[d]
    end
    out[k] = sum / weight
  end
  return out
end

return M
