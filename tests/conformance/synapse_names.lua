--- Conformance: what statements of synapses can read: timed arrays, linked variables, the sources' last spikes and
-- refractoriness, subexpressions and whole numbers of the sources, sizes, indices in slices; in on_pre, on_post, sums and
-- statements every so often. Indices are from 1 here, from 0 in Brian2.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "synapse_names"
local ms, u = ln.ms, compare.u

local net = ln.network { dt = 0.1*ms }
local cell = [[
  dv/dt = (drive - v)/tau : 1 (unless refractory)
  drive : 1
  k : integer
  slow = 0.01*(i - 1 + k*N) : 1
]]
local a = net:population(9, ln.neuron {
  equations = cell, threshold = "v > 1", reset = "v = 0", refractory = "2*ms + 0.1*k*ms", method = "exact",
  parameters = { tau = 8*ms },
}, { name = "a", drive = compare.list(9, function(k) return 1.1 + 0.9*u(1, k) end), k = "(i - 1) % 3" })
local store = net:population(7, ln.neuron { equations = "dy/dt = -y/(20*ms) : 1", method = "exact" },
  { name = "store", y = compare.list(7, function(k) return 0.5 + u(2, k) end) })
local b = net:population(7, ln.neuron {
  equations = cell .. [[
    x : 1 (linked)
    total : 1
  ]], threshold = "v > 1", reset = "v = 0", refractory = 3*ms, method = "euler", parameters = { tau = 9*ms },
}, { name = "b", x = store.y, drive = compare.list(7, function(k) return 1.05 + 0.7*u(3, k) end) })

local rows = {}
for row = 0, 19 do rows[row + 1] = compare.list(5, function(k) return u(4, row*5 + k) end) end
local i, j = compare.pairs(5, 5, 0.7, 6)
local s = net:project(a:slice(3, 7), b:slice(2, 6), {
  name = "s", connect = ln.pairs(i, j), method = "euler", order = { summed = -1 }, -- before "store" advances, by its name
  equations = [[
    total_post = 0.1*slow_pre*x_post*gain(t) : 1 (summed)
    w : 1
    z : 1
    r : 1
    c : 1
  ]],
  on_pre = [[
    v_post += 0.03*w*stim(t, j)*x_post
    z = 0.9*z + stim(t, i)*slow_pre + k_pre/N_pre
    r += (t - lastspike_pre)/ms + gain(t)*N_post + (i - 1) - 2*(j - 1)
  ]],
  on_post = [[
    c += 0.5*int(not_refractory_pre) + exp(-(t - lastspike_pre)/(5*ms)) + 0.01*t_in_timesteps
    w = clip(w + 0.01*gain(t)*x_post - 0.02*v_pre, 0, 2)
  ]],
  every = { { 5*ms, "c += 0.01*int(not_refractory_pre)*stim(t, N_post - j + 1)" } },
  w = compare.list(#i, function(k) return u(7, k) end), z = 0, r = 0, c = 0,
  delay = compare.list(#i, function(k) return compare.below(15, 8, k)*0.1*ms end),
  parameters = {
    stim = ln.timed_array(rows, 2.3*ms), gain = ln.timed_array(compare.list(15, function(k) return 0.5 + u(5, k) end), 3*ms),
  },
})

local of_a, of_b = net:record(a, "spikes"), net:record(b, "spikes")
local states = net:record(b, { "v", "total" }, { every = 1*ms, neurons = { 2, 4, 6 } })
net:run(80*ms)

case:spikes("a", of_a)
case:spikes("b", of_b)
case:trace("b", states, { "v", "total" })
case:final("s", s, { "w", "z", "r", "c" })
case:finish()
