--- What figures are made of: numbers with a dimension from arrays, lists, views and recordings, and text that is safe.
-- @module lunate.plot.data
local Q = require "lunate.quantity"
local array = require "lunate.array"

local M = {}

local none = Q.dimensionless

--- What something is: "spikes", "trace", "population", "projection", "view", "array", or its Lua type.
function M.kind_of(x)
  if array.is(x) then return "array" end
  if Q.is(x) then return "quantity" end
  local meta = type(x) == "table" and getmetatable(x)
  return type(meta) == "table" and type(meta.__name) == "string" and meta.__name or type(x)
end

local function refuse(x, what, expected)
  local kind = M.kind_of(x)
  local article = kind:find "^[aeiou]" and "an" or "a"
  error(("%s must be %s, not %s %s"):format(what, expected, article, kind), 0)
end
M.refuse = refuse

local function from_list(x, what)
  local out, dim = {}, nil
  for k = 1, #x do
    local value, d = Q.value_of(x[k]), Q.dim_of(x[k])
    if not value then error(("element %d of %s is a %s, not a number"):format(k, what, M.kind_of(x[k])), 0) end
    if dim and d ~= dim then
      error(("element %d of %s is in %s, but the elements before it are in %s"):format(k, what, d, dim), 0)
    end
    dim, out[k] = d, value
  end
  return out, dim or none
end

--- The SI numbers of an array of one dimension, a list or a view, and their dimension. Collective for a view.
-- @param x
-- @string what names it in errors
function M.numbers(x, what)
  local kind = M.kind_of(x)
  if kind == "view" then x, kind = x:gather(), "array" end
  if kind == "array" then
    if select("#", x:shape()) ~= 1 then
      error(("%s has %d dimensions; one was expected"):format(what, select("#", x:shape())), 0)
    end
    x:gather() -- what one rank draws must be there
    return x:kind() == "boolean" and x:integer() or x:raw(), x:dim()
  end
  if kind ~= "table" then refuse(x, what, "an array or a list of numbers or quantities") end
  return from_list(x, what)
end

--- A matrix: {rows =, columns =, flat = numbers row by row, dim =}.
function M.matrix(x, what)
  if M.kind_of(x) == "table" then x = array.new(x) end
  if not array.is(x) then refuse(x, what, "an array of two dimensions or a list of rows") end
  local rows, columns, more = x:shape()
  if not columns or more then
    error(("%s has %d dimension%s; two were expected"):format(what, more and 3 or 1, more and "s" or ""), 0)
  end
  if x:kind() == "boolean" then x = x:integer() end
  return { rows = rows, columns = columns, flat = x:flat():raw(), dim = x:dim() }
end

--- Whether x is an array of two dimensions, or a list of lists, arrays or views.
function M.is_matrix(x)
  if array.is(x) then return select("#", x:shape()) == 2 end
  if M.kind_of(x) ~= "table" then return false end
  local first = M.kind_of(x[1])
  return first == "array" or first == "table" or first == "view"
end

--- Column j of a matrix, as a list.
function M.column(m, j)
  local out = {}
  for i = 1, m.rows do out[i] = m.flat[(i - 1) * m.columns + j] end
  return out
end

--- A list of one or more things: x itself where it is a plain list of them, else {x}.
function M.several(x, is_one)
  if M.kind_of(x) == "table" and not is_one(x) then return x end
  return { x }
end

--- The SI number of an option that must be of one dimension; `default` where it is not given.
function M.number(x, what, dim, default)
  if x == nil then return default end
  local value = Q.value_of(x)
  if not value then refuse(x, what, dim == none and "a number" or "a quantity") end
  if value ~= value or math.abs(value) == math.huge then error(("%s must be finite"):format(what), 0) end
  if Q.dim_of(x) ~= dim and value ~= 0 then
    error(("%s is in %s, expected %s"):format(what, Q.dim_of(x), dim), 0)
  end
  return value
end

--- The same, and positive.
function M.positive(x, what, dim, default)
  local value = M.number(x, what, dim, default)
  if value and value <= 0 then error(("%s must be positive"):format(what), 0) end
  return value
end

--- A whole number, at least `least`.
function M.whole(x, what, least, default)
  if x == nil then return default end
  local n = math.tointeger(x)
  if not n or n < least then error(("%s must be a whole number, at least %d"):format(what, least), 0) end
  return n
end

--- True for a number that can be drawn.
function M.finite(x) return x == x and x ~= math.huge and x ~= -math.huge end

--- Text from a script, made fit to be shown: valid UTF-8 without control characters but newlines.
function M.text(x, what)
  if type(x) == "number" then x = tostring(x) end
  if type(x) ~= "string" then refuse(x, what, "a string") end
  local out, at = {}, 1
  while at <= #x do
    local _, bad = utf8.len(x, at)
    out[#out + 1] = x:sub(at, bad and bad - 1 or -1)
    if not bad then break end
    out[#out + 1], at = "\u{FFFD}", bad + 1
  end
  local text = table.concat(out):gsub("\r\n?", "\n"):gsub("[%z\1-\9\11-\31\127]", " ")
  return (text:gsub("\xC2[\x80-\x9F]", " "))
end

return M
