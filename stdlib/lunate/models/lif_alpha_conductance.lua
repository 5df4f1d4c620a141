--- Leaky integrate-and-fire neuron with alpha-shaped synaptic conductances: after a spike with
-- `transmit = "x_exc += w"` the conductance is w (t/tau_exc) exp(1 - t/tau_exc), with its peak w at t = tau_exc.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 250 pF |
-- | g_L | leak conductance | 16.6667 nS |
-- | E_L | resting potential | -70 mV |
-- | E_exc, E_inh | reversal potentials | 0 mV, -85 mV |
-- | tau_exc, tau_inh | time to the conductances' peak | 0.2 ms, 2 ms |
-- | V_th | threshold | -55 mV |
-- | V_reset | reset potential | -60 mV |
-- | t_ref | refractory time | 2 ms |
--
-- Variables: v (V), g_exc, x_exc, g_inh, x_inh (S), I_ext (A, constant current, one a neuron).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.lif_alpha_conductance(), { I_ext = 400*pA })` fires at 116 Hz.
-- Reference: Meffin, Burkitt & Grayden 2004, J Comput Neurosci 16:159-175.
-- @module lunate.models.lif_alpha_conductance
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (g_L*(E_L - v) + g_exc*(E_exc - v) + g_inh*(E_inh - v) + I_ext) / C_m : volt (unless refractory)
    dg_exc/dt = (e*x_exc - g_exc) / tau_exc : siemens
    dx_exc/dt = -x_exc / tau_exc : siemens
    dg_inh/dt = (e*x_inh - g_inh) / tau_inh : siemens
    dx_inh/dt = -x_inh / tau_inh : siemens
    I_ext : amp
  ]],
  threshold = "v >= V_th", reset = "v = V_reset", refractory = "t_ref", method = "rk4", initial = { v = "E_L" },
  parameters = { C_m = 250 * ln.pF, g_L = 16.6667 * ln.nS, E_L = -70 * ln.mV, E_exc = 0 * ln.mV, E_inh = -85 * ln.mV,
    tau_exc = 0.2 * ln.ms, tau_inh = 2 * ln.ms, V_th = -55 * ln.mV, V_reset = -60 * ln.mV, t_ref = 2 * ln.ms },
}
