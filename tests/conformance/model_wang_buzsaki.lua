--- Conformance: ln.models.wang_buzsaki, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "wang_buzsaki",
  dt = 0.02*ln.ms,
  duration = 80*ln.ms,
  values = { I_ext = { 0.2*ln.uA/ln.cm^2, 0.4*ln.uA/ln.cm^2 } },
  variables = { "v", "h", "n", "s" },
}
