-- Arrays: making, elements, views, units in arithmetic, reductions, printing, refusals.
local Q = require "lunate.quantity"
local array = require "lunate.array"
local refused = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").refused

local mV, ms, nS = Q.units.mV, Q.units.ms, Q.units.nS
local volt, second = Q.dim_of(mV), Q.dim_of(ms)

describe("arrays", function()
  describe("are made", function()
    it("of lists of numbers and quantities", function()
      local a = array { 1, 2, 3.5 }
      assert.are.equal(3, #a)
      assert.are.equal(3.5, a[3])
      assert.are.equal(Q.dimensionless, a:dim())
      local b = array { 1 * mV, 2 * mV }
      assert.are.equal(volt, b:dim())
      assert.are.equal(2 * mV, b[2])
      assert.is_true(array({ 1, 2 }, mV):equals(b))
      assert.is_true(array.is(a))
      assert.is_false(array.is { 1 })
    end)

    it("of nested lists, row by row", function()
      local a = array { { 1, 2, 3 }, { 4, 5, 6 } }
      assert.are.same({ 2, 3 }, { a:shape() })
      assert.are.same({ 1, 2, 3, 4, 5, 6 }, a:flat():totable())
      assert.are.same({ { 1, 2, 3 }, { 4, 5, 6 } }, a:totable())
      assert.are.same({ 2, 1, 2 }, { array({ { { 1, 2 } }, { { 3, 4 } } }):shape() })
    end)

    it("of zeros, ones, ranges and equal steps", function()
      assert.are.same({ { 0, 0 }, { 0, 0 } }, array.zeros(2, 2):totable())
      assert.are.same({ 1, 1 }, array.ones(2):totable())
      assert.are.same({ 1, 2, 3 }, array.range(3):totable())
      assert.are.same({ 5, 3, 1 }, array.range(5, 0, -2):totable())
      assert.are.same({}, array.range(1, 0):totable())
      assert.are.equal(4, #array.range(0, 0.3, 0.1))
      assert.are.equal(11, #array.range(0 * ms, 1 * ms, 0.1 * ms))
      assert.are.same({ 0, 0.25, 0.5, 0.75, 1 }, array.linspace(0, 1, 5):totable())
      assert.are.equal(10 * mV, array.linspace(-10 * mV, 10 * mV, 3)[3])
      assert.are.equal(0.1, array.linspace(0.1, 0.7, 7)[1])
      assert.are.equal(0.7, array.linspace(0.1, 0.7, 7)[7])
    end)

    it("empty", function()
      local a = array {}
      assert.are.equal(0, #a)
      assert.are.equal("array 0:", tostring(a))
      assert.are.equal(0, a:sum())
      assert.is_true(a:mean() ~= a:mean())
      assert.is_nil(a:argmin())
    end)

    it("only of what fits together", function()
      refused("element 2 is 1 ms (s), but the elements before it are in V", array, { 1 * mV, 1 * ms })
      refused("a list of 1 stands among lists of 2", array, { { 1, 2 }, { 3 } })
      refused("a list of 2 was expected, got 3", array, { { 1, 2 }, 3 })
      refused("element 2 is a string: a number was expected", array, { 1, "x" })
      refused("at most 3 dimensions", array, { { { { 1 } } } })
      refused("ln.array takes a list of numbers or quantities, got a string", array, "1 2 3")
      refused("a size is a whole number, not 1.5", array.zeros, 1.5)
      refused("a size is a whole number, not -1", array.zeros, -1)
      refused("no memory for an array of", array.zeros, 1 << 40)
      refused("cannot have", array.zeros, 1 << 40, 1 << 40)
      refused("quantities need a step", array.range, 1 * mV, 2 * mV)
      refused("do not go together", array.linspace, 1 * mV, 2, 3)
    end)
  end)

  describe("have elements", function()
    local a
    before_each(function() a = array({ { 1, 2, 3 }, { 4, 5, 6 } }, mV) end)

    it("by index, pair of indices, or both in turn", function()
      assert.are.equal(6 * mV, a[2][3])
      assert.are.equal(6 * mV, a[{ 2, 3 }])
      assert.are.equal(6 * mV, a:at(2, 3))
      assert.are.equal(2, array({ 1, 2 })[2.0])
    end)

    it("that can be set, with their unit", function()
      a[1][2] = 20 * mV
      a[{ 2, 2 }] = 50 * mV
      a:set(2, 3, 0)
      assert.are.same({ 1, 20, 3, 4, 50, 0 }, (a:flat() / mV):map(function(x) return math.floor(x + 0.5) end):totable())
      refused("an element of an array in V cannot be 3 (no unit)", function() a[1][1] = 3 end)
      refused("an element of an array without unit cannot be 1 mV (V)", function() array { 1 }[1] = mV end)
      refused("an element must be a number or quantity, not a string", function() a[1][1] = "x" end)
      refused("a row cannot be replaced", function() a[1] = 5 * mV end)
      refused("an array has no field 'x' to set", function() a.x = 1 end)
    end)

    it("from 1 to the length only", function()
      refused("index 0 is outside an array of 2 rows", function() return a[0] end)
      refused("index 3 is outside an array of 2 rows", function() return a[3] end)
      refused("index -1 is outside an array of 3", function() return a[1][-1] end)
      refused("index 4 is outside an array of 3 columns", function() return a[{ 1, 4 }] end)
      refused("must be a whole number, got 1.5", function() return a[1.5] end)
      refused("1 indices were given for an array of 2 dimensions", function() return a[{ 1 }] end)
      refused("3 indices were given for an array of 2 dimensions", function() return a:at(1, 1, 1) end)
      refused("array_spec.lua:" .. debug.getinfo(1, "l").currentline, function() return a[9] end)
    end)

    it("in rows, slices and columns", function()
      local row = a[2]
      row[1] = 40 * mV
      assert.are.equal(40 * mV, a[2][1]) -- a view
      local slice = a:flat():slice(2, 4)
      assert.are.same({ 3 }, { slice:shape() })
      slice[1] = 0
      assert.are.equal(0 * mV, a[1][2])
      assert.are.same({ 1, 3 }, { a:slice(2):shape() })
      assert.are.equal(0, #a:slice(3, 2))
      local column = a:column(3)
      column[1] = 0
      assert.are.equal(3 * mV, a[1][3]) -- a copy
      assert.are.equal(6 * mV, column[2])
      refused("slice(2, 3) is outside an array of 2", a.slice, a, 2, 3)
      refused("index 4 is outside an array of 2 columns", array { { 1, 2 } }.column, array { { 1, 2 } }, 4)
      refused("column needs an array of 2 dimensions, this one has 1", a[1].column, a[1], 1)
    end)

    it("to iterate over", function()
      local sum = 0
      for i, row in a:iterate() do
        for j, x in pairs(row) do sum = sum + i * 10 + j + x / mV end
      end
      assert.are.equal(3 * (10 + 20) + 2 * 6 + 21, math.floor(sum + 0.5))
    end)

    it("that outlive the array they are a view of", function()
      local row
      do
        local big = array.ones(1000, 100)
        row = big[1000]
        big = nil -- luacheck: ignore
      end
      collectgarbage()
      collectgarbage()
      assert.are.equal(100, row:sum())
      assert.is_nil(getmetatable(row).__gc) -- nor can a script free it
    end)
  end)

  describe("compute", function()
    local a, b = array { 1, 2, 3 }, array { 4, 5, 6 }

    it("element by element", function()
      assert.are.same({ 5, 7, 9 }, (a + b):totable())
      assert.are.same({ -3, -3, -3 }, (a - b):totable())
      assert.are.same({ 4, 10, 18 }, (a * b):totable())
      assert.are.same({ 4, 2.5, 2 }, (b / a):totable())
      assert.are.same({ 1, 32, 729 }, (a ^ b):totable())
      assert.are.same({ -1, -2, -3 }, (-a):totable())
    end)

    it("with a number on either side", function()
      assert.are.same({ 2, 3, 4 }, (a + 1):totable())
      assert.are.same({ 0, -1, -2 }, (1 - a):totable())
      assert.are.same({ 2, 4, 6 }, (2 * a):totable())
      assert.are.same({ 6, 3, 2 }, (6 / a):totable())
      assert.are.same({ 1, 4, 9 }, (a ^ 2):totable())
      assert.are.same({ 2, 4, 8 }, (2 ^ a):totable())
    end)

    it("with units", function()
      local v, g = a * mV, nS * b
      assert.are.equal(volt, v:dim())
      assert.are.equal(volt * Q.dim_of(nS), (v * g):dim())
      assert.are.equal(volt ^ 2, (v ^ 2):dim())
      assert.are.equal(Q.dimensionless, (v / mV):dim())
      assert.are.equal(second ^ -1, (1 / (a * ms)):dim())
      assert.are.equal(volt, (-v):dim())
      assert.are.equal(volt, (v + 5 * mV):dim())
      assert.are.equal(volt, (5 * mV - v):dim())
      assert.are.equal(volt, (v + 0):dim())
      refused("cannot add an array of 3 in V and 1 (no unit)", function() return v + 1 end)
      refused("cannot subtract an array of 3 in V and an array of 3 in S", function() return v - g end)
      refused("cannot add 1 ms (s) and an array of 3 in V", function() return ms + v end)
      refused("cannot raise an array of 3 in V to an array of 3", function() return v ^ a end)
      refused("cannot raise 2 (no unit) to an array of 3 in V", function() return 2 ^ v end)
      refused("cannot multiply an array of 3 in V and a string", function() return v * "2" end)
    end)

    it("with arrays of the same shape", function()
      refused("cannot add an array of 3 and an array of 2", function() return a + array { 1, 2 } end)
      refused("cannot multiply an array of 3 and an array of 1 x 2", function() return a * array { { 1, 2 } } end)
      assert.are.same({ { 2, 4 } }, (array { { 1, 2 } } * 2):totable())
    end)

    it("sums exactly", function()
      assert.are.equal(1, array({ 1e100, 1, -1e100 }):sum())
      local tenths = array.zeros(10) + 0.1
      assert.are.equal(1, tenths:sum())
      assert.are.equal(6 * mV, (a * mV):sum())
    end)

    it("means, deviations, extremes and their places", function()
      local v = array({ 2, 4, 4, 4, 5, 5, 7, 9 }, mV)
      assert.is_true(math.abs(v:mean() / mV - 5) < 1e-15)
      assert.is_true(math.abs(v:sd() / mV - 2) < 1e-15)
      assert.is_true(math.abs(v:var() / mV ^ 2 - 4) < 1e-15)
      assert.are.equal(volt ^ 2, Q.dim_of(v:var()))
      assert.are.equal(2 * mV, v:min())
      assert.are.equal(9 * mV, v:max())
      assert.are.equal(8, v:argmax())
      assert.are.equal(2, array({ 5, 1, 1 }):argmin())
      local nan = array { 1, 0 / 0, 3 }
      assert.is_true(nan:max() ~= nan:max() and nan:sum() ~= nan:sum() and nan:sd() ~= nan:sd())
      assert.are.equal(2, nan:argmin())
    end)

    it("sorted copies, running sums and maps", function()
      local v = array({ 3, 1, 2 }, mV)
      assert.is_true(v:sort():equals(array({ 1, 2, 3 }, mV)))
      assert.is_true(v:cumsum():equals(array({ 3, 4, 6 }, mV)))
      assert.is_true(v:equals(array({ 3, 1, 2 }, mV)))
      assert.is_true(v:map(function(_, k) return k * ms end):equals(array({ 1, 2, 3 }, ms)))
      assert.are.same({ { 2, 4 } }, array({ { 1, 2 } }):map(function(x) return 2 * x end):totable())
      refused("map: the function gave a nil for element 1", v.map, v, function() end)
      refused("map: the function gave 2 (no unit) for element 2, but s before", v.map, v,
        function(_, k) return k == 1 and ms or k end)
    end)

    it("histograms", function()
      local counts, edges = array({ 0, 1, 1, 2, 4, 5, -1, 0 / 0 }):histogram(4, 0, 4)
      assert.are.same({ 1, 2, 1, 1 }, counts:totable())
      assert.are.same({ 0, 1, 2, 3, 4 }, edges:totable())
      counts, edges = array({ 1, 2, 3 }, ms):histogram(2)
      assert.are.same({ 1, 2 }, counts:totable())
      assert.are.equal(3 * ms, edges[3])
      assert.are.same({ 3, 0 }, (array { 7, 7, 7 }):histogram(2):totable())
      refused("do not go together", function() return array({ 1 }, ms):histogram(2, 0, 1) end)
      refused("the number of bins must be a whole number", function() return array({ 1 }):histogram(0) end)
      refused("there are no bins from 2 to 1", function() return array({ 1 }):histogram(2, 2, 1) end)
    end)

    it("equality", function()
      assert.is_true(a == array { 1, 2, 3 })
      assert.is_false(a == array({ 1, 2, 3 }, mV))
      assert.is_false(a == array { 1, 2 })
      assert.is_false(a == array { { 1, 2, 3 } })
      assert.is_false(a:equals { 1, 2, 3 })
      assert.is_true(array { 0 / 0 } == array { 0 / 0 })
    end)

    it("copies that are their own", function()
      local v = array({ 1, 2 }, mV)
      local copy = array(v)
      copy[1] = 0
      assert.are.equal(1 * mV, v[1])
      assert.are.equal(volt, copy:dim())
      local raw = v:raw() -- a view
      assert.are.equal(Q.dimensionless, raw:dim())
      raw[1] = 7
      assert.are.equal(7, Q.value_of(v[1]))
    end)
  end)

  describe("introduce themselves", function()
    it("with a unit that suits them", function()
      assert.are.equal("array 3 [mV]: -60 -55.2 0", tostring(array({ -60, -55.2, 0 }, mV)))
      assert.are.equal("array 2: 1 2.5", tostring(array { 1, 2.5 }))
      assert.are.equal("array 2 [ms]: 0.5 20", tostring(array({ 0.5, 20 }, ms)))
      assert.are.equal("array 1 [V^2]: 0", tostring(array({ 0 }, mV ^ 2)))
      assert.are.equal("v = integer array 1: 1", "v = " .. array { 1 })
    end)

    it("by their ends where they are long", function()
      assert.are.equal("integer array 100: 1 2 3 4 5 6 … 98 99 100", tostring(array.range(100)))
    end)

    it("by their corners where they have rows", function()
      assert.are.equal("array 2 x 2 [V]:\n  1 2\n  3 4", tostring(array({ { 1, 2 }, { 3, 4 } }, 1000 * mV)))
      assert.are.equal("array 2 x 2:\n   1 -20.5\n  30 1e-09", tostring(array { { 1.0, -20.5 }, { 30, 1e-9 } }))
      assert.are.equal("boolean array 2 x 2:\n   true false\n  false  true", tostring(array { { true, false }, { false, true } }))
      assert.are.equal("array 1 x 2 x 2:\n  1:\n     1 2\n    10 0", tostring(array { { { 1.0, 2 }, { 10, 0 } } }))
      assert.are.equal("array 3 x 0:", tostring(array.zeros(3, 0)))
      local lines = select(2, tostring(array.zeros(50, 20)):gsub("\n", ""))
      assert.are.equal(7, lines)
    end)
  end)
end)
