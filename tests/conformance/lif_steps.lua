--- Conformance: integrate-and-fire without synapses, a current that changes between runs (exact).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "lif_steps"
local ms, mV, nA = ln.ms, ln.mV, ln.nA

local net = ln.network { dt = 0.1*ms }
local p = net:population(10, ln.neuron {
  equations = [[
    dv/dt = (E_L - v + R*I)/tau : volt
    I : amp
  ]],
  threshold = "v > v_th", reset = "v = v_r", method = "exact",
  parameters = { tau = 17*ms, E_L = -70*mV, R = 80*ln.Mohm, v_th = -51*mV, v_r = -68.5*mV },
}, { name = "p", v = -70*mV })

local spikes = net:record(p, "spikes")
local states = net:record(p, "v", { every = 1*ms, neurons = { 1, 5, 10 } })
for _, stretch in ipairs { { 0, 0, 20 }, { 0.2, 0.03, 80 }, { 0.45, -0.02, 60.3 }, { -0.1, 0, 20 } } do
  local low, slope, duration = table.unpack(stretch)
  p.I = function(k) return (low + slope*k)*nA end
  net:run(duration*ms)
end

case:spikes("p", spikes)
case:trace("p", states, { "v" })
case:final("p", p, { "v" })
case:finish()
