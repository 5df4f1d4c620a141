-- Prints every bit of what homeostatic structural plasticity leaves behind; run_structural.sh compares numbers of ranks.
local ln = require "lunate"
local ms, mV, Hz, second = ln.ms, ln.mV, ln.Hz, ln.second
local bits = dofile((arg[0]:match "^.*/" or "") .. "digest.lua").print_bits

local net = ln.network { dt = 0.5*ms, seed = 9 }
local lif = ln.neuron { equations = "dv/dt = (11*mV - v)/(20*ms) + 3*mV*xi*(20*ms)**-0.5 : volt", method = "euler",
  threshold = "v > 15*mV", reset = "v = 0*mV", refractory = 2*ms }
local function cell(elements)
  elements.tau_Ca, elements.beta_Ca = 0.3*second, 0.02
  return ln.structural.neuron(lif, elements)
end
local kind = { target = 6*Hz, nu = 20/second }
local e = net:population(37, cell { axon = kind, dendrite = kind }, { name = "e" })
local i = net:population(11, cell { dendrite = { target = 9*Hz, nu = 15/second } }, { name = "i" })
local options = { connect = ln.bernoulli(0.05), transmit = "v += w", w = ln.uniform(0.2*mV, 0.8*mV), delay = "(4 + 3*rand())*ms" }
local ee, ei = net:project(e, e, options), net:project(e, i, options)
net:project(i, e, { connect = ln.bernoulli(0.3), transmit = "v -= 0.4*mV", delay = 4*ms })
local growing = ln.structural.plasticity(net, { ee, ei }, { every = 50*ms })
net:run(1*second)
assert(growing.deleted > 20 and growing.created > 100, tostring(growing))
print(growing, #ee, #ei)
for _, s in ipairs { ee, ei } do
  local all = s:gather "w"
  for _, name in ipairs { "pre", "post", "delay", "w" } do bits(name, all[name]:raw()) end
end
bits("axon", e.axon:gather():raw())
bits("dendrite", i.dendrite:gather():raw())
bits("v", e.v:gather():raw())

-- So many synapses at once that the ranks narrow down who is chosen before they tell each other.
local big = ln.network { dt = 0.1*ms, seed = 6 }
local p = big:population(600, ln.neuron { equations = "x : 1\nv : 1" }, { x = "rand()" })
local s = big:project(p, p, { connect = ln.bernoulli(0.4), transmit = "v += w", w = "int(rand()*50)/50.0",
  delay = "(0.5 + 3*rand())*ms" })
print(#s, s:prune { smallest = 60000 }, s:prune { largest = 30000, by = "w*x_pre" },
  s:grow(50000, { score = "int(20*x_pre*x_post)" }), s:grow(40000), s:grow(150000))
local all, hash = s:gather("w"), 0
for _, name in ipairs { "pre", "post", "delay", "w" } do
  local x = all[name]:raw()
  for k = 1, #x do hash = (hash*31 + math.floor(x[k]*1e6)) % 1000000007 end
end
print(#s, hash)
