--- Inhibitory plasticity that balances excitation: the target settles at a rate of its own.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau | time constant of coincidence | 20 ms |
-- | rate | the target's rate, to which it leads | 5 Hz |
-- | eta | learning rate, as a part of w_max | 1e-4 |
-- | w_max | largest weight | 1 |
--
-- Use on a projection that inhibits: `transmit = "g_inh += w"`, `rule = ln.rules.vogels { rate = 5*Hz, w_max = 30*nS }`.
-- Reference: Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, Science 334:1569-1573.
-- @module lunate.rules.vogels
local ln = require "lunate"

return {
  define = function()
    return {
      equations = [[
        dx/dt = -x/tau : 1 (pre)
        dy/dt = -y/tau : 1 (post)
      ]],
      on_pre = "w = clip(w + eta*w_max*(y - 2*rate*tau), 0, w_max)", pre_spike = "x += 1",
      on_post = "w = clip(w + eta*w_max*x, 0, w_max)", post_spike = "y += 1",
      parameters = { tau = 20 * ln.ms, rate = 5 * ln.Hz, eta = 1e-4, w_max = 1 },
    }
  end,
}
