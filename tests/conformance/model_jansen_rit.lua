--- Conformance: ln.models.jansen_rit, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "jansen_rit",
  duration = 500*ln.ms,
  every = 5*ln.ms,
  values = { p = { 80*ln.Hz, 50*ln.Hz } },
  variables = { "y_0", "y_1", "y_2", "y_3", "y_4", "y_5" },
}
