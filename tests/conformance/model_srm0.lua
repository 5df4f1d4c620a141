--- Conformance in distribution: ln.models.srm0, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "srm0", n = 3000, distribution = true, duration = 200*ln.ms, values = { I_ext = { 200*ln.pA, 0*ln.pA } },
  variables = { "eta" },
}
