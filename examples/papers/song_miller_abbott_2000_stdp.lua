-- Competitive Hebbian learning through spike-timing dependent plasticity (Song, Miller & Abbott 2000, Nat Neurosci
-- 3:919-926, Figs. 2 and 3): one neuron, 1,000 Poisson inputs of equal rate, weights that start alike. Pairs of spikes
-- drive the weights apart, to the bounds; the neuron comes to a balance in which its inputs hardly make it fire.
local ln = require "lunate"
local ms, mV, Hz, second = ln.ms, ln.mV, ln.Hz, ln.second

local net = ln.network { dt = 0.25*ms, seed = 1 }
local g_max = 0.01 -- of the leak
local inputs = net:population(1000, ln.models.poisson { rate = 15*Hz }, { name = "inputs" })
local cell = net:population(1, ln.neuron {
  equations = [[
    dv/dt  = (E_L - v + ge*(E_e - v)) / tau_m : volt
    dge/dt = -ge / tau_e : 1
  ]],
  threshold = "v > -54*mV", reset = "v = -60*mV", method = "euler",
  parameters = { E_L = -74*mV, E_e = 0*mV, tau_m = 10*ms, tau_e = 5*ms },
}, { name = "cell", v = -74*mV })

local synapses = net:project(inputs, cell, {
  connect = ln.all_to_all(), transmit = "ge += w", delay = 2*ms, w = ("%g*rand()"):format(g_max),
  rule = ln.rules.stdp { A_p = 0.01, A_m = 0.0105, w_max = g_max },
})

local spikes = net:record(cell, "spikes")
local function report(label)
  local w, low, high = synapses.w:gather():raw(), 0, 0
  for k = 1, #w do
    if w[k] < 0.1*g_max then low = low + 1 end
    if w[k] > 0.9*g_max then high = high + 1 end
  end
  print(("%-14s weights near 0: %4.1f %%, near the bound: %4.1f %%, mean %.2f g_max"):format(label, 100*low/#w, 100*high/#w,
    synapses.w:mean()/g_max))
end

report "at the start:"
net:run(10*second)
local early = spikes:count()/10
net:run(280*second)
local before = spikes:count()
net:run(10*second)
report "after 300 s:"
print(("rate in the first 10 s: %.1f Hz; in the last 10 s: %.1f Hz"):format(early, (spikes:count() - before)/10))
print "paper: two peaks at the bounds, few between; the rate comes down as the weights settle"
