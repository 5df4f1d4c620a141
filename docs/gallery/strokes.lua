--- A few neurons: a stroke a spike.
local n = dofile((arg[0]:match "^.*/" or "") .. "network.lua")
local ln = n.ln
local spikes = { n.net:record(n.exc, "spikes"), n.net:record(n.inh, "spikes") }
n.net:run(500*ln.ms)

ln.plot.raster(spikes, { neurons = 20, from = 200*ln.ms, labels = { "excitatory", "inhibitory" },
  annotations = { { x = { 300*ln.ms, 350*ln.ms }, text = "window" } } })
  :save(arg[1] or "strokes.png", { dpi = 180 })
