--- Conformance in distribution: Poisson sources, constant and in time, inputs of many at once, gamma sources (see
-- stochastic_references.py). Brian2's PoissonInput is binomial, ours Poisson: at 200 sources of 10 Hz their variances differ by
-- one in a thousand.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "stochastic_sources"
local ms, Hz, N = ln.ms, ln.Hz, 6000

local net = ln.network { dt = 0.1*ms, seed = 103 }
local a = net:population(N, ln.models.poisson { rate = 55*Hz }, { name = "a" })
local b = net:population(N, ln.models.inhomogeneous_poisson {
  rate = ln.timed_array({ 20*Hz, 80*Hz, 0*Hz, 150*Hz }, 20*ms),
}, { name = "b" })
local c = net:population(N, ln.neuron { equations = "dv/dt = -v/(10*ms) : 1", method = "exact" }, { name = "c" })
net:project(ln.poisson_input { n = 200, rate = 10*Hz }, c, { transmit = "v += 0.1" })
local g = net:population(N, ln.models.gamma { order = 3, rate = 1/(12*ms) }, {
  name = "g", next = "-4*ms*(log(rand()) + log(rand()) + log(rand()))",
})
local of_a, of_b, of_g = net:record(a, "spikes"), net:record(b, "spikes"), net:record(g, "spikes")
net:run(80*ms)

case:distribution("poisson", compare.counts(of_a))
case:distribution("poisson_intervals", compare.intervals(of_a))
case:distribution("input", c.v:gather())
for k = 1, 4 do case:distribution("window_" .. k, compare.counts(of_b, 20*(k - 1)*ms, 20*k*ms)) end
case:distribution("gamma_intervals", compare.intervals(of_g))
case:distribution("gamma", compare.counts(of_g, 40*ms, 80*ms))
case:finish()
