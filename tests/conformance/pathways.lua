--- Conformance: several pathways: two of sources with delays of their own, two of targets, all on one weight and trace.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "pathways"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms }
local source = net:population(15, compare.trains(15, 15, 300*ms, 1), { name = "source" })
local p = compare.driven_cells(net, 6, 2, 12*mV)
local i, j = compare.pairs(15, 6, 0.7, 3)
local s = net:project(source, p, {
  connect = ln.pairs(i, j), name = "s",
  w = compare.list(#i, function(k) return compare.u(4, k) end),
  equations = [[
    dx/dt = -x/(20*ms) : 1 (event-driven)
    dy/dt = -y/(30*ms) : 1 (event-driven)
  ]],
  on_pre = { act = "g_post += w*3*mV; x += 1", learn = "w -= 0.02*y; x *= 0.9" },
  on_post = { early = "w += 0.02*x; y += 1", late = "w *= 1 - 0.01*y; y += 0.5" },
  delay = {
    act = compare.list(#i, function(k) return (1 + compare.below(25, 5, k))*0.1*ms end),
    learn = 3.1*ms, early = 0*ms, late = 2*ms,
  },
})

local spikes = net:record(p, "spikes")
net:run(300*ms)

case:spikes("p", spikes)
case:final("p", p, { "v", "g" })
case:final("s", s, { "w" })
case:finish()
