--- A neuron whose dendrite has four segments: enough input to one of them within a short time starts an NMDA spike there, a
-- plateau current that depolarizes the soma for tens of milliseconds, whatever comes after.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau_m | membrane time constant of the soma | 10 ms |
-- | C_m | membrane capacitance | 250 pF |
-- | E_L | resting potential | -70 mV |
-- | V_th | threshold of the soma | -50 mV |
-- | V_reset | reset potential | -70 mV |
-- | t_ref | refractory time | 10 ms |
-- | tau_exc, tau_inh | decay of somatic currents | 2 ms |
-- | tau_seg | decay of the input to a segment | 5 ms |
-- | theta_seg | input that starts an NMDA spike | 59 pA |
-- | I_plateau | its current into the soma | 200 pA |
-- | tau_plateau | its duration | 60 ms |
--
-- Variables: v (V), I_exc, I_inh (A, soma), I_1 to I_4 (A, inputs to the segments: `transmit = "I_1 += w"`; below threshold
-- they do not reach the soma), active_1 to active_4 (1 during a plateau), until_1 to until_4 (s, its end), I_ext (A, one a
-- neuron). The events nmda_1 to nmda_4 can be recorded.
-- Use, dt = 0.1 ms: `net:population(10, ln.models.nmda_segments(), { I_ext = 600*pA })` fires at 36 Hz.
-- References: Antic, Zhou, Moore, Short & Ikonomu 2010, J Neurosci Res 88:2991-3001; Bouhadjar, Wouters, Diesmann & Tetzlaff
-- 2022, PLoS Comput Biol 18:e1010233 (values of its dendritic action potentials).
-- @module lunate.models.nmda_segments
local ln = require "lunate"

local segments, events, actions, initial = {}, {}, {}, { v = "E_L" }
for k = 1, 4 do
  segments[k] = ([[
    dI_#/dt = -I_# / tau_seg : amp
    active_# = int(t < until_#) : 1
    until_# : second
]]):gsub("#", k)
  events["nmda_" .. k] = (("I_# >= theta_seg and t >= until_#"):gsub("#", k))
  actions["nmda_" .. k] = (("until_# = t + tau_plateau; I_# = 0*amp"):gsub("#", k))
end

return {
  equations = [[
    dv/dt = (E_L - v) / tau_m + (I_exc + I_inh + I_ext + I_plateau*active) / C_m : volt (unless refractory)
    dI_exc/dt = -I_exc / tau_exc : amp
    dI_inh/dt = -I_inh / tau_inh : amp
    active = active_1 + active_2 + active_3 + active_4 : 1
    I_ext : amp
]] .. table.concat(segments),
  threshold = "v >= V_th", reset = "v = V_reset", refractory = "t_ref", method = "exponential_euler",
  events = events, on = actions, initial = initial,
  parameters = { tau_m = 10 * ln.ms, C_m = 250 * ln.pF, E_L = -70 * ln.mV, V_th = -50 * ln.mV, V_reset = -70 * ln.mV,
    t_ref = 10 * ln.ms, tau_exc = 2 * ln.ms, tau_inh = 2 * ln.ms, tau_seg = 5 * ln.ms, theta_seg = 59 * ln.pA,
    I_plateau = 200 * ln.pA, tau_plateau = 60 * ln.ms },
}
