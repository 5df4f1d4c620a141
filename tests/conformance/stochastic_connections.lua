--- Conformance in distribution: indegrees and outdegrees of connections by chance (see stochastic_references.py).
local ln = require "lunate"
local compare = dofile((arg[0]:match "^.*/" or "") .. "compare.lua")
local case = compare.case "stochastic_connections"
local ms = ln.ms

local net = ln.network { dt = 0.1*ms, seed = 105 }
local model = ln.neuron { equations = "x : 1" }
local a = net:population(300, model, { name = "a", x = "(i - 1)/299.0" })
local b = net:population(4000, model, { name = "b", x = "(i - 1)/3999.0" })
local p = net:project(a, b, { name = "p", connect = ln.bernoulli(0.05), transmit = "x += 0" })
local q = net:project(a, b, { -- Brian2's even i are our odd ones
  name = "q", connect = ln.bernoulli "(i % 2 == 1)*0.3*exp(-(x_pre - x_post)**2/(2*0.2**2))", transmit = "x += 0",
})

local function degrees(projection)
  local all, into, out = projection:gather(), {}, {}
  for k = 1, 4000 do into[k] = 0 end
  for k = 1, 300 do out[k] = 0 end
  for _, j in all.post:iterate() do into[math.tointeger(j)] = into[math.tointeger(j)] + 1 end
  for _, i in all.pre:iterate() do out[math.tointeger(i)] = out[math.tointeger(i)] + 1 end
  return into, out
end

local into, out = degrees(p)
case:distribution("indegree", into)
case:distribution("outdegree", out)
into, out = degrees(q)
local odd = {}
for k = 1, 300, 2 do
  odd[#odd + 1] = out[k]
  assert(out[k + 1] == 0, "a synapse where the condition does not hold")
end
case:distribution("place_indegree", into)
case:distribution("place_outdegree", odd)
case:finish()
