--- Leaky integrate-and-fire neuron with exponentially decaying synaptic currents (`transmit = "I_exc += w"`).
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau_m | membrane time constant | 10 ms |
-- | C_m | membrane capacitance | 250 pF |
-- | E_L | resting potential | -65 mV |
-- | V_th | threshold | -50 mV |
-- | V_reset | reset potential | -65 mV |
-- | t_ref | refractory time | 2 ms |
-- | tau_exc, tau_inh | decay of excitatory and inhibitory current | 0.5 ms |
--
-- Variables: v (V), I_exc, I_inh (A), I_ext (A, constant current, one a neuron).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.lif_exp_current(), { I_ext = 500*pA })` fires at 63 Hz.
-- Reference: Potjans & Diesmann 2014, Cereb Cortex 24:785-806 (its neuron).
-- @module lunate.models.lif_exp_current
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (E_L - v) / tau_m + (I_exc + I_inh + I_ext) / C_m : volt (unless refractory)
    dI_exc/dt = -I_exc / tau_exc : amp
    dI_inh/dt = -I_inh / tau_inh : amp
    I_ext : amp
  ]],
  threshold = "v >= V_th", reset = "v = V_reset", refractory = "t_ref", initial = { v = "E_L" },
  parameters = { tau_m = 10 * ln.ms, C_m = 250 * ln.pF, E_L = -65 * ln.mV, V_th = -50 * ln.mV, V_reset = -65 * ln.mV,
    t_ref = 2 * ln.ms, tau_exc = 0.5 * ln.ms, tau_inh = 0.5 * ln.ms },
}
