--- Whole-array operations, ns an element, beside plain C loops: arrays.lua [the output of bench_array]. `make bench` runs it.
local ln = require "lunate"
local n = 1000000
local a, b = (ln.array.range(n) - 1) * 1e-6, (ln.array.range(n) - 1) * 1e-3 + 1
local index = ln.array.random(ln.uniform(0, 1), n, 1)

local cases = {
  { "add", function() return a + b end }, { "scale", function() return a * 2.5 end }, { "divide", function() return a / b end },
  { "greater", function() return a:gt(b) end }, { "sqrt", function() return b:sqrt() end },
  { "exp", function() return a:exp() end },
  { "sum (exact)", function() return a:sum() end }, { "mean", function() return a:mean() end },
  { "sort", function() return index:sort() end },
}

local plain = {}
if arg[1] then
  for line in io.lines(arg[1]) do
    local name, ns = line:match "^(%S+) (%S+)$"
    if name then plain[name] = tonumber(ns) end
  end
end
print(("%-14s %10s %10s %8s"):format("arrays of 1e6", "ns", "plain C", "ratio"))
for _, case in ipairs(cases) do
  local best = math.huge
  for _ = 1, 20 do
    local start = os.clock()
    case[2]()
    best = math.min(best, os.clock() - start)
  end
  local ns, c = best / n * 1e9, plain[case[1]]
  print(("%-14s %10.2f %10s %8s"):format(case[1], ns, c and ("%.2f"):format(c) or "", c and ("%.2f"):format(ns / c) or ""))
end
