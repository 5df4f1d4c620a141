--- Conformance: twenty neurons kicking each other, many without delay: who is updated, kicked and reset first. The
-- second statement does not commute, so that the order of its events is seen as well.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "delta_order"
local ms = ln.ms

local delays = { 0, 0, 0.1, 0.3, 1.5 }
for _, kind in ipairs { { "adding", "v_post += w", 0.16 }, { "mixing", "v_post = 0.93*v_post + w", 0.24 } } do
  local name, statement, strength = table.unpack(kind)
  local net = ln.network { dt = 0.1*ms }
  local p = net:population(20, ln.neuron {
    equations = [[
      dv/dt = (drive - v)/tau : 1
      drive : 1 (constant)
    ]],
    threshold = "v > 1", reset = "v = 0", method = "exact", parameters = { tau = 20*ms },
  }, {
    name = name,
    v = function(k) return compare.u(1, k - 1) end,
    drive = function(k) return 1.05 + 0.6*compare.u(2, k - 1) end,
  })
  local i, j = compare.pairs(20, 20, 0.35, 3)
  net:project(p, p, {
    connect = ln.pairs(i, j), transmit = statement,
    w = compare.list(#i, function(k) return strength*(compare.u(4, k) - 0.35) end),
    delay = compare.list(#i, function(k) return delays[compare.below(5, 5, k) + 1]*ms end),
  })

  local spikes = net:record(p, "spikes")
  local states = net:record(p, "v", { every = 1*ms, neurons = { 1, 10, 20 } })
  net:run(200*ms)

  case:spikes(name, spikes)
  case:trace(name, states, { "v" })
  case:final(name, p, { "v" })
end
case:finish()
