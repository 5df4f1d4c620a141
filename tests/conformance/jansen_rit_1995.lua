--- Conformance: Brian2's example frompapers/Jansen_Rit_1995_single_column (see example_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "jansen_rit_1995"
local ms, Hz = ln.ms, ln.Hz

local net = ln.network { dt = 0.1*ms }
local p = net:population(6, ln.neuron {
  equations = [[
    dy0/dt = z0 : 1
    dz0/dt = a*(A*S_p - 2*z0 - a*y0) : hertz
    dy1/dt = z1 : 1
    dz1/dt = a*(A*(pulses(t) + 0.8*C*S_e) - 2*z1 - a*y1) : hertz
    dy2/dt = z2 : 1
    dz2/dt = b*(B*0.25*C*S_i - 2*z2 - b*y2) : hertz
    S_p = 2*e0/(1 + exp(r*(v0 - y1 + y2))) : hertz
    S_e = 2*e0/(1 + exp(r*(v0 - C*y0))) : hertz
    S_i = 2*e0/(1 + exp(r*(v0 - 0.25*C*y0))) : hertz
    C : 1
  ]],
  method = "euler", parameters = {
    a = 100*Hz, b = 50*Hz, e0 = 2.5*Hz, v0 = 6, r = 0.56, A = 3.25, B = 22,
    pulses = ln.timed_array(compare.list(600, function(k) return (120 + 200*compare.u(1, k))*Hz end), 2*ms),
  },
}, { name = "p", C = { 68, 128, 135, 270, 675, 1350 } })
local states = net:record(p, { "y0", "y1", "y2" }, { every = 10*ms })
net:run(1*ln.second)

case:trace("p", states, { "y0", "y1", "y2" })
case:final("p", p, { "y0", "y1", "y2" })
case:finish()
