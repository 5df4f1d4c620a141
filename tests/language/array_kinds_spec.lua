-- Kinds of arrays: doubles, whole numbers and truth; what arithmetic, parts, reductions and files make of them.
local ln = require "lunate"
local array = ln.array
local mV = ln.mV
local refused = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").refused

local function is(kind, list, a)
  assert.are.equal(kind, a:kind())
  assert.are.same(list, a:totable())
  local flat, wanted = a:flat():totable(), { double = "float", integer = "integer" }
  for _, x in ipairs(flat) do assert.are.equal(wanted[kind], math.type(x) or nil) end
end

describe("arrays of a kind", function()
  it("are made of Lua's numbers and truth", function()
    is("integer", { 1, 2, 3 }, array { 1, 2, 3 })
    is("double", { 1.0, 2.0 }, array { 1, 2.0 })
    is("boolean", { true, false }, array { true, false })
    is("integer", { { 1 }, { 2 } }, array { { 1 }, { 2 } })
    is("double", {}, array {})
    is("integer", { 1, 2, 3 }, array.range(3))
    is("double", { 0.0, 0.5 }, array.range(0, 0.5, 0.5))
    assert.are.equal("double", array({ 1, 2 }, mV):kind())
    assert.are.equal("double", array.zeros(2):kind())
    is("integer", { 1, 2 }, array({ 1.0, 2.0 }, "integer"))
    is("boolean", { true, false }, array({ 3, 0 }, "boolean"))
    is("integer", { 2, 4 }, array.from_function(2, function(i) return 2 * i end))
    is("boolean", { false, true }, array { 1, 2 }:map(function(x) return x > 1 end))
    refused("truth and numbers do not go together", array, { 1, true })
    refused("not all elements are whole numbers", array, { 1, 2.5 }, "integer")
    refused("whole numbers of at most 2^53", array, { 0 / 0 }, "integer")
    refused("divide it by its unit", function() return array({ 1 }, mV):integer() end)
  end)

  it("keep it in rows, slices, copies and parts", function()
    for _, a in ipairs { array { { 1, 2 }, { 3, 4 } }, array { { true, false }, { false, true } } } do
      local kind = a:kind()
      for name, part in pairs { row = a[1], slice = a:slice(2), copy = a:copy(), column = a:column(1), flat = a:flat(),
        take = a:take({ 2 }, 2), transpose = a:transpose(), reshape = a:reshape(4, 1), rows = a:where(array { true, false }),
        elements = a:where(a), joined = array.concatenate { a, a }, stacked = array.stack { a[1], a[2] },
        columns = a:slice(1, 1, 2), diagonal = a:diagonal() } do
        assert.are.equal(kind, part:kind(), name)
      end
      assert.are.same(a:totable(), a:transpose():transpose():totable())
    end
    is("double", { 1.0, 2.0, 0.5 }, array.concatenate { array { 1, 2 }, array { 0.5 } })
    is("integer", { 1, 1, 0 }, array.concatenate { array { 1 }, array { true, false } })
  end)

  it("hold what fits them", function()
    local whole, truth = array { 1, 2 }, array { true, false }
    whole[1] = 7.0
    truth[2] = true
    is("integer", { 7, 2 }, whole)
    is("boolean", { true, true }, truth)
    refused("an element of an integer array is a whole number up to 2^53, not 0.5", function() whole[1] = 0.5 end)
    refused("an element of a boolean array is true or false, not 1", function() truth[1] = 1 end)
    refused("an element of an array without unit cannot be 1 mV", function() whole[1] = mV end)
  end)

  it("go together as Lua's numbers do", function()
    local a, b, m = array { 1, 2, 3 }, array { 4, 5, 6 }, array { true, false, true }
    is("integer", { 5, 7, 9 }, a + b)
    is("integer", { 2, 4, 6 }, a * 2)
    is("double", { 2.0, 4.0, 6.0 }, a * 2.0)
    is("double", { 0.25, 0.4, 0.5 }, a / b)
    is("integer", { 1, 4, 9 }, a ^ 2)
    is("double", { 1.0, 0.5, 1 / 3 }, a ^ -1)
    is("integer", { 1, 0, 1 }, a % 2)
    is("integer", { -1, -2, -3 }, -a)
    is("integer", { 1, 0, 3 }, a * m)
    is("integer", { 2, 0, 2 }, m + m)
    is("boolean", { true, false, false }, m * a:le(2))
    is("boolean", { true, true, true }, m:maximum(a:eq(2)))
    is("boolean", { false, true, false }, m:no())
    is("boolean", { true, false, true }, m:eq(1))
    assert.are.equal("double", (a * mV):kind())
    assert.are.equal("double", (a * ln.second):kind())
    refused("no remainder of a division by 0", function() return a % array { 1, 0, 1 } end)
    refused("beyond 2^53", function() return array { 1 << 52 } * 4 end)
    is("integer", { { 2, 3 }, { 3, 4 } }, array { 1, 2 } + array { { 1 }, { 2 } })
    is("boolean", { { false, true }, { false, false } }, array { 1, 2 }:gt(array { { 1 }, { 2 } }))
    is("integer", { 1, 2 }, array { -1, 2 }:abs())
    is("double", { 1.0 }, array { 0 }:exp())
  end)

  it("choose by a mask", function()
    local a = array { 1, 5, 2 }
    is("integer", { 1, 0, 2 }, a:gt(3):choose(0, a))
    is("double", { 1.0, 0.5, 2.0 }, a:gt(3):choose(0.5, a))
    is("boolean", { true, false, true }, a:lt(3):choose(a:gt(0), a:lt(0)))
    assert.is_true(array({ 1.0, 9.0 }, mV):equals(array { true, false }:choose(array({ 1, 2 }, mV), 9 * mV)))
    assert.is_true(array({ 0.0, 9.0 }, mV):equals(array { true, false }:choose(0, 9 * mV)))
    refused("do not go together", function() return array { true }:choose(1, mV) end)
    refused("differs from the mask in shape", function() return array { true }:choose(a, 0) end)
    refused("choose is of a mask", function() return a:choose(a, 0) end)
  end)

  it("are reduced exactly", function()
    local a, m = array { { 3, 1 }, { 2, 2 } }, array { { true, false }, { true, true } }
    assert.are.equal("integer", math.type(a:sum()))
    assert.are.equal((1 << 53) - 1, array { 1 << 53, 3, -4 }:sum())
    refused("beyond 2^53", function() return array { 1 << 53, 1 }:sum() end)
    assert.are.equal(3, m:sum())
    assert.are.equal("integer", math.type(m:sum()))
    assert.are.equal(0.75, m:mean())
    assert.are.equal(2.0, a:mean())
    assert.are.equal("integer", math.type(a:max()))
    assert.is_false(m:min())
    assert.is_true(m:any())
    assert.is_false(m:all())
    is("integer", { 5, 3 }, a:sum(1))
    is("integer", { 1, 2 }, m:sum(2))
    is("boolean", { true, true }, m:max(2))
    is("double", { 2.5, 1.5 }, a:mean(1))
    is("integer", { 1, 2 }, a:argmax(1))
    is("integer", { { 3, 1 }, { 5, 3 } }, a:cumsum(1))
    is("integer", { { -1, 1 } }, a:diff(1))
    is("integer", { 1, 2, 2, 3 }, a:flat():sort())
    is("integer", { 2, 1, 3 }, array { 5.5, 2.5, 9.5 }:argsort())
    is("integer", { 1, 3 }, array { true, false, true }:where())
    local values, counts = array { 2.5, 2.5, 1.5 }:unique()
    is("double", { 1.5, 2.5 }, values)
    is("integer", { 1, 2 }, counts)
    is("integer", { 1, 2 }, (array { 0, 1, 1 }:histogram(2)))
    is("integer", { 1, 3, 2 }, array { 1, 2 }:convolve { 1, 1 })
    local empty = array({}, "integer")
    assert.are.equal(0, empty:sum())
    assert.is_true(empty:mean() ~= empty:mean())
  end)

  it("print as what they are", function()
    assert.are.equal("integer array 3: 123456789 -2 3", tostring(array { 123456789, -2, 3 }))
    assert.are.equal("boolean array 2: true false", tostring(array { true, false }))
    assert.are.equal("integer array 2 x 2:\n  1 2\n  3 4", tostring(array { { 1, 2 }, { 3, 4 } }))
    assert.are.equal("array 2: 1 2", tostring(array { 1.0, 2.0 }))
  end)

  it("are equal by their numbers", function()
    assert.is_true(array { 1, 2 }:equals(array { 1.0, 2.0 }))
    assert.is_false(array { 1, 0 }:equals(array { true, false }))
    assert.is_true(array { true }:equals(array { true }))
  end)

  it("do for linear algebra, Fourier transforms, states and analyses", function()
    assert.are.equal(11.0, array { 1, 2 }:dot { 3, 4 })
    assert.are.equal(2.0, array { true, true }:dot { 1, 1 })
    assert.are.equal(6.0, (array { 1, 2, 3 }:fft())[1])
    local net = ln.network { dt = 0.1 * ln.ms }
    local pop = net:population(3, ln.neuron { equations = "x : 1 (constant)" })
    pop.x = array { 3, 1, 2 }
    assert.are.same({ 3.0, 1.0, 2.0 }, pop.x:gather():totable())
    pop.x = array { true, false, true }
    assert.are.same({ 1.0, 0.0, 1.0 }, pop.x:gather():totable())
    assert.are.equal(3, #ln.analysis.kmeans(array { { 1, 2 }, { 1, 3 }, { 9, 8 } }, 2).labels)
  end)

  it("come back from files as they were", function()
    local path = os.tmpname()
    os.remove(path)
    local all = { d = array { { 0.1, 1 / 3 }, { 0 / 0, -2.0 } }, i = array { 1, -(1 << 53) }, b = array { true, false },
      v = array({ -60.0, 1.5 }, mV), layers = array.range(8):reshape(2, 2, 2), none = array.zeros(0) }
    for name, a in pairs(all) do a:to_hdf5(path, "/group/" .. name) end
    for name, a in pairs(all) do
      local b = array.from_hdf5(path, "/group/" .. name)
      assert.is_true(a:equals(b), name)
      assert.are.equal(a:kind(), b:kind(), name)
    end
    refused("is there already", all.d.to_hdf5, all.d, path, "/group/d")
    refused("no dataset 'x'", array.from_hdf5, path, "x")
    os.remove(path)
    refused("cannot be created", all.d.to_hdf5, all.d, "/no/such/folder/a.h5", "a")
    all.d:to_csv(path, { "a", "b" })
    assert.is_true(all.d:equals(array.from_csv(path)))
    array { { 1, 2 }, { 3, 4 } }:to_csv(path)
    is("integer", { { 1, 2 }, { 3, 4 } }, array.from_csv(path, { "c1", "c2" }))
    array { 2.0, 3.0 }:to_csv(path, { "x" })
    is("double", { { 2.0 }, { 3.0 } }, array.from_csv(path))
    for text, expected in pairs {
      ["a,b\n 1 , -0\r\n\n# no row\n+2,3\n"] = "integer array 2 x 2:\n  1 0\n  2 3",
      ["a,b\n1,nan\n-inf,1e3\n"] = "array 2 x 2:\n     1  nan\n  -inf 1000",
      ["a,b\n\"1\",.5\n"] = "array 1 x 2:\n  1 0.5",
      ["a,b\n"] = "array 0 x 2:",
      ["a\n9007199254740993\n"] = false, ["a\n0x10\n"] = false, ["a\n1\n2"] = false, ["a,b\n1,2,3\n"] = false,
      ["a,b\n1,\n"] = false, ["a\n1-2\n"] = false, ["a\nnano\n"] = false,
    } do
      local file = assert(io.open(path, "w"))
      file:write(text)
      file:close()
      local ok, got = pcall(array.from_csv, path)
      assert.are.equal(expected and true or false, ok, text .. tostring(got))
      if expected then assert.are.equal(expected, tostring(got)) end
    end
    os.remove(path)
    refused("names of columns must be given", all.d.to_csv, all.d, path, { "a" })
    refused("3 dimensions is no table", all.layers.to_csv, all.layers, path)
    refused("cannot write", all.d.to_csv, all.d, "/no/such/folder/a.csv")
  end)
end)
