--- The plasticity of Diehl and Cook's network for digits: synapses whose sources fired shortly before the target grow, the
-- others shrink.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | eta | learning rate, as a part of w_max | 0.01 |
-- | x_tar | trace at which a synapse stays as it is | 0.4 |
-- | mu | weight dependence, (1 - w/w_max)^mu | 1 |
-- | eta_pre, eta_post | triplets: change a spike of the source, of the target | 1e-4, 1e-2 |
-- | tau_x | trace of the source's spikes, set to 1 by each | 20 ms |
-- | tau_1, tau_2 | triplets: traces of the target's spikes, set to 1 by each | 20, 40 ms |
-- | w_max | largest weight | 1 |
--
-- Choice: `form`: "target" (as in the paper: at a spike of the target w += eta*w_max*(x - x_tar)*(1 - w/w_max)**mu), "triplet"
-- (as in the authors' program: w -= eta_pre*w_max*y1 at a spike of the source, w += eta_post*w_max*x*y2 at one of the
-- target, y2 as it was before).
-- The neurons are `ln.models.diehl_cook`. The sum of each neuron's weights is kept by `every` and a sum of the target,
-- `total : 1` there and `drive = "total_post = w : 1 (summed)", every = { 350*ms, "w *= 78/total_post" }` in the projection.
-- Reference: Diehl & Cook 2015, Front Comput Neurosci 9:99 (x_tar and mu are ours; the triplets' values are the program's).
-- @module lunate.rules.diehl_cook
local ln = require "lunate"

return {
  choices = { form = { "target", "triplet" } },
  define = function(choice)
    if choice.form == "target" then
      return {
        equations = "dx/dt = -x/tau_x : 1 (pre)", pre_spike = "x = 1",
        on_post = "w = clip(w + eta*w_max*(x - x_tar)*clip(1 - w/w_max, 0, 1)**mu, 0, w_max)",
        parameters = { eta = 0.01, x_tar = 0.4, mu = 1, tau_x = 20 * ln.ms, w_max = 1 },
      }
    end
    return {
      equations = "dx/dt = -x/tau_x : 1 (pre)\ndy1/dt = -y1/tau_1 : 1 (post)\ndy2/dt = -y2/tau_2 : 1 (post)",
      on_pre = "w = clip(w - eta_pre*w_max*y1, 0, w_max)", pre_spike = "x = 1",
      on_post = "w = clip(w + eta_post*w_max*x*y2, 0, w_max)", post_spike = "y1 = 1; y2 = 1",
      parameters = { eta_pre = 1e-4, eta_post = 1e-2, tau_x = 20 * ln.ms, tau_1 = 20 * ln.ms, tau_2 = 40 * ln.ms, w_max = 1 },
    }
  end,
}
