-- Statistics against SciPy's and scikit-learn's numbers (tests/conformance/analysis), and by closed forms.
local ln = require "lunate"
local S = ln.statistics
local here = debug.getinfo(1, "S").source:match "^@(.*)language/"
local R = dofile(here .. "conformance/analysis/reference.lua")
local array, mV, ms = ln.array, ln.mV, ln.ms
local support = dofile(here .. "language/support/check.lua")
local refused = support.refused

local function near(expected, x, tolerance) support.near(expected, x, tolerance or 1e-10) end

describe("statistics", function()
  it("correlate", function()
    local r, p = S.correlation(R.a, R.c)
    near(R.pearson[1], r)
    near(R.pearson[2], p, 1e-12)
    local ties = array(R.a):round()
    r, p = S.rank_correlation(ties, R.c)
    near(R.spearman[1], r)
    near(R.spearman[2], p, 1e-12)
    near(1, (S.correlation(array(R.a) * mV, array(R.a) * ms)))
    r = S.correlation({ 1, 1, 1 }, { 1, 2, 3 })
    assert.is_true(r ~= r)
    refused("3 values and 2 do not pair", S.correlation, { 1, 2, 3 }, { 1, 2 })
    refused("element 2 is nan", S.correlation, { 1, 0 / 0 }, { 1, 2 })
    local m = S.correlation_matrix(array { { 1, 2 }, { 2, 4 }, { 3, 6 } })
    near(1, m[1][2])
    local c = S.covariance_matrix(array({ { 1, 2 }, { 2, 4 }, { 3, 6 } }, mV))
    near(2, c[1][2] / mV ^ 2)
  end)

  it("know their distributions", function()
    near(0.5, S.normal_tail(0))
    near(0.158655253931457, S.normal_tail(1)) -- Abramowitz and Stegun's table 26.1
    near(0.5, S.student_two_sided(1, 1)) -- Cauchy's: 1 - 2 atan(t)/pi
    near(1 - 2 * math.atan(3) / math.pi, S.student_two_sided(-3, 1))
    near(1 - 2 / math.sqrt(2 + 4), S.student_two_sided(2, 2)) -- 1 - t/sqrt(2 + t^2)
    near(2 * S.normal_tail(1.5), S.student_two_sided(1.5, 1e9), 1e-8)
    assert.are.equal(0.0, S.student_two_sided(1 / 0, 3))
    refused("there must be degrees of freedom", S.student_two_sided, 1, 0)
    refused("takes numbers without unit", S.normal_tail, 1 * mV)
  end)

  it("test", function()
    local function agree(expected, result)
      near(expected[1], result.statistic)
      near(expected[2], result.p, 1e-9)
    end
    agree(R.ks_one, S.ks_test(R.a, function(x) return 1 - S.normal_tail(x) end))
    agree(R.ks_two, S.ks_test(R.a, R.b))
    agree(R.t_one, S.t_test(R.a, 0.3))
    agree(R.t_paired, S.t_test(R.a, R.c, { paired = true }))
    agree(R.t_equal, S.t_test(R.a, R.b, { equal_variances = true }))
    agree(R.t_welch, S.t_test(R.a, R.b))
    agree(R.t_welch, S.t_test(array(R.a) * mV, array(R.b) * mV))
    agree(R.mann_whitney, S.mann_whitney(R.a, R.b))
    agree(R.mann_whitney_ties, S.mann_whitney(array(R.a):round(), array(R.b):round()))
    assert.are.equal(1, S.mann_whitney({ 1, 1 }, { 1, 1 }).p)
    refused("the samples are in V and s", S.t_test, array({ 1, 2 }, mV), array({ 1, 2 }, ms))
    refused("t_test needs at least 2 values, got 1", S.t_test, { 1 }, 0)
    refused("ks_test needs at least 1 value, got 0", S.ks_test, {}, { 1 })
    refused("unknown option 'pair'", S.t_test, { 1, 2 }, { 1, 2 }, { pair = true })
  end)

  it("bootstrap, the same every time", function()
    local function mean(x) return x:mean() end
    local x = array(R.a) * mV
    local r = S.bootstrap(x, mean, { draws = 2000 })
    near(x:mean() / mV, r.estimate / mV)
    near(x:sd() / mV / 5, r.se / mV, 0.05) -- sd over n, n = 25
    assert.is_true(r.low < r.estimate and r.estimate < r.high)
    near(2 * 1.96 * (r.se / mV), (r.high - r.low) / mV, 0.1)
    assert.are.equal(r.low, S.bootstrap(x, mean, { draws = 2000 }).low)
    assert.are_not.equal(r.low, S.bootstrap(x, mean, { draws = 2000, key = 2 }).low)
  end)

  it("regress", function()
    local r = S.linear_regression(R.a, array(R.c) * mV)
    near(R.line[1], r.intercept / mV)
    near(R.line[2], r.slope / mV)
    near(R.line[3], r.r2)
    near(R.line[4], r.se[1] / mV)
    near(R.line[5], r.p[1], 1e-12)
    local l = S.logistic_regression(array(R.X), array(R.y))
    near(R.logistic[1], l.intercept, 1e-4)
    for k = 1, 3 do near(R.logistic[k + 1], l.slopes[k], 1e-4) end
    l = S.logistic_regression(array(R.X), array(R.y), { penalty = 2 })
    near(R.logistic_penalty[1], l.intercept, 1e-4)
    for k = 1, 3 do near(R.logistic_penalty[k + 1], l.slopes[k], 1e-4) end
    refused("a line separates the classes", S.logistic_regression, { 1, 2, 3, 4 }, { 0, 0, 1, 1 })
    refused("y is 0 or 1", S.logistic_regression, { 1, 2 }, { 0, 2 })
    refused("2 samples, but 3 values", S.linear_regression, { 1, 2 }, { 0, 2, 3 })
  end)
end)
