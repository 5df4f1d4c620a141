--- Conformance: ln.models.nmda_segments, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "nmda_segments",
  duration = 300*ln.ms,
  values = { I_ext = { 200*ln.pA, 60*ln.pA } },
  inputs = { I_1 = 40*ln.pA, I_3 = 30*ln.pA, I_exc = 200*ln.pA },
  variables = { "v", "I_1", "I_3", "until_1", "until_3" },
}
