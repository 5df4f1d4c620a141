-- Weights of a network that learns and is rewired, recorded: all, some, sums and means.
local ln = require "lunate"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz

local net = ln.network { dt = 0.1*ms, seed = 11 }
local source = net:population(30, ln.models.poisson { rate = 60*Hz }, { name = "source" })
local cells = net:population(17, ln.models.lif_delta { V_th = 5*mV }, { name = "cells" })
local p = net:project(source, cells, {
  connect = ln.fixed_indegree(8), transmit = "v += w*mV", w = ln.uniform(0.2, 1), delay = ln.uniform(0.5*ms, 4*ms),
  rule = ln.rules.stdp { A_p = 0.05, A_m = 0.04 },
})
local all = net:record(p, "w", { every = 5*ms })
local some = net:record(p, { "w", "x" }, { every = 7*ms, synapses = "i < 10 and w > 0.5" })
net:every(40*ms, function() p:grow(p:prune { smallest = 0.2 }, { w = 0.4 }) end)
net:run(200*ms)

local function digest(a)
  local key, sum, n = 0x9E3779B97F4A7C15, 0, 0
  for _, x in a:raw():flat():iterate() do
    key = (key ~ (x == x and string.unpack("i8", string.pack("d", x)) or 1)) * 0xBF58476D1CE4E5B9 + (key >> 29)
    if x == x then sum, n = sum + x, n + 1 end
  end
  return ("%016x of %d, %d there"):format(key, #a:raw():flat(), n)
end

local moved = 0
for _, x in all.w:raw():flat():iterate() do moved = moved + (x ~= x and 1 or 0) end
assert(moved > 100, "nothing was rewired: this tests nothing")
for _, item in ipairs { { "w", all.w }, { "pre", all.pre }, { "post", all.post }, { "mean", all:mean() }, { "sum", all:sum() },
  { "count", all:count() }, { "some w", some.w }, { "some x", some.x }, { "some pre", some.pre } } do
  print(item[1], digest(item[2]))
end
