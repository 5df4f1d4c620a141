--- Leaky integrate-and-fire neuron with synaptic currents of two time constants: after a spike with
-- `transmit = "x_exc += w"` the current rises and decays as the difference of two exponentials, with its peak w.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau_m | membrane time constant | 10 ms |
-- | C_m | membrane capacitance | 250 pF |
-- | E_L | resting potential | -70 mV |
-- | V_th | threshold | -55 mV |
-- | V_reset | reset potential | -70 mV |
-- | t_ref | refractory time | 2 ms |
-- | tau_rise_exc, tau_decay_exc | rise and decay of the excitatory current | 0.5 ms, 3 ms |
-- | tau_rise_inh, tau_decay_inh | rise and decay of the inhibitory current | 1 ms, 8 ms |
--
-- Variables: v (V), I_exc, x_exc, I_inh, x_inh (A), I_ext (A, constant current, one a neuron).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.lif_biexp_current(), { I_ext = 500*pA })` fires at 63 Hz.
-- Reference: Roth & van Rossum 2009, in: Computational Modeling Methods for Neuroscientists (De Schutter ed.), 139-160.
-- @module lunate.models.lif_biexp_current
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (E_L - v) / tau_m + (I_exc + I_inh + I_ext) / C_m : volt (unless refractory)
    dI_exc/dt = (peak_exc*x_exc - I_exc) / tau_rise_exc : amp
    dx_exc/dt = -x_exc / tau_decay_exc : amp
    dI_inh/dt = (peak_inh*x_inh - I_inh) / tau_rise_inh : amp
    dx_inh/dt = -x_inh / tau_decay_inh : amp
    peak_exc = (tau_decay_exc/tau_rise_exc)**(tau_rise_exc/(tau_decay_exc - tau_rise_exc)) : 1
    peak_inh = (tau_decay_inh/tau_rise_inh)**(tau_rise_inh/(tau_decay_inh - tau_rise_inh)) : 1
    I_ext : amp
  ]],
  threshold = "v >= V_th", reset = "v = V_reset", refractory = "t_ref", initial = { v = "E_L" },
  parameters = { tau_m = 10 * ln.ms, C_m = 250 * ln.pF, E_L = -70 * ln.mV, V_th = -55 * ln.mV, V_reset = -70 * ln.mV,
    t_ref = 2 * ln.ms, tau_rise_exc = 0.5 * ln.ms, tau_decay_exc = 3 * ln.ms, tau_rise_inh = 1 * ln.ms,
    tau_decay_inh = 8 * ln.ms },
}
