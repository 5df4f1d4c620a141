--- Conformance: ln.models.lif_exp_current, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "lif_exp_current",
  duration = 200*ln.ms,
  values = { I_ext = { 300*ln.pA, 30*ln.pA } },
  inputs = { I_exc = 600*ln.pA, I_inh = -400*ln.pA },
  variables = { "v", "I_exc", "I_inh" },
}
