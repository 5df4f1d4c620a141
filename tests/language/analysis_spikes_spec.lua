-- Analyses of spikes: closed forms, and PySpike's numbers (tests/conformance/analysis).
local ln = require "lunate"
local A = ln.analysis
local here = debug.getinfo(1, "S").source:match "^@(.*)language/"
local R = dofile(here .. "conformance/analysis/reference.lua")
local array, ms, second, Hz = ln.array, ln.ms, ln.second, ln.Hz
local support = dofile(here .. "language/support/check.lua")
local refused, near, is_nan = support.refused, support.near, support.is_nan

-- Spikes of trains in ms between 0 and `to` ms.
local function spikes(to, ...)
  local trains = {}
  for k, train in ipairs { ... } do trains[k] = array(train) * ms end
  for k, train in ipairs(trains) do if #train == 0 then trains[k] = {} end end
  return ln.spikes { trains = trains, from = 0 * ms, to = to * ms }
end

describe("analyses of trains", function()
  it("intervals and their variability", function()
    local s = spikes(100, { 10, 20, 40, 50 }, { 5 }, {}, { 10, 20, 30, 40 })
    near({ 10, 20, 10, 10, 10, 10 }, A.isi(s) / ms)
    local cv = A.cv(s)
    near(math.sqrt(200 / 9) / (40 / 3), cv[1])
    is_nan(cv[2])
    is_nan(cv[3])
    near(0, cv[4])
    near(2 / 3, A.cv2(s)[1]) -- 2 * 10/30, twice
    near(1 / 3, A.lv(s)[1]) -- 3/2 * 2 * (1/3)^2
    local poisson = {}
    local t, draws = 0, array.random(ln.exponential(10 * ms), 20000, 1)
    for k = 1, #draws do
      t = t + draws[k] / ms
      poisson[k] = t
    end
    local p = spikes(t + 1, poisson)
    near(1, A.cv(p)[1], 0.02)
    near(1, A.cv2(p)[1], 0.02)
    near(1, A.lv(p)[1], 0.03)
    near(1, A.fano(p, { window = 100 * ms })[1], 0.06)
    near(100, A.rate(p) / Hz, 0.02)
    near(1, A.entropy(A.words(p, { bin = 10 * ms * math.log(2), length = 1 })), 0.001) -- half of the bins are empty
    near(1, select(2, A.lempel_ziv(p:slice(0, 20 * second), { bin = 10 * ms * math.log(2) })), 0.15)
  end)

  it("Fano factors", function()
    near({ 0 }, A.fano(spikes(30, { 5, 15, 25 }), { window = 10 * ms }))
    near({ 1.5 }, A.fano(spikes(20, { 5, 6, 7 }), { window = 10 * ms }) / 2) -- counts 3, 0: variance 4.5, mean 1.5
    is_nan(A.fano(spikes(20, {}), { window = 10 * ms })[1])
    refused("fano needs the option window", A.fano, spikes(20, { 1 }))
  end)

  it("rates around events, latencies, bursts", function()
    local s = spikes(100, { 12, 32, 33 }, { 15 })
    local r, t = A.psth(s, { 10 * ms, 30 * ms }, { before = 5 * ms, after = 5 * ms, bin = 5 * ms })
    near({ -2.5, 2.5 }, t / ms)
    near({ 0, 3 / 4 / 5e-3 }, r / Hz) -- 15 ms is after the window
    local l = A.latency(s, { 10 * ms, 30 * ms, 90 * ms })
    near(2, l[1][1] / ms)
    near(5, l[2][1] / ms)
    is_nan(l[1][3] / ms)
    is_nan(A.latency(s, 10 * ms, { within = 3 * ms })[2][1] / ms)
    local b = A.bursts(spikes(100, { 1, 2, 3, 20, 50, 54, 58, 62 }, { 1 }), { interval = 4 * ms })
    assert.are.equal(2, #b[1])
    assert.are.equal(4, b[1][2].count)
    near(50, b[1][2].start / ms)
    near(62, b[1][2].stop / ms)
    assert.are.same({}, b[2])
    refused("psth needs at least one event", A.psth, s, {})
  end)

  it("correlograms with a shuffle predictor", function()
    local a, b = spikes(100, { 10, 50 }, { 10, 60 }), spikes(100, { 12, 52 }, { 12, 62 })
    local c = A.cross_correlogram(a, b, { bin = 1 * ms, range = 5 * ms })
    assert.are.equal(11, #c.counts)
    near(2, c.lags[8] / ms)
    near({ 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0 }, c.counts)
    near({ 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0 }, c.predictor) -- 10 with 12 of the other trial, twice
    near(2, c.corrected[8])
    c = A.autocorrelogram(spikes(100, { 10, 20, 30 }), { bin = 10 * ms, range = 20 * ms })
    near({ 1, 2, 0, 2, 1 }, c.counts)
    assert.is_nil(c.predictor)
    refused("2 trains and 1 do not pair", A.cross_correlogram, a, spikes(10, { 1 }))
  end)

  it("correlations of counts, synchrony", function()
    local s = spikes(40, { 1, 11, 12, 31 }, { 2, 13, 14, 32 }, {})
    local mean, m = A.count_correlation(s, { window = 10 * ms })
    near(1, mean)
    near(1, m[1][2])
    is_nan(m[1][3])
    near(1, A.synchrony(array { { 1, 1 }, { 2, 2 }, { 0, 0 } }))
    near(0, A.synchrony(array { { 1, -1 }, { 2, -2 }, { 0, 0 } }))
    near(1 / math.sqrt(50), A.synchrony(array.random(ln.normal(0, 1), { 2000, 50 }, 3)), 0.02)
    is_nan(A.synchrony(array.ones(5, 2)))
    is_nan((A.count_correlation(spikes(40, {}, {}), { window = 10 * ms })))
    refused("at least two windows", A.count_correlation, s, { window = 40 * ms })
  end)

  it("pairs of several trains at once", function()
    local s = spikes(100, { 10, 30, 50 }, { 12, 70 }, {}, { 30, 31, 90 })
    for _, name in ipairs { "van_rossum", "victor_purpura", "isi_distance", "spike_distance", "tiling" } do
      local m = A[name](s)
      assert.are.same({ 4, 4 }, { m:shape() })
      for i = 1, 4 do
        near(name == "tiling" and 1 or 0, m[i][i])
        for j = 1, i - 1 do
          local d = A[name](s:of(i), s:of(j))
          assert.is_true(m[i][j] == m[j][i] or d ~= d, name)
          if d == d then near(d, m[i][j]) else is_nan(m[i][j]) end
        end
      end
    end
    near(A.van_rossum(s:of(1), s:of(2), { tau = 3 * ms }), A.van_rossum(s, { tau = 3 * ms })[1][2])
  end)

  it("tiling", function()
    local a = spikes(100, { 10, 30, 50 })
    near(1, A.tiling(a, a))
    local b = spikes(100, { 70, 90 })
    near(-0.5 * (0.2 + 0.3), A.tiling(a, b, { dt = 5 * ms })) -- nothing near: minus the covered parts
    is_nan(A.tiling(a, spikes(100, {})))
    near(A.tiling(a, b), A.tiling(b, a))
  end)

  it("triggered averages", function()
    local signal = array.range(0, 99) * ln.mV
    local mean, lags, n = A.triggered_average(spikes(100, { 20, 40, 99 }), signal,
      { step = 1 * ms, before = 2 * ms, after = 1 * ms })
    assert.are.equal(2, n)
    near({ 28, 29, 30, 31 }, mean / ln.mV)
    near({ -2, -1, 0, 1 }, lags / ms)
  end)
end)

describe("distances of trains", function()
  it("van Rossum, by its closed form", function()
    local tau = { tau = 10 * ms }
    near(0, A.van_rossum({ 5 * ms }, { 5 * ms }, tau))
    near(math.sqrt(0.5), A.van_rossum({ 5 * ms }, {}, tau))
    near(math.sqrt(1 - math.exp(-1)), A.van_rossum({ 5 * ms }, { 15 * ms }, tau))
    local x, y = { 1, 4, 9, 30 }, { 2, 4, 28 }
    local function sum(u, v)
      local s = 0
      for _, p in ipairs(u) do for _, q in ipairs(v) do s = s + math.exp(-math.abs(p - q) / 10) end end
      return s
    end
    near(math.sqrt(0.5 * sum(x, x) + 0.5 * sum(y, y) - sum(x, y)), A.van_rossum(array(x) * ms, array(y) * ms, tau))
  end)

  it("Victor and Purpura", function()
    near(0, A.victor_purpura({ 5 * ms }, { 5 * ms }))
    near(0.5, A.victor_purpura({ 5 * ms }, { 10 * ms }, { cost = 100 * Hz }))
    near(2, A.victor_purpura({ 5 * ms }, { 50 * ms }, { cost = 100 * Hz }))
    near(3, A.victor_purpura({}, { 1 * ms, 2 * ms, 3 * ms }))
    near(1, A.victor_purpura({ 5 * ms }, { 1 * ms, 9 * ms }, { cost = 0 * Hz })) -- the difference of the counts
    refused("the cost must be a rate", A.victor_purpura, {}, {}, { cost = 3 * ms })
  end)

  it("ISI and SPIKE, as PySpike", function()
    local s = spikes(1000, table.unpack(R.trains))
    for k, pair in ipairs { { 1, 2 }, { 1, 3 }, { 2, 3 } } do
      local a, b = s:of(pair[1]), s:of(pair[2])
      near(R.isi_distance[k], A.isi_distance(a, b), 1e-12)
      near(R.spike_distance[k], A.spike_distance(a, b), 1e-12)
      near(A.spike_distance(a, b), A.spike_distance(b, a), 1e-12)
      near(0, A.spike_distance(a, a), 1e-12)
    end
    local none = spikes(1000, {})
    near(0, A.isi_distance(none, none))
    assert.is_true(A.spike_distance(none, s:of(1)) > 0)
    refused("takes one train, these spikes are of 3", A.isi_distance, s, s)
  end)
end)

describe("information", function()
  it("complexity", function()
    -- 0.001.10.100.1000.101: the example of Kaspar and Schuster
    local digits = {}
    for d in ("0001101001000101"):gmatch "." do digits[#digits + 1] = tonumber(d) end
    assert.are.equal(6, (A.lempel_ziv(digits)))
    assert.are.equal(2, (A.lempel_ziv { 0, 0, 0, 0, 0 }))
    assert.are.equal(3, (A.lempel_ziv { 0, 1, 0, 1, 0, 1, 0 }))
    is_nan(select(2, A.lempel_ziv { 1 }))
  end)

  it("entropy and mutual information", function()
    local corrected, plain = A.entropy { 1, 2, 3, 4 }
    near(2, plain)
    near(2 + 3 / (8 * math.log(2)), corrected)
    near(0, (A.entropy { 7, 7, 7 }))
    corrected, plain = A.mutual_information({ 1, 2, 1, 2 }, { 5, 6, 5, 6 })
    near(1, plain)
    near(1 + 1 / (8 * math.log(2)), corrected)
    local uniform = ln.uniform(0, 4)
    local x, y = array.random(uniform, 200, 1):floor(), array.random(uniform, 200, 2):floor()
    corrected, plain = A.mutual_information(x, y)
    assert.is_true(math.abs(corrected) < 0.06 and math.abs(plain - corrected - 9 / (400 * math.log(2))) < 1e-12)
    near({ 5, 2 }, A.words(spikes(6.5, { 0.5, 2.5, 4.5 }), { bin = 1 * ms, length = 3 }))
    refused("entropy takes finite numbers", A.entropy, { 1, 0 / 0 })
    refused("2 symbols and 1 do not pair", A.mutual_information, { 1, 2 }, { 1 })
  end)

  it("avalanches and power laws", function()
    local sizes, durations = A.avalanches(spikes(100, { 1, 2, 30 }, { 1.5, 3 }), { bin = 1 * ms })
    near({ 4, 1 }, sizes)
    near({ 3, 1 }, durations / ms)
    assert.are.equal(0, #A.avalanches(spikes(100, {})))
    -- numbers that follow p(x) ~ x^-2 as well as 20000 of them can, by their quantiles
    local list, x, tail = {}, 1, 1
    for k = 1, 20000 do
      local goal = 1 - (k - 0.5) / 20000
      while tail - x ^ -2 / (math.pi ^ 2 / 6) > goal do
        tail = tail - x ^ -2 / (math.pi ^ 2 / 6)
        x = x + 1
      end
      list[k] = x
    end
    local fit = A.power_law(list)
    near(2, fit.exponent, 0.01)
    near(0, fit.ks, 0.001)
    near(0.0075, fit.se, 0.1)
    refused("power_law takes whole numbers", A.power_law, { 1.5 })
    refused("at least two different numbers", A.power_law, { 1, 1 })
  end)
end)

describe("spike analyses refuse", function()
  it("what is not spikes", function()
    refused("cv takes recorded spikes, ln.spikes or a list of trains, got 5", A.cv, 5)
    refused("got a table of other things", A.cv, { rate = 3 })
    near({ 1, 2 }, A.isi { times = array { 1, 2, 4 } * ms, senders = array { 1, 1, 1 } } / ms) -- as a file gives them
    refused("spike 2 of train 1 is not a number", A.cv, { { 1 * ms, 0 / 0 * ms } })
    refused("train 1 is in V, times were expected", A.isi, { array { 1 } * ln.mV })
    refused("ln.analysis has no 'fanno' (did you mean 'fano'?)", function() return A.fanno end)
    refused("ln.statistics has no 'ttest' (did you mean 't_test'?)", function() return ln.statistics.ttest end)
    refused("unknown option 'windw'", A.fano, { {} }, { windw = 1 * second })
  end)
end)
