--- Quadratic integrate-and-fire neuron: the normal form of a neuron that begins to fire at arbitrarily low rate.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 100 pF |
-- | g_L | leak conductance at rest | 10 nS |
-- | E_L | resting potential | -65 mV |
-- | V_T | unstable fixed point: beyond it the potential runs off | -50 mV |
-- | V_peak | potential at which a spike is counted | 20 mV |
-- | V_reset | reset potential | -80 mV |
-- | tau_exc, tau_inh | decay of synaptic currents | 5 ms |
-- | t_ref | refractory time | 0 ms |
--
-- Variables: v (V), I_exc, I_inh (A), I_ext (A, constant current, one a neuron). It fires for I_ext above
-- g_L (V_T - E_L) / 4, at a rate that grows as the square root of what is above.
-- Use, dt = 0.05 ms: `net:population(10, ln.models.qif(), { I_ext = 200*pA })` fires at 44 Hz.
-- Reference: Latham, Richmond, Nelson & Nirenberg 2000, J Neurophysiol 83:808-827.
-- @module lunate.models.qif
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (g_L*(v - E_L)*(v - V_T)/(V_T - E_L) + I_exc + I_inh + I_ext) / C_m : volt (unless refractory)
    dI_exc/dt = -I_exc / tau_exc : amp
    dI_inh/dt = -I_inh / tau_inh : amp
    I_ext : amp
  ]],
  threshold = "v >= V_peak", reset = "v = V_reset", refractory = "t_ref", method = "rk4", initial = { v = "E_L" },
  parameters = { C_m = 100 * ln.pF, g_L = 10 * ln.nS, E_L = -65 * ln.mV, V_T = -50 * ln.mV, V_peak = 20 * ln.mV,
    V_reset = -80 * ln.mV, tau_exc = 5 * ln.ms, tau_inh = 5 * ln.ms, t_ref = 0 * ln.ms },
}
