--- Conformance: ln.models.taught_lif with teachers, with the same equations and events in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "taught_lif", duration = 200*ln.ms, values = { I_ext = { 100*ln.pA, 30*ln.pA } },
  inputs = { I_syn = 300*ln.pA, taught = 1 }, variables = { "v", "t_own", "t_desired", "open_own", "open_desired" },
}
