--- Izhikevich's simple model, in volts and seconds.
--
-- | parameter | meaning | typical (regular spiking) |
-- |---|---|---|
-- | a | rate of recovery | 0.02 /ms |
-- | b | its sensitivity to v | 0.2 /ms |
-- | c | reset potential | -65 mV |
-- | d | recovery added a spike | 8 V/s |
-- | V_peak | potential at which a spike is counted | 30 mV |
--
-- Variables: v (V), u (V/s), I (V/s; 10 mV/ms corresponds to I = 10 of the paper).
-- Reference: Izhikevich 2003, IEEE Trans Neural Netw 14:1569-1572.
-- @module lunate.models.izhikevich
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (0.04/ms/mV)*v**2 + (5/ms)*v + 140*mV/ms - u + I : volt
    du/dt = a*(b*v - u) : volt/second
    I : volt/second
  ]],
  threshold = "v >= V_peak", reset = "v = c; u += d", method = "euler",
  parameters = { a = 0.02 / ln.ms, b = 0.2 / ln.ms, c = -65 * ln.mV, d = 8 * ln.mV / ln.ms, V_peak = 30 * ln.mV },
}
