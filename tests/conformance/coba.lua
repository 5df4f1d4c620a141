--- Conformance: Brette et al. 2007, benchmark 1 (conductance-based integrate-and-fire; exponential Euler).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "coba"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms }
local p = net:population(4000, ln.neuron {
  equations = [[
    dv/dt  = (ge*(E_e - v) + gi*(E_i - v) - (v - E_L))/tau_m : volt (unless refractory)
    dge/dt = -ge/tau_e : 1
    dgi/dt = -gi/tau_i : 1
  ]],
  threshold = "v > v_th", reset = "v = v_r", refractory = 5*ms, method = "exponential_euler",
  parameters = {
    tau_m = 20*ms, tau_e = 5*ms, tau_i = 10*ms, E_L = -60*mV, E_e = 0*mV, E_i = -80*mV, v_th = -50*mV, v_r = -60*mV,
  },
}, {
  name = "p",
  v = function(k) return -70*mV + compare.u(2, k - 1)*20*mV end,
  ge = function(k) return 1 + 6*compare.u(3, k - 1) end,
  gi = function(k) return 40*compare.u(4, k - 1) end,
})

net:project(p:slice(1, 3200), p,
  { connect = compare.brette_pairs(0, 3200), transmit = "ge += w", w = 0.6, delay = 0.1*ms })
net:project(p:slice(3201, 4000), p,
  { connect = compare.brette_pairs(3200, 800), transmit = "gi += w", w = 6.7, delay = 0.1*ms })

local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "ge", "gi" }, { every = 2*ms, neurons = { 1, 2000, 4000 } })
net:run(200*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "ge", "gi" })
case:finish()
