--- Conformance: Brian2's example frompapers/Touboul_Brette_2008 (see example_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "touboul_brette_2008"
local ms, mV, nA = ln.ms, ln.mV, ln.nA

local net = ln.network { dt = 0.01*ms }
local p = net:population(20, ln.neuron {
  equations = [[
    dv/dt = (g*(E - v) + g*D*exp((v - T)/D) - w + I)/C : volt
    dw/dt = (a*(v - E) - w)/tau : amp
    reset_to:volt
  ]],
  threshold = "v > T + 5*D", reset = "v = reset_to; w += b",
  parameters = {
    C = 281*ln.pF, g = 30*ln.nS, E = -70.6*mV, T = -50.4*mV, D = 2*mV, tau = 40*ms, a = 4*ln.nS, b = 0.08*nA,
    I = .8*nA,
  },
}, { name = "p", v = -70.6*mV, reset_to = function(k) return -48.3*mV + 0.6*mV*((k - 1)/19) end })
local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "w" }, { every = 2*ms, neurons = { 1, 11, 20 } })
net:run(200*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "w" })
case:final("p", p, { "v", "w" })
case:finish()
