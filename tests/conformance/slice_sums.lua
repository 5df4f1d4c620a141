--- Conformance: sums onto slices are made after the neurons have advanced, those onto a whole population before; clock-driven
-- synapses come between; where the neurons are of order 1, all of order 0 comes first.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "slice_sums"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local source = net:population(6, compare.trains(6, 30, 150*ms, 1), { name = "source" })

local function cells(n, name, stream, equations, order)
  return net:population(n, ln.neuron {
    equations = "dv/dt = (I - v)/tau : 1\nI : 1 (constant)\n" .. equations, threshold = "v > 1", reset = "v = 0",
    method = "exact", parameters = { tau = 20*ms },
  }, { name = name, order = order, v = function(k) return compare.u(stream, k - 1) end,
    I = function(k) return 1 + 0.5*compare.u(stream + 1, k - 1) end })
end
local p = cells(10, "p", 2, "a : 1\nb : 1\nc : 1\ndu/dt = (a + 2*b + c - u)/(3*ms) : 1")
local q = cells(5, "q", 4, "c : 1\ndu/dt = (c - u)/(3*ms) : 1", 1)

local gate = "dg/dt = -g/(4*ms) : 1 (clock-driven)"
for k, item in ipairs {
  { p:slice(1, 5), p:slice(6, 10), "a_post = w*(v_pre - v_post) : 1 (summed)" },
  { source, p:slice(1, 5), "b_post = w*g : 1 (summed)\n" .. gate, "g += 1" },
  { p, p, "c_post = w*v_pre : 1 (summed)" },
  { source, q, "c_post = w*g : 1 (summed)\n" .. gate, "g += 1" },
} do
  local i, j = compare.pairs(item[1].size, item[2].size, 0.6, 9 + k)
  net:project(item[1], item[2], { connect = ln.pairs(i, j), equations = item[3], on_pre = item[4],
    w = compare.list(#i, function(n) return 0.3*compare.u(19 + k, n) end) })
end
local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "u", "a", "b", "c" }, { every = 1*ms, neurons = { 1, 5, 6, 10 } })
local others = net:record(q, { "u", "c" }, { every = 1*ms, neurons = { 1, 5 } })
net:run(150*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "u", "a", "b", "c" })
case:trace("q", others, { "u", "c" })
case:final("p", p, { "v", "u" })
case:final("q", q, { "u" })
case:finish()
