--- Conformance: ln.models.izhikevich (the resonator and its input), with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "izhikevich", name = "izhikevich_resonator",
  model = { pattern = "resonator", stimulus = true },
  n = 1,
  duration = 400*ln.ms,
  variables = { "v", "u" },
}
