--- COBA: 4,000 integrate-and-fire neurons with conductance-based synapses; once kicked, they keep each other firing.
--
-- Benchmark 1 of Brette et al. 2007, J Comput Neurosci 23:349-398; the neuron is a ready-made model, whose typical
-- values are the benchmark's. Brian2 gives 17 to 19 Hz with a CV of 1.4 to 1.5 (for one initial state in four the
-- activity dies at once).
local ln = require "lunate"
local ms, mV, nS = ln.ms, ln.mV, ln.nS

local net = ln.network { dt = 0.1*ms, seed = 1 }
local lif = ln.models.lif_exp_conductance {}

-- Conductances start where they are while the network is active.
local function start(name)
  return {
    name = name, v = ln.normal(-65*mV, 5*mV),
    g_exc = ln.truncated(ln.normal(40*nS, 15*nS), 0*nS), g_inh = ln.truncated(ln.normal(200*nS, 120*nS), 0*nS),
  }
end
local exc = net:population(3200, lif, start "exc")
local inh = net:population( 800, lif, start "inh")

for _, target in ipairs { exc, inh } do
  net:project(exc, target, { connect = ln.bernoulli(0.02), transmit = "g_exc += w", w =  6*nS, delay = 0.1*ms })
  net:project(inh, target, { connect = ln.bernoulli(0.02), transmit = "g_inh += w", w = 67*nS, delay = 0.1*ms })
end

local spikes = { net:record(exc, "spikes"), net:record(inh, "spikes") }
net:run(1*ln.second)
for _, s in ipairs(spikes) do
  print(("%s: %s, CV %.2f"):format(s.population.name, s:rate():format(3), s:cv_isi()))
end
print "Brian2: 17 to 19 Hz, CV 1.4 to 1.5"
