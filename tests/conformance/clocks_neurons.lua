--- Conformance: populations that tick every 0.1, 0.3 and 1 ms, with what depends on the time step.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "clocks_neurons"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local stimulus = ln.timed_array(compare.list(40, function(k) return 0.3*compare.u(9, k) end), 0.7*ms)
local parameters = { tau = 7*ms, stimulus = stimulus }
local a = net:population(5, ln.neuron {
  equations = [[
    dv/dt = (drive + stimulus(t) - v)/tau : 1 (unless refractory)
    drive : 1
    n : 1
  ]],
  threshold = "v > 1", reset = "v = 0; n += t_in_timesteps", refractory = 0.75*ms, method = "exponential_euler",
  parameters = parameters,
}, { name = "a", drive = function(k) return 1.05 + 0.06*(k - 1) end })
local b = net:population(5, ln.neuron {
  equations = [[
    dv/dt = (drive + stimulus(t) - v)/tau : 1 (unless refractory)
    du/dt = (0.2*x - u)/(4*ms) : 1
    h = sin(t/(3*ms)) + v : 1 (constant over dt)
    x : 1 (linked)
    drive : 1
    n : 1
    last : second
  ]],
  threshold = "v > 1 + 0.1*u", reset = "v = 0; last = t", refractory = "1.3*ms + 0.5*ms*u", method = "euler",
  events = { high = "v > 0.9 + 0.05*h" }, on = { high = "n += 1 + t_in_timesteps*dt/ms" },
  every = { { 0.7*ms, "v += 0.01*t/ms*int(not_refractory); n += dt/ms" } }, parameters = parameters,
}, { name = "b", dt = 0.3*ms, x = a.v, drive = function(k) return 1.1 + 0.05*(k - 1) end })
local c = net:population(3, ln.neuron {
  equations = [[
    dv/dt = (1.3 - v + y*int(not_refractory))/tau : 1
    y : 1 (linked)
    n : 1
  ]],
  threshold = "v > 1", reset = "v = 0", refractory = 2*ms, method = "euler", every = { { 2*ms, "n += 1 + 0.001*t/ms" } },
  parameters = parameters,
}, { name = "c", dt = 1*ms, y = ln.linked(b.u, { 5, 2, 3 }) })
local source = net:population(4, ln.spike_source {
  indices = { 1, 2, 3, 4, 1 }, times = ln.array { 1.4, 2.6, 10.5, 11, 20 }*ms,
}, { name = "source", dt = 0.5*ms })

local i, j = compare.pairs(5, 5, 0.6, 2)
local w = compare.list(#i, function(k) return 0.2*compare.u(3, k) end)
net:project(a, b, { connect = ln.pairs(i, j), transmit = "v += w", w = w, delay = 0.4*ms })
net:project(b, a, { connect = ln.pairs(i, j), transmit = "v -= w; n += 100*t/second", w = w,
  delay = compare.list(#i, function(k) return (0.2 + 2*compare.u(4, k))*ms end) })
net:project(c, a, { connect = ln.all_to_all(), transmit = "v += 0.15", delay = 1.7*ms })
net:project(source, c, { connect = ln.all_to_all(), transmit = "v += 0.2", delay = 0.8*ms })

local spikes = {}
for _, p in ipairs { a, b, c, source } do spikes[p.name] = net:record(p, "spikes") end
local x = net:record(a, "v", { every = 0.5*ms, neurons = { 1, 5 } })
local y = net:record(b, { "v", "h" })
local z = net:record(c, { "v", "n" }, { every = 0.4*ms })
net:run(60*ms)

for name, recording in pairs(spikes) do case:spikes(name, recording) end
case:trace("a", x, { "v" })
case:trace("b", y, { "v", "h" })
case:trace("c", z, { "v", "n" })
case:final("a", a, { "v", "n" })
case:final("b", b, { "v", "u", "n", "last" })
case:final("c", c, { "v", "n" })
case:finish()
