--- Dense arrays of numbers with a unit: what recordings and views give, and what states and weights take.
--
-- An array is of one kind, `a:kind()`. "double": numbers, with a unit if they have one. "integer": whole numbers, exact up to
-- 2^53 (beyond it is an error), whose elements are Lua's integers: places, counts, labels, `ln.array { 1, 2, 3 }`. "boolean":
-- true and false, a byte each: what comparisons give, `a:gt(b)`. Kinds go together as Lua's numbers do: integers and truth
-- (counted as 1 and 0) stay whole under + - * % and a whole power, `/` and a unit give doubles; `*` and `:minimum` of masks
-- are "and", `:maximum` "or", `:no()` "not". `a:double()`, `a:integer()` and `a:boolean()` give copies of that kind.
-- An array has one to three dimensions. `a[i]` is an element (a quantity where the array has a unit) or a row, which
-- shares memory; `a[{i, j}]` is an element. Operators work element by element; axes are matched from the last, and a
-- size of 1, an axis that is not there, or a number or quantity goes with any.
-- `ln.array { 1, 2, 3 }`, `ln.array({ 1, 2, 3 }, ln.mV)`.
-- @module lunate.array
local kernel = require "lunate.kernel"
local Q = require "lunate.quantity"
local guard = require "lunate.guard"

local M = {}

local meta, methods = kernel.array_type()
local none = Q.dimensionless

--- True for an array.
function M.is(x) return kernel.array_is(x) end

--- Gives an array of SI numbers its dimension.
-- @param a an array; changed in place
-- @param[opt] dim none: plain numbers
-- @return a
function M.wrap(a, dim)
  if dim == none then dim = nil end
  return kernel.array_set_dim(a, dim)
end

--- Mean, variance (over n), minimum, maximum and number of elements, as numbers in SI units.
function M.moments(a) return kernel.array_moments(a) end

local wrap = M.wrap

local function dim_of(x)
  if M.is(x) then return kernel.array_dim(x) or none end
  return Q.dim_of(x)
end

local function shape_of(x) return table.concat({ x:shape() }, " x ") end

local function describe(x)
  if M.is(x) then
    local unit, article = dim_of(x), kernel.array_kind(x) == "boolean" and "a boolean" or "an"
    return ("%s array of %s%s"):format(article, shape_of(x), unit == none and "" or (" in %s"):format(unit))
  end
  if Q.is(x) then return ("%s (%s)"):format(x, x.dim) end
  if type(x) == "number" then return ("%.6g (no unit)"):format(x) end
  return "a " .. type(x)
end

-- What C calls for elements of arrays with a dimension, and to store what is not a plain number (nil and the reason
-- where it does not fit).
meta.__element = Q.new
function meta.__number(x, dim)
  local value, d = Q.value_of(x), Q.dim_of(x)
  if not value then return nil, ("an element must be a number or quantity, not %s"):format(describe(x)) end
  if d ~= (dim or none) and x ~= 0 then
    local unit = dim and "in " .. tostring(dim) or "without unit"
    return nil, ("an element of an array %s cannot be %s"):format(unit, describe(x))
  end
  return value
end

-- ---------------------------------------------------------------- making arrays

local function is_element(x) return type(x) == "number" or type(x) == "boolean" or Q.is(x) end

-- The kind of an array that holds x beside elements of another kind (nil: none so far); nil where it cannot.
local function kind_with(kind, x)
  local own = type(x) == "boolean" and "boolean" or math.type(x) == "integer" and "integer" or "double"
  if kind == nil or kind == own then return own end
  if kind == "boolean" or own == "boolean" then return nil end
  return "double"
end

-- The sizes of nested lists, by their first elements.
local function measure(list, shape)
  if #shape == 3 then error("an array has at most 3 dimensions", 0) end
  shape[#shape + 1] = #list
  local first = list[1]
  if first == nil or is_element(first) then return shape end
  if type(first) ~= "table" and not M.is(first) then
    error(("an array holds numbers, quantities or booleans, not %s"):format(describe(first)), 0)
  end
  return measure(first, shape)
end

local function plain(x)
  if type(x) == "boolean" then return x end
  return Q.value_of(x)
end

-- Appends the elements of nested lists to flat; found gathers their dimension and kind.
local function flatten(flat, list, shape, depth, found)
  if type(list) ~= "table" and not M.is(list) then
    error(("a list of %d was expected, got %s"):format(shape[depth], describe(list)), 0)
  end
  if #list ~= shape[depth] then
    error(("a list of %d stands among lists of %d: all must have the same length"):format(#list, shape[depth]), 0)
  end
  for k = 1, #list do
    local x = list[k]
    if depth < #shape then
      flatten(flat, x, shape, depth + 1, found)
    else
      if not is_element(x) then error(("element %d is %s: a number was expected"):format(k, describe(x)), 0) end
      found.kind = kind_with(found.kind, x)
      if not found.kind then error(("element %d is %s: truth and numbers do not go together"):format(k, describe(x)), 0) end
      local dim = Q.dim_of(x) or none
      found.dim = found.dim or dim
      if dim ~= found.dim then
        error(("element %d is %s, but the elements before it are in %s"):format(k, describe(x), found.dim), 0)
      end
      flat[#flat + 1] = plain(x)
    end
  end
end

-- An array of a list of plain elements of one kind.
local function of_flat(flat, found, shape)
  local kind = found.dim and found.dim ~= none and "double" or found.kind or "double"
  local out = kernel.array_zeros(kind, table.unpack(shape))
  local target = out:flat()
  for k = 1, #flat do target[k] = flat[k] end
  return wrap(out, found.dim)
end

local kinds = { double = true, integer = true, boolean = true }

--- An array from a list of numbers, quantities or booleans, or a list of such lists (rows). Lua's integers alone give an
-- integer array.
-- @tab list of numbers or quantities of one unit, nested up to three deep; or an array, which is copied
-- @param[opt] unit to multiply it with; or "double", "integer" or "boolean", the kind it is to be
M.new = guard.wrap("ln.array", function(list, unit)
  local out
  if M.is(list) then
    out = list:copy()
  elseif type(list) == "table" and not Q.is(list) then
    local shape, flat, found = measure(list, {}), {}, {}
    flatten(flat, list, shape, 1, found)
    out = of_flat(flat, found, shape)
  else
    error(("ln.array takes a list of numbers or quantities, got %s"):format(describe(list)), 0)
  end
  if kinds[unit] then return out[unit](out) end
  if unit ~= nil then return out * unit end
  return out
end)

local function sizes(what, ...)
  for k = 1, select("#", ...) do
    local n = math.tointeger((select(k, ...)))
    if not n or n < 0 then
      error(("%s: a size is a whole number, not %s"):format(what, tostring((select(k, ...)))), 0)
    end
  end
end

--- An array of zeros. `ln.array.zeros(2, 3) * ln.mV` has a unit.
-- @int n size
-- @int[opt] m second size
-- @int[opt] k third size
M.zeros = guard.wrap("zeros", function(...)
  sizes("zeros", ...)
  return kernel.array_zeros(...)
end)

--- An array of ones.
M.ones = guard.wrap("ones", function(...)
  sizes("ones", ...)
  return kernel.array_apply("+", kernel.array_zeros(...), 1.0)
end)

-- SI numbers of arguments that must have one dimension.
local function common(what, first, ...)
  local out, dim = { Q.value_of(first) }, Q.dim_of(first)
  for k, x in ipairs { ... } do
    if Q.dim_of(x) ~= dim then
      error(("%s: %s and %s do not go together"):format(what, describe(first), describe(x)), 0)
    end
    out[k + 1] = Q.value_of(x)
  end
  if not dim then error(("%s takes numbers or quantities, not %s"):format(what, describe(first)), 0) end
  return dim, table.unpack(out)
end

--- n numbers or quantities in equal steps from a to b, both included.
-- @param a first
-- @param b last
-- @int n how many, at least 1
M.linspace = guard.wrap("linspace", function(a, b, n)
  local dim, x, y = common("linspace", a, b)
  n = math.tointeger(n)
  if not n or n < 1 then error("linspace: the number of elements must be a whole number, at least 1", 0) end
  local out = kernel.array_zeros(n)
  for k = 1, n do out[k] = x + (y - x) * (k - 1) / math.max(n - 1, 1) end
  if n > 1 then out[n] = y end
  return wrap(out, dim)
end)

--- Numbers or quantities from `first` in equal steps, as long as they are not past `last`; range(n) counts from 1 to n.
-- @param first first element, or last where it is the only argument
-- @param[opt] last
-- @param[opt] step 1 where the elements have no unit
M.range = guard.wrap("range", function(first, last, step)
  if last == nil then first, last = 1, first end
  if step == nil and Q.is(first) then error("range: quantities need a step", 0) end
  local dim, a, b, d = common("range", first, last, step or 1)
  if d == 0 then error("range: the step must not be 0", 0) end
  local whole = math.type(a) == "integer" and math.type(d) == "integer" and dim == none
  local n = math.tointeger((b - a) / d * (1 + 1e-15) // 1) -- a last element that rounding would lose counts
  if not n then error("range: the limits and the step must be finite", 0) end
  return wrap(kernel.array_range(a, d, math.max(n + 1, 0), whole), dim)
end)

-- ---------------------------------------------------------------- operators

local verbs = { ["+"] = "add", ["-"] = "subtract", ["*"] = "multiply", ["/"] = "divide", ["^"] = "raise",
  ["%"] = "take the remainder of", atan2 = "take the angle of" }
local plain_results = { lt = true, le = true, gt = true, ge = true, eq = true, ne = true, atan2 = true }
local joins = { ["/"] = "by", ["^"] = "to" }

local function refuse(op, a, b)
  error(("cannot %s %s %s %s"):format(verbs[op] or "compare", describe(a), joins[op] or "and", describe(b)), 0)
end

-- The dimension of a op b; nil where they do not go together.
local function dimension(op, a, b, da, db)
  if db == none and (op == "*" or op == "/") then return da end -- most often
  if op == "*" then return da == none and db or da * db end
  if op == "/" then return da / db end
  if op == "^" then
    if db ~= none then return nil end
    if da == none then return none end
    return type(b) == "number" and da ^ b or nil
  end
  if not (da == db or b == 0 or a == 0) then return nil end
  if plain_results[op] then return none end
  return a == 0 and db or da
end

local function operate(op, name)
  return guard.wrap(name or op, function(a, b)
    local da, db = dim_of(a), dim_of(b)
    if not (da and db) then refuse(op, a, b) end
    local dim = dimension(op, a, b, da, db)
    if not dim then refuse(op, a, b) end
    local x, y = a, b
    if Q.is(a) then x = a.value + 0.0 elseif Q.is(b) then y = b.value + 0.0 end -- what had a unit is no whole number
    local out = kernel.array_apply(op, x, y) or refuse(op, a, b) -- shapes that do not go together
    return dim == none and out or wrap(out, dim)
  end)
end

meta.__add, meta.__sub, meta.__mul = operate "+", operate "-", operate "*"
meta.__div, meta.__pow, meta.__mod = operate "/", operate "^", operate "%"
function meta.__unm(a) return wrap(kernel.array_apply("*", a, -1), kernel.array_dim(a)) end

-- Comparison, element by element: boolean arrays. Lua's `<` must give one boolean, so these are methods.

--- Where a < b: a mask. Axes go together as those of operators; of masks `*` is "and", `:maximum` "or", `:no()` "not".
methods.lt = operate "lt"
--- Where a <= b: a mask; see `array:lt`.
methods.le = operate "le"
--- Where a > b: a mask; see `array:lt`.
methods.gt = operate "gt"
--- Where a >= b: a mask; see `array:lt`.
methods.ge = operate "ge"
--- Where a and b are the same number: a mask; see `array:lt`. Whole arrays compare by `array:equals` and `==`.
methods.eq = operate "eq"
--- Where a and b differ (nan from all): a mask; see `array:lt`.
methods.ne = operate "ne"
--- The smaller of a and b; of masks: "and". nan where one is.
methods.minimum = operate "minimum"
--- The larger of a and b; of masks: "or". nan where one is.
methods.maximum = operate "maximum"
--- The angle of the point (x, self), from -pi to pi.
methods.atan2 = operate "atan2"

--- Of a mask: a where it is true, else b. `a:isnan():choose(0, a)` puts 0 for nan.
-- @param a number, quantity or array of the mask's shape
-- @param b the same, of one unit
methods.choose = guard.wrap("choose", function(self, a, b)
  local da, db = dim_of(a), dim_of(b)
  if not (da and db and (da == db or a == 0 or b == 0)) then
    error(("choose: %s and %s do not go together"):format(describe(a), describe(b)), 0)
  end
  local out = kernel.array_choose(self, Q.is(a) and a.value + 0.0 or a, Q.is(b) and b.value + 0.0 or b)
  local dim = a == 0 and db or da
  return dim == none and out or wrap(out, dim)
end)

--- Whether two arrays have the same shape, unit and numbers (not-a-numbers in the same places are the same).
function methods:equals(other)
  return M.is(other) and dim_of(self) == dim_of(other) and kernel.array_same(self, other)
end
meta.__eq = methods.equals

--- Iterates: `for i, x in a:iterate() do`; x is an element or a row.
function methods:iterate()
  local n, i = #self, 0
  return function()
    i = i + 1
    if i <= n then return i, self[i] end
  end
end
meta.__pairs = methods.iterate

-- ---------------------------------------------------------------- numbers from arrays

-- luacheck: push ignore 311
--- Element (i, j): `a:at(i, j)`, as `a[{i, j}]`.
methods.at = methods.at
--- The sizes: `local rows, columns = a:shape()`.
methods.shape = methods.shape
--- All elements, row by row: a view of one dimension.
methods.flat = methods.flat
--- The numbers in SI units: a view without unit.
methods.raw = methods.raw
--- A copy, which shares nothing.
methods.copy = methods.copy
--- Column j of an array of two dimensions: a copy.
methods.column = methods.column
-- luacheck: pop

--- The dimension of the elements.
function methods:dim() return dim_of(self) end

--- Sets element (i, j) of an array of several dimensions: `a:set(i, j, x)`.
methods.set = guard.wrap("set", function(self, ...)
  local place = { ... }
  self[place] = table.remove(place)
end)

--- The array as a list, nested where it has several dimensions.
function methods:totable()
  local out = {}
  for i = 1, #self do
    local x = self[i]
    out[i] = M.is(x) and x:totable() or x
  end
  return out
end

--- The array itself, all of it on every rank. Only arrays of a recording (`trace.v`, `spikes:isi()`) and what is computed of
-- them element by element are spread over the ranks at first; they are gathered, once, by whatever needs all elements. A
-- function that each rank calls for its own neurons (`pop.v = function(i) … end`) cannot wait for the others: gather before.
methods.gather = guard.wrap("gather", function(self) return kernel.array_whole(self) end)

--- "double", "integer" or "boolean".
function methods:kind() return kernel.array_kind(self) end

--- A copy as doubles.
methods.double = guard.wrap("double", function(self) return kernel.array_kind(self, "double") end)
--- A copy as whole numbers; fractions, nan and what is beyond 2^53 are refused.
methods.integer = guard.wrap("integer", function(self)
  if dim_of(self) ~= none then error(("%s cannot be integers: divide it by its unit"):format(describe(self)), 0) end
  return kernel.array_kind(self, "integer")
end)
--- A copy as truth: false where an element is 0.
methods.boolean = guard.wrap("boolean", function(self) return wrap(kernel.array_kind(self:raw(), "boolean")) end)

--- An array of the same shape: of f(x) for each element x (f also gets its place, row by row). Its kind is that of what f
-- gives.
-- @func f gives a number, quantity (all of one unit) or boolean
methods.map = guard.wrap("map", function(self, f)
  local all, flat, found = self:flat(), {}, {}
  for k = 1, #all do
    local x = f(all[k], k)
    if not is_element(x) then
      error(("map: the function gave %s for element %d, a number was expected"):format(describe(x), k), 0)
    end
    found.kind = kind_with(found.kind, x)
    local dim = Q.dim_of(x) or none
    if not found.kind or found.dim and dim ~= found.dim then
      error(("map: the function gave %s for element %d, but %s before"):format(describe(x), k,
        found.kind and tostring(found.dim) or "truth or numbers"), 0)
    end
    found.dim, flat[k] = dim, plain(x)
  end
  return of_flat(flat, found, { self:shape() })
end)

--- How many elements lie in each of equal bins; every bin holds its lower edge, the last one both.
-- @int bins how many
-- @param[opt] low lower edge of the first bin; default: the smallest element
-- @param[opt] high upper edge of the last bin; default: the largest element
-- @treturn array counts
-- @treturn array the bins + 1 edges
methods.histogram = guard.wrap("histogram", function(self, bins, low, high)
  bins = math.tointeger(bins)
  if not bins or bins < 1 then error("histogram: the number of bins must be a whole number, at least 1", 0) end
  low, high = low or self:min(), high or self:max()
  local dim, a, b = common("histogram", low, high)
  if dim ~= dim_of(self) then
    error(("histogram: %s and %s do not go together"):format(describe(self), describe(low)), 0)
  end
  if a == b then b = a + (a == 0 and 1 or math.abs(a)) end -- elements that are all the same
  if not (a < b and b - a < math.huge) then
    error(("histogram: there are no bins from %s to %s"):format(tostring(low), tostring(high)), 0)
  end
  local counts, edges = kernel.array_histogram(self, bins, a, b)
  return counts, wrap(edges, dim)
end)

-- ---------------------------------------------------------------- printing

-- A unit with the prefix that suits the largest element, and how many SI units it is.
local function suitable(a, dim)
  if dim == none then return nil, 1 end
  local _, _, min, max = kernel.array_moments(a)
  local largest = math.max(math.abs(min), math.abs(max))
  local number, unit = Q.format(Q.new(largest, dim), 15):match "^(%S+) (.+)$"
  number = tonumber(number)
  if not (number and number > 0 and number < math.huge) then return tostring(dim), 1 end
  return unit, 10.0 ^ math.floor(math.log(largest / number, 10) + 0.5)
end

-- The elements of a row as texts, … for those in the middle of a long one.
local function texts(row, scale)
  local n, out = #row, {}
  local raw, whole = row:raw(), row:kind() ~= "double"
  for k = 1, n do
    if n <= 12 or k <= 6 or k > n - 3 then
      local x = raw[k]
      if not whole then x = x / scale end
      out[#out + 1] = whole and tostring(x) or x == x and ("%.4g"):format(x) or "nan" -- C may print a sign
    elseif k == 7 then
      out[#out + 1] = "…"
    end
  end
  return out
end

-- Lines of an array of several dimensions: a text, or the texts of a row, which go into columns.
local function corners(a, scale, lines, depth)
  local n = #a
  for k = 1, n do
    if n <= 8 or k <= 4 or k > n - 2 then
      local row = a[k]
      if select("#", row:shape()) == 1 then
        lines[#lines + 1] = { indent = ("  "):rep(depth), table.unpack(texts(row, scale)) }
      else
        lines[#lines + 1] = ("  "):rep(depth) .. ("%d:"):format(k)
        corners(row, scale, lines, depth + 1)
      end
    elseif k == 5 then
      lines[#lines + 1] = ("  "):rep(depth) .. "…"
    end
  end
end

-- Makes texts of the lines: columns end below one another.
local function align(lines)
  local widths = {}
  for _, line in ipairs(lines) do
    for j = 1, type(line) == "table" and #line or 0 do widths[j] = math.max(widths[j] or 0, utf8.len(line[j])) end
  end
  for i, line in ipairs(lines) do
    if type(line) == "table" then
      for j, text in ipairs(line) do line[j] = (" "):rep(widths[j] - utf8.len(text)) .. text end
      lines[i] = line.indent .. table.concat(line, " ")
    end
  end
  return lines
end

function meta.__tostring(a)
  local unit, scale = suitable(a, dim_of(a))
  local kind = a:kind()
  local head = ("%sarray %s%s:"):format(kind == "double" and "" or kind .. " ", shape_of(a),
    unit and (" [%s]"):format(unit) or "")
  for _, n in ipairs { a:shape() } do
    if n == 0 then return head end
  end
  if select("#", a:shape()) == 1 then return head .. " " .. table.concat(texts(a, scale), " ") end
  local lines = {}
  corners(a, scale, lines, 1)
  return head .. "\n" .. table.concat(align(lines), "\n")
end

function meta.__concat(a, b) return tostring(a) .. tostring(b) end

function meta.__complete()
  local out = {}
  for name in pairs(methods) do out[#out + 1] = name end
  table.sort(out)
  return out
end

meta.__help = [[An array: a[i], a[{i, j}], #a, a:shape(), a:slice(first, last, axis), a:column(j), a:take(places, axis),
a:where(mask), a:iterate(), a:totable(), a:gather(), a:copy(), a:reshape(n, m), a:transpose(); a:kind(),
:double(), :integer(), :boolean();
+ - * / ^ %; a:lt(b), :le, :gt, :ge, :eq, :ne give masks (boolean arrays), mask:any(), :all(), :no(), :choose(a, b);
a:exp(), :log(), :sqrt() …; a:sum(axis), :mean, :sd, :var, :min, :max, :median, :quantile(q, axis), :argmin(), :argmax(),
:sort(), :argsort(), :unique(), :cumsum(), :diff(), :map(f), :histogram(bins, low, high), :interpolate(x, y), :convolve(b),
:equals(b); a:dot(b), :solve(b), :lstsq(b), :inverse(), :det(), :eigh(), :eig(), :svd(), :qr(), :cholesky(); a:fft(), :rfft();
a:to_csv(path), :to_hdf5(path, name). help "array:sum" and so on.]]

-- What getmetatable gives: without __gc, which a script could call while views are in use.
local public = {}
for key, value in pairs(meta) do
  if key ~= "__gc" and key ~= "__metatable" then public[key] = value end
end
meta.__metatable = public

for _, part in ipairs { "elementwise", "axes", "sources", "linear", "fourier" } do
  require("lunate.array." .. part)(M, methods, { describe = describe, dim_of = dim_of, wrap = wrap, shape_of = shape_of })
end

return setmetatable(M, { __call = function(_, ...) return M.new(...) end })
