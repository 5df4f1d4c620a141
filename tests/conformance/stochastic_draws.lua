--- Conformance in distribution: rand(), randn() and poisson() wherever they may stand (see stochastic_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "stochastic_draws"
local ms, N = ln.ms, 6000

local net = ln.network { dt = 0.1*ms, seed = 102 }
local p = net:population(N, ln.neuron {
  equations = [[
    dv/dt = (1.2 + drift - v)/(10*ms) : 1 (unless refractory)
    drift = 0.5*randn() : 1 (constant over dt)
    steps : 1
    wait : second
  ]],
  threshold = "v > 1 + 0.2*rand()", reset = "v = -0.3*rand() + 0.1*randn(); wait = 1*ms + 3*ms*rand()", refractory = "wait",
  method = "euler", every = { { 1*ms, "steps += poisson(0.7)" } },
}, { name = "p", v = "clip(0.3 + 0.2*randn(), 0, 1)" })
local q = net:population(N, ln.neuron {
  equations = "dv/dt = 1/(20*ms) : 1", threshold = "rand() < exp((v - 1)/0.1)*dt/ms", reset = "v -= 1 + 0.2*randn()",
  method = "euler",
}, { name = "q" })
case:distribution("start", p.v:gather())
local spikes, escapes = net:record(p, "spikes"), net:record(q, "spikes")
net:run(60*ms)

case:distribution("spikes", compare.counts(spikes))
case:distribution("intervals", compare.intervals(spikes))
for _, name in ipairs { "v", "wait", "steps" } do case:distribution(name, p[name]:gather()) end
case:distribution("escape_spikes", compare.counts(escapes))
case:distribution("escape_intervals", compare.intervals(escapes))
case:distribution("escape_v", q.v:gather())
case:finish()
