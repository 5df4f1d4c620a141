--- Conformance: ln.models.hindmarsh_rose, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "hindmarsh_rose",
  dt = 0.05*ln.ms,
  duration = 200*ln.ms,
  values = { I_ext = { 1, 0.5 } },
  variables = { "x", "y", "z" },
}
