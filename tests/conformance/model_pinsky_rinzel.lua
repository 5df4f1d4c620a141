--- Conformance: ln.models.pinsky_rinzel, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "pinsky_rinzel",
  dt = 0.02*ln.ms,
  duration = 60*ln.ms,
  every = 4*ln.ms,
  values = { I_s = { 0.5*ln.uA/ln.cm^2, 0.5*ln.uA/ln.cm^2 } },
  variables = { "v_s", "v_d", "h", "n", "s", "c", "q", "Ca" },
}
