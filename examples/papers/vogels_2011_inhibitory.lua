--- Inhibitory plasticity makes a network asynchronous and irregular, and hides a memory without erasing it.
--
-- Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, Science 334:1569-1573, Figure 4: 8,000 excitatory and 2,000
-- inhibitory neurons; the synapses from inhibitory to excitatory ones learn, with a target of 3 Hz. They begin too weak, and
-- every neuron fires like a clock, all together. Once they have learnt, activity is asynchronous and irregular. Neurons then
-- wired together, by weights five times as large, fire fast, until inhibition has learnt to hide them; a cue to a quarter
-- still recalls the others. Weights and delay are those of the authors' program (Auryn's sim_isp_orig); eta is some times
-- theirs, so that a minute does for their hour.
--
-- What the rule leads to the target is the rate of coincidences: 3 Hz of connected pairs, in its window. Independent neurons
-- would then fire at 3 Hz; but an inhibitory spike of 27 nS silences its target, coincidences are fewer, and rates higher.
-- Saves vogels_2011_inhibitory.png: spikes of 200 ms before, after, with the cue; the groups' rates in time, and the
-- target (dashed).
--
--   lunate vogels_2011_inhibitory.lua [--scale 0.2] [--settle 60]    fewer neurons with as many inputs each; seconds to learn
local ln = require "lunate"
local ms, mV, nS, pA, Hz, second = ln.ms, ln.mV, ln.nS, ln.pA, ln.Hz, ln.second
local option = ln.arguments { scale = 1, settle = 60 }

local target, w, tau = 3*Hz, 3*nS, 20*ms
local net = ln.network { dt = 0.1*ms, seed = 2011 }
local n = math.floor(10000*option.scale)
local all = net:population(n, ln.models.lif_exp_conductance { precision = "single" },
  { name = "all", v = ln.normal(-60*mV, 5*mV), I_ext = 200*pA })
local exc, inh, random = all:slice(1, n*4//5), all:slice(n*4//5 + 1, n), ln.bernoulli(0.02/option.scale)
local cued, member = #exc//40, #exc//10 -- the last neuron with a cue, the last of the assembly

local counts = ln.rule {
  equations = [[ dp/dt = -p/tau : 1 (pre)
                 dq/dt = -q/tau : 1 (post) ]],
  on_pre = "pairs += q; spikes += 1", pre_spike = "p += 1", on_post = "pairs += p", post_spike = "q += 1",
  parameters = { tau = tau },
}
local recurrent = net:project(exc, exc, { connect = random, transmit = "g_exc += w", w = "3*nS", delay = 0.8*ms })
net:project(exc, inh, { connect = random, transmit = "g_exc += w", w = w, delay = 0.8*ms })
net:project(inh, inh, { connect = random, transmit = "g_inh += w", w = 10*w, delay = 0.8*ms })
local plastic = net:project(inh, exc, { connect = random, transmit = "g_inh += w", w = 0.1*nS, delay = 0.8*ms,
  pairs = 0, spikes = 0, rules = { ln.rules.vogels { rate = target, tau = tau, eta = 1e-3, w_max = 100*w }, counts } })

local groups = { exc:slice(1, cued), exc:slice(cued + 1, member), exc:slice(member + 1, #exc) }
local names, spikes, time, curves, shown = { "with a cue", "their assembly", "others" }, {}, {}, { {}, {}, {} }, {}
for k, g in ipairs(groups) do spikes[k] = net:record(g, "spikes") end

local function live(duration, title, show)
  for _, s in ipairs(spikes) do s:clear() end
  plastic.pairs, plastic.spikes = 0, 0
  for _ = 1, math.floor(duration/(500*ms)) do
    net:run(500*ms)
    time[#time + 1] = net.t - 250*ms
    for k, s in ipairs(spikes) do curves[k][#time] = s:rate { from = net.t - 500*ms } end
  end
  if not title then return end
  print(("%-15s %6.1f %8.1f %8.1f   %9.2f %8.2f %11.3f   %11.2f"):format(title, spikes[1]:rate()/Hz, spikes[2]:rate()/Hz,
    spikes[3]:rate()/Hz, plastic.pairs:mean()/(2*tau*plastic.spikes:mean())/Hz, spikes[3]:cv_isi(),
    spikes[3]:correlation { bin = 5*ms, from = net.t - second }, plastic.w:mean()/nS))
  if show then
    shown[#shown + 1] = ln.plot.raster(spikes, { title = title, from = net.t - 300*ms, neurons = 50, legend = false })
  end
end

print "                        rate in Hz        coincidences  others:            weight of"
print "                  cued assembly   others  in Hz (3)    CV   correlation   inhibition in nS"
live(1*second)
live(1*second, "at the start", true)
live(option.settle*second)
live(option.settle/4*second, "inhibition learnt", true)
local wired = net.t
recurrent.w = ("3*nS*(1 + 4*(i <= %d and j <= %d))"):format(member, member)
live(1*second, "assembly wired", true)
live(option.settle*second)
live(option.settle/4*second, "assembly hidden")
local cue = net.t
groups[1].I_ext = 2000*pA
live(1*second, "recalled by cue", true)
groups[1].I_ext = 200*pA
live(2*second)
local rates = ln.plot.line(ln.array(time), { ln.array(curves[1]), ln.array(curves[2]), ln.array(curves[3]) },
  { labels = names, xlabel = "time", ylabel = "rate", log = "y", ylim = { 1*Hz, 100*Hz }, legend = "top left",
    annotations = { { x = wired, text = "assembly wired" }, { x = cue, text = "cue" }, { y = target } } })
ln.plot.panels { shown, { rates }, heights = { 3, 2 }, letters = false }:save "vogels_2011_inhibitory.png"
