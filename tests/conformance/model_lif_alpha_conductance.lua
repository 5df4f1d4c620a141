--- Conformance: ln.models.lif_alpha_conductance, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "lif_alpha_conductance",
  duration = 200*ln.ms,
  values = { I_ext = { 200*ln.pA, 30*ln.pA } },
  inputs = { x_exc = 10*ln.nS, x_inh = 4*ln.nS },
  variables = { "v", "g_exc", "g_inh" },
}
