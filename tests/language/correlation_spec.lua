local ln = require "lunate"

-- Three trains: 1 and 2 the same, 3 on its own; 4 never fires. Times in steps.
local trains, times, indices = { {}, {}, {}, {} }, {}, {}
for k = 1, 300 do
  local t = 70 * k + k * 7919 % 60
  for _, i in ipairs { 1, 2 } do table.insert(trains[i], t) end
  table.insert(trains[3], 61 * k + k * 104729 % 50)
end
for i, train in ipairs(trains) do
  for _, t in ipairs(train) do
    times[#times + 1], indices[#indices + 1] = t * 0.1 * ln.ms, i
  end
end

local function counts(train, from, n_bins, width)
  local c = {}
  for b = 1, n_bins do c[b] = 0 end
  for _, t in ipairs(train) do
    local b = (t - from) // width + 1
    if b >= 1 and b <= n_bins then c[b] = c[b] + 1 end
  end
  return c
end

local function pearson(a, b)
  local n, sa, sb, saa, sbb, sab = #a, 0, 0, 0, 0, 0
  for k = 1, n do sa, sb, saa, sbb, sab = sa + a[k], sb + b[k], saa + a[k]^2, sbb + b[k]^2, sab + a[k]*b[k] end
  return (sab/n - sa*sb/n^2) / math.sqrt((saa/n - (sa/n)^2) * (sbb/n - (sb/n)^2))
end

describe("The correlation of spike counts", function()
  local net = ln.network { dt = 0.1 * ln.ms }
  local spikes = net:record(net:population(4, ln.spike_source { times = times, indices = indices }), "spikes")
  net:run(2.2 * ln.second)

  it("is the mean of all pairs' coefficients", function()
    for _, case in ipairs { { 2, 0, 22000 }, { 10, 0, 22000 }, { 5, 3000, 15000 } } do
      local width, from, to = case[1] * 10, case[2], case[3]
      local n_bins = (to - from) // width
      local c = {}
      for i = 1, 3 do c[i] = counts(trains[i], from, n_bins, width) end
      local expected = (pearson(c[1], c[2]) + pearson(c[1], c[3]) + pearson(c[2], c[3])) / 3
      local found = spikes:correlation { bin = case[1] * ln.ms, from = from * 0.1 * ln.ms, to = to * 0.1 * ln.ms }
      assert.near(expected, found, 1e-9)
    end
    assert.near(spikes:correlation { bin = 2 * ln.ms }, spikes:correlation(), 1e-15)
  end)

  it("needs two neurons that fired, and a time", function()
    local none = spikes:correlation { from = 0 * ln.ms, to = 1 * ln.ms }
    assert.is_true(none ~= none)
    assert.has_error(function() spikes:correlation { bin = 2 } end)
  end)
end)
