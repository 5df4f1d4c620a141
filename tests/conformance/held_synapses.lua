--- Conformance: subexpressions of synapses that are constant over dt, which others read: in on_pre, on_post, sums and
-- statements every so often.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "held_synapses"
local ms, u = ln.ms, compare.u

local net = ln.network { dt = 0.1*ms }
local a, b = compare.two_groups(net, 31)
local i, j = compare.pairs(8, 6, 0.7, 33)
local rows = {}
for row = 0, 9 do rows[row + 1] = compare.list(6, function(k) return u(34, row*6 + k) end) end
local s = net:project(a, b, {
  name = "s", connect = ln.pairs(i, j),
  equations = [[
    x : 1
    y : 1
    z : 1
    h = w*stim(t, j) + v_pre*v_post : 1 (constant over dt)
    k2 = 0.5*h + x : 1 (constant over dt)
  ]],
  on_pre = "v_post += 0.02*h; x = 0.9*x + k2", on_post = "y = 0.8*y + h - v_pre", every = { { 2*ms, "z = 0.5*z + h + k2" } },
  w = compare.list(#i, function(k) return u(35, k) end), x = 0, y = 0, z = 0,
  parameters = { stim = ln.timed_array(rows, 3.7*ms) },
})

local of_a, of_b = net:record(a, "spikes"), net:record(b, "spikes")
net:run(60*ms)

case:spikes("a", of_a)
case:spikes("b", of_b)
case:final("s", s, { "x", "y", "z", "h", "k2" })
case:finish()
