--- Conformance: ln.models.lif_biexp_current, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "lif_biexp_current",
  duration = 200*ln.ms,
  values = { I_ext = { 300*ln.pA, 30*ln.pA } },
  inputs = { x_exc = 300*ln.pA, x_inh = -100*ln.pA },
  variables = { "v", "I_exc", "I_inh" },
}
