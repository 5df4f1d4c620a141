--- Neurons that want to be active grow the synapses for it, and again when a part of them loses its input.
--
-- Butz & van Ooyen 2013, PLoS Comput Biol 9:e1003259: axonal and dendritic elements grow until a neuron's calcium is at its
-- set point, 0.7; dendritic ones from a calcium of 0.1 on, axonal ones from 0.4. A quarter of the neurons then loses
-- most of its input, falls silent, and is brought back to the set point by synapses from the others, which grow new axonal
-- elements as they lose theirs. Elements grow in seconds here, not hours, and there are no distances.
--
--   lunate butz_van_ooyen_2013_rewiring.lua [--seconds 450]    of growth before and after
local ln = require "lunate"
local ms, mV, second = ln.ms, ln.mV, ln.second
local option = ln.arguments { seconds = 450 }

local net = ln.network { dt = 1*ms, seed = 2013 }
local lif = ln.neuron {
  equations = [[ dv/dt = (drive - v)/(20*ms) + 3*mV*xi*(20*ms)**-0.5 : volt
                 drive : volt (constant) ]],
  threshold = "v > 15*mV", reset = "v = 0*mV", refractory = 2*ms, method = "euler",
}
local cell = ln.structural.neuron(lif, {
  axon = { epsilon = 0.7, eta = 0.4, nu = 1/second, initial = "5*rand()" },
  dendrite = { epsilon = 0.7, eta = 0.1, nu = 1/second, initial = "5*rand()" },
  tau_Ca = 2*second, beta_Ca = 0.05,
})
local all = net:population(160, cell, { name = "all", drive = 11*mV })
local deprived, others = all:slice(1, 40), all:slice(41, 160)
local s = net:project(all, all, { connect = ln.bernoulli(0), transmit = "v += w", w = 0.4*mV, delay = 5*ms })
local growing = ln.structural.plasticity(net, s, { every = 500*ms })

-- Runs, and prints the mean calcium of both groups over the last part of it.
local function grow(seconds, what)
  local last = math.min(seconds/2, 60)
  net:run((seconds - last)*second)
  local a, b, n = 0, 0, 20
  for _ = 1, n do
    net:run(last/n*second)
    a, b = a + others.Ca:mean()/n, b + deprived.Ca:mean()/n
  end
  local degree, into = s:indegree(), 0
  for k = 1, #deprived do into = into + degree[k]/#deprived end
  print(("%-22s calcium of the others %.2f, of the deprived %.2f; synapses onto a neuron %.1f, onto a deprived one %.1f"):format(
    what, a, b, #s/#all, into))
end

print "                       (set point 0.70)"
grow(4, "at first")
grow(option.seconds, "grown")
deprived.drive = 9.5*mV
grow(10, "input lost")
grow(option.seconds, "grown anew")
print(growing)
