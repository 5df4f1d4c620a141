--- Generalized integrate-and-fire neuron (GIF): spikes drawn by an escape rate, with spike-triggered currents and a
-- spike-triggered movement of the threshold, each of two time constants.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 83.1 pF |
-- | g_L | leak conductance | 3.7 nS |
-- | E_L | resting potential | -67 mV |
-- | V_reset | reset potential | -36.7 mV |
-- | V_T | threshold at rest | -39.6 mV |
-- | Delta_V | sharpness of the escape rate | 1.4 mV |
-- | lambda_0 | escape rate at threshold | 0.001 /ms |
-- | t_ref | refractory time | 4 ms |
-- | q_stc_1, q_stc_2 | jumps of the currents | 56.7, -6.9 pA |
-- | tau_stc_1, tau_stc_2 | their decay | 57.8, 218.2 ms |
-- | q_sfa_1, q_sfa_2 | jumps of the threshold | 11.7, 1.8 mV |
-- | tau_sfa_1, tau_sfa_2 | their decay | 53.8, 640 ms |
-- | tau_exc, tau_inh | decay of synaptic currents | 2 ms |
--
-- Variables: v (V), stc_1, stc_2 (A, subtracted from the input), sfa_1, sfa_2 (V), hazard (Hz, escape rate), I_exc,
-- I_inh (A), I_ext (A, one a neuron).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.gif(), { I_ext = 220*pA })` fires at about 17 Hz.
-- References: Mensi et al. 2012, J Neurophysiol 107:1756-1775; Pozzorini et al. 2015, PLoS Comput Biol 11:e1004275.
-- @module lunate.models.gif
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (g_L*(E_L - v) - stc_1 - stc_2 + I_exc + I_inh + I_ext) / C_m : volt (unless refractory)
    dstc_1/dt = -stc_1 / tau_stc_1 : amp
    dstc_2/dt = -stc_2 / tau_stc_2 : amp
    dsfa_1/dt = -sfa_1 / tau_sfa_1 : volt
    dsfa_2/dt = -sfa_2 / tau_sfa_2 : volt
    dI_exc/dt = -I_exc / tau_exc : amp
    dI_inh/dt = -I_inh / tau_inh : amp
    hazard = lambda_0*exp((v - V_T - sfa_1 - sfa_2)/Delta_V) : Hz
    I_ext : amp
  ]],
  threshold = "rand() < 1 - exp(-hazard*dt)",
  reset = "v = V_reset; stc_1 += q_stc_1; stc_2 += q_stc_2; sfa_1 += q_sfa_1; sfa_2 += q_sfa_2",
  refractory = "t_ref", method = "exact", initial = { v = "E_L" },
  parameters = { C_m = 83.1 * ln.pF, g_L = 3.7 * ln.nS, E_L = -67 * ln.mV, V_reset = -36.7 * ln.mV, V_T = -39.6 * ln.mV,
    Delta_V = 1.4 * ln.mV, lambda_0 = 0.001 / ln.ms, t_ref = 4 * ln.ms, q_stc_1 = 56.7 * ln.pA, q_stc_2 = -6.9 * ln.pA,
    tau_stc_1 = 57.8 * ln.ms, tau_stc_2 = 218.2 * ln.ms, q_sfa_1 = 11.7 * ln.mV, q_sfa_2 = 1.8 * ln.mV,
    tau_sfa_1 = 53.8 * ln.ms, tau_sfa_2 = 640 * ln.ms, tau_exc = 2 * ln.ms, tau_inh = 2 * ln.ms },
}
