--- Conformance: ln.models.lif_exp_conductance, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "lif_exp_conductance",
  duration = 200*ln.ms,
  values = { I_ext = { 50*ln.pA, 20*ln.pA } },
  inputs = { g_exc = 5*ln.nS, g_inh = 4*ln.nS },
  variables = { "v", "g_exc", "g_inh" },
}
