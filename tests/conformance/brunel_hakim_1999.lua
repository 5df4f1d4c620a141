--- Conformance: Brian2's example frompapers/Brunel_Hakim_1999, smaller; its noise number by number (see
-- noise_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "brunel_hakim_1999"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms, seed = 14 }
local p = net:population(300, ln.neuron {
  equations = "dV/dt = (-V + 25*mV + 1*mV*sqrt(tau)*xi)/tau : volt",
  threshold = "V > 20*mV", reset = "V = 10*mV", refractory = 0*ms, method = "euler", parameters = { tau = 20*ms },
}, { name = "p", V = 10*mV })
local i, j = compare.pairs(300, 300, 0.1, 1)
net:project(p, p, { connect = ln.pairs(i, j), transmit = "V += -0.4*mV", delay = 2*ms })

local spikes, states = net:record(p, "spikes"), net:record(p, "V", { every = 1*ms, neurons = { 1, 151, 300 } })
net:run(100*ms)

case:spikes("p", spikes)
case:trace("p", states, { "V" })
case:final("p", p, { "V" })
case:finish()
