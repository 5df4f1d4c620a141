--- Conformance: integrate-and-fire driven by spike sources, a delay for each synapse, half of them between two steps.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "lif_delays"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms }
local source = net:population(20, compare.trains(20, 12, 150*ms, 1), { name = "source" })
local p = net:population(10, ln.neuron {
  equations = [[
    dv/dt  = (E_L - v + ge + gi)/tau_m : volt (unless refractory)
    dge/dt = -ge/tau_e : volt
    dgi/dt = -gi/tau_i : volt
  ]],
  threshold = "v > v_th", reset = "v = v_r", refractory = 2*ms, method = "exact",
  parameters = { tau_m = 12*ms, tau_e = 2.5*ms, tau_i = 6*ms, E_L = -65*mV, v_th = -56*mV, v_r = -63*mV },
}, { name = "p", v = -65*mV })

for _, kind in ipairs { { "ge += w", 8.2*mV, 2 }, { "gi += w", -1.3*mV, 5 } } do
  local statement, strength, stream = table.unpack(kind)
  local i, j = compare.pairs(20, 10, 0.6, stream)
  net:project(source, p, {
    connect = ln.pairs(i, j), transmit = statement,
    w = compare.list(#i, function(k) return (0.5 + compare.u(stream + 1, k))*strength end),
    delay = compare.list(#i, function(k)
      local halves = compare.below(101, stream + 2, k)
      return (halves == 1 and 0 or halves)*0.05*ms
    end),
  })
end

local given = net:record(source, "spikes")
local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "ge", "gi" }, { every = 1*ms, neurons = { 1, 4, 9 } })
net:run(150*ms)

case:spikes("source", given)
case:spikes("p", spikes)
case:trace("p", states, { "v", "ge", "gi" })
case:final("p", p, { "v", "ge", "gi" })
case:finish()
