--- Conformance: Brian2's example frompapers/Naud_et_al_2008_adex_firing_patterns (see example_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "naud_2008"
local ms, mV, pA, pF, nS = ln.ms, ln.mV, ln.pA, ln.pF, ln.nS

local patterns = { -- C (pF), g (nS), E (mV), a (nS), tau (ms), b (pA), reset_to (mV), I (pA)
  { 200, 10, -70, 2, 30, 0, -58, 500 }, { 200, 12, -70, 2, 300, 60, -58, 500 }, { 130, 18, -58, 4, 150, 120, -50, 400 },
  { 200, 10, -58, 2, 120, 100, -46, 210 }, { 200, 12, -70, -10, 300, 0, -58, 300 }, { 100, 10, -65, -10, 90, 30, -47, 110 },
  { 100, 10, -65, 10, 90, 100, -47, 180 }, { 100, 12, -60, -11, 130, 30, -48, 160 },
}
local function column(n, unit) return function(k) return patterns[k][n]*unit end end

local net = ln.network { dt = 0.1*ms }
local p = net:population(8, ln.neuron {
  equations = [[
    dv/dt = (g*(E - v) + g*D*exp((v - T)/D) - w + I)/C : volt
    dw/dt = (a*(v - E) - w)/tau : amp
    C : farad
    g : siemens
    E : volt
    a : siemens
    tau : second
    b : amp
    reset_to : volt
    I : amp
  ]],
  threshold = "v > 0*mV", reset = "v = reset_to; w += b", method = "euler", parameters = { D = 2*mV, T = -50*mV },
}, {
  name = "p", C = column(1, pF), g = column(2, nS), E = column(3, mV), a = column(4, nS), tau = column(5, ms),
  b = column(6, pA), reset_to = column(7, mV), I = column(8, pA), v = "E",
})
local spikes, states = net:record(p, "spikes"), net:record(p, { "v", "w" }, { every = 4*ms })
net:run(250*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "w" })
case:final("p", p, { "v", "w" })
case:finish()
