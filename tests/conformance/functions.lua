--- Conformance: every function of Brian2's default list, of numbers of both signs: in subexpressions, differential
-- equations, resets, statements of synapses and first values.
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "functions"
local ms = ln.ms

local functions = {
  "sin(x) + cos(2*x)*tan(0.3*x)",
  "arcsin(0.4*x) - arccos(0.3*x)*arctan(x)",
  "sinh(x) - cosh(0.5*x) + tanh(x)",
  "exp(x) + log(3 + x) + log10(4 + x)",
  "expm1(0.01*x) + log1p(0.3*x) + exprel(x)",
  "sqrt(3 + x)*abs(x) + sign(x - 0.1)",
  "ceil(3*x) + 10*floor(5*x) + 0.1*int(4*x)",
  "clip(x, -0.5, 0.7) + clip(2*x, x, 1)",
  "timestep(abs(x)*ms, 0.1*ms) + timestep(t, dt)",
  "x % 0.3 + (3*x) // 0.7 + x**3 + int(x > 0 and not x > 1 or x < -1)",
}

-- Lines made of each function, by a format of its number and text.
local function each(form)
  local out = {}
  for k, text in ipairs(functions) do out[k] = form:gsub("#", k):gsub("@", (text:gsub("%%", "%%%%"))) end
  return table.concat(out, "\n")
end

local net = ln.network { dt = 0.1*ms }
local sum = each("0.1*f#"):gsub("\n", " + ")
local initial = { name = "p", x = compare.list(24, function(k) return -1.9 + 3.8*k/23 end) }
for k, text in ipairs(functions) do initial["w" .. k] = text end
local p = net:population(24, ln.neuron {
  equations = each "f# = @ : 1" .. "\n" .. each "r# : 1\nw# : 1" .. "\nx : 1\ndy/dt = (" .. sum .. " - y)/(5*ms) : 1",
  threshold = "t > 4.95*ms and t < 5.05*ms", reset = each "r# = @", method = "euler",
}, initial)
local s = net:project(p, p, {
  name = "s", connect = ln.one_to_one(), equations = each "s# : 1",
  on_pre = (each("s# = @"):gsub("x", "x_pre"):gsub("ex_pre", "ex")),
})
net:run(10*ms)

for _, letter in ipairs { "f", "r", "w" } do
  for k in ipairs(functions) do case:final("p", p, { letter .. k }) end
end
case:final("p", p, { "y" })
for k in ipairs(functions) do case:final("s", s, { "s" .. k }) end
case:finish()
