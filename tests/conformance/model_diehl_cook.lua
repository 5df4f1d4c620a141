--- Conformance: ln.models.diehl_cook, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "diehl_cook", dt = 0.5*ln.ms, duration = 200*ln.ms, values = { I_ext = { 10*ln.mV, 5*ln.mV } },
  inputs = { g_exc = 2, g_inh = 1 }, variables = { "v", "g_exc", "theta" },
}
