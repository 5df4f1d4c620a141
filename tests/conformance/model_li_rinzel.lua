--- Conformance: ln.models.li_rinzel, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "li_rinzel",
  dt = 1*ln.ms,
  duration = 10*ln.second,
  every = 100*ln.ms,
  inputs = { IP3 = 0.1*ln.umolar },
  variables = { "Ca", "h", "IP3" },
}
