--- Statistics of arrays: `ln.statistics.t_test(a, b).p`. Means, deviations, medians and quantiles are methods of arrays.
--
-- Samples are arrays or lists of one dimension; two samples have one unit. nan is refused. What is drawn (bootstrap) is
-- the same on every rank and in every run.
-- @module lunate.statistics
local Q = require "lunate.quantity"
local array = require "lunate.array"
local guard = require "lunate.guard"
local kernel = require "lunate.kernel"
local options = require "lunate.options"
local runtime = require "lunate.runtime"
local share = require "lunate.share"

local M = {}

-- ---------------------------------------------------------------- samples

-- A list of SI numbers and their dimension.
local function sample(what, x, least)
  if not array.is(x) then
    if type(x) ~= "table" or Q.is(x) then error(("%s takes arrays or lists, got %s"):format(what, tostring(x)), 0) end
    x = array.new(x)
  end
  if select("#", x:shape()) ~= 1 then error(what .. " takes arrays of one dimension", 0) end
  if #x < (least or 1) then
    error(("%s needs at least %d value%s, got %d"):format(what, least or 1, (least or 1) == 1 and "" or "s", #x), 0)
  end
  local list = (x:kind() == "boolean" and x:integer() or x:raw()):totable() -- truth counts as 1 and 0
  for k, v in ipairs(list) do
    if v ~= v then error(("%s: element %d is nan"):format(what, k), 0) end
  end
  return list, x:dim()
end

local function two_samples(what, a, b, least)
  local x, dim = sample(what, a, least)
  local y, other = sample(what, b, least)
  if dim ~= other then error(("%s: the samples are in %s and %s"):format(what, dim, other), 0) end
  return x, y, dim
end

local function moments(x)
  local a = array.new(x)
  return a:mean(), a:var() * #x / (#x - 1) -- over n - 1
end

-- ---------------------------------------------------------------- distributions

local function lgamma(x) return array.new({ x }):lgamma()[1] end
local function erfc(x) return array.new({ x }):erfc()[1] end

local function number(what, x)
  if type(x) ~= "number" then error(("%s takes numbers without unit, got %s"):format(what, tostring(x)), 0) end
  return x
end

--- The chance that a standard normal number is above z (Abramowitz and Stegun 1964, 26.2).
-- @number z
-- @treturn number
M.normal_tail = guard.wrap("normal_tail", function(z) return 0.5 * erfc(number("normal_tail", z) / math.sqrt(2)) end)

-- The regularised incomplete beta function, by Lentz's continued fraction.
local function beta_fraction(a, b, x)
  local tiny = 1e-300
  local c, d = 1.0, 1 - (a + b) * x / (a + 1)
  d = 1 / (math.abs(d) < tiny and tiny or d)
  local h = d
  for m = 1, 500 do
    for part = 1, 2 do
      local t = part == 1 and m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        or -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 + t * d
      d = 1 / (math.abs(d) < tiny and tiny or d)
      c = 1 + t / c
      if math.abs(c) < tiny then c = tiny end
      h = h * d * c
      if part == 2 and math.abs(d * c - 1) < 1e-15 then return h end
    end
  end
  return h
end

-- The logarithm of gamma(a + b)/gamma(a); where a is large, and b a half as for Student's, without their difference.
local function log_rise(a, b)
  if b ~= 0.5 or a < 100 then return lgamma(a + b) - lgamma(a) end
  return 0.5 * math.log(a) - 1 / (8 * a) + 1 / (192 * a ^ 3)
end

local function beta(a, b, x)
  if x <= 0 then return 0.0 end
  if x >= 1 then return 1.0 end
  local front = math.exp(log_rise(a, b) - lgamma(b) + a * math.log(x) + b * array.new({ -x }):log1p()[1])
  if x < (a + 1) / (a + b + 2) then return front * beta_fraction(a, b, x) / a end
  return 1 - front * beta_fraction(b, a, 1 - x) / b
end

--- The chance that |t| of Student's distribution is as large (1908; by the incomplete beta function, Abramowitz and Stegun
-- 1964, 26.7).
-- @number t
-- @number df degrees of freedom, above 0
-- @treturn number
M.student_two_sided = guard.wrap("student_two_sided", function(t, df)
  if number("student_two_sided", t) ~= t then return t end
  if number("student_two_sided", df) <= 0 or df ~= df then error("student_two_sided: there must be degrees of freedom", 0) end
  if t == math.huge or t == -math.huge then return 0.0 end
  return beta(df / 2, 0.5, df / (df + t * t))
end)

local function kolmogorov_tail(x) -- the chance that sqrt(n) D is above x, as n grows
  if x <= 0 then return 1.0 end
  if x < 1.18 then -- the other series, which converges fast there
    local sum = 0
    for k = 1, 20 do sum = sum + math.exp(-(2 * k - 1) ^ 2 * math.pi ^ 2 / (8 * x * x)) end
    return 1 - math.sqrt(2 * math.pi) / x * sum
  end
  local sum = 0
  for k = 1, 100 do
    local term = math.exp(-2 * (k * x) ^ 2)
    sum = sum + (k % 2 == 1 and term or -term)
    if term < 1e-17 then break end
  end
  return math.min(1, 2 * sum)
end

-- ---------------------------------------------------------------- relations

local function pearson(x, y)
  local a, b = array.new(x), array.new(y)
  a, b = a - a:mean(), b - b:mean()
  local r = (a * b):sum() / math.sqrt((a * a):sum() * (b * b):sum())
  if r ~= r then return r end
  return math.max(-1.0, math.min(1.0, r)) -- rounding may lead past them
end

-- Ranks from 1, equal ones the mean of theirs; and the sum of t^3 - t over ties.
local function ranks(x)
  local a = array.is(x) and x or kernel.array_pack(x, "double")
  local _, counts = a:unique()
  local last = counts:cumsum()
  local middle = (last * 2 - counts + 1) / 2 -- from last - count + 1 to last
  return kernel.array_repeat(middle, counts):take(a:argsort():argsort()), ((counts:double() ^ 3) - counts):sum()
end

local function with_p(r, n)
  local t = r * math.sqrt((n - 2) / ((1 - r) * (1 + r)))
  return r, n > 2 and M.student_two_sided(t, n - 2) or 0 / 0
end

--- Pearson's correlation (1895) of two samples of one length (their units may differ), and the two-sided p of no
-- correlation (t with n - 2 degrees of freedom). nan where one is constant.
-- @param a sample
-- @param b sample, as long
-- @treturn number r
-- @treturn number p
M.correlation = guard.wrap("correlation", function(a, b)
  local x, y = sample("correlation", a, 2), sample("correlation", b, 2)
  if #x ~= #y then error(("correlation: %d values and %d do not pair"):format(#x, #y), 0) end
  return with_p(pearson(x, y), #x)
end)

--- Spearman's rank correlation (1904), and its p (t with n - 2 degrees of freedom).
-- @param a sample
-- @param b sample, as long
-- @treturn number r
-- @treturn number p
M.rank_correlation = guard.wrap("rank_correlation", function(a, b)
  local x, y = sample("rank_correlation", a, 2), sample("rank_correlation", b, 2)
  if #x ~= #y then error(("rank_correlation: %d values and %d do not pair"):format(#x, #y), 0) end
  return with_p(pearson((ranks(x)), (ranks(y))), #x)
end)

local function centred(what, x)
  if not array.is(x) then x = array.new(x) end
  local n, m = x:shape()
  if not m then error(what .. " takes an array of samples by variables", 0) end
  if n < 2 then error(what .. " needs at least 2 samples (rows)", 0) end
  return x - x:mean(1), n
end

--- The covariance matrix of an array of samples (rows) by variables, over n - 1.
-- @param x array
-- @return array, variables by variables, in the unit squared
M.covariance_matrix = guard.wrap("covariance_matrix", function(x)
  local c, n = centred("covariance_matrix", x)
  return c:transpose():dot(c) / (n - 1)
end)

--- The correlation matrix (Pearson 1895) of an array of samples by variables; rows and columns of a constant variable are nan.
-- @param x array
-- @return array, variables by variables
M.correlation_matrix = guard.wrap("correlation_matrix", function(x)
  local c = centred("correlation_matrix", x):raw()
  local s = (c * c):sum(1):sqrt()
  return c:transpose():dot(c) / s / s:reshape(-1, 1)
end)

-- ---------------------------------------------------------------- tests

--- Kolmogorov and Smirnov's test (Smirnov 1948, Ann Math Stat 19:279): of a sample against another, or against a cumulative
-- distribution.
-- @param a sample
-- @param b sample; or a function that gives the chance of a value up to x (a number or quantity)
-- @treturn table statistic (the largest distance), p (two-sided; the limit of large samples, sqrt(n m/(n + m)) for two)
M.ks_test = guard.wrap("ks_test", function(a, b)
  local x, dim = sample("ks_test", a)
  table.sort(x)
  local n = #x
  if type(b) == "function" then
    local d = 0
    for k, v in ipairs(x) do
      local f = b(Q.new(v, dim))
      if type(f) ~= "number" or not (f >= 0 and f <= 1) then
        error(("ks_test: the function must give a number from 0 to 1, got %s"):format(tostring(f)), 0)
      end
      d = math.max(d, k / n - f, f - (k - 1) / n)
    end
    return { statistic = d, p = kolmogorov_tail(math.sqrt(n) * d) }
  end
  local y = select(2, two_samples("ks_test", a, b))
  table.sort(y)
  local m, i, j, d = #y, 0, 0, 0
  while i < n and j < m do
    local v = math.min(x[i + 1], y[j + 1])
    while i < n and x[i + 1] == v do i = i + 1 end
    while j < m and y[j + 1] == v do j = j + 1 end
    d = math.max(d, math.abs(i / n - j / m))
  end
  return { statistic = d, p = kolmogorov_tail(math.sqrt(n * m / (n + m)) * d) }
end)

--- Student's t test (1908), two-sided. With one sample and a number: of that mean. With two: Welch's (unequal variances;
-- 1947, Biometrika 34:28).
-- @param a sample
-- @param b sample, or a number or quantity
-- @tab[opt] opts paired = true; equal_variances = true
-- @treturn table statistic, df, p; nan where there is no variance
M.t_test = guard.wrap("t_test", function(a, b, opts)
  opts = options.check("t_test", opts or {}, { paired = { "boolean" }, equal_variances = { "boolean" } })
  local x, dim = sample("t_test", a, 2)
  local mean, difference, df
  local function result(t) return { statistic = t, df = df, p = M.student_two_sided(t, df) } end
  if Q.dim_of(b) then
    if Q.dim_of(b) ~= dim and b ~= 0 then error(("t_test: the sample is in %s, the mean is %s"):format(dim, tostring(b)), 0) end
    local m, v = moments(x)
    df = #x - 1
    return result((m - Q.value_of(b)) / math.sqrt(v / #x))
  end
  local y = select(2, two_samples("t_test", a, b, 2))
  if opts.paired then
    if #x ~= #y then error(("t_test: %d values and %d do not pair"):format(#x, #y), 0) end
    difference = (array.new(x) - array.new(y)):totable()
    local m, v = moments(difference)
    df = #x - 1
    return result(m / math.sqrt(v / #x))
  end
  local v, w, other
  mean, v = moments(x)
  other, w = moments(y)
  local n, m = #x, #y
  if opts.equal_variances then
    df = n + m - 2
    return result((mean - other) / math.sqrt(((n - 1) * v + (m - 1) * w) / df * (1 / n + 1 / m)))
  end
  df = (v / n + w / m) ^ 2 / ((v / n) ^ 2 / (n - 1) + (w / m) ^ 2 / (m - 1))
  return result((mean - other) / math.sqrt(v / n + w / m))
end)

--- Mann and Whitney's test (1947, Ann Math Stat 18:50), two-sided, by the normal limit with corrections for ties and
-- continuity.
-- @param a sample
-- @param b sample
-- @treturn table statistic (U of the first sample), p
M.mann_whitney = guard.wrap("mann_whitney", function(a, b)
  local x, y = two_samples("mann_whitney", a, b)
  local n, m = #x, #y
  local r, ties = ranks(table.move(y, 1, m, n + 1, table.move(x, 1, n, 1, {})))
  local sum = r:slice(1, n):sum()
  local u = sum - n * (n + 1) / 2
  local all = n + m
  local sigma = math.sqrt(n * m / 12 * (all + 1 - ties / (all * (all - 1))))
  local z = (math.max(u, n * m - u) - n * m / 2 - 0.5) / sigma
  return { statistic = u, p = sigma == 0 and 1.0 or math.min(1, 2 * M.normal_tail(z)) }
end)

--- Bootstrap: the percentile interval of a statistic of a sample (Efron 1979). Each rank computes a share of the draws,
-- unless the statistic takes all ranks together (reads a recording, say).
-- @param a sample
-- @func statistic of an array: a number or quantity; for example function(x) return x:mean() end
-- @tab[opt] opts draws = 1000, level = 0.95, key = 1 (another key, other draws)
-- @treturn table estimate, low, high, se
M.bootstrap = guard.wrap("bootstrap", function(a, statistic, opts)
  opts = options.check("bootstrap", opts or {}, { draws = { "integer" }, level = { "number" }, key = { "integer" } })
  local x, dim = sample("bootstrap", a)
  if type(statistic) ~= "function" then error("bootstrap needs a function of an array", 0) end
  local draws, level = opts.draws or 1000, opts.level or 0.95
  if draws < 2 or not (level > 0 and level < 1) then error("bootstrap: draws is at least 2, level between 0 and 1", 0) end
  local source = array.wrap(array.new(x), dim)
  local uniform = require("lunate.distribution").uniform(0, 1)
  local key, meetings = opts.key or 1, runtime.meetings()
  local estimate = statistic(source)
  local function draw(k)
    local places = (array.random(uniform, #x, key << 24 | k) * #x):floor() + 1
    local value = statistic(source:take(places))
    if Q.dim_of(value) == nil then error("bootstrap: the function must give a number or quantity", 0) end
    return value
  end
  local all
  if runtime.meetings() == meetings then -- each rank its share
    all = array.new(share.out(draws, draw, "bootstrap", key))
  else -- the statistic takes all ranks together
    all = array.from_function(draws, draw)
  end
  return { estimate = estimate, low = all:quantile((1 - level) / 2), high = all:quantile((1 + level) / 2),
    se = all:sd() * math.sqrt(draws / (draws - 1)) }
end)

-- ---------------------------------------------------------------- regression

-- A matrix of samples by variables, without units, from an array of one or two dimensions.
local function design(what, x)
  if not array.is(x) then x = array.new(x) end
  local n, m = x:shape()
  x = x:raw()
  if (x:isnan():sum()) > 0 then error(what .. ": the data hold nan", 0) end
  return m and x or x:reshape(n, 1), n
end

--- Least squares (Legendre 1805): y = intercept + x · slopes.
-- @param x array of samples, or of samples by variables
-- @param y array of samples
-- @treturn table intercept (in the unit of y), slope (of one variable, with unit) or slopes (array: unit of y by unit of
-- x), r2, residuals, and se and p of the slopes (arrays; two-sided t with n - variables - 1 degrees of freedom)
M.linear_regression = guard.wrap("linear_regression", function(x, y)
  local X, n = design("linear_regression", x)
  local list, y_dim = sample("linear_regression", y, 2)
  if #list ~= n then error(("linear_regression: %d samples, but %d values"):format(n, #list), 0) end
  local x_dim = array.is(x) and x:dim() or array.new(x):dim()
  local A = array.concatenate({ array.ones(n, 1), X }, 2)
  local b = array.new(list)
  local w, rank = A:lstsq(b)
  local p = #w
  local residuals = b - A:dot(w)
  local total, rest = b - b:mean(), (residuals * residuals):sum()
  total = (total * total):sum()
  local df, dim = n - p, y_dim / x_dim
  local se, chance = array.zeros(p - 1), array.zeros(p - 1)
  local inverse = rank == p and df > 0 and A:transpose():dot(A):inverse()
  for k = 1, p - 1 do
    se[k] = inverse and math.sqrt(rest / df * inverse[k + 1][k + 1]) or 0 / 0
    chance[k] = inverse and M.student_two_sided(w[k + 1] / se[k], df) or 0 / 0
  end
  local slopes = array.wrap(w:slice(2):copy(), dim)
  return {
    intercept = Q.new(w[1], y_dim), slopes = slopes, slope = p == 2 and slopes[1] or nil, r2 = 1 - rest / total,
    residuals = array.wrap(residuals, y_dim), se = array.wrap(se, dim), p = chance, rank = rank,
  }
end)

--- Logistic regression (Cox 1958, J R Stat Soc B 20:215) by Newton's method: the chance of y = 1 is 1/(1 + exp(-(intercept + x
-- · slopes))).
-- @param x array of samples, or of samples by variables, without unit
-- @param y array of 0 and 1
-- @tab[opt] opts penalty: half of it times the squared slopes is added to the negative log-likelihood (scikit-learn's
-- 1/C; default 0). Without one, data that a line separates have no solution: an error.
-- @treturn table intercept, slopes, log_likelihood, probability (array)
M.logistic_regression = guard.wrap("logistic_regression", function(x, y, opts)
  opts = options.check("logistic_regression", opts or {}, { penalty = { "number" } })
  local X, n = design("logistic_regression", x)
  local list = sample("logistic_regression", y)
  if #list ~= n then error(("logistic_regression: %d samples, but %d values"):format(n, #list), 0) end
  for k, v in ipairs(list) do
    if v ~= 0 and v ~= 1 then error(("logistic_regression: y is 0 or 1, element %d is %g"):format(k, v), 0) end
  end
  local A, b, penalty = array.concatenate({ array.ones(n, 1), X }, 2), array.new(list), opts.penalty or 0
  local p = select(2, A:shape())
  local ridge = array.ones(p) * penalty
  ridge[1] = 0
  local w, At = array.zeros(p), A:transpose()
  local function chance(v) return 1 / ((-A:dot(v)):exp() + 1) end
  for _ = 1, 100 do
    local q = chance(w)
    local gradient = At:dot(b - q) - ridge * w
    local hessian = (At * (q * (1 - q))):dot(A) + ridge:diagonal()
    local ok, step = pcall(hessian.solve, hessian, gradient)
    if not ok or (w * w):sum() > 1e6 * n then
      error("logistic_regression: a line separates the classes, or variables depend on each other: set a penalty", 0)
    end
    w = w + step
    if step:abs():max() < 1e-12 * math.max(1, w:abs():max()) then break end
  end
  local q = chance(w)
  if penalty == 0 and (q - b):abs():max() < 1e-6 then
    error("logistic_regression: a line separates the classes: set a penalty", 0)
  end
  local z = A:dot(w)
  local likelihood = (b * z - z:maximum(0) - (-z:abs()):exp():log1p()):sum()
  return { intercept = w[1], slopes = w:slice(2):copy(), log_likelihood = likelihood, probability = q }
end)

return options.strict("ln.statistics", M)
