--- Arrays whose columns lie on several ranks: what `trace.v` of a recording is until somebody wants all of it.
--
-- To the user it is an array as any other. What goes column by column (functions of elements, arithmetic with numbers and
-- among variables of one recording, sums and differences in time) each rank does with its own columns; reductions are
-- put together exactly, so that they have the bits of the whole array's; choosing columns and rows leaves them where
-- they are. All else wants the elements and gathers them, once: the array is whole from then on (`a:gather()` asks for it).
-- C finds out: whatever looks at the data of such an array calls `whole`. With one rank there is only that.
--
-- The functions of `lunate.kernel` that arrays are computed with are replaced by those below when the first such array is
-- made: scripts without one pay nothing.
-- @module lunate.array.spread
local kernel = require "lunate.kernel"
local runtime = require "lunate.runtime"

local M = {}

-- What kernel.array_spread keeps of one: {own = this rank's columns (without dimension), layout}, or of a view that shares
-- memory with another {parent =, cut = own part of own part, view = view of the whole}.
-- A layout is {count = of all columns, places = those of own ones (from 1; nil: one rank's after the other's), name}.
-- Arrays of one layout object have their columns in the same places.

local function whole(a)
  local s = kernel.array_spread(a)
  if s.parent then return s.view(s.parent) end
  runtime.collective("gather " .. s.layout.name)
  if runtime.size == 1 then return s.own end
  return kernel.array_gather_columns(s.own, s.layout.places, s.layout.count)
end

local function make(own, layout, record)
  local n, m = own:shape()
  record.whole = whole
  if m then return kernel.array_spread(record, own:kind(), n, layout.count) end
  return kernel.array_spread(record, own:kind(), layout.count)
end

local function spread(own, layout) return make(own, layout, { own = own, layout = layout }) end

--- This rank's columns of an array (without dimension), and their layout; nil of an array that is whole.
local function own_of(a)
  local s = kernel.array_spread(a)
  if not s then return nil end
  if not s.parent then return s.own, s.layout end
  local own, layout = own_of(s.parent)
  if own then return s.cut(own), layout end
  kernel.array_whole(a) -- a view of what has become whole
  return nil
end
M.own = own_of

-- ---------------------------------------------------------------- reductions

local plain = {} -- the kernel's functions

-- One number a rank that has columns, or n of them (rows), reduced to one.
local function extreme(how, own, rows)
  local n, m = own:shape()
  local mine
  if not rows then
    m = n * (m or 1)
    mine = m > 0 and plain.array_reduce(how, kernel.array_reshape(own, 1, m), 2) or kernel.array_zeros(own:kind(), 0)
  else
    mine = m > 0 and kernel.array_reshape(plain.array_reduce(how, own, 2), n, 1) or kernel.array_zeros(own:kind(), n, 0)
  end
  return plain.array_reduce(how, kernel.array_gather_columns(mine, nil, kernel.sum(m > 0 and 1 or 0)), rows and 2 or nil)
end

-- The exact sum of all elements, or of each row.
local function sum(own, rows)
  if own:kind() == "boolean" then
    return rows and kernel.array_total(plain.array_reduce("sum", own, 2)) or kernel.sum(plain.array_reduce("sum", own))
  end
  return rows and kernel.array_row_sums(own) or kernel.array_sum_all(own)
end

local function over(x, n) return type(x) == "number" and x / n or plain.array_apply("/", x, n) end

local function variance(own, n, rows)
  local mean = over(sum(own, rows), n)
  local rest = plain.array_apply("-", own, rows and kernel.array_reshape(mean, #mean, 1) or mean)
  return over(sum(plain.array_apply("*", rest, rest), rows), n)
end

local function root(x) return type(x) == "number" and math.sqrt(x) or plain.array_map("sqrt", x) end

-- The quantile q of all elements; where `plain` takes the middle of two for the median, so does this.
local function quantile(own, n, q)
  local at = q * (n - 1)
  local k = at // 1 | 0
  local low = kernel.array_ranked(own, k + 1)
  if k + 1 >= n or at == k or low ~= low then return low end
  local high = kernel.array_ranked(own, k + 2)
  return low + (at - k) * (high - low)
end

-- Of all elements, or row by row; nil where only the whole array can tell.
local function reduce(how, own, n, rows, q)
  local kind = own:kind()
  if n == 0 then return plain.array_reduce(how, kernel.array_zeros(kind, 0), nil, q) end
  if kind == "integer" then return nil end
  if how == "sum" then return sum(own, rows) end
  if how == "mean" then return over(sum(own, rows), n) end
  if how == "min" or how == "max" then return extreme(how, own, rows) end
  if kind == "boolean" then return nil end
  if how == "var" then return variance(own, n, rows) end
  if how == "sd" then return root(variance(own, n, rows)) end
  if how == "quantile" and not rows then return quantile(own, n, q) end
  if how == "median" and not rows then return quantile(own, n, 0.5) end
  return nil
end

local ways = {}

function ways.array_reduce(how, a, axis, q)
  local own, layout = own_of(a)
  if not own then return nil end
  local n, m = own:shape()
  if axis == 0 or not m and axis == 1 then axis = nil end
  if axis == nil then return reduce(how, own, (m and n or 1) * layout.count, false, q) end
  if not m then return nil end
  if axis == 2 and n == 0 then return plain.array_reduce(how, kernel.array_zeros(own:kind(), 0, 1), 2, q) end
  if axis == 2 then return reduce(how, own, layout.count, true, q) end
  if axis ~= 1 or not layout.places then return nil end
  return kernel.array_gather_columns(plain.array_reduce(how, own, 1, q), layout.places, layout.count)
end

function ways.array_histogram(a, bins, low, high)
  local own = own_of(a)
  if not own then return nil end
  local counts, edges = plain.array_histogram(own, bins, low, high)
  return kernel.array_total(counts), edges
end

-- ---------------------------------------------------------------- column by column

function ways.array_scan(how, a, axis)
  local own, layout = own_of(a)
  return own and axis == 1 and select("#", own:shape()) == 2 and spread(plain.array_scan(how, own, 1), layout)
end

local function each(name, at)
  ways[name] = function(...)
    local arguments = { ... }
    local own, layout = own_of(arguments[at])
    if not own then return nil end
    arguments[at] = own
    return spread(plain[name](table.unpack(arguments)), layout)
  end
end
each("array_map", 2)
each("array_test", 2)

function ways.array_kind(a, kind)
  if kind == nil or kind == "integer" then return nil end -- what is not whole is refused on one rank only
  local own, layout = own_of(a)
  return own and spread(plain.array_kind(own, kind), layout)
end

-- What goes with own columns of a layout: of a number it is the number, of an array of the same layout its own part, of one
-- that all ranks have its columns there. nil where the two do not go together so.
local function beside(x, layout)
  if type(x) == "number" then return x end
  local own, other = own_of(x)
  if own then return other == layout and own or nil end
  local n, m, k = x:shape()
  if k then return nil end
  local last = m or n
  if last == 1 then return x end
  if last ~= layout.count or not layout.places then return nil end
  return plain.array_take(x, layout.places, m and 2 or 1)
end

local function kind_of(x) return type(x) == "number" and (math.type(x) == "integer" and "integer" or "double") or x:kind() end
local logic = { lt = true, le = true, gt = true, ge = true, eq = true, ne = true }

function ways.array_apply(op, a, b)
  local layout = select(2, own_of(a)) or select(2, own_of(b))
  if not layout then return nil end
  -- whole numbers beyond 2^53 are refused, which one rank alone might find
  local truth = kind_of(a) == "boolean" and kind_of(b) == "boolean" and (op == "*" or op:find "^m")
  if not (logic[op] or truth or kind_of(a) == "double" or kind_of(b) == "double") then return nil end
  local x, y = beside(a, layout), beside(b, layout)
  if not (x and y) then return nil end
  return spread(plain.array_apply(op, x, y), layout)
end

function ways.array_choose(mask, a, b)
  local own, layout = own_of(mask)
  if not own then return nil end
  local x, y = beside(a, layout), beside(b, layout)
  if not (x and y) then return nil end
  return spread(plain.array_choose(own, x, y), layout)
end

-- ---------------------------------------------------------------- parts

function ways.array_take(a, places, axis)
  local own, layout = own_of(a)
  if not own or select("#", own:shape()) ~= 2 then return nil end
  if axis == 1 then return spread(plain.array_take(own, places, 1), layout) end
  if axis ~= 2 or not layout.places then return nil end
  local wanted = plain.array_take(kernel.array_range(1, 1, layout.count, true), places, 1):totable() -- or refused
  local at, mine, to = {}, {}, {}
  for k, place in ipairs(layout.places:totable()) do at[place] = k end
  for k, place in ipairs(wanted) do
    if at[place] then mine[#mine + 1], to[#to + 1] = at[place], k end
  end
  return spread(plain.array_take(own, kernel.array_pack(mine, "integer"), 2),
    { count = #wanted, places = kernel.array_pack(to, "integer"), name = layout.name })
end

-- Rows first to last: a view.
function ways.array_slice(a, first, last)
  local own, layout = own_of(a)
  if not own or select("#", own:shape()) ~= 2 then return nil end
  local function rows(x) return plain.array_slice(x, first, last) end
  return kernel.array_set_dim(make(rows(own), layout, { parent = a, cut = rows, view = rows }), kernel.array_dim(a))
end

-- The elements of one dimension where a mask is true.
function ways.array_select(a, mask)
  local own, layout = own_of(a)
  local chosen, other = own_of(mask)
  if not own or other ~= layout or layout.places or select("#", own:shape()) ~= 1 then return nil end
  local out = plain.array_select(own, chosen)
  return spread(out, { count = kernel.sum(#out), name = layout.name })
end

-- ---------------------------------------------------------------- methods that are C's own

local function column(a, j)
  local own, layout = own_of(a)
  j = math.tointeger(j)
  if not own or not layout.places or not j or j < 1 or j > layout.count or not select(2, own:shape()) then return nil end
  local mine = {}
  for k, place in ipairs(layout.places:totable()) do
    if place == j then mine[1] = k end
  end
  runtime.collective("column of " .. layout.name)
  local out = kernel.array_gather_columns(plain.array_take(own, kernel.array_pack(mine, "integer"), 2), nil, 1)
  return kernel.array_set_dim(out:flat(), kernel.array_dim(a))
end

local function copy(a)
  local own, layout = own_of(a)
  return own and kernel.array_set_dim(spread(own:copy(), layout), kernel.array_dim(a))
end

local function raw(a)
  local own, layout = own_of(a)
  if not own then return nil end
  return make(own, layout, { parent = a, cut = function(x) return x end, view = function(x) return plain.raw(x) end })
end

local function choose_way(way, f)
  return function(...)
    local out, more = way(...)
    if out then return out, more end
    return f(...)
  end
end

local installed = runtime.size == 1 -- then whatever wants elements has them
local function install()
  installed = true
  for name, way in pairs(ways) do
    plain[name] = kernel[name]
    kernel[name] = choose_way(way, plain[name])
  end
  local _, methods = kernel.array_type()
  for name, way in pairs { column = column, copy = copy, raw = raw } do
    plain[name] = methods[name]
    methods[name] = choose_way(way, plain[name])
  end
end

--- An array of this rank's columns and the other ranks'.
-- @param own array, rows by own columns; or of one dimension, own elements
-- @tab layout count, of all ranks; places of own ones (an array, from 1), or nil: in the order of the ranks; name, for
-- messages. Arrays with the same table go together without being gathered.
-- @param[opt] dim dimension
function M.new(own, layout, dim)
  if not installed then install() end
  return kernel.array_set_dim(spread(own, layout), dim)
end

return M
