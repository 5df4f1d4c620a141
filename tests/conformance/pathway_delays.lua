--- Conformance: every pathway with delays of its own that differ from synapse to synapse, of sources and of targets,
-- among them a learning rule's.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "pathway_delays"
local ms, u = ln.ms, compare.u

local net = ln.network { dt = 0.1*ms }
local a, b = compare.two_groups(net, 11)
local i, j = compare.pairs(8, 6, 0.7, 13)
local function delays(n, stream, least)
  return compare.list(#i, function(k) return ((least or 0) + compare.below(n, stream, k))*0.1*ms end)
end
local s = net:project(a, b, {
  name = "s", connect = ln.pairs(i, j),
  equations = [[
    x : 1
    y : 1
    seen : 1
    dA/dt = -A/(15*ms) : 1 (event-driven)
    dB/dt = -B/(20*ms) : 1 (event-driven)
  ]],
  on_pre = {
    down = "A += 1; w = clip(w - 0.02*B, 0, 1); x = 0.8*x + t/ms",
    up = "v_post += 0.02*w; y = 0.9*y + (t - 2*ms)/ms",
  },
  on_post = {
    late = "B += 0.5; w = clip(w + 0.03*A, 0, 1); seen = 0.7*seen + t/ms",
    post = "seen += 0.01*v_pre",
  },
  delay = { down = delays(25, 15), up = delays(12, 16, 1), late = delays(40, 17), post = 0.3*ms },
  w = compare.list(#i, function(k) return u(14, k) end), x = 0, y = 0, seen = 0,
})

local of_a, of_b = net:record(a, "spikes"), net:record(b, "spikes")
net:run(100*ms)

case:spikes("a", of_a)
case:spikes("b", of_b)
case:final("s", s, { "w", "x", "y", "seen" })
case:finish()
