--- Volleys: each neuron spikes once a packet, at a time normally distributed about the packet's.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | start | time of the first packet | 50 ms |
-- | period | time from packet to packet | 100 ms |
-- | spread | standard deviation of the spikes about their packet (well below the period) | 1 ms |
--
-- Variables: packet (packets done), next (s, time of the next spike). The size of the population is the number of spikes
-- a packet.
-- Use, dt = 0.1 ms: `net:population(10, ln.models.pulse_packets())` fires at 10 Hz.
-- Reference: Diesmann, Gewaltig & Aertsen 1999, Nature 402:529-533.
-- @module lunate.models.pulse_packets
local ln = require "lunate"

return {
  equations = [[
    packet : 1
    next : second
  ]],
  threshold = "t > next - 0.5*dt",
  reset = "packet += 1; next = start + packet*period + spread*randn()",
  initial = { next = "start + spread*randn()" },
  parameters = { start = 50 * ln.ms, period = 100 * ln.ms, spread = 1 * ln.ms },
}
