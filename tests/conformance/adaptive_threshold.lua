--- Conformance: Brian2's example adaptive_threshold and custom_events (see example_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "adaptive_threshold"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms }
local source = net:population(2, compare.trains(2, 120, 400*ms, 1), { name = "source" })
local a = net:population(1, ln.neuron {
  equations = "dv/dt = -v/(10*ms) : volt \n dbar/dt = (low - bar)/(15*ms) : volt",
  threshold = "v > bar", reset = "v = 0*mV \n bar += 3*mV", parameters = { low = 10*mV },
}, { name = "a", bar = 10*mV })
local g = net:population(1, ln.neuron {
  equations = [[
    dv/dt = (g - v)/(50*ms) : 1
    dg/dt = -g/(10*ms) : 1
    armed : boolean
  ]],
  threshold = "v > 1", reset = "v = 0; g = 0; armed = True",
  events = { above = "g > 1 and armed", below = "g < 1 and not armed" },
  on = { above = "armed = False", below = "armed = True" },
}, { name = "g", armed = true })
net:project(source, a, { connect = ln.pairs({ 1 }, { 1 }), transmit = "v += 5*mV" })
net:project(source, g, { connect = ln.pairs({ 2 }, { 1 }), transmit = "g += 0.5" })
local h = net:population(1, ln.neuron {
  equations = "dx/dt = -x/(10*ms) : 1 \n dy/dt = -y/(10*ms) : 1", method = "exact",
}, { name = "h" })
net:project(g, h, { connect = ln.all_to_all(), transmit = "x += 1" })
net:project(g, h, { connect = ln.all_to_all(), transmit = "y += 1", event = "above", delay = 0.7*ms })
local recorded = { a = net:record(a, "spikes"), g = net:record(g, "spikes"), above = net:record(g, "above"),
  below = net:record(g, "below") }
local xh = net:record(h, { "x", "y" }, { every = 1*ms })
local xa, xg = net:record(a, { "v", "bar" }, { every = 1*ms }), net:record(g, { "v", "g" }, { every = 1*ms })
net:run(400*ms)

for name, r in pairs(recorded) do case:spikes(name, r) end
case:trace("a", xa, { "v", "bar" })
case:trace("g", xg, { "v", "g" })
case:trace("h", xh, { "x", "y" })
case:finish()
