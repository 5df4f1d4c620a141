--- A large sparse network: 10^6 neurons with 100 synapses each, balanced, driven by Poisson input.
--
--     mpirun -n 2 lunate examples/benchmarks/sparse.lua [--time T] [--precision single|double] [--scale s]
--
-- Rows are short (50 synapses a rank on two) and the states beyond the cache: the other end from the microcircuit.
local ln = require "lunate"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz

local option = ln.arguments { time = 0.5, precision = { "single", "double" }, scale = 1 }

local net = ln.network { dt = 0.1*ms, seed = 7 }
local n = math.floor(1000000 * option.scale)
local all = net:population(n, ln.models.lif_delta { precision = option.precision }, { v = ln.uniform(0*mV, 20*mV) })
local exc, inh = all:slice(1, n * 4 // 5), all:slice(n * 4 // 5 + 1, n)
net:project(exc, all, { connect = ln.fixed_indegree(80), transmit = "v += w", w = 0.4*mV, delay = ln.uniform(0.5*ms, 2.5*ms) })
net:project(inh, all, { connect = ln.fixed_indegree(20), transmit = "v += w", w = -2*mV, delay = ln.uniform(0.5*ms, 2.5*ms) })
net:project(ln.poisson_input { n = 80, rate = 32*Hz }, all, { transmit = "v += w", w = 0.4*mV })

net:run(100*ms)
local before, wall = net:counters(), ln.wall_time()
net:run(option.time * ln.second)
wall = ln.wall_time() - wall
local after = net:counters()
print(("%.1f spikes/s; real-time factor %.2f"):format((after.spikes - before.spikes) * ln.ranks / (n * option.time),
  wall / option.time))
