-- math.random: one sequence for all runs, the ranges of Lua, streams of their own.
local random = require "lunate.random"

before_each(function() math.randomseed() end)

local function draws(n, ...)
  local list = {}
  for k = 1, n do list[k] = math.random(...) end
  return list
end

describe("math.random", function()
  it("is the same in every run", function()
    assert.same({ 0.76593605478027, 4, 7 },
      { tonumber(("%.14g"):format(math.random())), math.random(6), math.random(5, 9) })
  end)

  it("starts over with the seed", function()
    math.randomseed(42)
    local first = draws(10)
    math.randomseed(43)
    assert.is_not.same(first, draws(10))
    math.randomseed(42.0)
    assert.same(first, draws(10))
    math.randomseed(42, 1)
    assert.is_not.same(first, draws(10))
    math.randomseed(0.5)
    local half = draws(10)
    math.randomseed(0)
    assert.is_not.same(half, draws(10))
    assert.same({ 7, 8 }, { math.randomseed(7, 8) })
  end)

  it("keeps to its ranges, and reaches both ends", function()
    local low, high = 9, 0
    for _, v in ipairs(draws(1000, 3, 5)) do
      assert.equal("integer", math.type(v))
      low, high = math.min(low, v), math.max(high, v)
    end
    assert.same({ 3, 5 }, { low, high })
    for _, v in ipairs(draws(1000)) do assert.is_true(v >= 0 and v < 1) end
    assert.same({ 1, 1, 1 }, draws(3, 1))
    assert.equal(math.mininteger, math.random(math.mininteger, math.mininteger))
  end)

  it("is uniform (chi-square, 20 cells; below 43.8 but once in 1000)", function()
    local function by_number() return math.floor(math.random() * 20) + 1 end
    for _, draw in ipairs { function() return math.random(20) end, by_number } do
      local count, chi = {}, 0
      for k = 1, 20 do count[k] = 0 end
      for _ = 1, 20000 do
        local v = draw()
        count[v] = count[v] + 1
      end
      for k = 1, 20 do chi = chi + (count[k] - 1000) ^ 2 / 1000 end
      assert.is_true(chi < 43.8)
    end
  end)

  it("draws all bits of an integer, and whole ranges", function()
    local ones, zeros = 0, -1
    for _, v in ipairs(draws(200, 0)) do ones, zeros = ones | v, zeros & v end
    assert.same({ -1, 0 }, { ones, zeros })
    local negative = 0
    for _, v in ipairs(draws(200, math.mininteger, math.maxinteger)) do negative = negative + (v < 0 and 1 or 0) end
    assert.is_true(negative > 60 and negative < 140)
  end)

  it("refuses what Lua refuses", function()
    assert.error_matches(function() math.random(-1) end, "interval is empty")
    assert.error_matches(function() math.random(2, 1) end, "interval is empty")
    assert.error_matches(function() math.random(1.5) end, "no integer representation")
    assert.error_matches(function() math.random(1, 2, 3) end, "wrong number of arguments")
    assert.error_matches(function() math.randomseed "x" end, "number expected")
  end)
end)

describe("with_stream", function()
  local function three() return math.random(), math.random(1000), math.random() end

  it("depends on its labels and the seed only", function()
    local first = { random.with_stream(1, 7, three) }
    draws(5)
    assert.same(first, { random.with_stream(1, 7, three) })
    assert.is_not.same(first, { random.with_stream(1, 8, three) })
    assert.is_not.same(first, { random.with_stream(7, 1, three) })
    assert.is_not.same(first, { three() })
    math.randomseed(1)
    assert.is_not.same(first, { random.with_stream(1, 7, three) })
  end)

  it("leaves the common stream where it was, also after an error and inside another", function()
    local expected = draws(4)
    math.randomseed()
    local seen = draws(1)
    random.with_stream(1, 1, three)
    seen[2] = math.random()
    assert.error_matches(function() random.with_stream(1, 1, function() three() error "oops" end) end, "oops")
    seen[3] = math.random()
    local alone = { random.with_stream(2, 2, three) }
    local a, nested, b, c = random.with_stream(2, 2, function()
      return math.random(), { random.with_stream(3, 3, three) }, math.random(1000), math.random()
    end)
    assert.same(alone, { a, b, c })
    assert.same({ random.with_stream(3, 3, three) }, nested)
    seen[4] = math.random()
    assert.same(expected, seen)
  end)

  it("passes arguments and results through", function()
    assert.same({ 1, nil, 3 }, { random.with_stream(0, 0, function(...) return ... end, 1, nil, 3) })
    assert.equal(0, select("#", random.with_stream(0, 0, function() end)))
  end)
end)
