--- Conformance: Brian2's example frompapers/Brunel_2000, smaller; its Poisson input number by number (see
-- noise_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "brunel_2000"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz

local n_e, n_i, pulse = 240, 60, 0.4*mV
local net = ln.network { dt = 0.1*ms, seed = 13 }
local p = net:population(n_e + n_i, ln.neuron {
  equations = "dv/dt = -v/tau : volt (unless refractory)",
  threshold = "v > 20*mV", reset = "v = 10*mV", refractory = 2*ms, method = "exact", parameters = { tau = 20*ms },
}, { name = "p", v = compare.list(n_e + n_i, function(k) return 20*mV*compare.u(1, k) end) })
for _, side in ipairs { { p:slice(1, n_e), 2, "v += pulse" }, { p:slice(n_e + 1, n_e + n_i), 3, "v += -g*pulse" } } do
  local i, j = compare.pairs(#side[1], n_e + n_i, 0.1, side[2])
  net:project(side[1], p, {
    connect = ln.pairs(i, j), transmit = side[3], delay = 1.5*ms, parameters = { pulse = pulse, g = 5 },
  })
end
net:project(ln.poisson_input { n = 100, rate = 28*Hz }, p, { transmit = "v += pulse", parameters = { pulse = pulse } })

local spikes, states = net:record(p, "spikes"), net:record(p, "v", { every = 1*ms, neurons = { 1, 101, 300 } })
net:run(120*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v" })
case:final("p", p, { "v" })
case:finish()
