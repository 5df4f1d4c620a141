--- Conformance: adaptive steps (rkf45) against the classical method with steps so small that they are exact.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "adaptive"
local ms = ln.ms

local net = ln.network { dt = 0.5*ms }
local vdp = net:population(3, ln.neuron {
  equations = [[
    dx/dt = y/ms : 1
    dy/dt = (mu*(1 - x**2)*y - x + 0.3*sin(t/(2*ms)))/ms : 1
    mu : 1 (constant)
  ]], method = "rkf45", method_options = { tolerance = 1e-13 },
}, { name = "vdp", x = 2, mu = { 1, 3, 5 } })
local hh = net:population(2, ln.neuron {
  equations = [[
    dv/dt = (0.3*(-54.4*mV - v) + 120*m**3*h*(50*mV - v) + 36*n**4*(-77*mV - v) + I*mV)/ms : volt
    dm/dt = (1/exprel(-(v + 40*mV)/(10*mV))*(1 - m) - 4*exp(-(v + 65*mV)/(18*mV))*m)/ms : 1
    dh/dt = (0.07*exp(-(v + 65*mV)/(20*mV))*(1 - h) - h/(1 + exp(-(v + 35*mV)/(10*mV))))/ms : 1
    dn/dt = (0.1/exprel(-(v + 55*mV)/(10*mV))*(1 - n) - 0.125*exp(-(v + 65*mV)/(80*mV))*n)/ms : 1
    I : 1 (constant)
  ]], method = "rkf45", method_options = { tolerance = 1e-13, absolute = { v = 1e-14*ln.volt } },
}, { name = "hh", v = -65*ln.mV, m = 0.0529, h = 0.5961, n = 0.3177, I = { 0, 12 } })

local x, y = net:record(vdp, { "x", "y" }), net:record(hh, { "v", "m", "n" })
net:run(20.5*ms)

case:trace("vdp", x, { "x", "y" })
case:trace("hh", y, { "v", "m", "n" })
case:finish()
