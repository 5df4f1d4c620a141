--- Oja's rule for rates: Hebb's, with a decay that keeps the sum of the squared weights at 1, so that the weights of a linear
-- target become the principal component of its inputs.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | eta | learning rate | 0.1 Hz |
--
-- Source and target must have a rate `r : 1`. Learns continuously, by the equation dw/dt = eta*(r_pre*r_post - w*r_post**2).
-- Reference: Oja 1982, J Math Biol 15:267-273.
-- @module lunate.rules.oja
local ln = require "lunate"

return {
  define = function()
    return {
      equations = "dw/dt = eta*(r_pre*r_post - w*r_post**2) : 1 (clock-driven)",
      parameters = { eta = 0.1 * ln.Hz },
    }
  end,
}
