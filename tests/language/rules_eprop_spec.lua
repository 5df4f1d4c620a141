-- e-prop: its gradient by the definition (Bellec et al. 2020), the true gradient of the readout, a pattern that is learned.
local ln = require "lunate"
local ms = ln.ms
local support = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua")
local close, random = support.close, support.random

local V_TH, TAU_M, TAU_OUT, TAU_A, BETA = 0.6, 20, 30, 120, 0.3

local function neuron(adapts)
  return ln.neuron {
    equations = [[
      dv/dt = -v/tau_m : 1
      da/dt = -a/tau_a : 1
      dz/dt = -z/tau_out : 1
      L : 1
      psi = 0.3/v_th*clip(1 - abs(v - v_th - beta*a)/v_th, 0, inf) : 1
    ]],
    threshold = "v > v_th + beta*a", reset = "v -= v_th; a += 1; z += 1",
    parameters = { tau_m = TAU_M * ms, tau_a = TAU_A * ms, tau_out = TAU_OUT * ms, v_th = V_TH, beta = adapts and BETA or 0 },
  }
end

local function readout(goal)
  return ln.neuron {
    equations = "dy/dt = -y/tau_out : 1\nerr = y - goal(t % length) : 1 (constant over dt)\nE : 1",
    every = { { 1 * ms, "E += err**2/2" } },
    parameters = { tau_out = TAU_OUT * ms, goal = ln.timed_array(ln.array(goal), 1 * ms), length = #goal * ms },
  }
end

-- A network with everything it learns by; `rules` changes options of all rules.
local function build(o)
  local net = ln.network { dt = 1 * ms, seed = o.seed or 1 }
  local inputs = net:population(o.n_in, o.source)
  local rec = net:population(o.n, neuron(o.adapts))
  local out = net:population(1, readout(o.goal))
  local kind = o.adapts and "alif" or "lif"
  local function rule(which)
    local given = { neuron = which, optimiser = o.optimiser, tau_out = TAU_OUT * ms, eta = o.eta, period = o.period }
    if which == "lif" or which == "alif" then given.tau_m = TAU_M * ms end
    if which == "alif" then given.tau_a, given.beta = TAU_A * ms, BETA end
    return ln.rules.eprop(given)
  end
  local all = ln.all_to_all()
  local no_self = ln.bernoulli "i != j"
  local p = {
    input = net:project(inputs, rec, { connect = all, transmit = "v += w", w = o.w_in, rule = rule(kind) }),
    rec = net:project(rec, rec, { connect = o.connect or no_self, transmit = "v += w", w = o.w_rec, rule = rule(kind) }),
    out = net:project(rec, out, { connect = all, transmit = "y += w", w = o.w_out, rule = rule "readout" }),
    back = net:project(out, rec, { connect = all, w = o.w_back or o.w_out, drive = "L_post = w*err_pre : 1 (summed)",
      rule = not o.w_back and rule "feedback" or nil }),
  }
  return net, p, rec, out
end

local T = 90

-- A tiny network of fixed input spikes: weights as matrices [target][source].
local function tiny(seed)
  local rand, o = random(seed), { n_in = 2, n = 3, w_in = {}, w_rec = {}, w_out = {}, goal = {} }
  local indices, times, spikes = {}, {}, {}
  for t = 0, T - 1 do
    spikes[t] = {}
    for i = 1, 2 do
      if rand() < 0.3 then
        indices[#indices + 1], times[#times + 1] = i, t * ms
        spikes[t][i] = 1
      end
    end
    o.goal[t + 1] = math.sin(t / 9) + 0.5 * rand()
  end
  o.source, o.spikes = ln.spike_source { indices = indices, times = times }, spikes
  for j = 1, 3 do
    o.w_in[j], o.w_rec[j], o.w_out[j] = {}, {}, 0.5 * rand() - 0.2
    for i = 1, 2 do o.w_in[j][i] = 0.1 + 0.5 * rand() end
    for i = 1, 3 do o.w_rec[j][i] = i == j and 0 or 0.6 * rand() - 0.2 end
  end
  return o
end

-- What happens in it, by the equations: spikes z[t][j], pseudo-derivatives, error and loss.
local function simulate(o, adapts)
  local beta = adapts and BETA or 0
  local alpha, rho, kappa = math.exp(-1 / TAU_M), math.exp(-1 / TAU_A), math.exp(-1 / TAU_OUT)
  local v, a, y, r = { 0, 0, 0 }, { 0, 0, 0 }, 0, { z = {}, psi = {}, err = {}, loss = 0, n = 0 }
  for t = 0, T - 1 do
    r.err[t] = y - o.goal[t + 1]
    r.loss = r.loss + r.err[t] ^ 2 / 2
    r.z[t], r.psi[t] = {}, {}
    for j = 1, 3 do
      v[j], a[j] = v[j] * alpha, a[j] * rho
      local above = v[j] - V_TH - beta * a[j]
      r.psi[t][j] = 0.3 / V_TH * math.max(0, 1 - math.abs(above) / V_TH)
      r.z[t][j] = above > 0 and 1 or 0
    end
    y = y * kappa
    for j = 1, 3 do
      for i = 1, 2 do v[j] = v[j] + o.w_in[j][i] * (o.spikes[t][i] or 0) end
      for i = 1, 3 do v[j] = v[j] + o.w_rec[j][i] * r.z[t][i] end
      y = y + o.w_out[j] * r.z[t][j]
      v[j], a[j], r.n = v[j] - V_TH * r.z[t][j], a[j] + r.z[t][j], r.n + r.z[t][j]
    end
  end
  return r
end

-- sum over t of L(t) * (filtered eligibility trace), written out as sums over all earlier steps.
local function gradient(o, r, adapts, j, source)
  local alpha, rho, kappa = math.exp(-1 / TAU_M), math.exp(-1 / TAU_A), math.exp(-1 / TAU_OUT)
  local beta, e, sum = adapts and BETA or 0, {}, 0
  for t = 0, T - 1 do
    local x, eps, F = 0, 0, 0
    for s = 0, t - 1 do
      x, eps, F = x + alpha ^ (t - s) * source(s), eps + rho ^ (t - s) * e[s], F + kappa ^ (t - 1 - s) * e[s]
    end
    e[t] = r.psi[t][j] * (x - beta * eps)
    sum = sum + o.w_out[j] * r.err[t] * F
  end
  return sum
end

local function in_order(m) -- by source, then target, without zeros
  local flat = {}
  for i = 1, #m[1] do
    for j = 1, #m do
      if m[j][i] ~= 0 then flat[#flat + 1] = m[j][i] end
    end
  end
  return ln.array(flat)
end

local function listed() -- pairs of neurons that are not the same
  local pre, post = {}, {}
  for i = 1, 3 do
    for j = 1, 3 do
      if i ~= j then pre[#pre + 1], post[#post + 1] = i, j end
    end
  end
  return ln.pairs(pre, post)
end

local function run_tiny(o, adapts, more)
  more = more or {}
  local net, p, rec, out = build { n_in = 2, n = 3, source = o.source, adapts = adapts, goal = o.goal, w_in = in_order(o.w_in),
    w_rec = in_order(o.w_rec), connect = listed(), w_out = ln.array(o.w_out), eta = more.eta, period = more.period,
    optimiser = more.optimiser }
  net:run(T * ms)
  return p, rec, out, net
end

for _, kind in ipairs { "LIF", "adaptive LIF" } do
  local adapts = kind ~= "LIF"
  describe("e-prop in a network of " .. kind .. " neurons", function()
    it("has the gradient of its definition", function()
      local o = tiny(5)
      local r = simulate(o, adapts)
      assert.is_true(r.n > 15, "too few spikes to test anything: " .. r.n)
      local p = run_tiny(o, adapts)
      local largest = 0
      local function check(what, got, expected)
        largest = math.max(largest, math.abs(expected))
        close(expected, got, 1e-11, what)
      end
      local g = p.input:gather "g"
      for k = 1, #g.g do
        local i, j = g.pre:raw()[k], g.post:raw()[k]
        local expected = gradient(o, r, adapts, j, function(s) return o.spikes[s][i] or 0 end)
        check(("input %d to %d"):format(i, j), g.g:raw()[k], expected)
      end
      g = p.rec:gather "g"
      for k = 1, #g.g do
        local i, j = g.pre:raw()[k], g.post:raw()[k]
        check(("%d to %d"):format(i, j), g.g:raw()[k], gradient(o, r, adapts, j, function(s) return r.z[s][i] end))
      end
      assert.is_true(largest > 0.05, "gradients are tiny: " .. largest)
    end)

    it("has the true gradient of the readout's weights, and the same on the way back", function()
      local o = tiny(6)
      local p = run_tiny(o, adapts)
      local g, back, w, h = p.out.g:gather():raw(), p.back.g:gather():raw(), o.w_out, 1e-3
      for j = 1, 3 do
        local loss = {}
        for side = -1, 1, 2 do
          o.w_out = { table.unpack(w) }
          o.w_out[j] = w[j] + side * h
          loss[side] = simulate(o, adapts).loss
        end
        close((loss[1] - loss[-1]) / (2 * h), g[j], 1e-9, "readout " .. j) -- the loss is quadratic in them
        close(g[j], back[j], 1e-12, "way back " .. j)
      end
    end)
  end)
end

describe("e-prop", function()
  it("changes weights at the end of a trial, by gradient or by Adam", function()
    local o = tiny(5)
    local g = run_tiny(o).input.g:gather():raw()
    local w0 = in_order(o.w_in):raw()
    local p, _, _, net = run_tiny(o, false, { eta = 1e-2, period = T * ms })
    assert.equal(w0[1], p.input.w:gather():raw()[1])
    net:run(1 * ms)
    local w = p.input.w:gather():raw()
    for k = 1, #g do close(w0[k] - 1e-2 * g[k], w[k], 1e-14, "gradient") end
    p, _, _, net = run_tiny(o, false, { eta = 1e-2, period = T * ms, optimiser = "adam" })
    net:run(1 * ms)
    w = p.input.w:gather():raw()
    for k = 1, #g do close(w0[k] - 1e-2 * g[k] / (math.abs(g[k]) + 1e-8), w[k], 1e-12, "Adam") end -- its first step
  end)

  -- The mean loss of the first and the last three trials.
  local function learn(recurrent, trials, w_back)
    local length, n, rand, goal = 250, 40, random(3), {}
    for t = 0, length - 1 do
      local phase = 2 * math.pi * t / length
      goal[t + 1] = 0.6 * math.sin(phase) + 0.4 * math.sin(2 * phase + 1) + 0.3 * math.sin(3 * phase + 2)
    end
    local indices, times = {}, {} -- the same 50 Hz of spikes in every trial
    for t = 0, length - 1 do
      for i = 1, 20 do
        if rand() < 0.05 then indices[#indices + 1], times[#times + 1] = i, t end
      end
    end
    local all_i, all_t, m = {}, {}, #indices
    for k = 0, trials - 1 do
      for q = 1, m do all_i[k * m + q], all_t[k * m + q] = indices[q], (times[q] + k * length) * ms end
    end
    local w_out = {}
    for k = 1, n do w_out[k] = 0.4 * (rand() - 0.5) end
    local net, p, _, out = build { n_in = 20, n = n, adapts = true, source = ln.spike_source { indices = all_i, times = all_t },
      goal = goal, w_in = ln.normal(0.1, 0.15), w_rec = ln.normal(0, 0.05), w_out = ln.array(w_out), eta = 1e-2,
      period = length * ms, optimiser = "adam", w_back = w_back }
    p.input.plastic, p.rec.plastic = recurrent, recurrent
    local loss = {}
    for k = 1, trials do
      net:run(length * ms)
      loss[k] = out.E[1]
      out.E = 0
    end
    return (loss[1] + loss[2] + loss[3]) / 3, (loss[trials] + loss[trials - 1] + loss[trials - 2]) / 3
  end

  it("learns to generate a pattern: the loss falls to a twentieth in 100 trials, far below the readout's alone", function()
    local first, last = learn(true, 100)
    assert.is_true(last < first / 20, ("loss %.3g, then %.3g"):format(first, last))
    local _, alone = learn(false, 100)
    assert.is_true(last < alone / 2, ("loss %.3g, of the readout alone %.3g"):format(last, alone))
    -- random e-prop: signals through weights that never change
    first, last = learn(true, 100, ln.normal(0, 0.3))
    assert.is_true(last < first / 8 and last < 0.75 * alone, ("random feedback: loss %.3g, then %.3g"):format(first, last))
  end)
end)
