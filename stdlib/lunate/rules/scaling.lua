--- Synaptic scaling: all synapses of a target grow or shrink in proportion until it fires at its own rate.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | rate | the rate aimed at | 5 Hz |
-- | eta | part by which weights change in a second, a hertz off | 4e-5 |
-- | tau_y | time over which spikes are counted | 10 s |
-- | period | between changes (`every`) | 100 ms |
--
-- References: Turrigiano, Leslie, Desai, Rutherford & Nelson 1998, Nature 391:892-896; van Rossum, Bi & Turrigiano 2000,
-- J Neurosci 20:8812-8821.
-- @module lunate.rules.scaling
local ln = require "lunate"

return {
  define = function()
    return {
      equations = "dy/dt = -y/tau_y : Hz (post)", post_spike = "y += 1/tau_y",
      every = { 100 * ln.ms, "w += w*eta*period*(rate - y)" },
      parameters = { rate = 5 * ln.Hz, eta = 4e-5, tau_y = 10 * ln.second, period = 100 * ln.ms },
    }
  end,
}
