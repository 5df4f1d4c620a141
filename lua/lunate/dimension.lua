--- Physical dimensions: seven exponents, interned, so that equal dimensions are the same object.
-- The exponents are those of m, kg, s, A, K, mol, cd; they may be fractions (sqrt of a voltage).
-- `tostring` gives a readable unit: `V`, `S/m^2`, `1/(V s)`, `1`.
-- @module lunate.dimension

local M = {}

local n_base = 7
local Dimension = { __name = "dimension" }
Dimension.__index = Dimension

local interned = setmetatable({}, { __mode = "v" })

-- Exponents are fractions p/q of small numbers: snapped to them, so that (x^(1/3))^3 is x again.
local function snap(x)
  for q = 1, 12 do
    local p = math.floor(x * q + 0.5)
    if math.abs(x * q - p) < 1e-9 * q then return p / q end
  end
  return x
end

--- The dimension with these exponents.
-- @tparam table exponents up to seven numbers: m, kg, s, A, K, mol, cd; missing ones are zero
-- @treturn Dimension
function M.new(exponents)
  local key, list = {}, {}
  for k = 1, n_base do
    list[k] = snap(exponents[k] or 0)
    key[k] = ("%.12g"):format(list[k])
  end
  key = table.concat(key, " ")
  local dim = interned[key]
  if not dim then
    dim = setmetatable(list, Dimension)
    interned[key] = dim
  end
  return dim
end

--- True for a dimension.
function M.is(x)
  return getmetatable(x) == Dimension
end

-- Products, quotients and powers that were met, by dimension and what it was combined with.
local function remember(make)
  local known = setmetatable({}, { __mode = "k" })
  return function(a, b)
    local of_a = known[a]
    if not of_a then
      of_a = setmetatable({}, { __mode = "kv" })
      known[a] = of_a
    end
    local out = of_a[b]
    if not out and b == b then
      out = make(a, b)
      of_a[b] = out
    end
    return out or make(a, b)
  end
end

local function combine(a, b, sign)
  local exponents = {}
  for k = 1, n_base do exponents[k] = a[k] + sign * b[k] end
  return M.new(exponents)
end

Dimension.__mul = remember(function(a, b) return combine(a, b, 1) end)

Dimension.__div = remember(function(a, b) return combine(a, b, -1) end)

Dimension.__pow = remember(function(a, power)
  local exponents = {}
  for k = 1, n_base do exponents[k] = a[k] * power end
  return M.new(exponents)
end)

M.dimensionless = M.new {}

-- ---------------------------------------------------------------- readable units

-- Symbols in the order in which they are preferred. Units that stand for the same dimension as an earlier one
-- (becquerel, gray, lumen, …) are left out.
local symbols = {
  { "V", { 2, 1, -3, -1 } },
  { "A", { 0, 0, 0, 1 } },
  { "S", { -2, -1, 3, 2 } },
  { "F", { -2, -1, 4, 2 } },
  { "s", { 0, 0, 1 } },
  { "m", { 1 } },
  { "C", { 0, 0, 1, 1 } },
  { "ohm", { 2, 1, -3, -2 } },
  { "mol", { 0, 0, 0, 0, 0, 1 } },
  { "K", { 0, 0, 0, 0, 1 } },
  { "kg", { 0, 1 } },
  { "J", { 2, 1, -2 } },
  { "cd", { 0, 0, 0, 0, 0, 0, 1 } },
}
local n_common = 6 -- of these, in units of three factors
local rare = { C = true, ohm = true, J = true } -- A s and V/A read better

-- Only as the whole unit, not as a factor (V/s, not V Hz).
local alone = {
  { "Hz", { 0, 0, -1 } },
  { "W", { 2, 1, -3 } },
  { "N", { 1, 1, -2 } },
  { "Pa", { -1, 1, -2 } },
  { "H", { 2, 1, -2, -2 } },
  { "T", { 0, 1, -2, -1 } },
  { "kat", { 0, 0, -1, 0, 0, 1 } },
}
local base_symbols = { "m", "kg", "s", "A", "K", "mol", "cd" }
local powers = { 1, -1, 2, -2, 3, -3, 0.5, -0.5 }

-- Filled on first use: small powers of one symbol, the same by dimension, and symbols of `alone` by dimension.
local factors, factor_of, whole

local function prepare()
  factors, factor_of, whole = {}, {}, {}
  for k, symbol in ipairs(symbols) do
    local unit = M.new(symbol[2])
    for _, power in ipairs(powers) do
      local factor = { symbol = symbol[1], power = power, dim = unit ^ power, common = k <= n_common }
      factors[#factors + 1] = factor
      if power == 1 or not factor_of[factor.dim] then factor_of[factor.dim] = factor end
    end
  end
  for _, symbol in ipairs(alone) do whole[M.new(symbol[2])] = symbol[1] end
end

-- Few factors first, then small powers, then fewer units below the line.
local function cost(list)
  local sum = 0
  for _, factor in ipairs(list) do
    local power = factor.power
    sum = sum + 10 + 2 * math.abs(power) + (power < 0 and 1 or 0) + (power % 1 ~= 0 and 5 or 0)
      + (rare[factor.symbol] and 4 or 0)
  end
  return sum
end

-- The cheapest list of factors that begins with any one and goes on with rest(what is left, first), if that is not nil.
local function cheapest(dim, rest)
  local best, best_cost
  for _, first in ipairs(factors) do
    local others = rest(dim / first.dim, first)
    if others then
      local list = { first, table.unpack(others) }
      local c = cost(list)
      if not best or c < best_cost then best, best_cost = list, c end
    end
  end
  return best
end

local function two_factors(dim)
  return cheapest(dim, function(left) return factor_of[left] and { factor_of[left] } end)
end

local function three_factors(dim)
  return cheapest(dim, function(left, first) return first.common and two_factors(left) end)
end

local function base_factors(dim)
  local list = {}
  for k, symbol in ipairs(base_symbols) do
    if dim[k] ~= 0 then list[#list + 1] = { symbol = symbol, power = dim[k] } end
  end
  return list
end

local function render(list)
  local above, below = {}, {}
  for _, factor in ipairs(list) do
    local power = math.abs(factor.power)
    local side = factor.power > 0 and above or below
    side[#side + 1] = power == 1 and factor.symbol or ("%s^%g"):format(factor.symbol, power)
  end
  local text = #above > 0 and table.concat(above, " ") or "1"
  if #below == 1 then return text .. "/" .. below[1] end
  if #below > 1 then return text .. "/(" .. table.concat(below, " ") .. ")" end
  return text
end

local function describe(dim)
  if not factors then prepare() end
  if whole[dim] then return whole[dim] end
  if factor_of[dim] then return render { factor_of[dim] } end
  local base = base_factors(dim)
  local few = two_factors(dim) or (#base > 3 and three_factors(dim))
  return render(few and cost(few) <= cost(base) and few or base)
end

local names = setmetatable({ [M.dimensionless] = "1" }, { __mode = "k" })

--- The unit of a dimension as text.
function Dimension.__tostring(dim)
  local text = names[dim]
  if not text then
    text = describe(dim)
    names[dim] = text
  end
  return text
end

return M
