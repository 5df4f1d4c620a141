-- Every analysis and figure of recordings without spikes, with one, and without samples: the same value or the same error on
-- any number of ranks, and none waits for another.
local ln = require "lunate"
local ms = ln.ms

local net = ln.network { dt = 0.1 * ms, seed = 3 }
local model = ln.neuron {
  equations = "dv/dt = (I - v)/(10*ms) : volt\n I : volt (constant)", threshold = "v > 10*mV", reset = "v = 0*mV",
}
local pop = net:population(5, model, { name = "few" })
local before = net:record(pop, "spikes") -- neither a step nor a spike yet
local nothing = net:record(pop, "v")
local function still(name)
  local p = net:population(3, model, { name = name })
  return net:record(p, "spikes"), net:record(p, "v")
end

local function show(x)
  if ln.array.is(x) then return ("%s %.17g"):format(x, x:raw():sum()) end
  if type(x) ~= "table" or getmetatable(x) then return type(x) == "number" and ("%.17g"):format(x) or tostring(x) end
  local keys, out = {}, {}
  for key in pairs(x) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for k, key in ipairs(keys) do out[k] = ("%s = %s"):format(key, show(x[key])) end
  return "{" .. table.concat(out, ", ") .. "}"
end

local function try(library, things)
  local names = {}
  for name, f in pairs(library) do
    if type(f) == "function" then names[#names + 1] = name end
  end
  table.sort(names)
  local signal = ln.array.range(100):double()
  for _, name in ipairs(names) do
    for k, x in ipairs(things) do
      for j, opts in ipairs { {}, { window = 5 * ms }, { step = 1 * ms }, { from = 0 * ms, to = 3 * ms } } do
        local done = table.pack(pcall(library[name], x, opts))
        if done[1] and library == ln.plot then done = table.pack(pcall(function() return #done[2]:script() end)) end
        for i = 2, done.n do done[i] = show(done[i]) end
        print(name, k, j, table.concat(done, "; ", 2, done.n))
      end
      for j, y in ipairs { x, signal, 2 * ms } do
        local done = table.pack(pcall(library[name], x, y, j == 2 and { step = 1 * ms } or nil))
        for i = 2, done.n do done[i] = library == ln.plot and i == 2 and "" or show(done[i]) end
        print(name, k, "with", j, table.concat(done, "; ", 2, done.n))
      end
    end
  end
end

local silent, samples = still "still"
try(ln.analysis, { before, nothing })
pop.I = "15*mV*int(i == 4)"
net:run(15 * ms)
assert(before:count() == 1)
try(ln.analysis, { silent, before, before:slice(0 * ms, 5 * ms), before:of(4), before:of {}, samples })
try(ln.plot, { silent, before, before:of(4), samples })
