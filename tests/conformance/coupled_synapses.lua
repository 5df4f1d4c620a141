--- Conformance: clock-driven equations of synapses that are coupled in a ring, with rates of each synapse, and three in a
-- chain, solved exactly.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "coupled_synapses"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local source = net:population(10, compare.trains(10, 12, 120*ms, 1), { name = "source" })
local p = net:population(6, ln.neuron { equations = "dv/dt = (1.1 - v + g + h)/(10*ms) : 1\ng : 1\nh : 1",
  threshold = "v > 1", reset = "v = 0", method = "euler" }, { name = "p" })
local i, j = compare.pairs(10, 6, 0.5, 2)
local ring = net:project(source, p, {
  connect = ln.pairs(i, j), method = "exact", on_pre = "r += 0.5",
  equations = [[dq/dt = (r - q)/a : 1 (clock-driven)
                dr/dt = (0.5*q - r)/b + 0.02/ms : 1 (clock-driven)
                g_post = 0.1*q : 1 (summed)]],
  a = compare.list(#i, function(k) return (1 + 4*compare.u(3, k))*ms end),
  b = compare.list(#i, function(k) return (2 + 3*compare.u(4, k))*ms end),
})
local chain = net:project(source, p, {
  connect = ln.pairs(i, j), method = "exact", on_pre = "z += 0.6",
  equations = [[dx/dt = (y - x)/(2*ms) : 1 (clock-driven)
                dy/dt = (z - y)/(3*ms) : 1 (clock-driven)
                dz/dt = -z/(5*ms) : 1 (clock-driven)
                h_post = -0.1*x : 1 (summed)]],
})
local spikes, states = net:record(p, "spikes"), net:record(p, { "v", "g", "h" }, { every = 1*ms, neurons = { 1, 3, 6 } })
net:run(120*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "g", "h" })
case:final("p", p, { "v" })
case:final("ring", ring, { "q", "r" })
case:final("chain", chain, { "x", "y", "z" })
case:finish()
