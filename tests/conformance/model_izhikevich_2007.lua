--- Conformance: ln.models.izhikevich_2007, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "izhikevich_2007",
  duration = 200*ln.ms,
  values = { I_ext = { 60*ln.pA, 40*ln.pA } },
  inputs = { v = 2*ln.mV },
  variables = { "v", "u" },
}
