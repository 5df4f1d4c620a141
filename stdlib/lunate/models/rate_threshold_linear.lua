--- Threshold-linear rate unit: no response below its threshold.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau | time constant | 10 ms |
-- | gain | slope of the response | 1 |
-- | theta | threshold | 0 |
--
-- Variables: r (rate), phi (the response), I_ext, I_syn (inputs, one a unit; I_syn is for synapses, which sum w r_pre).
-- Noise: `{ I_ext = ln.currents.noise {…} }`.
-- Use, dt = 0.1 ms: `net:population(10, ln.models.rate_threshold_linear(), { I_ext = 2 })` reaches r = 2.
-- Reference: Dayan & Abbott 2001, Theoretical Neuroscience, MIT Press, section 7.2.
-- @module lunate.models.rate_threshold_linear
local ln = require "lunate"

return {
  equations = [[
    dr/dt = (-r + phi) / tau : 1
    phi = gain*clip(I_ext + I_syn - theta, 0, inf) : 1
    I_ext : 1
    I_syn : 1
  ]],
  method = "exponential_euler",
  parameters = { tau = 10 * ln.ms, gain = 1, theta = 0 },
}
