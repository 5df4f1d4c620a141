--- Conformance: triplets of spikes (Pfister and Gerstner 2006) as a learning rule with one trace a neuron.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "triplet"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms }
local source = net:population(15, compare.trains(15, 25, 300*ms, 1), { name = "source" })
local p = compare.driven_cells(net, 6, 2, 12*mV)
local i, j = compare.pairs(15, 6, 0.7, 3)
local rule = ln.rule {
  equations = [[
    dr1/dt = -r1/tau_p : 1 (pre, event-driven)
    dr2/dt = -r2/tau_x : 1 (pre, event-driven)
    do1/dt = -o1/tau_m : 1 (post, event-driven)
    do2/dt = -o2/tau_y : 1 (post, event-driven)
  ]],
  on_pre = "w = clip(w - o1*(A2m + A3m*r2), 0, w_max)",   pre_spike = "r1 += 1; r2 += 1",
  on_post = "w = clip(w + r1*(A2p + A3p*o2), 0, w_max)",  post_spike = "o1 += 1; o2 += 1",
  parameters = { tau_p = 16.8*ms, tau_x = 101*ms, tau_m = 33.7*ms, tau_y = 125*ms, A2p = 5e-3, A3p = 6.2e-3, A2m = 7e-3,
    A3m = 2.3e-4, w_max = 1 },
}
local s = net:project(source, p, {
  connect = ln.pairs(i, j), name = "s", transmit = "g += w*3*mV", rule = rule,
  w = compare.list(#i, function(k) return compare.u(4, k) end),
  delay = compare.list(#i, function(k) return (1 + compare.below(12, 5, k))*0.1*ms end),
})

local spikes = net:record(p, "spikes")
net:run(300*ms)

case:spikes("p", spikes)
case:final("p", p, { "v", "g" })
case:final("s", s, { "w" })
case:finish()
