--- Conformance: Brian2's example frompapers/Brette_2004 (see example_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "brette_2004"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local p = net:population(60, ln.neuron {
  equations = [[
    dv/dt = (a - v + 2*sin(2*pi*t/period))/period : 1
    a : 1
  ]],
  threshold = "v > 1", reset = "v = 0", method = "euler", parameters = { period = 100*ms },
}, { name = "p", a = function(k) return 2 + 2*(k - 1)/59 end })
local spikes, states = net:record(p, "spikes"), net:record(p, "v", { every = 10*ms, neurons = { 1, 31, 60 } })
net:run(1*ln.second)

case:spikes("p", spikes)
case:trace("p", states, { "v" })
case:final("p", p, { "v" })
case:finish()
