--- CUBA, the benchmark: 4,000 integrate-and-fire neurons with current-based synapses, without recording.
--
--     lunate examples/benchmarks/cuba.lua [--time T] [--precision single|double] [--scale s]
--
-- Benchmark 2 of Brette et al. 2007 (J Comput Neurosci 23:349-398); the tutorial of the same name shows its activity.
-- On one core of the machine that Lunate was written on, a second takes Auryn 0.067 s and Brian2 0.075 s.
local ln = require "lunate"
local ms, mV = ln.ms, ln.mV

local option = ln.arguments { time = 5, precision = { "single", "double" }, scale = 1 }

local net = ln.network { dt = 0.1*ms, seed = 42 }
local lif = ln.neuron {
  precision = option.precision,
  equations = [[
    dv/dt  = (ge + gi - (v - E_L)) / tau_m : volt (unless refractory)
    dge/dt = -ge / tau_e : volt
    dgi/dt = -gi / tau_i : volt
  ]],
  threshold = "v > v_th", reset = "v = v_r", refractory = 5*ms,
  parameters = { tau_m = 20*ms, tau_e = 5*ms, tau_i = 10*ms, E_L = -49*mV, v_th = -50*mV, v_r = -60*mV },
}
local n = math.floor(4000 * option.scale)
local all = net:population(n, lif, { v = "v_r + rand()*(v_th - v_r)" })
local exc, inh, p = all:slice(1, n * 4 // 5), all:slice(n * 4 // 5 + 1, n), 80 / n
net:project(exc, all, { connect = ln.bernoulli(p), transmit = "ge += w", w = 1.62*mV, delay = 0.1*ms })
net:project(inh, all, { connect = ln.bernoulli(p), transmit = "gi += w", w = -9*mV, delay = 0.1*ms })

net:run(100*ms)
local wall, spikes = ln.wall_time(), net:counters().spikes
net:run(option.time * ln.second)
wall = ln.wall_time() - wall
print(("%d spikes on rank 0; real-time factor %.4f"):format(net:counters().spikes - spikes, wall / option.time))
