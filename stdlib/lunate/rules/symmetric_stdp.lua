--- Symmetric plasticity: spikes that come near each other, in either order, strengthen a synapse; spikes of the source alone
-- weaken it.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau | time constant of coincidence | 20 ms |
-- | eta | change of one pair, as a part of w_max | 0.01 |
-- | alpha | depression a spike of the source, in units of eta | 0.2 |
-- | w_max | largest weight | 1 |
--
-- With alpha = 2*rate*tau the target settles at that rate where the synapse inhibits (see `vogels`).
-- References: Woodin, Ganguly & Poo 2003, Neuron 39:807-820; Abbott & Nelson 2000, Nat Neurosci 3:1178-1183.
-- @module lunate.rules.symmetric_stdp
local ln = require "lunate"

return {
  define = function()
    return {
      equations = [[
        dx/dt = -x/tau : 1 (pre)
        dy/dt = -y/tau : 1 (post)
      ]],
      on_pre = "w = clip(w + eta*w_max*(y - alpha), 0, w_max)", pre_spike = "x += 1",
      on_post = "w = clip(w + eta*w_max*x, 0, w_max)", post_spike = "y += 1",
      parameters = { tau = 20 * ln.ms, eta = 0.01, alpha = 0.2, w_max = 1 },
    }
  end,
}
