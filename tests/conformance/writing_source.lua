--- Conformance: statements that write variables of the source. Lunate refuses them; a projection the other way round does
-- the same, where source and target, on_pre and on_post, _pre and _post change places.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "writing_source"
local ms, u = ln.ms, compare.u

local net = ln.network { dt = 0.1*ms }
local a, b = compare.two_groups(net, 21)
local i, j = compare.pairs(8, 6, 0.6, 23)
net:project(b, a, {
  connect = ln.pairs(j, i), delay = { post = 0.4*ms, pre = 0.7*ms },
  on_post = "v_post -= 0.02*w", on_pre = "v_post += 0.03*w*v_pre + 0.01*w",
  w = compare.list(#i, function(k) return u(24, k) end),
})

local of_a, of_b = net:record(a, "spikes"), net:record(b, "spikes")
local states = net:record(a, "v", { every = 1*ms, neurons = { 1, 4, 8 } })
net:run(100*ms)

case:spikes("a", of_a)
case:spikes("b", of_b)
case:trace("a", states, { "v" })
case:finish()
