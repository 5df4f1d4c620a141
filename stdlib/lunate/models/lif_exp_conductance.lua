--- Leaky integrate-and-fire neuron with exponentially decaying synaptic conductances (`transmit = "g_exc += w"`).
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 200 pF |
-- | g_L | leak conductance | 10 nS |
-- | E_L | resting potential | -60 mV |
-- | E_exc, E_inh | reversal potentials | 0 mV, -80 mV |
-- | tau_exc, tau_inh | decay of the conductances | 5 ms, 10 ms |
-- | V_th | threshold | -50 mV |
-- | V_reset | reset potential | -60 mV |
-- | t_ref | refractory time | 5 ms |
--
-- Variables: v (V), g_exc, g_inh (S), I_ext (A, constant current, one a neuron).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.lif_exp_conductance(), { I_ext = 150*pA })` fires at 37 Hz.
-- Reference: Brette et al. 2007, J Comput Neurosci 23:349-398 (benchmark 1, COBA).
-- @module lunate.models.lif_exp_conductance
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (g_L*(E_L - v) + g_exc*(E_exc - v) + g_inh*(E_inh - v) + I_ext) / C_m : volt (unless refractory)
    dg_exc/dt = -g_exc / tau_exc : siemens
    dg_inh/dt = -g_inh / tau_inh : siemens
    I_ext : amp
  ]],
  threshold = "v > V_th", reset = "v = V_reset", refractory = "t_ref", initial = { v = "E_L" }, method = "exponential_euler",
  parameters = { C_m = 200 * ln.pF, g_L = 10 * ln.nS, E_L = -60 * ln.mV, E_exc = 0 * ln.mV, E_inh = -80 * ln.mV,
    tau_exc = 5 * ln.ms, tau_inh = 10 * ln.ms, V_th = -50 * ln.mV, V_reset = -60 * ln.mV, t_ref = 5 * ln.ms },
}
