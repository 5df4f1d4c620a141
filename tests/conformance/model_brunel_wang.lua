--- Conformance: ln.models.brunel_wang, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "brunel_wang",
  duration = 200*ln.ms,
  values = { I_ext = { 200*ln.pA, 80*ln.pA } },
  inputs = { g_AMPA = 10*ln.nS, g_GABA = 5*ln.nS, g_NMDA = 4*ln.nS },
  variables = { "v", "g_AMPA", "g_GABA", "g_NMDA" },
}
