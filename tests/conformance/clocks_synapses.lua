--- Conformance: synapses that tick every 0.5 ms between sources of 0.1 ms, or of 0.2 ms, and targets of 0.2 ms.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "clocks_synapses"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local source = net:population(10, compare.trains(10, 10, 100*ms, 1), { name = "source" })
local p = net:population(4, ln.neuron {
  equations = [[
    dv/dt = (-v + a + b)/(8*ms) : 1 (unless refractory)
    a : 1
    b : 1
    n : 1
  ]],
  threshold = "v > 0.8", reset = "v = 0", refractory = 0.9*ms, method = "euler",
}, { name = "p", dt = 0.2*ms })
local q = net:population(6, ln.neuron {
  equations = [[
    dv/dt = (1.2 - v)/(9*ms) : 1
    r = v**2 : 1
  ]],
  threshold = "v > 1", reset = "v = 0.1", refractory = 0.5*ms, method = "exact",
}, { name = "q", dt = 0.2*ms, v = function(k) return 0.15*(k - 1) end })

local i, j = compare.pairs(10, 4, 0.7, 2)
local s = net:project(source, p, {
  connect = ln.pairs(i, j), name = "s", dt = 0.5*ms, method = "euler",
  equations = [[
    dx/dt = -x/(6*ms) : 1 (clock-driven)
    dy/dt = -y/(15*ms) : 1 (event-driven)
    dz/dt = -z/(20*ms) : 1 (event-driven)
    h = cos(t/(10*ms)) : 1 (constant over dt)
    a_post = w*x + 0.01*t/ms*dt/ms : 1 (summed)
  ]],
  w = compare.list(#i, function(k) return 0.2 + 0.3*compare.u(3, k) end), m = 0,
  on_pre = "x += 0.5 + 0.1*h; v_post += 0.03*int(not_refractory_post); y += 1; w += 0.01*z; m += t/ms + dt/ms",
  on_post = { post = "z += 1; w -= 0.02*y", late = "m -= 0.1*t/ms*z" }, delay = { pre = 0.3*ms, late = 0.7*ms },
  every = { 1.3*ms, "w = w*(1 - 0.01*dt/ms) + 1e-4*t_in_timesteps" },
})
local k, l = compare.pairs(6, 4, 0.8, 4)
local f = net:project(q, p, {
  connect = ln.pairs(k, l), name = "f",
  equations = [[
    dy/dt = -y/(5*ms) : 1 (event-driven)
    b_post = w*r_pre : 1 (summed)
  ]],
  w = compare.list(#k, function(n) return 0.05 + 0.1*compare.u(5, n) end), m = 0,
  on_pre = [[y += 1
             v_post += 0.02*y
             m += (t - lastspike_pre)/ms + 0.1*(t - lastspike_post)/ms*int(lastspike_post > 0*ms)]],
  on_post = "w += 0.001*y",
  delay = compare.list(#k, function(n) return 2*compare.u(6, n)*ms end),
})

local spikes = { p = net:record(p, "spikes"), q = net:record(q, "spikes") }
local x = net:record(p, { "v", "a", "b" }, { every = 0.3*ms })
local y = net:record(s, { "x", "w" }, { synapses = { 1, 4, 6 } })
net:run(100*ms)

for name, recording in pairs(spikes) do case:spikes(name, recording) end
case:trace("p", x, { "v", "a", "b" })
case:trace("s", y, { "x", "w" })
case:final("s", s, { "x", "w", "m" })
case:final("f", f, { "w", "m" })
case:finish()
