--- Quantities: numbers with physical units.
-- A quantity is `{ value = number in SI units, dim = dimension }`. Arithmetic checks dimensions; a result without
-- dimension is a plain Lua number, so that `q / ln.mV` is one. Plain zero goes with every dimension.
-- @module lunate.quantity

local dimension = require "lunate.dimension"

local M = {}

local Quantity = { __name = "quantity" }
Quantity.__index = Quantity

local dimensionless = dimension.dimensionless

--- The dimension with exponents of m, kg, s, A, K, mol, cd.
M.dim = dimension.new
M.dimensionless = dimensionless
M.is_dim = dimension.is

--- A quantity of `value` SI units; a plain number where it has no dimension.
function M.new(value, dim)
  if dim == dimensionless then return value end
  return setmetatable({ value = value, dim = dim }, Quantity)
end

--- True for a quantity (not for a plain number).
function M.is(x)
  return getmetatable(x) == Quantity
end

--- Number or quantity to a number in SI units; nil for anything else.
function M.value_of(x)
  if M.is(x) then return x.value end
  if type(x) == "number" then return x end
end

--- The dimension of a number or quantity; nil for anything else.
function M.dim_of(x)
  if M.is(x) then return x.dim end
  if type(x) == "number" then return dimensionless end
end

-- ---------------------------------------------------------------- printing

local prefixes = {
  [-24] = "y", [-21] = "z", [-18] = "a", [-15] = "f", [-12] = "p", [-9] = "n", [-6] = "u", [-3] = "m", [0] = "",
  [3] = "k", [6] = "M", [9] = "G", [12] = "T", [15] = "P", [18] = "E", [21] = "Z", [24] = "Y",
}

-- Which prefixes a unit is shown with (powers of ten, from, to); other units are shown without.
local shown_with = {
  V = { -15, 12 }, A = { -18, 12 }, S = { -18, 12 }, F = { -18, 12 }, ohm = { -6, 15 }, C = { -18, 12 },
  s = { -15, 0 }, Hz = { 0, 15 }, m = { -12, 3 }, g = { -15, 0 }, mol = { -18, 3 }, M = { -15, 0 },
  J = { -18, 12 }, W = { -18, 12 }, N = { -15, 9 }, Pa = { -6, 12 }, K = { -9, 0 },
  ["m^2"] = { -18, 0, 2 }, ["m^3"] = { -27, 0, 3 },
}

-- Units that are shown as another, of which the SI unit is so many.
local shown_as = { kg = { "g", 1000 }, ["mol/m^3"] = { "M", 1e-3 } }

local function decimal_exponent(value, digits)
  -- of the number as printed: 999.9999 mV is 1 V
  return tonumber(("%." .. digits - 1 .. "e"):format(value):match "e([-+]%d+)$")
end

local function scale(value, unit, digits)
  local range = shown_with[unit]
  if not range or value == 0 or value ~= value or math.abs(value) == math.huge then return value, unit end
  local power = range[3] or 1 -- m^2: each prefix counts twice
  local step = 3 * power
  local exponent = decimal_exponent(value, digits) // step * step
  exponent = math.max(range[1], math.min(exponent, range[2]))
  return value / 10.0 ^ exponent, prefixes[exponent // power] .. unit
end

--- Text with a sensible prefix: `-62.3 mV`, `250 pF`, `0.3 S/m^2`.
-- @tparam[opt=6] integer digits significant digits
function Quantity:format(digits)
  digits = digits or 6
  local value, unit = self.value, tostring(self.dim)
  if unit == "kg" and math.abs(value) >= 1 then return ("%." .. digits .. "g kg"):format(value) end
  if shown_as[unit] then
    value, unit = value * shown_as[unit][2], shown_as[unit][1]
  end
  value, unit = scale(value, unit, digits)
  -- "1/s" follows a number as "/s"
  return ("%." .. digits .. "g"):format(value) .. (unit:match "^1(/.*)" or " " .. unit)
end

Quantity.__tostring = Quantity.format

--- Number or quantity as text.
function M.format(x, digits)
  if M.is(x) then return x:format(digits) end
  return ("%." .. (digits or 6) .. "g"):format(x)
end

local function describe(x)
  if M.is(x) then return ("%s (%s)"):format(x, x.dim) end
  if type(x) == "number" then return ("%.6g (no unit)"):format(x) end
  if type(x) == "string" then return ("the text %q"):format(x) end
  return "a " .. type(x)
end

-- ---------------------------------------------------------------- arithmetic

-- Arrays, distributions and the like know themselves what to do with a quantity; all else is refused, at the line
-- that does the arithmetic (the metamethods call this as their last act, so that is the next level).
local function delegate(event, refusal, a, b)
  local other = M.is(a) and b or a
  local meta = type(other) ~= "string" and getmetatable(other)
  if type(meta) == "table" and meta[event] then return meta[event](a, b) end
  error(refusal:format(describe(a), describe(b)), 2)
end

local function both_numeric(a, b) return M.dim_of(a) and M.dim_of(b) end

-- Values and common dimension of two operands that must agree.
local function agree(refusal, a, b)
  local da, db = M.dim_of(a), M.dim_of(b)
  if da ~= db then
    if a == 0 then
      da = db
    elseif not (da and db) or b ~= 0 then
      error(refusal:format(describe(a), describe(b)), 3)
    end
  end
  return M.value_of(a), M.value_of(b), da
end

function Quantity.__add(a, b)
  if not both_numeric(a, b) then return delegate("__add", "cannot add %s and %s", a, b) end
  local x, y, dim = agree("cannot add %s and %s", a, b)
  return M.new(x + y, dim)
end

function Quantity.__sub(a, b)
  if not both_numeric(a, b) then return delegate("__sub", "cannot subtract %s and %s", a, b) end
  local x, y, dim = agree("cannot subtract %s and %s", a, b)
  return M.new(x - y, dim)
end

function Quantity.__mul(a, b)
  if not both_numeric(a, b) then return delegate("__mul", "cannot multiply %s and %s", a, b) end
  return M.new(M.value_of(a) * M.value_of(b), M.dim_of(a) * M.dim_of(b))
end

function Quantity.__div(a, b)
  if not both_numeric(a, b) then return delegate("__div", "cannot divide %s by %s", a, b) end
  return M.new(M.value_of(a) / M.value_of(b), M.dim_of(a) / M.dim_of(b))
end

function Quantity.__mod(a, b)
  local x, y, dim = agree("cannot take the remainder of %s and %s", a, b)
  return M.new(x % y, dim)
end

--- How many times b goes into a: a plain number.
function Quantity.__idiv(a, b)
  local x, y = agree("cannot divide without remainder %s and %s", a, b)
  return x // y
end

function Quantity.__pow(a, power)
  if type(power) ~= "number" then
    error(("a power must be a plain number, got %s"):format(describe(power)), 2)
  end
  return M.new(a.value ^ power, a.dim ^ power)
end

function Quantity.__unm(a) return M.new(-a.value, a.dim) end

function Quantity.__eq(a, b) return a.dim == b.dim and a.value == b.value end

function Quantity.__lt(a, b)
  local x, y = agree("cannot compare %s and %s", a, b)
  return x < y
end

function Quantity.__le(a, b)
  local x, y = agree("cannot compare %s and %s", a, b)
  return x <= y
end

function Quantity.__concat(a, b) return tostring(a) .. tostring(b) end

-- ---------------------------------------------------------------- functions

local function plain(name, f)
  return function(x)
    if type(x) ~= "number" then
      error(("%s needs a number without unit, got %s"):format(name, describe(x)), 2)
    end
    return f(x)
  end
end

local function log1p(x)
  local u = 1 + x
  if u == 1 then return x end
  return math.log(u) * x / (u - 1)
end

local function expm1(x)
  local u = math.exp(x)
  if u == 1 then return x end
  local d = u - 1
  if d == -1 or u == math.huge then return d end
  return d * x / math.log(u)
end

local function sinh(x) return (expm1(x) - expm1(-x)) / 2 end

local function tanh(x)
  if math.abs(x) > 20 then return x > 0 and 1.0 or -1.0 end
  local d = expm1(2 * x)
  return d / (d + 2)
end

local of_numbers = {
  exp = math.exp, log = math.log, sin = math.sin, cos = math.cos, tan = math.tan,
  arcsin = math.asin, arccos = math.acos, arctan = math.atan,
  log10 = function(x) return math.log(x, 10) end, log1p = log1p, expm1 = expm1,
  sinh = sinh, cosh = function(x) return (math.exp(x) + math.exp(-x)) / 2 end, tanh = tanh,
  exprel = function(x) return x == 0 and 1.0 or expm1(x) / x end,
}
for name, f in pairs(of_numbers) do M[name] = plain(name, f) end

--- Square root; halves the dimension.
function M.sqrt(x)
  if not M.dim_of(x) then error("sqrt needs a number or quantity, got " .. describe(x), 2) end
  return M.new(math.sqrt(M.value_of(x)), M.dim_of(x) ^ 0.5)
end

--- Absolute value.
function M.abs(x)
  if not M.dim_of(x) then error("abs needs a number or quantity, got " .. describe(x), 2) end
  return M.new(math.abs(M.value_of(x)), M.dim_of(x))
end

--- -1, 0 or 1.
function M.sign(x)
  local value = M.value_of(x) or error("sign needs a number or quantity, got " .. describe(x), 2)
  return value > 0 and 1 or value < 0 and -1 or 0
end

--- The smallest of some numbers or quantities of one dimension.
function M.min(first, ...)
  for _, x in ipairs { ... } do
    if x < first then first = x end
  end
  return first
end

--- The largest of some numbers or quantities of one dimension.
function M.max(first, ...)
  for _, x in ipairs { ... } do
    if x > first then first = x end
  end
  return first
end

-- ---------------------------------------------------------------- units

--- Unit name -> quantity (a plain 1 for radian and steradian): the names of Brian2, and a few short ones more.
M.units = {}

--- Unit name -> name of the same unit without prefix, for messages ("mV" -> "volt").
M.base_name = {}

local SI = {
  { { "metre", "meter" }, { 1 } },
  { { "second" }, { 0, 0, 1 } },
  { { "amp", "ampere" }, { 0, 0, 0, 1 } },
  { { "kelvin" }, { 0, 0, 0, 0, 1 }, no_prefix = true },
  { { "mole", "mol" }, { 0, 0, 0, 0, 0, 1 } },
  { { "candle" }, { 0, 0, 0, 0, 0, 0, 1 } },
  { { "radian" }, {} },
  { { "steradian" }, {} },
  { { "hertz" }, { 0, 0, -1 } },
  { { "newton" }, { 1, 1, -2 } },
  { { "pascal" }, { -1, 1, -2 } },
  { { "joule" }, { 2, 1, -2 } },
  { { "watt" }, { 2, 1, -3 } },
  { { "coulomb" }, { 0, 0, 1, 1 } },
  { { "volt" }, { 2, 1, -3, -1 } },
  { { "farad" }, { -2, -1, 4, 2 } },
  { { "ohm" }, { 2, 1, -3, -2 } },
  { { "siemens" }, { -2, -1, 3, 2 } },
  { { "weber" }, { 2, 1, -2, -1 } },
  { { "tesla" }, { 0, 1, -2, -1 } },
  { { "henry" }, { 2, 1, -2, -2 } },
  { { "lumen" }, { 0, 0, 0, 0, 0, 0, 1 } },
  { { "lux" }, { -2, 0, 0, 0, 0, 0, 1 } },
  { { "becquerel" }, { 0, 0, -1 } },
  { { "gray" }, { 2, 0, -2 } },
  { { "sievert" }, { 2, 0, -2 } },
  { { "katal" }, { 0, 0, -1, 0, 0, 1 } },
  { { "gram", "gramme" }, { 0, 1 }, factor = 1e-3, base = "kilogram" },
  { { "molar" }, { -3, 0, 0, 0, 0, 1 }, factor = 1e3, base = "mmolar" },
  { { "liter", "litre" }, { 3 }, factor = 1e-3, base = "metre**3", no_powers = true,
    more = { c = -2, d = -1, da = 1, h = 2 } },
}

-- 10.0 ^ n is not always the nearest double to 1e-n; the text is.
local function power_of_ten(n) return tonumber("1e" .. n) end

local function define(name, value, dim, base)
  M.units[name] = M.new(value, dim)
  M.base_name[name] = base
end

local function define_prefixed(name, unit, prefix, exponent)
  local dim, base = M.dim(unit[2]), unit.base or unit[1][1]
  local offset = unit.factor and math.floor(math.log(unit.factor, 10) + 0.5) or 0
  for power = 1, unit.no_powers and 1 or 3 do
    local suffix = power == 1 and "" or tostring(power)
    define(prefix .. name .. suffix, power_of_ten(power * (exponent + offset)), dim ^ power,
      power == 1 and base or ("%s**%d"):format(base, power))
  end
end

for _, unit in ipairs(SI) do
  for _, name in ipairs(unit[1]) do
    for exponent, prefix in pairs(unit.no_prefix and { [0] = "" } or prefixes) do
      define_prefixed(name, unit, prefix, exponent)
    end
    for prefix, exponent in pairs(unit.more or {}) do define_prefixed(name, unit, prefix, exponent) end
  end
end

local aliases = {
  kilogram = "kgram", kilogramme = "kgram",
  mV = "mvolt", uV = "uvolt", nV = "nvolt", mA = "mamp", uA = "uamp", nA = "namp", pA = "pamp", fA = "famp",
  mF = "mfarad", uF = "ufarad", nF = "nfarad", pF = "pfarad", fF = "ffarad",
  mS = "msiemens", uS = "usiemens", nS = "nsiemens", pS = "psiemens",
  ms = "msecond", us = "usecond", ns = "nsecond", Hz = "hertz", kHz = "khertz", MHz = "Mhertz",
  mm = "mmetre", um = "umetre", nm = "nmetre", mM = "mmolar", uM = "umolar", nM = "nmolar",
}
for alias, name in pairs(aliases) do
  local with_powers = name:match "metre$" or name:match "gram$"
  for _, power in ipairs(with_powers and { "", "2", "3" } or { "" }) do
    M.units[alias .. power], M.base_name[alias .. power] = M.units[name .. power], M.base_name[name .. power]
  end
end
local metre = M.dim { 1 }
for power, name in ipairs { "cm", "cm2", "cm3" } do
  local base = power == 1 and "metre" or "metre**" .. power
  for _, alias in ipairs { name, (name:gsub("cm", "cmetre")), (name:gsub("cm", "cmeter")) } do
    define(alias, power_of_ten(-2 * power), metre ^ power, base)
  end
end

-- Physical constants, with the values that Brian2 gives them (CODATA 2014).
local U = M.units
for name, constant in pairs {
  avogadro_constant = 6.022140857e23 / U.mole, boltzmann_constant = 1.38064852e-23 * U.joule / U.kelvin,
  electric_constant = 8.854187817e-12 * U.farad / U.metre, electron_mass = 9.10938356e-31 * U.kilogram,
  elementary_charge = 1.6021766208e-19 * U.coulomb, faraday_constant = 96485.33289 * U.coulomb / U.mole,
  gas_constant = 8.3144598 * U.joule / U.mole / U.kelvin, magnetic_constant = 4e-7 * math.pi * U.newton / U.amp ^ 2,
  molar_mass_constant = 1e-3 * U.kilogram / U.mole, zero_celsius = 273.15 * U.kelvin,
} do
  M.units[name], M.base_name[name] = constant, "the units that it is made of"
end

-- ---------------------------------------------------------------- unit expressions

local function evaluate(node)
  if node.tag == "number" then return node.value end
  if node.tag == "name" then
    local unit = M.units[node.name]
    if unit then return unit end
    return nil, ("unknown unit '%s'"):format(node.name), node
  end
  if node.tag == "neg" then
    local a, message, where = evaluate(node[1])
    return a and -a, message, where
  end
  if not (node.tag == "*" or node.tag == "/" or node.tag == "**") then
    return nil, "a unit is a product of powers of units, such as siemens/meter**2", node
  end
  local a, message, where = evaluate(node[1])
  if not a then return nil, message, where end
  local b
  b, message, where = evaluate(node[2])
  if not b then return nil, message, where end
  if node.tag == "*" then return a * b end
  if node.tag == "/" then return a / b end
  if type(b) ~= "number" then return nil, "the power of a unit must be a number", node[2] end
  return a ^ b
end

--- Value of a tree of `parse.lua` that holds a unit expression.
-- @treturn quantity or number; or nil, message, and the node that is wrong
M.evaluate = evaluate

--- Value of a unit expression: "amp/meter**2", "1", "2*mV".
-- @treturn quantity or number
function M.parse(text)
  local parse = require "lunate.compiler.parse"
  local tree = parse.expression(text)
  local value, message = evaluate(tree)
  if not value then error(("%s in the unit '%s'"):format(message, text), 2) end
  return value
end

return M
