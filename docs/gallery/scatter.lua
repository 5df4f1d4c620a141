--- One number a neuron against another, the colour a third.
local n = dofile((arg[0]:match "^.*/" or "") .. "network.lua")
local ln = n.ln
local spikes = n.net:record(n.exc, "spikes")
n.net:run(500*ln.ms)

ln.plot.scatter(n.exc.ge, n.exc.gi, { values = spikes:rates(), fit = true, xlabel = "excitation", ylabel = "inhibition",
  zlabel = "rate" }):save(arg[1] or "scatter.png", { dpi = 180 })
