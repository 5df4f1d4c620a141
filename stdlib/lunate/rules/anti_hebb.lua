--- The anti-Hebbian rule for rates: a synapse weakens where source and target are active together, so that lateral
-- synapses with it decorrelate their neurons.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | eta | learning rate | 0.1 Hz |
-- | p | mean rate aimed at, where rates are not about zero | 0 |
-- | w_min, w_max | bounds of the weight | none; 0 above in Földiák 1990 |
--
-- In each step w changes by -dt*eta*(pre*post - p**2), and what arrives is added: weights become negative between
-- neurons that are correlated. `pre` and `post` name the rates, "r_pre" and "r_post" by default; with `rate_detector`
-- in front they may be its traces ("x", "y"), eta in 1/Hz and p in Hz. Two neurons y = x + W y with inputs of unit
-- variance and correlation c end at w = (sqrt(1 - c**2) - 1)/c, where their rates are uncorrelated.
-- References: Földiák 1989, Proc IJCNN Washington I:401-405 (p = 0); Földiák 1990, Biol Cybern 64:165-170 (p, w_max =
-- 0).
-- @module lunate.rules.anti_hebb
local ln = require "lunate"

return {
  names = { pre = "r_pre", post = "r_post" },
  define = function(_, name)
    return {
      on_step = ("w = clip(w - dt*eta*(%s*%s - p**2), w_min, w_max)"):format(name.pre, name.post),
      parameters = { eta = 0.1 * ln.Hz, p = 0, w_min = -math.huge, w_max = math.huge },
    }
  end,
}
