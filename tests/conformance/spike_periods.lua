--- Conformance: spikes that come again after a period, other spikes between runs, a slower clock.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "spike_periods"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local source = net:population(6, ln.spike_source {
  indices = compare.list(40, function(k) return k % 6 + 1 end),
  times = compare.list(40, function(k) return 7*ms*(k // 6)/7 + 0.9*ms*compare.u(1, k) end), period = 7.3*ms,
}, { name = "source" })
local slow = net:population(3, ln.spike_source {
  indices = { 1, 2, 3, 1 }, times = { 0*ms, 1*ms, 2.5*ms, 3*ms }, period = 4*ms,
}, { name = "slow", dt = 0.5*ms })
local p = net:population(4, ln.neuron {
  equations = "dv/dt = -v/(8*ms) : 1", threshold = "v > 1", reset = "v = 0", method = "exact",
}, { name = "p" })
local i, j = compare.pairs(6, 4, 0.7, 2)
net:project(source, p, {
  name = "s", connect = ln.pairs(i, j), on_pre = "v += w", delay = 0.5*ms,
  w = compare.list(#i, function(k) return 0.3*compare.u(3, k) end),
})
net:project(slow, p, { name = "t", connect = ln.all_to_all(), on_pre = "v += 0.11" })

local spikes, given, slowly = net:record(p, "spikes"), net:record(source, "spikes"), net:record(slow, "spikes")
local v = net:record(p, "v", { every = 1*ms })
net:run(25*ms)
source:set_spikes { indices = { 6, 1, 4 }, times = { 3*ms, 30.2*ms, 28*ms } } -- the first is past
net:run(17*ms)
source:set_spikes { indices = { 2, 3, 5 }, times = { 0*ms, 1.1*ms, 2*ms }, period = 3*ms }
slow:set_spikes { indices = {}, times = {} }
net:run(20*ms)

case:spikes("p", spikes)
case:spikes("source", given)
case:spikes("slow", slowly)
case:trace("p", v, { "v" })
case:finish()
