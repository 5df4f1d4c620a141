--- COBA: 4,000 integrate-and-fire neurons with conductance-based synapses; kicked for 50 ms, they then keep each other
-- firing.
--
-- Benchmark 1 of Brette et al. 2007, J Comput Neurosci 23:349-398, after Vogels and Abbott 2005; the neuron is a
-- ready-made model, whose typical values are the benchmark's. Brian2 gives 18 to 21 Hz with a CV of 1.5 to 1.6.
local ln = require "lunate"
local ms, mV, nS, Hz = ln.ms, ln.mV, ln.nS, ln.Hz

local net = ln.network { dt = 0.1*ms, seed = 1 }
local lif = ln.models.lif_exp_conductance {}
local exc = net:population(3200, lif, { name = "exc", v = ln.uniform(-70*mV, -50*mV) })
local inh = net:population( 800, lif, { name = "inh", v = ln.uniform(-70*mV, -50*mV) })

local kicks = {}
for k, target in ipairs { exc, inh } do
  net:project(exc, target, { connect = ln.bernoulli(0.02), transmit = "g_exc += w", w =  6*nS, delay = 0.1*ms })
  net:project(inh, target, { connect = ln.bernoulli(0.02), transmit = "g_inh += w", w = 67*nS, delay = 0.1*ms })
  kicks[k] = net:project(ln.poisson_input { rate = 500*Hz }, target, { transmit = "g_exc += w", w = 6*nS })
end
net:run(50*ms)
for _, kick in ipairs(kicks) do kick.rate = 0*Hz end

local spikes = { net:record(exc, "spikes"), net:record(inh, "spikes") }
net:run(1*ln.second)
for _, s in ipairs(spikes) do
  print(("%s: %s, CV %.2f"):format(s.population.name, s:rate():format(3), s:cv_isi()))
end
print "Brian2: 18 to 21 Hz, CV 1.5 to 1.6"
