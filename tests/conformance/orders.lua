--- Conformance: five projections onto the same neurons (three with the same statement) and the pathways of another, in other
-- orders than those of their creation and of their names; what targets' spikes do goes before what those of sources do.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "orders"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local source = net:population(12, compare.trains(12, 20, 150*ms, 1), { name = "source" })
local p = net:population(8, ln.neuron {
  equations = "dv/dt = (I - v)/tau : 1\nI : 1 (constant)", threshold = "v > 1", reset = "v = 0", method = "exact",
  parameters = { tau = 20*ms },
}, { name = "p", v = function(k) return compare.u(2, k - 1) end, I = function(k) return 1 + 0.5*compare.u(3, k - 1) end })

local scale, kick, pull = "v_post = 0.8*v_post + w", "v_post += w", "v_post += 0.3*(w - v_post)"
for k, item in ipairs { { scale, 3 }, { kick, -4 }, { scale, -2 }, { pull, 0 }, { scale, -7 } } do
  local from, i, j = k % 2 == 0 and source or p, compare.pairs(12, 8, 0.4, 9 + k)
  local pre, post = {}, {}
  for q = 1, #i do
    if i[q] <= from.size then pre[#pre + 1], post[#post + 1] = i[q], j[q] end
  end
  net:project(from, p, { connect = ln.pairs(pre, post), transmit = item[1], order = { pre = item[2] }, name = "s" .. k - 1,
    w = compare.list(#pre, function(q) return 0.4*compare.u(19 + k, q) - 0.1 end) })
end
local i, j = compare.pairs(8, 8, 0.5, 30)
local t = net:project(p, p, {
  connect = ln.pairs(i, j), w = compare.list(#i, function(q) return 0.2*compare.u(31, q) end),
  on_pre = { down = "v_post = 0.9*v_post - 0.1*w", up = "v_post += w" }, on_post = "w = 0.95*w + 0.02*v_post + 0.01",
  order = { down = 5, up = -3, post = -6 },
})
local spikes, states = net:record(p, "spikes"), net:record(p, "v", { every = 1*ms, neurons = { 1, 4, 8 } })
net:run(150*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v" })
case:final("p", p, { "v" })
case:final("t", t, { "w" })
case:finish()
