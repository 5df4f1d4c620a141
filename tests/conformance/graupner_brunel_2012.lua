--- Conformance: Brian2's example frompapers/Graupner_Brunel_2012: noise in clock-driven synapses, number by number (see
-- noise_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "graupner_brunel_2012"
local ms, second = ln.ms, ln.second

local net = ln.network { dt = 0.1*ms, seed = 15 }
local pre = net:population(2, ln.neuron { equations = "", threshold = "t >= 10*ms", refractory = 60*ms }, { name = "pre" })
local post = net:population(6, ln.neuron { equations = "late : second", threshold = "t > late", refractory = 60*ms },
  { name = "post", late = ln.array { 0, 4, 8, 12, 20, 30 }*ms })
local s = net:project(pre, post, {
  name = "s", connect = ln.all_to_all(), on_pre = "c += 1", on_post = "c += 2", delay = 13.7*ms, method = "heun",
  equations = [[
    drho/dt = (-rho*(1 - rho)*(rho_star - rho) + gamma_p*(1 - rho)*int((c - theta_p) > 0)
               - gamma_d*rho*int((c - theta_d) > 0)
               + sigma*sqrt(tau)*sqrt(int((c - theta_d) > 0) + int((c - theta_p) > 0))*xi)/tau : 1 (clock-driven)
    dc/dt = -c/tau_Ca : 1 (clock-driven)
    tau : second (constant, shared)
  ]],
  parameters = { rho_star = 0.5, gamma_p = 321.808, gamma_d = 200, theta_p = 1.3, theta_d = 1, sigma = 2.8284, tau_Ca = 20*ms },
  tau = 10*second, rho = "int(i == 2)",
})

local spikes, states = net:record(post, "spikes"), net:record(s, { "rho", "c" }, { every = 5*ms })
net:run(250*ms)

case:spikes("post", spikes)
case:trace("s", states, { "rho", "c" })
case:final("s", s, { "rho", "c" })
case:finish()
