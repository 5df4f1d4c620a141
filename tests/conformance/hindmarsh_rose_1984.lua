--- Conformance: Brian2's example frompapers/Hindmarsh_Rose_1984 (see example_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "hindmarsh_rose_1984"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local p = net:population(3, ln.neuron {
  equations = [[
    dx/dt = (y + 3*x**2 - x**3 - z + I)/T : 1
    dy/dt = (1 - 5*x**2 - y)/T : 1
    dz/dt = slow*(4*(x - rest) - z)/T : 1
    I : 1 (constant)
  ]],
  method = "rk4", parameters = { T = 1*ms, rest = -1.6, slow = 0.001 },
}, { name = "p", x = -1.6, I = { 0.4, 2, 4 } })
p.y = "1 - 5*x**2"
p.z = "slow*4*(x - rest)"
local states = net:record(p, { "x", "y", "z" }, { every = 2*ms })
net:run(500*ms)

case:trace("p", states, { "x", "y", "z" })
case:final("p", p, { "x", "y", "z" })
case:finish()
