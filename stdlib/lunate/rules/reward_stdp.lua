--- Spike-timing dependent plasticity that waits for a reward: pairs of spikes leave an eligibility trace, and the weight
-- changes by trace times signal.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau_p, tau_m | time constants of the pairs | 20 ms |
-- | A_p, A_m | what a pair adds to and takes from the trace | 1, 1.5 |
-- | tau_c | decay of the trace | 1 s |
-- | rate | change of w a second where trace and signal are 1 | 1 Hz |
-- | w_max | largest weight | 4 |
--
-- `signal` is the name of the network's signal, "dopamine" by default:
-- `net:signal("dopamine", { equations = "dd/dt = -d/(200*ms) : 1" })`, made before the projection.
-- Reference: Izhikevich 2007, Cereb Cortex 17:2443-2452.
-- @module lunate.rules.reward_stdp
local ln = require "lunate"

return {
  names = { signal = "dopamine" },
  define = function(_, name)
    return {
      equations = [[
        dx/dt = -x/tau_p : 1 (pre)
        dy/dt = -y/tau_m : 1 (post)
        dc/dt = -c/tau_c : 1 (event-driven)
      ]],
      on_step = ("w = clip(w + dt*rate*c*%s, 0, w_max)"):format(name.signal),
      on_pre = "c -= A_m*y", pre_spike = "x += 1", on_post = "c += A_p*x", post_spike = "y += 1",
      parameters = { tau_p = 20 * ln.ms, tau_m = 20 * ln.ms, A_p = 1, A_m = 1.5, tau_c = 1 * ln.second, rate = 1 * ln.Hz,
        w_max = 4 },
    }
  end,
}
