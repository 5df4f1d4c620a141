--- Brunel's network, asynchronous irregular: 12,500 neurons, 15.6 million synapses of constant weight, Poisson input.
--
--     mpirun -n 2 lunate examples/benchmarks/brunel.lua [--time T] [--precision single|double] [--scale s]
--
-- Brunel 2000 (J Comput Neurosci 8:183-208), g = 5, eta = 2: 38 spikes/s. On the two cores of the machine that Lunate
-- was written on, a second takes Auryn 3.1 s, Brian2 4.6 s and NEST 7.0 s.
local ln = require "lunate"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz

local option = ln.arguments { time = 1, precision = { "single", "double" }, scale = 1 }

local net = ln.network { dt = 0.1*ms, seed = 2000 }
local n = math.floor(12500 * option.scale)
local all = net:population(n, ln.models.lif_delta { precision = option.precision }, { v = ln.uniform(0*mV, 20*mV) })
local exc, inh = all:slice(1, n * 4 // 5), all:slice(n * 4 // 5 + 1, n)
net:project(exc, all, { connect = ln.fixed_indegree(1000), transmit = "v += w", w = 0.1*mV, delay = 1.5*ms })
net:project(inh, all, { connect = ln.fixed_indegree(250), transmit = "v += w", w = -0.5*mV, delay = 1.5*ms })
net:project(ln.poisson_input { n = 1000, rate = 20*Hz }, all, { transmit = "v += w", w = 0.1*mV })

net:run(200*ms)
local before, wall = net:counters(), ln.wall_time()
net:run(option.time * ln.second)
wall = ln.wall_time() - wall
local after = net:counters()
print(("%.0f million events a second on rank 0; real-time factor %.3f"):format((after.events - before.events) / wall / 1e6,
  wall / option.time))
