--- Rate unit with a logistic response, from 0 to r_max.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau | time constant | 10 ms |
-- | gain | slope of the response | 1 |
-- | theta | input of half the response | 0 |
-- | r_max | largest rate | 1 |
--
-- Variables: r (rate), phi (the response), I_ext, I_syn (inputs, one a unit; I_syn is for synapses, which sum w r_pre).
-- Noise: `{ I_ext = ln.currents.noise {…} }`.
-- Use, dt = 0.1 ms: `net:population(10, ln.models.rate_sigmoid(), { I_ext = 1 })` reaches r = 0.73106.
-- Reference: Dayan & Abbott 2001, Theoretical Neuroscience, MIT Press, section 7.2.
-- @module lunate.models.rate_sigmoid
local ln = require "lunate"

return {
  equations = [[
    dr/dt = (-r + phi) / tau : 1
    phi = r_max/(1 + exp(-gain*(I_ext + I_syn - theta))) : 1
    I_ext : 1
    I_syn : 1
  ]],
  method = "exponential_euler",
  parameters = { tau = 10 * ln.ms, gain = 1, theta = 0, r_max = 1 },
}
