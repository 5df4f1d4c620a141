--- Conformance: ln.synapses.tsodyks_markram, with the usual equations in Brian2 (event-driven).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "model_tsodyks_markram"
local ms, pA = ln.ms, ln.pA

local net = ln.network { dt = 0.1*ms }
local source = net:population(10, compare.trains(10, 20, 300*ms, 1))
local p = net:population(5, ln.models.lif_exp_current(), { I_ext = function(k) return (380 + 30*k)*pA end })
local i, j = compare.pairs(10, 5, 0.7, 2)
local s = net:project(source, p, ln.synapses.tsodyks_markram {
  connect = ln.pairs(i, j), to = "I_exc", delay = 1.3*ms,
  w = compare.list(#i, function(k) return (200 + 600*compare.u(3, k))*pA end),
  U = compare.list(#i, function(k) return 0.1 + 0.6*compare.u(4, k) end),
  tau_rec = compare.list(#i, function(k) return (50 + 700*compare.u(5, k))*ms end), tau_facil = 120*ms,
})
local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "I_exc" }, { every = 1*ms, neurons = { 1, 3, 5 } })
net:run(300*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "I_exc" })
case:final("p", p, { "v", "I_exc" })
case:final("s", s, { "u", "x" })
case:finish()
