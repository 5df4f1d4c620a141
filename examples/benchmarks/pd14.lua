--- The cortical microcircuit of Potjans and Diesmann 2014 (Cereb Cortex 24:785-806): 77,169 neurons, 299 million synapses.
--
--     mpirun -n 2 lunate examples/benchmarks/pd14.lua [--scale s] [--drive dc|poisson] [--time T] [--precision single|double]
--
-- Numbers: the paper and its public model description (INM-6). After 0.5 s of warm-up it prints each population's rate, CV
-- of intervals and mean pairwise correlation of 2 ms counts beside the reference, and the real-time factor over T seconds.
local ln = require "lunate"
local ms, mV, pA, pF, Hz, second = ln.ms, ln.mV, ln.pA, ln.pF, ln.Hz, ln.second

local option = ln.arguments { scale = 1, drive = { "dc", "poisson" }, time = 1, precision = { "single", "double" } }
local s, poisson = option.scale, option.drive == "poisson"

local names = { "L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I" }
local full = { 20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948 }
local probability = { -- row: target, column: source
  { 0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0000, 0.0076, 0.0000 },
  { 0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0000, 0.0042, 0.0000 },
  { 0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0000 },
  { 0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0000, 0.1057, 0.0000 },
  { 0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0000 },
  { 0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0000 },
  { 0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252 },
  { 0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443 },
}
local external = { 1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100 }
local v_mean = { -68.28, -63.16, -63.33, -63.45, -63.11, -61.66, -66.72, -61.43 }
local v_sd = { 5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48 }
local reference = { 0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829 }
local tau_m, tau_s, C_m = 10*ms, 0.5*ms, 250*pF
local r, d = tau_s / tau_m, tau_m - tau_s -- current whose PSP has its peak at 0.15 mV
local J = 0.15*mV * C_m * d / (tau_m * tau_s * (r ^ (tau_s / d) - r ^ (tau_m / d)))

local lif = ln.neuron {
  name = "pd14", precision = option.precision,
  equations = [[
    dv/dt = (E_L - v)/tau_m + (I + I_ext)/C_m : volt (unless refractory)
    dI/dt = -I/tau_s : amp
    I_ext : amp
  ]],
  threshold = "v >= V_th", reset = "v = E_L", refractory = 2*ms,
  parameters = { tau_m = tau_m, tau_s = tau_s, C_m = C_m, E_L = -65*mV, V_th = -50*mV },
}

local net = ln.network { dt = 0.1*ms, seed = 55 }
local N, pops, projections, spikes = {}, {}, {}, {}
for x in ipairs(names) do N[x] = math.floor(full[x] * s + 0.5) end
local function indegree(x, y) -- synapses in all of the full circuit, a target
  return math.log(1 - probability[x][y]) / math.log(1 - 1 / (full[x] * full[y])) / full[x]
end
local function weight(x, y) return (y % 2 == 0 and -4 or x == 1 and y == 3 and 2 or 1) * J end

for x, name in ipairs(names) do
  local dc = poisson and 0*pA or external[x] * 8*Hz * tau_s * J
  local missing = poisson and external[x] * 8*Hz * tau_s * J or 0*pA -- input lost by scaling, restored on average
  for y in ipairs(names) do missing = missing + indegree(x, y) * reference[y]*Hz * tau_s * weight(x, y) end
  pops[x] = net:population(N[x], lif, { name = name, v = ln.normal(v_mean[x]*mV, v_sd[x]*mV),
    I_ext = dc + missing * (1 - math.sqrt(s)) })
  spikes[x] = net:record(pops[x], "spikes")
  if poisson then
    net:project(ln.poisson_input { n = external[x] * s, rate = 8*Hz }, pops[x], { transmit = "I += w", w = J / math.sqrt(s) })
  end
end
for x in ipairs(names) do
  for y in ipairs(names) do
    local w, mean = weight(x, y) / math.sqrt(s), (y % 2 == 0 and 0.75 or 1.5)*ms
    projections[#projections + 1] = net:project(pops[y], pops[x], { transmit = "I += w",
      connect = ln.fixed_total(math.floor(indegree(x, y) * s * N[x] + 0.5)),
      w = w > 0*pA and ln.normal(w, 0.1 * w):truncated(0*pA) or ln.normal(w, -0.1 * w):truncated(nil, 0*pA),
      delay = ln.normal(mean, mean / 2):truncated(0.1*ms) })
  end
end

local built, synapses = ln.wall_time(), 0
net:build()
built = ln.wall_time() - built
for _, projection in ipairs(projections) do synapses = synapses + #projection end

net:run(0.5*second)
local wall = ln.wall_time()
net:run(option.time * second)
wall = ln.wall_time() - wall
print "population   rate (reference) in 1/s   CV of ISI   correlation"
for x, name in ipairs(names) do
  local window, p = { from = 0.5*second }, spikes[x]
  print(("%-10s %7.3f (%5.3f) %19.2f %13.4f"):format(name, p:rate(window)/Hz, reference[x], p:cv_isi(window),
    p:correlation(window)))
end
print "reference: CV 0.7 to 1.1 (over many seconds; short windows give less), correlation below 0.02"
print(("%.0f million synapses, built in %.0f s; real-time factor %.2f"):format(synapses / 1e6, built, wall / option.time))
