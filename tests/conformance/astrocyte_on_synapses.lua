--- Conformance: Brian2's example frompapers/Stimberg_et_al_2018/example_2_gchi_astrocyte, without noise: transmitter of a
-- synapse is summed onto astrocytes (see onto_references.py).
local ln = require "lunate"
local here = arg[0]:match "^.*/" or ""
local compare, astrocyte = dofile(here .. "compare.lua"), dofile(here .. "support/astrocyte.lua")
local case = compare.case "astrocyte_on_synapses"
local ms, second, umolar, mmolar = ln.ms, ln.second, ln.umolar, ln.mmolar

local net = ln.network { dt = 1*ms }
local source = net:population(1, ln.spike_source { indices = { 1, 1, 1, 1 }, times = { 500*ms, 2500*ms, 4500*ms, 6500*ms } })
local target = net:population(1, ln.neuron { equations = "v : 1" })
local s = net:project(source, target, {
  name = "s", connect = ln.all_to_all(), equations = "dY/dt = -clearance*Y : mmolar (clock-driven)", on_pre = "Y += amount",
  method = "exact", parameters = { clearance = 40/second, amount = 0.5*mmolar },
})
local p = net:population(2, astrocyte.model("v_beta*bound", astrocyte.bound, {}, {
  K_pump = 0.1*umolar, v_delta = 0.2*umolar/second, K_delta = 0.3*umolar, r_5P = 0.1/second, K_D = 0.5*umolar,
  v_ex = 0.09*umolar/second, v_beta = 5*umolar/second,
}), { name = "astrocytes", h = 0.9, bias = { 0*umolar, 1*umolar } })
net:project(s, p, { connect = ln.all_to_all(), equations = "Y_post = Y_pre : mmolar (summed)" })
local variables = { "bound", "ip3", "ca", "h", "Y" }
local states = net:record(p, variables, { every = 100*ms })
net:run(8*second)

case:trace("astrocytes", states, variables)
case:final("astrocytes", p, variables)
case:final("s", s, { "Y" })
case:finish()
