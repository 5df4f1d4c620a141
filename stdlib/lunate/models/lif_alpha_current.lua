--- Leaky integrate-and-fire neuron with alpha-shaped synaptic current: after a spike with `transmit = "x += w"` the
-- current is w (t/tau_syn) exp(1 - t/tau_syn), with its peak w at t = tau_syn.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau_m | membrane time constant | 10 ms |
-- | C_m | membrane capacitance | 250 pF |
-- | E_L | resting potential | -70 mV |
-- | V_th | threshold | -55 mV |
-- | V_reset | reset potential | -70 mV |
-- | t_ref | refractory time | 2 ms |
-- | tau_syn | time to the current's peak | 2 ms |
--
-- Variables: v (V), I_syn, x (A), I_ext (A, constant current, one a neuron).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.lif_alpha_current(), { I_ext = 500*pA })` fires at 63 Hz.
-- Reference: Rotter & Diesmann 1999, Biol Cybern 81:381-402.
-- @module lunate.models.lif_alpha_current
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (E_L - v) / tau_m + (I_syn + I_ext) / C_m : volt (unless refractory)
    dI_syn/dt = (e*x - I_syn) / tau_syn : amp
    dx/dt = -x / tau_syn : amp
    I_ext : amp
  ]],
  threshold = "v >= V_th", reset = "v = V_reset", refractory = "t_ref", initial = { v = "E_L" },
  parameters = { tau_m = 10 * ln.ms, C_m = 250 * ln.pF, E_L = -70 * ln.mV, V_th = -55 * ln.mV, V_reset = -70 * ln.mV,
    t_ref = 2 * ln.ms, tau_syn = 2 * ln.ms },
}
