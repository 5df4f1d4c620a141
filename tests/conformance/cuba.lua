--- Conformance: Brette et al. 2007, benchmark 2 (current-based integrate-and-fire; exact). See make_references.py.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "cuba"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms }
local p = net:population(4000, ln.neuron {
  equations = [[
    dv/dt  = (ge + gi - (v - E_L))/tau_m : volt (unless refractory)
    dge/dt = -ge/tau_e : volt
    dgi/dt = -gi/tau_i : volt
  ]],
  threshold = "v > v_th", reset = "v = v_r", refractory = 5*ms, method = "exact",
  parameters = { tau_m = 20*ms, tau_e = 5*ms, tau_i = 10*ms, E_L = -49*mV, v_th = -50*mV, v_r = -60*mV },
}, { name = "p", v = function(k) return -60*mV + compare.u(2, k - 1)*10*mV end })

net:project(p:slice(1, 3200), p,
  { connect = compare.brette_pairs(0, 3200), transmit = "ge += w", w = 1.62*mV, delay = 0.1*ms })
net:project(p:slice(3201, 4000), p,
  { connect = compare.brette_pairs(3200, 800), transmit = "gi += w", w = -9*mV, delay = 0.1*ms })

local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "ge", "gi" }, { every = 2*ms, neurons = { 1, 2000, 4000 } })
net:run(200*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "ge", "gi" })
case:finish()
