--- A reward that comes seconds late finds the synapse that earned it.
--
-- Izhikevich 2007, Cereb Cortex 17:2443-2452, Figure 1, with the numbers of its published program (daspnet.m): 800
-- excitatory and 200 inhibitory neurons with 100 synapses each, kept going by noise. Pairs of spikes leave an eligibility
-- trace at each plastic synapse, which changes by trace times dopamine. Whenever the target of one synapse fires within
-- 20 ms after its source, a pulse of dopamine follows 1 to 3 s later; by then everybody has fired, and every synapse has a
-- trace. That synapse begins at 0 and ends at the largest strength, 4, as in the paper; the others drift, most of them down.
--
-- Saves izhikevich_2007_dopamine.png: the network's last second, the strengths in time with the rewards, and all strengths.
--
--   lunate izhikevich_2007_dopamine.lua [--time 1800] [--seed 1]    seconds; the paper's figure is of an hour
local ln = require "lunate"
local ms, Hz, second = ln.ms, ln.Hz, ln.second
local option = ln.arguments { time = 1800, seed = 1 }

local net = ln.network { dt = 1*ms, seed = option.seed }
local izhikevich = ln.neuron { -- two Euler steps of v in one of u, as in the program
  equations = [[
    dv/dt  = (slope(v, u, I) + slope(v_half, u, I))/2 : 1
    du/dt  = a*(0.2*v - u) : 1
    v_half = v + slope(v, u, I)*(0.5*ms) : 1
    I      : 1
    inputs : 1
    a      : Hz (constant)
    d      : 1 (constant)
  ]],
  functions = { slope = { "v", "u", "I", "(0.04*v**2 + 5*v + 140 - u + I)/ms" } },
  threshold = "v >= 30", reset = "v = -65; u += d", method = "euler", precision = "single",
  every = { { 1*ms, "I = inputs + 13*(rand() - 0.5); inputs = 0" } },
}
local all = net:population(1000, izhikevich, { name = "all", v = -65, u = -13,
  a = "where(i <= 800, 0.02, 0.1)/ms", d = "where(i <= 800, 8, 2)" })
local exc, inh = all:slice(1, 800), all:slice(801, 1000)

local dopamine = net:signal("dopamine", { equations = "dD/dt = -D/(200*ms) : 1" })
local synapses = net:project(exc, all, {
  connect = ln.fixed_outdegree(100), transmit = "inputs += w", w = "1", precision = "single",
  rule = ln.rule {
    equations = [[
      dx/dt = -x/(20*ms) : 1 (pre)
      dy/dt = -y/(20*ms) : 1 (post)
      c     : 1
    ]],
    on_pre = "c -= 1.5*y", pre_spike = "x = 0.1", on_post = "c += x", post_spike = "y = 0.1",
    every = { 10*ms, "w = clip(w + (0.002 + dopamine)*c, 0, 4); c *= 0.99" },
  },
})
net:project(inh, exc, { connect = ln.fixed_outdegree(100), transmit = "inputs -= 1" })

local list, k = synapses:gather "w", 1 -- the first synapse of neuron 1 onto an excitatory one
while list.post[k] > #exc do k = k + 1 end
local target = math.tointeger(list.post[k])
synapses.w = ("where(i == 1 and j == %d, 0, 1)"):format(target)
local before, after = net:record(exc:slice(1, 1), "spikes"), net:record(exc:slice(target, target), "spikes")

local last, rewards, time, strength, mean = -1*second, {}, {}, {}, {}
local function reward_pairs()
  local i, pre, post = 1, before:times(), after:times()
  for j = 1, #post do
    while i <= #pre and pre[i] < post[j] do last, i = pre[i], i + 1 end
    if post[j] - last < 20*ms then
      rewards[#rewards + 1] = post[j] + (1 + 2*math.random())*second
      net:at(rewards[#rewards], function() dopamine:pulse(0.5) end)
    end
  end
  last = #pre >= i and pre[#pre] or last
  before:clear() after:clear()
end

local spikes
for s = 1, option.time do
  if s == option.time then spikes = net:record(all, "spikes") end
  net:run(1*second)
  reward_pairs()
  time[s], strength[s], mean[s] = net.t, synapses.w[k], synapses.w:mean()
end
local w = synapses.w:gather()
print(("rewards: %d in %d s; rate %.1f Hz"):format(#rewards, option.time, spikes:rate()/Hz))
print(("the rewarded synapse: %.2f of 4 (paper: at the maximum); %.1f %% of the others are weaker")
  :format(strength[#strength], 100*w:lt(strength[#strength]):mean()))
print(("mean of all synapses: %.2f; within 0.4 of the maximum: %.1f %%"):format(mean[#mean], 100*w:gt(3.6):mean()))

local growth = ln.plot.line(time, { strength, mean }, { labels = { "rewarded synapse", "mean of all" }, xlabel = "time",
  ylabel = "strength", legend = "top left" })
if #rewards > 0 then
  local dots = ln.array.zeros(#rewards) - 0.2
  growth = growth:over(ln.plot.scatter(rewards, dots, { label = "rewards", colour = "vermillion" }))
end
ln.plot.panels {
  { ln.plot.raster(spikes, { neurons = 1000 }),
    ln.plot.histogram(w, { bins = 40, log = "y", xlabel = "strength", ylabel = "synapses",
      annotations = { { x = strength[#strength], text = "rewarded" } } }) },
  { growth },
}:save "izhikevich_2007_dopamine.png"
