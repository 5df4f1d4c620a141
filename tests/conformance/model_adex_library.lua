--- Conformance: ln.models.adex (a pattern, with synapses), with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "adex", name = "adex_library",
  model = { pattern = "adaptation" },
  duration = 200*ln.ms,
  values = { I_ext = { 300*ln.pA, 60*ln.pA } },
  inputs = { I_exc = 200*ln.pA, I_inh = -100*ln.pA },
  variables = { "v", "w" },
}
