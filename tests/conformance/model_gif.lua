--- Conformance in distribution: ln.models.gif, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "gif", n = 3000, distribution = true, duration = 200*ln.ms, values = { I_ext = { 300*ln.pA, 0*ln.pA } },
  variables = { "v", "stc_1", "sfa_2" },
}
