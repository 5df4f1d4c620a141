--- Conformance: pairs by generators, of which some neurons do not exist; three synapses a pair, whose delays and weights go by
-- their number.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "generators"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local p = net:population(12, ln.neuron {
  equations = "dv/dt = (I - v)/(20*ms) : 1\nI : 1 (constant)", threshold = "v > 1", reset = "v = 0", method = "exact",
}, { name = "p", v = function(k) return compare.u(1, k - 1) end, I = function(k) return 1.05 + 0.4*compare.u(2, k - 1) end })
net:project(p, p, {
  connect = ln.generator("k for k in range(i - 3, i + 4, 2) if k != i and (i + k - 2) % 5 != 0", { skip_if_invalid = true }),
  transmit = "v_post += w", delay = 0.3*ms, w = "0.02*(1 + i % 3) - 0.003*j",
})
net:project(p, p, {
  connect = ln.generator("n for n in range((i - 1) % 4 + 1, i + 1, 4)", { n = 3 }), multisynaptic_index = "k",
  transmit = "v_post += w", delay = "k*0.7*ms + 0.1*ms*j", w = "0.03/k",
})
local spikes, states = net:record(p, "spikes"), net:record(p, "v", { every = 1*ms, neurons = { 1, 6, 12 } })
net:run(120*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v" })
case:final("p", p, { "v" })
case:finish()
