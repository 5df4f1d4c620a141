--- Conformance: Brian2's example frompapers/Clopath_et_al_2010_homeostasis: inputs that fire, and are chosen, by chance,
-- number by number (see noise_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "clopath_2010_homeostasis"
local ms, second, mV, nS, pF = ln.ms, ln.second, ln.mV, ln.nS, ln.pF

local net = ln.network { dt = 0.5*ms, seed = 16 }
local common = { V_rest = -70*mV, taux = 15*ms, E_syn = 0*mV, g_L = 30*nS, C = 300*pF }
local inputs = net:population(5, ln.neuron {
  equations = [[
    dx_trace/dt = -x_trace/taux : 1
    rates : Hz
    chosen : integer (shared)
  ]],
  threshold = "rand() < rates*dt", reset = "x_trace += 1/(taux/ms)", method = "exact", parameters = common,
  every = { { 50*ms, [[chosen = int(floor(rand()*5))
                       rates = 90*Hz*int(chosen == i - 1) + 10*Hz*rand()]] } },
}, { name = "inputs" })
local cell = net:population(1, ln.neuron {
  equations = [[
    dv/dt = (g_L*(V_rest - v) + g_ampa*(E_syn - v))/C : volt
    dv_lowpass1/dt = (v - v_lowpass1)/(40*ms) : volt
    dv_lowpass2/dt = (v - v_lowpass2)/(30*ms) : volt
    dv_homeo/dt = (v - V_rest - v_homeo)/(1*second) : volt
    dg_ampa/dt = -g_ampa/(2*ms) : siemens
  ]],
  threshold = "v > -55*mV", reset = "v = V_rest", method = "euler", parameters = common,
}, { name = "cell", v = -70*mV, v_lowpass1 = -70*mV, v_lowpass2 = -70*mV })
local s = net:project(inputs, cell, {
  connect = ln.all_to_all(), equations = "w : 1", w = 0.5, parameters = { low = -70*mV, w_max = 1, target = 12*mV^2 },
  on_pre = [[
    g_ampa_post += w*60*nS
    down = 0.015*(v_homeo**2/target)*(v_lowpass1/mV - low/mV)*int(v_lowpass1/mV - low/mV > 0)
    w = clip(w - 0.01*down, 0, w_max)
  ]],
  on_post = [[
    v_lowpass1 += 10*mV
    v_lowpass2 += 10*mV
    v_homeo += 0.1*mV
    up = 0.015*x_trace_pre*(v_lowpass2/mV - low/mV)*int(v_lowpass2/mV - low/mV > 0)
    w = clip(w + up, 0, w_max)
  ]],
})

local input_spikes, spikes = net:record(inputs, "spikes"), net:record(cell, "spikes")
local states = net:record(cell, { "v", "v_lowpass1", "v_lowpass2", "v_homeo" }, { every = 10*ms })
net:run(1*second)

case:spikes("inputs", input_spikes)
case:spikes("cell", spikes)
case:trace("cell", states, { "v", "v_lowpass1", "v_lowpass2", "v_homeo" })
case:final("s", s, { "w" })
case:final("inputs", inputs, { "x_trace", "rates" })
case:finish()
