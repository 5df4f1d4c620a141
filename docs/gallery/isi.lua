--- Inter-spike intervals.
local n = dofile((arg[0]:match "^.*/" or "") .. "network.lua")
local ln = n.ln
local spikes = n.net:record(n.exc, "spikes")
n.net:run(500*ln.ms)

ln.plot.isi(spikes, { high = 300*ln.ms }):save(arg[1] or "isi.png", { dpi = 180 })
