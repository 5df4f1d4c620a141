--- Conformance: ln.models.rate_intrinsic, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "rate_intrinsic", dt = 1*ln.ms, duration = 500*ln.ms, every = 10*ln.ms, values = { u = { -1, 0.4 } },
  variables = { "r", "a", "b" } }
