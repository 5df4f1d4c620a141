--- Estimates of the rates of source and target from their spikes, for the rules that follow it on a projection.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau | time over which spikes are counted | 100 ms |
--
-- The traces x (one a source) and y (one a target), in Hz, decay with tau, and a spike adds 1/tau: the mean of a trace is the
-- rate, its variance over a Poisson train rate/(2*tau). Rules read them as they are now; `proj.x` shows them as of the last
-- spike. `pre` and `post` give them other names. Use:
-- `rules = { ln.rules.rate_detector { tau = 200*ms }, ln.rules.hebb { pre = "x", post = "y", eta = 1e-4/Hz } }`.
-- Reference: Dayan & Abbott 2001, Theoretical neuroscience, section 1.2 (causal exponential kernel).
-- @module lunate.rules.rate_detector
local ln = require "lunate"

return {
  names = { pre = "x", post = "y" },
  define = function(_, name)
    return {
      equations = ("d%s/dt = -%s/tau : Hz (pre)\nd%s/dt = -%s/tau : Hz (post)"):format(name.pre, name.pre, name.post, name.post),
      pre_spike = name.pre .. " += 1/tau", post_spike = name.post .. " += 1/tau",
      parameters = { tau = 100 * ln.ms },
    }
  end,
}
