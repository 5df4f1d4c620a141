--- Views: `exc.v`, `exc.I_syn`, `proj.w`. Read, set, average; the data stay where they are.
-- @module lunate.view
local Q = require "lunate.quantity"
local array = require "lunate.array"
local guard = require "lunate.guard"
local options = require "lunate.options"
local runtime = require "lunate.runtime"
local values = require "lunate.values"

local M = {}

local View = { __name = "view" }
local private = setmetatable({}, { __mode = "k" })

--- Makes a view.
-- @tab source {name = "v of exc", dim =, size = function() or number, gather = function(lo, hi) -> raw array,
-- moments = function() -> mean, variance, min, max, n, fill = function(value, lo, hi)}
function M.new(source)
  local self = setmetatable({}, View)
  private[self] = source
  return self
end

function M.is(x) return getmetatable(x) == View end

--- What a view was made of.
function M.source(x) return private[x] end

local methods = {}

local function size(source) return type(source.size) == "function" and source.size() or source.size end

--- All values, in order, on every rank.
-- @treturn array with the variable's unit
methods.gather = guard.wrap("gather", function(self)
  local source = private[self]
  runtime.collective("read " .. source.name)
  return array.wrap(source.gather(1, size(source)), source.dim)
end)

local function moment(name, pick, dim_of)
  return guard.wrap(name, function(self)
    local source = private[self]
    runtime.collective(name .. " of " .. source.name)
    local x = pick(source.moments())
    return Q.new(x, dim_of and dim_of(source.dim) or source.dim)
  end)
end

--- The mean, summed exactly: the same bits for every number of ranks.
methods.mean = moment("mean", function(m) return m end)
--- The standard deviation (over n).
methods.sd = moment("sd", function(_, variance) return math.sqrt(variance) end)
--- The variance (over n).
methods.variance = moment("variance", function(_, variance) return variance end, function(dim) return dim ^ 2 end)
--- The smallest value.
methods.min = moment("min", function(_, _, min) return min end)
--- The largest value.
methods.max = moment("max", function(_, _, _, max) return max end)
--- The sum.
methods.sum = moment("sum", function(mean, _, _, _, n) return mean * n end)

--- Sets all values: a quantity, array, distribution, function f(i) or an expression in quotes.
methods.set = guard.wrap("set", function(self, value) private[self].fill(value) end)

guard.methods("view", View, methods)

View.__index = guard.wrap("index", function(self, key)
  if math.type(key) == "integer" then
    local source = private[self]
    local n = size(source)
    if key < 1 or key > n then error(("%s has elements 1 to %d, not %d"):format(source.name, n, key), 0) end
    runtime.collective(("read element %d of %s"):format(key, source.name))
    return Q.new(source.gather(key, key)[1], source.dim)
  end
  if methods[key] then return methods[key] end
  if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
  local name = private[self].name
  if type(key) == "number" then error(("%s: the index must be a whole number, not %s"):format(name, key), 0) end
  local known = {}
  for method in pairs(methods) do known[#known + 1] = method end
  table.sort(known)
  error(("a view (%s) has no '%s'%s; it has %s, and all else its array, :gather()"):format(name, tostring(key),
    options.hint(tostring(key), known), table.concat(known, ", ")), 0)
end)

View.__newindex = guard.wrap("index", function(self, key, value)
  local source = private[self]
  if math.type(key) ~= "integer" then error(("%s: the index must be a whole number"):format(source.name), 0) end
  if not source.fill_range then error(("%s cannot be set element by element"):format(source.name), 0) end
  local n = size(source)
  if key < 1 or key > n then error(("%s has elements 1 to %d, not %d"):format(source.name, n, key), 0) end
  if values.kind(value) ~= "constant" then error(("%s[%d] takes one number or quantity"):format(source.name, key), 0) end
  source.fill_range(value, key, key)
end)

View.__len = function(self) return size(private[self]) end

View.__tostring = guard.wrap("show", function(self)
  local source = private[self]
  local n = size(source)
  runtime.collective("read " .. source.name)
  if n > 100000 then return ("%s [%s]: %d values"):format(source.name, tostring(source.dim), n) end
  return ("%s: %s"):format(source.name, tostring(array.wrap(source.gather(1, n), source.dim)))
end)

View.__complete = function()
  return { "gather", "max", "mean", "min", "sd", "set", "sum", "variance" }
end
View.__help = [[A view of a variable: view[i], view:mean(), :sd(), :min(), :max(), :sum(), :gather();
assign through its owner (exc.v = ...).]]

return M
