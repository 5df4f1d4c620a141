--- Conformance: neurons that read others by links, updated after them and, by their order, before them.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "group_orders"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local a = net:population(6, ln.neuron {
  equations = "dv/dt = (I - v)/tau : 1\nI : 1 (constant)", threshold = "v > 1", reset = "v = 0", method = "exact",
  parameters = { tau = 20*ms },
}, { name = "a", v = function(k) return compare.u(1, k - 1) end, I = function(k) return 1 + 0.5*compare.u(2, k - 1) end })
local reader = ln.neuron {
  equations = "dy/dt = (x - y)/(5*ms) : 1\nx : 1 (linked)", threshold = "y > 0.5", reset = "y = 0.5*x", method = "euler",
}
local b = net:population(6, reader, { name = "b", x = a.v })
local c = net:population(6, reader, { name = "c", x = a.v, order = -1 })
local recorded = {}
for _, q in ipairs { b, c } do
  recorded[#recorded + 1] = { q, net:record(q, "spikes"), net:record(q, "y", { every = 1*ms, neurons = { 1, 3, 6 } }) }
end
net:run(150*ms)

for _, r in ipairs(recorded) do
  case:spikes(r[1].name, r[2])
  case:trace(r[1].name, r[3], { "y" })
  case:final(r[1].name, r[1], { "y" })
end
case:finish()
