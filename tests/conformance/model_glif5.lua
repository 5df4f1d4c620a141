--- Conformance: ln.models.glif5, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "glif5", method = "rk4", -- Brian2's exact method takes minutes to find
  duration = 200*ln.ms,
  values = { I_ext = { 200*ln.pA, 60*ln.pA } },
  inputs = { I_syn = 300*ln.pA },
  variables = { "v", "theta_s", "I_1", "I_2", "theta_v" },
}
