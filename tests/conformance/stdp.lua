--- Conformance: pair STDP as usually written (Apre, Apost, event-driven), all-to-all, a delay for all.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "stdp"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms }
local source = net:population(20, compare.trains(20, 20, 300*ms, 1), { name = "source" })
local p = compare.driven_cells(net, 8, 2, 10*mV)
local s = net:project(source, p, {
  connect = ln.all_to_all(), name = "s", delay = 1.5*ms,
  w = compare.list(160, function(k) return compare.u(3, k) end),
  equations = [[
    dApre/dt = -Apre/taupre : 1 (event-driven)
    dApost/dt = -Apost/taupost : 1 (event-driven)
  ]],
  transmit = [[
    g_post += w*3*mV
    Apre += dApre
    w = clip(w + Apost, 0, wmax)
  ]],
  on_post = [[
    Apost += dApost
    w = clip(w + Apre, 0, wmax)
  ]],
  parameters = { taupre = 18*ms, taupost = 23*ms, dApre = 0.02, dApost = -0.021, wmax = 1 },
})

local spikes = net:record(p, "spikes")
local weights = net:record(s, "w", { every = 5*ms, synapses = { 1, 8, 34, 101, 160 } })
net:run(300*ms)

case:spikes("p", spikes)
case:trace("s", weights, { "w" })
case:final("p", p, { "v", "g" })
case:final("s", s, { "w" })
case:finish()
