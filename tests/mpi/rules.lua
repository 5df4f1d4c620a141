-- Prints every bit that the rules of the library leave behind; run_rules.sh compares numbers of ranks.
local ln = require "lunate"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz
local bits = dofile((arg[0]:match "^.*/" or "") .. "digest.lua").print_bits

-- Rules of the library that learn from a teacher, each on a projection of its own.
local function taught()
  local nA, pA = ln.nA, ln.pA
  local net = ln.network { dt = 0.1*ms, seed = 10 }
  local input = net:population(23, ln.models.poisson { rate = 40*Hz }, { name = "input" })
  local function learn(cells, transmit, rule, w, options)
    local p = net:project(input, cells, { connect = ln.bernoulli(0.7), transmit = transmit, w = w, rule = rule,
      delay = options or "(0.5 + rand())*ms" })
    return function() bits(rule.name .. " w", p.w:gather():raw()) end
  end
  local shown = {}
  local cells = net:population(13, ln.models.taught_lif(), { I_ext = "120*pA*rand()" })
  net:project(net:population(13, ln.models.poisson { rate = 20*Hz }), cells, { connect = ln.one_to_one(),
    transmit = "taught += 1" })
  shown[1] = learn(cells, "I_syn += w", ln.rules.resume { w_min = -1*nA, w_max = 1*nA, a = 0.01, A = 0.1 }, 50*pA)
  shown[2] = learn(cells, "I_syn += w", ln.rules.pspm { w_min = -1*nA, w_max = 1*nA, update = "both" }, "100*pA*rand()")
  shown[3] = learn(net:population(11, ln.models.tempotron { period = 50*ms }, { label = "int(rand() < 0.5)" }), "m += w; s += w",
    ln.rules.tempotron { period = 50*ms }, "0.3*rand()")
  shown[4] = learn(net:population(11, ln.models.urbanczik_senn(), { I_ext = "10*nA*rand()" }), "I_d += w",
    ln.rules.dendritic_prediction(), "0.2*nA*rand()")
  net:run(200*ms)
  for _, show in ipairs(shown) do show() end
  bits("taught v", cells.v:gather():raw())
end

taught()

-- Rules that keep, alone and together with others.
local function kept()
  local net = ln.network { dt = 0.1*ms, seed = 11 }
  local input = net:population(21, ln.models.poisson { rate = 40*Hz }, { name = "input" })
  local shown = {}
  local function learn(name, spec, options)
    spec.connect, spec.delay, spec.transmit = ln.bernoulli(0.6), "(0.5 + rand())*ms", spec.transmit or "g_exc += w"
    local cells = net:population(9, ln.models.diehl_cook(options), { theta = "rand()*mV" })
    local p = net:project(input, cells, spec)
    shown[#shown + 1] = function()
      bits(name .. " w", p.w:gather():raw())
      bits(name .. " theta", cells.theta:gather():raw())
      for _, more in ipairs { "depth", "u2", "w_ref", "U" } do
        if pcall(function() return p[more] end) then bits(name .. " " .. more, p[more]:gather():raw()) end
      end
    end
  end
  learn("cascade", { w = "int(rand() < 0.5)", depth = "floor(4*rand())", rule = ln.rules.cascade { theta = -60*mV, n = 4 } })
  learn("consolidation", { w = "rand()", rules = { ln.rules.stdp { A_p = 0.1 },
    ln.rules.consolidation { m = 4, tau = 10*ms, period = 5*ms } } })
  learn("heterosynaptic", { w = "rand()", rules = { ln.rules.triplet(),
    ln.rules.heterosynaptic { reference = "consolidating", tau_c = 1*ln.second, period = 10*ms } } })
  learn("diehl_cook", { w = "rand()", rule = ln.rules.diehl_cook { form = "triplet" } }, { theta_plus = 1*mV })
  learn("target", { w = "rand()", rule = ln.rules.diehl_cook() }, { theta_plus = 1*mV })
  learn("scaling", { w = "rand()", rule = ln.rules.scaling { control = "integral", period = 10*ms, eta = 0.1, gamma = 0.1*Hz } })
  local short = ln.synapses.tsodyks_markram { to = "g_exc", w = "rand()", U = 0.4, rules = { ln.rules.redistribution(),
    ln.rules.stdp() } }
  learn("short and long", short)
  net:run(200*ms)
  for _, show in ipairs(shown) do show() end
end

kept()

-- Rules of rates: two layers, sums both ways, lateral synapses, teachers.
local function rates(precision)
  local net = ln.network { dt = 1*ms, seed = 12 }
  local input = net:population(13, ln.neuron { equations = "r : 1\ndm/dt = (r - m)/(20*ms) : 1", precision = precision,
    every = { { 2*ms, "r = rand() + 0.1*(i % 3)" } } }, { name = "input" })
  local cell = ln.neuron { precision = precision, equations = [[
    u : 1
    lateral : 1
    r = clip(u + lateral, -2, 2) : 1
    dm/dt = (r - m)/(20*ms) : 1
    dtheta/dt = (r**2 - theta)/(10*ms) : 1
    target = sign(sin(i + t/(3*ms))) : 1 ]], method = "euler" }
  local function layer(name, rule, lateral)
    local p = net:population(7, cell, { name = name, theta = 1 })
    local a = net:project(input, p, { connect = ln.bernoulli(0.6), w = "0.2*rand()", drive = "u_post = w*r_pre : 1 (summed)",
      rule = rule })
    local b = lateral and net:project(p, p, { connect = ln.bernoulli "i != j", w = 0.01,
      drive = "lateral_post = w*r_pre : 1 (summed)", rule = lateral })
    return function()
      bits(name .. " w " .. precision, a.w:gather():raw())
      if b then bits(name .. " lateral " .. precision, b.w:gather():raw()) end
    end
  end
  local print_them = {
    layer("hebb", ln.rules.hebb { eta = 1*Hz, decay = 2*Hz }, ln.rules.anti_hebb { eta = 3*Hz, p = 0.1 }),
    layer("covariance", ln.rules.covariance { eta = 5*Hz }),
    layer("oja", ln.rules.oja { eta = 5*Hz }),
    layer("bcm", ln.rules.bcm { eta = 5*Hz }),
    layer("delta", ln.rules.delta { eta = 5*Hz }),
    layer("perceptron", ln.rules.perceptron { eta = 20*Hz, field = "u_post" }),
  }
  local y = net:population(3, ln.neuron { equations = "y : 1", precision = precision })
  local forward, back = ln.rules.sanger_network(net, input, y, { eta = 5*Hz })
  net:run(150*ms)
  for _, f in ipairs(print_them) do f() end
  bits("sanger w " .. precision, forward.w:gather():raw())
  bits("sanger back " .. precision, back.w:gather():raw())
end

rates "double"
rates "single"

-- Rules of spikes: BCM, detectors, e-prop with its way back, three factors.
local function spiking()
  local net = ln.network { dt = 1*ms, seed = 13 }
  local input = net:population(19, ln.models.poisson { rate = 60*Hz })
  net:signal("success", { equations = "success : 1", every = { { 5*ms, "success = randn()" } } })
  local cell = ln.neuron { method = "exact", equations = [[
      dv/dt = -v/(20*ms) : 1
      da/dt = -a/(100*ms) : 1
      dz/dt = -z/(20*ms) : 1
      L : 1
      psi = 0.5*clip(1 - abs(v - 0.6 - 0.1*a)/0.6, 0, inf) : 1 ]],
    threshold = "v > 0.6 + 0.1*a", reset = "v -= 0.6; a += 1; z += 1" }
  local p = net:population(11, cell)
  local q = net:population(11, cell)
  local out = net:population(3, ln.neuron { equations = [[
      dy/dt = -y/(20*ms) : 1
      err = y - sin(i + t/(20*ms)) : 1 (constant over dt) ]] })
  local function e(neuron) return ln.rules.eprop { neuron = neuron, period = 40*ms, eta = 0.01, optimiser = "adam" } end
  local all = ln.all_to_all()
  local a = net:project(input, p, { connect = all, transmit = "v += w", w = "0.3*rand()", rule = e "alif" })
  local b = net:project(p, p, { connect = ln.bernoulli "i != j", transmit = "v += w", w = "0.1*randn()", delay = 2*ms,
    rule = e "lif" })
  local c = net:project(p, out, { connect = all, transmit = "y += w", w = "0.1*i - 0.03*j", rule = e "readout" })
  local d = net:project(out, p, { connect = all, w = "0.1*j - 0.03*i", drive = "L_post = w*err_pre : 1 (summed)",
    rule = e "feedback" })
  local f = net:project(input, q, { connect = all, transmit = "v += w", w = 0.2, rules = { ln.rules.rate_detector(),
    ln.rules.hebb { pre = "x", post = "y", eta = 1e-4/Hz, w_max = 0.5 } } })
  local g = net:project(p, q, { connect = all, transmit = "v += w", w = 0.1,
    rule = ln.rules.bcm { neurons = "spiking", eta = 1e-7*ln.second^2, tau_theta = 50*ms, r_0 = 600*Hz } })
  local h = net:project(input, q, { connect = all, transmit = "v += w", w = 0.05,
    rule = ln.rules.three_factor { form = "stdp", rate = 0.1*Hz } })
  local k = net:project(q, q, { connect = ln.bernoulli(0.5), transmit = "v += w", w = 0.05,
    rule = ln.rules.three_factor { form = "attention", pre = "v_pre", post = "psi_post", gate = "z_post", tau_e = 10*ms } })
  net:run(130*ms)
  for n, each in ipairs { a, b, c, d, f, g, h, k } do bits("spiking " .. n, each.w:gather():raw()) end
  bits("spiking gradient", a.g:gather():raw())
end

spiking()
