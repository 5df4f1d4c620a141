-- Work and memory are shared out: what the busiest rank does, against an equal share. Counted, never timed.
-- Prints what must be the same for any number of ranks.
local ln = require "lunate"
local kernel = require "lunate.kernel"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz

local net = ln.network { dt = 0.1*ms, seed = 4 }
local lif = ln.models.lif_exp_current { precision = "single" }
local sizes, pops = { 3200, 800, 1600 }, {}
for k, n in ipairs(sizes) do
  pops[k] = net:population(n, lif, { v = ln.uniform(-65*mV, -50*mV), I_ext = 0.42*ln.nA })
end
for k, pre in ipairs(pops) do
  for _, post in ipairs(pops) do
    net:project(pre, post, { connect = ln.fixed_total(400000), transmit = "I_exc += w",
      w = ln.normal(k == 2 and -12*ln.pA or 3*ln.pA, 0.5*ln.pA),
      delay = ln.normal(1.5*ms, 0.7*ms):truncated(0.1*ms, 4*ms) })
  end
  net:project(ln.poisson_input { n = 100, rate = 8*Hz }, pre, { transmit = "I_exc += w", w = 20*ln.pA })
end
net:run(200*ms)

local c, R = net:counters(), ln.ranks
-- Shares of one number of ranks; run_share.sh compares the memory of different ones.
local bound = { neuron_updates = 1.01, spikes = 1.15, events = 1.05, synapses = 1.02, state_bytes = 1.25,
  synapse_bytes = 1.1 }
local same = {}
for _, name in ipairs { "neuron_updates", "spikes", "events", "synapses" } do
  same[#same + 1] = ("%s %d"):format(name, kernel.sum(c[name]))
end
for name, most in pairs(bound) do
  local total = kernel.sum(c[name])
  local share = kernel.max(c[name]) / (total / R)
  if share > most then error(("%s: the busiest of %d ranks has %.2f times its share"):format(name, R, share)) end
end
print(table.concat(same, ", "))
local bytes = kernel.max(c.synapse_bytes) -- of a rank
print(("bytes %d"):format(bytes))
