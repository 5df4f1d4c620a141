--- Conformance: ln.models.hodgkin_huxley_squid, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "hodgkin_huxley_squid",
  dt = 0.01*ln.ms,
  duration = 60*ln.ms,
  values = { I_ext = { 4*ln.uA/ln.cm^2, 2*ln.uA/ln.cm^2 } },
  variables = { "v", "m", "h", "n" },
}
