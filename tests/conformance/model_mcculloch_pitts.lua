--- Conformance: ln.models.mcculloch_pitts, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "mcculloch_pitts",
  duration = 200*ln.ms,
  values = { I_ext = { -0.3, 0.1 } },
  inputs = { input = 1 },
  variables = { "h", "input", "s" },
}
