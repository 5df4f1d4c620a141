--- Hindmarsh and Rose's model of bursting, dimensionless but for the time.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau | unit of time | 1 ms |
-- | a, b, c, d | coefficients of the fast system | 1, 3, 1, 5 |
-- | r | speed of the adaptation | 0.006 |
-- | s | its strength | 4 |
-- | x_R | x of the fast system's rest | -1.6 |
-- | x_spike | a spike is counted when x passes it upwards | 1 |
--
-- Variables: x, y, z (adaptation), I_ext, I_syn (inputs, one a neuron; I_syn is for synapses). Regular bursts at
-- I_ext = 2, chaotic ones near 3.25, tonic spiking at 4.
-- Use, dt = 0.05 ms: `net:population(10, ln.models.hindmarsh_rose(), { I_ext = 4 })` fires at 50 Hz.
-- Reference: Hindmarsh & Rose 1984, Proc R Soc Lond B 221:87-102.
-- @module lunate.models.hindmarsh_rose
local ln = require "lunate"

return {
  equations = [[
    dx/dt = (y - a*x**3 + b*x**2 - z + I_ext + I_syn) / tau : 1
    dy/dt = (c - d*x**2 - y) / tau : 1
    dz/dt = r*(s*(x - x_R) - z) / tau : 1
    I_ext : 1
    I_syn : 1
  ]],
  threshold = "x > x_spike", refractory = "x > x_spike", method = "rk4",
  initial = { x = "x_R", y = "c - d*x_R**2" },
  parameters = { tau = 1 * ln.ms, a = 1, b = 3, c = 1, d = 5, r = 0.006, s = 4, x_R = -1.6, x_spike = 1 },
}
