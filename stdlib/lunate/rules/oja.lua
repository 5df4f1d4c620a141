--- Oja's rule for rates: Hebb's, with a decay that keeps the sum of the squared weights at 1, so that the weights of a linear
-- target become the principal component of its inputs.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | eta | learning rate | 0.1 Hz |
--
-- In each step w changes by dt*eta*post*(pre - post*w). `pre` and `post` name the rates, "r_pre" and "r_post" by default.
-- Reference: Oja 1982, J Math Biol 15:267-273.
-- @module lunate.rules.oja
local ln = require "lunate"

return {
  names = { pre = "r_pre", post = "r_post" },
  define = function(_, name)
    return {
      on_step = ("w += dt*eta*%s*(%s - %s*w)"):format(name.post, name.pre, name.post),
      parameters = { eta = 0.1 * ln.Hz },
    }
  end,
}
