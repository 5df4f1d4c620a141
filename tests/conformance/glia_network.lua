--- Conformance: Brian2's example frompapers/Stimberg_et_al_2018/example_6_COBA_with_astro in small: neurons and, on a slower
-- clock, astrocytes, which exchange transmitters with synapses (see onto_references.py).
local ln = require "lunate"
local here = arg[0]:match "^.*/" or ""
local compare, astrocyte = dofile(here .. "compare.lua"), dofile(here .. "support/astrocyte.lua")
local case = compare.case "glia_network"
local ms, mV, second, umolar, u = ln.ms, ln.mV, ln.second, ln.umolar, compare.u
local n_e, n_i, n_a = 24, 6, 4

local net = ln.network { dt = 0.1*ms }
local cells = net:population(n_e + n_i, ln.neuron {
  equations = [[
    dv/dt = (E_L - v + g_e*(E_e - v) + g_i*(E_i - v) + drive)/(20*ms) : volt (unless refractory)
    dg_e/dt = -g_e/(5*ms) : 1
    dg_i/dt = -g_i/(10*ms) : 1
    drive : volt (constant)
  ]],
  threshold = "v > -50*mV", reset = "v = -60*mV", refractory = 5*ms, method = "euler",
  parameters = { E_L = -60*mV, E_e = 0*mV, E_i = -80*mV },
}, {
  name = "cells", v = compare.list(n_e + n_i, function(k) return -60*mV + 10*mV*u(1, k) end),
  drive = compare.list(n_e + n_i, function(k) return 11*mV + 8*mV*u(2, k) end),
})
local options = astrocyte.sites("event-driven", ln.pairs(compare.pairs(n_e, n_e + n_i, 0.3, 3)))
options.name, options.x, options.astrocyte = "exc", 1, "(j - 1) % 4 + 1"
options.equations = options.equations .. "\nastrocyte : integer (constant)"
options.on_pre = options.on_pre .. "\ng_e_post += 0.4*released"
local exc = net:project(cells:slice(1, n_e), cells, options)
net:project(cells:slice(n_e + 1, n_e + n_i), cells, { name = "inh", connect = ln.pairs(compare.pairs(n_i, n_e + n_i, 0.4, 4)),
  on_pre = "g_i_post += 0.3" })
local p = net:population(n_a, astrocyte.model("v_beta*bound + coupling",
  astrocyte.bound .. astrocyte.gliotransmitter .. "\ncoupling : mmolar/second", astrocyte.release,
  { v_ex = 0*umolar/second, k_on = 3/umolar/second }), {
  name = "astrocytes", dt = 2*ms, h = 0.9, resource = 1, ca = { 0.45*umolar, 0.3*umolar, 0.1*umolar, 0.49*umolar },
  ip3 = { 2*umolar, 1*umolar, 0.3*umolar, 2.5*umolar },
})
net:project(p, exc, { connect = ln.bernoulli "i == astrocyte_post", equations = "G_post = G_pre : mmolar (summed)" })
net:project(exc, p, { connect = ln.bernoulli "astrocyte_pre == j", equations = "Y_post = Y_pre/N_incoming : mmolar (summed)" })
net:project(p, p, { connect = ln.bernoulli "abs(i - j) == 1", equations = [[
  apart = ip3_post - ip3_pre : mmolar
  coupling_post = -(1 + tanh((abs(apart) - 0.3*umolar)/(0.05*umolar)))*sign(apart)*0.5*umolar/second : mmolar/second (summed)
]] })
local of_cells, of_astrocytes = net:record(cells, "spikes"), net:record(p, "spikes")
local variables = { "bound", "ip3", "ca", "G", "Y" }
local states = net:record(p, variables, { every = 10*ms })
net:run(150*ms)

case:spikes("cells", of_cells)
case:spikes("astrocytes", of_astrocytes)
case:trace("astrocytes", states, variables)
case:final("exc", exc, { "Y", "modulated", "released", "G" })
case:final("cells", cells, { "v", "g_e", "g_i" })
case:final("astrocytes", p, { "coupling", "Y" })
case:finish()
