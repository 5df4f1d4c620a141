--- Conformance: ln.models.adex (regular bursting), with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "adex", name = "adex_bursting",
  model = { pattern = "regular bursting", stimulus = true },
  n = 1,
  dt = 0.05*ln.ms,
  duration = 200*ln.ms,
  variables = { "v", "w" },
}
