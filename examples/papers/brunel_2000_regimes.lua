--- Four regimes of one sparse network: regular or irregular, synchronous or not, by inhibition g and input eta.
--
-- Brunel 2000, J Comput Neurosci 8:183-208, Figure 8 A to D: 10,000 excitatory and 2,500 inhibitory neurons, each with
-- 1,000 and 250 inputs. In brackets are the paper's rates, simulated and by its mean-field theory, and the CV that this
-- theory gives for neurons with independent, stationary input (B and D oscillate, A locks, and in C inhibition cancels
-- part of the input's fluctuations, so that the CV lies off it; Brian2's does too).
--
-- Saves brunel_2000_regimes.png: of each regime 50 neurons' spikes and the rate over 200 ms as in the paper's figure, and
-- the intervals between spikes.
--
--   lunate brunel_2000_regimes.lua [--scale 0.2]    fewer neurons with as many inputs each; 1 is the paper's
local ln = require "lunate"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz

local scale = arg[1] == "--scale" and tonumber(arg[2]) or 1
local C_E, C_I, J, tau, theta = 1000, 250, 0.1*mV, 20*ms, 20*mV
local nu_threshold = theta/(J*C_E*tau) -- the rate of external inputs that just reaches threshold

local lif = ln.models.lif_delta { tau_m = tau, V_th = theta, V_reset = 10*mV, t_ref = 2*ms }

local function simulate(g, eta, duration)
  local net = ln.network { dt = 0.1*ms, seed = 2000 }
  local all = net:population(math.floor(12500*scale), lif, { name = "all", v = ln.uniform(0*mV, theta) })
  local n_exc = #all*4//5
  local exc, inh = all:slice(1, n_exc), all:slice(n_exc + 1, #all)
  net:project(exc, all, { connect = ln.fixed_indegree(C_E), transmit = "v += w", w = J, delay = 1.5*ms })
  net:project(inh, all, { connect = ln.fixed_indegree(C_I), transmit = "v += w", w = -g*J, delay = 1.5*ms })
  net:project(ln.poisson_input { n = C_E, rate = eta*nu_threshold }, all, { transmit = "v += w", w = J })
  net:run(200*ms)
  local spikes = net:record(all, "spikes")
  net:run(duration)
  return spikes
end

local rasters, rates, intervals = {}, {}, {}
print "                              rate in Hz (paper: simulated, theory)     CV (theory)"
for k, r in ipairs {
  { "A synchronous regular",    3,     2,  200*ms, "     -     -", "   -" },
  { "B fast oscillation",       6,     4,  400*ms, "  60.7  55.8", "0.74" },
  { "C asynchronous irregular", 5,     2,  600*ms, "  37.7  38.0", "0.68" },
  { "D slow oscillation",     4.5,   0.9, 2000*ms, "   5.5   6.5", "0.78" },
} do
  local name, g, eta, duration, paper_rate, theory_cv = table.unpack(r)
  local spikes = simulate(g, eta, duration)
  print(("%-25s g = %3.1f, eta = %3.1f: %6.1f (%s)  %5.2f (%s)"):format(name, g, eta, spikes:rate()/Hz, paper_rate,
    (spikes:cv_isi()), theory_cv))
  local last = spikes.to - 200*ms
  rasters[k] = ln.plot.raster(spikes, { title = name, from = last, neurons = 50 })
  rates[k] = ln.plot.rate(spikes, { from = last, bin = 1*ms })
  intervals[k] = ln.plot.isi(spikes)
end
ln.plot.panels { rasters, rates, intervals, heights = { 2, 1, 1 }, letters = false }:save "brunel_2000_regimes.png"
