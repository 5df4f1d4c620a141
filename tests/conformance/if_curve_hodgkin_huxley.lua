--- Conformance: Brian2's example IF_curve_Hodgkin_Huxley (see example_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "if_curve_hodgkin_huxley"
local ms, mV, nA, cm = ln.ms, ln.mV, ln.nA, ln.cm

local area = 20000*ln.umetre^2
local net = ln.network { dt = 0.1*ms }
local p = net:population(20, ln.neuron {
  equations = [[
    dv/dt = (g_L*(E_L - v) + i_Na + i_K + I)/C : volt
    i_Na = g_Na*m**3*h*(E_Na - v) : amp
    i_K = g_K*n**4*(E_K - v) : amp
    dm/dt = a_m*(1 - m) - b_m*m : 1
    dh/dt = a_h*(1 - h) - b_h*h : 1
    dn/dt = a_n*(1 - n) - b_n*n : 1
    s = (v - V_T)/mV : 1
    a_m = 1.28/exprel((13 - s)/4)/ms : Hz
    b_m = 1.4/exprel((s - 40)/5)/ms : Hz
    a_h = 0.128*exp((17 - s)/18)/ms : Hz
    b_h = 4/(1 + exp((40 - s)/5))/ms : Hz
    a_n = 0.16/exprel((15 - s)/5)/ms : Hz
    b_n = 0.5*exp((10 - s)/40)/ms : Hz
    I : amp
  ]],
  threshold = "v > -40*mV", refractory = "v > -40*mV", method = "exponential_euler",
  parameters = {
    C = 1*ln.ufarad*cm^-2*area, g_L = 5e-5*ln.siemens*cm^-2*area, E_L = -65*mV, E_K = -90*mV, E_Na = 50*mV,
    g_Na = 100*ln.msiemens*cm^-2*area, g_K = 30*ln.msiemens*cm^-2*area, V_T = -63*mV,
  },
}, { name = "p", v = -65*mV, I = function(k) return 0.7*nA*((k - 1)/20) end })
local variables = { "v", "m", "n", "h" }
local spikes, states = net:record(p, "spikes"), net:record(p, variables, { every = 5*ms, neurons = { 1, 9, 20 } })
net:run(250*ms)

case:spikes("p", spikes)
case:trace("p", states, variables)
case:final("p", p, variables)
case:finish()
