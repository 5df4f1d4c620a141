--- Conformance: statements of several lines on variables of the synapse and of its target: short-term plasticity by
-- event times, and synapses that read the target's voltage and change their own weight.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "synapse_statements"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms }
local source = net:population(10, compare.trains(10, 16, 150*ms, 1), { name = "source" })
local p = net:population(5, ln.neuron {
  equations = [[
    dv/dt = (E_L - v + g)/tau_m : volt
    dg/dt = -g/tau_s : volt
  ]],
  threshold = "v > v_th", reset = "v = v_r", method = "exact",
  parameters = { tau_m = 15*ms, tau_s = 4*ms, E_L = -70*mV, v_th = -55*mV, v_r = -65*mV },
}, { name = "p", v = -70*mV })

local i, j = compare.pairs(10, 5, 0.8, 2)
local depressing = net:project(source, p, {
  connect = ln.pairs(i, j), name = "depressing",
  equations = [[
    x : 1
    y : 1
    last : second
  ]],
  transmit = [[
    y = U + (y - U)*exp(-(t - last)/tau_f)
    x = 1 + (x - 1)*exp(-(t - last)/tau_d)
    y += U*(1 - y)
    g_post += w*x*y
    x -= x*y
    last = t
  ]],
  w = compare.list(#i, function(k) return (25 + 50*compare.u(3, k))*mV end),
  x = 1, y = 0.25,
  delay = compare.list(#i, function(k) return compare.below(30, 4, k)*0.1*ms end),
  parameters = { U = 0.25, tau_f = 60*ms, tau_d = 90*ms },
})
i, j = compare.pairs(5, 5, 0.6, 5)
local recurrent = net:project(p, p, {
  connect = ln.pairs(i, j), name = "recurrent",
  transmit = [[
    v_post += w*(E - v_post)
    w = clip(w + eta*(v_post - v_mid)/mV - 0.1*w, 0, 0.2)
    g_post *= 0.9
  ]],
  w = compare.list(#i, function(k) return 0.02 + 0.1*compare.u(6, k) end), delay = 0.7*ms,
  parameters = { E = -52*mV, eta = 0.004, v_mid = -62*mV },
})

local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "g" }, { every = 1*ms, neurons = { 1, 3, 5 } })
net:run(150*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "g" })
case:final("p", p, { "v", "g" })
case:final("depressing", depressing, { "x", "y", "last" })
case:final("recurrent", recurrent, { "w" })
case:finish()
