--- The covariance rule for rates: a synapse grows where source and target leave their means together, weakens where they
-- leave them in opposite directions, and stays where they are independent.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | eta | learning rate | 0.1 Hz |
-- | w_min, w_max | bounds of the weight | none |
--
-- In each step w changes by dt*eta*(pre - pre_mean)*(post - post_mean). These four name the rates and their means, by
-- default "r_pre", "r_post", "m_pre" and "m_post": source and target have a rate r and its running mean, such as `dm/dt
-- = (r - m)/(10*second) : 1`. Of neurons that spike two rate detectors do the same: `rules = {
-- ln.rules.rate_detector(), ln.rules.rate_detector { tau = 10*second, pre = "x_mean", post = "y_mean" },
-- ln.rules.covariance { pre = "x", post = "y", pre_mean = "x_mean", post_mean = "y_mean", eta = 1e-4/Hz } }`.
-- References: Sejnowski 1977, J Math Biol 4:303-321; Dayan & Abbott 2001, Theoretical neuroscience, Eqs. 8.8-8.9.
-- @module lunate.rules.covariance
local ln = require "lunate"

return {
  names = { pre = "r_pre", post = "r_post", pre_mean = "m_pre", post_mean = "m_post" },
  define = function(_, name)
    return {
      on_step = ("w = clip(w + dt*eta*(%s - %s)*(%s - %s), w_min, w_max)")
        :format(name.pre, name.pre_mean, name.post, name.post_mean),
      parameters = { eta = 0.1 * ln.Hz, w_min = -math.huge, w_max = math.huge },
    }
  end,
}
