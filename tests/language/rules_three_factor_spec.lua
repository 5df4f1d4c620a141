-- Three factors: the gradient of back-propagation on average (AGREL), exclusive or, rewards with and without a baseline.
local ln = require "lunate"
local ms, Hz, second = ln.ms, ln.Hz, ln.second
local support = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua")
local close, random = support.close, support.random

-- ---------------------------------------------------------------- attention-gated reinforcement learning

-- Inputs (the last is the bias), hidden units, outputs; beta is the change where signal and mark are 1.
local function agrel(n_in, n_hidden, n_out, beta, rand, size)
  local function weights(n)
    local w = {}
    for k = 1, n do w[k] = size * (2 * rand() - 1) end
    return ln.array(w)
  end
  local function transposed(w, rows, columns)
    local out = {}
    for r = 1, rows do
      for c = 1, columns do out[(c - 1) * rows + r] = w[(r - 1) * columns + c] end
    end
    return ln.array(out)
  end
  local net = ln.network { dt = 1 * ms }
  local all, rate = ln.all_to_all(), beta * ln.kHz
  local signal = net:signal("reward_error", { equations = "f : 1" })
  local x = net:population(n_in, ln.neuron { equations = "r : 1" })
  local hidden = net:population(n_hidden, ln.neuron { equations = [[
    h : 1
    r = 1/(1 + exp(-h)) : 1
    slope = r*(1 - r) : 1
    fb : 1 ]] })
  local out = net:population(n_out, ln.neuron { equations = "a : 1\nz : 1" })
  local w2 = weights(n_hidden * n_out)
  local function rule(def)
    def.signal, def.rate = "reward_error", rate
    return ln.rules.three_factor(def)
  end
  local p = {
    first = net:project(x, hidden, { connect = all, w = weights(n_in * n_hidden), drive = "h_post = w*r_pre : 1 (summed)",
      rule = rule { form = "attention", post = "slope_post" } }),
    second = net:project(hidden, out, { connect = all, w = w2, drive = "a_post = w*r_pre : 1 (summed)",
      rule = rule { post = "z_post" } }),
    back = net:project(out, hidden, { connect = all, w = transposed(w2:raw(), n_hidden, n_out),
      drive = "fb_post = w*z_pre : 1 (summed)", rule = rule { pre = "z_pre", post = "r_post" } }),
  }
  return { net = net, x = x, out = out, p = p, n_out = n_out, signal = signal }
end

-- Probabilities of the outputs for a pattern.
local function answer(a, pattern)
  a.x.r, a.out.z = ln.array(pattern), 0
  a.net:run(1 * ms)
  local p, sum = a.out.a:gather():raw(), 0
  for k = 1, a.n_out do p[k] = math.exp(p[k]) end
  for k = 1, a.n_out do sum = sum + p[k] end
  for k = 1, a.n_out do p[k] = p[k] / sum end
  return p
end

-- Learns from one choice, which was right or not.
local function reward(a, choice, probability, right)
  local z = {}
  for k = 1, a.n_out do z[k] = k == choice and 1 or 0 end
  local delta = right and 1 - probability or -1
  a.out.z, a.signal.value = ln.array(z), delta >= 0 and delta / (1 - delta) or -1
  a.net:run(1 * ms)
  a.signal.value = 0
end

describe("attention-gated reinforcement learning (Roelfsema & van Ooyen 2005)", function()
  it("follows the gradient of back-propagation on average", function()
    local n_in, n_hidden, n_out, beta = 3, 4, 3, 0.5
    local a = agrel(n_in, n_hidden, n_out, beta, random(4), 1)
    local pattern, right = { 0.7, -0.4, 1 }, 2
    local prob = answer(a, pattern)
    local names, before, expected = { "first", "second", "back" }, {}, {}
    for _, name in ipairs(names) do
      before[name], expected[name] = a.p[name].w:gather():raw(), {}
      for k = 1, #before[name] do expected[name][k] = 0 end
    end
    local start = a.net:store()
    for choice = 1, n_out do -- each choice as often as its probability says
      a.net:restore(start)
      reward(a, choice, prob[choice], choice == right)
      for _, name in ipairs(names) do
        local w = a.p[name].w:gather():raw()
        for k = 1, #w do expected[name][k] = expected[name][k] + prob[choice] * (w[k] - before[name][k]) end
      end
    end
    -- back-propagation of the log-likelihood of the right answer through softmax and sigmoids
    local w1, w2 = before.first, before.second
    for j = 1, n_hidden do
      local h, back = 0, 0
      for i = 1, n_in do h = h + w1[(i - 1) * n_hidden + j] * pattern[i] end
      local r = 1 / (1 + math.exp(-h))
      for k = 1, n_out do
        local err, at = (k == right and 1 or 0) - prob[k], (j - 1) * n_out + k
        back = back + w2[at] * err
        close(beta * r * err, expected.second[at], 1e-14, "output")
        close(beta * r * err, expected.back[(k - 1) * n_hidden + j], 1e-14, "feedback")
      end
      for i = 1, n_in do
        close(beta * pattern[i] * r * (1 - r) * back, expected.first[(i - 1) * n_hidden + j], 1e-14, "hidden")
      end
    end
  end)

  it("learns exclusive or", function()
    local rand = random(12)
    local a = agrel(3, 4, 2, 0.5, rand, 1)
    local function right_of(x, y) return (x ~= y) and 2 or 1 end
    for _ = 1, 4000 do
      local x, y = math.floor(2 * rand()), math.floor(2 * rand())
      local p = answer(a, { x, y, 1 })
      local choice = rand() < p[1] and 1 or 2
      reward(a, choice, p[choice], choice == right_of(x, y))
    end
    for x = 0, 1 do
      for y = 0, 1 do
        local p = answer(a, { x, y, 1 })[right_of(x, y)]
        assert.is_true(p > 0.9, ("%d xor %d: right with probability %.3f"):format(x, y, p))
      end
    end
  end)
end)

-- ---------------------------------------------------------------- rewards and pairs of spikes

describe("reward-modulated STDP", function()
  -- The mean change of weights a second while rewards of 0 and 2 come at random every 50 ms.
  local function drift(equations, options)
    local net = ln.network { dt = 1 * ms, seed = 2 }
    net:signal("success", { equations = equations, every = { { 50 * ms, "reward = 2*int(rand() < 0.5)" } } })
    local pre = net:population(100, ln.models.poisson { rate = 20 * Hz })
    local post = net:population(20, ln.models.poisson { rate = 10 * Hz })
    options.form, options.A_m = "stdp", 0
    local p = net:project(pre, post, { connect = ln.all_to_all(), transmit = "", w = 0, rule = ln.rules.three_factor(options) })
    net:run(5 * second)
    local before = p.w:mean()
    net:run(20 * second)
    return (p.w:mean() - before) / 20
  end

  it("needs a baseline: else the mean mark changes all weights (Frémaux & Gerstner 2016)", function()
    -- rewards independent of the spikes: the drift is (mean reward - baseline) * mean mark, the mark being
    -- r_pre r_post tau_p A_p tau_e on average
    local mark = 20 * 10 * 20e-3 * 1
    close(mark, drift("success = reward : 1 (constant over dt)\nreward : 1", {}), 0.1 * mark, "no baseline")
    close(0, drift("success = reward : 1 (constant over dt)\nreward : 1", { baseline = 1 }), 0.1 * mark, "known mean")
    close(0, drift("reward : 1\ndmean/dt = (reward - mean)/(1*second) : 1\nsuccess = reward - mean : 1 (constant over dt)", {}),
      0.1 * mark, "running mean")
  end)
end)

describe("dopamine", function()
  it("finds the synapse whose spikes bring it, a second later, among 100 (Izhikevich 2007, Fig. 1)", function()
    -- All fire at 1 Hz by chance. Where the target fires within 10 ms after the first source, dopamine comes a second later
    -- (in the paper 1 to 3 s).
    local net = ln.network { dt = 2 * ms, seed = 2 }
    local source = net:population(100, ln.models.poisson { rate = 1 * Hz })
    local target = net:population(1, ln.neuron { equations = "dv/dt = -v/(10*ms) : 1", method = "euler",
      threshold = "rand() < 1*Hz*dt", reset = "v = 0" })
    local watch = net:population(1, ln.neuron { equations = "open : second\nhit : 1", threshold = "hit > 0.5",
      reset = "hit = 0" }, { open = -1 * second })
    net:project(source:slice(1, 1), watch, { connect = ln.all_to_all(), transmit = "open = t" })
    net:project(target, watch, { connect = ln.all_to_all(), transmit = "hit = int(t - open < 10*ms)" })
    net:signal("dopamine", { equations = "dd/dt = -d/(200*ms) : 1", on_spike_of = watch, on_spike = "d += 0.5",
      delay = 1 * second })
    local rewards = net:record(watch, "spikes")
    local p = net:project(source, target, { connect = ln.all_to_all(), transmit = "v += w", w = 0,
      rule = ln.rules.reward_stdp { w_max = 4, rate = 3 * Hz } })
    net:run(900 * second)
    local w, n, other = p.w:gather():raw(), #rewards:gather().steps, 0
    for k = 2, 100 do other = math.max(other, w[k]) end
    assert.is_true(w[1] > 2 * other, ("the synapse has %.3g, the next one %.3g"):format(w[1], other))
    -- a reward finds the mark of its pair, exp(-lag/tau_p - 1 s/tau_c) with 4 ms of lag on average, and their product decays
    -- with both time constants
    local expected = n * 3 * 0.5 * math.exp(-4 / 20 - 1) / (1 / 0.2 + 1)
    close(expected, w[1], 0.25 * expected, ("after %d rewards"):format(n))
    p.plastic = false
    local before = p.w:gather():raw()
    net:run(50 * second)
    local after = p.w:gather():raw()
    for k = 1, 100 do assert.equal(before[k], after[k]) end
  end)
end)
