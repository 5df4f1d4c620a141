--- Conformance: ln.models.mat2, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "mat2",
  duration = 300*ln.ms,
  values = { I_ext = { 0.3*ln.nA, 0.1*ln.nA } },
  inputs = { I_exc = 500*ln.pA, I_inh = -200*ln.pA },
  variables = { "v", "theta_1", "theta_2" },
}
