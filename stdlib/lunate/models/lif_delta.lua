--- Leaky integrate-and-fire neuron with delta synapses: a spike moves the potential at once (`transmit = "v += w"`).
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau_m | membrane time constant | 20 ms |
-- | E_L | resting potential | 0 mV |
-- | V_th | threshold | 20 mV |
-- | V_reset | reset potential | 10 mV |
-- | t_ref | refractory time | 2 ms |
-- | R_m | membrane resistance (for I_ext) | 100 Mohm |
--
-- Variables: v (V), I_ext (A, constant current, one a neuron).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.lif_delta(), { I_ext = 0.3*nA })` fires at 62 Hz.
-- Reference: Brunel 2000, J Comput Neurosci 8:183-208 (values of its model A).
-- @module lunate.models.lif_delta
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (E_L - v + R_m*I_ext) / tau_m : volt (unless refractory)
    I_ext : amp
  ]],
  threshold = "v >= V_th", reset = "v = V_reset", refractory = "t_ref", initial = { v = "E_L" },
  parameters = { tau_m = 20 * ln.ms, E_L = 0 * ln.mV, V_th = 20 * ln.mV, V_reset = 10 * ln.mV, t_ref = 2 * ln.ms,
    R_m = 100 * ln.Mohm },
}
