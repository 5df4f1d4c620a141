--- Conformance: STDP in a recurrent network: a delay for each synapse, another delay back from the target, pairs that
-- are connected twice, a time constant and a trace for each synapse.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "stdp_delays"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms }
local p = compare.driven_cells(net, 12, 2, 18*mV)
local i, j = compare.pairs(12, 12, 0.4, 3)
for k = 1, #i, 3 do i[#i + 1], j[#j + 1] = i[k], j[k] end
local s = net:project(p, p, {
  connect = ln.pairs(i, j), name = "s",
  delay = {
    pre = compare.list(#i, function(k) return compare.below(40, 6, k)*0.1*ms end),
    post = 0.8*ms,
  },
  w = compare.list(#i, function(k) return compare.u(4, k) end),
  tau = compare.list(#i, function(k) return (5 + 20*compare.u(5, k))*ms end),
  equations = [[
    dApre/dt = -Apre/taupre : 1 (event-driven)
    dApost/dt = (A0 - Apost)/taupost : 1 (event-driven)
    dc/dt = -c/tau : 1 (event-driven)
  ]],
  transmit = [[
    g_post += w*2*mV
    w = clip(w + Apost*0.5, 0, wmax)
    Apre += dApre
    c += w*Apost
    w = clip(w + Apost*0.5, 0, wmax)
  ]],
  on_post = [[
    w = clip(w + Apre + 0.1*c, 0, wmax)
    Apost += dApost
    c *= 0.5
  ]],
  parameters = { taupre = 18*ms, taupost = 23*ms, dApre = 0.02, dApost = -0.021, wmax = 1, A0 = -0.002 },
})

local spikes = net:record(p, "spikes")
net:run(300*ms)

case:spikes("p", spikes)
case:final("p", p, { "v", "g" })
case:final("s", s, { "w", "c" })
case:finish()
