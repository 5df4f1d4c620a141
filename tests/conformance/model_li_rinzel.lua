--- Conformance: ln.models.li_rinzel, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "li_rinzel",
  dt = 10*ln.ms,
  duration = 30*ln.second,
  every = 200*ln.ms,
  inputs = { IP3 = 0.3*ln.umolar },
  variables = { "Ca", "h", "IP3" },
}
