--- Conformance: ln.models.morris_lecar, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "morris_lecar",
  dt = 0.05*ln.ms,
  duration = 200*ln.ms,
  values = { I_ext = { 70*ln.uA/ln.cm^2, 10*ln.uA/ln.cm^2 } },
  variables = { "v", "n" },
}
