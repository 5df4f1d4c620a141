--- Leaky integrate-and-fire neuron with a teacher: it compares its spikes with desired ones, and tells its synapses by events.
-- For `ln.rules.resume` and `ln.rules.pspm`.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau_m | membrane time constant | 20 ms |
-- | R | membrane resistance | 100 Mohm |
-- | E_L | resting potential | -70 mV |
-- | V_th | threshold | -55 mV |
-- | V_reset | reset potential | -70 mV |
-- | t_ref | refractory time | 5 ms |
-- | tau_syn | decay of synaptic currents | 5 ms |
-- | window | a spike that is nearer than this to a desired one counts as this | 5 ms |
--
-- Variables: v (V), I_syn (A, `transmit = "I_syn += w"`), I_ext (A), taught (1, which the teacher raises), t_desired, t_own
-- (s, last desired and last own spike).
-- Events: desired (the teacher says so), missing (a desired spike has had no own one within the window), extra (an own spike
-- has had no desired one). The last two come a window later, and suppose that spikes of a train are further apart than that.
-- Use, dt = 0.1 ms: `net:population(10, ln.models.taught_lif(), { I_ext = 200*pA })` fires at 30.6 Hz. A teacher:
-- `net:project(teacher, cells, { connect = ln.one_to_one(), transmit = "taught += 1" })`; the event is in the step after.
-- References: Ponulak & Kasinski 2010, Neural Comput 22:467-510 (a teacher's spikes beside one's own); Bagley, Bordelon,
-- Moseley & Wessel 2020, PLoS ONE 15:e0229083 (missing and extra spikes).
-- @module lunate.models.taught_lif
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (E_L - v + R*(I_syn + I_ext))/tau_m : volt (unless refractory)
    dI_syn/dt = -I_syn/tau_syn : amp
    I_ext : amp
    taught : 1
    t_desired : second
    t_own : second
    open_desired : 1
    open_own : 1
    due_desired = open_desired > 0.5 and t - t_desired >= window - 0.5*dt : boolean
    due_own = open_own > 0.5 and t - t_own >= window - 0.5*dt : boolean
  ]],
  threshold = "v > V_th", reset = "v = V_reset; t_own = t; open_own = 1", refractory = "t_ref",
  events = {
    desired = "taught > 0.5",
    missing = "due_desired and t_own < t_desired - window - 0.5*dt",
    extra = "due_own and t_desired < t_own - window - 0.5*dt",
    judged_desired = "due_desired", judged_own = "due_own",
  },
  on = {
    desired = "taught = 0; t_desired = t; open_desired = 1",
    judged_desired = "open_desired = 0", judged_own = "open_own = 0",
  },
  initial = { v = "E_L", t_desired = "-1*second", t_own = "-1*second" },
  parameters = { tau_m = 20 * ln.ms, R = 100 * ln.Mohm, E_L = -70 * ln.mV, V_th = -55 * ln.mV, V_reset = -70 * ln.mV,
    t_ref = 5 * ln.ms, tau_syn = 5 * ln.ms, window = 5 * ln.ms },
}
