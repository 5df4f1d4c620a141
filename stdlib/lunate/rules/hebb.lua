--- Hebb's rule for rates: a synapse grows where source and target are active together.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | eta | learning rate | 0.1 Hz |
-- | decay | rate of forgetting | 0 Hz |
-- | w_min, w_max | bounds of the weight | none |
--
-- In each step w changes by dt*(eta*pre*post - decay*w). `pre` and `post` name the rates, "r_pre" and "r_post" by
-- default, variables of source and target; for neurons that spike put `rate_detector` in front: `rules = {
-- ln.rules.rate_detector(), ln.rules.hebb { pre = "x", post = "y", eta = 1e-4/Hz, decay = 0*Hz } }`. Without bounds or
-- decay the weights of a linear target grow as exp(eta*C*t) along the largest eigenvectors of its inputs' correlations
-- C.
-- References: Hebb 1949, The organization of behavior; Gerstner & Kistler 2002, Biol Cybern 87:404-415, Eq. 6.
-- @module lunate.rules.hebb
local ln = require "lunate"

return {
  names = { pre = "r_pre", post = "r_post" },
  define = function(_, name)
    return {
      on_step = ("w = clip(w + dt*(eta*%s*%s - decay*w), w_min, w_max)"):format(name.pre, name.post),
      parameters = { eta = 0.1 * ln.Hz, decay = 0 * ln.Hz, w_min = -math.huge, w_max = math.huge },
    }
  end,
}
