-- Recorded variables lie on the ranks until all of them are wanted: what is computed where they lie has the bits of the
-- whole array's, and what shares memory goes on sharing it. What it prints must not depend on the number of ranks.
local ln = require "lunate"
local kernel = require "lunate.kernel"
local ms, mV = ln.ms, ln.mV

local net = ln.network { dt = 0.1 * ms, seed = 5 }
local model = ln.neuron {
  equations = "dv/dt = (I - v)/tau : volt\n I : volt (constant)",
  threshold = "v > 10*mV", reset = "v = 0*mV", parameters = { tau = 10 * ms },
}
local exc = net:population(53, model, { name = "exc", I = "7*mV + 12*mV*rand()", v = "10*mV*rand()" })
local all = net:record(exc, { "v", "I" }, { every = 0.5 * ms })
local some = net:record(exc, "v", { every = 0.5 * ms, neurons = { 40, 3, 53, 17 } })
local one = net:record(exc, "v", { every = 0.5 * ms, neurons = 30 })
local spikes = net:record(exc, "spikes")
net:run(30 * ms)

local array = ln.array
local function show(name, ...)
  local out = {}
  for k = 1, select("#", ...) do
    local x = select(k, ...)
    if array.is(x) then x = ("%.17g of %s"):format(x:kind() == "boolean" and x:sum() or x:raw():sum(), x) end
    out[k] = type(x) == "number" and ("%.17g"):format(x) or type(x) == "table" and ("%.17g"):format(x.value) or tostring(x)
  end
  print(name, table.concat(out, "; "))
end

-- f(v) leaves v where it lies and gives what it gives of the whole array.
local function in_place(name, v, f)
  local got = table.pack(f(v))
  assert(kernel.array_spread(v) or ln.ranks == 1, name .. " gathered")
  local expected = table.pack(f(v:copy():gather()))
  for k = 1, got.n do
    local x, y = got[k], expected[k]
    if type(x) == "table" then x, y = x.value, y.value end
    local same = x == y or x ~= x and y ~= y
    assert(same and (not array.is(got[k]) or got[k]:kind() == expected[k]:kind()), name .. ": other values")
  end
  show(name, table.unpack(got, 1, got.n))
end

for _, trace in ipairs { all, some, one } do
  local v = trace.v
  for _, how in ipairs { "sum", "mean", "var", "sd", "min", "max" } do
    in_place(how, v, function(a) return a[how](a), a[how](a, 1), a[how](a, 2) end)
  end
  in_place("order", v, function(a)
    return a:median(), a:quantile(0.3), a:quantile(1), a:quantile(0.31, 1), a:argmax(1), a:histogram(7)
  end)
  in_place("masks", v, function(a)
    local high = a:gt(5 * mV)
    return high:sum(), high:mean(), high:sum(1), high:mean(2), high:any(), a:lt(1 * mV):all(), a:isfinite():all(),
      (high * a:lt(8 * mV)):sum(2), high:choose(a, 0):sum(2)
  end)
  in_place("elements", v, function(a)
    return (a / mV * 2 - 3):abs():mean(2), a:sqrt():max(1), (-a):sum(), (a:raw() * 1000):exp():sum(2)
  end)
  in_place("centred", v, function(a) return ((a - a:mean(1)) ^ 2):mean(1), ((a - a:mean(2):reshape(-1, 1)) ^ 2):mean(2) end)
  in_place("rows", v, function(a)
    return a:slice(3, 9):mean(2), a:take({ 5, 2, 5 }):sum(2), a:where(a:mean(2):gt(4 * mV)):mean(2), a:slice(3, 2):sum()
  end)
  in_place("columns", v, function(a)
    local _, m = a:shape()
    return a:column(1), a:column(m), a:slice(1, m, 2):sum(2), a:take({ m, 1, 1 }, 2), a:take({ m }, 2):max(2)
  end)
  in_place("in time", v, function(a) return a:cumsum(1):max(2), a:diff(1):sum(2), a:sort(1):min(2) end)

  -- views share memory with the array, before and after it is whole
  local part, raw = v:slice(2, 5), v:raw()
  v[{ 2, 1 }] = 1 * mV
  assert(part[{ 1, 1 }] == 1 * mV and raw[2][1] == 1e-3)
  local w = trace.v
  part, raw = w:slice(2, 5), w:raw()
  part[1][1] = 2 * mV
  assert(w[{ 2, 1 }] == 2 * mV and raw:sum() == w:sum().value and not kernel.array_spread(raw))
  show("whole", w, trace.v[3], trace.v:transpose(), #trace.v, trace.v:equals(trace.v), trace.v:reshape(-1))
end
in_place("two variables", all.v, function(a)
  return ((all.I - a) * a):mean(2), (all.I - all.v):min(1), a:maximum(all.I):sum()
end)
assert((all.v:slice(1, 4, 2) - some.v):sum(2):equals((all.v:gather():slice(1, 4, 2) - some.v:gather()):sum(2)))
-- intervals of spikes, too: one rank's after the other's
for _, isi in ipairs { spikes:isi(), spikes:isi { from = 5 * ms }, spikes:slice(2 * ms, 25 * ms):isi() } do
  in_place("intervals", isi, function(a)
    return a:mean(), a:sd(), a:min(), a:max(), a:median(), a:quantile(0.9), a:histogram(20, 0 * ms, 30 * ms),
      a:where(a:lt(5 * ms)):mean(), (a / ms):log():mean(), a:gt(8 * ms):mean(), #a
  end)
  show("all intervals", isi)
end

local empty = net:record(exc, "v").v
show("nothing", empty:sum(), empty:sum(1), empty:sum(2), empty:mean(), empty:max(2), empty)

-- what is wrong is wrong on all ranks
local v = all.v
for _, f in ipairs {
  function() v:take({ 54 }, 2) end, function() v:take({ 61 }) end, function() v:column(54) end, function() v:sum(3) end,
  function() v:slice(1, 54, 2) end, function() v:slice(0, 4) end, function() return v + 1 end,
  function() return v + v:sum(1):slice(1, 2) end,
  function() exc.v = function(i) return all.v[{ 1, i }] end end,
} do
  show("refused", select(2, pcall(f)))
end
v:gather()
exc.v = function(i) return v[{ 1, i }] end
show("assigned", exc.v:mean())
