--- CUBA: 4,000 integrate-and-fire neurons with current-based synapses, firing by themselves.
--
-- Benchmark 2 of Brette et al. 2007, J Comput Neurosci 23:349-398, after Vogels and Abbott 2005.
-- Brian2 gives 5.6 to 5.8 Hz and a CV of 0.51 to 0.53 (four seeds, one second).
local ln = require "lunate"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms, seed = 42 }

local lif = ln.neuron {
  equations = [[
    dv/dt  = (ge + gi - (v - E_L)) / tau_m : volt (unless refractory)
    dge/dt = -ge / tau_e : volt
    dgi/dt = -gi / tau_i : volt
  ]],
  threshold = "v > v_th", reset = "v = v_r", refractory = 5*ms,
  parameters = { tau_m = 20*ms, tau_e = 5*ms, tau_i = 10*ms, E_L = -49*mV, v_th = -50*mV, v_r = -60*mV },
}

local exc = net:population(3200, lif, { name = "exc", v = "v_r + rand()*(v_th - v_r)" })
local inh = net:population( 800, lif, { name = "inh", v = "v_r + rand()*(v_th - v_r)" })

for _, target in ipairs { exc, inh } do
  net:project(exc, target, { connect = ln.bernoulli(0.02), transmit = "ge += w", w = 1.62*mV, delay = 0.1*ms })
  net:project(inh, target, { connect = ln.bernoulli(0.02), transmit = "gi += w", w = -9*mV,   delay = 0.1*ms })
end

local spikes = { net:record(exc, "spikes"), net:record(inh, "spikes") }
net:run(1*ln.second)
for _, s in ipairs(spikes) do
  print(("%s: %s, CV %.2f"):format(s.population.name, s:rate():format(3), s:cv_isi()))
end
print "Brian2: 5.6 to 5.8 Hz, CV 0.51 to 0.53"

ln.plot.panels {
  { ln.plot.raster(spikes) },
  { ln.plot.rate(spikes, { smooth = 5*ms, legend = false }) },
  share_x = true, heights = { 2, 1 },
}:save(arg[1] or "cuba.png")
