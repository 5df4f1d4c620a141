--- The perceptron's rule: where a pattern is on the wrong side, it is added to the weights, with the sign of its class.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | eta | change, in a second, by a pattern of rate 1 | 1 kHz |
-- | kappa | stability wanted: how far on the right side is right | 0 |
-- | w_min, w_max | bounds of the weight | none |
--
-- In each step w changes by dt*eta*target*pre where target*field <= kappa. `pre`, `field` and `target` name the rates,
-- the target's summed input and its class (1 or -1), "r_pre", "h_post" and "target_post" by default. With steps of 1 ms
-- and a pattern a step this is Rosenblatt's rule with changes of one pattern. A bias is a source whose rate is 1.
--
-- If weights u classify all patterns with the margin g = min target*(u . pattern)/|u|, there are at most (R/g)^2
-- mistakes, R being the longest pattern's length (Novikoff). Random patterns can be separated up to 2 a synapse
-- (Cover).
-- References: Rosenblatt 1958, Psychol Rev 65:386-408; Novikoff 1962, Symp Math Theory of Automata 12:615-622; Cover
-- 1965, IEEE Trans Electron Comput 14:326-334.
-- @module lunate.rules.perceptron
local ln = require "lunate"

return {
  names = { pre = "r_pre", field = "h_post", target = "target_post" },
  define = function(_, name)
    return {
      on_step = ("w = clip(w + dt*eta*%s*%s*int(%s*%s <= kappa), w_min, w_max)")
        :format(name.target, name.pre, name.target, name.field),
      parameters = { eta = 1 * ln.kHz, kappa = 0, w_min = -math.huge, w_max = math.huge },
    }
  end,
}
