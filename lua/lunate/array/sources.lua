--- Arrays from elsewhere: distributions, CSV, IDX and HDF5 files; and arrays into CSV and HDF5 files.
-- @module lunate.array.sources
local kernel = require "lunate.kernel"
local Q = require "lunate.quantity"
local guard = require "lunate.guard"

local function check_path(what, path)
  if type(path) ~= "string" then error(("%s takes a file's name, got a %s"):format(what, type(path)), 0) end
end

-- A column of numbers; nan and inf, which the reader takes for texts, count here.
local function numbers_of(path, name, column)
  if type(column[1]) ~= "string" then return column end
  local out, special = {}, { nan = 0 / 0, inf = math.huge, ["-inf"] = -math.huge }
  for k, field in ipairs(column) do
    local x = special[field] or not field:find "[xXnN]" and tonumber(field)
    if not x then error(("%s: the column '%s' holds texts"):format(path, name), 0) end
    out[k] = x
  end
  return out
end

return function(M, methods, tools)
  local drawn = 0

  --- Independent random numbers: `ln.array.random(ln.normal(0, 1), { 100, 3 }, 7)`. The same on every rank and in every run.
  -- @param distribution such as ln.normal(-60*mV, 5*mV)
  -- @param size a whole number, or a list of up to three
  -- @int[opt] key names the draw: another key, other numbers; without one, calls count 1, 2, 3 …
  M.random = guard.wrap("ln.array.random", function(distribution, size, key)
    local D = require "lunate.distribution"
    if not D.is(distribution) then
      error(("ln.array.random takes a distribution, such as ln.normal(0, 1), got %s"):format(tools.describe(distribution)), 0)
    end
    if type(size) ~= "table" then size = { size } end
    for _, n in ipairs(size) do
      if not math.tointeger(n) or n < 0 then error("ln.array.random: a size is a whole number", 0) end
    end
    if key == nil then
      drawn = drawn + 1
      key = -drawn
    elseif not math.tointeger(key) then
      error(("ln.array.random: the key is a whole number, not %s"):format(tostring(key)), 0)
    end
    return tools.wrap(kernel.array_random(D.describe(distribution), math.tointeger(key), table.unpack(size)), D.dim(distribution))
  end)

  --- The values of a function: `ln.array.from_function({ 3, 4 }, function(i, j) return i * mV end)`.
  -- @param size a whole number, or a list of up to three
  -- @func f of the indices, gives a number or quantity, all of one unit
  M.from_function = guard.wrap("ln.array.from_function", function(size, f)
    if type(size) ~= "table" then size = { size } end
    if type(f) ~= "function" then error("ln.array.from_function takes a size and a function", 0) end
    local n, m = size[2] or 1, size[3] or 1
    return M.zeros(table.unpack(size)):map(function(_, k)
      k = k - 1
      return f(k // (n * m) + 1, k // m % n + 1, k % m + 1)
    end)
  end)

  --- Columns of numbers of a CSV file with a header, as an array of rows by columns; of whole numbers an integer array.
  -- @string path
  -- @tparam[opt] {string,...} columns names, in the order wanted; default: all
  M.from_csv = guard.wrap("ln.array.from_csv", function(path, columns)
    check_path("ln.array.from_csv", path)
    local csv = require "lunate.csv"
    local rows, names, whole = csv.read_numbers(path)
    local file = not rows and csv.parse(names, path)
    names = file and file.names or names
    local place, list, integers = {}, {}, rows and #rows > 0
    for k, name in ipairs(names) do place[name] = k end
    for k, name in ipairs(columns or names) do
      local at = place[name]
      if not at then error(("%s has no column '%s'; it has %s"):format(path, name, table.concat(names, ", ")), 0) end
      list[k] = rows and at or M.new(numbers_of(path, name, file.columns[name]))
      integers = integers and whole[at]
    end
    if file then return M.stack(list):transpose() end
    if columns then rows = rows:take(list, 2) end
    return integers and kernel.array_tag(rows) or rows
  end)

  --- An IDX file (MNIST's format), gzip-compressed or not: 1 to 3 dimensions; an integer array but of floating point.
  M.from_idx = guard.wrap("ln.array.from_idx", function(path)
    check_path("ln.array.from_idx", path)
    return kernel.array_read_idx(path)
  end)

  --- A dataset of an HDF5 file: of its kind, and in the unit of its attribute `units` where that names one.
  -- @string path
  -- @string name of the dataset: "/group/data"
  -- @param[opt] unit to multiply it with, instead of the attribute's
  M.from_hdf5 = guard.wrap("ln.array.from_hdf5", function(path, name, unit)
    check_path("ln.array.from_hdf5", path)
    if type(name) ~= "string" then error("ln.array.from_hdf5: name the dataset, such as \"/data\"", 0) end
    local out, text = kernel.array_read_hdf5(path, name)
    if unit == nil and text then unit = require("lunate.file").parse_unit(text) end
    if unit == nil or out:kind() == "boolean" then return out end
    if Q.dim_of(unit) == nil then error("ln.array.from_hdf5: the unit must be a quantity", 0) end
    return unit == 1 and out or out * unit
  end)

  -- ---------------------------------------------------------------- writing

  --- Writes the array into an HDF5 file: a new one, or beside the datasets of one that is there. Numbers are in SI units,
  -- the attribute `units` says which; `ln.array.from_hdf5` gives the very same array. Collective; rank 0 writes.
  -- @string path
  -- @string name of the dataset, not there yet: "/group/data"
  methods.to_hdf5 = guard.wrap("to_hdf5", function(self, path, name)
    check_path("to_hdf5", path)
    if type(name) ~= "string" or name == "" then error("to_hdf5: name the dataset, such as \"/data\"", 0) end
    local dim = tools.dim_of(self:gather())
    require("lunate.runtime").on_root("to_hdf5", function()
      kernel.array_write_hdf5(path, name, self, dim ~= Q.dimensionless and tostring(dim) or nil)
    end)
  end)

  --- Writes the array as CSV: a header, then a line a row (of one dimension: a line an element). Numbers have all their
  -- digits, in SI units; truth is 1 and 0. Collective; rank 0 writes.
  -- @string path
  -- @tparam[opt] {string,...} names of the columns (default: c1, c2, …)
  methods.to_csv = guard.wrap("to_csv", function(self, path, names)
    check_path("to_csv", path)
    local rows, columns, more = self:shape()
    if more then error("to_csv: an array of 3 dimensions is no table: write its layers, or to_hdf5", 0) end
    columns = columns or 1
    local head, raw = {}, self:kind() == "boolean" and self:integer() or self:raw()
    if names ~= nil and (type(names) ~= "table" or #names ~= columns) then
      error(("to_csv: %d name%s of columns must be given"):format(columns, columns == 1 and "" or "s"), 0)
    end
    for k = 1, columns do
      local name = names and names[k] or "c" .. k
      if type(name) ~= "string" or name:find '[",\r\n]' then
        error(("to_csv: column %d needs a name without quotes, commas and line ends"):format(k), 0)
      end
      head[k] = name
    end
    local file, message = io.open(path, "w")
    if not file then error(("cannot write %s"):format(message), 0) end
    local ok, reason = file:write(table.concat(head, ","), "\n")
    local many = math.max(1, 100000 // math.max(1, columns))
    for first = 1, rows, many do
      if ok then ok, reason = file:write(kernel.array_format_csv(raw, first, math.min(rows, first + many - 1))) end
    end
    local closed, late = file:close()
    if not (ok and closed) then error(("cannot write %s: %s"):format(path, tostring(reason or late)), 0) end
  end)
end
