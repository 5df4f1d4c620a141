--- Conformance: timed arrays in equations, subexpressions, threshold, reset and refractoriness.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "timed_arrays"
local ms = ln.ms

local level = ln.timed_array(compare.list(30, function(k) return 0.7 + 0.6*compare.u(1, k) end), 3.3*ms)
local drive = ln.timed_array(compare.list(25, function(row)
  return compare.list(6, function(k) return 1 + compare.u(2, row*6 + k) end)
end), 4*ms)
local rest = ln.timed_array(compare.list(20, function(k) return (1 + 4*compare.u(3, k))*ms end), 5*ms)

local net = ln.network { dt = 0.1*ms }
local p = net:population(6, ln.neuron {
  equations = [[
    dv/dt = (amplified - v)/tau : 1 (unless refractory)
    amplified = 1.2*drive(t, i) : 1
  ]],
  threshold = "v > level(t)", reset = "v = 0.1*level(t) - 0.05*drive(t, i)", refractory = "rest(t)", method = "exact",
  parameters = { tau = 10*ms, level = level, drive = drive, rest = rest },
}, { name = "p" })
local spikes = net:record(p, "spikes")
local states = net:record(p, "v", { every = 0.5*ms, neurons = { 1, 4, 6 } })
net:run(110*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v" })
case:final("p", p, { "v" })
case:finish()
