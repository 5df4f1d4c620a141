-- Against closed forms: postsynaptic potentials, firing rates, statistics of Poisson input, times to the step.
local ln = require "lunate"

local here = debug.getinfo(1, "S").source:match "^@(.*/)" or "./"
local stat = dofile(here .. "support/statistics.lua")

local ms, mV, pA, nS, Hz, second = ln.ms, ln.mV, ln.pA, ln.nS, ln.Hz, ln.second
local dt = 0.1e-3

local function network(opts)
  opts = opts or {}
  return ln.network { dt = opts.dt or 0.1 * ms, seed = opts.seed or 3 }
end

-- One spike of a source at step `at`, to a neuron of a model; the trace of a variable, as a list of SI numbers from
-- just before the spike arrives.
local function response(net, model, spec, steps, start, variable)
  local source = net:population(1, ln.spike_source { indices = { 1 }, times = { 3 * net.dt } })
  local target = net:population(1, model, start)
  spec.connect = ln.one_to_one()
  net:project(source, target, spec)
  local trace = net:record(target, variable or "v")
  net:run(steps * net.dt + 5 * net.dt)
  local out, raw = {}, trace[variable or "v"]:raw():flat()
  for k = 0, steps do out[k] = raw[5 + k] end -- the value at time k*dt after the spike: 3 steps, and it shows in the next
  return out, raw[4]
end

local function compare(trace, expected, tolerance)
  local largest, worst = 0, 0
  for k = 0, #trace do
    local e = expected(k)
    largest, worst = math.max(largest, math.abs(e)), math.max(worst, math.abs(trace[k] - e))
  end
  assert.is_true(largest > 0)
  assert.is_true(worst <= tolerance * largest, ("relative error %g"):format(worst / largest))
  return worst / largest
end

describe("a postsynaptic potential", function()
  it("of a delta synapse jumps by the weight and decays", function()
    local trace, before = response(network(), ln.models.lif_delta { tau_m = 20 * ms }, { transmit = "v += w", w = 1.5 * mV }, 500)
    assert.equal(0, before)
    compare(trace, function(k) return 1.5e-3 * math.exp(-k * dt / 20e-3) end, 1e-12)
  end)

  it("of an exponential current is a difference of exponentials", function()
    local model = ln.models.lif_exp_current { tau_m = 10 * ms, tau_exc = 2 * ms, E_L = 0 * mV, C_m = 250 * ln.pF, V_th = 1 * mV }
    local trace = response(network(), model, { transmit = "I_exc += w", w = 50 * pA }, 800)
    local tm, ts, c, w = 10e-3, 2e-3, 250e-12, 50e-12
    local peak_step, peak = 0, 0
    compare(trace, function(k)
      return w / c * tm * ts / (tm - ts) * (math.exp(-k * dt / tm) - math.exp(-k * dt / ts))
    end, 1e-12)
    for k = 0, #trace do
      if trace[k] > peak then peak, peak_step = trace[k], k end
    end
    local t_peak = tm * ts / (tm - ts) * math.log(tm / ts)
    assert.is_true(math.abs(peak_step * dt - t_peak) <= dt)
    local r = ts / tm
    assert.is_true(math.abs(peak / (w / c * ts * r ^ (r / (1 - r))) - 1) < 1e-3)
  end)

  it("of an alpha current has its closed form, and the current its peak at tau_syn", function()
    local model = ln.models.lif_alpha_current {
      tau_m = 10 * ms, tau_syn = 2 * ms, E_L = 0 * mV, C_m = 250 * ln.pF, V_th = 10 * mV,
    }
    local tm, ts, c, w = 10e-3, 2e-3, 250e-12, 80e-12
    local a = 1 / ts - 1 / tm
    compare(response(network(), model, { transmit = "x += w", w = 80 * pA }, 800), function(k)
      local t = k * dt
      return w * math.exp(1) / (c * ts) * math.exp(-t / tm) * (1 - math.exp(-a * t) * (1 + a * t)) / a ^ 2
    end, 1e-11)
    local current = response(network(), model, { transmit = "x += w", w = 80 * pA }, 100, nil, "I_syn")
    compare(current, function(k) return w * k * dt / ts * math.exp(1 - k * dt / ts) end, 1e-12)
    assert.is_true(math.abs(current[20] - w) < 1e-12 * w)
  end)

  it("of a small conductance is the linear one, nearer with shorter steps", function()
    local model = ln.models.lif_exp_conductance {}
    local w, c, e, el, tm, ts = 1e-15, 200e-12, 0, -60e-3, 20e-3, 5e-3
    local errors = {}
    for n, step in ipairs { 0.02e-3, 0.01e-3 } do
      local trace = response(network { dt = step * second }, model, { transmit = "g_exc += w", w = w * 1e9 * nS },
        math.floor(60e-3 / step + 0.5), { v = -60 * mV })
      for k = 0, #trace do trace[k] = trace[k] - el end
      errors[n] = compare(trace, function(k)
        local t = k * step
        return w * (e - el) / c * tm * ts / (tm - ts) * (math.exp(-t / tm) - math.exp(-t / ts))
      end, 5e-3)
    end
    assert.is_true(errors[1] / errors[2] > 1.8 and errors[1] / errors[2] < 2.2)
  end)

  it("in single precision is right to its seven digits", function()
    local model = ln.models.lif_exp_current { tau_exc = 2 * ms, E_L = 0 * mV, V_th = 1 * mV, precision = "single" }
    local tm, ts, c, w = 10e-3, 2e-3, 250e-12, 50e-12
    compare(response(network(), model, { transmit = "I_exc += w", w = 50 * pA }, 400), function(k)
      return w / c * tm * ts / (tm - ts) * (math.exp(-k * dt / tm) - math.exp(-k * dt / ts))
    end, 3e-6)
  end)
end)

describe("the f-I curve", function()
  it("of the integrate-and-fire neuron is its closed form, to the step", function()
    local n = 40
    local net = network()
    local model = ln.models.lif_exp_current { E_L = 0 * mV, V_reset = 0 * mV, V_th = 15 * mV, t_ref = 2 * ms }
    local pop = net:population(n, model, { name = "fi", v = 0 * mV, I_ext = "370*pA + 10*pA*i" })
    local spikes = net:record(pop, "spikes")
    net:run(1 * second)
    local all, last = spikes:gather(), {}
    local tau, c = 10e-3, 250e-12
    local function steps_between(i)
      local v_inf = (370e-12 + 10e-12 * i) * tau / c
      if v_inf <= 15e-3 then return nil end
      local t = tau * math.log(v_inf / (v_inf - 15e-3)) -- free integration
      return 20 + math.ceil(t / dt - 1e-9) - 1, t
    end
    for k = 1, #all.steps do
      local i, step = all.neurons[k] // 1, all.steps[k]
      if last[i] then assert.equal(steps_between(i), step - last[i]) end
      last[i] = step
    end
    for i = 1, n do
      local steps, t = steps_between(i)
      assert.equal(steps ~= nil, last[i] ~= nil)
      if steps then assert.is_true(math.abs(steps * dt - (2e-3 + t)) <= dt) end
    end
  end)

  it("comes near the continuous one with a short step", function()
    local net = network { dt = 0.005 * ms }
    local model = ln.models.lif_exp_current { E_L = 0 * mV, V_reset = 0 * mV, V_th = 15 * mV, t_ref = 2 * ms }
    local pop = net:population(5, model, { name = "fi", v = 0 * mV, I_ext = "400*pA*i" })
    local spikes = net:record(pop, "spikes")
    net:run(1 * second)
    for i = 1, 5 do
      local v = 400e-12 * i * 10e-3 / 250e-12
      local expected = 1 / (2e-3 + 10e-3 * math.log(v / (v - 15e-3)))
      local found = spikes:counts()[i]
      assert.is_true(math.abs(found - expected) <= 1 + 2e-3 * expected, ("%d: %g instead of %g"):format(i, found, expected))
    end
  end)
end)

describe("a Poisson population", function()
  local n, rate, T = 500, 20, 10
  local net = network { seed = 17 }
  local pop = net:population(n, ln.models.poisson { rate = rate * Hz }, { name = "poisson" })
  local spikes = net:record(pop, "spikes")
  net:run(T * second)
  local all = spikes:gather()
  local p = rate * dt

  it("has its rate", function()
    local deviate = (#all.steps - n * T * rate) / math.sqrt(n * T * rate * (1 - p))
    assert.is_true(math.abs(deviate) < 3.9, tostring(deviate))
    assert.is_true(math.abs(spikes:rate() / Hz - rate) < 0.3)
  end)

  it("has a CV of one", function()
    local cv, neurons = spikes:cv_isi()
    assert.equal(n, neurons)
    assert.is_true(math.abs(cv - math.sqrt(1 - p)) < 0.015, tostring(cv)) -- some 200 intervals a neuron bias it by 1/400
  end)

  it("has counts with the variance of their mean (Fano factor 1)", function()
    local windows, count = 100, {}
    for k = 1, n * windows do count[k] = 0 end
    for k = 1, #all.steps do
      local place = (all.neurons[k] // 1 - 1) * windows + all.steps[k] // 1000 + 1
      count[place // 1] = count[place // 1] + 1
    end
    local mean, variance = stat.moments(count)
    assert.is_true(math.abs(variance / mean - 1 + p) < 3.9 * math.sqrt(2 / #count), tostring(variance / mean))
    local deviate = stat.chi_square(stat.tally(count, 12), stat.expected(#count, 12, stat.binomial(1000, p)))
    assert.is_true(math.abs(deviate) < 3.9, tostring(deviate))
  end)

  it("has geometric intervals (Kolmogorov-Smirnov on each neuron's first 100)", function()
    local last, taken, intervals = {}, {}, {}
    for k = 1, #all.steps do
      local i, step = all.neurons[k] // 1, all.steps[k]
      local count = taken[i] or 0
      if last[i] and count < 100 then
        intervals[#intervals + 1], taken[i] = step - last[i] - (#intervals * 0.6180339887 % 1), count + 1 -- ties spread evenly
      end
      last[i] = step
    end
    assert.equal(100 * n, #intervals)
    local distance = stat.ks(intervals, function(x)
      local whole = x // 1 -- geometric, its steps bridged by lines
      local below = 1 - (1 - p) ^ whole
      return below + (x - whole) * p * (1 - p) ^ whole
    end)
    assert.is_true(distance < 2.225, tostring(distance))
  end)

  it("has neurons that know nothing of each other, and of themselves a step ago", function()
    local bins = {}
    for i = 1, n do
      bins[i] = {}
      for k = 1, 200 do bins[i][k] = 0 end
    end
    for k = 1, #all.steps do
      local row, bin = bins[all.neurons[k] // 1], (all.steps[k] // 500 + 1) // 1
      row[bin] = row[bin] + 1
    end
    local sum, squares = 0, 0
    for i = 1, n - 1 do
      local r = stat.correlation(bins[i], bins[i + 1])
      sum, squares = sum + r, squares + r * r
    end
    assert.is_true(math.abs(sum / math.sqrt(n - 1)) < 3.9)
    assert.is_true(math.abs(squares / (n - 1) - 1) < 3.9 * math.sqrt(2 / n))
  end)
end)

describe("the refractory time", function()
  -- neurons that would spike in every step
  local function intervals(refractory, equations, opts, parameters)
    local net = network()
    local pop = net:population(4, ln.neuron {
      equations = "dv/dt = 1000*mV/ms : volt (unless refractory)\n" .. (equations or ""),
      threshold = "v > 0*mV", reset = "v = 0*mV", refractory = refractory, parameters = parameters,
    }, opts)
    local spikes = net:record(pop, "spikes")
    net:run(60 * ms)
    local all, last, out = spikes:gather(), {}, {}
    for k = 1, #all.steps do
      local i = all.neurons[k] // 1
      if last[i] then
        local interval = all.steps[k] - last[i]
        assert.is_true(out[i] == nil or out[i] == interval, "intervals differ")
        out[i] = interval
      end
      last[i] = all.steps[k]
    end
    return out
  end

  it("is exact to the step", function()
    local cases = { { 0, 1 }, { 0.1, 1 }, { 0.2, 2 }, { 0.3, 3 }, { 0.7, 7 }, { 1, 10 }, { 2.3, 23 }, { 5, 50 }, { 2.35, 23 } }
    for _, case in ipairs(cases) do
      for _, interval in pairs(intervals(case[1] * ms)) do assert.equal(case[2], interval, case[1] .. " ms") end
    end
  end)

  it("may differ between neurons, be an expression, or a parameter", function()
    assert.same({ 3, 5, 7, 9 }, intervals("r", "r : second", { r = "0.1*ms + 0.2*ms*i" }))
    assert.same({ 10, 20, 30, 40 }, intervals "1*ms*i")
    assert.same({ 12, 12, 12, 12 }, intervals("t_ref", nil, { t_ref = 1.2 * ms }, { t_ref = 3 * ms }))
  end)

  it("holds back what is marked, and only that", function()
    local net = network()
    local pop = net:population(1, ln.neuron {
      equations = "dv/dt = 10*mV/ms : volt (unless refractory)\ndu/dt = 10*mV/ms : volt",
      threshold = "v > 2.5*mV", reset = "v = 0*mV", refractory = 1 * ms,
    })
    local trace = net:record(pop, { "v", "u" })
    net:run(2 * ms)
    local v, u = trace.v:raw():flat(), trace.u:raw():flat()
    for k = 1, 20 do
      assert.is_true(math.abs(u[k] - (k - 1) * 1e-3) < 1e-12)
      local expected = k <= 3 and k - 1 or k <= 13 and 0 or k - 13 -- spikes in step 2, is free again in step 12
      if k <= 15 then assert.is_true(math.abs(v[k] - expected * 1e-3) < 1e-12, ("step %d: %g"):format(k, v[k])) end
    end
  end)
end)

describe("a delay", function()
  local counter = ln.neuron { equations = "x : 1\nlast : second", parameters = {} }

  it("is exact to the step", function()
    local cases = {
      { 0, 0 }, { 0.1, 1 }, { 0.2, 2 }, { 0.3, 3 }, { 0.7, 7 }, { 1.5, 15 }, { 3.1, 31 }, { 3.2, 32 }, { 3.3, 33 }, { 6.4, 64 },
      { 25.6, 256 }, { 150, 1500 }, { 0.24, 2 }, { 0.26, 3 },
    }
    for _, case in ipairs(cases) do
      local net = network()
      local source = net:population(1, ln.spike_source { indices = { 1, 1 }, times = { 0.5 * ms, 0.6 * ms } })
      local target = net:population(1, counter)
      local p = net:project(source, target, { connect = ln.one_to_one(), transmit = "x += 1\nlast = t", delay = case[1] * ms })
      local trace = net:record(target, "x")
      net:run(160 * ms)
      local x = trace.x
      for k = 1, #x do
        local expected = (k > 6 + case[2] and 1 or 0) + (k > 7 + case[2] and 1 or 0)
        if x[{ k, 1 }] ~= expected then error(("delay of %g ms: %g at step %d"):format(case[1], x[{ k, 1 }], k - 1)) end
      end
      assert.is_true(math.abs(target.last[1] / ms - 0.6 - case[2] * 0.1) < 1e-9)
      assert.is_true(math.abs(p:gather().delay[1] / ms - case[2] * 0.1) < 1e-9)
    end
  end)

  it("may differ between the synapses of one neuron, and of one pair", function()
    local net = network()
    local source = net:population(2, ln.spike_source { indices = { 1, 2 }, times = { 1 * ms, 2 * ms } })
    local target = net:population(50, counter)
    local i, j, delay, first = {}, {}, {}, {}
    for k = 1, 300 do
      i[k], j[k], delay[k] = k % 2 + 1, (k * 17) % 50 + 1, (k * 29 % 83) * 0.1 * ms
    end
    net:project(source, target, { connect = ln.pairs(i, j), transmit = "x += 1", delay = delay })
    local trace = net:record(target, "x")
    net:run(20 * ms)
    for k = 1, 300 do
      local step = i[k] * 10 + k * 29 % 83 + 1
      local key = j[k] * 1000 + step
      first[key] = (first[key] or 0) + 1
    end
    local x = trace.x
    for neuron = 1, 50 do
      local sum = 0
      for step = 0, 199 do
        sum = sum + (first[neuron * 1000 + step] or 0)
        assert.equal(sum, x[{ step + 1, neuron }])
      end
    end
  end)

  it("of a chain of neurons adds up", function()
    local net = network()
    local model = ln.neuron { equations = "v : 1", threshold = "v > 0.5", reset = "v = 0" }
    local source = net:population(1, ln.spike_source { indices = { 1 }, times = { 1 * ms } })
    local chain = net:population(6, model)
    net:project(source, chain:slice(1, 1), { connect = ln.one_to_one(), transmit = "v += 1", delay = 0 * ms })
    net:project(chain:slice(1, 5), chain:slice(2, 6), {
      connect = ln.one_to_one(), transmit = "v += 1", delay = { 0 * ms, 0.1 * ms, 0.4 * ms, 3 * ms, 0 * ms },
    })
    local spikes = net:record(chain, "spikes")
    net:run(10 * ms)
    -- what arrives in a step is seen by the threshold of the next
    assert.same({ 11, 12, 14, 19, 50, 51 }, spikes:gather().steps:totable())
    assert.same({ 1, 2, 3, 4, 5, 6 }, spikes:gather().neurons:totable())
  end)
end)

describe("a spike source", function()
  it("spikes when told, in any order, rounded to steps as Brian2 does", function()
    local net = network()
    local source = net:population(3, ln.spike_source {
      indices = { 3, 1, 2, 1, 1, 3 }, times = ln.array({ 5, 0, 1.25, 0.3, 0.69, 4.9 }, ms),
    })
    local spikes = net:record(source, "spikes")
    net:run(6 * ms)
    local all = spikes:gather()
    assert.same({ 0, 3, 6, 12, 49, 50 }, all.steps:totable())
    assert.same({ 1, 1, 1, 2, 3, 3 }, all.neurons:totable())
  end)

  it("has nothing to say before and after", function()
    local net = network()
    local source = net:population(2, ln.spike_source { indices = {}, times = {} })
    local spikes = net:record(source, "spikes")
    net:run(1 * ms)
    assert.equal(0, spikes:count())
  end)
end)

describe("a Poisson input", function()
  for _, case in ipairs { { 1, 100, "rare" }, { 1000, 3, "some" }, { 2000, 8, "many" }, { 20000, 60, "very many" } } do
    local n, rate = case[1], case[2]
    it(("of %s spikes a step has the distribution of its mean"):format(case[3]), function()
      local net = network { seed = 5 }
      local pop = net:population(1000, ln.neuron { equations = "x : 1" })
      net:project(ln.poisson_input { n = n, rate = rate * Hz }, pop, { transmit = "x += 1" })
      local trace = net:record(pop, "x")
      net:run(4.1 * ms)
      local counts, x = {}, trace.x
      local before = x[1]
      for step = 2, 41 do
        local row = x[step]
        for k = 1, 1000 do counts[#counts + 1] = row[k] - before[k] end
        before = row
      end
      local mean = n * rate * dt
      local m, v = stat.moments(counts)
      assert.is_true(math.abs(m - mean) < 3.9 * math.sqrt(mean / #counts), ("mean %g, not %g"):format(m, mean))
      local sd = math.sqrt((mean + 2 * mean ^ 2) / #counts) -- of the variance of a Poisson number
      assert.is_true(math.abs(v - mean) < 3.9 * sd, ("variance %g, not %g"):format(v, mean))
      local largest = math.ceil(mean + 6 * math.sqrt(mean) + 4)
      local deviate = stat.chi_square(stat.tally(counts, largest), stat.expected(#counts, largest, stat.poisson(mean)))
      assert.is_true(math.abs(deviate) < 3.9, ("chi-square deviate %g"):format(deviate))
    end)
  end

  it("drives the free potential to its mean and variance (Campbell)", function()
    local net = network { seed = 6 }
    local pop = net:population(2000, ln.models.lif_delta { tau_m = 10 * ms, V_th = 1e9 * mV })
    net:project(ln.poisson_input { n = 500, rate = 10 * Hz }, pop, { transmit = "v += w", w = 0.2 * mV })
    net:run(100 * ms)
    local nu, w, d = 5000, 0.2e-3, math.exp(-dt / 10e-3)
    local mean, variance = nu * dt * w / (1 - d), nu * dt * w * w / (1 - d * d)
    assert.is_true(math.abs(pop.v:mean() / ln.volt - mean) < 3.9 * math.sqrt(variance / 2000))
    assert.is_true(math.abs(pop.v:variance() / ln.volt ^ 2 / variance - 1) < 3.9 * math.sqrt(2 / 2000))
  end)

  it("may have a rate for each target, which can be changed", function()
    local net = network { seed = 7 }
    local pop = net:population(400, ln.neuron { equations = "x : 1\nr : Hz" }, { r = "1000*Hz*(i > 200)" })
    local input = net:project(ln.poisson_input { n = 10, rate = "r" }, pop, { transmit = "x += 1" })
    net:run(50 * ms)
    assert.equal(0, pop:slice(1, 200).x:max())
    local mean = pop:slice(201, 400).x:mean()
    assert.is_true(math.abs(mean - 500) < 3.9 * math.sqrt(500 / 200))
    input.rate = 0 * Hz
    local before = pop.x:gather()
    net:run(10 * ms)
    assert.is_true(pop.x:gather():equals(before))
    input.rate = "2*r"
    net:run(50 * ms)
    mean = pop:slice(201, 400).x:mean() - mean
    assert.is_true(math.abs(mean - 1000) < 3.9 * math.sqrt(1000 / 200))
  end)
end)

describe("the order within a step", function()
  it("is states, threshold, synapses, resets", function()
    local net = network()
    local model = ln.neuron {
      equations = "dv/dt = 1/(0.1*ms) : 1\nseen : 1\nbefore : 1", threshold = "v > 4.5", reset = "before = v; v = 0",
      method = "euler",
    }
    local a, b = net:population(1, model, { name = "a" }), net:population(1, model, { name = "b", v = -100 })
    local source = net:population(1, ln.spike_source { indices = { 1, 1 }, times = { 0.2 * ms, 0.4 * ms } })
    net:project(a, b, { connect = ln.one_to_one(), transmit = "seen = v_pre" })
    net:project(source, a, { connect = ln.one_to_one(), transmit = "v += 10" })
    local trace, spikes = net:record(a, "v"), net:record(a, "spikes")
    net:run(0.7 * ms)
    -- step 2: 3, then the source adds 10; step 3: 14, above threshold, reset to 0; step 4: 1, and 10 arrive; step 5: 12, reset
    assert.same({ 0, 1, 2, 13, 0, 11, 0 }, (trace.v:flat():map(function(x) return math.floor(x + 0.5) end)):totable())
    assert.same({ 3, 5 }, spikes:gather().steps:totable())
    assert.is_true(math.abs(b.seen[1] - 12) < 1e-9) -- the source's value before its reset
    assert.is_true(math.abs(a.before[1] - 12) < 1e-9)
  end)

  it("loses to the reset what arrives in the step of the spike", function()
    local net = network()
    local model = ln.neuron { equations = "v : 1", threshold = "v > 1", reset = "v = 0" }
    local pop = net:population(1, model, { v = 2 })
    local source = net:population(1, ln.spike_source { indices = { 1, 1 }, times = { 0 * ms, 0.1 * ms } })
    net:project(source, pop, { connect = ln.one_to_one(), transmit = "v += 0.25" })
    net:run(0.1 * ms)
    assert.equal(0, pop.v[1])
    net:run(0.1 * ms)
    assert.equal(0.25, pop.v[1])
  end)
end)
