--- Izhikevich's simple model with a capacitance, as in his book: fitted to cell types, in volts and amperes.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | C | capacitance | 100 pF |
-- | k | gain of the quadratic current | 0.7 nS/mV |
-- | v_r | resting potential | -60 mV |
-- | v_t | instantaneous threshold | -40 mV |
-- | a | rate of recovery | 0.03 /ms |
-- | b | its sensitivity to v | -2 nS |
-- | v_b, b_3 | and, cubic, above v_b | -55 mV, 0 pA/mV^3 |
-- | c, c_u | reset: v = c + c_u u | -50 mV, 0 mV/pA |
-- | d | recovery added a spike | 100 pA |
-- | V_peak, p_u | a spike is counted at V_peak - p_u u | 35 mV, 0 mV/pA |
--
-- Variables: v (V), u (A), I_ext (A, constant current, one a neuron). It fires for I_ext above
-- (b + k (v_t - v_r))^2 / (4 k), where b < 0.
-- Use, dt = 0.1 ms: `net:population(10, ln.models.izhikevich_2007(), { I_ext = 100*pA })` fires at 13 Hz.
-- Patterns: `ln.models.izhikevich_2007 { pattern = "fast spiking" }`: regular spiking, intrinsically bursting,
-- chattering, low-threshold spiking, fast spiking; `stimulus = true` adds a step of current.
-- Reference: Izhikevich 2007, Dynamical Systems in Neuroscience, MIT Press, chapter 8.
-- @module lunate.models.izhikevich_2007
local ln = require "lunate"

local mV, pA, nS = ln.mV, ln.pA, ln.nS

-- Parameters in the book's units; `more` has what differs from the usual.
local function pattern(name, I, C, k, v_r, v_t, a, b, c, d, V_peak, more)
  local parameters = { C = C * ln.pF, k = k * nS / mV, v_r = v_r * mV, v_t = v_t * mV, a = a / ln.ms, b = b * nS, c = c * mV,
    d = d * pA, V_peak = V_peak * mV }
  for key, value in pairs(more or {}) do parameters[key] = value end
  return { name = name, parameters = parameters, stimulus = ("%g*pA*int(t > 10*ms)"):format(I) }
end

return {
  equations = [[
    dv/dt = (k*(v - v_r)*(v - v_t) - u + I_ext) / C : volt
    du/dt = a*(b*(v - v_r) + b_3*clip(v - v_b, 0*mV, inf*mV)**3 - u) : amp
    I_ext : amp
  ]],
  threshold = "v >= V_peak - p_u*u", reset = "v = c + c_u*u; u += d", method = "euler",
  initial = { v = "v_r" },
  parameters = { C = 100 * ln.pF, k = 0.7 * nS / mV, v_r = -60 * mV, v_t = -40 * mV, a = 0.03 / ln.ms, b = -2 * nS,
    v_b = -55 * mV, b_3 = 0 * pA / mV ^ 3, c = -50 * mV, c_u = 0 * mV / pA, d = 100 * pA, V_peak = 35 * mV,
    p_u = 0 * mV / pA },
  patterns = {
    pattern("regular spiking",        100, 100, 0.7, -60, -40, 0.03, -2, -50, 100, 35),
    pattern("intrinsically bursting", 550, 150, 1.2, -75, -45, 0.01,  5, -56, 130, 50),
    pattern("chattering",             200,  50, 1.5, -60, -40, 0.03,  1, -40, 150, 25),
    pattern("low-threshold spiking",  200, 100, 1,   -56, -42, 0.03,  8, -53,  20, 40,
      { c_u = 0.04 * mV / pA, p_u = 0.1 * mV / pA }),
    pattern("fast spiking",           100,  20, 1,   -55, -40, 0.2,   0, -45,   0, 25, { b_3 = 0.025 * pA / mV ^ 3 }),
  },
}
