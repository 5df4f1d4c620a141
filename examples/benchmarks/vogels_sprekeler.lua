--- Inhibition that learns to balance excitation: 10,000 neurons with conductances, 2 % connected, 0.32 million synapses learn.
--
--     mpirun -n 2 lunate examples/benchmarks/vogels_sprekeler.lua [--time T] [--precision single|double] [--scale s]
--
-- Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011 (Science 334:1569-1573), with the values, the delay of 0.8 ms and
-- the forward Euler steps of Auryn's version of it (sim_isp_orig): a second takes Auryn 0.40 s on one core of the machine
-- that Lunate was written on, 0.22 s on two. The rates go to the 3 spikes/s that the rule asks for.
local ln = require "lunate"
local ms, mV, nS, pA, pF, Hz = ln.ms, ln.mV, ln.nS, ln.pA, ln.pF, ln.Hz

local option = ln.arguments { time = 5, precision = { "single", "double" }, scale = 1 }

local lif = ln.neuron {
  name = "vogels", precision = option.precision,
  equations = [[
    dv/dt = (g_L*(E_L - v) + g_exc*(E_exc - v) + g_inh*(E_inh - v) + I_ext) / C_m : volt (unless refractory)
    dg_exc/dt = -g_exc/tau_exc : siemens
    dg_inh/dt = -g_inh/tau_inh : siemens
  ]],
  threshold = "v > V_th", reset = "v = E_L", refractory = 5*ms, method = "euler",
  parameters = { C_m = 200*pF, g_L = 10*nS, E_L = -60*mV, E_exc = 0*mV, E_inh = -80*mV, tau_exc = 5*ms, tau_inh = 10*ms,
    V_th = -50*mV, I_ext = 200*pA },
}
local inhibitory = ln.rules.vogels { rate = 3*Hz, eta = 1 / 30000, w_max = 300*nS } -- 0.01 nS a pair

local net = ln.network { dt = 0.1*ms, seed = 2011 }
local n = math.floor(10000 * option.scale)
local all = net:population(n, lif, { v = ln.normal(-60*mV, 5*mV) })
local exc, inh = all:slice(1, n * 4 // 5), all:slice(n * 4 // 5 + 1, n)
local sparse, d = ln.bernoulli(0.02 / option.scale), 0.8*ms
net:project(exc, all, { connect = sparse, transmit = "g_exc += w", w = 3*nS, delay = d })
net:project(inh, inh, { connect = sparse, transmit = "g_inh += w", w = 30*nS, delay = d })
local learning = net:project(inh, exc, { connect = sparse, transmit = "g_inh += w", w = 30*nS, delay = d, rule = inhibitory })

net:run(500*ms)
local before, wall = net:counters(), ln.wall_time()
net:run(option.time * ln.second)
wall = ln.wall_time() - wall
local after = net:counters()
print(("%.1f spikes/s a neuron on rank 0; mean weight of what learns %s; real-time factor %.4f"):format(
  (after.spikes - before.spikes) / option.time / n * ln.ranks, learning.w:mean(), wall / option.time))
