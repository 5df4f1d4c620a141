-- What differs between processes in stock Lua: the order of pairs and next, sort, math.random. See run_order.sh.
local kernel = require "lunate.kernel"

local log = {}
local function note(...) log[#log + 1] = table.concat({ ... }, " ") end

local t = { 3, 2, 1 }
for k = 1, 300 do
  t[("key%d"):format(math.random(1000000))] = k
  t[k * 1.5 - 20] = k
end
for k, v in pairs(t) do note(tostring(k), v) end
local k = next(t)
for _ = 1, 20 do
  note(tostring(k))
  k = next(t, k)
end

-- badly unbalanced input, on which stock Lua asks the clock for a pivot
local list = {}
for i = 1, 5000 do list[i] = { key = i % 2 == 0 and i or 0, place = i } end
table.sort(list, function(a, b) return a.key < b.key end)
for _, entry in ipairs(list) do note(entry.place) end

math.randomseed(7)
for _ = 1, 100 do note(math.random(), math.random(10), math.random(0)) end
note(require "lunate.random".with_stream(1, 2, math.random))
math.randomseed(os.time()) -- differs between runs, but not between ranks
local now = math.random()

local text = table.concat(log, "\n")
for rank, other in ipairs(kernel.allgather(text .. now)) do
  assert(other == text .. now, "rank " .. rank - 1 .. " differs")
end
print(text)
