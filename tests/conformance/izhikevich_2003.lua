--- Conformance: Brian2's example frompapers/Izhikevich_2003 (see example_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "izhikevich_2003"
local ms, u = ln.ms, compare.u

local ne, n = 40, 50
local thalamus = ln.timed_array(compare.list(300, function(row)
  return compare.list(n, function(k) return (k < ne and 5 or 2)*3.4*(u(1, row*n + k) - 0.5) end)
end), 1*ms)
local function each(excitatory, inhibitory)
  return function(k)
    local r = u(2, k - 1)
    return k <= ne and excitatory(r) or inhibitory(r)
  end
end
local function always(x) return function() return x end end

local net = ln.network { dt = 1*ms }
local p = net:population(n, ln.neuron {
  equations = [[
    dv/dt = (0.04*v**2 + 5*v + 140 - u + pulses + thalamic)/ms : 1
    du/dt = a*(b*v - u)/ms : 1
    pulses : 1
    thalamic : 1
    a : 1
    b : 1
    c : 1
    d : 1
  ]],
  threshold = "v >= 30", reset = "v = c; u += d", method = "euler", every = { { 1*ms, "thalamic = table(t, i)" } },
  parameters = { table = thalamus },
}, {
  name = "p", v = -65, a = each(always(0.02), function(r) return 0.02 + 0.08*r end),
  b = each(always(0.2), function(r) return 0.25 - 0.05*r end), c = each(function(r) return -65 + 15*r^2 end, always(-65)),
  d = each(function(r) return 8 - 6*r^2 end, always(2)), u = "b*v",
})
local i, j, w = {}, {}, {}
for k = 0, n*n - 1 do
  i[k + 1], j[k + 1], w[k + 1] = k // n + 1, k % n + 1, k // n < ne and 4*u(3, k) or -8*u(3, k)
end
-- Brian2 delivers pathways in the order of their names
net:project(p, p, { connect = ln.pairs(i, j), transmit = "pulses -= w", w = w, delay = 1*ms })
net:project(p, p, { connect = ln.pairs(i, j), transmit = "pulses += w", w = w })
local spikes = net:record(p, "spikes")
local states = net:record(p, { "v", "u" }, { every = 5*ms, neurons = { 1, 21, 46 } })
net:run(300*ms)

case:spikes("p", spikes)
case:trace("p", states, { "v", "u" })
case:final("p", p, { "v", "u" })
case:finish()
