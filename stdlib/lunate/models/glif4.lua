--- Generalized leaky integrate-and-fire neuron of the Allen Institute, level 4:
-- with reset rules and after-spike currents (LIF-R-ASC).
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
-- | k_1, k_2 | decay of the after-spike currents | 0.003, 0.1 /ms |
-- | f_1, f_2 | what is left of them at a spike | 1, 1 |
-- | dI_1, dI_2 | and added | -9.18, -198.94 pA |
-- | tau_syn | decay of the synaptic current | 2 ms |
--
-- Variables: v (V), theta_s (V, spike component of the threshold), I_1, I_2 (A, after-spike currents), I_syn (A),
-- I_ext (A, one a neuron). While refractory v holds its reset value and all else goes on.
-- Use, dt = 0.1 ms: `net:population(10, ln.models.glif4(), { I_ext = 400*pA })` fires at 37 Hz.
-- Reference: Teeter et al. 2018, Nat Commun 9:709 (GLIF4; the values are those of NEST's example cell).
-- @module lunate.models.glif4
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (g_L*(E_L - v) + I_syn + I_ext + I_1 + I_2) / C_m : volt (unless refractory)
    dtheta_s/dt = -b_s*theta_s : volt
    dI_1/dt = -k_1*I_1 : amp
    dI_2/dt = -k_2*I_2 : amp
    dI_syn/dt = -I_syn / tau_syn : amp
    I_ext : amp
  ]],
  threshold = "v > V_th + theta_s",
  reset = "v = E_L + f_v*(v - E_L) + dV; theta_s += dTheta_s; I_1 = f_1*I_1 + dI_1; I_2 = f_2*I_2 + dI_2",
  refractory = "t_ref", initial = { v = "E_L" },
  parameters = { C_m = 58.72 * ln.pF, g_L = 9.43 * ln.nS, E_L = -78.85 * ln.mV, V_th = -51.68 * ln.mV,
    t_ref = 3.75 * ln.ms, f_v = 0.2, dV = 18.51 * ln.mV, b_s = 0.009 / ln.ms, dTheta_s = 0.37 * ln.mV,
    k_1 = 0.003 / ln.ms, k_2 = 0.1 / ln.ms, f_1 = 1, f_2 = 1, dI_1 = -9.18 * ln.pA,
    dI_2 = -198.94 * ln.pA, tau_syn = 2 * ln.ms },
}
