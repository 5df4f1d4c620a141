--- Hodgkin-Huxley neuron with Traub & Miles' kinetics and exponentially decaying conductances.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 200 pF |
-- | g_L, g_Na, g_K | maximal conductances | 10 nS, 20 uS, 6 uS |
-- | E_L, E_Na, E_K | reversal potentials | -60, 50, -90 mV |
-- | V_T | shifts the kinetics' voltages | -63 mV |
-- | E_exc, E_inh | synaptic reversal potentials | 0, -80 mV |
-- | tau_exc, tau_inh | decay of the conductances | 5, 10 ms |
--
-- Variables: v (V), m, n, h (gates), g_exc, g_inh (S), I_ext (A, one a neuron). A spike is counted when v passes
-- -20 mV upwards (3 ms at most once).
-- Use, dt = 0.05 ms: `net:population(10, ln.models.hodgkin_huxley(), { I_ext = 500*pA })` fires at 79 Hz.
-- References: Traub & Miles 1991, Neuronal Networks of the Hippocampus; Brette et al. 2007, J Comput Neurosci
-- 23:349-398 (benchmark 3, COBAHH).
-- @module lunate.models.hodgkin_huxley
local ln = require "lunate"

return {
  equations = [[
    dv/dt = (g_L*(E_L - v) + g_exc*(E_exc - v) + g_inh*(E_inh - v) - g_Na*(m*m*m)*h*(v - E_Na)
             - g_K*(n*n*n*n)*(v - E_K) + I_ext) / C_m : volt
    dm/dt = alpha_m*(1 - m) - beta_m*m : 1
    dn/dt = alpha_n*(1 - n) - beta_n*n : 1
    dh/dt = alpha_h*(1 - h) - beta_h*h : 1
    dg_exc/dt = -g_exc / tau_exc : siemens
    dg_inh/dt = -g_inh / tau_inh : siemens
    alpha_m = 0.32*4/exprel((13*mV - v + V_T)/(4*mV))/ms : Hz
    beta_m = 0.28*5/exprel((v - V_T - 40*mV)/(5*mV))/ms : Hz
    alpha_h = 0.128*exp((17*mV - v + V_T)/(18*mV))/ms : Hz
    beta_h = 4/(1 + exp((40*mV - v + V_T)/(5*mV)))/ms : Hz
    alpha_n = 0.032*5/exprel((15*mV - v + V_T)/(5*mV))/ms : Hz
    beta_n = 0.5*exp((10*mV - v + V_T)/(40*mV))/ms : Hz
    I_ext : amp
  ]],
  threshold = "v > -20*mV", refractory = 3 * ln.ms, method = "exponential_euler",
  initial = { v = "E_L", m = "alpha_m/(alpha_m + beta_m)", n = "alpha_n/(alpha_n + beta_n)", h = "alpha_h/(alpha_h + beta_h)" },
  parameters = { C_m = 200 * ln.pF, g_L = 10 * ln.nS, g_Na = 20 * ln.uS, g_K = 6 * ln.uS, E_L = -60 * ln.mV,
    E_Na = 50 * ln.mV, E_K = -90 * ln.mV, V_T = -63 * ln.mV, E_exc = 0 * ln.mV, E_inh = -80 * ln.mV,
    tau_exc = 5 * ln.ms, tau_inh = 10 * ln.ms },
}
