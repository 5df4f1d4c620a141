--- Conformance: indices and sizes of slices: in first values, conditions of connecting, values of synapses and statements.
-- Indices are from 1 here, from 0 in Brian2.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "slices"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local p = net:population(20, ln.neuron {
  equations = [[
    x : 1
    y : 1
    got : 1
    a = (i - 1) + 100*N : 1
  ]],
  threshold = "t > 0.95*ms and t < 1.05*ms", reset = "y = a + 3*(i - 1)",
}, { name = "p" })
local a, b = p:slice(5, 11), p:slice(9, 20)
p.x = "(i - 1) + 10*N"
a.x = "1000 + (i - 1) + 10*N"
b.x = "2000*x + a"
local s = net:project(a, b, {
  name = "s", connect = ln.bernoulli "(i + j - 2) % 3 == 1 or i == N_pre",
  equations = "w : 1\nv : 1", w = "(i - 1) + 10*(j - 1) + 100*N_pre + 1000*N_post", v = 0, delay = "(i + j - 2)*0.1*ms",
  on_pre = "v = (i - 1) + 100*(j - 1) + 1000*N_pre + 10000*N_post + a_pre; got_post += (i - 1)*(j - 1)",
})
net:run(5*ms)

case:final("p", p, { "x", "y", "got" })
case:final("s", s, { "w", "v" })
case:finish()
