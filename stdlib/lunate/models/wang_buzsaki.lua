--- Wang and Buzsáki's fast-spiking hippocampal interneuron, with its GABA gate.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 1 uF/cm^2 |
-- | g_Na, g_K, g_L | maximal conductances | 35, 9, 0.1 mS/cm^2 |
-- | E_Na, E_K, E_L | reversal potentials | 55, -90, -65 mV |
-- | phi | speed of the gates h and n | 5 |
-- | alpha_s, beta_s | opening and closing of the synaptic gate | 12, 0.1 /ms |
-- | theta_s | presynaptic voltage of half opening | 0 mV |
-- | V_spike | a spike is counted when v passes it upwards | -20 mV |
--
-- Variables: v (V), h, n (gates; m is instantaneous), s (the gate of the synapses this neuron makes), I_ext, I_syn
-- (A/m^2, current densities, one a neuron; I_syn is for synapses, which sum g s_pre (E_syn - v_post), E_syn = -75 mV).
-- Use, dt = 0.02 ms: `net:population(10, ln.models.wang_buzsaki(), { I_ext = 1*uA/cm2 })` fires at 60 Hz.
-- Reference: Wang & Buzsáki 1996, J Neurosci 16:6402-6413.
-- @module lunate.models.wang_buzsaki
local ln = require "lunate"

local cm2 = ln.cm ^ 2

return {
  equations = [[
    dv/dt = (g_Na*m_inf**3*h*(E_Na - v) + g_K*n**4*(E_K - v) + g_L*(E_L - v) + I_ext + I_syn) / C_m : volt
    dh/dt = phi*(alpha_h*(1 - h) - beta_h*h) : 1
    dn/dt = phi*(alpha_n*(1 - n) - beta_n*n) : 1
    ds/dt = alpha_s*(1 - s)/(1 + exp(-(v - theta_s)/(2*mV))) - beta_s*s : 1
    m_inf = alpha_m/(alpha_m + beta_m) : 1
    alpha_m = 1/exprel(-(v + 35*mV)/(10*mV))/ms : Hz
    beta_m = 4*exp(-(v + 60*mV)/(18*mV))/ms : Hz
    alpha_h = 0.07*exp(-(v + 58*mV)/(20*mV))/ms : Hz
    beta_h = 1/(1 + exp(-(v + 28*mV)/(10*mV)))/ms : Hz
    alpha_n = 0.1/exprel(-(v + 34*mV)/(10*mV))/ms : Hz
    beta_n = 0.125*exp(-(v + 44*mV)/(80*mV))/ms : Hz
    I_ext : amp/meter**2
    I_syn : amp/meter**2
  ]],
  threshold = "v > V_spike", refractory = "v > V_spike", method = "rk4",
  initial = { v = "E_L", h = "alpha_h/(alpha_h + beta_h)", n = "alpha_n/(alpha_n + beta_n)" },
  parameters = { C_m = 1 * ln.uF / cm2, g_Na = 35 * ln.mS / cm2, g_K = 9 * ln.mS / cm2, g_L = 0.1 * ln.mS / cm2,
    E_Na = 55 * ln.mV, E_K = -90 * ln.mV, E_L = -65 * ln.mV, phi = 5, alpha_s = 12 / ln.ms, beta_s = 0.1 / ln.ms,
    theta_s = 0 * ln.mV, V_spike = -20 * ln.mV },
}
