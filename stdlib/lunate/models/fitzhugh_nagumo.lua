--- FitzHugh and Nagumo's model of excitability, dimensionless but for the time.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau | unit of time | 1 ms |
-- | a, b | place and slope of the recovery's nullcline | 0.7, 0.8 |
-- | epsilon | speed of the recovery | 0.08 |
-- | v_spike | a spike is counted when v passes it upwards | 1 |
--
-- Variables: v, w (recovery), I_ext, I_syn (inputs, one a neuron; I_syn is for synapses). It oscillates for I_ext from
-- 0.33 to 1.42.
-- Use, dt = 0.05 ms: `net:population(10, ln.models.fitzhugh_nagumo(), { I_ext = 0.5 })` fires at 25 Hz.
-- References: FitzHugh 1961, Biophys J 1:445-466; Nagumo, Arimoto & Yoshizawa 1962, Proc IRE 50:2061-2070.
-- @module lunate.models.fitzhugh_nagumo
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (v - v**3/3 - w + I_ext + I_syn) / tau : 1
    dw/dt = epsilon*(v + a - b*w) / tau : 1
    I_ext : 1
    I_syn : 1
  ]],
  threshold = "v > v_spike", refractory = "v > v_spike", method = "rk4",
  initial = { v = -1.19941, w = -0.62426 }, -- at rest without input
  parameters = { tau = 1 * ln.ms, a = 0.7, b = 0.8, epsilon = 0.08, v_spike = 1 },
}
