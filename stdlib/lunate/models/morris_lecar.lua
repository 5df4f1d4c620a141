--- Morris and Lecar's model of the barnacle's muscle fibre: calcium spikes from two variables.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C_m | membrane capacitance | 20 uF/cm^2 |
-- | g_Ca, g_K, g_L | maximal conductances | 4.4, 8, 2 mS/cm^2 |
-- | E_Ca, E_K, E_L | reversal potentials | 120, -84, -60 mV |
-- | V_1, V_2 | calcium gate: half activation and width | -1.2, 18 mV |
-- | V_3, V_4 | potassium gate: half activation and width | 2, 30 mV |
-- | phi | speed of the potassium gate | 0.04 /ms |
-- | V_spike | a spike is counted when v passes it upwards | 0 mV |
--
-- Variables: v (V), n (potassium gate), I_ext, I_syn (A/m^2, current densities, one a neuron; I_syn is for synapses).
-- Use, dt = 0.05 ms: `net:population(10, ln.models.morris_lecar(), { I_ext = 100*uA/cm2 })` fires at 12 Hz.
-- Patterns: `ln.models.morris_lecar { pattern = "snic" }`: hopf (class 2, the values above), snic (class 1), homoclinic;
-- `stimulus = true` adds a current under which it fires.
-- References: Morris & Lecar 1981, Biophys J 35:193-213; Rinzel & Ermentrout 1998, in: Methods in Neuronal Modeling
-- (Koch & Segev eds.), 251-292 (values).
-- @module lunate.models.morris_lecar
local ln = require "lunate"

local cm2 = ln.cm ^ 2

local function pattern(name, g_Ca, V_3, V_4, phi, I)
  return { name = name, stimulus = ("%g*0.01*amp/meter**2"):format(I),
    parameters = { g_Ca = g_Ca * ln.mS / cm2, V_3 = V_3 * ln.mV, V_4 = V_4 * ln.mV, phi = phi / ln.ms } }
end

return {
  equations = [[
    dv/dt = (g_Ca*m_inf*(E_Ca - v) + g_K*n*(E_K - v) + g_L*(E_L - v) + I_ext + I_syn) / C_m : volt
    dn/dt = phi*cosh((v - V_3)/(2*V_4))*(n_inf - n) : 1
    m_inf = 0.5*(1 + tanh((v - V_1)/V_2)) : 1
    n_inf = 0.5*(1 + tanh((v - V_3)/V_4)) : 1
    I_ext : amp/meter**2
    I_syn : amp/meter**2
  ]],
  threshold = "v > V_spike", refractory = "v > V_spike", method = "rk4", initial = { v = "E_L", n = "n_inf" },
  parameters = { C_m = 20 * ln.uF / cm2, g_Ca = 4.4 * ln.mS / cm2, g_K = 8 * ln.mS / cm2, g_L = 2 * ln.mS / cm2,
    E_Ca = 120 * ln.mV, E_K = -84 * ln.mV, E_L = -60 * ln.mV, V_1 = -1.2 * ln.mV, V_2 = 18 * ln.mV, V_3 = 2 * ln.mV,
    V_4 = 30 * ln.mV, phi = 0.04 / ln.ms, V_spike = 0 * ln.mV },
  patterns = {
    pattern("hopf",       4.4,  2, 30,   0.04,     100),
    pattern("snic",       4,   12, 17.4, 1 / 15,    45),
    pattern("homoclinic", 4,   12, 17.4, 0.23,      40.5),
  },
}
