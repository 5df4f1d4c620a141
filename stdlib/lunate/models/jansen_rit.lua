--- Jansen and Rit's cortical column: pyramidal cells with excitatory and inhibitory interneurons, as a source of
-- alpha rhythm; each element is one column.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | A, B | peaks of the excitatory and inhibitory potentials | 3.25, 22 mV |
-- | a, b | their rates | 100, 50 /second |
-- | C_1, C_2, C_3, C_4 | synapses between the populations | 135, 108, 33.75, 33.75 |
-- | e_0 | half of the largest firing rate | 2.5 Hz |
-- | v_0 | potential of half the largest rate | 6 mV |
-- | r | slope of the response | 0.56 /mV |
--
-- Variables: y_0 to y_2 (V), y_3 to y_5 (V/s), v (V, the potential of the pyramidal cells: the EEG), p (Hz, input, one
-- a column). It has the alpha rhythm for p from 120 Hz to 315 Hz.
-- Use, dt = 1 ms, 12 s: `net:population(10, ln.models.jansen_rit(), { p = 220*Hz })` oscillates, v from 6.05 mV to 9.15 mV.
-- Reference: Jansen & Rit 1995, Biol Cybern 73:357-366.
-- @module lunate.models.jansen_rit
local ln = require "lunate"

return {
  equations = [[
    dy_0/dt = y_3 : volt
    dy_1/dt = y_4 : volt
    dy_2/dt = y_5 : volt
    dy_3/dt = A*a*2*e_0/(1 + exp(r*(v_0 - v))) - 2*a*y_3 - a**2*y_0 : volt/second
    dy_4/dt = A*a*(p + C_2*2*e_0/(1 + exp(r*(v_0 - C_1*y_0)))) - 2*a*y_4 - a**2*y_1 : volt/second
    dy_5/dt = B*b*C_4*2*e_0/(1 + exp(r*(v_0 - C_3*y_0))) - 2*b*y_5 - b**2*y_2 : volt/second
    v = y_1 - y_2 : volt
    p : Hz
  ]],
  method = "rk4", input = "p",
  parameters = { A = 3.25 * ln.mV, B = 22 * ln.mV, a = 100 / ln.second, b = 50 / ln.second, C_1 = 135, C_2 = 108, C_3 = 33.75,
    C_4 = 33.75, e_0 = 2.5 * ln.Hz, v_0 = 6 * ln.mV, r = 0.56 / ln.mV },
}
