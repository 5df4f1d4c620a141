--- Exponential integrate-and-fire neuron.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 100 pF |
-- | g_L | leak conductance | 10 nS |
-- | E_L | resting potential | -65 mV |
-- | V_T | threshold of the spike's upstroke | -59.9 mV |
-- | Delta_T | its sharpness | 3.48 mV |
-- | V_peak | potential at which a spike is counted | -30 mV |
-- | V_reset | reset potential | -68 mV |
-- | tau_exc, tau_inh | decay of synaptic currents | 5 ms |
-- | t_ref | refractory time | 1.7 ms |
--
-- Variables: v (V), I_exc, I_inh (A), I_ext (A, constant current, one a neuron). It fires for I_ext above
-- g_L (V_T - E_L - Delta_T).
-- Use, dt = 0.05 ms: `net:population(10, ln.models.eif(), { I_ext = 100*pA })` fires at 58 Hz.
-- Reference: Fourcaud-Trocmé, Hansel, van Vreeswijk & Brunel 2003, J Neurosci 23:11628-11640.
-- @module lunate.models.eif
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (g_L*(E_L - v) + g_L*Delta_T*exp((v - V_T)/Delta_T) + I_exc + I_inh + I_ext) / C_m : volt (unless refractory)
    dI_exc/dt = -I_exc / tau_exc : amp
    dI_inh/dt = -I_inh / tau_inh : amp
    I_ext : amp
  ]],
  threshold = "v >= V_peak", reset = "v = V_reset", refractory = "t_ref", method = "euler", initial = { v = "E_L" },
  parameters = { C_m = 100 * ln.pF, g_L = 10 * ln.nS, E_L = -65 * ln.mV, V_T = -59.9 * ln.mV, Delta_T = 3.48 * ln.mV,
    V_peak = -30 * ln.mV, V_reset = -68 * ln.mV, tau_exc = 5 * ln.ms, tau_inh = 5 * ln.ms, t_ref = 1.7 * ln.ms },
}
