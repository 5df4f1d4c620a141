--- Wilson and Cowan's populations of excitatory and inhibitory neurons; each element is one such pair.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau_E, tau_I | time constants | 8 ms |
-- | c_1, c_2 | coupling from E and I to E | 16, 12 |
-- | c_3, c_4 | coupling from E and I to I | 15, 3 |
-- | a_E, theta_E | slope and place of E's response | 1.3, 4 |
-- | a_I, theta_I | slope and place of I's response | 2, 3.7 |
-- | r_E, r_I | refractoriness | 1, 1 |
--
-- Variables: E, I (fractions active), P, Q (inputs to E and I, one an element).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.wilson_cowan(), { P = 1.25 })` oscillates, E from 0.103 to 0.27.
-- Reference: Wilson & Cowan 1972, Biophys J 12:1-24 (values of its Figure 11).
-- @module lunate.models.wilson_cowan
local ln = require "lunate"

return {
  equations = [[
    dE/dt = (-E + (k_E - r_E*E)*S_E) / tau_E : 1
    dI/dt = (-I + (k_I - r_I*I)*S_I) / tau_I : 1
    S_E = 1/(1 + exp(-a_E*(c_1*E - c_2*I + P - theta_E))) - 1/(1 + exp(a_E*theta_E)) : 1
    S_I = 1/(1 + exp(-a_I*(c_3*E - c_4*I + Q - theta_I))) - 1/(1 + exp(a_I*theta_I)) : 1
    k_E = 1 - 1/(1 + exp(a_E*theta_E)) : 1
    k_I = 1 - 1/(1 + exp(a_I*theta_I)) : 1
    P : 1
    Q : 1
  ]],
  method = "rk4", input = "P", initial = { E = 0.1, I = 0.05 },
  parameters = { tau_E = 8 * ln.ms, tau_I = 8 * ln.ms, c_1 = 16, c_2 = 12, c_3 = 15, c_4 = 3, a_E = 1.3, theta_E = 4, a_I = 2,
    theta_I = 3.7, r_E = 1, r_I = 1 },
}
