--- Conformance: Brian2's examples reliability and non_reliability, noise number by number (see noise_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "reliability"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms, seed = 11 }
local shared = net:population(1, ln.neuron {
  equations = "dx/dt = -x/(5*ms) + (2/(5*ms))**.5*xi : 1", method = "euler",
}, { name = "shared" })
local driven = net:population(12, ln.neuron {
  equations = [[
    dx/dt = (0.9 + 0.5*I - x)/tau + 0.015*(2/tau)**.5*xi : 1
    I : 1 (linked)
  ]],
  threshold = "x > 1", reset = "x = 0", refractory = 5*ms, method = "euler", parameters = { tau = 10*ms },
}, { name = "driven", I = shared.x, x = compare.list(12, function(k) return compare.u(1, k) end) })
local lone = net:population(12, ln.neuron {
  equations = "dx/dt = (1.1 - x)/tau + 0.02*(2/tau)**.5*xi : 1 (unless refractory)",
  threshold = "x > 1", reset = "x = 0", refractory = 5*ms, method = "euler", parameters = { tau = 10*ms },
}, { name = "lone" })

local driven_spikes, lone_spikes = net:record(driven, "spikes"), net:record(lone, "spikes")
local current = net:record(shared, "x", { every = 5*ms })
local driven_x = net:record(driven, "x", { every = 5*ms, neurons = { 1, 12 } })
local lone_x = net:record(lone, "x", { every = 5*ms, neurons = { 1, 12 } })
net:run(300*ms)

case:spikes("driven", driven_spikes)
case:spikes("lone", lone_spikes)
case:trace("shared", current, { "x" })
case:trace("driven", driven_x, { "x" })
case:trace("lone", lone_x, { "x" })
case:final("driven", driven, { "x" })
case:final("lone", lone, { "x" })
case:finish()
