--- Conformance: ln.models.siegert, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "siegert",
  duration = 20*ln.ms,
  values = { mu = { 5*ln.mV, 4*ln.mV }, sigma = { 2*ln.mV, 1*ln.mV } },
  variables = { "r", "phi" },
}
