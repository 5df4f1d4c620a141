--- The rule of Bienenstock, Cooper and Munro: synapses of an active source grow while the target fires above a threshold
-- and weaken while it fires below, and the threshold follows the square of the target's rate, so that the target
-- becomes selective.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | eta | learning rate | 0.1 Hz; spiking: 1e-6 s^2 |
-- | w_min, w_max | bounds of the weight | 0, none |
-- | tau | spiking: time over which a rate is measured | 50 ms |
-- | tau_theta | spiking: time over which the threshold follows | 1 s |
-- | r_0 | spiking: rate at which threshold and rate are equal | 10 Hz |
--
-- Choices: `neurons`:
--
-- * "rate": in each step w changes by dt*eta*pre*post*(post - theta), with `pre`, `post` and `theta` naming "r_pre",
--   "r_post" and "theta_post" by default. The target has a rate r and the threshold, such as `dtheta/dt = (r**2/r_0 -
--   theta)/tau_theta : 1`.
-- * "spiking": each spike of the target changes w by eta*x*(y - theta), x and y being the rates of source and target
--   (traces, a spike adds 1/tau) and theta the mean of y**2/r_0, sampled by the target's spikes, so that the mean
--   change is eta*r_pre*r_post*(r_post - theta).
--
-- Of K linearly independent patterns, equally often, the target ends with the response K*r_0 to one of them and 0 to
-- the others: the selectivity 1 - mean/max is 1 - 1/K. The threshold must follow faster than the weights, or it
-- oscillates.
-- References: Bienenstock, Cooper & Munro 1982, J Neurosci 2:32-48; Intrator & Cooper 1992, Neural Netw 5:3-17 (theta
-- the mean of the square).
-- @module lunate.rules.bcm
local ln = require "lunate"

local function rates(name)
  return {
    on_step = ("w = clip(w + dt*eta*%s*%s*(%s - %s), w_min, w_max)"):format(name.pre, name.post, name.post, name.theta),
    parameters = { eta = 0.1 * ln.Hz, w_min = 0, w_max = math.huge },
  }
end

local function spikes()
  return {
    equations = [[
      dx/dt = -x/tau : Hz (pre)
      dy/dt = -y/tau : Hz (post)
      dtheta/dt = -theta/tau_theta : Hz (post)
    ]],
    pre_spike = "x += 1/tau",
    on_post = "w = clip(w + eta*x*(y - theta), w_min, w_max)", post_spike = "theta += y/(r_0*tau_theta); y += 1/tau",
    parameters = { eta = 1e-6 * ln.second ^ 2, w_min = 0, w_max = math.huge, tau = 50 * ln.ms, tau_theta = 1 * ln.second,
      r_0 = 10 * ln.Hz },
  }
end

return {
  choices = { neurons = { "rate", "spiking" } },
  names = { pre = "r_pre", post = "r_post", theta = "theta_post" },
  define = function(choice, name) return choice.neurons == "rate" and rates(name) or spikes() end,
}
