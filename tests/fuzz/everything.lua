--- A little of everything, for mutations.py: runs in a moment, and much in it can go wrong.
local ln = require "lunate"
local ms, mV, nS, pA, pF, Hz = ln.ms, ln.mV, ln.nS, ln.pA, ln.pF, ln.Hz

local net = ln.network { dt = 0.1*ms, seed = 3 }
local lif = ln.neuron {
  equations = [[
    dv/dt = (g*(E - v) + I + J(t, i))/C + sigma*xi/sqrt(tau) : volt (unless refractory)
    dg/dt = -g/tau : siemens
    I : amp
  ]],
  threshold = "v > th", reset = "v = r; g *= 0.5", refractory = 2*ms, method = "euler",
  events = { low = "v < r - 5*mV" }, on = { low = "v = r" }, every = { { 5*ms, "I *= 0.99" } },
  parameters = { E = 0*mV, C = 200*pF, tau = 5*ms, th = -50*mV, r = -60*mV, sigma = 0.1*mV,
    J = ln.timed_array(ln.array { { 1, 2 }, { 3, 4 } } * pA, 10*ms) },
}
local cells = net:population(40, lif, { name = "cells", v = ln.normal(-60*mV, 3*mV), I = "rand()*100*pA" })
local source = net:population(20, ln.models.poisson { rate = 50*Hz })
local dopamine = net:signal("dopamine", { equations = "dd/dt = -d/(200*ms) : 1" })
local learning = net:project(source, cells, {
  connect = ln.fixed_indegree(5), transmit = "g += w*nS", w = ln.uniform(0, 1),
  delay = ln.normal(2*ms, 1*ms):truncated(0.1*ms), rule = ln.rules.stdp { w_max = 1 },
})
local fixed = net:project(cells, cells, {
  connect = ln.bernoulli(0.2, { autapses = false }), transmit = "g += w*(1 + x)", w = 0.5*nS, delay = 1*ms,
  equations = "dx/dt = -x/(20*ms) : 1 (event-driven)", on_post = "x += 0.1 + dopamine",
})
net:project(ln.poisson_input { n = 10, rate = 20*Hz }, cells:slice(1, 10), { transmit = "g += w", w = 2*nS })

local spikes = net:record(cells, "spikes")
local traces = net:record(cells, { "v", "g" }, { every = 1*ms, neurons = { 1, 2, 3 } })
local weights = net:record(learning, "w", { every = 10*ms })
net:every(20*ms, function() learning:prune "w < 0.1"; learning:grow(10) end)
net:at(30*ms, function() fixed.w = 1*nS; dopamine:pulse(0.5) end)
net:run(50*ms)

print(spikes:rate(), spikes:cv_isi(), spikes:count(), traces.v:mean(), learning.w:mean(), #learning, weights)
print(cells.v:gather():mean(), cells.v[3], ln.statistics.correlation({ 1, 2, 3 }, { 1, 2, 4 }))
local x = ln.array { { 1, 2 }, { 3, 4 } }
print((x * 2 + 1):sum(), x:transpose(), x:dot(x), x:gt(2))
local state = net:store()
net:run(5*ms)
net:restore(state)
