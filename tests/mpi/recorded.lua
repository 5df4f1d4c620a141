-- Records the same things in memory and to a file, and compares what comes back: recorded.lua FILE
local ln = require "lunate"
local ms = ln.ms

local net = ln.network { dt = 0.1 * ms, seed = 7 }
local model = ln.neuron {
  equations = "dv/dt = (I - v)/tau : volt\n I : volt (constant)\n u = I - v : volt",
  events = { high = "v > 9.9*mV", late = "t > 1*second" },
  threshold = "v > 10*mV", reset = "v = 0*mV", parameters = { tau = 10 * ms },
}
local exc = net:population(101, model, { name = "exc", I = "12*mV + 8*mV*rand()", v = "10*mV*rand()" })
local inh = net:population(40, model, { name = "inh", I = "15*mV*rand()" })
local path, neurons = arg[1], { 77, 3, 101, 40 }

local spikes = net:record(exc, "spikes", { variables = { "v", "u" } })
local trace = net:record(exc, { "v", "u" }, { every = 0.5 * ms, neurons = neurons })
net:record(exc, "spikes", { variables = { "v", "u" }, to = path, buffer = 4096 })
net:record(inh, "spikes", { to = path })
local high = net:record(exc:slice(11, 60), "high")
net:record(exc:slice(11, 60), "high", { variables = "I", to = path, buffer = 4096 })
net:record(exc, "late", { to = path })
net:record(exc, { "v", "u" }, { every = 0.5 * ms, neurons = neurons, to = path, buffer = 4096 })
for _ = 1, 4 do net:run(50 * ms) end
net:close()

local file = ln.open(path)
local read, gathered = file:spikes "exc", spikes:gather()
assert(#read.times > 1000, "too few spikes to mean anything")
assert(read.times == gathered.times and read.senders == gathered.neurons, "the spikes differ")
assert(read.variables.v == spikes.v and read.variables.u == spikes.u, "what the spikes were recorded with differs")
local u = exc.I:gather():take(spikes:senders()) - spikes.v
assert(spikes.v:min() > 10*ln.mV and spikes.u == u, "other values")
local events, slice = high:gather(), "exc[11..60]"
local found = file:events(slice, "high")
assert(#found.times > 300 and found.event == "high", "too few events to mean anything")
assert(found.times == events.times and found.senders == events.neurons + 10, "the events differ")
assert(found.variables.I == exc.I:gather():take(found.senders), "what the events were recorded with differs")
assert(#file:events("exc", "late").times == 0 and #file:spikes("exc").times == #read.times, "other events")
local ok, message = pcall(file.events, file)
assert(not ok and message:find('holds the events high of exc[11..60], late of exc: name one, file:events("exc[11..60]", "high")',
  1, true), message)
assert(tostring(file):find("\n  high of exc[11..60]: " .. #found.times .. "\n", 1, true), tostring(file))
for _, name in ipairs { "v", "u" } do
  local report = file:report("exc", name)
  assert(report.step == 0.5 * ms and report.start == 0 * ms and report.stop == 200 * ms, "other times")
  for column, neuron in report.neurons:iterate() do
    local place
    for k, i in ipairs(neurons) do place = i == neuron and k or place end
    assert(report.data:column(column) == trace[name]:column(place), name .. " differs")
  end
end
assert(file.attributes.seed == "7" and file.attributes.script_text:find "Records the same things", "other attributes")
file:close()
print(("%d spikes, the first at %s"):format(#read.times, read.times[1]))
