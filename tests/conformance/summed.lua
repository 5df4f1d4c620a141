--- Conformance: clock-driven synapses (saturating, two coupled equations, and an exact one) whose sum is a conductance of
-- the target; gap junctions that read both voltages; weights that change every 7 ms.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "summed"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms }
local source = net:population(12, compare.trains(12, 12, 200*ms, 1), { name = "source" })
local p = net:population(7, ln.neuron {
  equations = [[
    dv/dt = (E_L - v + I - g*(v - E_s) + gap + f)/tau_m : volt
    g : 1
    f : volt
    gap : volt
    I : volt (constant)
  ]],
  threshold = "v > v_th", reset = "v = v_r", method = "exponential_euler",
  parameters = { tau_m = 15*ms, E_L = -70*mV, v_th = -55*mV, v_r = -65*mV, E_s = 0*mV },
}, { name = "p", v = -70*mV, I = compare.list(7, function(k) return 9*mV*(1 + compare.u(2, k)) end) })

local i, j = compare.pairs(12, 7, 0.6, 3)
local s = net:project(source, p, {
  connect = ln.pairs(i, j), name = "s", delay = 1.2*ms, method = "euler",
  equations = [[
    g_post = w*s : 1 (summed)
    ds/dt = -s/tau_s + alpha*x*(1 - s) : 1 (clock-driven)
    dx/dt = -x/tau_x : 1 (clock-driven)
  ]],
  on_pre = "x += 1", every = { 7*ms, "w += 0.01*(0.05 - w)" },
  w = compare.list(#i, function(k) return 0.1*compare.u(4, k) end),
  parameters = { tau_s = 50*ms, tau_x = 2*ms, alpha = 0.5/ms },
})
i, j = compare.pairs(12, 7, 0.5, 5)
local q = net:project(source, p, {
  connect = ln.pairs(i, j), name = "q",
  equations = [[
    f_post = w*y : volt (summed)
    dy/dt = (y0 - y)/tau_y : 1
  ]],
  on_pre = "y += 1",
  w = compare.list(#i, function(k) return 2*mV*(compare.u(6, k) - 0.3) end),
  tau_y = compare.list(#i, function(k) return (3 + 9*compare.u(7, k))*ms end),
  parameters = { y0 = 0.2 },
})
i, j = compare.pairs(7, 7, 0.5, 8)
net:project(p, p, {
  connect = ln.pairs(i, j), name = "gap", drive = "gap_post = w*(v_pre - v_post) : volt (summed)",
  w = compare.list(#i, function(k) return 0.1*compare.u(9, k) end),
})

local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "g", "gap" }, { every = 1*ms, neurons = { 1, 4, 7 } })
net:run(200*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "g", "gap" })
case:final("p", p, { "v", "g", "f", "gap" })
case:final("s", s, { "w", "s", "x" })
case:final("q", q, { "y" })
case:finish()
