--- Arrays along their axes: reductions, slices, other shapes, order. Axes are counted from 1; without one, all elements
-- count, row by row.
-- @module lunate.array.axes
local kernel = require "lunate.kernel"
local Q = require "lunate.quantity"
local guard = require "lunate.guard"

local function whole(what, x, low)
  local n = math.tointeger(x)
  if not n or n < low then error(("%s must be a whole number, at least %d, got %s"):format(what, low, tostring(x)), 0) end
  return n
end

return function(M, methods, tools)
  local wrap, dim_of, describe = tools.wrap, tools.dim_of, tools.describe

  local function finish(x, dim) -- a number, boolean or array, with its dimension
    if M.is(x) then return dim == Q.dimensionless and x or wrap(x, dim) end
    return type(x) == "boolean" and x or Q.new(x, dim)
  end

  -- ---------------------------------------------------------------- reductions

  local function reduction(how)
    return guard.wrap(how, function(self, axis)
      local dim = dim_of(self)
      return finish(kernel.array_reduce(how, self, axis and whole("the axis", axis, 1)), how == "var" and dim ^ 2 or dim)
    end)
  end

  --- The sum, exact and rounded once: it does not depend on the order. Of whole numbers and truth a whole number.
  -- @int[opt] axis which one to reduce; without: all elements, to a number or quantity
  methods.sum = reduction "sum"
  --- The mean, from the exact sum; nan of nothing. Of a mask the part that is true.
  -- @int[opt] axis which one to reduce; without: all elements
  methods.mean = reduction "mean"
  --- The variance over n (not n - 1), in the unit squared; nan of nothing.
  -- @int[opt] axis which one to reduce; without: all elements
  methods.var = reduction "var"
  --- The standard deviation over n (not n - 1); nan of nothing.
  -- @int[opt] axis which one to reduce; without: all elements
  methods.sd = reduction "sd"
  --- The smallest element; nan of nothing, or where one is nan.
  -- @int[opt] axis which one to reduce; without: all elements
  methods.min = reduction "min"
  --- The largest element; nan of nothing, or where one is nan.
  -- @int[opt] axis which one to reduce; without: all elements
  methods.max = reduction "max"
  --- The median, between the two middle ones of an even number; nan of nothing, or where one is nan.
  -- @int[opt] axis which one to reduce; without: all elements
  methods.median = reduction "median"

  --- The quantile q, linear between elements (Hyndman and Fan's type 7, as NumPy's).
  -- @number q from 0 to 1
  -- @int[opt] axis
  methods.quantile = guard.wrap("quantile", function(self, q, axis)
    if type(q) ~= "number" or not (q >= 0 and q <= 1) then
      error(("quantile: q must be a number from 0 to 1, got %s"):format(tostring(q)), 0)
    end
    return finish(kernel.array_reduce("quantile", self, axis or 0, q), dim_of(self))
  end)

  local function place(how)
    local of_all = methods[how]
    return guard.wrap(how, function(self, axis)
      if axis == nil then return of_all(self) end
      return kernel.array_reduce(how, self, axis)
    end)
  end

  --- The place of the smallest element, from 1: of the first one, or of the first nan; nil of an empty array.
  -- @int[opt] axis which one to reduce; without: all elements, counted row by row
  methods.argmin = place "argmin"
  --- The place of the largest element, as `array:argmin`.
  -- @int[opt] axis which one to reduce; without: all elements, counted row by row
  methods.argmax = place "argmax"

  local function scan(how)
    return guard.wrap(how, function(self, axis)
      local dim = dim_of(self)
      return finish(kernel.array_scan(how, self, axis), dim)
    end)
  end

  --- The elements in ascending order, nan last; a copy.
  -- @int[opt] axis along which; without: all elements, row by row
  methods.sort = scan "sort"
  --- Running sums, compensated: each is as near as a sum rounded once.
  -- @int[opt] axis along which; without: all elements, row by row
  methods.cumsum = scan "cumsum"
  --- The differences of neighbours, one less than elements.
  -- @int[opt] axis along which; without: all elements, row by row
  methods.diff = scan "diff"

  -- ---------------------------------------------------------------- parts

  --- The places that would sort an array of one dimension; equal elements stay in order.
  methods.argsort = guard.wrap("argsort", function(self)
    if select("#", self:shape()) ~= 1 then error("argsort needs an array of 1 dimension: take a row", 0) end
    return kernel.array_argsort(self)
  end)

  --- The different elements, ascending, and how often each occurs.
  methods.unique = guard.wrap("unique", function(self)
    local values, counts = kernel.array_unique(kernel.array_scan("sort", self:flat()))
    return wrap(values, dim_of(self)), counts
  end)

  --- Elements first to last along an axis: a view for the first axis, a copy for others.
  methods.slice = guard.wrap("slice", function(self, first, last, axis)
    if axis == nil or axis == 1 then return kernel.array_slice(self, first, last) end
    local n = select(whole("the axis", axis, 1), self:shape())
    if not n then error(("axis %d does not exist in %s"):format(axis, describe(self)), 0) end
    last = last or n
    if first < 1 or last > n or last < first - 1 then
      error(("slice(%d, %d) is outside an axis of %d"):format(first, last, n), 0)
    end
    return self:take(M.range(first, last), axis)
  end)

  --- Elements (rows, columns) at places along an axis, in their order; a place may come again.
  -- @param places array or list of whole numbers
  -- @int[opt=1] axis
  methods.take = guard.wrap("take", function(self, places, axis)
    if not M.is(places) then places = M.new(places) end
    return wrap(kernel.array_take(self, places, axis or 1), dim_of(self))
  end)

  --- The elements where a mask is true (or not 0): of a mask of this shape the elements, row by row; of a mask of one dimension
  -- that is as long as there are rows, the rows. `mask:where()` gives places.
  methods.where = guard.wrap("where", function(self, mask)
    if mask == nil then return kernel.array_where(self) end
    if not M.is(mask) then error(("where takes a mask, such as a:gt(0), got %s"):format(describe(mask)), 0) end
    if tools.shape_of(mask) == tools.shape_of(self) then return wrap(kernel.array_select(self, mask), dim_of(self)) end
    if select("#", mask:shape()) == 1 and #mask == #self then return self:take(kernel.array_where(mask)) end
    error(("where: the mask is %s, this is %s"):format(describe(mask), describe(self)), 0)
  end)

  -- ---------------------------------------------------------------- other shapes

  --- The same elements, row by row, in another shape: a view. One size may be -1: what is left.
  methods.reshape = guard.wrap("reshape", kernel.array_reshape)

  --- Axes in another order, a copy: `m:transpose()` turns them round; `a:transpose(3, 1, 2)`.
  methods.transpose = guard.wrap("transpose", function(self, ...)
    local n, order = select("#", self:shape()), { ... }
    if #order == 0 then
      for k = 1, n do order[k] = n + 1 - k end
    elseif #order ~= n then
      error(("transpose: %d axes were named of %d"):format(#order, n), 0)
    end
    return wrap(kernel.array_permute(self, table.unpack(order)), dim_of(self))
  end)

  local function list_of_arrays(what, list)
    if type(list) ~= "table" or #list == 0 then error(what .. " takes a list of arrays, at least one", 0) end
    local out = {}
    for k, x in ipairs(list) do
      out[k] = M.is(x) and x or M.new(x)
      if dim_of(out[k]) ~= dim_of(out[1]) then
        error(("%s: %s and %s do not go together"):format(what, describe(out[1]), describe(out[k])), 0)
      end
    end
    return out
  end

  --- Arrays one after the other along an axis.
  -- @tab list of arrays
  -- @int[opt=1] axis
  M.concatenate = guard.wrap("concatenate", function(list, axis)
    list = list_of_arrays("concatenate", list)
    return wrap(kernel.array_concatenate(axis or 1, table.unpack(list)), dim_of(list[1]))
  end)

  --- Arrays of one shape as the rows of an array with one dimension more.
  M.stack = guard.wrap("stack", function(list)
    list = list_of_arrays("stack", list)
    local rows = {}
    for k, x in ipairs(list) do
      if tools.shape_of(x) ~= tools.shape_of(list[1]) then
        error(("stack: %s and %s do not go together"):format(describe(list[1]), describe(x)), 0)
      end
      rows[k] = kernel.array_reshape(x, 1, x:shape())
    end
    return wrap(kernel.array_concatenate(1, table.unpack(rows)), dim_of(list[1]))
  end)

  --- The diagonal of a matrix, or the matrix with this diagonal.
  methods.diagonal = guard.wrap("diagonal", function(self)
    local n, m = self:shape()
    local raw = self:raw()
    if not m then
      local out = kernel.array_zeros(self:kind(), n, n)
      for k = 1, n do out[{ k, k }] = raw[k] end
      return wrap(out, dim_of(self))
    end
    local out = kernel.array_zeros(self:kind(), math.min(n, m))
    for k = 1, #out do out[k] = raw[{ k, k }] end
    return wrap(out, dim_of(self))
  end)

  -- ---------------------------------------------------------------- one dimension

  --- Values at x by straight lines between points; beyond them the outermost value.
  -- @param points array, ascending, of the unit of x
  -- @param values array, as many
  methods.interpolate = guard.wrap("interpolate", function(self, points, values)
    points, values = M.is(points) and points or M.new(points), M.is(values) and values or M.new(values)
    if dim_of(points) ~= dim_of(self) then
      error(("interpolate: %s and %s do not go together"):format(describe(self), describe(points)), 0)
    end
    return wrap(kernel.array_interpolate(self, points, values), dim_of(values))
  end)

  --- Convolution with another array: sum over j of a[j] b[k - j].
  -- @param b array
  -- @string[opt="full"] mode "full" (#a + #b - 1 elements), "same" (the middle #a), "valid" (where b lies within a)
  methods.convolve = guard.wrap("convolve", function(self, b, mode)
    b, mode = M.is(b) and b or M.new(b), mode or "full"
    local out = kernel.array_convolve(self, b)
    if mode == "same" then
      out = out:slice((#b - 1) // 2 + 1, (#b - 1) // 2 + #self):copy()
    elseif mode == "valid" then
      if #b > #self then error("convolve: the second array is longer than the first: nothing is valid", 0) end
      out = out:slice(#b, #self):copy()
    elseif mode ~= "full" then
      error(("convolve: the mode is \"full\", \"same\" or \"valid\", not %s"):format(tostring(mode)), 0)
    end
    return wrap(out, dim_of(self) * dim_of(b))
  end)
end
