--- Izhikevich's simple model, in volts and seconds.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | a | rate of recovery | 0.02 /ms |
-- | b | its sensitivity to v | 0.2 /ms |
-- | c | reset potential | -65 mV |
-- | d | recovery added a spike | 8 mV/ms |
-- | k_1, k_0 | linear and constant coefficient of v | 5 /ms, 140 mV/ms |
-- | v_u, leak_u | recovery is drawn to b (v - v_u), unless leak_u is 0 | 0 mV, 1 |
-- | V_peak | potential at which a spike is counted | 30 mV |
--
-- Variables: v (V), u (V/s), I (V/s; 10 mV/ms corresponds to I = 10 of the paper).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.izhikevich(), { I = 10*mV/ms })` fires at 24 Hz.
-- Patterns: `ln.models.izhikevich { pattern = "tonic bursting", stimulus = true }` has the parameters of one of the 20
-- patterns of the second paper (or of the cell types of the first) and, with `stimulus`, the input that brings it out.
-- In steps shorter than the script's (which sets u by the new v), three patterns need other numbers than it has:
-- inhibition-induced bursting d = 0 (as in the paper; the script has -2), depolarizing after-potential d = -18 (-21),
-- bistability its second pulse at 208 ms (216).
-- References: Izhikevich 2003, IEEE Trans Neural Netw 14:1569-1572; Izhikevich 2004, IEEE Trans Neural Netw 15:1063-1070,
-- Figure 1 and its published script.
-- @module lunate.models.izhikevich
local ln = require "lunate"

local mV, ms = ln.mV, ln.ms

-- Parameters and input in the papers' units; `more` has what differs from the usual.
local function pattern(name, a, b, c, d, v, stimulus, more)
  more = more or {}
  local parameters = { a = a / ms, b = b / ms, c = c * mV, d = d * mV / ms }
  for key, value in pairs(more.parameters or {}) do parameters[key] = value end
  return { name = name, parameters = parameters, stimulus = "(" .. stimulus .. ")*mV/ms",
    initial = { v = v * mV, u = more.u or "b*v" } }
end

local function on(from, to) -- 1 within these milliseconds
  return to and ("int(t > %g*ms and t < %g*ms)"):format(from, to) or ("int(t > %g*ms)"):format(from)
end

local class_1 = { parameters = { k_1 = 4.1 / ms, k_0 = 108 * mV / ms } }
local accommodating = { parameters = { v_u = -65 * mV, leak_u = 0 }, u = -16 * mV / ms }

return {
  equations = [[
    dv/dt = (0.04/ms/mV)*v**2 + k_1*v + k_0 - u + I : volt
    du/dt = a*(b*(v - v_u) - leak_u*u) : volt/second
    I : volt/second
  ]],
  threshold = "v >= V_peak", reset = "v = c; u += d", method = "euler",
  initial = { v = -70 * mV, u = "b*(v - v_u)" }, input = "I",
  parameters = { a = 0.02 / ms, b = 0.2 / ms, c = -65 * mV, d = 8 * mV / ms, k_1 = 5 / ms, k_0 = 140 * mV / ms, v_u = 0 * mV,
    leak_u = 1, V_peak = 30 * mV },
  patterns = {
    pattern("tonic spiking",               0.02,  0.2,  -65,    6, -70, "14*" .. on(10)),
    pattern("phasic spiking",              0.02,  0.25, -65,    6, -64, "0.5*" .. on(20)),
    pattern("tonic bursting",              0.02,  0.2,  -50,    2, -70, "15*" .. on(22)),
    pattern("phasic bursting",             0.02,  0.25, -55, 0.05, -64, "0.6*" .. on(20)),
    pattern("mixed mode",                  0.02,  0.2,  -55,    4, -70, "10*" .. on(16)),
    pattern("spike frequency adaptation",  0.01,  0.2,  -65,    8, -70, "30*" .. on(8.5)),
    pattern("class 1",                     0.02, -0.1,  -55,    6, -60, "0.075*(t/ms - 30)*" .. on(30), class_1),
    pattern("class 2",                     0.2,   0.26, -65,    0, -64, "-0.5 + 0.015*(t/ms - 30)*" .. on(30)),
    pattern("spike latency",               0.02,  0.2,  -65,    6, -70, "7.04*" .. on(10, 13)),
    pattern("subthreshold oscillations",   0.05,  0.26, -60,    0, -62, "2*" .. on(20, 25)),
    pattern("resonator",                   0.1,   0.26, -60,   -1, -62,
      ("0.65*(%s + %s + %s + %s)"):format(on(40, 44), on(60, 64), on(280, 284), on(320, 324))),
    pattern("integrator",                  0.02, -0.1,  -55,    6, -60,
      ("9*(%s + %s + %s + %s)"):format(on(9.09, 11.09), on(14.09, 16.09), on(70, 72), on(80, 82)), class_1),
    pattern("rebound spike",               0.03,  0.25, -60,    4, -64, "-15*" .. on(20, 25)),
    pattern("rebound burst",               0.03,  0.25, -52,    0, -64, "-15*" .. on(20, 25)),
    pattern("threshold variability",       0.03,  0.25, -60,    4, -64,
      ("%s - 6*%s + %s"):format(on(10, 15), on(70, 75), on(80, 85))),
    pattern("bistability",                 0.1,   0.26, -60,    0, -61,
      ("0.24 + %s + %s"):format(on(37.5, 42.5), on(208, 213))),
    pattern("depolarizing after-potential", 1,    0.2,  -60,  -18, -70, "20*" .. on(9, 11)),
    pattern("accommodation",               0.02,  1,    -55,    4, -65,
      ("t/ms/25*%s + (t/ms - 300)/12.5*4*%s"):format("int(t < 200*ms)", on(300, 312.5)), accommodating),
    pattern("inhibition-induced spiking", -0.02, -1,    -60,    8, -63.8, "80 - 5*" .. on(50, 250)),
    pattern("inhibition-induced bursting", -0.026, -1,  -45,    0, -63.8, "80 - 5*" .. on(50, 250)),
    -- cell types of the first paper
    pattern("regular spiking",             0.02,  0.2,  -65,    8, -70, "10*" .. on(10)),
    pattern("intrinsically bursting",      0.02,  0.2,  -55,    4, -70, "10*" .. on(10)),
    pattern("chattering",                  0.02,  0.2,  -50,    2, -70, "10*" .. on(10)),
    pattern("fast spiking",                0.1,   0.2,  -65,    2, -70, "10*" .. on(10)),
    pattern("low-threshold spiking",       0.02,  0.25, -65,    2, -64, "10*" .. on(10)),
  },
}
