--- Several panels: a raster over its rate with one axis of time, and what the neurons' intervals are.
local n = dofile((arg[0]:match "^.*/" or "") .. "network.lua")
local ln = n.ln
local spikes = { n.net:record(n.exc, "spikes"), n.net:record(n.inh, "spikes") }
n.net:run(500*ln.ms)

ln.plot.panels {
  { ln.plot.raster(spikes, { legend = false }), ln.plot.isi(spikes[1], { high = 300*ln.ms }) },
  { ln.plot.rate(spikes, { smooth = 5*ln.ms, legend = false }), ln.plot.correlogram(spikes[1]) },
  title = "A network of 500 neurons", widths = { 3, 2 }, heights = { 3, 2 },
}:save(arg[1] or "panels.png", { dpi = 100 })
