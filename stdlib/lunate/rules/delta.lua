--- The delta rule (Widrow and Hoff, least mean squares): each synapse follows the gradient of the squared difference
-- between what the target says and what it is taught to say.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | eta | learning rate | 10 Hz |
-- | w_min, w_max | bounds of the weight | none |
--
-- In each step w changes by dt*eta*(target - post)*pre. `pre`, `post` and `target` name the rates and the teacher's
-- value, "r_pre", "r_post" and "target_post" by default. Patterns shown in turn, one a step or for a while, are fitted
-- exactly where they are linearly independent, else in the least-squares sense (up to fluctuations of the order of
-- dt*eta). dt*eta*|pattern|^2 must be below 2. A bias is a source whose rate is 1.
-- Reference: Widrow & Hoff 1960, IRE WESCON Conv Rec 4:96-104.
-- @module lunate.rules.delta
local ln = require "lunate"

return {
  names = { pre = "r_pre", post = "r_post", target = "target_post" },
  define = function(_, name)
    return {
      on_step = ("w = clip(w + dt*eta*(%s - %s)*%s, w_min, w_max)"):format(name.target, name.post, name.pre),
      parameters = { eta = 10 * ln.Hz, w_min = -math.huge, w_max = math.huge },
    }
  end,
}
