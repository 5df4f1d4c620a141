--- The neuron of the tempotron: an integrate-and-fire neuron that answers each trial with a spike or with silence. What
-- arrives after its spike is shunted. `ln.rules.tempotron` teaches it.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau | membrane time constant | 15 ms |
-- | tau_s | decay of synaptic currents | 3.75 ms |
-- | v_th | threshold | 1 |
-- | period | length of a trial; all potentials begin anew with each | 500 ms |
--
-- Variables: m, s (1, sums of w exp(-t/tau) and of w exp(-t/tau_s) over the spikes of the trial), v (1, the potential, scaled so
-- that a single spike with w = 1 reaches 1), label (1, set by the script before a trial: 1 where it should fire), wanted (1, the
-- label of this trial), fired (1), v_max, t_max (1, s: the potential's maximum up to its spike), and, of the trial that has just
-- ended, teach (1: 1 where a spike was missing, -1 where one was wrong) and t_teach (s, its t_max).
-- Use, dt = 1 ms: `net:population(10, ln.models.tempotron(), { label = 1 })` reaches teach = 1. Its synapses:
-- `transmit = "m += w; s += w"`; labels: `cell.label = 1` before the run, then by `net:every(500*ms, …)`; what came out:
-- `net:record(cell, "teach", { every = 500*ms })`.
-- Reference: Gütig & Sompolinsky 2006, Nat Neurosci 9:420-428.
-- @module lunate.models.tempotron
local ln = require "lunate"

return {
  equations = [[
    dm/dt = -m/tau : 1
    ds/dt = -s/tau_s : 1
    t_peak = log(tau/tau_s)*tau*tau_s/(tau - tau_s) : second
    v = (m - s)/(exp(-t_peak/tau) - exp(-t_peak/tau_s)) : 1
    label : 1
    wanted : 1
    fired : 1
    v_max : 1
    t_max : second
    teach : 1
    t_teach : second
  ]],
  threshold = "v >= v_th and fired < 0.5", reset = "fired = 1",
  events = { peak = "v > v_max and fired < 0.5" }, on = { peak = "v_max = v; t_max = t" },
  every = { { 500 * ln.ms, [[
    teach = wanted - fired
    t_teach = t_max
    wanted = label
    fired = 0
    m = 0
    s = 0
    v_max = 0
    t_max = t
  ]] } },
  parameters = { tau = 15 * ln.ms, tau_s = 3.75 * ln.ms, v_th = 1, period = 500 * ln.ms },
}
