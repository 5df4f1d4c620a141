--- Conformance: ln.models.regular, with the same equations in Brian2.
local ln = require "lunate"
local run = dofile((arg[0]:match "^.*/" or "") .. "support/models.lua").run

run { "regular", duration = 200*ln.ms, model = { rate = 137*ln.Hz, start = 3*ln.ms }, variables = { "next" } }
