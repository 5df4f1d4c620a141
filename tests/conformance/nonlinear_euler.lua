--- Conformance: quadratic and exponential integrate-and-fire, driven by values sampled in time (Euler).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "nonlinear_euler"
local ms, mV = ln.ms, ln.mV

local rows = compare.list(60, function(r)
  return compare.list(5, function(c) return -0.5 + 3*compare.u(1, 5*r + c) end)
end)
local samples = compare.list(40, function(k) return (0.1 + 0.5*compare.u(2, k))*ln.nA end)

local net = ln.network { dt = 0.1*ms }
local quadratic = net:population(5, ln.neuron {
  equations = "dx/dt = (x**2 + drive(t, i))/tau : 1",
  threshold = "x > 12", reset = "x = -12", method = "euler",
  parameters = { tau = 10*ms, drive = ln.timed_array(rows, 2.5*ms) },
}, { name = "quadratic", x = -1 })
local exponential = net:population(3, ln.neuron {
  equations = [[
    dv/dt = (E_L - v + D*exp((v - V_T)/D) + R*current(t))/tau : volt
    R : ohm (constant)
  ]],
  threshold = "v > -35*mV", reset = "v = -66*mV", refractory = 1.5*ms, method = "euler",
  parameters = {
    tau = 12*ms, E_L = -68*mV, V_T = -55*mV, D = 1.8*mV, current = ln.timed_array(samples, 3.7*ms),
  },
}, { name = "exponential", v = -68*mV, R = function(k) return (40 + 15*k)*ln.Mohm end })

local recorded = {}
for _, entry in ipairs { { quadratic, "x", { 1, 3, 5 } }, { exponential, "v", { 1, 2, 3 } } } do
  local p, variable, neurons = table.unpack(entry)
  recorded[p.name] = { net:record(p, "spikes"), net:record(p, variable, { every = 1*ms, neurons = neurons }) }
end
net:run(150*ms)

for _, entry in ipairs { { quadratic, "x" }, { exponential, "v" } } do
  local p, variable = table.unpack(entry)
  case:spikes(p.name, recorded[p.name][1])
  case:trace(p.name, recorded[p.name][2], { variable })
  case:final(p.name, p, { variable })
end
case:finish()
