--- Diehl and Cook's neuron: integrate-and-fire with synaptic conductances and an adaptive threshold, which each spike raises
-- and which hardly falls, so that no neuron of a group wins every pattern.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau_m | membrane time constant | 100 ms |
-- | E_L | resting potential | -65 mV |
-- | V_reset | reset potential | -65 mV |
-- | V_th | threshold without adaptation | -72 mV |
-- | t_ref | refractory time | 5 ms |
-- | E_exc, E_inh | reversal potentials | 0, -100 mV |
-- | tau_exc, tau_inh | decay of the conductances | 1, 2 ms |
-- | theta_plus | what a spike adds to the threshold | 0.05 mV |
-- | tau_theta | decay of the adaptation | 1e7 ms |
--
-- Variables: v (V), g_exc, g_inh (1, in leak conductances), theta (V, begins at 20 mV), I_ext (V, current times resistance).
-- Inhibitory neurons of the paper: tau_m = 10, t_ref = 2 ms; E_L = -60, V_reset = -45, V_th = -60, E_inh = -85 mV;
-- theta_plus = 0 mV. Their synapses learn by `ln.rules.diehl_cook`.
-- Use, dt = 0.5 ms: `net:population(10, ln.models.diehl_cook(), { I_ext = 20*mV })` fires at 9 Hz.
-- Reference: Diehl & Cook 2015, Front Comput Neurosci 9:99 (values of the authors' program).
-- @module lunate.models.diehl_cook
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (E_L - v + I_ext + g_exc*(E_exc - v) + g_inh*(E_inh - v))/tau_m : volt (unless refractory)
    dg_exc/dt = -g_exc/tau_exc : 1
    dg_inh/dt = -g_inh/tau_inh : 1
    dtheta/dt = -theta/tau_theta : volt
    I_ext : volt
  ]],
  threshold = "v > V_th + theta", reset = "v = V_reset; theta += theta_plus", refractory = "t_ref",
  initial = { v = "E_L", theta = "20*mV" }, method = "exponential_euler",
  parameters = { tau_m = 100 * ln.ms, E_L = -65 * ln.mV, V_reset = -65 * ln.mV, V_th = -72 * ln.mV, t_ref = 5 * ln.ms,
    E_exc = 0 * ln.mV, E_inh = -100 * ln.mV, tau_exc = 1 * ln.ms, tau_inh = 2 * ln.ms, theta_plus = 0.05 * ln.mV,
    tau_theta = 10000 * ln.second },
}
