--- Conformance: what synapses onto and from synapses can read and write (see onto_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "onto_statements"
local ms, u = ln.ms, compare.u

local net = ln.network { dt = 0.1*ms }
local a = net:population(6, compare.trains(6, 10, 60*ms, 1))
local b = net:population(5, ln.neuron {
  equations = [[dv/dt = (drive - v)/(8*ms) : 1
                drive : 1
                mean : 1]], threshold = "v > 1", reset = "v = 0", method = "exact",
}, { name = "b", drive = compare.list(5, function(k) return 1.1 + 0.9*u(2, k) end) })
local i, j = compare.pairs(6, 5, 0.6, 3)
local n = #i
local s = net:project(a, b, {
  name = "s", connect = ln.pairs(i, j), method = "exact",
  w = compare.list(n, function(k) return 0.5 + u(4, k) end), k = compare.list(n, function(k) return k % 5 + 1 end),
  equations = [[
    w : 1
    x : 1
    y : 1
    z : 1
    G : 1
    other : 1
    k : integer
    dd/dt = (G - d)/(5*ms) : 1 (clock-driven)
    dq/dt = -q/(10*ms) : 1 (event-driven)
  ]],
  on_pre = "v_post += 0.05*w; q += w; x = 0.9*x + d + y; w += 0.01", on_post = "y = 0.5*y + q",
})
local r = net:project(b, b, { name = "r", connect = ln.all_to_all { autapses = false }, equations = "g : 1\nw : 1",
  on_pre = "w += g" })
local t = net:population(3, compare.trains(3, 8, 60*ms, 5))
local change = net:project(t, s, {
  connect = ln.pairs(compare.pairs(3, n, 0.5, 6)), equations = "c : 1", delay = { down = 0.5*ms, up = 1.3*ms },
  on_pre = { down = "z_post += 0.1*x_post - c + 0.01*(i_post - 1 + 10*(j_post - 1)); w_post *= 0.99",
    up = "y_post += 0.2*q_post; d_post += 0.1; c += 0.01*N_incoming" },
})
net:project(s, b, { connect = ln.bernoulli "k_pre == j", equations = "mean_post = x_pre*w_pre/N_incoming : 1 (summed)" })
net:project(b, s, { connect = ln.bernoulli "i == k_post", equations = "G_post = v_pre*drive_pre/N_outgoing : 1 (summed)" })
net:project(s, r, { connect = ln.bernoulli "j_pre == i_post", equations = "g_post = d_pre : 1 (summed)" })
net:project(s, s, { connect = ln.bernoulli "k_pre == k_post and i != j", equations = "other_post = x_pre - z_post : 1 (summed)" })
local heard = net:project(s, b, { connect = ln.bernoulli "j_pre == j", equations = "h : 1",
  on_post = "h = 0.8*h + x_pre + v_post" })
local of_b = net:record(b, "spikes")
local states = net:record(s, { "x", "y", "z", "d" }, { every = 1*ms, synapses = { 1, n // 2 + 1, n } })
net:run(60*ms)

case:spikes("b", of_b)
case:trace("s", states, { "x", "y", "z", "d" })
case:final("s", s, { "w", "x", "y", "z", "G", "d", "other" })
case:final("r", r, { "g", "w" })
case:final("change", change, { "c" })
case:final("heard", heard, { "h" })
case:final("b", b, { "mean" })
case:finish()
