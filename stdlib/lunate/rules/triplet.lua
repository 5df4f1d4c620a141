--- Plasticity of triplets of spikes: pairs as in `stdp`, and besides them post-pre-post and pre-post-pre, so that the
-- outcome depends on the rates as in experiments.
--
-- | parameter | meaning | visual cortex, all | hippocampus, all |
-- |---|---|---|---|
-- | tau_p | fast trace of the source (r1) | 16.8 ms | 16.8 ms |
-- | tau_m | fast trace of the target (o1) | 33.7 ms | 33.7 ms |
-- | tau_x | slow trace of the source (r2) | 101 ms | 946 ms |
-- | tau_y | slow trace of the target (o2) | 125 ms | 27 ms |
-- | A2_p, A3_p | potentiation by pairs, by triplets | 5e-10, 6.2e-3 | 6.1e-3, 6.7e-3 |
-- | A2_m, A3_m | depression by pairs, by triplets | 7e-3, 2.3e-4 | 1.6e-3, 1.4e-3 |
-- | w_max | largest weight, of which the amplitudes are parts | 1 | 1 |
--
-- Choices: `fit`: "visual_cortex" or "hippocampus"; `pairing`: "all" or "nearest", with the values fitted for it.
-- Reference: Pfister & Gerstner 2006, J Neurosci 26:9673-9682, Tables 3 and 4.
-- @module lunate.rules.triplet
local ln = require "lunate"

-- A2_p, A3_p, A2_m, A3_m, tau_x, tau_y (ms)
local fits = {
  visual_cortex = { all = { 5e-10, 6.2e-3, 7e-3, 2.3e-4, 101, 125 }, nearest = { 8.8e-11, 5.3e-2, 6.6e-3, 3.1e-3, 714, 40 } },
  hippocampus = { all = { 6.1e-3, 6.7e-3, 1.6e-3, 1.4e-3, 946, 27 }, nearest = { 4.6e-3, 9.1e-3, 3e-3, 7.5e-9, 575, 47 } },
}

return {
  choices = { fit = { "visual_cortex", "hippocampus" }, pairing = { "all", "nearest" } },
  define = function(choice)
    local v = fits[choice.fit][choice.pairing]
    local op = choice.pairing == "all" and "+= 1" or "= 1"
    return {
      equations = [[
        dr1/dt = -r1/tau_p : 1 (pre)
        dr2/dt = -r2/tau_x : 1 (pre)
        do1/dt = -o1/tau_m : 1 (post)
        do2/dt = -o2/tau_y : 1 (post)
      ]],
      on_pre = "w = clip(w - w_max*o1*(A2_m + A3_m*r2), 0, w_max)", pre_spike = ("r1 %s; r2 %s"):format(op, op),
      on_post = "w = clip(w + w_max*r1*(A2_p + A3_p*o2), 0, w_max)", post_spike = ("o1 %s; o2 %s"):format(op, op),
      parameters = { tau_p = 16.8 * ln.ms, tau_m = 33.7 * ln.ms, tau_x = v[5] * ln.ms, tau_y = v[6] * ln.ms, A2_p = v[1],
        A3_p = v[2], A2_m = v[3], A3_m = v[4], w_max = 1 },
    }
  end,
}
