--- Conformance: values assigned to and read from parts: by condition, index, list, slice; of neurons, of slices, of synapses.
-- Indices are from 1 here, from 0 in Brian2.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "parts"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms }
local source = net:population(8, compare.trains(8, 10, 100*ms, 1), { name = "source" })
local p = net:population(12, ln.neuron {
  equations = [[
    dv/dt = (I - v)/tau : volt
    I : volt
    tau : second
    k : integer
    b : boolean
  ]],
  threshold = "v > 10*mV", reset = "v = 0*mV", method = "exact",
}, { name = "p" })
p.tau = "(4 + i)*ms"
p.I = 8*mV
p.I["tau > 9*ms"] = "9*mV + 0.5*mV*(i - 1)"
p.I[4] = 12*mV
p.I[{ 2, 6, 12 }] = { 11*mV, 13*mV, 14*mV }
p.v:slice(3, 6):set "(i - 1)*mV"
p.k["I > 10*mV and tau < 12*ms"] = "(i - 1)**2"
p.b["k > 10"] = true
p.v["b"] = -5*mV
local part = p:slice(5, 9)
part.v["i > 3"] = "1*mV*(i - 1)"
part.v[1] = 7*mV

local s = net:project(source, p, {
  name = "s", connect = ln.pairs(compare.pairs(8, 12, 0.6, 2)),
  equations = "w : volt\nu : 1\ndouble = 2*w : volt", w = "0.1*mV*(i + j - 2)", u = 1, on_pre = "v_post += w*u",
})
s.delay = "0.3*ms*(1 + (i - 1) % 3)"
s.w["i == 4"] = 2*mV
s.w["tau_post > 10*ms and j < 10"] = "w + 0.5*mV"
s.w["delay > 0.5*ms and w < 1*mV"] = -1*mV
s.w[8] = 3*mV
s.w:at(5, 6):set(4*mV)
s.w:at(7):set "0.2*mV*(j - 1)"
s.u["I_post > 12*mV"] = "0.5 + 0.01*(i - 1)"
s.u:slice(11, 14):set { 0.1, 0.2, 0.3, 0.4 }

local spikes = net:record(p, "spikes")
local v = net:record(p, "v", { every = 1*ms, neurons = { 1, 6, 12 } })
local read = {
  high = p.I["I > 11*mV"]:gather(), some = p.tau[{ 3, 8 }]:gather(), one = s.w["i == 5 and j == 6"]:gather(),
  double = s.double["j == 8"]:gather(), later = s.delay["i > 6"]:gather(), target = s.w:at(nil, 4):gather(),
}
net:run(100*ms)

case:spikes("p", spikes)
case:trace("p", v, { "v" })
case:final("p", p, { "v", "I", "k" })
case:final("s", s, { "w", "u" })
case:numbers("read", read)
case:numbers("after", { late = p.v["v > I/2"]:gather() })
case:finish()
