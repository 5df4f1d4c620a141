--- Rate neuron with intrinsic plasticity: the gain and the offset of its sigmoid adapt until its rates are distributed
-- exponentially about their aim, which tells most at a given mean rate.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | mu | mean rate aimed at, as a part of the largest | 0.1 |
-- | eta | learning rate | 1 Hz |
--
-- Variables: u (1, input), r = 1/(1 + exp(-(a u + b))) (1), a (1, gain, begins at 1), b (1, offset).
-- Use, dt = 1 ms: `net:population(10, ln.models.rate_intrinsic(), { u = 0 })` reaches b = -1.698.
-- Reference: Triesch 2005, Artificial Neural Networks: ICANN 2005, LNCS 3696:65-70 (mu; its eta is 0.001 an input).
-- @module lunate.models.rate_intrinsic
local ln = require "lunate"

return {
  equations = [[
    u : 1
    r = 1/(1 + exp(-(a*u + b))) : 1
    drive = 1 - (2 + 1/mu)*r + r**2/mu : 1
    da/dt = eta*(1/a + u*drive) : 1
    db/dt = eta*drive : 1
  ]],
  method = "euler", initial = { a = 1 }, input = "u",
  parameters = { mu = 0.1, eta = 1 * ln.Hz },
}
