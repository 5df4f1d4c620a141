--- Conformance: Brian2's example frompapers/Stimberg_et_al_2018/example_3_io_synapse: astrocytes modulate two of three
-- synapses (see onto_references.py).
local ln = require "lunate"
local here = arg[0]:match "^.*/" or ""
local compare, astrocyte = dofile(here .. "compare.lua"), dofile(here .. "support/astrocyte.lua")
local case = compare.case "gliotransmission"
local ms, umolar = ln.ms, ln.umolar

local net = ln.network { dt = 1*ms }
local indices, times = {}, { 0, 50, 100, 150, 200, 300, 310, 320, 330, 340, 350, 360, 370, 380, 390, 400 }
for k, t in ipairs(times) do indices[k], times[k] = 1, (1500 + t)*ms end
local source = net:population(1, ln.spike_source { indices = indices, times = times })
local target = net:population(1, ln.neuron { equations = "v : 1" })
local s = net:project(source, target, astrocyte.sites("clock-driven", ln.pairs({ 1, 1, 1 }, { 1, 1, 1 })))
local p = net:population(2, astrocyte.model("0*mmolar/second", astrocyte.gliotransmitter, astrocyte.release),
  { name = "astrocytes", resource = 1, h = 0.9, ip3 = 0.4*umolar, bias = { 1.2*umolar, 2*umolar } })
net:project(p, s, { connect = ln.bernoulli "j == i + 1", equations = "G_post = G_pre : mmolar (summed)" })
local spikes = net:record(p, "spikes")
local states = net:record(s, { "Y", "modulated", "G" }, { every = 20*ms })
net:run(2200*ms)

case:spikes("astrocytes", spikes)
case:trace("s", states, { "Y", "modulated", "G" })
case:final("s", s, { "Y", "modulated", "u", "x", "released", "G" })
case:final("astrocytes", p, { "ca", "G", "resource" })
case:finish()
