--- Conformance: ln.models.tempotron, with the same equations, events and statements of every half second in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "tempotron", dt = 1*ln.ms, duration = 1600*ln.ms, every = 10*ln.ms, inputs = { m = 0.3, s = 0.3 },
  variables = { "v", "v_max", "t_max", "fired", "teach", "t_teach" },
}
