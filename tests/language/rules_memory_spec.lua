-- Rules that keep: homeostasis, heterosynaptic plasticity, metaplasticity, consolidation, redistribution; neurons that adapt.
local ln = require "lunate"
local ms, mV, Hz, second = ln.ms, ln.mV, ln.Hz, ln.second
local close = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").close

local function source(net, times) -- ms
  local indices, at = {}, {}
  for k, t in ipairs(times) do indices[k], at[k] = 1, t * ms end
  return net:population(1, ln.spike_source { indices = indices, times = at })
end

local relay = ln.neuron { equations = "dv/dt = -v/ms : 1\ng : 1", threshold = "v > 0.5", reset = "v = 0", method = "exact" }

-- A projection between two neurons that fire at these times (ms), at the end of its run; transmit adds to g.
local function pair(spec, pre, post, duration)
  local net = ln.network { dt = 0.1 * ms }
  local target = net:population(1, relay)
  if #post > 0 then
    local told = {}
    for k, t in ipairs(post) do told[k] = t - 0.1 end
    net:project(source(net, told), target, { connect = ln.all_to_all(), transmit = "v += 1" })
  end
  spec.connect = ln.all_to_all()
  local p = net:project(source(net, pre), target, spec)
  net:run(duration * ms)
  return p, target, net
end

describe("heterosynaptic plasticity", function()
  it("pulls weights back at the target's bursts, the more the shorter they are (Zenke et al. 2015)", function()
    local function change(interval)
      local post = { 10, 10 + interval, 10 + 2 * interval }
      local p = pair({ transmit = "", w = 2, rule = ln.rules.heterosynaptic { w_0 = 0.5 } }, { 500 }, post, 200)
      return p.w[1]
    end
    for _, interval in ipairs { 5, 20, 50 } do
      local w, burst = 2, 0
      for _ = 1, 3 do
        w = w - 0.05 * (w - 0.5) * burst ^ 3
        burst = (burst + 1) * math.exp(-interval / 20)
      end
      close(w, change(interval), 1e-12, "interval " .. interval)
    end
    local p = pair({ transmit = "", w = 0.3, rule = ln.rules.heterosynaptic() }, { 10, 20, 30 }, {}, 50)
    close(0.3 + 6e-5, p.w[1])
  end)

  it("has a reference that consolidates towards 0 or w_P", function()
    local function reference(w, from)
      local p = pair({ transmit = "", w = w, w_ref = from, rule = ln.rules.heterosynaptic { reference = "consolidating",
        tau_c = 1 * second, period = 10 * ms, delta = 0 } }, { 1e5 }, {}, 5000)
      return p.w_ref[1]
    end
    local function by_hand(w, r)
      for _ = 1, 500 do r = r + 0.01 * (w - r - 20 * r * (0.25 - r) * (0.5 - r)) end
      return r
    end
    for _, case in ipairs { { 0.5, 0.3 }, { 0, 0.2 }, { 0.25, 0.05 } } do
      close(by_hand(case[1], case[2]), reference(case[1], case[2]), 1e-12)
    end
    close(0.5, reference(0.5, 0.3), 0.01, "stays at w_P") -- the fixed points of the paper
    close(0, reference(0, 0.2), 0.01, "falls to 0")
  end)

  it("stops what STDP does from running away (Chen et al. 2013)", function()
    local function run(rules)
      local net = ln.network { dt = 0.5 * ms, seed = 4 }
      local cell = ln.neuron { equations = "dv/dt = -v/(20*ms) : 1", threshold = "v > 1", reset = "v = 0" }
      local p = net:project(net:population(80, ln.models.poisson { rate = 15 * Hz }), net:population(5, cell), {
        connect = ln.all_to_all(), transmit = "v += 0.05*w", w = "0.8 + 0.4*rand()", rules = rules })
      net:run(10 * second)
      return p.w:mean(), p.w:max()
    end
    local stdp = ln.rules.stdp { w_max = 5, A_p = 0.02, A_m = 0.018 }
    local alone = run { stdp }
    local mean, max = run { stdp, ln.rules.heterosynaptic { w_0 = 1, beta = 0.3 } }
    assert.is_true(alone > 4 and mean < 1.5 and mean > 0.7 and max < 3, ("alone %.2f; with it mean %.2f, largest %.2f")
      :format(alone, mean, max))
  end)
end)

describe("calcium-based plasticity with noise", function()
  -- The paper's formula (Methods, Eqs. 4-7): where a synapse is after n pairs, from the time above both thresholds.
  local function predicted(lag, n, from)
    local step, c, above_p, above_d = 1, 0, 0, 0 -- ms; the spikes in one period, from the earlier one on
    for t = 0, 999, step do
      if t == math.max(0, -lag) then c = c + 1 end -- the source's arrival
      if t == math.max(0, lag) then c = c + 2 end
      -- in the simulation the step that follows sees what the spike has left
      c = c * math.exp(-step / 20)
      above_p, above_d = above_p + (c > 1.3 and 1 or 0) / 1000, above_d + (c > 1 and 1 or 0) / 1000
    end
    local up, down = 321.808 * above_p, 200 * above_d
    local mean, tau = up / (up + down), 150 / (up + down)
    local variance = 2.8284 ^ 2 * (above_p + above_d) / (up + down) / 2
    local left = math.exp(-n / tau)
    return mean + (from - mean) * left, math.sqrt(variance * (1 - left ^ 2))
  end

  it("spreads as the paper's formula has it, up and down (Graupner & Brunel 2012)", function()
    for _, lag in ipairs { 5, -35 } do
      local net, n, pairs = ln.network { dt = 1 * ms, seed = 5 }, 300, 15
      local pre, post = {}, {}
      for k = 1, pairs do pre[k], post[k] = (k - 1) * 1000 + 100, (k - 1) * 1000 + 100 + lag end
      local target = net:population(n, relay)
      net:project(source(net, post), target, { connect = ln.all_to_all(), transmit = "v += 3" })
      local p = net:project(source(net, pre), target, { connect = ln.all_to_all(), transmit = "", w = 0.5, delay = 1 * ms,
        rule = ln.rules.calcium { noise = true } })
      net:run(pairs * second)
      local mean, sd = predicted(lag, pairs, 0.5)
      close(mean, p.w:mean(), 4 * sd / math.sqrt(n) + 0.02, "mean at lag " .. lag)
      close(sd, p.w:sd(), 0.15 * sd, "spread at lag " .. lag)
      assert.is_true(lag > 0 and p.w:mean() > 0.51 or lag < 0 and p.w:mean() < 0.49, ("%d: %.3f"):format(lag, p.w:mean()))
    end
  end)
end)

describe("a cascade of states", function()
  -- The chain of 2n states: distribution after one candidate (up 0 or 1), from its definition.
  local function candidate(n, x, distribution, up)
    local out = {}
    for s = 0, 1 do for d = 0, n - 1 do out[s * n + d] = 0 end end
    for s = 0, 1 do
      for d = 0, n - 1 do
        local mass = distribution[s * n + d]
        local leave = d < n - 1 and x ^ d or x ^ d / (1 - x)
        local sink = d < n - 1 and x ^ (d + 1) / (1 - x) or 0
        local to, chance = s * n + d + 1, sink
        if s ~= up then to, chance = up * n, leave end
        if chance > 0 then out[to] = out[to] + mass * chance end
        out[s * n + d] = out[s * n + d] + mass * (1 - chance)
      end
    end
    return out
  end

  -- Strength over the balance, after waiting times, of a memory that was stored in equilibrium.
  local function expected(n, x, duration)
    local state = {}
    for k = 0, 2 * n - 1 do state[k] = 1 / (2 * n) end
    state = candidate(n, x, state, 1)
    local signal = {}
    for t = 0, duration do
      signal[t] = 0
      for d = 0, n - 1 do signal[t] = signal[t] + state[n + d] - state[d] end
      local a, b = candidate(n, x, state, 1), candidate(n, x, state, 0)
      for k = 0, 2 * n - 1 do state[k] = (a[k] + b[k]) / 2 end
    end
    return signal
  end

  it("keeps memories as its Markov chain has it", function()
    local n_synapses, n, memories, apart = 10000, 6, 8, 20
    local net = ln.network { dt = 1 * ms, seed = 3 }
    local post = net:population(n_synapses, ln.neuron { equations = "up : 1", every = { { 1 * ms, "up = int(rand() < 0.5)" } } })
    local clock = {}
    for k = 1, 300 do clock[k] = k - 1 end
    local p = net:project(source(net, clock), post, { connect = ln.all_to_all(), transmit = "", w = "int(rand() < 0.5)",
      depth = "floor(6*rand())", rule = ln.rules.cascade { post = "up_post", n = n } })
    local stored, sum, count = {}, {}, {}
    for step = 0, memories * apart + 70 do
      net:run(1 * ms)
      if step % apart == 0 and step < memories * apart then stored[step // apart] = { at = step, up = post.up:gather():raw() } end
      local w
      for _, memory in pairs(stored) do
        local wait = step - memory.at
        if wait == 0 or wait == 1 or wait == 3 or wait == 8 or wait == 24 or wait == 64 then
          w = w or p.w:gather():raw()
          local signal = 0
          for k = 1, n_synapses do signal = signal + (2 * w[k] - 1) * (2 * memory.up[k] - 1) / n_synapses end
          sum[wait], count[wait] = (sum[wait] or 0) + signal, (count[wait] or 0) + 1
        end
      end
    end
    local signal = expected(n, 0.5, 64)
    for _, wait in ipairs { 0, 1, 3, 8, 24, 64 } do
      local error = 4 / math.sqrt(n_synapses * count[wait]) -- four standard deviations
      close(signal[wait], sum[wait] / count[wait], error, "signal after " .. wait)
    end
    close((n - 1) / 2, p.depth:mean(), 0.1, "depths are equally frequent")
  end)

  it("fades by a power law, a simple synapse exponentially (Fusi et al. 2005)", function()
    -- initial strength 2/n; slope between -1/2 and -1 over 2^n/8 candidates
    local signal = expected(10, 0.5, 256)
    close(0.2, signal[0], 1e-12)
    for _, t in ipairs { 2, 4, 8, 16, 32, 64, 128 } do
      local slope = math.log(signal[2 * t] / signal[t]) / math.log(2)
      assert.is_true(slope < -0.45 and slope > -0.85, ("slope at %d: %.3f"):format(t, slope))
    end
  end)

  it("turns and sinks as its conditions say", function()
    local function run(w, depth, up, arrivals)
      local net = ln.network { dt = 1 * ms }
      local post = net:population(2000, ln.neuron { equations = "up : 1" }, { up = up })
      local at = {}
      for k = 1, arrivals do at[k] = k end
      local p = net:project(source(net, at), post, { connect = ln.all_to_all(), transmit = "", w = w, depth = depth,
        rule = ln.rules.cascade { post = "up_post", n = 3, w_max = 2, w_min = 1 } })
      net:run((arrivals + 2) * ms)
      return p.w:mean(), p.depth:mean()
    end
    assert.same({ 2.0, 0.0 }, { run(1, 0, 1, 1) }) -- weak, at the surface: turns for sure
    assert.same({ 1.0, 2.0 }, { run(1, 2, 0, 5) }) -- at the bottom: stays there
    assert.same({ 2.0, 1.0 }, { run(2, 0, 1, 1) }) -- confirmed: sinks for sure
    local w = run(1, 2, 1, 1)
    close(1.5, w, 0.05, "from the bottom with probability x^2/(1 - x)")
  end)
end)

describe("consolidation", function()
  local function decay(m, period, duration)
    local net = ln.network { dt = 1 * ms }
    local p = net:project(source(net, { 1e7 }), net:population(1, relay), { connect = ln.all_to_all(), transmit = "", w = 1,
      rule = ln.rules.consolidation { m = m, tau = 1 * ms, period = period * ms } })
    local out, t = {}, 0
    for _, at in ipairs(duration) do
      net:run((at - t) * ms)
      t, out[at] = at, p.w[1]
    end
    return out, p
  end

  it("lets a change flow through the vessels and back", function()
    local m, u = 4, { 1, 0, 0, 0, 0 }
    for _ = 1, 300 do
      local f = { [0] = 0 }
      for k = 1, m do f[k] = 2.0 ^ (-k - 2) * (u[k] - u[k + 1]) end
      for k = 1, m do u[k] = u[k] + 2.0 ^ (1 - k) * (f[k - 1] - f[k]) end
    end
    local out, p = decay(4, 1, { 300 })
    close(u[1], out[300], 1e-13)
    close(u[3], p.u3[1], 1e-13)
  end)

  it("fades as one over the square root of the time, for 2^(2m) steps (Benna & Fusi 2016)", function()
    local times = {}
    for k = 3, 16 do times[#times + 1] = 2 ^ k // 1 end
    local w = decay(10, 1, times)
    for k = 4, 15 do
      local slope = math.log(w[2 ^ k // 1] / w[2 ^ (k - 1) // 1]) / math.log(2)
      assert.is_true(math.abs(slope + 0.5) < 0.12, ("slope at %d: %.3f"):format(2 ^ k // 1, slope))
    end
    local mean = math.log(w[32768] / w[16]) / math.log(2048)
    close(-0.5, mean, 0.02, "over three decades")
  end)

  it("goes with a rule that learns", function()
    local p = pair({ transmit = "", w = 0.5, u2 = 0.5, rules = { ln.rules.stdp(),
      ln.rules.consolidation { m = 2, w_0 = 0.5, tau = 50 * ms, period = 50 * ms } } }, { 10 }, { 20 }, 60)
    local change = 0.005 * math.exp(-0.5)
    close(0.5 + change * 7 / 8, p.w[1])
    close(0.5 + change / 16, p.u2[1])
  end)
end)

describe("short- and long-term plasticity together", function()
  -- The responses to n spikes at a rate after pairings 10 ms apart, once a second.
  local function responses(rules, lag, pairings, rate)
    local pre, post = {}, {}
    for k = 1, pairings do pre[k], post[k] = k * 1000, k * 1000 + lag end
    for k = 1, 12 do pre[#pre + 1] = (pairings + 20) * 1000 + k * 1000 / rate end
    local spec = ln.synapses.tsodyks_markram { connect = ln.all_to_all(), to = "g", w = 1, U = 0.4, tau_rec = 800 * ms,
      tau_facil = 1 * ms, rules = rules }
    local net = ln.network { dt = 0.1 * ms }
    local target = net:population(1, relay)
    if pairings > 0 then net:project(source(net, post), target, { connect = ln.all_to_all(), transmit = "v += 1" }) end
    local p = net:project(source(net, pre), target, spec)
    net:run(((pairings + 20) * 1000 + 1000 / rate - 5) * ms)
    local out = {}
    for k = 1, 12 do
      target.g = 0
      net:run(1000 / rate * ms)
      out[k] = target.g[1]
    end
    return out, p
  end

  it("redistributes efficacy: larger at first, the same at last (Markram & Tsodyks 1996)", function()
    local rule = ln.rules.redistribution { A_p = 0.02, A_m = 0.02 }
    local before = responses({ rule }, 10, 0, 40)
    local after, p = responses({ rule }, 10, 40, 40)
    local U = 0.4
    for _ = 1, 40 do U = U + 0.02 * (1 - U) * math.exp(-(10 + 0.1) / 20) end
    close(U, p.U[1], 2e-3, "release probability") -- one step from the teacher to the spike
    close(U / 0.4, after[1] / before[1], 5e-3, "first response")
    assert.is_true(U > 0.55)
    close(1, after[12] / before[12], 0.06, "last response")
    local depressed = responses({ rule }, -10, 40, 40)
    assert.is_true(depressed[1] / before[1] < 0.85)
  end)

  it("scales all responses where STDP changes the weight beside it, whose variables have the same names", function()
    local rule = ln.rules.stdp { w_max = 2, A_p = 0.01 }
    local before = responses({ rule }, 10, 0, 20)
    local after, p = responses({ rule, ln.rules.redistribution { A_p = 1e-9, A_m = 1e-9 } }, 10, 40, 20)
    local ratio = after[1] / before[1]
    assert.is_true(ratio > 1.2)
    for k = 2, 12 do close(ratio, after[k] / before[k], 0.02 * ratio, "response " .. k) end
    assert.is_true(p.x[1] < 1 and p.x_rule1[1] > 0)
  end)
end)

describe("rules of the library", function()
  it("go together on one projection, each doing its part in turn", function()
    local p = pair({ transmit = "", w = 0.5, U = 0.4, u2 = 0.5, equations = "U : 1", rules = { ln.rules.stdp(),
      ln.rules.heterosynaptic { w_0 = 0.5 }, ln.rules.scaling { eta = 0.1, period = 25 * ms }, ln.rules.redistribution(),
      ln.rules.consolidation { m = 2, tau = 1 * second, period = 1 * second } } }, { 10 }, { 20 }, 40)
    local w = 0.5 * (1 + 0.1 * 0.025 * 5) -- statements of every so often begin at 0; scaling before the chain
    w = w - (w - 0.5) / 8
    w = w + 2e-5 + 0.005 * math.exp(-0.5)
    w = w + w * 0.1 * 0.025 * (5 - 0.1 * math.exp(-5e-3 / 10))
    close(w, p.w[1])
    close(0.4 + 0.01 * 0.6 * math.exp(-0.5), p.U[1])
  end)

  it("take weights in their own unit", function()
    local w_max = 30 * ln.nS
    for _, rule in ipairs { ln.rules.consolidation { w_max = w_max, m = 4, period = 1 * ms, tau = 1 * ms },
      ln.rules.heterosynaptic { w_max = w_max }, ln.rules.heterosynaptic { w_max = w_max, reference = "consolidating" },
      ln.rules.diehl_cook { w_max = w_max }, ln.rules.diehl_cook { w_max = w_max, form = "triplet" } } do
      local p = pair({ transmit = "", w = 10 * ln.nS, rule = rule }, { 5, 9, 20, 22 }, { 7, 12, 15, 24 }, 30)
      local w = p.w[1] / ln.nS
      assert.is_true(math.abs(w - 10) > 1e-9 and w > 0 and w < 30, ("%s: %g nS"):format(tostring(rule), w))
    end
  end)
end)

describe("synaptic scaling with an integral", function()
  it("leaves no error where something else weakens the synapses (van Rossum et al. 2000)", function()
    local function rate(rule)
      local net = ln.network { dt = 0.2 * ms, seed = 4 }
      local cell = ln.neuron { equations = "dv/dt = -v/(20*ms) : 1", threshold = "v > 1", reset = "v = 0" }
      local targets = net:population(10, cell)
      net:project(net:population(50, ln.models.poisson { rate = 20 * Hz }), targets, { connect = ln.all_to_all(),
        transmit = "v += w", w = "0.02 + 0.06*rand()", rules = { rule, ln.rule { every = { 100 * ms, "w *= 0.97" } } } })
      net:run(25 * second)
      local spikes = net:record(targets, "spikes")
      net:run(15 * second)
      return spikes:rate() / Hz
    end
    local options = { rate = 8 * Hz, eta = 0.1, tau_y = 1 * second }
    local proportional = rate(ln.rules.scaling(options))
    options.control, options.gamma = "integral", 0.05 * Hz
    local integral = rate(ln.rules.scaling(options))
    close(5, proportional, 0.7, "proportional: 8 - 0.3/0.1 Hz")
    close(8, integral, 0.5, "integral")
  end)
end)

describe("the rule of Diehl and Cook", function()
  it("compares the source's trace with its aim at each spike of the target", function()
    local function after(w, pre, post, options)
      return pair({ transmit = "", w = w, rule = ln.rules.diehl_cook(options) }, pre, post, 100).w[1]
    end
    close(0.3 + 0.01 * (math.exp(-0.25) - 0.4) * 0.7, after(0.3, { 10, 15 }, { 20 }))
    close(0.3 - 0.01 * 0.4 * 0.7 ^ 0.2, after(0.3, { 50 }, { 20 }, { mu = 0.2 }))
    close(0.3 + 1e-2 * math.exp(-0.5) * math.exp(-20 / 40) - 1e-4 * math.exp(-10 / 20),
      after(0.3, { 20 }, { 10, 30 }, { form = "triplet" }))
    close(0.3 - 1e-4 * math.exp(-10 / 20), after(0.3, { 20 }, { 10 }, { form = "triplet" }))
  end)

  it("goes with a neuron whose threshold rises with each spike, so that rates become alike", function()
    local net = ln.network { dt = 0.5 * ms, seed = 2 }
    local cells = net:population(20, ln.models.diehl_cook { theta_plus = 0.5 * mV, tau_theta = 20 * second },
      { I_ext = "15*mV + 15*mV*rand()" })
    local function spread()
      local spikes = net:record(cells, "spikes")
      net:run(5 * second)
      local count, got = {}, spikes:gather()
      for k = 1, 20 do count[k] = 0 end
      for q = 1, #got.neurons do count[got.neurons[q]] = count[got.neurons[q]] + 1 end
      local a = ln.array(count)
      return a:sd() / a:mean(), a:mean()
    end
    local first, rate = spread()
    local theta = cells.theta:mean() / mV
    assert.is_true(theta > 20 * math.exp(-5 / 20) + 0.3 * rate, ("theta %.2f mV after %.1f spikes"):format(theta, rate))
    net:run(60 * second)
    local last = spread()
    assert.is_true(last < 0.6 * first, ("spread of rates from %.3f to %.3f"):format(first, last))
  end)

  it("keeps the sum of a neuron's weights, as its page says", function()
    local net = ln.network { dt = 0.5 * ms, seed = 2 }
    local cell = ln.neuron { equations = "dv/dt = -v/(20*ms) : 1\ntotal : 1", threshold = "v > 1", reset = "v = 0" }
    local p = net:project(net:population(20, ln.models.poisson { rate = 30 * Hz }), net:population(3, cell), {
      connect = ln.all_to_all(), transmit = "v += 0.3*w", w = "rand()", rule = ln.rules.diehl_cook(),
      drive = "total_post = w : 1 (summed)", every = { 50 * ms, "w *= 4/total_post" } })
    net:run(500 * ms)
    net:run(0.5 * ms)
    local w = p.w:gather():raw()
    for j = 1, 3 do
      local sum = 0
      for i = 0, 19 do sum = sum + w[i * 3 + j] end
      close(4, sum, 0.05, "sum of " .. j) -- the sum is of the step before
    end
  end)
end)

describe("intrinsic plasticity", function()
  it("gives rates with an exponential distribution about their mean (Triesch 2005)", function()
    local net = ln.network { dt = 1 * ms, seed = 3 }
    local input = net:population(50, ln.neuron { equations = "x : 1", every = { { 1 * ms, "x = randn()" } } })
    local cells = net:population(50, ln.models.rate_intrinsic())
    net:project(input, cells, { connect = ln.one_to_one(), drive = "u_post = x_pre : 1 (summed)" })
    net:run(40 * second)
    local record = net:record(cells, "r", { every = 20 * ms })
    net:run(20 * second)
    local r, above, n = record.r, 0, 0
    for _, x in r:raw():flat():iterate() do above, n = above + (x > 0.2 and 1 or 0), n + 1 end
    close(0.1, r:mean(), 0.006, "mean")
    close(0.1, r:sd(), 0.02, "standard deviation, which is the mean's size")
    close(math.exp(-2), above / n, 0.02, "part above twice the mean")
  end)
end)
