--- COBAHH: 4,000 Hodgkin-Huxley neurons with conductance-based synapses.
--
--     lunate examples/benchmarks/cobahh.lua [--time T] [--precision single|double] [--scale s]
--
-- Benchmark 3 of Brette et al. 2007 (J Comput Neurosci 23:349-398), integrated by exponential Euler as in Brian2's
-- version. On one core of the machine that Lunate was written on, a second takes Brian2 3.7 s and NEURON 9.2 s.
local ln = require "lunate"
local ms, nS = ln.ms, ln.nS

local option = ln.arguments { time = 1, precision = { "single", "double" }, scale = 1 }

local net = ln.network { dt = 0.1*ms, seed = 3 }
local n = math.floor(4000 * option.scale)
local cell = ln.models.hodgkin_huxley { precision = option.precision }
local all = net:population(n, cell, { v = "E_L + (randn()*5 - 5)*mV",
  g_exc = "(randn()*1.5 + 4)*10*nS", g_inh = "(randn()*12 + 20)*10*nS" })
local exc, inh, p = all:slice(1, n * 4 // 5), all:slice(n * 4 // 5 + 1, n), 80 / n
net:project(exc, all, { connect = ln.bernoulli(p), transmit = "g_exc += w", w = 6*nS, delay = 0.1*ms })
net:project(inh, all, { connect = ln.bernoulli(p), transmit = "g_inh += w", w = 67*nS, delay = 0.1*ms })

net:run(100*ms)
local wall, spikes = ln.wall_time(), net:counters().spikes
net:run(option.time * ln.second)
wall = ln.wall_time() - wall
print(("%d spikes on rank 0; real-time factor %.4f"):format(net:counters().spikes - spikes, wall / option.time))
