--- Poisson neurons: each spikes in a step with probability rate * dt, independently.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | rate | firing rate of every neuron | 10 Hz |
--
-- Use, dt = 0.1 ms: `net:population(10, ln.models.poisson { rate = 20*Hz })` fires at about 20 Hz.
-- For a rate of its own for each neuron, or one that changes: `ln.models.inhomogeneous_poisson`.
-- Reference: Dayan & Abbott 2001, Theoretical Neuroscience, MIT Press, section 1.4.
-- @module lunate.models.poisson
local ln = require "lunate"

return {
  equations = "",
  threshold = "rand() < rate*dt",
  parameters = { rate = 10 * ln.Hz },
}
