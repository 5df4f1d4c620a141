--- Adaptive exponential integrate-and-fire neuron (AdEx).
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 281 pF |
-- | g_L | leak conductance | 30 nS |
-- | E_L | resting potential | -70.6 mV |
-- | V_T | threshold of the spike's upstroke | -50.4 mV |
-- | Delta_T | its sharpness | 2 mV |
-- | tau_w | time constant of adaptation | 144 ms |
-- | a | subthreshold adaptation | 4 nS |
-- | b | adaptation a spike | 80.5 pA |
-- | V_reset | reset potential | -70.6 mV |
-- | V_peak | potential at which a spike is counted | 20 mV |
-- | tau_exc, tau_inh | decay of synaptic currents | 5 ms |
-- | t_ref | refractory time | 0 ms |
--
-- Variables: v (V), w (A, adaptation), I_exc, I_inh (A), I_ext (A, constant current, one a neuron).
-- Reference: Brette & Gerstner 2005, J Neurophysiol 94:3637-3642.
-- @module lunate.models.adex
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (g_L*(E_L - v) + g_L*Delta_T*exp((v - V_T)/Delta_T) - w + I_exc + I_inh + I_ext) / C_m : volt (unless refractory)
    dw/dt = (a*(v - E_L) - w) / tau_w : amp
    dI_exc/dt = -I_exc / tau_exc : amp
    dI_inh/dt = -I_inh / tau_inh : amp
    I_ext : amp
  ]],
  threshold = "v > V_peak", reset = "v = V_reset; w += b", refractory = "t_ref", method = "euler",
  parameters = { C_m = 281 * ln.pF, g_L = 30 * ln.nS, E_L = -70.6 * ln.mV, V_T = -50.4 * ln.mV, Delta_T = 2 * ln.mV,
    tau_w = 144 * ln.ms, a = 4 * ln.nS, b = 80.5 * ln.pA, V_reset = -70.6 * ln.mV, V_peak = 20 * ln.mV,
    tau_exc = 5 * ln.ms, tau_inh = 5 * ln.ms, t_ref = 0 * ln.ms },
}
