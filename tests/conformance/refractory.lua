--- Conformance: refractory times and conditions, kicked by spikes while refractory (exact).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "refractory"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local source = net:population(6, compare.trains(6, 25, 120*ms, 1), { name = "source" })
local i, j = compare.pairs(6, 5, 0.5, 2)
local function drive(k) return 1.02 + 0.17*k end

local clamped = "dv/dt = (drive - v)/tau : 1 (unless refractory)\n drive : 1\n"
local kinds = {
  { "constant", clamped, "v = 0", 5*ms },
  { "between", clamped, "v = 0", 2.57*ms },
  { "each", clamped .. "rest : second", "v = 0", "rest", { rest = function(k) return 1.3*(k - 1)*ms end } },
  { "running", "dv/dt = (drive - v)/tau : 1\n drive : 1", "v -= 0.4", 4*ms },
  { "condition", clamped .. "da/dt = -a/tau : 1", "v = 0; a += 1", "a > 0.35" },
}
for _, kind in ipairs(kinds) do
  local name, equations, reset, rest, options = table.unpack(kind)
  options = options or {}
  options.name, options.drive = name, drive
  local p = net:population(5, ln.neuron {
    equations = equations, threshold = "v > 1", reset = reset, refractory = rest, method = "exact",
    parameters = { tau = 9*ms },
  }, options)
  net:project(source, p, {
    connect = ln.pairs(i, j), transmit = "v_post += w", delay = 0.2*ms,
    w = compare.list(#i, function(k) return 0.02 + 0.1*compare.u(3, k) end),
  })
  kind.population = p
  kind.spikes = net:record(p, "spikes")
  kind.states = net:record(p, "v", { every = 1*ms, neurons = { 1, 5 } })
end
net:run(120*ms)

for _, kind in ipairs(kinds) do
  case:spikes(kind[1], kind.spikes)
  case:trace(kind[1], kind.states, { "v" })
  case:final(kind[1], kind.population, { "v" })
end
case:finish()
