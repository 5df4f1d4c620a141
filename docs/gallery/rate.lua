--- The rate of two populations, smoothed by a Gaussian of 5 ms.
local n = dofile((arg[0]:match "^.*/" or "") .. "network.lua")
local ln = n.ln
local spikes = { n.net:record(n.exc, "spikes"), n.net:record(n.inh, "spikes") }
n.net:run(500*ln.ms)

ln.plot.rate(spikes, { smooth = 5*ln.ms }):save(arg[1] or "rate.png", { dpi = 180 })
