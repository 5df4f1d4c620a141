--- Conformance: ln.synapses.gap_junction between ln.models.hodgkin_huxley_squid (conductances a membrane area).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "model_gap_junctions"
local ms = ln.ms
local cm2 = ln.cm^2

local net = ln.network { dt = 0.01*ms }
local p = net:population(6, ln.models.hodgkin_huxley_squid(), { I_ext = function(k) return 2.5*k*ln.uA/cm2 end })
local i, j = compare.pairs(6, 6, 0.5, 1)
net:project(p, p, ln.synapses.gap_junction {
  connect = ln.pairs(i, j), to = "I_syn", unit = "amp/meter**2",
  w = compare.list(#i, function(k) return 0.1*compare.u(2, k)*ln.mS/cm2 end),
})
local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "m", "h", "n", "I_syn" }, { every = 1*ms, neurons = { 1, 4, 6 } })
net:run(60*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "m", "h", "n", "I_syn" })
case:final("p", p, { "v", "m", "h", "n" })
case:finish()
