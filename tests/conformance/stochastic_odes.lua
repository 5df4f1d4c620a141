--- Conformance: Brian2's examples advanced/stochastic_odes and Ornstein_Uhlenbeck, noise number by number (see
-- noise_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "stochastic_odes"
local ms, second = ln.ms, ln.second

local net = ln.network { dt = 1*ms, seed = 12 }
local geometric = {}
for k, method in ipairs { "milstein", "heun" } do
  geometric[k] = net:population(6, ln.neuron {
    equations = "dX/dt = (mu - 0.5*second*sigma**2)*X + X*sigma*xi*second**.5 : 1",
    method = method, parameters = { mu = 0.5/second, sigma = 0.8/second },
  }, { name = method, X = 1 })
end
local added = net:population(6, ln.neuron {
  equations = [[
    dy/dt = -y/tau + sqrt(2*sigma**2/tau)*xi_slow + 0.3*tau**-0.5*xi_other : 1
    dz/dt = (y - z)/tau - 0.2*tau**-0.5*xi_slow : 1
    tau : second (constant)
    sigma : 1
  ]], method = "euler",
}, {
  name = "added", y = 1, tau = compare.list(6, function(k) return (10 + 90*compare.u(1, k))*ms end),
  sigma = compare.list(6, function(k) return 0.1 + compare.u(2, k) end),
})

local recordings = {}
for k, g in ipairs { geometric[1], geometric[2], added } do
  recordings[k] = net:record(g, k < 3 and "X" or { "y", "z" }, { every = 20*ms, neurons = { 1, 6 } })
end
net:run(500*ms)

case:trace("milstein", recordings[1], { "X" })
case:trace("heun", recordings[2], { "X" })
case:trace("added", recordings[3], { "y", "z" })
case:final("milstein", geometric[1], { "X" })
case:final("heun", geometric[2], { "X" })
case:final("added", added, { "y", "z" })
case:finish()
