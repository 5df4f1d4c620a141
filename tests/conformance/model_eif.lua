--- Conformance: ln.models.eif, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "eif",
  duration = 200*ln.ms,
  values = { I_ext = { 0*ln.pA, 20*ln.pA } },
  inputs = { I_exc = 60*ln.pA, I_inh = -30*ln.pA },
  variables = { "v" },
}
