--- The network that the gallery's pictures are of: 400 excitatory and 100 inhibitory neurons, half a second.
local ln = require "lunate"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms, seed = 7 }
local lif = ln.neuron {
  equations = [[
    dv/dt  = (ge + gi - (v - E_L)) / tau_m : volt (unless refractory)
    dge/dt = -ge / tau_e : volt
    dgi/dt = -gi / tau_i : volt
    x : metre
    y : metre
  ]],
  threshold = "v > v_th", reset = "v = v_r", refractory = 5*ms,
  parameters = { tau_m = 20*ms, tau_e = 5*ms, tau_i = 10*ms, E_L = -49*mV, v_th = -50*mV, v_r = -60*mV },
}
local place = { v = "v_r + rand()*(v_th - v_r)", x = "rand()*mm", y = "rand()*mm" }
local exc = net:population(400, lif, { name = "exc", v = place.v, x = place.x, y = place.y })
local inh = net:population(100, lif, { name = "inh", v = place.v, x = place.x, y = place.y })
for _, target in ipairs { exc, inh } do
  net:project(exc, target, { connect = ln.bernoulli(0.1), transmit = "ge += w", w = 2*mV, delay = 1*ms })
  net:project(inh, target, { connect = ln.bernoulli(0.1), transmit = "gi += w", w = -11*mV, delay = 1*ms })
end

return { net = net, exc = exc, inh = inh, lif = lif, ln = ln }
