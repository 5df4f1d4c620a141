--- A network learns handwritten digits by itself, from spikes.
--
-- Diehl & Cook 2015, Front Comput Neurosci 9:99, with the numbers of its program: 784 Poisson inputs, a pixel each, drive 100
-- neurons through plastic synapses; each of them inhibits all others through an interneuron of its own, and each of its
-- spikes raises its threshold, so that everyone wins sometimes. Synapses of a neuron keep a sum of 78.4. No neuron is told
-- what it sees: afterwards it is called by the digit that it answered most, and a new digit by the name whose neurons answer
-- most. The paper has 82.9 % with 100 neurons after three times 60,000 digits (87.0 with 400, 91.9 with 1,600, 95.0 with
-- 6,400). Ours has seen twice 5,000 and names three of four right of 1,000 others; names come from the last 5,000.
-- Left out: delays of up to 10 ms of the inputs; of the 150 ms pauses only what they do, back to rest.
--
-- The digits are those of LeCun, Cortes & Burges (data/README.md). Saves diehl_cook_2015_digits.png: what each neuron has
-- learnt, how many digits were named right while learning, and which were taken for which.
--
--   lunate diehl_cook_2015_digits.lua [--train 10000] [--test 1000] [--neurons 100]
local ln = require "lunate"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz
local option = ln.arguments { train = 10000, test = 1000, neurons = 100 }
local data = (arg[0]:match "^.*/" or "") .. "data/mnist-"
local n, shown_for = option.neurons, 350*ms

local function digits(name)
  return ln.array.from_idx(data .. name .. "-images.idx3.gz"), ln.array.from_idx(data .. name .. "-labels.idx1.gz"):totable()
end

local function neuron(p)
  return ln.neuron {
    equations = [[
      dv/dt     = (E_L - v - g_exc*v + g_inh*(E_inh - v))/tau_m : volt (unless refractory)
      dg_exc/dt = -g_exc/(1*ms) : 1
      dg_inh/dt = -g_inh/(2*ms) : 1
      dtheta/dt = -theta/(10000*second) : volt
      total     : 1
    ]],
    threshold = "v > V_th + theta", reset = "v = V_reset; theta += theta_plus", refractory = p.refractory,
    method = "exponential_euler", precision = "single",
    parameters = { tau_m = p.tau_m, E_L = p.E_L, E_inh = p.E_inh, V_th = p.V_th, V_reset = p.V_reset, theta_plus = p.theta_plus },
  }
end

local net = ln.network { dt = 0.5*ms, seed = 2015 }
local inputs = net:population(784, ln.neuron { equations = "rate : Hz", threshold = "rand() < rate*dt", precision = "single" })
local exc = net:population(n, neuron { tau_m = 100*ms, E_L = -65*mV, E_inh = -100*mV, V_th = -72*mV, V_reset = -65*mV,
  refractory = 5*ms, theta_plus = 0.05*mV }, { theta = 20*mV })
local inh = net:population(n, neuron { tau_m = 10*ms, E_L = -60*mV, E_inh = -85*mV, V_th = -40*mV, V_reset = -45*mV,
  refractory = 2*ms, theta_plus = 0*mV })
local normalisation = ln.rule {
  every = { { shown_for, "total_post = 0" }, { shown_for, "total_post += w" }, { shown_for, "w *= 78.4/total_post" } },
}
local synapses = net:project(inputs, exc, { connect = ln.all_to_all(), transmit = "g_exc += w", w = "0.3*rand()",
  precision = "single", rules = { ln.rules.diehl_cook { form = "triplet" }, normalisation } })
net:project(exc, inh, { connect = ln.one_to_one(), transmit = "g_exc += 10.4" })
net:project(inh, exc, { connect = ln.bernoulli "i != j", transmit = "g_inh += 17" })
local spikes = net:record(exc, "spikes")

-- Each neuron's spikes at an image; it is shown brighter until there are five.
local function respond(image)
  local brightest = 63.75*Hz
  repeat
    spikes:clear()
    inputs.rate = image:flat()*(brightest/255)
    exc.v, exc.g_exc, exc.g_inh, inh.v, inh.g_exc, inh.g_inh = -65*mV, 0, 0, -60*mV, 0, 0
    net:run(shown_for)
    brightest = brightest + 31.875*Hz
  until #spikes >= 5
  return spikes:counts():totable()
end

-- The digit that each neuron answers most, on average.
local function names_of(answers, labels)
  local sum, times, names = {}, {}, {}
  for d = 0, 9 do sum[d], times[d] = ln.array.zeros(n), 0 end
  for k, answer in ipairs(answers) do
    local d = labels[k]
    sum[d], times[d] = sum[d] + ln.array(answer), times[d] + 1
  end
  for i = 1, n do
    names[i] = 0
    for d = 1, 9 do
      if sum[d][i]*times[names[i]] > sum[names[i]][i]*times[d] then names[i] = d end
    end
  end
  return names
end

local function guess(answer, names)
  local sum, members, best = {}, {}, 0
  for d = 0, 9 do sum[d], members[d] = 0, 1e-9 end
  for i = 1, n do
    local d = names[i]
    sum[d], members[d] = sum[d] + answer[i], members[d] + 1
  end
  for d = 1, 9 do
    if sum[d]/members[d] > sum[best]/members[best] then best = d end
  end
  return best
end

local images, labels = digits "train-5000"
local names, answers, asked, right, seen, curve, block = nil, {}, {}, 0, {}, {}, math.max(1, math.min(500, option.train//3))
for k = 1, option.train do
  local place = (k - 1) % #labels + 1
  local answer = respond(images[place])
  answers[#answers + 1], asked[#asked + 1] = answer, labels[place]
  if #answers > 5000 then table.remove(answers, 1) table.remove(asked, 1) end
  right = right + (names and guess(answer, names) == labels[place] and 1 or 0)
  if k % block == 0 then
    if names then seen[#seen + 1], curve[#curve + 1] = k, 100*right/block end
    names, right = names_of(answers, asked), 0
  end
end

synapses.plastic, exc.theta_plus = false, 0*mV
local tests, truth = digits "test-1000"
local called, correct = {}, 0
for k = 1, option.test do
  called[k] = guess(respond(tests[k]), names)
  correct = correct + (called[k] == truth[k] and 1 or 0)
end
print(("%d neurons, %d digits shown: %.1f %% of %d others named right"):format(n, option.train, 100*correct/option.test,
  option.test))
print "paper, 180,000 shown: 82.9 % with 100 neurons, 87.0 with 400, 91.9 with 1,600, 95.0 with 6,400"

local side, w, rows = math.floor(math.sqrt(n)), synapses.w:gather():reshape(784, n), {}
for r = 1, side do
  local fields = {}
  for c = 1, side do fields[c] = w:column((r - 1)*side + c):reshape(28, 28) end
  rows[r] = ln.array.concatenate(fields, 2)
end
local place_of = (ln.array.range(28*side) - 0.5)/28 + 0.5 -- of a pixel, in neurons
local confusion, figures = ln.array.zeros(10, 10), ln.array.range(10) - 1
for k = 1, option.test do
  local place = { truth[k] + 1, called[k] + 1 }
  confusion[place] = confusion[place] + 1
end
ln.plot.panels {
  { ln.plot.heatmap(ln.array.concatenate(rows, 1), { title = "what each neuron has learnt", palette = "blues",
      x = place_of, y = place_of, origin = "top", xlabel = "column of neurons", ylabel = "row", zlabel = "weight" }),
    ln.plot.heatmap(confusion, { title = "digits not learnt from", x = figures, y = figures, origin = "top", palette = "blues",
      xlabel = "called", ylabel = "shown", zlabel = "count" }) },
  { ln.plot.line(seen, curve, { xlabel = "digits shown", ylabel = "right (%)", xlim = { 0, option.train }, ylim = { 0, 100 },
    annotations = { { y = 82.9, text = "paper, 180,000 shown" } } }) },
  widths = { 5, 4 }, heights = { 5, 2 },
}:save "diehl_cook_2015_digits.png"
