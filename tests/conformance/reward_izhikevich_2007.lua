--- Conformance: Brian2's example frompapers/Izhikevich_2007, dopamine that arrives at synapses (see onto_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "reward_izhikevich_2007"
local ms, mV, second = ln.ms, ln.mV, ln.second

local function at(indices, times)
  return ln.spike_source { indices = indices, times = compare.list(#times, function(k) return times[k + 1]*ms end) }
end

local net = ln.network { dt = 0.1*ms }
local drive = net:population(2, at({ 1, 2, 1, 2, 2, 1, 1, 2, 1, 2, 2, 1 },
  { 50, 55, 100, 101, 150, 151, 350, 355, 400, 401, 450, 451 }), { name = "drive" })
local cells = net:population(2, ln.neuron {
  equations = [[dv/dt = (g*(E_e - v_r) + E_L - v)/tau : volt
                dg/dt = -g/tau_e : 1]], threshold = "v > v_th", reset = "v = v_r", method = "exact",
  parameters = { tau = 10*ms, tau_e = 5*ms, E_e = 0*mV, E_L = -74*mV, v_r = -60*mV, v_th = -54*mV },
}, { name = "cells", v = -60*mV })
net:project(drive, cells, { connect = ln.one_to_one(), on_pre = "v += 100*mV" })
local learning = net:project(cells, cells, {
  name = "learning", connect = ln.pairs({ 1, 2 }, { 2, 1 }), method = "euler", w = 1e-10, c = 1e-10,
  equations = [[
    by_reward : 1
    dc/dt = -c/tau_c : 1 (clock-driven)
    dlevel/dt = -level/tau_d : 1 (clock-driven)
    dw/dt = by_reward*c*level/tau_s : 1 (clock-driven)
    dx/dt = -x/tau_pre : 1 (event-driven)
    dy/dt = -y/tau_pre : 1 (event-driven)
  ]],
  on_pre = [[g += w
             x += up
             c = clip(c + by_reward*y, -most, most)
             w = clip(w + (1 - by_reward)*y, -most, most)]],
  on_post = [[y += down
              c = clip(c + by_reward*x, -most, most)
              w = clip(w + (1 - by_reward)*x, -most, most)]],
  parameters = { tau_c = 1*second, tau_d = 200*ms, tau_s = 1*ms, tau_pre = 20*ms, most = 0.01, up = 1e-4, down = -1.05e-4 },
})
local dopamine = net:population(1, at({ 1, 1, 1 }, { 120, 352, 410 }), { name = "dopamine" })
net:project(dopamine, learning, { connect = ln.all_to_all(), on_pre = "level_post += 5e-3" })
local of_cells = net:record(cells, "spikes")
local states = net:record(learning, { "w", "c", "level" }, { every = 5*ms })
net:run(250*ms)
learning.by_reward = 1
net:run(300*ms)

case:spikes("cells", of_cells)
case:trace("learning", states, { "w", "c", "level" })
case:final("learning", learning, { "w", "c", "level" })
case:final("cells", cells, { "v", "g" })
case:finish()
