--- Conformance: adaptive exponential integrate-and-fire, v clamped while refractory (fourth-order Runge-Kutta).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "adex"
local ms, mV, nA, nS = ln.ms, ln.mV, ln.nA, ln.nS

local net = ln.network { dt = 0.1*ms }
local p = net:population(6, ln.neuron {
  equations = [[
    dv/dt = (g_L*(E_L - v) + g_L*D*exp((v - V_T)/D) - w + I)/C : volt (unless refractory)
    dw/dt = (a*(v - E_L) - w)/tau_w : amp
    I : amp (constant)
    b : amp (constant)
  ]],
  threshold = "v > -40*mV", reset = "v = V_r; w += b", refractory = 2*ms, method = "rk4",
  parameters = {
    C = 281*ln.pF, g_L = 30*nS, E_L = -70.6*mV, V_T = -50.4*mV, D = 2*mV, tau_w = 144*ms, a = 4*nS, V_r = -60.6*mV,
  },
}, {
  name = "p", v = "E_L",
  I = function(k) return (0.55 + 0.12*k)*nA end,
  b = function(k) return (0.02 + 0.02*k)*nA end,
})

local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "w" }, { every = 1*ms, neurons = { 1, 3, 6 } })
net:run(200*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "w" })
case:final("p", p, { "v", "w" })
case:finish()
