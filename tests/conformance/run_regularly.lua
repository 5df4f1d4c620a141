--- Conformance: statements run every so often, and subexpressions constant over dt.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "run_regularly"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local p = net:population(5, ln.neuron {
  equations = [[
    dv/dt = (drive + boost + pulse - v)/tau : 1 (unless refractory)
    pulse = 0.3*sin(2*pi*t/(7*ms)) + 0.1*phase*(i - 1) : 1 (constant over dt)
    phase = sin(t/(3*ms)) + 0.01*count : 1 (shared, constant over dt)
    boost : 1
    drive : 1
    count : 1 (shared)
  ]],
  threshold = "v > 1", reset = "v = 0", refractory = 3*ms, method = "euler", parameters = { tau = 9*ms },
  every = {
    { 2*ms, "boost = 0.9*boost + 0.05*v; v = 0.95*v" },
    { 5*ms, "count = count + 1" },
    { 0.3*ms, "down = v - 0.5 \n boost -= 0.1*down*int(not_refractory)" },
  },
}, { name = "p", drive = function(k) return 1.2 + 0.2*k end })

local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "boost", "pulse" }, { neurons = { 1, 3, 5 } })
local shared = net:record(p, { "phase", "count" }, { neurons = { 1 } })
net:run(60*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "boost", "pulse" })
case:trace("p", shared, { "phase", "count" })
case:final("p", p, { "v", "boost" })
case:finish()
