--- Conformance in distribution: ln.models.glauber, neurons alone with inputs of their own (see stochastic_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "stochastic_glauber"
local ms, N = ln.ms, 6000

local net = ln.network { dt = 0.1*ms, seed = 106 }
local p = net:population(N, ln.models.glauber { tau = 10*ms, theta = 0.2, T = 0.7 }, {
  name = "p", I_ext = function(k) return -1 + 2*(k - 1)/(N - 1) end,
})
local flips = net:record(p, "spikes")
net:run(100*ms)

case:distribution("flips", compare.counts(flips))
case:distribution("intervals", compare.intervals(flips, math.huge))
case:distribution("state", p.s:gather())
case:distribution("weighted", p.s:gather() * p.I_ext:gather())
case:finish()
