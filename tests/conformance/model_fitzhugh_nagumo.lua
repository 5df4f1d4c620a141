--- Conformance: ln.models.fitzhugh_nagumo, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "fitzhugh_nagumo",
  dt = 0.05*ln.ms,
  duration = 150*ln.ms,
  values = { I_ext = { 0.2, 0.1 } },
  inputs = { v = 0.3 },
  variables = { "v", "w" },
}
