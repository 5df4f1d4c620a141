--- Conformance: ln.models.rate_linear, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "rate_linear",
  duration = 50*ln.ms,
  values = { I_ext = { -1, 0.5 } },
  variables = { "r" },
}
