--- Poisson neurons whose rate is a variable: one a neuron, or changing with time.
--
-- `ln.models.inhomogeneous_poisson { rate = "20*Hz*(1 + sin(2*pi*4*Hz*t))" }` has a rate that follows an expression;
-- `{ rate = ln.timed_array(rates, 10*ms) }` one sampled in time (with a column a neuron, one for each); without either, the
-- population's `rate` is set like any variable.
--
-- | parameter | meaning | typical |
-- |---|---|---|
--
-- Variables: rate (Hz, one a neuron).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.inhomogeneous_poisson { rate = "40*Hz*t/second" })` fires at about 28 Hz.
-- Reference: Dayan & Abbott 2001, Theoretical Neuroscience, MIT Press, section 1.4.
-- @module lunate.models.inhomogeneous_poisson

return {
  equations = "rate : Hz",
  threshold = "rand() < rate*dt",
  input = "rate", parameters = {},
}
