--- Conformance: Brian2's example frompapers/Rothman_Manis_2003 (see example_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "rothman_manis_2003"
local ms, mV, nS = ln.ms, ln.mV, ln.nS

local net = ln.network { dt = 0.1*ms }
local p = net:population(2, ln.neuron {
  equations = [[
    dv/dt = (i_L + i_Na + i_HT + i_LT + i_A + i_h + I)/C : volt
    x = v/mV + 60 : 1
    i_L = g_L*(E_L - v) : amp
    i_Na = g_Na*m**3*h*(E_Na - v) : amp
    i_HT = g_HT*(phi*n**2 + (1 - phi)*p)*(E_K - v) : amp
    i_LT = g_LT*w**4*z*(E_K - v) : amp
    i_A = g_A*a**4*b*c*(E_K - v) : amp
    i_h = g_h*r*(E_h - v) : amp
    dm/dt = (1/(1 + exp((22 - x)/7)) - m)/(10*ms/(5*exp(x/18) + 36*exp(-x/25)) + 0.04*ms) : 1
    dh/dt = (1/(1 + exp((x + 5)/6)) - h)/(100*ms/(7*exp(x/11) + 10*exp(-x/25)) + 0.6*ms) : 1
    dn/dt = ((1 + exp((45 - x)/5))**-0.5 - n)/(100*ms/(11*exp(x/24) + 21*exp(-x/23)) + 0.7*ms) : 1
    dp/dt = (1/(1 + exp((37 - x)/6)) - p)/(100*ms/(4*exp(x/32) + 5*exp(-x/22)) + 5*ms) : 1
    dr/dt = (1/(1 + exp((x + 16)/7)) - r)/(1e5*ms/(237*exp(x/12) + 17*exp(-x/14)) + 25*ms) : 1
    dw/dt = ((1 + exp((12 - x)/6))**-0.25 - w)/(100*ms/(6*exp(x/6) + 16*exp(-x/45)) + 1.5*ms) : 1
    dz/dt = (0.5 + 0.5/(1 + exp((x + 11)/10)) - z)/(1000*ms/(exp(x/20) + exp(-x/8)) + 50*ms) : 1
    da/dt = ((1 + exp((29 - x)/6))**-0.25 - a)/(100*ms/(7*exp(x/14) + 29*exp(-x/24)) + 0.1*ms) : 1
    db/dt = (inactive - b)/(1000*ms/(14*exp(x/27) + 29*exp(-x/24)) + 1*ms) : 1
    dc/dt = (inactive - c)/(90*ms/(1 + exp((-6 - x)/17)) + 10*ms) : 1
    inactive = (1 + exp((x + 6)/7))**-0.5 : 1
    g_LT : siemens
    g_A : siemens
    I : amp
  ]],
  method = "exponential_euler", parameters = {
    C = 12*ln.pF, E_h = -43*mV, E_K = -70*mV, E_L = -65*mV, E_Na = 50*mV, phi = 0.85, g_Na = 1000*nS, g_HT = 150*nS,
    g_h = 0.5*nS, g_L = 2*nS,
  },
}, { name = "p", v = -65*mV, g_LT = { 0*nS, 35*nS }, g_A = { 65*nS, 0*nS } })
local states = net:record(p, { "v", "m", "w", "a" }, { every = 1*ms })
net:run(50*ms)
p.I = 250*ln.pA
net:run(100*ms)

case:trace("p", states, { "v", "m", "w", "a" })
case:final("p", p, { "v", "m", "h", "n", "p", "r", "w", "z", "a", "b", "c" })
case:finish()
