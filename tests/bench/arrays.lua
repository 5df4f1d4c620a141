--- Whole-array operations, ns an element, beside plain C loops: arrays.lua [the output of bench_array]. `make bench` runs it.
-- Sums (sum, sd, columns) and running sums are exact or compensated here; the plain loops round at every addition.
local ln = require "lunate"
local n = 1000000
local a, b = (ln.array.range(n) - 1) * 1e-6, (ln.array.range(n) - 1) * 1e-3 + 1
local u = ln.array.random(ln.uniform(0, 1), n, 1)
local matrix, row, mask = a:reshape(1000, 1000), ln.array.range(1000):double(), u:gt(0.5)

local cases = {
  { "add", function() return a + b end }, { "scale", function() return a * 2.5 end }, { "divide", function() return a / b end },
  { "sqrt", function() return b:sqrt() end }, { "exp", function() return a:exp() end },
  { "broadcast", function() return matrix + row end },
  { "greater", function() return a:gt(b) end }, { "and", function() return mask * a:gt(0.5) end },
  { "where", function() return a:where(mask) end }, { "count", function() return mask:sum() end },
  { "sum", function() return a:sum() end }, { "min", function() return a:min() end }, { "sd", function() return a:sd() end },
  { "columns", function() return matrix:sum(1) end }, { "cumsum", function() return a:cumsum() end },
  { "histogram", function() return u:histogram(100, 0, 1) end }, { "sort", function() return u:sort() end },
}

local plain = {}
if arg[1] then
  for line in io.lines(arg[1]) do
    local name, ns = line:match "^(%S+) (%S+)$"
    if name then plain[name] = tonumber(ns) end
  end
end
print(("%-14s %10s %10s %10s %8s"):format("arrays of 1e6", "ns", "mean", "plain C", "ratio"))
for _, case in ipairs(cases) do
  local best = math.huge
  for _ = 1, 30 do
    local start = os.clock()
    case[2]()
    best = math.min(best, os.clock() - start)
  end
  local start = os.clock() -- and the mean, in which collections of garbage count
  for _ = 1, 10 do case[2]() end
  local mean = (os.clock() - start) / 10 / n * 1e9
  local ns, c = best / n * 1e9, plain[case[1]]
  print(("%-14s %10.2f %10.2f %10s %8s"):format(case[1], ns, mean,
    c and ("%.2f"):format(c) or "", c and ("%.2f"):format(ns / c) or ""))
end

-- A raster of 100,000 spikes, from the recording to the file.
local times, neurons = {}, {}
for k = 1, 100000 do times[k], neurons[k] = k * 1e-5, k * 7919 % 5000 + 1 end
local spikes = { times = ln.array(times, ln.second), neurons = ln.array(neurons) }
print "100,000 spikes, s"
for _, kind in ipairs { "png", "svg", "pdf" } do
  local base, best = os.tmpname(), math.huge
  local path = base .. "." .. kind
  for _ = 1, 3 do
    local start = ln.wall_time()
    ln.plot.raster(spikes):save(path)
    best = math.min(best, ln.wall_time() - start)
  end
  os.remove(path)
  os.remove(base)
  print(("%-14s %10.2f"):format(kind, best))
end
