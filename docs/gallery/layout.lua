--- Neurons in space, their rates in colour, with some of their synapses.
local n = dofile((arg[0]:match "^.*/" or "") .. "network.lua")
local ln = n.ln
local near = n.net:project(n.exc, n.exc, { connect = ln.bernoulli "exp(-((x_pre - x_post)**2 + (y_pre - y_post)**2)/(45*um)**2)",
  transmit = "ge += w", w = 0*ln.mV })
local spikes = n.net:record(n.exc, "spikes")
n.net:run(500*ln.ms)

ln.plot.layout(n.exc, { synapses = near, edges = 3000, values = spikes:rates(), zlabel = "rate" })
  :save(arg[1] or "layout.png", { dpi = 130 })
