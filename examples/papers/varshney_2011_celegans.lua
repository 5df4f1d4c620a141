--- Touching the tail of C. elegans: which command interneurons answer the PLM neurons, and in what order.
--
-- The wiring is that of Varshney et al. 2011, PLoS Comput Biol 7:e1001066: 279 neurons and 2,194 chemical connections
-- (data/README.md names the source of the files). The paper has no dynamics; ours are a sketch: integrate-and-fire
-- neurons with adaptation, a connection as strong as its count of contacts, inhibitory where the source releases GABA.
-- Gap junctions, by which PLM drives PVC in the animal, are left out.
-- Saves varshney_2011_celegans.png: the spikes of PLM and of the command interneurons, in the order of their answers.
local ln = require "lunate"
local ms, mV = ln.ms, ln.mV
local folder = (arg[0]:match "^.*/" or "") .. "data/"

local index, sign, n = {}, {}, 0
for id, name, rest in io.open(folder .. "celegans_neurons.csv"):read "a":gmatch "(%d+),(%w+),([^\n]*)" do
  n, index[name], sign[name] = n + 1, tonumber(id), rest:find "GABA" and -1 or 1
end
local from, to, weight = {}, {}, {}
for pre, post, count in io.open(folder .. "celegans_synapses.csv"):read "a":gmatch "(%w+),(%w+),chemical,(%d+)" do
  from[#from + 1], to[#to + 1], weight[#weight + 1] = index[pre], index[post], sign[pre]*tonumber(count)*12*mV
end
print(("%d neurons, %d chemical connections (paper: 279, 2194)"):format(n, #from))

local net = ln.network { dt = 0.1*ms, seed = 2011 }
local worm = net:population(n, ln.neuron {
  equations = [[
    dv/dt = (E_L - v + g - a + touch)/tau_m : volt (unless refractory)
    dg/dt = -g/tau_s : volt
    da/dt = -a/tau_a : volt
    touch : volt
  ]],
  threshold = "v > -50*mV", reset = "v = E_L; a += 8*mV", refractory = 5*ms,
  parameters = { E_L = -65*mV, tau_m = 10*ms, tau_s = 5*ms, tau_a = 100*ms },
}, { name = "worm", v = "E_L" })
net:project(worm, worm, { connect = ln.pairs(from, to), transmit = "g += w", w = weight, delay = 1*ms })

local spikes = net:record(worm, "spikes")
net:run(50*ms)
worm.touch[index.PLML], worm.touch[index.PLMR] = 40*mV, 40*mV
net:run(200*ms)

local answers, all = {}, spikes:gather()
for class in ("AVA AVB AVD AVE PVC"):gmatch "%w+" do
  for name in (class .. "L " .. class .. "R"):gmatch "%w+" do answers[index[name]] = { name = name, spikes = 0 } end
end
for k = 1, #all.times do
  local a = answers[math.tointeger(all.neurons[k])]
  if a then a.first, a.spikes = a.first or all.times[k] - 50*ms, a.spikes + 1 end
end
local order = {}
for _, a in pairs(answers) do order[#order + 1] = a end
table.sort(order, function(x, y) return (x.first or ln.second) < (y.first or ln.second) end)
for _, a in ipairs(order) do
  print(("%s: %s"):format(a.name, a.first and ("after %s, %d spikes"):format(a.first:format(3), a.spikes) or "silent"))
end

local row, names, shown = { [index.PLML] = 1, [index.PLMR] = 2 }, { "PLML", "PLMR" }, { times = {}, neurons = {} }
for k, a in ipairs(order) do row[index[a.name]], names[k + 2] = k + 2, a.name end
for k = 1, #all.times do
  local r = row[math.tointeger(all.neurons[k])]
  if r then table.insert(shown.times, all.times[k]) table.insert(shown.neurons, r) end
end
ln.plot.raster(shown, { names = names, to = 250*ms, neurons = 12, annotations = { { x = 50*ms, text = "touch" } } })
  :save "varshney_2011_celegans.png"
