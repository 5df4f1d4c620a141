--- The matrix of a projection: neighbours on a ring are connected with strengths that fall with distance.
local ln = require "lunate"
local ms = ln.ms
local net = ln.network { dt = 0.1*ms, seed = 3 }
local cells = net:population(100, ln.models.lif_delta {}, { name = "ring" })
local ring = net:project(cells, cells, { connect = ln.bernoulli "0.9*exp(-(sin(pi*(i - j)/100)/0.15)**2)", transmit = "v += w",
  w = "2*mV*exp(-(sin(pi*(i - j)/100)/0.1)**2) - 0.4*mV" })

ln.plot.connectivity(ring, { variable = "w", zlabel = "weight" }):save(arg[1] or "connectivity.png", { dpi = 180 })
