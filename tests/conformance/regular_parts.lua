--- Conformance: statements every so often of slices and of synapses, in every place of the step.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "regular_parts"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local p = net:population(12, ln.neuron {
  equations = [[
    dv/dt = (drive - v)/(8*ms) : 1 (unless refractory)
    drive : 1
    m : 1
    n : 1
    g : 1
    total : 1 (shared)
  ]],
  threshold = "v > 1", reset = "v = 0; n += 1", refractory = 1.1*ms, method = "euler",
}, { name = "p", drive = function(k) return 1.1 + 0.04*(k - 1) end })
local q = net:population(5, ln.neuron {
  equations = [[
    dv/dt = (1.4 - v)/(6*ms) : 1
    m : 1
  ]],
  threshold = "v > 1", reset = "v = 0", refractory = 0.8*ms, method = "exact",
}, { name = "q", dt = 0.3*ms })

p:slice(3, 7):every(2*ms, "drive = 1.1 + 0.05*k*i + 0.002*t/ms; m += N", { parameters = { k = 0.7 } })
p:slice(6, 12):every(1.3*ms, "v = v + 0.1*sin(1.0*i); m *= 1.1", { when = "before_groups", order = 2 })
p:slice(6, 12):every(0.1*ms, "m += v", { when = "before_groups", order = 1 })
p:every(1*ms, "total += 0.5", { when = "before_start" })
p:every(0.7*ms, "m += 0.01*v*int(not_refractory) + 0.001*total", { when = "after_thresholds" })
p:slice(1, 6):every(0.5*ms, "v += 0.02", { when = "before_synapses" })
p:every(0.4*ms, "v -= 0.01*g", { when = "after_synapses" })
p:slice(4, 4):every(3*ms, "v += 0.05*n", { when = "after_resets" })
p:slice(2, 12):every(0.6*ms, "m += 0.1*(t - lastspike)/ms*int(lastspike > 0*ms); g *= 0.9", { when = "end" })
p:every(0.1*ms, "g = clip(g, 0, 0.25)", { when = "after_groups" })
q:every(0.1*ms, "m += int(not_refractory) + 0.01*t/ms")
q:slice(2, 4):every(0.1*ms, "m += 0.001*i*int(not_refractory)", { when = "after_thresholds" })

local i, j = compare.pairs(5, 12, 0.6, 2)
local s = net:project(q, p, {
  connect = ln.pairs(i, j), name = "s", delay = 0.6*ms, equations = "x : 1",
  w = compare.list(#i, function(k) return 0.05 + 0.1*compare.u(3, k) end),
  on_pre = "g_post += w; x += 1", on_post = "w += 0.01*x",
})
s:every(1.1*ms, "w = clip(w*(1 - c*x) + 0.001*v_pre*g_post, 0, 0.3); x *= 0.8", { parameters = { c = 0.002 } })
s:every(5*ms, "w += 0.0001*(i + 10*j)", { when = "after_synapses" })

local spikes = { p = net:record(p, "spikes"), q = net:record(q, "spikes") }
local x = net:record(p, { "v", "m", "g" }, { neurons = { 1, 4, 7, 12 } })
local y = net:record(s, { "w", "x" }, { every = 0.5*ms, synapses = { 1, 10 } })
net:run(40*ms)

for name, recording in pairs(spikes) do case:spikes(name, recording) end
case:trace("p", x, { "v", "m", "g" })
case:trace("s", y, { "w", "x" })
case:final("p", p, { "v", "m", "n", "g" })
case:final("q", q, { "v", "m" })
case:final("s", s, { "w", "x" })
case:finish()
