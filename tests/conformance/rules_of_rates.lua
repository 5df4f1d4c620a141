--- Conformance: rules of rates of the library, one projection each; make_rule_references.py has their equations once more.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "rules_of_rates"
local ms, Hz = ln.ms, ln.Hz

local net = ln.network { dt = 0.1*ms }
local source = net:population(7, ln.neuron { method = "euler", equations = [[
    dr/dt = (0.5 + 0.5*sin(2*pi*f*t + k) - r)/(20*ms) : 1
    dm/dt = (r - m)/(50*ms) : 1
    f : Hz
    k : 1 ]] }, { name = "source", f = compare.list(7, function(k) return (5 + 20*compare.u(1, k))*Hz end),
  k = compare.list(7, function(k) return 6*compare.u(2, k) end) })
local target = net:population(5, ln.neuron { method = "euler", equations = [[
    dr/dt = (1 + cos(2*pi*f*t) - r)/(10*ms) : 1
    dm/dt = (r - m)/(50*ms) : 1
    dtheta/dt = (r**2 - theta)/(40*ms) : 1
    target = 0.3 + 0.1*sin(2*pi*3*Hz*t) : 1
    f : Hz ]] }, { name = "target", f = compare.list(5, function(k) return (5 + 20*compare.u(3, k))*Hz end) })

local r, made = ln.rules, {}
for _, entry in ipairs {
  { "hebb", r.hebb { eta = 2*Hz, decay = 3*Hz, w_min = -1, w_max = 1 } },
  { "anti_hebb", r.anti_hebb { eta = 2*Hz, p = 0.2, w_min = -1, w_max = 0 } },
  { "covariance", r.covariance { eta = 5*Hz } },
  { "oja", r.oja { eta = 3*Hz } },
  { "bcm", r.bcm { eta = 4*Hz, w_max = 2 } },
  { "delta", r.delta { eta = 10*Hz } },
} do
  local name, number = entry[1], #made
  local i, j = compare.pairs(7, 5, 0.7, 100 + number)
  local lowest = name == "anti_hebb" and -1 or 0
  made[number + 1] = { name, net:project(source, target, { connect = ln.pairs(i, j), name = name, transmit = "",
    w = compare.list(#i, function(k) return lowest + compare.u(200 + number, k) end), rule = entry[2] }), { "w" } }
end

net:run(200*ms)
case:final("source", source, { "r" })
case:final("target", target, { "r", "theta" })
for _, entry in ipairs(made) do case:final(table.unpack(entry)) end
case:finish()
