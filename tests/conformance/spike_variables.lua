--- Conformance: what neurons are like when they spike, and at a custom event: stored variables, subexpressions, a linked
-- variable; before the spikes arrive and before the reset.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "spike_variables"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms }
local clock = net:population(8, ln.neuron { equations = "dw/dt = 1*mV/ms : volt" }, { name = "clock" })
local source = net:population(10, compare.trains(10, 12, 120*ms, 1), { name = "source" })
local p = net:population(8, ln.neuron {
  equations = [[
    dv/dt = (I - v)/(10*ms) : volt
    I : volt (constant)
    u = I - v : volt
    k : integer
    x : volt (linked)
  ]],
  threshold = "v > 10*mV + 0.02*x", reset = "v = 0*mV; k += 1", events = { high = "v > 9.9*mV" },
}, { name = "p", I = "11*mV + 0.3*mV*(i - 1)", x = clock.w })
local i, j = compare.pairs(10, 8, 0.5, 2)
net:project(source, p, {
  name = "s", connect = ln.pairs(i, j), on_pre = "v += w", delay = 0.4*ms,
  w = compare.list(#i, function(k) return compare.u(3, k)*mV end),
})
local spikes = net:record(p, "spikes", { variables = { "v", "u", "k", "x" } })
local high = net:record(p, "high", { variables = { "v", "x" } })
net:run(120*ms)

case:spikes("p", spikes)
case:spikes("high", high)
case:numbers("spike", {
  v = spikes.v, u = spikes.u, k = spikes.k, x = spikes:slice(0*ms, 120*ms).x, third = spikes:of(3):trains("v")[1] / mV,
})
case:numbers("event", { v = high.v, x = high.x })
case:finish()
