--- Whole-array operations, ns an element, beside plain C loops (plain.c, a module) over the same arrays in turn, in the
-- first-level cache, the second-level cache, the last one and memory: arrays.lua [folder of plain.so [names of operations]].
-- `make bench` runs it.
-- Sums are exact here, running sums compensated, edges of bins kept; the plain loops round at every addition.
local ln = require "lunate"
package.cpath = (arg[1] or "build/bench") .. "/?.so;" .. package.cpath
local plain = require "plain"

local sizes = { 1000, 30000, 1000000, 8000000 }

-- name, what Lunate does, the plain loop, the largest size (what takes long or grows faster than its elements stops before)
local function cases(n)
  local uniform = function(key, low, high) return ln.array.random(ln.uniform(low or 0, high or 1), n, key) end
  local a, b, c = uniform(1), uniform(2, 1, 2), ln.array.zeros(n + 49)
  local side = n < 2000 and 10 or 1000
  local matrix, table10 = a:reshape(side, -1), a:reshape(-1, 10)
  local columns = n // side
  local row, column = ln.array.random(ln.uniform(0, 1), columns, 3), ln.array.random(ln.uniform(0, 1), { side, 1 }, 4)
  local mask, other, some, mc = a:gt(0.5), b:gt(1.2), a:gt(0.5), a:gt(2)
  local places, whole = (a * n):floor():integer() + 1, (a * 1000):floor():integer()
  local kernel, knots = ln.array.random(ln.uniform(0, 1), 50, 5), ln.array.linspace(0, 1, 100)
  local square = n == 1000000 and a:reshape(1000, 1000)
  local list = {
    { "a + b", function() return a + b end, function() plain.add(a, b, c) end },
    { "a * b + a", function() return a * b + a end, function() plain.multiply_add(a, b, c) end },
    { "a * 2.5", function() return a * 2.5 end, function() plain.scale(a, c) end },
    { "a / b", function() return a / b end, function() plain.divide(a, b, c) end },
    { "a ^ 1.5", function() return a ^ 1.5 end, function() plain.power(a, c) end, 1000000 },
    { "a % 0.37", function() return a % 0.37 end, function() plain.remainder_of(a, c) end, 1000000 },
    { "whole + whole", function() return whole + whole end, function() plain.add(whole, whole, c) end },
    { "sqrt", function() return a:sqrt() end, function() plain.root(a, c) end },
    { "exp", function() return a:exp() end, function() plain.exponential(a, c) end, 1000000 },
    { "log", function() return a:log() end, function() plain.logarithm(a, c) end, 1000000 },
    { "sin", function() return a:sin() end, function() plain.sine(a, c) end, 1000000 },
    { "abs", function() return a:abs() end, function() plain.absolute(a, c) end },
    { "floor", function() return a:floor() end, function() plain.round_down(a, c) end },
    { "round", function() return a:round() end, function() plain.nearest(a, c) end },
    { "minimum", function() return a:minimum(b) end, function() plain.smaller(a, b, c) end },
    { "matrix + row", function() return matrix + row end, function() plain.add_row(matrix, row, c) end },
    { "matrix + column", function() return matrix + column end, function() plain.add_column(matrix, column, c) end },
    { "a > b", function() return a:gt(b) end, function() plain.greater(a, b, mc) end },
    { "isnan", function() return a:isnan() end, function() plain.is_nan(a, mc) end },
    { "mask and mask", function() return mask * other end, function() plain["and"](mask, other, mc) end },
    { "mask:no", function() return mask:no() end, function() plain.no(mask, mc) end },
    { "mask:sum", function() return mask:sum() end, function() plain.count(mask, c) end },
    { "mask:any", function() return mc:any() end, function() plain.any(mc, c) end },
    { "mask:choose", function() return mask:choose(a, 0) end, function() plain.choose(a, some, c) end },
    { "a:where(mask)", function() return a:where(mask) end, function() plain.where(a, mask, c) end },
    { "mask:where()", function() return mask:where() end, function() plain.places(mask, c) end },
    { "a:take(places)", function() return a:take(places) end, function() plain.take(a, places, c) end },
    { "copy", function() return a:copy() end, function() plain.copy(a, c) end },
    { "mask:double", function() return mask:double() end, function() plain.from_mask(mask, c) end },
    { "a:integer", function() return whole:double():integer() end, function() plain.copy(a, c) plain.copy(whole, c) end },
    { "a:boolean", function() return a:boolean() end, function() plain.to_mask(a, mc) end },
    { "slice of columns", function() return matrix:slice(1, columns // 2, 2) end, function() plain.half(matrix, c) end },
    { "transpose", function() return matrix:transpose() end, function() plain.transpose(matrix, c) end },
    { "sum", function() return a:sum() end, function() plain.sum(a, c) end },
    { "whole:sum", function() return whole:sum() end, function() plain.sum(whole, c) end },
    { "min", function() return a:min() end, function() plain.least(a, c) end },
    { "argmin", function() return a:argmin() end, function() plain.place_of_least(a, c) end },
    { "sd", function() return a:sd() end, function() plain.sd(a, c) end },
    { "sum(1)", function() return matrix:sum(1) end, function() plain.sum_columns(matrix, c) end },
    { "sd(1)", function() return matrix:sd(1) end, function() plain.sd_columns(matrix, c) end },
    { "min(1)", function() return matrix:min(1) end, function() plain.least_columns(matrix, c) end },
    { "sum(2)", function() return matrix:sum(2) end, function() plain.sum_rows(matrix, c) end },
    { "sd(2)", function() return matrix:sd(2) end, function() plain.sd_rows(matrix, c) end },
    { "min(2)", function() return matrix:min(2) end, function() plain.least_rows(matrix, c) end },
    { "sum(1), 10 columns", function() return table10:sum(1) end, function() plain.sum_columns(table10, c) end },
    { "sum(2), 10 columns", function() return table10:sum(2) end, function() plain.sum_rows(table10, c) end },
    { "min(2), 10 columns", function() return table10:min(2) end, function() plain.least_rows(table10, c) end },
    { "cumsum", function() return a:cumsum() end, function() plain.cumsum(a, c) end },
    { "cumsum(1)", function() return matrix:cumsum(1) end, function() plain.cumsum_columns(matrix, c) end },
    { "diff", function() return a:diff() end, function() plain.diff(a, c) end },
    { "sort", function() return a:sort() end, function() plain.sort(a, c) end, 1000000 },
    { "argsort", function() return a:argsort() end, function() plain.argsort(a, c) end, 1000000 },
    { "sort(2)", function() return matrix:sort(2) end, function() plain.sort_rows(matrix, c) end, 1000000 },
    { "median", function() return a:median() end, function() plain.sort(a, c) end, 1000000 },
    { "unique", function() return whole:unique() end, function() plain.sort(whole, c) end, 1000000 },
    { "histogram", function() return a:histogram(100, 0, 1) end, function() plain.histogram(a, c) end },
    { "convolve, 50", function() return a:convolve(kernel) end, function() plain.convolve(a, kernel, c) end, 1000000 },
    { "interpolate, 100", function() return a:interpolate(knots, knots) end,
      function() plain.interpolate(a, knots, c) end, 1000000 },
    { "random", function() return ln.array.random(ln.uniform(0, 1), n, 1) end, function() plain.fill_uniform(a, c) end, 1000000 },
    { "dot", function() return a:dot(b) end, function() plain.inner_product(a, b, c) end },
    { "fft", function() return a:fft() end, function() plain.transform(a, c) end, 1000000 },
  }
  if square then
    list[#list + 1] = { "matrix product", function() return square:dot(square) end,
      function() plain.product(square, square, c) end }
  end
  return list
end

-- The best of several turns each, in turn; so many calls a turn that the clock sees them.
local function best_of(ours, theirs, n)
  local calls, best, other = math.max(1, 300000 // n), math.huge, math.huge
  local began = os.clock()
  local turn = 0
  while turn < 5 or turn < 40 and os.clock() - began < 0.15 do
    turn = turn + 1
    local start = os.clock()
    for _ = 1, calls do ours() end
    local middle = os.clock()
    for _ = 1, calls do theirs() end
    best, other = math.min(best, middle - start), math.min(other, os.clock() - middle)
  end
  return best / calls / n * 1e9, other / calls / n * 1e9
end

local names, rows, wanted = {}, {}, {}
for k = 2, #arg do wanted[arg[k]] = true end
for s, n in ipairs(sizes) do
  for _, case in ipairs(cases(n)) do
    local name, ours, theirs, most = table.unpack(case)
    if n <= (most or n) and (not next(wanted) or wanted[name]) then
      if not rows[name] then
        rows[name] = {}
        names[#names + 1] = name
      end
      rows[name][s] = { best_of(ours, theirs, n) }
    end
  end
  collectgarbage()
end
local head = ("%-20s"):format "ns an element (ratio)"
for _, n in ipairs(sizes) do head = head .. ("%22s"):format(("%d"):format(n)) end
print(head)
for _, name in ipairs(names) do
  local line = ("%-20s"):format(name)
  for s in ipairs(sizes) do
    local r = rows[name][s]
    line = line .. (r and ("%8.2f %6.2f %6s"):format(r[1], r[2], ("(%.2f)"):format(r[1] / r[2])) or (" "):rep(22))
  end
  print(line)
end

-- The price of an operation, whatever the number of elements.
print "arrays of 10, ns a call"
local ten, eleven, table10 = ln.array.linspace(0, 1, 10), ln.array.linspace(1, 2, 10), ln.array.zeros(10, 10)
local volts = ten * ln.mV
for _, case in ipairs {
  { "a[3]", function() return ten[3] end }, { "a + b", function() return ten + eleven end },
  { "a * 2", function() return ten * 2 end }, { "volts * mV", function() return volts * ln.mV end },
  { "a:exp()", function() return ten:exp() end }, { "a:gt(b)", function() return ten:gt(eleven) end },
  { "a:sum()", function() return ten:sum() end }, { "a:sd()", function() return ten:sd() end },
  { "m:sum(1)", function() return table10:sum(1) end }, { "m:dot(m)", function() return table10:dot(table10) end },
  { "a:slice(2, 5)", function() return ten:slice(2, 5) end }, { "a:sort()", function() return ten:sort() end },
} do
  print(("%-14s %10.0f"):format(case[1], best_of(case[2], function() end, 10) * 10))
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
