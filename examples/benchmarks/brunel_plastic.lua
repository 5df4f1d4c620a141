--- Brunel's network with plastic excitation: 12,500 neurons, 15.6 million synapses, 10 million of which learn.
--
--     mpirun -n 2 lunate examples/benchmarks/brunel_plastic.lua [--time T] [--precision single|double] [--scale s] [--lambda l]
--
-- The plastic benchmark of Auryn (Zenke & Gerstner 2014, Front Neuroinform 8:76): Brunel 2000 (J Comput Neurosci
-- 8:183-208) at g = 5, eta = 2, and pair STDP between excitatory neurons with potentiation by the learning rate, depression
-- in proportion to the weight. As there, the learning rate is so small by default that the rates stay what they are
-- (38 spikes/s): 10^-9; 10^-2 learns. A second takes Brian2 17.7 s, Auryn 31 s and GeNN 44 s on one core of the machine
-- that Lunate was written on.
local ln = require "lunate"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz

local option = ln.arguments { time = 1, precision = { "single", "double" }, scale = 1, lambda = 1e-9 }

local stdp = ln.rule {
  name = "stdp",
  equations = [[
    dx/dt = -x/tau : 1 (pre)
    dy/dt = -y/tau : 1 (post)
  ]],
  on_pre = "w = clip(w - lambda*alpha*w*y, 0, w_max)", pre_spike = "x += 1",
  on_post = "w = clip(w + lambda*w_max*x, 0, w_max)", post_spike = "y += 1",
  parameters = { tau = 20*ms, alpha = 2.02, lambda = option.lambda, w_max = 0.3*mV },
}

local net = ln.network { dt = 0.1*ms, seed = 2000 }
local n = math.floor(12500 * option.scale)
local all = net:population(n, ln.models.lif_delta { precision = option.precision }, { v = ln.uniform(0*mV, 20*mV) })
local exc, inh = all:slice(1, n * 4 // 5), all:slice(n * 4 // 5 + 1, n)
net:project(exc, exc, { connect = ln.fixed_indegree(1000), transmit = "v += w", w = 0.1*mV, delay = 1.5*ms, rule = stdp })
net:project(exc, inh, { connect = ln.fixed_indegree(1000), transmit = "v += w", w = 0.1*mV, delay = 1.5*ms })
net:project(inh, all, { connect = ln.fixed_indegree(250), transmit = "v += w", w = -0.5*mV, delay = 1.5*ms })
net:project(ln.poisson_input { n = 1000, rate = 20*Hz }, all, { transmit = "v += w", w = 0.1*mV })

net:run(200*ms)
local before, wall = net:counters(), ln.wall_time()
net:run(option.time * ln.second)
wall = ln.wall_time() - wall
local after = net:counters()
print(("%.1f spikes/s a neuron on rank 0; %.0f million events a second on rank 0; real-time factor %.3f"):format(
  (after.spikes - before.spikes) / option.time / n * ln.ranks, (after.events - before.events) / wall / 1e6, wall / option.time))
