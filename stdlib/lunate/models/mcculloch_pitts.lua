--- Binary neurons of McCulloch and Pitts, all updated at each step: active where the input of the step before reached the
-- threshold. A synapse adds to the input by `transmit = "input += w"`, without delay.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | theta | threshold | 1 |
--
-- Variables: input (being summed for the next step), h (the input of this step), s (state, 0 or 1), I_ext (constant input, one
-- a neuron). An active neuron spikes in every step.
-- Use, dt = 1 ms: `net:population(10, ln.models.mcculloch_pitts(), { I_ext = 1 })` fires at 1000 Hz.
-- Reference: McCulloch & Pitts 1943, Bull Math Biophys 5:115-133.
-- @module lunate.models.mcculloch_pitts

return {
  equations = [[
    s = int(h + I_ext >= theta) : 1
    h : 1
    input : 1
    I_ext : 1
  ]],
  threshold = "h + I_ext >= theta",
  events = { step = "t >= 0*ms" }, on = { step = "h = input; input = 0" }, -- after the step's spikes have arrived
  parameters = { theta = 1 },
}
