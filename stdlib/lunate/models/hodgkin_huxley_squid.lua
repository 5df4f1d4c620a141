--- Hodgkin and Huxley's model of the squid's giant axon, a patch of membrane, with rest at -65 mV.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 1 uF/cm^2 |
-- | g_Na, g_K, g_L | maximal conductances | 120, 36, 0.3 mS/cm^2 |
-- | E_Na, E_K, E_L | reversal potentials | 50, -77, -54.4 mV |
-- | V_spike | a spike is counted when v passes it upwards | 0 mV |
--
-- Variables: v (V), m, h, n (gates), I_ext, I_syn (A/m^2, current densities, one a neuron; I_syn is for synapses).
-- Use, dt = 0.01 ms: `net:population(10, ln.models.hodgkin_huxley_squid(), { I_ext = 10*uA/cm2 })` fires at 68 Hz.
-- Reference: Hodgkin & Huxley 1952, J Physiol 117:500-544 (with today's sign and origin of the voltage).
-- @module lunate.models.hodgkin_huxley_squid
local ln = require "lunate"

local cm2 = ln.cm ^ 2

return {
  equations = [[
    dv/dt = (g_Na*m**3*h*(E_Na - v) + g_K*n**4*(E_K - v) + g_L*(E_L - v) + I_ext + I_syn) / C_m : volt
    dm/dt = alpha_m*(1 - m) - beta_m*m : 1
    dh/dt = alpha_h*(1 - h) - beta_h*h : 1
    dn/dt = alpha_n*(1 - n) - beta_n*n : 1
    alpha_m = 1/exprel(-(v + 40*mV)/(10*mV))/ms : Hz
    beta_m = 4*exp(-(v + 65*mV)/(18*mV))/ms : Hz
    alpha_h = 0.07*exp(-(v + 65*mV)/(20*mV))/ms : Hz
    beta_h = 1/(1 + exp(-(v + 35*mV)/(10*mV)))/ms : Hz
    alpha_n = 0.1/exprel(-(v + 55*mV)/(10*mV))/ms : Hz
    beta_n = 0.125*exp(-(v + 65*mV)/(80*mV))/ms : Hz
    I_ext : amp/meter**2
    I_syn : amp/meter**2
  ]],
  threshold = "v > V_spike", refractory = "v > V_spike", method = "exponential_euler",
  initial = { v = -65 * ln.mV, m = "alpha_m/(alpha_m + beta_m)", h = "alpha_h/(alpha_h + beta_h)",
    n = "alpha_n/(alpha_n + beta_n)" },
  parameters = { C_m = 1 * ln.uF / cm2, g_Na = 120 * ln.mS / cm2, g_K = 36 * ln.mS / cm2, g_L = 0.3 * ln.mS / cm2,
    E_Na = 50 * ln.mV, E_K = -77 * ln.mV, E_L = -54.4 * ln.mV, V_spike = 0 * ln.mV },
}
