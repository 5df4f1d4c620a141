--- Membrane potentials of two populations at the end of a run.
local n = dofile((arg[0]:match "^.*/" or "") .. "network.lua")
local ln = n.ln
n.net:run(200*ln.ms)

ln.plot.histogram({ n.exc.v, n.inh.v }, { bins = 24, density = true, xlabel = "membrane potential",
  labels = { "exc", "inh" } }):save(arg[1] or "histogram.png", { dpi = 180 })
