--- Conformance: ln.models.lif_delta, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "lif_delta",
  duration = 200*ln.ms,
  values = { I_ext = { 0.1*ln.nA, 0.03*ln.nA } },
  inputs = { v = 2*ln.mV },
  variables = { "v" },
}
