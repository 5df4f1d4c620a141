--- Leaky integrate-and-fire neuron with AMPA, GABA and NMDA conductances, the last blocked by magnesium unless the membrane is
-- depolarized.
--
-- | parameter | meaning | typical (pyramidal cell) |
-- |---|---|---|
-- | C_m | membrane capacitance | 500 pF |
-- | g_L | leak conductance | 25 nS |
-- | E_L | resting potential | -70 mV |
-- | E_exc, E_inh | reversal potentials | 0, -70 mV |
-- | Mg | concentration of magnesium, in mM | 1 |
-- | V_th | threshold | -50 mV |
-- | V_reset | reset potential | -55 mV |
-- | t_ref | refractory time | 2 ms |
-- | tau_AMPA, tau_GABA, tau_NMDA | decay of the conductances | 2, 5, 100 ms |
--
-- Variables: v (V), g_AMPA, g_GABA, g_NMDA, G_NMDA (S), block (fraction of the NMDA conductance not blocked), I_ext (A, one a
-- neuron). NMDA synapses as in the paper, which rise and saturate, are `ln.synapses.nmda_rise { connect = …, w = … }`, summed
-- into G_NMDA; `ln.synapses.nmda` rise at once, into g_NMDA, and are much cheaper; without saturation `transmit = "g_NMDA += w"`.
-- Use, dt = 0.1 ms: `net:population(10, ln.models.brunel_wang(), { I_ext = 600*pA })` fires at 54 Hz.
-- References: Brunel & Wang 2001, J Comput Neurosci 11:63-85; Jahr & Stevens 1990, J Neurosci 10:3178-3182 (the block).
-- @module lunate.models.brunel_wang
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (g_L*(E_L - v) + (g_AMPA + block*(g_NMDA + G_NMDA))*(E_exc - v) + g_GABA*(E_inh - v) + I_ext) / C_m
          : volt (unless refractory)
    dg_AMPA/dt = -g_AMPA / tau_AMPA : siemens
    dg_GABA/dt = -g_GABA / tau_GABA : siemens
    dg_NMDA/dt = -g_NMDA / tau_NMDA : siemens
    block = 1/(1 + Mg*exp(-0.062*v/mV)/3.57) : 1
    G_NMDA : siemens
    I_ext : amp
  ]],
  threshold = "v >= V_th", reset = "v = V_reset", refractory = "t_ref", method = "rk2", initial = { v = "E_L" },
  parameters = { C_m = 500 * ln.pF, g_L = 25 * ln.nS, E_L = -70 * ln.mV, E_exc = 0 * ln.mV, E_inh = -70 * ln.mV, Mg = 1,
    V_th = -50 * ln.mV, V_reset = -55 * ln.mV, t_ref = 2 * ln.ms, tau_AMPA = 2 * ln.ms, tau_GABA = 5 * ln.ms,
    tau_NMDA = 100 * ln.ms },
}
