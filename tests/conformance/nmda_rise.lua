--- Conformance: ln.synapses.nmda_rise onto ln.models.brunel_wang (see construct_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "nmda_rise"
local ms, nS = ln.ms, ln.nS

local net = ln.network { dt = 0.1*ms }
local source = net:population(10, compare.trains(10, 15, 250*ms, 1), { name = "source" })
local p = net:population(5, ln.models.brunel_wang(), { name = "p", I_ext = function(k) return (150 + 60*k)*ln.pA end })
local i, j = compare.pairs(10, 5, 0.7, 2)
local s = net:project(source, p, ln.synapses.nmda_rise {
  connect = ln.pairs(i, j), name = "s", delay = 1*ms, w = compare.list(#i, function(k) return (1 + 5*compare.u(3, k))*nS end),
})
local spikes, states = net:record(p, "spikes"), net:record(p, "v", { every = 1*ms, neurons = { 1, 3, 5 } })
net:run(250*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v" })
case:final("p", p, { "v" })
case:final("s", s, { "x", "s" })
case:finish()
