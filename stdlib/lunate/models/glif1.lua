--- Generalized leaky integrate-and-fire neuron of the Allen Institute, level 1: leaky integrate and fire.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 58.72 pF |
-- | g_L | leak conductance | 9.43 nS |
-- | E_L | resting potential | -78.85 mV |
-- | V_th | threshold at rest | -51.68 mV |
-- | V_reset | reset potential | -78.85 mV |
-- | t_ref | refractory time | 3.75 ms |
-- | tau_syn | decay of the synaptic current | 2 ms |
--
-- Variables: v (V), I_syn (A), I_ext (A, one a neuron). While refractory v holds its reset value and all else goes
-- on.
-- Use, dt = 0.1 ms: `net:population(10, ln.models.glif1(), { I_ext = 400*pA })` fires at 100 Hz.
-- Reference: Teeter et al. 2018, Nat Commun 9:709 (GLIF1; the values are those of NEST's example cell).
-- @module lunate.models.glif1
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (g_L*(E_L - v) + I_syn + I_ext) / C_m : volt (unless refractory)
    dI_syn/dt = -I_syn / tau_syn : amp
    I_ext : amp
  ]],
  threshold = "v > V_th",
  reset = "v = V_reset",
  refractory = "t_ref", initial = { v = "E_L" },
  parameters = { C_m = 58.72 * ln.pF, g_L = 9.43 * ln.nS, E_L = -78.85 * ln.mV, V_th = -51.68 * ln.mV,
    V_reset = -78.85 * ln.mV, t_ref = 3.75 * ln.ms, tau_syn = 2 * ln.ms },
}
