--- Integrate-and-fire neuron without reset, whose threshold jumps at each spike and decays with two time constants
-- (multi-timescale adaptive threshold, MAT).
--
-- | parameter | meaning | typical (regular spiking) |
-- |---|---|---|
-- | tau_m | membrane time constant | 5 ms |
-- | R_m | membrane resistance | 50 Mohm |
-- | E_L | resting potential | -70 mV |
-- | omega | threshold at rest, above E_L | 19 mV |
-- | tau_1, tau_2 | decay of the threshold | 10, 200 ms |
-- | alpha_1, alpha_2 | its jumps | 37, 2 mV |
-- | tau_exc, tau_inh | decay of synaptic currents | 1, 3 ms |
-- | t_ref | time after a spike without another | 2 ms |
--
-- Variables: v (V), theta_1, theta_2 (V), theta (V, the threshold), I_exc, I_inh (A), I_ext (A, one a neuron).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.mat2(), { I_ext = 0.6*nA })` fires at 27 Hz.
-- Patterns: `ln.models.mat2 { pattern = "fast spiking" }`: regular spiking, intrinsic bursting, fast spiking, chattering;
-- `stimulus = true` adds the paper's current of 0.6 nA.
-- Reference: Kobayashi, Tsubo & Shinomoto 2009, Front Comput Neurosci 3:9.
-- @module lunate.models.mat2
local ln = require "lunate"

local function pattern(name, alpha_1, alpha_2, omega)
  return { name = name, stimulus = "0.6*nA",
    parameters = { alpha_1 = alpha_1 * ln.mV, alpha_2 = alpha_2 * ln.mV, omega = omega * ln.mV } }
end

return {
  equations = [[
    dv/dt = (E_L - v + R_m*(I_exc + I_inh + I_ext)) / tau_m : volt
    dtheta_1/dt = -theta_1 / tau_1 : volt
    dtheta_2/dt = -theta_2 / tau_2 : volt
    theta = E_L + omega + theta_1 + theta_2 : volt
    dI_exc/dt = -I_exc / tau_exc : amp
    dI_inh/dt = -I_inh / tau_inh : amp
    I_ext : amp
  ]],
  threshold = "v >= theta", reset = "theta_1 += alpha_1; theta_2 += alpha_2", refractory = "t_ref", method = "exact",
  initial = { v = "E_L" },
  parameters = { tau_m = 5 * ln.ms, R_m = 50 * ln.Mohm, E_L = -70 * ln.mV, omega = 19 * ln.mV, tau_1 = 10 * ln.ms,
    tau_2 = 200 * ln.ms, alpha_1 = 37 * ln.mV, alpha_2 = 2 * ln.mV, tau_exc = 1 * ln.ms, tau_inh = 3 * ln.ms,
    t_ref = 2 * ln.ms },
  patterns = {
    pattern("regular spiking",    37,   2,    19),
    pattern("intrinsic bursting",  1.7, 2,    26),
    pattern("fast spiking",       10,   0.002, 11),
    pattern("chattering",         -0.5, 0.4,  26),
  },
}
