--- Calcium-based plasticity: spikes of both sides bring calcium, and the synapse moves while it is above one of two
-- thresholds.
--
-- | parameter | meaning | hippocampus (DP curve) |
-- |---|---|---|
-- | tau_c | decay of calcium | 20 ms |
-- | C_pre, C_post | calcium a spike | 1, 2 |
-- | theta_d, theta_p | thresholds of depression and potentiation | 1, 1.3 |
-- | gamma_d, gamma_p | rates of depression and potentiation | 200, 321.808 |
-- | tau_rho | time constant of the synapse | 150 s |
-- | rho_star | boundary between the two stable states | 0.5 |
-- | w_max | largest weight | 1 |
-- | sigma | with noise: its size while calcium is above a threshold; sqrt(2) times it above both | 2.8284 |
--
-- Choice: `noise` (false, true): whether the synapse moves at random while it moves.
-- The efficacy is w/w_max. The source's calcium comes with the delay of the projection (13.7 ms in the paper).
-- Reference: Graupner & Brunel 2012, PNAS 109:3991-3996 (Table S1).
-- @module lunate.rules.calcium
local ln = require "lunate"

return {
  choices = { noise = { false, true } },
  define = function(choice)
    local noise = "sigma*w_max*sqrt(dt/tau_rho*(int(c > theta_p) + int(c > theta_d)))*randn()"
    return {
      equations = "dc/dt = -c/tau_c : 1 (event-driven)",
      on_step = ([[w += dt/tau_rho*(-w*(1 - w/w_max)*(rho_star - w/w_max) + gamma_p*(w_max - w)*int(c > theta_p)
        - gamma_d*w*int(c > theta_d))%s]]):format(choice.noise and " + " .. noise or ""),
      on_pre = "c += C_pre", on_post = "c += C_post",
      parameters = { tau_c = 20 * ln.ms, C_pre = 1, C_post = 2, theta_d = 1, theta_p = 1.3, gamma_d = 200, gamma_p = 321.808,
        tau_rho = 150 * ln.second, rho_star = 0.5, w_max = 1, sigma = choice.noise and 2.8284 or nil },
    }
  end,
}
