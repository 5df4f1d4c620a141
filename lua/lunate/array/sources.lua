--- Arrays from elsewhere: distributions, CSV, IDX and HDF5 files.
-- @module lunate.array.sources
local kernel = require "lunate.kernel"
local Q = require "lunate.quantity"
local guard = require "lunate.guard"

local function check_path(what, path)
  if type(path) ~= "string" then error(("%s takes a file's name, got a %s"):format(what, type(path)), 0) end
end

return function(M, _, tools)
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

  --- Columns of numbers of a CSV file with a header, as an array of rows by columns.
  -- @string path
  -- @tparam[opt] {string,...} columns names, in the order wanted; default: all
  M.from_csv = guard.wrap("ln.array.from_csv", function(path, columns)
    check_path("ln.array.from_csv", path)
    local file = require("lunate.csv").read(path)
    local list = {}
    for k, name in ipairs(columns or file.names) do
      local column = file.columns[name]
      if not column then error(("%s has no column '%s'; it has %s"):format(path, name, table.concat(file.names, ", ")), 0) end
      if type(column[1]) == "string" then error(("%s: the column '%s' holds texts"):format(path, name), 0) end
      list[k] = M.new(column)
    end
    return M.stack(list):transpose()
  end)

  --- An IDX file (MNIST's format), gzip-compressed or not: 1 to 3 dimensions.
  M.from_idx = guard.wrap("ln.array.from_idx", function(path)
    check_path("ln.array.from_idx", path)
    return kernel.array_read_idx(path)
  end)

  --- A dataset of an HDF5 file.
  -- @string path
  -- @string name of the dataset: "/group/data"
  -- @param[opt] unit to multiply it with
  M.from_hdf5 = guard.wrap("ln.array.from_hdf5", function(path, name, unit)
    check_path("ln.array.from_hdf5", path)
    if type(name) ~= "string" then error("ln.array.from_hdf5: name the dataset, such as \"/data\"", 0) end
    local out = kernel.array_read_hdf5(path, name)
    if unit == nil then return out end
    if Q.dim_of(unit) == nil then error("ln.array.from_hdf5: the unit must be a quantity", 0) end
    return out * unit
  end)
end
