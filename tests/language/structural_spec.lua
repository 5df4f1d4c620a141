-- Homeostatic structural plasticity: elements, synapses that follow them, the activity that is reached.
local ln = require "lunate"
local ms, mV, Hz, second = ln.ms, ln.mV, ln.Hz, ln.second
local refused = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").refused

local lif = ln.neuron {
  equations = "dv/dt = (10.5*mV - v)/(20*ms) + 3*mV*xi*(20*ms)**-0.5 : volt", method = "euler",
  threshold = "v > 15*mV", reset = "v = 0*mV", refractory = 2 * ms,
}
local silent = ln.neuron { equations = "v : 1", threshold = "v > 1", reset = "v = 0" }

describe("synaptic elements", function()
  it("grow by the Gaussian rule of calcium", function()
    local cell = ln.structural.neuron(silent, { axon = { epsilon = 0.7, eta = 0.1, nu = 2 / second, initial = 5 },
      spine = { target = 30 * Hz, eta = 50 * Hz, nu = 1 / second, initial = 0.2 }, tau_Ca = 4 * second, beta_Ca = 0.01,
      step = 1 * ms })
    local net = ln.network { dt = 1 * ms }
    local p = net:population(1, cell)
    p.Ca = 1
    local axon, spine, lowest = 5, 0.2, math.huge
    local function rate(ca, eta, eps)
      local zeta = math.abs(eps - eta) / (2 * math.sqrt(math.log(2)))
      return 2 * math.exp(-((ca - (eta + eps) / 2) / zeta) ^ 2) - 1
    end
    for k = 0, 7999 do -- by Euler's method, as the model does
      local ca = math.exp(-k * 1e-3 / 4)
      axon = math.max(axon + 2e-3 * rate(ca, 0.1, 0.7), 0)
      spine = math.max(spine + 1e-3 * rate(ca, 2, 1.2), 0)
      lowest = math.min(lowest, spine)
    end
    net:run(8 * second)
    assert.is_true(math.abs(p.axon[1] - axon) < 1e-9 and axon > 5, ("%.12g %.12g"):format(p.axon[1], axon))
    assert.equal(0, lowest)
    assert.is_true(math.abs(p.spine[1] - spine) < 1e-12)
    assert.is_true(math.abs(rate(0.1, 0.1, 0.7)) < 1e-12 and math.abs(rate(0.4, 0.1, 0.7) - 1) < 1e-12)
  end)

  it("lose and form synapses: as many as they are, at random, never more", function()
    local net = ln.network { dt = 1 * ms, seed = 4 }
    local cell = ln.structural.neuron(silent, { axon = { target = 1 }, dendrite = { target = 1 } })
    local p = net:population(20, cell, { axon = "int(i % 4) + 0.9", dendrite = 2.5 })
    local s = net:project(p, p, { connect = ln.bernoulli(0), transmit = "v += w", w = 0.1 })
    local g = ln.structural.plasticity(net, s, { every = 10 * second })
    local created = g:update()
    assert.is_true(created >= 24 and created <= 30) -- 30 axonal, 40 dendritic; a neuron with itself is left out
    for _ = 1, 8 do g:update() end
    assert.equal(30, #s)
    local out, into = s:outdegree():raw(), s:indegree():raw()
    for k = 1, 20 do
      assert.equal(k % 4, out[k])
      assert.is_true(into[k] <= 2)
    end
    local all = s:gather()
    for k = 1, #all.pre do assert.is_true(all.pre[k] ~= all.post[k]) end
    p.axon = "where(i <= 10, 1.5, 5)"
    p.dendrite = 1
    g:update()
    out, into = s:outdegree():raw(), s:indegree():raw()
    for k = 1, 20 do assert.is_true(into[k] <= 1 and (k > 10 or out[k] <= 1)) end
    assert.equal(#s, g.created - g.deleted)
    for _ = 1, 30 do g:update() end
    assert.equal(20, #s)
    p.axon = 0
    local _, deleted = g:update()
    assert.equal(20, deleted)
    assert.equal(0, #s)
    assert.truthy(tostring(g):find("structural plasticity of 1 projection", 1, true))
  end)

  it("are shared by projections onto several populations", function()
    local net = ln.network { dt = 1 * ms, seed = 4 }
    local axons = ln.structural.neuron(silent, { axon = { target = 1 }, dendrite = { target = 1 } })
    local dendrites = ln.structural.neuron(silent, { dendrite = { target = 1 } })
    local a = net:population(10, axons, { axon = 6, dendrite = 2 })
    local b = net:population(30, dendrites, { dendrite = 2 })
    local aa = net:project(a, a, { connect = ln.bernoulli(0), transmit = "v += w", w = 1, name = "aa" })
    local ab = net:project(a, b, { connect = ln.bernoulli(0), transmit = "v += w", w = 1, name = "ab" })
    local g = ln.structural.plasticity(net, { aa, ab }, { every = 1 * second })
    for _ = 1, 10 do g:update() end
    assert.equal(60, #aa + #ab)
    assert.is_true(#aa >= 6 and #aa <= 20 and #ab >= 40, ("%d %d"):format(#aa, #ab))
    a.axon = 3
    g:update()
    local x, y = aa:outdegree():raw(), ab:outdegree():raw()
    for k = 1, 10 do assert.is_true(x[k] + y[k] == 3) end
    assert.equal(30, #aa + #ab)
  end)

  it("bring every neuron to its rate", function()
    local net = ln.network { dt = 0.5 * ms, seed = 3 }
    local kind = { target = 8 * Hz, nu = 1 / second }
    local cell = ln.structural.neuron(lif, { axon = kind, dendrite = kind, tau_Ca = 2 * second, beta_Ca = 0.01 })
    local p = net:population(60, cell, { name = "p" })
    local s = net:project(p, p, { connect = ln.bernoulli(0), transmit = "v += w", w = 0.4 * mV, delay = 1.5 * ms })
    local g = ln.structural.plasticity(net, s, { every = 200 * ms })
    local spikes = net:record(p, "spikes")
    net:run(4 * second)
    assert.is_true(spikes:rate() < 4 * Hz) -- alone
    net:run(56 * second)
    local sum, n = 0, 0
    for _ = 1, 20 do
      net:run(2 * second)
      sum, n = sum + p.Ca:mean(), n + 1
    end
    local target = 0.01 * 2 * 8
    assert.is_true(math.abs(sum / n - target) < 0.05 * target, ("calcium %.4f, target %.4f"):format(sum / n, target))
    assert.is_true(math.abs(spikes:rate { from = 60 * second } / Hz - 8) < 0.4)
    local rates = spikes:rates { from = 60 * second }:raw()
    for k = 1, 60 do assert.is_true(math.abs(rates[k] - 8) < 2.5, ("neuron %d: %g Hz"):format(k, rates[k])) end
    assert.is_true(g.deleted > 50 and #s == g.created - g.deleted)
  end)

  it("are refused where they cannot be", function()
    local make = ln.structural.neuron
    refused("takes a model made by ln.neuron, got a table", make, {}, {})
    refused("no elements are given", make, lif, { tau_Ca = 1 * second })
    refused("tau_Ca must be a time such as 10*second, got 1 V", make, lif, { axon = { target = 5 * Hz }, tau_Ca = 1 * ln.volt })
    refused("axon: nu must be a rate such as 0.1/second", make, lif, { axon = { target = 5 * Hz, nu = 3 } })
    refused("axon: target is a rate such as 5*Hz or a level of calcium, a number; got 1 mV", make, lif,
      { axon = { target = 1 * mV } })
    refused("axon: give target", make, lif, { axon = {} })
    refused("axon: eta and target must differ", make, lif, { axon = { target = 5 * Hz, eta = 5 * Hz } })
    refused("unknown option 'targte' (did you mean 'target'?)", make, lif, { axon = { targte = 5 * Hz } })
    refused("the model has no threshold", make, ln.neuron { equations = "v : 1" }, { axon = { target = 1 } })
    refused("'v' is defined twice", make, lif, { v = { target = 1 } })
    local net = ln.network { dt = 1 * ms }
    local cell = make(silent, { axon = { target = 1 }, dendrite = { target = 1 } })
    local p, q = net:population(5, cell), net:population(5, silent, { name = "q" })
    local function project(a, b, name)
      return net:project(a, b, { connect = ln.bernoulli(0), transmit = "v += 1", name = name })
    end
    local good, bad = project(p, p, "good"), project(p, q, "bad")
    refused("post of bad has no elements 'dendrite': make its model by ln.structural.neuron", ln.structural.plasticity, net, bad)
    refused("pre of good has no elements 'boutons'", ln.structural.plasticity, net, good, { axon = "boutons" })
    refused("takes a projection or a list of them", ln.structural.plasticity, net, {})
    refused("takes projections between populations, got 3", ln.structural.plasticity, net, { 3 })
    refused("good and twin join the same populations", ln.structural.plasticity, net, { good, project(p, p, "twin") })
    refused("is a slice: elements belong to whole populations", ln.structural.plasticity, net,
      project(p:slice(1, 3), p, "part"))
    refused("expected a time such as 100*ms", ln.structural.plasticity, net, good, { every = 3 * mV })
  end)
end)
