--- What Brian2's words are here, for messages and for help: word -> { a page of help, what to write }.
-- docs/coming-from-brian.md has them all.
-- @module lunate.brian_words
return {
  NeuronGroup = { "net:population", "ln.neuron { … }, then net:population(n, model)" },
  Synapses = { "net:project", "net:project(a, b, { … })" },
  PoissonGroup = { "models.poisson", "ln.models.poisson or ln.models.inhomogeneous_poisson" },
  PoissonInput = { "poisson_input", "ln.poisson_input" },
  SpikeGeneratorGroup = { "spike_source", "ln.spike_source" },
  TimedArray = { "timed_array", "ln.timed_array" },
  SpikeMonitor = { "net:record", 'net:record(pop, "spikes")' },
  EventMonitor = { "net:record", "net:record(pop, event)" },
  StateMonitor = { "net:record", 'net:record(pop, "v")' },
  PopulationRateMonitor = { "spikes:rate", "spikes:rate()" },
  Network = { "network", "ln.network" },
  Equations = { "neuron", "text between [[ and ]]" },
  linked_var = { "linked", "x = other.x or ln.linked" },
  network_operation = { "net:every", "net:every(period, f)" },
  run_regularly = { "pop:every", ':every(period, "statements")' },
  run_on_event = { "neuron", 'on = { event = "statements" } of ln.neuron' },
  defaultclock = { "network", "ln.network { dt = … }" },
  namespace = { "neuron", "parameters = { … }" },
  record = { "net:record", "neurons = { 1, 2 }" },
  weight = { "net:project", 'transmit = "v += w", w = …' },
  model = { "net:project", "equations = [[ … ]]" },
}
