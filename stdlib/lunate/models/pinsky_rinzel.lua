--- Pinsky and Rinzel's two-compartment CA3 pyramidal cell: bursts from the exchange between soma and dendrite.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 3 uF/cm^2 |
-- | g_L | leak conductance | 0.1 mS/cm^2 |
-- | g_Na, g_KDR | somatic conductances | 30, 15 mS/cm^2 |
-- | g_Ca, g_KAHP, g_KC | dendritic conductances | 10, 0.8, 15 mS/cm^2 |
-- | g_c | coupling of the compartments | 2.1 mS/cm^2 |
-- | p | somatic share of the membrane | 0.5 |
-- | E_L | resting potential, from which the kinetics count | -60 mV |
-- | E_Na, E_Ca, E_K | reversal potentials | 60, 80, -75 mV |
-- | V_spike | a spike is counted when v_s passes it upwards | -20 mV |
--
-- Variables: v_s, v_d (V, soma and dendrite), h, n (somatic gates), s, c, q (dendritic gates), Ca (calcium, in the
-- paper's unit), I_s, I_d (A/m^2, current densities into soma and dendrite, one a neuron). At I_s = 0.75 uA/cm^2 it
-- bursts, at 2.5 it spikes.
-- Use, dt = 0.02 ms: `net:population(10, ln.models.pinsky_rinzel(), { I_s = 2.5*uA/cm2 })` fires at 50 Hz.
-- Reference: Pinsky & Rinzel 1994, J Comput Neurosci 1:39-60.
-- @module lunate.models.pinsky_rinzel
local ln = require "lunate"

local cm2 = ln.cm ^ 2

return {
  equations = [[
    dv_s/dt = (g_L*(E_L - v_s) + g_Na*m_inf**2*h*(E_Na - v_s) + g_KDR*n*(E_K - v_s) + g_c*(v_d - v_s)/p + I_s/p) / C_m : volt
    dv_d/dt = (g_L*(E_L - v_d) - I_Ca + g_KAHP*q*(E_K - v_d) + g_KC*c*clip(Ca/250, 0, 1)*(E_K - v_d)
               + g_c*(v_s - v_d)/(1 - p) + I_d/(1 - p)) / C_m : volt
    dh/dt = alpha_h*(1 - h) - beta_h*h : 1
    dn/dt = alpha_n*(1 - n) - beta_n*n : 1
    ds/dt = alpha_s*(1 - s) - beta_s*s : 1
    dc/dt = alpha_c*(1 - c) - beta_c*c : 1
    dq/dt = alpha_q*(1 - q) - 0.001*q/ms : 1
    dCa/dt = -0.13*I_Ca/(0.01*amp/meter**2)/ms - 0.075*Ca/ms : 1
    I_Ca = g_Ca*s**2*(v_d - E_Ca) : amp/meter**2
    x_s = (v_s - E_L)/mV : 1
    x_d = (v_d - E_L)/mV : 1
    m_inf = alpha_m/(alpha_m + beta_m) : 1
    alpha_m = 1.28/exprel((13.1 - x_s)/4)/ms : Hz
    beta_m = 1.4/exprel((x_s - 40.1)/5)/ms : Hz
    alpha_n = 0.08/exprel((35.1 - x_s)/5)/ms : Hz
    beta_n = 0.25*exp(0.5 - 0.025*x_s)/ms : Hz
    alpha_h = 0.128*exp((17 - x_s)/18)/ms : Hz
    beta_h = 4/(1 + exp((40 - x_s)/5))/ms : Hz
    alpha_s = 1.6/(1 + exp(-0.072*(x_d - 65)))/ms : Hz
    beta_s = 0.1/exprel((x_d - 51.1)/5)/ms : Hz
    closing_c = 2*exp((6.5 - x_d)/27)/ms : Hz
    alpha_c = int(x_d <= 50)*exp((x_d - 10)/11 - (x_d - 6.5)/27)/18.975/ms + int(x_d > 50)*closing_c : Hz
    beta_c = closing_c - alpha_c : Hz
    alpha_q = clip(0.00002*Ca, 0, 0.01)/ms : Hz
    I_s : amp/meter**2
    I_d : amp/meter**2
  ]],
  threshold = "v_s > V_spike", refractory = "v_s > V_spike", method = "rk4", input = "I_s",
  initial = { v_s = "E_L - 4.6*mV", v_d = "E_L - 4.5*mV", h = 0.999, n = 0.001, s = 0.009, c = 0.007, q = 0.01, Ca = 0.2 },
  parameters = { C_m = 3 * ln.uF / cm2, g_L = 0.1 * ln.mS / cm2, g_Na = 30 * ln.mS / cm2, g_KDR = 15 * ln.mS / cm2,
    g_Ca = 10 * ln.mS / cm2, g_KAHP = 0.8 * ln.mS / cm2, g_KC = 15 * ln.mS / cm2, g_c = 2.1 * ln.mS / cm2, p = 0.5,
    E_L = -60 * ln.mV, E_Na = 60 * ln.mV, E_Ca = 80 * ln.mV, E_K = -75 * ln.mV, V_spike = -20 * ln.mV },
}
