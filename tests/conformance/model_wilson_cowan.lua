--- Conformance: ln.models.wilson_cowan, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "wilson_cowan",
  duration = 200*ln.ms,
  values = { P = { 0.5, 0.3 } },
  variables = { "E", "I" },
}
