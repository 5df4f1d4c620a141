--- Conformance: rates of a population, of a part of it and of a group with a slower clock, step by step and smoothed.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "population_rate"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local source = net:population(30, compare.trains(30, 20, 100*ms, 1), { name = "source" })
local slow = net:population(4, ln.spike_source {
  indices = { 1, 2, 2, 4, 3, 1 }, times = { 0*ms, 0.5*ms, 3*ms, 7.5*ms, 7.5*ms, 20*ms },
}, { name = "slow", dt = 0.5*ms })
local p = net:population(10, ln.neuron {
  equations = "dv/dt = -v/(5*ms) : 1", threshold = "v > 1", reset = "v = 0", method = "exact",
}, { name = "p" })
net:project(source, p, { name = "s", connect = ln.pairs(compare.pairs(30, 10, 0.3, 2)), on_pre = "v += 0.4" })
local all, part = net:record(p, "population_rate"), net:record(p:slice(3, 7), "population_rate")
local slowly = net:record(slow, "population_rate")
net:run(30*ms)

case:numbers("p", {
  rate = all.rate, t = all.t, flat = all:smooth_rate { window = "flat", width = 5*ms },
  wide = all:smooth_rate { window = "flat", width = 1.27*ms },
  gaussian = all:smooth_rate { window = "gaussian", width = 2.33*ms },
  own = all:smooth_rate { window = compare.list(7, function(k) return math.exp(-k) end) },
})
case:numbers("part", { rate = part.rate, gaussian = part:smooth_rate { width = 0.1*ms } })
case:numbers("slow", { rate = slowly.rate, t = slowly.t, flat = slowly:smooth_rate { window = "flat", width = 3*ms } })
case:finish()
