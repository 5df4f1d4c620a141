--- Conformance in distribution: ln.models.pulse_packets, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "pulse_packets", n = 3000, distribution = true, duration = 150*ln.ms, variables = { "next", "packet" },
  model = { start = 10*ln.ms, period = 20*ln.ms, spread = 2*ln.ms },
}
