-- Random quantities in distribution, with fixed seeds: initial values, weights, delays, connectors, rand() and randn() in
-- equations, and that none of them knows of another. Limits are those that one true hypothesis in ten thousand passes.
local ln = require "lunate"

local here = debug.getinfo(1, "S").source:match "^@(.*/)" or "./"
local stat = dofile(here .. "support/statistics.lua")

local ms, mV, Hz = ln.ms, ln.mV, ln.Hz
local LIMIT = 3.9 -- of a normal deviate
local KS = 2.225

local function list(array, scale)
  local out, raw = {}, array:raw():flat()
  for k = 1, #raw do out[k] = raw[k] / (scale or 1) end
  return out
end

local function small(deviate, what)
  assert.is_true(math.abs(deviate) < LIMIT, ("%s: deviate %.3g"):format(what or "", deviate))
end

local function follows(samples, cdf, what)
  local distance = stat.ks(samples, cdf)
  assert.is_true(distance < KS, ("%s: %.3g sqrt(n)"):format(what or "", distance))
end

local function truncated(cdf, low, high)
  local a, b = cdf(low), cdf(high)
  return function(x) return x < low and 0 or x > high and 1 or (cdf(x) - a) / (b - a) end
end

local function normal(mean, sd) return function(x) return stat.normal_cdf((x - mean) / sd) end end
local function uniform(low, high) return function(x) return math.max(0, math.min(1, (x - low) / (high - low))) end end
local function exponential(mean) return function(x) return x <= 0 and 0 or 1 - math.exp(-x / mean) end end
local function gamma(shape, scale) return function(x) return stat.gamma_cdf(shape, x / scale) end end
local function lognormal(median, s) return function(x) return x <= 0 and 0 or stat.normal_cdf(math.log(x / median) / s) end end

-- In millivolts.
local distributions = {
  { "uniform", ln.uniform(-3*mV, 5*mV), uniform(-3, 5) },
  { "normal", ln.normal(-60*mV, 5*mV), normal(-60, 5) },
  { "lognormal", ln.lognormal(2*mV, 0.7), lognormal(2, 0.7) },
  { "exponential", ln.exponential(4*mV), exponential(4) },
  { "gamma of shape 0.5", ln.gamma(0.5, 2*mV), gamma(0.5, 2) },
  { "gamma of shape 1", ln.gamma(1, 2*mV), gamma(1, 2) },
  { "gamma of shape 7.3", ln.gamma(7.3, 2*mV), gamma(7.3, 2) },
  { "normal, cut on both sides", ln.normal(1*mV, 2*mV):truncated(0*mV, 2*mV), truncated(normal(1, 2), 0, 2) },
  { "normal, its far tail", ln.truncated(ln.normal(0*mV, 1*mV), 2.5*mV), truncated(normal(0, 1), 2.5, math.huge) },
  { "exponential, cut above", ln.truncated(ln.exponential(4*mV), nil, 3*mV), truncated(exponential(4), 0, 3) },
  { "normal, scaled and turned", ln.normal(3, 1):truncated(1)*(-2*mV), function(x)
    return 1 - truncated(normal(3, 1), 1, math.huge)(-x / 2)
  end },
}

describe("initial values", function()
  local model = ln.neuron { equations = "x : volt\ny : volt" }
  for _, case in ipairs(distributions) do
    it("are " .. case[1], function()
      local pop = ln.network { seed = 21 }:population(20000, model, { x = case[2], y = case[2] })
      local x, y = list(pop.x:gather(), 1e-3), list(pop.y:gather(), 1e-3)
      small(stat.correlation(x, y), "two variables")
      follows(x, case[3])
      follows(y, case[3])
    end)
  end

  it("of an expression are what it says", function()
    local pop = ln.network { seed = 22 }:population(20000, model, { x = "mV*rand()", y = "2*mV*randn() + 1*mV" })
    follows(list(pop.x:gather(), 1e-3), uniform(0, 1))
    follows(list(pop.y:gather(), 1e-3), normal(1, 2))
    local product = ln.network { seed = 22 }:population(20000, model, { x = "mV*rand()*rand()" })
    follows(list(product.x:gather(), 1e-3), function(p) return p <= 0 and 0 or p >= 1 and 1 or p - p * math.log(p) end)
  end)

  it("of a Lua function are what it draws", function()
    local net = ln.network { seed = 23 }
    local pop = net:population(20000, model, { x = function() return (math.random() + math.random())*mV end })
    follows(list(pop.x:gather(), 1e-3), function(x) return x < 1 and x * x / 2 or 1 - (2 - x) ^ 2 / 2 end)
  end)

  it("differ between populations, seeds and settings", function()
    local net = ln.network { seed = 24 }
    local a = net:population(5000, model, { x = "mV*rand()" })
    local b = net:population(5000, model, { x = "mV*rand()" })
    local c = ln.network { seed = 25 }:population(5000, model, { x = "mV*rand()" })
    local d = ln.network { seed = 24 }:population(5000, model, { x = "mV*rand()" })
    local xa, xb, xc = list(a.x:gather()), list(b.x:gather()), list(c.x:gather())
    small(stat.correlation(xa, xb), "populations")
    small(stat.correlation(xa, xc), "seeds")
    assert.same(xa, list(d.x:gather()))
    a.x = "mV*rand()"
    small(stat.correlation(xa, list(a.x:gather())), "settings")
    a.x = ln.uniform(0*mV, 1*mV)
    local first = list(a.x:gather())
    a.x = ln.uniform(0*mV, 1*mV)
    small(stat.correlation(first, list(a.x:gather())), "settings by a distribution")
    small(stat.correlation({ table.unpack(first, 1, 4999) }, { table.unpack(first, 2) }), "neighbours")
  end)
end)

describe("weights and delays", function()
  local model = ln.neuron { equations = "x : volt" }
  local function project(spec, n)
    local net = ln.network { seed = spec.seed or 31 }
    local a, b = net:population(n or 200, model), net:population(100, model)
    return net:project(a, b, { connect = spec.connect or ln.all_to_all(), transmit = "x += w", w = spec.w, delay = spec.delay })
  end

  for _, case in ipairs(distributions) do
    it("are " .. case[1], function()
      local w = list(project({ w = case[2] }):gather("w").w, 1e-3)
      small(stat.correlation({ table.unpack(w, 1, 19999) }, { table.unpack(w, 2) }), "targets beside each other")
      small(stat.correlation({ table.unpack(w, 1, 19900) }, { table.unpack(w, 101) }), "sources beside each other")
      follows(w, case[3])
    end)
  end

  it("are those of expressions and functions", function()
    follows(list(project({ w = "mV*randn()" }):gather("w").w, 1e-3), normal(0, 1))
    follows(list(project({ w = function() return math.random()*mV end }):gather("w").w, 1e-3), uniform(0, 1))
  end)

  it("of several synapses of one pair are drawn one by one", function()
    local p = project { connect = ln.fixed_total(30000), w = ln.uniform(0*mV, 1*mV) }
    local all = p:gather "w"
    local pre, post, w = list(all.pre), list(all.post), list(all.w, 1e-3)
    local x, y = {}, {}
    for k = 2, #w do
      if pre[k] == pre[k - 1] and post[k] == post[k - 1] then x[#x + 1], y[#y + 1] = w[k - 1], w[k] end
    end
    assert.is_true(#x > 5000)
    local n, equal = #x, 0
    for k = 1, n do equal = equal + (x[k] == y[k] and 1 or 0) end
    assert.equal(0, equal)
    small(stat.correlation(x, y), "one pair")
    follows(w, uniform(0, 1))
  end)

  it("of delays are rounded to the nearest step", function()
    local p = project { w = 1*mV, delay = ln.uniform(0.05*ms, 2.05*ms) }
    local steps, delay = {}, list(p:gather().delay, 1e-4)
    for k = 1, #delay do
      steps[k] = math.floor(delay[k] + 0.5)
      assert.is_true(math.abs(delay[k] - steps[k]) < 1e-9)
    end
    local counts, expected = stat.tally(steps, 21), {}
    for k = 1, 22 do expected[k] = k >= 2 and k <= 21 and #steps / 20 or 0 end
    assert.equal(0, counts[1] + counts[22])
    small(stat.chi_square(counts, expected), "steps")
    local normally = list(project({ w = 1*mV, delay = ln.normal(1.5*ms, 0.75*ms):truncated(0.1*ms) }):gather().delay, 1e-4)
    local cdf = truncated(normal(15, 7.5), 1, math.huge)
    small(stat.chi_square(stat.tally(normally, 45), stat.expected(#normally, 45, function(k)
      return cdf(k + 0.5) - cdf(k - 0.5)
    end)), "normal steps")
  end)

  it("do not know of each other", function()
    local all = project({ w = ln.uniform(0*mV, 1*mV), delay = ln.uniform(1*ms, 11*ms) }):gather "w"
    local once = list(all.w)
    small(stat.correlation(once, list(all.delay)), "weight and delay")
    local other = list(project({ w = ln.uniform(0*mV, 1*mV), seed = 32 }):gather("w").w)
    small(stat.correlation(once, other), "seeds")
  end)
end)

-- ---------------------------------------------------------------- connectors

local plain = ln.neuron { equations = "x : 1" }

-- Sources and targets of a connector within a population of n, or between n and m.
local function connect(connector, n, m, seed)
  local net = ln.network { seed = seed or 41 }
  local a = net:population(n, plain)
  local b = m and net:population(m, plain) or a
  local all = net:project(a, b, { connect = connector, transmit = "x += 1" }):gather()
  return list(all.pre), list(all.post)
end

local function degrees(ends, n)
  local out = {}
  for k = 1, n do out[k] = 0 end
  for _, k in ipairs(ends) do out[k // 1] = out[k // 1] + 1 end
  return out
end

-- Counts that are all expected alike, with a variance of `share` times their mean.
local function even(counts, share, what)
  local mean, variance = stat.moments(counts)
  small((variance / (mean * share) - 1) * math.sqrt(#counts / 2), what)
end

describe("connectors", function()
  it("bernoulli: each pair by itself", function()
    local n, m, p = 300, 400, 0.1
    local pre, post = connect(ln.bernoulli(p), n, m)
    small((#pre - n * m * p) / math.sqrt(n * m * p * (1 - p)), "number")
    local indegree, outdegree = degrees(post, m), degrees(pre, n)
    small(stat.chi_square(stat.tally(indegree, 60), stat.expected(m, 60, stat.binomial(n, p))), "indegrees")
    small(stat.chi_square(stat.tally(outdegree, 80), stat.expected(n, 80, stat.binomial(m, p))), "outdegrees")
    local gaps, at = {}, 0 -- the distances of synapses along all pairs are geometric
    for k = 1, #pre do
      local place = (pre[k] - 1) * m + post[k]
      gaps[k], at = place - at - 1, place
    end
    small(stat.chi_square(stat.tally(gaps, 60), stat.expected(#gaps, 60, function(k) return p * (1 - p) ^ k end)), "gaps")
  end)

  it("bernoulli: all pairs, none, all but oneself", function()
    assert.equal(0, #connect(ln.bernoulli(0), 30, 40))
    assert.equal(1200, #connect(ln.bernoulli(1), 30, 40))
    assert.equal(870, #connect(ln.bernoulli(1, { autapses = false }), 30))
  end)

  it("bernoulli of an expression: each pair with its own probability", function()
    local near, far = 0, 0
    local pre, post = connect(ln.bernoulli "0.5*exp(-abs(i - j)/20.0)", 400)
    local expected, variance = { 0, 0 }, { 0, 0 }
    for i = 1, 400 do
      for j = 1, 400 do
        local p, which = 0.5 * math.exp(-math.abs(i - j) / 20), math.abs(i - j) < 15 and 1 or 2
        expected[which], variance[which] = expected[which] + p, variance[which] + p * (1 - p)
      end
    end
    for k = 1, #pre do
      if math.abs(pre[k] - post[k]) < 15 then near = near + 1 else far = far + 1 end
    end
    small((near - expected[1]) / math.sqrt(variance[1]), "near")
    small((far - expected[2]) / math.sqrt(variance[2]), "far")
  end)

  for _, multapses in ipairs { true, false } do
    local word = multapses and "with" or "without"

    it(("fixed_indegree %s multapses: every source as often"):format(word), function()
      local n, m, k = 100, 600, 20
      local pre, post = connect(ln.fixed_indegree(k, { multapses = multapses }), n, m)
      for _, degree in ipairs(degrees(post, m)) do assert.equal(k, degree) end
      even(degrees(pre, n), multapses and 1 - 1 / n or (1 - k / n) * n / (n - 1), "sources")
    end)

    it(("fixed_outdegree %s multapses: every target as often"):format(word), function()
      local n, m, k = 600, 100, 20
      local pre, post = connect(ln.fixed_outdegree(k, { multapses = multapses }), n, m)
      for _, degree in ipairs(degrees(pre, n)) do assert.equal(k, degree) end
      even(degrees(post, m), multapses and 1 - 1 / m or (1 - k / m) * m / (m - 1), "targets")
      local groups, per = {}, 0 -- between two targets, sources are shared as chance has it
      for s = 1, #pre do groups[pre[s]] = groups[pre[s]] or {} groups[pre[s]][post[s]] = true end
      for _, targets in ipairs(groups) do
        if targets[1] and targets[2] then per = per + 1 end
      end
      local p = multapses and 1 - 2 * (1 - 1 / m) ^ k + (1 - 2 / m) ^ k or k * (k - 1) / (m * (m - 1))
      small((per - n * p) / math.sqrt(n * p * (1 - p)), "pairs of targets")
    end)

    it(("fixed_total %s multapses: every pair as often"):format(word), function()
      local n, m, total = 60, 80, 2400
      local count, moments_in = {}, {}
      for k = 1, n * m do count[k] = 0 end
      for seed = 1, 25 do
        local pre, post = connect(ln.fixed_total(total, { multapses = multapses }), n, m, seed)
        assert.equal(total, #pre)
        local last = 0
        for k = 1, total do
          local pair = ((pre[k] - 1) * m + post[k]) // 1
          assert.is_true(multapses or pair > last)
          count[pair], last = count[pair] + 1, pair
        end
        for _, d in ipairs(degrees(post, m)) do moments_in[#moments_in + 1] = d end
      end
      local share = multapses and 1 or 1 - total / (n * m)
      even(count, share, "pairs")
      -- the indegrees: multinomial or hypergeometric
      even(moments_in, (1 - 1 / m) * (multapses and 1 or (n * m - total) / (n * m - 1) ), "indegrees")
    end)
  end

  it("without autapses: no neuron with itself, all others as often", function()
    for _, connector in ipairs {
      ln.fixed_indegree(30, { autapses = false }), ln.fixed_indegree(30, { autapses = false, multapses = false }),
      ln.fixed_outdegree(30, { autapses = false }), ln.fixed_outdegree(30, { autapses = false, multapses = false }),
      ln.fixed_total(3000, { autapses = false }), ln.fixed_total(3000, { autapses = false, multapses = false }),
      ln.bernoulli(0.3, { autapses = false }),
    } do
      local pre, post = connect(connector, 100)
      local distance = {}
      for k = 1, #pre do
        assert.is_true(pre[k] ~= post[k])
        distance[k] = (post[k] - pre[k]) % 100 // 1 - 1
      end
      small(stat.chi_square(stat.tally(distance, 98), stat.expected(#pre, 98, function() return 1 / 99 end)), tostring(connector))
    end
  end)

  it("with autapses and multapses: as often as chance has it", function()
    local selves, repeated, n = 0, 0, 0
    for seed = 1, 20 do
      local pre, post = connect(ln.fixed_total(2000, {}), 50, nil, seed)
      for k = 1, #pre do
        n = n + 1
        if pre[k] == post[k] then selves = selves + 1 end
        if k > 1 and pre[k] == pre[k - 1] and post[k] == post[k - 1] then repeated = repeated + 1 end
      end
    end
    small((selves - n / 50) / math.sqrt(n / 50), "autapses")
    local lambda = 2000 / 2500 -- synapses a pair, nearly Poisson; those beyond the first are repeated
    local mean = 20 * 2500 * (lambda - 1 + math.exp(-lambda))
    assert.is_true(math.abs(repeated / mean - 1) < 0.05)
  end)

  it("of another seed are others", function()
    local a, b = {}, {}
    for seed = 1, 2 do
      local pre, post = connect(ln.bernoulli(0.5), 100, 100, seed)
      local matrix = seed == 1 and a or b
      for k = 1, 10000 do matrix[k] = 0 end
      for k = 1, #pre do matrix[((pre[k] - 1) * 100 + post[k]) // 1] = 1 end
    end
    small(stat.correlation(a, b), "seeds")
  end)

  it("of two projections are others", function()
    local net = ln.network { seed = 43 }
    local pop, found = net:population(100, plain), {}
    for which = 1, 2 do
      local all = net:project(pop, pop, { connect = ln.bernoulli(0.5), transmit = "x += 1" }):gather()
      found[which] = {}
      for k = 1, 10000 do found[which][k] = 0 end
      for k = 1, #all.pre do found[which][((all.pre[k] - 1) * 100 + all.post[k]) // 1] = 1 end
    end
    small(stat.correlation(found[1], found[2]), "projections")
  end)
end)

-- ---------------------------------------------------------------- while running

-- Every step draws anew: x(t + dt) = f.
local function draws(expression, precision)
  return ln.neuron { equations = ("dx/dt = (%s - x)/dt : 1"):format(expression), method = "euler", precision = precision }
end

local function series(model, n, steps, seed)
  local net = ln.network { seed = seed or 51 }
  local pop = net:population(n, model)
  local trace = net:record(pop, "x")
  net:run((steps + 1) * 0.1*ms)
  local out, flat = {}, list(trace.x:flat())
  for k = 1, steps * n do out[k] = flat[k + n] end -- without the zeros of the beginning
  return out
end

describe("rand() and randn() in equations", function()
  for _, precision in ipairs { "double", "single" } do
    it("are uniform and normal in " .. precision .. " precision", function()
      follows(series(draws("rand()", precision), 500, 100), uniform(0, 1), "rand()")
      follows(series(draws("randn()", precision), 500, 100), normal(0, 1), "randn()")
    end)

    it("have the normal distribution's tails in " .. precision .. " precision", function()
      local x, counts = series(draws("randn()", precision), 1000, 400), { 0, 0 }
      for k = 1, #x do
        if math.abs(x[k]) > 3 then counts[1] = counts[1] + 1 end
        if math.abs(x[k]) > 4 then counts[2] = counts[2] + 1 end
      end
      for k, threshold in ipairs { 3, 4 } do
        local expected = #x * 2 * stat.normal_cdf(-threshold)
        small((counts[k] - expected) / math.sqrt(expected), "beyond " .. threshold)
      end
    end)
  end

  it("are independent of neuron, step, place in the equation, population and seed", function()
    local n, steps = 200, 200
    local x = series(draws "randn()", n, steps)
    for _, lag in ipairs { 1, 2, 3, 4, 8, n - 1, n, n + 1, 2 * n, 4 * n } do
      local head, tail = {}, {}
      for k = 1, #x - lag do head[k], tail[k] = x[k], x[k + lag] end
      small(stat.correlation(head, tail), "lag " .. lag)
    end
    small(stat.correlation(x, series(draws "randn()", n, steps, 52)), "seed")
    local sums = series(draws "(randn() + randn() + randn())", n, steps)
    local mean, variance = stat.moments(sums)
    small(mean / math.sqrt(3 / #sums), "mean of a sum")
    small((variance / 3 - 1) * math.sqrt(#sums / 2), "variance of a sum")
    local squares = {}
    for k = 1, #x do squares[k] = x[k] * x[k] end
    local head, tail = {}, {}
    for k = 1, #x - n do head[k], tail[k] = squares[k], squares[k + n] end
    small(stat.correlation(head, tail), "squares")
    local net = ln.network { seed = 51 }
    local a, b = net:population(n, draws "randn()"), net:population(n, draws "randn()")
    local ta, tb = net:record(a, "x"), net:record(b, "x")
    net:run(20*ms)
    small(stat.correlation({ table.unpack(list(ta.x:flat()), n + 1) }, { table.unpack(list(tb.x:flat()), n + 1) }), "populations")
  end)

  it("of a threshold make spikes by chance", function()
    local net = ln.network { seed = 53 }
    local pop = net:population(1000, ln.neuron { equations = "p : 1", threshold = "rand() < p" }, { p = "0.0005*i" })
    local spikes = net:record(pop, "spikes")
    net:run(100*ms)
    local chi = 0
    local counts = spikes:counts()
    for i = 11, 1000 do
      local p = 0.0005 * i
      chi = chi + (counts[i] - 1000 * p) ^ 2 / (1000 * p * (1 - p))
    end
    small((chi - 990) / math.sqrt(2 * 990), "counts")
  end)

  it("of a synapse are drawn a spike, synapse by synapse", function()
    local net = ln.network { seed = 54 }
    local all = net:population(100, ln.neuron { equations = "x : 1", threshold = "t >= 0*ms" })
    local target = net:population(150, ln.neuron { equations = "x : 1\ny : 1\nn : 1" })
    net:project(all, target, { connect = ln.all_to_all(), transmit = "u = rand()\nx += u\ny += u*u\nn += int(rand() < 0.3)" })
    net:run(2*ms) -- 20 steps, 2000 arrivals a target
    local n = 150 * 2000
    small((target.x:sum() - n / 2) / math.sqrt(n / 12), "mean")
    small((target.y:sum() - n / 3) / math.sqrt(n * 4 / 45), "squares")
    small((target.n:sum() - 0.3 * n) / math.sqrt(n * 0.21), "chance")
    small((target.x:variance() / (2000 / 12) - 1) * math.sqrt(150 / 2), "variance between targets")
    small((target.n:variance() / (2000 * 0.21) - 1) * math.sqrt(150 / 2), "variance of chance between targets")
  end)

  it("begin again with the network, and go on where a run ends", function()
    local model = draws "randn()"
    local first = series(model, 20, 30)
    assert.same(first, series(model, 20, 30))
    local net = ln.network { seed = 51 }
    local pop = net:population(20, model)
    local trace = net:record(pop, "x")
    for _ = 1, 31 do net:run(0.1*ms) end
    local again = list(trace.x:flat())
    assert.same(first, { table.unpack(again, 21) })
  end)

  it("of Poisson inputs and populations are independent", function()
    local net = ln.network { seed = 55 }
    local a, b = net:population(3000, plain), net:population(3000, plain)
    local poisson = net:population(3000, ln.models.poisson { rate = 300*Hz })
    for _, pop in ipairs { a, b } do
      net:project(ln.poisson_input { n = 10, rate = 30*Hz }, pop, { transmit = "x += 1" })
    end
    local spikes = net:record(poisson, "spikes")
    net:run(50*ms)
    local xa, xb, xp = list(a.x:gather()), list(b.x:gather()), list(spikes:counts())
    small(stat.correlation(xa, xb), "two inputs")
    small(stat.correlation(xa, xp), "input and population")
    small(stat.correlation({ table.unpack(xa, 1, 2999) }, { table.unpack(xa, 2) }), "targets")
  end)
end)
