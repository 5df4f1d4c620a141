--- Conformance in distribution: white noise, added, multiplied, several, shared (see stochastic_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "stochastic_noise"
local ms, N = ln.ms, 6000

local net = ln.network { dt = 0.1*ms, seed = 101 }
local function population(name, equations, method, more)
  local def = { equations = equations, method = method }
  for key, value in pairs(more or {}) do def[key] = value end
  return net:population(N, ln.neuron(def), { name = name })
end

local a = population("a", [[dx/dt = -x/(10*ms) + xi*sqrt(2/(10*ms)) : 1
                            dy/dt = (x - y)/(5*ms) : 1]], "euler")
local b = population("b", "dx/dt = -0.5*x/(10*ms) + 0.4*x*xi/sqrt(10*ms) : 1", "heun")
local c = population("c", "dx/dt = -0.5*x/(10*ms) + 0.4*x*xi/sqrt(10*ms) : 1", "milstein")
local d = population("d", [[dx/dt = -x/(8*ms) + (xi_1 + 0.5*xi_2)/sqrt(8*ms) : 1
                            dy/dt = -y/(8*ms) + (0.5*xi_2 - xi_1)/sqrt(8*ms) : 1
                            dz/dt = -z/(8*ms) + xi_3/sqrt(8*ms) : 1]], "euler")
local e = population("e", "dv/dt = (1.05 - v)/(10*ms) + 0.25*xi*sqrt(2/(10*ms)) : 1 (unless refractory)", "euler",
  { threshold = "v > 1", reset = "v = 0", refractory = 2*ms })
local f = population("f", [[dx/dt = (0.5 - x)/(10*ms) + sqrt(x**2 + 0.1)*xi_a/sqrt(20*ms) + 0.3*x*xi_b/sqrt(20*ms) : 1
                            dy/dt = (x - y)/(5*ms) : 1]], "heun")
b.x, c.x = 1, 1
local spikes = net:record(e, "spikes")
net:run(60*ms)

local x, y, z = d.x:gather(), d.y:gather(), d.z:gather()
for name, values in pairs {
  added = a.x:gather(), integrated = a.y:gather(), heun = b.x:gather(), milstein = c.x:gather(), two = x, shared = x + y,
  opposed = x - y, apart = z * x, several_heun = f.x:gather(), several_heun_y = f.y:gather(), spikes = compare.counts(spikes),
  intervals = compare.intervals(spikes), v = e.v:gather(),
} do case:distribution(name, values) end
case:finish()
