--- Conformance: ln.models.izhikevich (tonic bursting), with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "izhikevich",
  model = { pattern = "tonic bursting" },
  duration = 200*ln.ms,
  values = { I = { 8*ln.mV/ln.ms, 2*ln.mV/ln.ms } },
  inputs = { v = 3*ln.mV },
  variables = { "v", "u" },
}
