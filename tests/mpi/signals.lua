-- A run that is asked to stop: at a step, on all ranks, with everything intact. Run by run_signals.sh.
local ln = require "lunate"
local kernel = require "lunate.kernel"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1*ms, seed = 1 }
local pop = net:population(100, ln.neuron {
  equations = "dv/dt = (2*mV - v)/(10*ms) : volt", threshold = "v > 1*mV", reset = "v = 0*mV",
}, { name = "pop", v = "rand()*mV" })
net:project(pop, pop, { connect = ln.bernoulli(0.1), transmit = "v += w", w = 0.01*mV, delay = 0.5*ms })
net:run(1*ms)

os.execute "touch ready"
local ok, message = pcall(net.run, net, 1e5*ln.second)
print(ok, (message:gsub("[%d.]+ m?s$", "...")))

-- where it stopped, all ranks did, and go on from there
local steps = math.floor(net.time / net.dt + 0.5)
for _, other in ipairs(kernel.allgather(tostring(steps))) do assert(other == tostring(steps)) end
assert(steps > 10 and steps < 1e9)
net:run(1*ms)
assert(math.floor(net.time / net.dt + 0.5) == steps + 10)
assert(pop.v:mean() > 0*mV)
print "went on"
if arg[1] == "again" then net:run(1e5*ln.second) end
