--- Conformance in distribution: random weights and delays, release with a probability, of many quanta, of random size, and
-- noise in clock-driven equations (see stochastic_references.py). What spikes do to one target hangs together, so the targets
-- of a source share its spike times in both.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "stochastic_synapses"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms, seed = 104 }
local source = net:population(40, compare.trains(40, 8, 80*ms, 1), { name = "source" })
local p = net:population(400, ln.neuron {
  equations = [[
    dg/dt = -g/(10*ms) : 1
    dh/dt = -h/(10*ms) : 1
    dk/dt = -k/(10*ms) : 1
    dl/dt = -l/(10*ms) : 1
  ]], method = "exact",
}, { name = "p" })
local s = net:project(source, p, {
  connect = ln.all_to_all(), name = "s", w = "exp(0.5*randn())", delay = "1*ms + 4*ms*rand()",
  on_pre = [[
    g += w
    h += int(rand() < 0.3)
    k += poisson(1.7)
    l += 1 + 0.5*randn()
  ]],
})
local none = ln.neuron { equations = "x : 1" }
local c = net:project(net:population(30, none, { name = "q" }), net:population(400, none, { name = "r" }), {
  connect = ln.all_to_all(), name = "c", y = 1, on_pre = "x += 0", method = "heun",
  equations = [[
    dx/dt = -x/(10*ms) + xi/sqrt(10*ms) : 1 (clock-driven)
    dy/dt = -0.5*y/(10*ms) + 0.4*y*xi_y/sqrt(10*ms) : 1 (clock-driven)
  ]],
})
local all = s:gather "w"
case:distribution("weights", all.w)
local steps = {}
for k, delay in (all.delay / (0.1*ms)):iterate() do steps[k] = math.floor(delay + 0.5) end
case:distribution("delays", steps)
net:run(85*ms)

case:distribution("g", p.g:gather())
case:distribution("release", p.h:gather())
case:distribution("quanta", p.k:gather())
case:distribution("sizes", p.l:gather())
case:distribution("noise", c.x:gather())
case:distribution("multiplied", c.y:gather())
case:finish()
