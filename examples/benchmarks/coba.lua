--- COBA, the benchmark: 4,000 integrate-and-fire neurons with conductance-based synapses, kicked for 50 ms.
--
--     lunate examples/benchmarks/coba.lua [--time T] [--precision single|double] [--scale s]
--
-- Benchmark 1 of Brette et al. 2007 (J Comput Neurosci 23:349-398); the tutorial of the same name shows its activity.
-- On one core of the machine that Lunate was written on, a second takes Brian2 0.10 s and Auryn 0.12 s.
local ln = require "lunate"
local ms, mV, nS, Hz = ln.ms, ln.mV, ln.nS, ln.Hz

local option = ln.arguments { time = 5, precision = { "single", "double" }, scale = 1 }

local net = ln.network { dt = 0.1*ms, seed = 1 }
local n = math.floor(4000 * option.scale)
local lif = ln.models.lif_exp_conductance { precision = option.precision }
local all = net:population(n, lif, { v = ln.uniform(-70*mV, -50*mV) })
local exc, inh, p = all:slice(1, n * 4 // 5), all:slice(n * 4 // 5 + 1, n), 80 / n
net:project(exc, all, { connect = ln.bernoulli(p), transmit = "g_exc += w", w = 6*nS, delay = 0.1*ms })
net:project(inh, all, { connect = ln.bernoulli(p), transmit = "g_inh += w", w = 67*nS, delay = 0.1*ms })
local kick = net:project(ln.poisson_input { rate = 500*Hz }, all, { transmit = "g_exc += w", w = 6*nS })
net:run(50*ms)
kick.rate = 0*Hz
net:run(50*ms)

local wall, spikes = ln.wall_time(), net:counters().spikes
net:run(option.time * ln.second)
wall = ln.wall_time() - wall
print(("%d spikes on rank 0; real-time factor %.4f"):format(net:counters().spikes - spikes, wall / option.time))
