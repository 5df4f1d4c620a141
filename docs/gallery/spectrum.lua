--- The spectrum of a population's rate.
local n = dofile((arg[0]:match "^.*/" or "") .. "network.lua")
local ln = n.ln
local spikes = n.net:record(n.exc, "spikes")
n.net:run(1000*ln.ms)

ln.plot.spectrum(spikes, { segment = 300*ln.ms, high = 200*ln.Hz }):save(arg[1] or "spectrum.png", { dpi = 180 })
