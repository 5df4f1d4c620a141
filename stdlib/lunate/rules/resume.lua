--- ReSuMe, the remote supervised method: desired spikes strengthen what came before them, own spikes weaken it, until both are
-- the same: dw/dt = (S_desired - S_own)(a + A x), x the trace of the source's spikes.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | a | change at any synapse, as a part of w_max | 0.0005 |
-- | A | change times the trace, likewise | 0.01 |
-- | tau | trace of the source's spikes | 5 ms |
-- | w_min, w_max | bounds | -1, 1 |
--
-- Choice: `bounded` (true, false): whether weights stay within the bounds.
-- The target tells what is desired by an event of its own, `desired` unless `event` names another one: `ln.models.taught_lif`,
-- or any model with `taught : 1`, `events = { desired = "taught > 0.5" }`, `on = { desired = "taught = 0" }` and a teacher
-- that raises `taught`.
-- Use: `net:project(inputs, cells, { connect = ln.all_to_all(), transmit = "I_syn += w", w = 0.1*nA,
-- rule = ln.rules.resume { w_min = -1*nA, w_max = 1*nA } })`.
-- Reference: Ponulak & Kasinski 2010, Neural Comput 22:467-510 (a to A as 1 to 20, tau).
-- @module lunate.rules.resume
local ln = require "lunate"

return {
  names = { event = "desired" },
  choices = { bounded = { true, false } },
  define = function(choice, name)
    local change = choice.bounded and "w = clip(w %s w_max*(a + A*x), w_min, w_max)" or "w = w %s w_max*(a + A*x)"
    return {
      equations = "dx/dt = -x/tau : 1 (pre)", pre_spike = "x += 1",
      on_post = change:format "-", on_event = { [name.event] = change:format "+" },
      parameters = { a = 0.0005, A = 0.01, tau = 5 * ln.ms, w_max = 1, w_min = choice.bounded and -1 or nil },
    }
  end,
}
