--- Generalized leaky integrate-and-fire neuron of the Allen Institute, level 2: with reset rules (LIF-R).
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 58.72 pF |
-- | g_L | leak conductance | 9.43 nS |
-- | E_L | resting potential | -78.85 mV |
-- | V_th | threshold at rest | -51.68 mV |
-- | t_ref | refractory time | 3.75 ms |
-- | f_v | reset: v = E_L + f_v (v - E_L) + dV | 0.2 |
-- | dV | its constant part | 18.51 mV |
-- | b_s, dTheta_s | decay and jump of the threshold's spike component | 0.009 /ms, 0.37 mV |
-- | tau_syn | decay of the synaptic current | 2 ms |
--
-- Variables: v (V), theta_s (V, spike component of the threshold), I_syn (A), I_ext (A, one a neuron). While
-- refractory v holds its reset value and all else goes on.
-- Use, dt = 0.1 ms: `net:population(10, ln.models.glif2(), { I_ext = 400*pA })` fires at 139 Hz.
-- Reference: Teeter et al. 2018, Nat Commun 9:709 (GLIF2; the values are those of NEST's example cell).
-- @module lunate.models.glif2
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (g_L*(E_L - v) + I_syn + I_ext) / C_m : volt (unless refractory)
    dtheta_s/dt = -b_s*theta_s : volt
    dI_syn/dt = -I_syn / tau_syn : amp
    I_ext : amp
  ]],
  threshold = "v > V_th + theta_s",
  reset = "v = E_L + f_v*(v - E_L) + dV; theta_s += dTheta_s",
  refractory = "t_ref", initial = { v = "E_L" },
  parameters = { C_m = 58.72 * ln.pF, g_L = 9.43 * ln.nS, E_L = -78.85 * ln.mV, V_th = -51.68 * ln.mV,
    t_ref = 3.75 * ln.ms, f_v = 0.2, dV = 18.51 * ln.mV, b_s = 0.009 / ln.ms, dTheta_s = 0.37 * ln.mV,
    tau_syn = 2 * ln.ms },
}
