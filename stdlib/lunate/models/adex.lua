--- Adaptive exponential integrate-and-fire neuron (AdEx).
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 281 pF |
-- | g_L | leak conductance | 30 nS |
-- | E_L | resting potential | -70.6 mV |
-- | V_T | threshold of the spike's upstroke | -50.4 mV |
-- | Delta_T | its sharpness | 2 mV |
-- | tau_w | time constant of adaptation | 144 ms |
-- | a | subthreshold adaptation | 4 nS |
-- | b | adaptation a spike | 80.5 pA |
-- | V_reset | reset potential | -70.6 mV |
-- | V_peak | potential at which a spike is counted | 20 mV |
-- | tau_exc, tau_inh | decay of synaptic currents | 5 ms |
-- | t_ref | refractory time | 0 ms |
--
-- Variables: v (V), w (A, adaptation), I_exc, I_inh (A), I_ext (A, constant current, one a neuron).
-- Use, dt = 0.05 ms: `net:population(10, ln.models.adex(), { I_ext = 1*nA })` fires at 28 Hz.
-- Patterns: `ln.models.adex { pattern = "tonic spiking", stimulus = true }` has the parameters of one of eight firing
-- patterns and, with `stimulus`, the current that brings it out.
-- References: Brette & Gerstner 2005, J Neurophysiol 94:3637-3642; patterns: Naud, Marcille, Clopath & Gerstner 2008,
-- Biol Cybern 99:335-347, Table 1.
-- @module lunate.models.adex
local ln = require "lunate"

-- A row of the table of Naud et al. 2008: pF, nS, mV, mV, mV, nS, ms, pA, mV, pA.
local function pattern(name, C_m, g_L, E_L, V_T, Delta_T, a, tau_w, b, V_reset, I)
  return { name = name, stimulus = ("%d*pA"):format(I),
    parameters = { C_m = C_m * ln.pF, g_L = g_L * ln.nS, E_L = E_L * ln.mV, V_T = V_T * ln.mV, Delta_T = Delta_T * ln.mV,
      a = a * ln.nS, tau_w = tau_w * ln.ms, b = b * ln.pA, V_reset = V_reset * ln.mV, V_peak = 0 * ln.mV } }
end

return {
  equations = [[
    dv/dt = (g_L*(E_L - v) + g_L*Delta_T*exp((v - V_T)/Delta_T) - w + I_exc + I_inh + I_ext) / C_m : volt (unless refractory)
    dw/dt = (a*(v - E_L) - w) / tau_w : amp
    dI_exc/dt = -I_exc / tau_exc : amp
    dI_inh/dt = -I_inh / tau_inh : amp
    I_ext : amp
  ]],
  threshold = "v > V_peak", reset = "v = V_reset; w += b", refractory = "t_ref", method = "euler",
  initial = { v = "E_L" },
  parameters = { C_m = 281 * ln.pF, g_L = 30 * ln.nS, E_L = -70.6 * ln.mV, V_T = -50.4 * ln.mV, Delta_T = 2 * ln.mV,
    tau_w = 144 * ln.ms, a = 4 * ln.nS, b = 80.5 * ln.pA, V_reset = -70.6 * ln.mV, V_peak = 20 * ln.mV,
    tau_exc = 5 * ln.ms, tau_inh = 5 * ln.ms, t_ref = 0 * ln.ms },
  patterns = {
    pattern("tonic spiking",            200, 10, -70, -50, 2,   2,  30,   0, -58, 500),
    pattern("adaptation",               200, 12, -70, -50, 2,   2, 300,  60, -58, 500),
    pattern("initial burst",            130, 18, -58, -50, 2,   4, 150, 120, -50, 400),
    pattern("regular bursting",         200, 10, -58, -50, 2,   2, 120, 100, -46, 210),
    pattern("delayed accelerating",     200, 12, -70, -50, 2, -10, 300,   0, -58, 300),
    pattern("delayed regular bursting", 100, 10, -65, -50, 2, -10,  90,  30, -47, 110),
    pattern("transient spiking",        100, 10, -65, -50, 2,  10,  90, 100, -47, 180),
    pattern("irregular spiking",        100, 12, -60, -50, 2, -11, 130,  30, -48, 160),
  },
}
