--- Conformance: Brian2's example frompapers/Brette_Guigon_2003, its noise replaced by a sine (see construct_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "shared_of_linked"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local source = net:population(1, ln.neuron {
  equations = "dx/dt = -x/(20*ms) + 0.2*sin(t/(3*ms))/ms : 1", method = "rk4",
}, { name = "source" })
local p = net:population(8, ln.neuron {
  equations = [[
    dv/dt = (v*I + 1)/tau : 1
    I = 0.5 + 3*p*B : 1
    B = 2./(1 + exp(-2*x)) - 1 : 1 (shared)
    p : 1
    x : 1 (linked)
  ]],
  threshold = "v > 1", reset = "v = 0", method = "euler", parameters = { tau = 33*ms },
}, {
  name = "neurons", p = function(k) return (k - 1)/8 end, v = function(k) return 0.1*(k - 1) end,
  x = source.x,
})
local spikes, states = net:record(p, "spikes"), net:record(p, { "v", "B" }, { every = 1*ms, neurons = { 1, 4, 8 } })
net:run(150*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "B" })
case:final("p", p, { "v" })
case:finish()
