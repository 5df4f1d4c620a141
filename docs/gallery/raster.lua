--- Spikes of two populations.
local n = dofile((arg[0]:match "^.*/" or "") .. "network.lua")
local ln = n.ln
local spikes = { n.net:record(n.exc, "spikes"), n.net:record(n.inh, "spikes") }
n.net:run(500*ln.ms)

ln.plot.raster(spikes):save(arg[1] or "raster.png", { dpi = 180 })
