--- Conformance: alpha-shaped currents, a linear system with a double eigenvalue (exact).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "alpha_synapse"
local ms, mV, nA = ln.ms, ln.mV, ln.nA

local net = ln.network { dt = 0.1*ms }
local source = net:population(12, compare.trains(12, 10, 120*ms, 1), { name = "source" })
local p = net:population(6, ln.neuron {
  equations = [[
    dv/dt = (E_L - v)/tau_m + (R*g)/tau_m : volt
    dg/dt = (x - g)/tau_s : amp
    dx/dt = -x/tau_s : amp
  ]],
  threshold = "v > v_th", reset = "v = v_r", refractory = 1*ms, method = "exact",
  parameters = { tau_m = 10*ms, tau_s = 3*ms, E_L = -70*mV, R = 100*ln.Mohm, v_th = -54*mV, v_r = -70*mV },
}, { name = "p", v = -70*mV })

local i, j = compare.pairs(12, 6, 0.7, 2)
net:project(source, p, {
  connect = ln.pairs(i, j), transmit = "x_post += w", delay = 1.3*ms,
  w = compare.list(#i, function(k) return (0.2 + compare.u(3, k))*0.6*nA end),
})

local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "g", "x" }, { every = 1*ms, neurons = { 1, 3, 6 } })
net:run(120*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "g", "x" })
case:final("p", p, { "v", "g", "x" })
case:finish()
