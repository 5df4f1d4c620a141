--- Conformance: clock-driven synapses by every method (see construct_references.py); each sums onto a variable of its own.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "clock_methods"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms }
local source = net:population(12, compare.trains(12, 12, 150*ms, 1), { name = "source" })
local p = net:population(6, ln.neuron {
  equations = [[
    dv/dt = (-v + a + b + c + d + g + h)/(10*ms) : 1
    a : 1
    b : 1
    c : 1
    d : 1
    g : 1
    h : 1
  ]],
  threshold = "v > 1.2", reset = "v = 0", method = "euler",
}, { name = "p" })
local i, j = compare.pairs(12, 6, 0.5, 2)

local function synapses(letter, equations, method, on_pre, stream, values)
  local options = {
    name = "s_" .. letter, connect = ln.pairs(i, j), on_pre = on_pre, method = method, delay = 0.7*ms,
    equations = equations .. ("\n%s_post = w*y : 1 (summed)"):format(letter),
    w = compare.list(#i, function(k) return compare.u(stream, k) end),
    parameters = { tau_x = 3*ms, tau_y = 12*ms, x0 = 0.05, alpha = 0.4/ms, noise = 0 },
  }
  for name, value in pairs(values or {}) do options[name] = value end
  return net:project(source, p, options)
end

local list = {
  synapses("a", [[dx/dt = (x0 - x)/tau_x : 1 (clock-driven)
                  dy/dt = (tau_x*x/ms - y)/tau_y : 1 (clock-driven)]], nil, "x += 0.6", 3, { y = 0.1 }),
  synapses("b", [[dx/dt = -x/tau_x : 1 (clock-driven)
                  dy/dt = alpha*x*(1 - y) - y/tau_y : 1 (clock-driven)]], "rk2", "x += 0.2", 4),
  synapses("c", "dy/dt = (0.3*sin(t/(5*ms))*y - y**3)/ms : 1 (clock-driven)", "rk4", "y += 0.3", 5, { y = 0.2 }),
  synapses("d", [[dx/dt = -x/tau_x : 1 (clock-driven)
                  dy/dt = alpha*x*(1 - y) - y*(1 + x)/tau_y : 1 (clock-driven)]], "exponential_euler", "x += 0.2", 6),
  synapses("g", "dy/dt = -y/tau_y + noise*y*xi/ms**0.5 : 1 (clock-driven)", "heun", "y += 0.25", 7),
  synapses("h", "dy/dt = -y**2/tau_y + noise*y*xi/ms**0.5 : 1 (clock-driven)", "milstein", "y += 0.25", 8),
}
local names = { "v", "a", "b", "c", "d", "g", "h" }
local spikes, states = net:record(p, "spikes"), net:record(p, names, { every = 1*ms, neurons = { 1, 4, 6 } })
net:run(150*ms)

case:spikes("p", spikes)
case:trace("p", states, names)
for _, s in ipairs(list) do case:final(s.name, s, s.name:find "[abd]$" and { "x", "y" } or { "y" }) end
case:finish()
