--- Conformance: Brian2's example frompapers/Stimberg_et_al_2018/example_4_rsmean: synapses and astrocytes in closed loops
-- (see onto_references.py).
local ln = require "lunate"
local here = arg[0]:match "^.*/" or ""
local compare, astrocyte = dofile(here .. "compare.lua"), dofile(here .. "support/astrocyte.lua")
local case = compare.case "gliotransmission_rates"
local ms, umolar, n = ln.ms, ln.umolar, 7

local net = ln.network { dt = 1*ms }
local source = net:population(n, compare.trains(n, 40, 2500*ms, 3))
local target = net:population(n, ln.neuron { equations = "v : 1" })
local three = compare.list(3*n, function(k) return k // 3 + 1 end)
local options = astrocyte.sites("event-driven", ln.pairs(three, three))
options.x = 1
local s = net:project(source, target, options)
local p = net:population(2*n, astrocyte.model("v_beta*bound", astrocyte.bound .. astrocyte.gliotransmitter, astrocyte.release), {
  name = "astrocytes", h = 0.9, resource = 1, bias = compare.list(2*n, function(k) return k < n and 0*umolar or 2*umolar end),
})
-- the first of each three in a closed loop, the second modulated by an astrocyte of its own
net:project(s, p, { connect = ln.bernoulli "i % 3 == 1 and j == j_pre", equations = "Y_post = Y_pre : mmolar (summed)" })
net:project(p, s, { connect = ln.bernoulli("(j % 3 == 1 and i == i_post) or (j % 3 == 2 and i == i_post + 7)"),
  equations = "G_post = G_pre : mmolar (summed)" })
local spikes = net:record(p, "spikes")
local states = net:record(s, { "Y", "G" }, { every = 50*ms, synapses = { 1, 2, 3, 19, 20, 21 } })
net:run(2500*ms)

case:spikes("astrocytes", spikes)
case:trace("s", states, { "Y", "G" })
case:final("s", s, { "Y", "modulated", "u", "x", "released", "G" })
case:final("astrocytes", p, { "bound", "ip3", "ca", "G", "resource", "Y" })
case:finish()
