--- Conformance: variables of one population read by others, one to one, by indices, and a shared one.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "linked_variables"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local a = net:population(6, ln.neuron {
  equations = [[
    dv/dt = (drive - v)/tau : 1 (unless refractory)
    du/dt = -u/(30*ms) : 1
    drive : 1
    gain : 1 (shared)
  ]],
  threshold = "v > 1", reset = "v = 0; u += 0.4", refractory = 1*ms, method = "exact", parameters = { tau = 11*ms },
  every = { { 17*ms, "gain = 1.6 - gain" } },
}, {
  name = "a", gain = 0.8, drive = function(k) return 1.05 + 0.1*(k - 1) end, u = function(k) return 0.1*(k - 1) end,
})
local b = net:population(6, ln.neuron {
  equations = [[
    dy/dt = (k*u + v_a - y)/tau : 1
    n : 1
    u : 1 (linked)
    v_a : 1 (linked)
    k : 1 (linked)
  ]],
  threshold = "y > 0.2 + u", reset = "y -= 0.5*v_a; n += u", method = "euler", parameters = { tau = 6*ms },
}, { name = "b", u = a.u, v_a = a.v, k = a.gain })
local index = compare.list(9, function(k) return compare.below(6, 1, k) + 1 end)
local c = net:population(9, ln.neuron {
  equations = [[
    dz/dt = (1.5*v_a - z)/tau : 1
    v_a : 1 (linked)
  ]],
  threshold = "z > 0.6 + 0.1*v_a", reset = "z = -0.2*v_a", method = "euler", parameters = { tau = 5*ms },
}, { name = "c", v_a = ln.linked(a.v, index) })

local recorded = {}
for name, it in pairs { a = { a, { "v", "u" } }, b = { b, { "y", "u", "v_a" } }, c = { c, { "z", "v_a" } } } do
  recorded[name] = {
    net:record(it[1], "spikes"), net:record(it[1], it[2], { every = 0.5*ms, neurons = { 1, 4, 6 } }), it[2],
  }
end
net:run(80*ms)

for name, it in pairs(recorded) do
  case:spikes(name, it[1])
  case:trace(name, it[2], it[3])
end
case:final("b", b, { "y", "n" })
case:final("c", c, { "z" })
case:finish()
