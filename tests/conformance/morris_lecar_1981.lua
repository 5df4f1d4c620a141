--- Conformance: Brian2's example frompapers/Morris_Lecar_1981 (see example_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "morris_lecar_1981"
local ms, mV, mS, uA = ln.ms, ln.mV, ln.mS, ln.uA

local net = ln.network { dt = 0.01*ms }
local p = net:population(17, ln.neuron {
  equations = [[
    dv/dt = (g_L*(E_L - v) + g_Ca*open_Ca*(E_Ca - v) + g_K*w*(E_K - v) + I)/C : volt
    dw/dt = (open_K - w)*cosh(0.5*(v - v_3)/v_4)/tau_w : 1
    open_Ca = 0.5 + 0.5*tanh((v - v_1)/v_2) : 1
    open_K = 0.5 + 0.5*tanh((v - v_3)/v_4) : 1
    I : amp
  ]],
  method = "exponential_euler", parameters = {
    g_L = 2*mS, g_Ca = 4*mS, g_K = 8*mS, E_L = -50*mV, E_Ca = 100*mV, E_K = -70*mV, tau_w = 15*ms, v_1 = 10*mV,
    v_2 = 15*mV, v_3 = -1*mV, v_4 = 14.5*mV, C = 20*ln.uF,
  },
}, { name = "p", v = -50*mV, w = "open_K", I = function(k) return ((k - 1)*25 + 100)*uA end })
local states = net:record(p, { "v", "w" }, { every = 2*ms, neurons = { 1, 5, 13, 16 } })
net:run(220*ms)

case:trace("p", states, { "v", "w" })
case:final("p", p, { "v", "w" })
case:finish()
