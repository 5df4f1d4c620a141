--- What Brian2's examples use and everything.lua has not, for mutations.py: clocks, orders, synapses onto synapses, parts,
-- statements of parts, given spikes that change, pairs by a generator, several pathways, links, sums.
local ln = require "lunate"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms, seed = 5 }
local given = net:population(4, ln.spike_source { indices = { 1, 2, 3 }, times = { 1*ms, 2*ms, 3*ms }, period = 5*ms })
local fast = net:population(12, ln.neuron {
  equations = [[
    s = p*sin(x) : 1 (constant over dt)
    dx/dt = (p*2 - x + s + total)/tau + 0.1*xi*tau**-0.5 : 1 (unless refractory)
    p : 1 (constant)
    total : 1
    k : integer
    on : boolean
  ]],
  threshold = "x > 0.9 and not on", reset = "x = 0; k += 1; on = k % 7 == 0", refractory = "(1 + rand())*ms", method = "heun",
  events = { high = "x > 0.5 and k % 3 == 1" }, on = { high = "on = False" }, parameters = { tau = 8*ms },
}, { name = "fast", p = "0.3 + 0.1*i" })
local slow = net:population(6, ln.neuron {
  equations = [[
    dv/dt = (drive(t) - v + 5*mV*z)/(10*ms) : volt
    z : 1 (linked)
  ]],
  threshold = "v > 4*mV", reset = "v -= 4*mV", method = "euler",
  parameters = { drive = ln.timed_array({ 1*mV, 9*mV, 3*mV }, 7*ms) },
}, { name = "slow", dt = 0.5*ms, order = 1, z = ln.linked(fast.x, { 1, 2, 3, 4, 5, 6 }) })
local driven = net:project(given, fast, {
  connect = ln.generator("k for k in range(1, N_post + 1) if (i + k) % 2 == 0", { skip_if_invalid = true, n = 2 }),
  multisynaptic_index = "m", on_pre = "x += w", w = "0.1*m", delay = "m*ms",
})
local plastic = net:project(fast, slow, {
  connect = ln.bernoulli "0.5*(i != j)", order = { pre = -2 },
  on_pre = { pre = "v += w*mV; y += 0.3", late = "w = clip(w + 0.01*randn(), 0, 2)" }, on_post = "w -= 0.01*y",
  delay = { pre = "(0.1 + 0.5*rand())*ms", late = 2*ms, post = 0.5*ms }, w = "rand()",
  equations = "dy/dt = (x_pre - y)/(5*ms) : 1 (clock-driven)", method = "euler",
})
local back = net:project(slow, fast, { connect = ln.all_to_all(), drive = "total_post = g*v_pre/mV : 1 (summed)", g = 0.01 })
local onto = net:project(given, plastic, { connect = ln.bernoulli(0.3), on_pre = "w_post *= strength", strength = 0.9 })
fast:slice(2, 6):every(3*ms, "x += 0.1*rand()", { when = "end", order = 1 })
plastic:every(4*ms, "w *= 0.99")
fast.x["p > 0.6"] = 0.2
fast.x[{ 1, 3 }] = { 0.4, 0.5 }
plastic.w["i == 3 and j > 2"] = 0.7
plastic.w:at(1, 2):set(0.1)

local spikes = net:record(fast, "spikes", { variables = { "x", "k" } })
local highs, states = net:record(fast, "high"), net:record(slow, { "v", "z" }, { every = 1*ms, neurons = "i < 4" })
net:run(20*ms)
given:set_spikes { indices = { 4, 1 }, times = { 22*ms, 30*ms } }
fast.tau = 6*ms
net:run(20*ms)

print(spikes:count(), highs:count(), states.v:mean(), plastic.w:mean(), back.g, #driven, #onto, slow.v[3], fast.k:max())
