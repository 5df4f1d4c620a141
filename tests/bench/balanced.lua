--- What the loop costs, in the units of the work: a balanced network of 12,500 neurons and 15.6 million synapses
-- (Brunel 2000, asynchronous irregular), in both precisions. Numbers are of rank 0; compare within one run only, and
-- on an idle machine.
local ln = require "lunate"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz

for _, precision in ipairs { "double", "single" } do
  local started = os.time()
  local net = ln.network { dt = 0.1*ms, seed = 1 }
  local all = net:population(12500, ln.models.lif_delta { precision = precision }, { v = ln.uniform(0*mV, 20*mV) })
  net:project(all:slice(1, 10000), all, { connect = ln.fixed_indegree(1000), transmit = "v += w", w = 0.1*mV,
    delay = 1.5*ms })
  net:project(all:slice(10001, 12500), all, { connect = ln.fixed_indegree(250), transmit = "v += w", w = -0.5*mV,
    delay = 1.5*ms })
  net:project(ln.poisson_input { n = 1000, rate = 20*Hz }, all, { transmit = "v += w", w = 0.1*mV })
  net:build()
  net:run(100*ms)
  local built = os.difftime(os.time(), started)
  local before = net:counters()
  net:run(500*ms)
  local c = net:counters()
  local function since(field) return c[field] - before[field] end
  local total = since "update_s" + since "exchange_s" + since "deliver_s" + since "record_s" + since "other_s"
  print(("%s precision, %d ranks: ready within %d s"):format(precision, ln.ranks, built + 1))
  print(("  update   %6.2f ns a neuron and step"):format(1e9*since "update_s"/since "neuron_updates"))
  print(("  delivery %6.2f ns an event (%.0f million events)"):format(1e9*since "deliver_s"/since "events",
    since "events"/1e6))
  print(("  exchange %6.2f us a step"):format(1e6*since "exchange_s"/since "steps"))
  print(("  memory   %6.2f bytes a synapse"):format(c.synapse_bytes/c.synapses))
  print(("  in all   %6.2f s for 0.5 s of the network: real-time factor %.2f"):format(total, total/0.5))
end
