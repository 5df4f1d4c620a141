-- Generated expressions, compiled and evaluated: every operator and function against Lua's.
local here = debug.getinfo(1, "S").source:match "^@(.*/)" or "./"
local units = dofile(here .. "support/units.lua")
local compiler = require "lunate.compiler"
local Q = require "lunate.quantity"

local u = Q.units

local cell = compiler.neuron { name = "cell", parameters = { E = -60 * u.mV },
  equations = "v : volt\nx : 1\ny : 1\nn : integer\nm : integer\non : boolean\nz = x + y : 1" }.ir

local function expression(text, more)
  local def = { text = text, context = "neuron", neuron = cell, boolean_ok = true }
  for k, v in pairs(more or {}) do def[k] = v end
  return compiler.expression(def)
end

local xs = { -2.5, -1, -0.3, 0, 1e-9, 0.4, 1, 2.5, 7 }
local ys = { 1.5, -2, 0.7, 3, 1, -0.2, 2, -4, 3 }
local ns = { -7, -4, -1, 0, 1, 2, 3, 5, 8 }
local ms = { 3, -3, 2, -2, 5, 1, -1, 4, 7 }

local on_values = { 0, 1, 0, 1, 1, 0, 0, 1, 1 }

local function evaluate(text)
  local made = expression(text)
  return units.open(made.source):evaluate { n = #xs, x = xs, y = ys, m = ms, v = xs, on = on_values, i = ns, N_pre = 9 }
end

local function truncate(x) return x < 0 and math.ceil(x) or math.floor(x) end

describe("expressions", function()
  -- text -> function of x, y, i (an integer), m (an integer), on
  local cases = {
    { "x + y - 2", function(x, y) return x + y - 2 end },
    { "x - (y - 2)", function(x, y) return x - (y - 2) end },
    { "-(x - y)*2", function(x, y) return -(x - y) * 2 end },
    { "-x**2", function(x) return -x ^ 2 end },
    { "x*y/3/y", function(x) return x / 3 end },
    { "x/(y/2)", function(x, y) return 2 * x / y end },
    { "1/2", function() return 0.5 end },
    { "i/m", function(_, _, i, m) return i / m end },
    { "i//m", function(_, _, i, m) return i // m end },
    { "i % m", function(_, _, i, m) return i % m end },
    { "(i*100000)**2/1e10 + i*100000*100000/1e10", function(_, _, i) return i ^ 2 + i end },
    { "(i*100000*100000) % 7 + 0*x", function(_, _, i) return i * 10000000000 % 7 end },
    { "x // y", function(x, y) return x // y end },
    { "x % y", function(x, y) return x % y end },
    { "i*m - i", function(_, _, i, m) return i * m - i end },
    { "(x + 3)**0.5", function(x) return math.sqrt(x + 3) end },
    { "x**3 - x**7/x**-2", function(x) return x ^ 3 - (x == 0 and 0 or x ^ 9) end, 1e-9 },
    { "(x + 3)**y", function(x, y) return (x + 3) ^ y end },
    { "y**-1", function(_, y) return 1 / y end },
    { "x < y", function(x, y) return x < y and 1 or 0 end },
    { "x >= 0 and not (y < 0) or on", function(x, y, _, _, on) return (x >= 0 and y >= 0 or on) and 1 or 0 end },
    { "not on", function(_, _, _, _, on) return on and 0 or 1 end },
    { "not on == True", function(_, _, _, _, on) return on and 0 or 1 end },
    { "i == m or i != 2", function(_, _, i, m) return (i == m or i ~= 2) and 1 or 0 end },
    { "where(x < y, x*2, exp(y))", function(x, y) return x < y and 2 * x or math.exp(y) end },
    { "2*where(on, x, 0) + 1", function(x, _, _, _, on) return (on and 2 * x or 0) + 1 end },
    { "clip(x, -1, 1 + 0.5)", function(x) return math.max(-1, math.min(1.5, x)) end },
    { "min(x, y) - max(x, y)", function(x, y) return math.min(x, y) - math.max(x, y) end },
    { "abs(x) + abs(i)", function(x, _, i) return math.abs(x) + math.abs(i) end },
    { "sign(x) - 2*sign(i)", function(x, _, i)
      local function sign(a) return a > 0 and 1 or a < 0 and -1 or 0 end
      return sign(x) - 2 * sign(i)
    end },
    { "int(x) + int(x > 0)", function(x) return truncate(x) + (x > 0 and 1 or 0) end },
    { "floor(x) - ceil(y)", function(x, y) return math.floor(x) - math.ceil(y) end },
    { "exprel(x)", function(x) return x == 0 and 1 or math.abs(x) < 1e-5 and 1 + x / 2 or (math.exp(x) - 1) / x end },
    { "expm1(x) - log1p(x + 3)", function(x)
      return (math.abs(x) < 1e-5 and x or math.exp(x) - 1) - math.log(4 + x)
    end },
    { "log(x + 3) + log10(x + 3)*log2(x + 3)", function(x)
      return math.log(x + 3) + math.log(x + 3, 10) * math.log(x + 3, 2)
    end },
    { "sin(x)*cos(y) + tan(x/3)", function(x, y) return math.sin(x) * math.cos(y) + math.tan(x / 3) end },
    { "sinh(x) + cosh(x) - exp(x) + tanh(x)", function(x)
      return (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)
    end, 1e-12 },
    { "arcsin(x/8) + arccos(x/8) - arctan(x)", function(x) return math.pi / 2 - math.atan(x) end },
    { "arctan2(y, x)", function(x, y) return math.atan(y, x) end },
    { "pi + e*0", function() return math.pi end },
    { "sqrt(abs(x))", function(x) return math.sqrt(math.abs(x)) end },
    { "z*2", function(x, y) return 2 * (x + y) end },
    { "v/mV", function(x) return x * 1e3 end },
    { "int(N) + i", function(_, _, i) return 9 + i end },
    { "x < inf", function() return 1 end },
    { "timestep(x*second + 3*second, 0.1*second)", function(x) return math.floor((x + 3) / 0.1 + 1e-3) end },
  }
  for _, case in ipairs(cases) do
    local text, expected, tolerance = case[1], case[2], case[3] or 1e-14
    it("compute " .. text, function()
      for k, value in ipairs(evaluate(text)) do
        local want = expected(xs[k], ys[k], ns[k], ms[k], on_values[k] == 1)
        if not units.close(want, value, tolerance, 1) then
          error(("x = %g, y = %g, i = %d, m = %d: expected %.17g, got %.17g"):format(xs[k], ys[k], ns[k], ms[k],
            want, value))
        end
      end
    end)
  end

  it("read variables of both sides, indices and parameters", function()
    local made = expression("x_pre - 2*x_post + 10*i + 100*j + N_pre - N_post + a",
      { context = "connect", pre = cell, post = cell, parameters = { a = 0.5 } })
    -- inputs of one name on two sides: x of the source and of the target
    local kinds = {}
    for _, input in ipairs(made.ir.inputs) do kinds[#kinds + 1] = input.kind end
    assert.same({ "pre", "post", "i", "j", "n_pre", "n_post", "parameter" }, kinds)
    local values = units.open(made.source):evaluate { n = 2, x = { 1, 2 }, x_post = { 0.25, 0.5 }, i = { 3, 4 },
      j = { 5, 6 }, N_pre = 40, N_post = 10, a = 0.5 }
    assert.same({ 1 - 0.5 + 30 + 500 + 30 + 0.5, 2 - 1 + 40 + 600 + 30 + 0.5 }, values)
  end)

  it("draw random numbers by element", function()
    local n = 20000
    local function moments(text)
      local unit = units.open(expression(text).source)
      local values = unit:evaluate { n = n, x = 5 }
      local mean, square = 0, 0
      for _, value in ipairs(values) do mean = mean + value / n end
      for _, value in ipairs(values) do square = square + (value - mean) ^ 2 / n end
      return mean, square, values, unit
    end
    local mean, variance, values, unit = moments "2*rand() - 1 + rand()"
    assert.is_true(math.abs(mean - 0.5) < 0.03 and math.abs(variance - 5 / 12) < 0.03)
    mean, variance = moments "x + 2*randn()"
    assert.is_true(math.abs(mean - 5) < 0.1 and math.abs(variance - 4) < 0.2)
    mean, variance = moments "poisson(x)"
    assert.is_true(math.abs(mean - 5) < 0.1 and math.abs(variance - 5) < 0.3)
    mean, variance = moments "binomial(4*x, 0.3)"
    assert.is_true(math.abs(mean - 6) < 0.1 and math.abs(variance - 4.2) < 0.3)
    -- fewer elements: the same numbers
    local fewer = unit:evaluate { n = 77 }
    for k = 1, 77 do assert.equal(values[k], fewer[k]) end
  end)

  it("may be long", function()
    local terms = {}
    for k = 1, 2000 do terms[k] = ("x*%d"):format(k) end
    local made = expression(table.concat(terms, " + "))
    assert.is_true(units.close(2001000, units.open(made.source):evaluate { n = 1, x = 1 }[1], 1e-12))
    made = expression(("-("):rep(150) .. "x" .. (")"):rep(150))
    assert.equal(3, units.open(made.source):evaluate { n = 1, x = 3 }[1])
  end)

  it("are vectorised", function()
    local _, messages = units.build(expression("exp(x)*y + rand()").source, "-fopt-info-vec")
    assert.is_truthy(messages:find "loop vectorized")
    assert.is_nil(messages:find "versioned")
  end)

  it("cannot leave their comment", function()
    local made = expression "x # */ #error \\\n + 1 # ??/\n"
    assert.equal(3, units.open(made.source):evaluate { n = 1, x = 2 }[1])
  end)
end)
