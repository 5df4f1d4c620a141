--- Conformance: Brian2's example IF_curve_LIF (see example_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "if_curve_lif"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms }
local p = net:population(100, ln.neuron {
  equations = [[
    dv/dt = (drive - v)/tau : volt (unless refractory)
    drive : volt
  ]],
  threshold = "v > 10*mV", reset = "v = 0*mV", refractory = 5*ms, method = "exact", parameters = { tau = 10*ms },
}, { name = "p", drive = function(k) return 20*mV*((k - 1)/99) end })
local spikes, states = net:record(p, "spikes"), net:record(p, "v", { every = 5*ms, neurons = { 1, 51, 61, 100 } })
net:run(400*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v" })
case:final("p", p, { "v" })
case:finish()
