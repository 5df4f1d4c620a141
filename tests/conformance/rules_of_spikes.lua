--- Conformance: rules of spikes and voltages of the library on fixed spike trains, one projection each, none of which moves
-- the cells; make_rule_references.py has their equations once more.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "rules_of_spikes"
local ms, mV, Hz, second = ln.ms, ln.mV, ln.Hz, ln.second

local net = ln.network { dt = 0.1*ms }
local dopamine = net:signal("dopamine", { equations = "dd/dt = -d/(200*ms) : 1", initial = 0.8 })
local p = net:population(6, ln.neuron {
  equations = [[
    dv/dt = (E_L - v + I)/tau_m : volt
    du_m/dt = (v - u_m)/(10*ms) : volt
    du_p/dt = (v - u_p)/(7*ms) : volt
    I : volt (constant)
    taught : 1
    rate_star = phi_max/(1 + 0.5*exp(beta*(-60*mV - v))) : Hz
  ]],
  threshold = "v > v_th", reset = "v = v_r", method = "exact",
  events = { desired = "taught > 0.5" }, on = { desired = "taught = 0" },
  parameters = { tau_m = 15*ms, E_L = -70*mV, v_th = -55*mV, v_r = -65*mV, phi_max = 150*Hz, beta = 0.3/mV },
}, { name = "p", v = -70*mV, u_m = -70*mV, u_p = -70*mV,
  I = compare.list(6, function(k) return 16*mV*(1 + compare.u(2, k)) end) })
net:project(net:population(6, compare.trains(6, 12, 300*ms, 3), { name = "teacher" }), p, { connect = ln.one_to_one(),
  transmit = "taught += 1" })
local source = net:population(15, compare.trains(15, 20, 300*ms, 1), { name = "source" })

local made = {}
local function add(name, spec, rules, w, shown)
  local number = #made
  local i, j = compare.pairs(15, 6, 0.6, 100 + number)
  spec.connect, spec.name = ln.pairs(i, j), name
  spec.transmit = spec.transmit or ""
  spec.rules = { table.unpack(rules) }
  local lo, hi = table.unpack(w or { 0, 1 })
  spec.w = compare.list(#i, function(k) return lo + (hi - lo)*compare.u(200 + number, k) end)
  spec.delay = compare.list(#i, function(k) return (1 + compare.below(12, 300 + number, k))*0.1*ms end)
  made[number + 1] = { name, net:project(source, p, spec), { "w", table.unpack(shown or {}) }, before = spec.w }
end

local r = ln.rules
add("stdp_nearest", {}, { r.stdp { pairing = "nearest", tau_m = 30*ms } })
add("stdp_pre_centred", {}, { r.stdp { pairing = "pre_centred", dependence = "multiplicative", A_p = 0.02, A_m = 0.03 } })
add("stdp_reduced", {}, { r.stdp { pairing = "reduced", dependence = "power", A_p = 0.02, A_m = 0.02, mu_p = 0.4, mu_m = 0.3 } })
add("symmetric_stdp", {}, { r.symmetric_stdp { eta = 0.01, alpha = 0.7, w_max = 2 } }, { 0.5, 1.5 })
add("vogels", {}, { r.vogels { rate = 40*Hz, eta = 0.01 } })
add("triplet", {}, { r.triplet { fit = "hippocampus", pairing = "nearest" } })
add("calcium", {}, { r.calcium() })
add("clopath", {}, { r.clopath { theta_m = -66*mV, theta_p = -60*mV } }, { 0.5, 2 })
add("reward_stdp", {}, { r.reward_stdp() }, { 1, 3 })
add("scaling", {}, { r.scaling { control = "integral", rate = 30*Hz, eta = 0.1, gamma = 0.4*Hz, tau_y = 50*ms, period = 10*ms } })
add("heterosynaptic", {}, { r.heterosynaptic { reference = "consolidating", tau_c = 300*ms, period = 5*ms } }, nil, { "w_ref" })
add("diehl_cook", {}, { r.diehl_cook { form = "triplet", eta_pre = 0.01, eta_post = 0.02 } })
add("bcm", {}, { r.bcm { neurons = "spiking", eta = 1e-5*second^2, w_max = 5, tau_theta = 100*ms, r_0 = 30*Hz } })
add("resume", {}, { r.resume { A = 0.01, a = 0.0005 } }, { -1, 1 })
add("consolidation", { u2 = 0.4, u3 = 0.2 }, { r.stdp { tau_m = 20*ms },
  r.consolidation { m = 3, w_0 = 0.3, tau = 40*ms, period = 10*ms } }, nil, { "u2", "u3" })
add("dendritic_prediction", {}, { r.dendritic_prediction { u = 15*mV, scale = 1, w_min = -10, w_max = 10 } }, nil, { "delta" })
add("short_and_long", { equations = [[
    ds/dt = (1 - s)/(200*ms) : 1 (event-driven)
    du/dt = -u/(50*ms) : 1 (event-driven)
    U : 1
    g : 1
  ]], transmit = "u += U*(1 - u); g += w*u*s; s -= u*s", s = 1, U = 0.4 },
  { r.stdp(), r.redistribution { A_p = 0.03, A_m = 0.02 } }, nil, { "g", "U" })

local spikes = net:record(p, "spikes")
net:run(300*ms)
case:spikes("p", spikes)
case:final("p", p, { "v" })
for _, entry in ipairs(made) do
  local now, changed = entry[2].w:gather():raw(), 0
  for k = 1, #now do changed = changed + (now[k] ~= entry.before[k] and 1 or 0) end
  assert(changed > 0.8*#now, entry[1] .. " hardly learns here")
  case:final(table.unpack(entry, 1, 3))
end
assert(dopamine.value < 0.8)
case:finish()
