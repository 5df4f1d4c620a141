--- Membrane potentials above each other, with the spikes marked.
local n = dofile((arg[0]:match "^.*/" or "") .. "network.lua")
local ln = n.ln
local v = n.net:record(n.exc, "v", { neurons = { 1, 2, 3 } })
local spikes = n.net:record(n.exc, "spikes")
n.net:run(200*ln.ms)

ln.plot.traces(v, { spikes = spikes }):save(arg[1] or "traces.png", { dpi = 180 })
