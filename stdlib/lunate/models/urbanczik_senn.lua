--- Urbanczik and Senn's two-compartment neuron: the dendrite predicts the firing of the soma, which conductances
-- from a teacher may nudge; the soma fires by its instantaneous rate, without reset.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_s, C_d | capacitance of soma and dendrite | 300 pF |
-- | g_L_s, g_L_d | their leak conductances | 30 nS |
-- | g_D | coupling from dendrite to soma (none back) | 600 nS |
-- | E_L | resting potential | -70 mV |
-- | E_exc, E_inh | reversal potentials at the soma | 0, -75 mV |
-- | tau_syn | decay of all synaptic inputs | 3 ms |
-- | phi_max | largest rate | 150 Hz |
-- | k | rate slope | 0.5 |
-- | beta | steepness | 0.333333333333 /mV |
-- | theta | potential of the rate 1/(1 + k) phi_max | -55 mV |
--
-- Variables: v (V, soma), v_d (V, dendrite), g_exc, g_inh (S, soma), I_d (A, dendrite), rate (Hz), v_star (V, what the
-- dendrite predicts for the soma), rate_star (Hz, its rate), I_ext (A, into the soma, one a neuron).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.urbanczik_senn(), { I_ext = 10*nA })` fires at about 124 Hz.
-- Reference: Urbanczik & Senn 2014, Neuron 81:521-528 (in units of volt, as in NEST).
-- @module lunate.models.urbanczik_senn
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (g_L_s*(E_L - v) + g_D*(v_d - v) + g_exc*(E_exc - v) + g_inh*(E_inh - v) + I_ext) / C_s : volt
    dv_d/dt = (g_L_d*(E_L - v_d) + I_d) / C_d : volt
    dg_exc/dt = -g_exc / tau_syn : siemens
    dg_inh/dt = -g_inh / tau_syn : siemens
    dI_d/dt = -I_d / tau_syn : amp
    v_star = (g_L_s*E_L + g_D*v_d) / (g_L_s + g_D) : volt
    rate = phi_max/(1 + k*exp(beta*(theta - v))) : Hz
    rate_star = phi_max/(1 + k*exp(beta*(theta - v_star))) : Hz
    I_ext : amp
  ]],
  threshold = "rand() < rate*dt", method = "exponential_euler", initial = { v = "E_L", v_d = "E_L" },
  parameters = { C_s = 300 * ln.pF, C_d = 300 * ln.pF, g_L_s = 30 * ln.nS, g_L_d = 30 * ln.nS, g_D = 600 * ln.nS,
    E_L = -70 * ln.mV, E_exc = 0 * ln.mV, E_inh = -75 * ln.mV, tau_syn = 3 * ln.ms, phi_max = 150 * ln.Hz, k = 0.5,
    beta = 0.333333333333 / ln.mV, theta = -55 * ln.mV },
}
