--- Neurons that spike at equal intervals.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | rate | firing rate | 10 Hz |
-- | start | time of the first spike | 0 ms |
--
-- Variables: next (s, time of the next spike, one a neuron: set it for other phases). Times are rounded to steps one by
-- one, so that the rate is kept.
-- Use, dt = 0.1 ms: `net:population(10, ln.models.regular { rate = 30*Hz })` fires at 30 Hz.
-- Reference: Gewaltig & Diesmann 2007, Scholarpedia 2(4):1430 (NEST's spike_generator).
-- @module lunate.models.regular
local ln = require "lunate"

return {
  equations = "next : second",
  threshold = "t > next - 0.5*dt", reset = "next += 1/rate",
  initial = { next = "start" },
  parameters = { rate = 10 * ln.Hz, start = 0 * ln.ms },
}
