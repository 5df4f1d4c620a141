-- Noise, adaptive steps, events, statements every so often, what is constant over dt, and links, in both precisions:
-- prints what came out, bit by bit.
local ln = require "lunate"
local ms = ln.ms
local show = dofile((arg[0]:match "^.*/" or "") .. "digest.lua").print_bits

for _, precision in ipairs { "double", "single" } do
  local function model(def)
    def.precision, def.parameters = precision, { tau = 10*ms, s = 0.5 }
    return ln.neuron(def)
  end
  local net = ln.network { dt = 0.1*ms, seed = 2 }
  local additive = net:population(101, model { equations = "dx/dt = -x/tau + s*xi*(2/tau)**.5 : 1" }, { name = "additive" })
  local busy = net:population(203, model {
    method = "milstein", equations = [[
      dx/dt = s*x*xi/tau**.5 : 1 (unless refractory)
      f = rand() : 1 (constant over dt)
      g : 1 (shared)
      n : integer ]],
    threshold = "x > 1.2 and rand() < 0.1", reset = "x -= 0.5*rand()", refractory = "(1 + f)*ms",
    events = { high = "x > 1 and f > 0.5" }, on = { high = "n += poisson(3)" },
    every = { { 1*ms, "g += rand()" }, { 1.5*ms, "x += 0.01*randn()" } },
  }, { name = "busy", x = 1 })
  local stratonovich = net:population(67, model { equations = "dx/dt = s*x*xi/tau**.5 : 1" }, { name = "stratonovich", x = 1 })
  local stiff = net:population(90, model {
    method = "rkf45", equations = "dx/dt = (1 - x)/tau*fast : 1\ndy/dt = (x*y + sin(t/ms))/tau : 1\nfast : 1",
  }, { name = "stiff", y = 1, fast = "10*i" })
  local index = {}
  for k = 1, 150 do index[k] = k * 61 % 203 + 1 end
  local linked = net:population(150, model {
    equations = "dz/dt = (x + y + u - z)/tau : 1\nx : 1 (linked)\ny : 1 (linked)\nu : 1 (linked)", threshold = "z > 0.5 + 0.1*x",
    reset = "z = -0.1*u", method = "euler",
  }, { name = "linked", x = ln.linked(busy.x, index), y = busy.g, u = ln.linked(additive:slice(3, 90).x, (function()
    local out = {}
    for k = 1, 150 do out[k] = k % 88 + 1 end
    return out
  end)()) })
  local same = net:population(203, model { equations = "dz/dt = (x - z)/tau : 1\nx : 1 (linked)", method = "euler" },
    { name = "same", x = busy.x })
  local told = net:population(77, model { equations = "dw/dt = -w/tau : 1\nspikes : 1", method = "exact" }, { name = "told" })
  net:project(busy, told, { connect = ln.fixed_indegree(9), event = "high", transmit = "w += k*rand()", k = ln.uniform(0, 1),
    delay = ln.uniform(0*ms, 2*ms):truncated(0.1*ms) })
  net:project(busy, told, { connect = ln.fixed_indegree(4), transmit = "spikes += 1", delay = 0.5*ms })
  local recorded = { net:record(busy, "high"), net:record(busy, "spikes"), net:record(linked, "spikes") }
  local trace = net:record(linked, { "x", "y", "u" }, { every = 5*ms, neurons = { 1, 75, 150 } })
  net:run(20*ms)
  local states = { { additive, "x" }, { busy, "x" }, { busy, "n" }, { busy, "g" }, { stratonovich, "x" }, { stiff, "x" },
    { stiff, "y" }, { linked, "z" }, { linked, "u" }, { same, "z" }, { same, "x" }, { told, "w" }, { told, "spikes" } }
  for _, it in ipairs(states) do show(precision .. " " .. it[1].name .. " " .. it[2], it[1][it[2]]:gather():raw()) end
  for _, r in ipairs(recorded) do
    print(tostring(r))
    show("times", r:gather().times:raw())
    show("neurons", r:gather().neurons:raw())
  end
  for _, name in ipairs { "x", "y", "u" } do
    for row = 1, 4 do show(name, trace[name]:raw()[row]) end
  end
end
