--- Conformance: events beside spikes, what they do, and functions given as equations.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "custom_events"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local source = net:population(12, compare.trains(12, 14, 150*ms, 1), { name = "source" })
local p = net:population(6, ln.neuron {
  equations = [[
    dv/dt = (drive - v)/tau : 1 (unless refractory)
    dw/dt = -w/tau_w : 1
    bursts : 1
    pauses : 1
    drive : 1
  ]],
  threshold = "v > 1", reset = "v = 0; w += 0.5", refractory = 2*ms, method = "exact",
  events = { burst = "w > 0.9 and not_refractory", pause = "since(lastspike) > 12*ms and v < 0.95" },
  on = {
    burst = "w -= fraction(w); bursts += 1; v -= 0.3",
    pause = "v += 0.02*int(not_refractory); pauses += t_in_timesteps/1000",
  },
  functions = { since = { "then_", "t - then_" }, fraction = { "x", "0.6*x" } },
  parameters = { tau = 8*ms, tau_w = 25*ms },
}, { name = "p", drive = function(k) return 0.7 + 0.15*k end })
local i, j = compare.pairs(12, 6, 0.6, 2)
net:project(source, p, {
  connect = ln.pairs(i, j), transmit = "v_post += g", delay = 0.3*ms,
  g = compare.list(#i, function(k) return 0.05 + 0.2*compare.u(3, k) end),
})

local spikes, bursts, pauses = net:record(p, "spikes"), net:record(p, "burst"), net:record(p, "pause")
local states = net:record(p, { "v", "w" }, { every = 1*ms, neurons = { 1, 3, 6 } })
net:run(150*ms)

case:spikes("p", spikes)
case:spikes("burst", bursts)
case:spikes("pause", pauses)
case:trace("p", states, { "v", "w" })
case:final("p", p, { "v", "w", "bursts", "pauses" })
case:finish()
