--- Conformance: ln.models.hodgkin_huxley, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "hodgkin_huxley",
  dt = 0.05*ln.ms,
  duration = 100*ln.ms,
  values = { I_ext = { 200*ln.pA, 150*ln.pA } },
  inputs = { g_exc = 6*ln.nS, g_inh = 5*ln.nS },
  variables = { "v", "m", "n", "h" },
}
