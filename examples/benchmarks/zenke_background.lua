--- A plastic network that rests: 4,096 excitatory neurons with triplet STDP among them, 1,024 inhibitory ones, Poisson input.
--
--     mpirun -n 2 lunate examples/benchmarks/zenke_background.lua [--time T] [--precision single|double] [--scale s]
--
-- After Zenke, Agnes & Gerstner 2015 (Nat Commun 6:6922): adaptive neurons with conductances (AMPA and NMDA in equal parts,
-- GABA), 10 % connected, each excitatory neuron with 205 Poisson inputs of 2 Hz; 1.7 million synapses with the minimal
-- triplet rule (Pfister & Gerstner 2006), whose depression balances it at 3 spikes/s (Zenke, Hennequin & Gerstner 2013, PLoS
-- Comput Biol 9:e1003330).
local ln = require "lunate"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz

local option = ln.arguments { time = 2, precision = { "single", "double" }, scale = 1 }

local function neuron(name, tau_m, adaptation) -- conductances in units of the leak
  return ln.neuron {
    name = name, precision = option.precision,
    equations = [[
      dv/dt = (E_L - v + (0.5*g_ampa + 0.5*g_nmda)*(E_exc - v) + (g_gaba + a)*(E_inh - v)) / tau_m : volt (unless refractory)
      dg_ampa/dt = -g_ampa/tau_ampa : 1
      dg_nmda/dt = (g_ampa - g_nmda)/tau_nmda : 1
      dg_gaba/dt = -g_gaba/tau_gaba : 1
      da/dt = -a/tau_a : 1
    ]],
    threshold = "v > V_th", reset = "v = E_L; a += d_a", refractory = 3*ms, method = "euler",
    parameters = { tau_m = tau_m, E_L = -70*mV, E_exc = 0*mV, E_inh = -80*mV, V_th = -50*mV, tau_ampa = 5*ms,
      tau_nmda = 100*ms, tau_gaba = 10*ms, tau_a = 100*ms, d_a = adaptation },
  }
end

local triplet = ln.rule {
  name = "triplet",
  equations = [[
    dx/dt = -x/tau_p : 1 (pre)
    dy/dt = -y/tau_m : 1 (post)
    dz/dt = -z/tau_s : 1 (post)
  ]],
  on_pre = "w = clip(w - eta*rate*tau_p*tau_s/tau_m*y, 0, w_max)", pre_spike = "x += 1",
  on_post = "w = clip(w + eta*x*z, 0, w_max)", post_spike = "y += 1; z += 1",
  parameters = { tau_p = 20*ms, tau_m = 20*ms, tau_s = 100*ms, eta = 1e-4, rate = 3*Hz, w_max = 1 },
}

local net = ln.network { dt = 0.1*ms, seed = 2015 }
local n = math.floor(1024 * option.scale)
local exc = net:population(4 * n, neuron("exc", 20*ms, 0.1), { v = ln.normal(-60*mV, 5*mV) })
local inh = net:population(n, neuron("inh", 10*ms, 0), { v = ln.normal(-60*mV, 5*mV) })
local sparse, d = ln.bernoulli(0.1 / option.scale), 0.8*ms
net:project(ln.poisson_input { n = 205, rate = 2*Hz }, exc, { transmit = "g_ampa += w", w = 0.16 })
local learning = net:project(exc, exc, { connect = sparse, transmit = "g_ampa += w", w = 0.1, delay = d, rule = triplet })
net:project(exc, inh, { connect = sparse, transmit = "g_ampa += w", w = 0.2, delay = d })
net:project(inh, exc, { connect = sparse, transmit = "g_gaba += w", w = 0.2, delay = d })
net:project(inh, inh, { connect = sparse, transmit = "g_gaba += w", w = 0.2, delay = d })

net:run(500*ms)
local before, wall = net:counters(), ln.wall_time()
net:run(option.time * ln.second)
wall = ln.wall_time() - wall
local after = net:counters()
print(("%.1f spikes/s a neuron on rank 0; mean weight of what learns %.4f; real-time factor %.4f"):format(
  (after.spikes - before.spikes) / option.time / (5 * n) * ln.ranks, learning.w:mean(), wall / option.time))
