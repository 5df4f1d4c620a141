-- Tests of distributions: cumulative distribution functions, Kolmogorov-Smirnov, chi-square. With fixed seeds the
-- answers never change; the limits are those that one true hypothesis in ten thousand passes.
local M = {}

-- Regularised lower incomplete gamma function P(a, x): series below a + 1, continued fraction above.
local function log_gamma(x)
  local c = { 76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2,
    -0.5395239384953e-5 }
  local t, sum = x + 5.5, 1.000000000190015
  for k = 1, 6 do sum = sum + c[k] / (x + k) end
  return (x + 0.5) * math.log(t) - t + math.log(2.5066282746310005 * sum / x)
end
M.log_gamma = log_gamma

function M.gamma_cdf(a, x)
  if x <= 0 then return 0 end
  if x == math.huge then return 1 end
  local scale = math.exp(-x + a * math.log(x) - log_gamma(a))
  if x < a + 1 then
    local term, sum, k = 1 / a, 1 / a, a
    repeat
      k = k + 1
      term = term * x / k
      sum = sum + term
    until term < sum * 1e-15
    return sum * scale
  end
  local b = x + 1 - a
  local c, d = 1e300, 1 / b
  local h = d
  for k = 1, 1000 do
    local an = -k * (k - a)
    b = b + 2
    d = 1 / (an * d + b)
    c = b + an / c
    local change = d * c
    h = h * change
    if math.abs(change - 1) < 1e-14 then break end
  end
  return 1 - scale * h
end

function M.normal_cdf(x)
  local p = M.gamma_cdf(0.5, x * x / 2)
  return x < 0 and (1 - p) / 2 or (1 + p) / 2
end

--- The largest distance between the distribution of the samples (a list, which is sorted) and cdf, times sqrt(n).
-- Between 0.30 and 2.225 but for one true hypothesis in ten thousand; below 0.30 the samples are too regular.
function M.ks(samples, cdf)
  table.sort(samples)
  local n, distance = #samples, 0
  for k = 1, n do
    local p = cdf(samples[k])
    assert(p >= 0 and p <= 1, "the distribution function is wrong")
    distance = math.max(distance, k / n - p, p - (k - 1) / n)
  end
  return distance * math.sqrt(n)
end

--- Chi-square of observed counts against expected ones, as a normal deviate (Wilson and Hilferty).
-- Cells of fewer than five expected are put together with the next.
function M.chi_square(observed, expected)
  local sum, cells, o, e = 0, 0, 0, 0
  for k = 1, #expected do
    o, e = o + observed[k], e + expected[k]
    if e >= 5 and (k < #expected or cells == 0) or k == #expected and e > 0 then
      sum, cells, o, e = sum + (o - e) ^ 2 / e, cells + 1, 0, 0
    end
  end
  local f = cells - 1
  return ((sum / f) ^ (1 / 3) - (1 - 2 / (9 * f))) / math.sqrt(2 / (9 * f))
end

--- Counts of 0 .. largest in a list of whole numbers, with what is larger in the last.
function M.tally(list, largest)
  local out = {}
  for k = 1, largest + 1 do out[k] = 0 end
  for _, x in ipairs(list) do
    local k = math.min(x, largest) // 1 + 1
    out[k] = out[k] + 1
  end
  return out
end

--- n times the probabilities of 0 .. largest by pmf, with the rest in the last.
function M.expected(n, largest, pmf)
  local out, rest = {}, n
  for k = 0, largest - 1 do
    out[k + 1] = n * pmf(k)
    rest = rest - out[k + 1]
  end
  out[largest + 1] = rest
  return out
end

function M.poisson(mean)
  return function(k) return math.exp(k * math.log(mean) - mean - log_gamma(k + 1)) end
end

function M.binomial(n, p)
  return function(k)
    if k > n then return 0 end
    return math.exp(log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1) + k * math.log(p) + (n - k) * math.log(1 - p))
  end
end

--- The correlation of two lists of one length, times sqrt(n): a normal deviate where they are independent.
function M.correlation(x, y)
  local n, mx, my = #x, 0, 0
  for k = 1, n do mx, my = mx + x[k], my + y[k] end
  mx, my = mx / n, my / n
  local xx, yy, xy = 0, 0, 0
  for k = 1, n do
    local a, b = x[k] - mx, y[k] - my
    xx, yy, xy = xx + a * a, yy + b * b, xy + a * b
  end
  return xy / math.sqrt(xx * yy) * math.sqrt(n)
end

--- Mean and variance (over n) of a list.
function M.moments(x)
  local mean, variance = 0, 0
  for k = 1, #x do mean = mean + x[k] / #x end
  for k = 1, #x do variance = variance + (x[k] - mean) ^ 2 / #x end
  return mean, variance
end

return M
