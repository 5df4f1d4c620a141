--- Poisson neurons: each spikes in a step with probability rate * dt, independently.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | rate | firing rate of every neuron | 10 Hz |
--
-- For a rate of its own for each neuron, write the model out: equations = "rate : Hz", threshold = "rand() < rate*dt".
-- @module lunate.models.poisson
local ln = require "lunate"

return {
  equations = "",
  threshold = "rand() < rate*dt",
  parameters = { rate = 10 * ln.Hz },
}
