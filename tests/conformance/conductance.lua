--- Conformance: conductance-based integrate-and-fire driven by spike sources (exponential Euler).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "conductance"
local ms, mV, nS, pA = ln.ms, ln.mV, ln.nS, ln.pA

local net = ln.network { dt = 0.1*ms }
local source = net:population(30, compare.trains(30, 15, 150*ms, 1), { name = "source" })
local p = net:population(8, ln.neuron {
  equations = [[
    dv/dt  = (g_L*(E_L - v) + ge*(E_e - v) + gi*(E_i - v) + I)/C : volt (unless refractory)
    dge/dt = -ge/tau_e : siemens
    dgi/dt = -gi/tau_i : siemens
    I : amp (constant)
  ]],
  threshold = "v > v_th", reset = "v = v_r", refractory = 3*ms, method = "exponential_euler",
  parameters = {
    C = 200*ln.pF, g_L = 10*nS, E_L = -70*mV, E_e = 0*mV, E_i = -75*mV, tau_e = 4*ms, tau_i = 8*ms,
    v_th = -52*mV, v_r = -66*mV,
  },
}, { name = "p", v = "E_L", I = function(k) return 10*k*pA end })

for _, kind in ipairs { { 0, 20, "ge += w", 5*nS, 2 }, { 20, 30, "gi += w", 6*nS, 4 } } do
  local first, last, statement, strength, stream = table.unpack(kind)
  local i, j = compare.pairs(last - first, 8, 0.5, stream)
  net:project(source:slice(first + 1, last), p, {
    connect = ln.pairs(i, j), transmit = statement, delay = 0.8*ms,
    w = compare.list(#i, function(k) return (0.5 + compare.u(stream + 1, k))*strength end),
  })
end

local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "ge", "gi" }, { every = 1*ms, neurons = { 1, 4, 8 } })
net:run(150*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "ge", "gi" })
case:final("p", p, { "v", "ge", "gi" })
case:finish()
