--- When inhibitory neurons fire after a spike of an excitatory one; the dashed line is their mean rate.
local n = dofile((arg[0]:match "^.*/" or "") .. "network.lua")
local ln = n.ln
local exc, inh = n.net:record(n.exc, "spikes"), n.net:record(n.inh, "spikes")
n.net:run(500*ln.ms)

ln.plot.correlogram(exc, inh, { window = 50*ln.ms, bin = 2*ln.ms }):save(arg[1] or "correlogram.png", { dpi = 180 })
