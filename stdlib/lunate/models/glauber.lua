--- Binary neurons with Glauber dynamics: each is updated at random times of its own and is then active with a probability
-- that is a sigmoid of its input.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau | mean time between a neuron's updates | 10 ms |
-- | theta | input of probability 1/2 | 0 |
-- | T | temperature: width of the sigmoid | 1 |
--
-- Variables: s (state, 0 or 1), h (input: the weights of active sources), p_on (probability of being active after an update),
-- I_ext (constant input, one a neuron). A neuron spikes when its state changes, so that synapses are made by
-- `ln.synapses.binary { connect = …, w = … }`, which add their weight when the source becomes active and take it back after.
-- All begin inactive.
-- Use, dt = 0.1 ms: `net:population(100, ln.models.glauber(), { I_ext = 0 })` fires at about 50 Hz.
-- References: Glauber 1963, J Math Phys 4:294-307; Ginzburg & Sompolinsky 1994, Phys Rev E 50:3171-3191.
-- @module lunate.models.glauber
local ln = require "lunate"

return {
  equations = [[
    p_on = 1/(1 + exp(-(h + I_ext - theta)/T)) : 1
    s : 1
    h : 1
    I_ext : 1
  ]],
  threshold = "rand() < dt/tau*(s + (1 - 2*s)*p_on)", reset = "s = 1 - s",
  parameters = { tau = 10 * ln.ms, theta = 0, T = 1 },
}
