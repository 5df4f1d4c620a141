--- Synaptic scaling: all synapses of a target grow or shrink in proportion until it fires at its own rate.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | rate | the rate aimed at | 5 Hz |
-- | eta | part by which weights change in a second, a hertz off | 4e-5 |
-- | gamma | integral: the same for each second that it has been a hertz off | 1e-7 Hz |
-- | tau_y | time over which spikes are counted | 10 s |
-- | period | between changes (`every`) | 100 ms |
--
-- Choice: `control`: "proportional" (dw/dt = eta w (rate - activity)), "integral" (besides gamma w times the integral of that
-- difference, which leaves no error where something else moves the weights; van Rossum et al. have tau_y = 100 s).
-- Variables: activity (Hz), with "integral" owed (1, the integral).
-- It goes with any rule: `rules = { ln.rules.stdp { … }, ln.rules.scaling { … } }`.
-- References: Turrigiano, Leslie, Desai, Rutherford & Nelson 1998, Nature 391:892-896; van Rossum, Bi & Turrigiano 2000,
-- J Neurosci 20:8812-8821 (eta, gamma).
-- @module lunate.rules.scaling
local ln = require "lunate"

return {
  choices = { control = { "proportional", "integral" } },
  define = function(choice)
    local def = {
      equations = "dactivity/dt = -activity/tau_y : Hz (post)", post_spike = "activity += 1/tau_y",
      every = { 100 * ln.ms, "w += w*eta*period*(rate - activity)" },
      parameters = { rate = 5 * ln.Hz, eta = 4e-5, tau_y = 10 * ln.second, period = 100 * ln.ms },
    }
    if choice.control == "integral" then
      def.equations = def.equations .. "\nowed : 1"
      def.every[2] = "owed += period*(rate - activity); w += w*period*(eta*(rate - activity) + gamma*owed)"
      def.parameters.gamma = 1e-7 * ln.Hz
    end
    return def
  end,
}
