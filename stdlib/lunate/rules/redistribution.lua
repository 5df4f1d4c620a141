--- Long-term plasticity of short-term plasticity: pairs of spikes change the release probability U of a depressing synapse
-- instead of its weight. Potentiation makes the first response of a train larger and leaves what comes later as it was:
-- efficacy is redistributed.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | A_p | a pair with the source first changes U by A_p (1 - U) exp(-dt/tau_p) | 0.01 |
-- | A_m | one with the target first by -A_m U exp(-dt/tau_m) | 0.01 |
-- | tau_p, tau_m | time constants | 20 ms |
--
-- The projection has U: `net:project(a, b, ln.synapses.tsodyks_markram { connect = …, to = "g", w = 1*nS, U = 0.3,
-- rule = ln.rules.redistribution() })`; a rule of pairs for w itself can go with it, `rules = { ln.rules.redistribution(),
-- ln.rules.stdp { w_max = 2*nS } }`.
-- References: Markram & Tsodyks 1996, Nature 382:807-810 (the finding); Senn, Markram & Tsodyks 2001, Neural Comput 13:35-67
-- (pairs that change the release probability; here in their simplest form, amplitudes ours).
-- @module lunate.rules.redistribution
local ln = require "lunate"

return {
  define = function()
    return {
      equations = "dxp/dt = -xp/tau_p : 1 (pre)\ndym/dt = -ym/tau_m : 1 (post)",
      on_pre = "U -= A_m*U*clip(ym, 0, 1/A_m)", pre_spike = "xp += 1",
      on_post = "U += A_p*(1 - U)*clip(xp, 0, 1/A_p)", post_spike = "ym += 1",
      parameters = { A_p = 0.01, A_m = 0.01, tau_p = 20 * ln.ms, tau_m = 20 * ln.ms },
    }
  end,
}
