--- Views: `exc.v`, `exc.I_syn`, `proj.w`. Read, set, average; the data stay where they are.
--
--     exc.v = -60*mV                           -- all of them; arrays, distributions, f(i), expressions as well
--     exc.v[7], exc.v[{ 1, 5, 9 }]             -- an element; a part, which is a view, too
--     exc.v["tau > 7*ms"] = "v_r + 2*mV"       -- a condition names a part
--     proj.w["i < 10 and delay > 1*ms"]:mean()
--     proj.w:at(3, 5):set(2*nS)                -- the synapses from source 3 to target 5
--
-- A part's condition is looked at whenever the part is read or set.
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
-- moments = function() -> mean, variance, min, max, n, fill = function(value), fill_range = function(value, lo, hi) or nil,
-- part = function(key) -> source or nil, knows = function(name) -> whether it is a variable, at = function(i, j) -> source
-- or nil}
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

-- An element's place, checked.
local function place_of(source, key)
  local n, k = size(source), math.tointeger(key)
  if not k then error(("%s: the index must be a whole number, not %s"):format(source.name, key), 0) end
  if k < 1 or k > n then error(("%s has elements 1 to %d, not %d"):format(source.name, n, k), 0) end
  return k
end

-- Whether a key names a part: a condition (one word only where it is a variable), a list or an array.
local function names_part(source, key)
  if type(key) ~= "string" then return type(key) == "table" or array.is(key) end
  return not key:find "^[%a_][%w_]*$" or source.knows and source.knows(key)
end

local function part_of(source, key)
  if not source.part then error(("%s has no parts: choose by one condition, or one list"):format(source.name), 0) end
  return source.part(key)
end

--- Elements first to last as a part, `view:slice(1, 10):set(x)`; of a population pop:slice(1, 10).v is the same.
methods.slice = guard.wrap("slice", function(self, first, last)
  local source = private[self]
  local list = {}
  for k = place_of(source, first), place_of(source, last) do list[#list + 1] = k end
  if #list == 0 then error(("%s: the slice from %d to %d is empty"):format(source.name, first, last), 0) end
  return M.new(part_of(source, list))
end)

--- The synapses of source i and target j as a part, `proj.w:at(3, 5)`; either may be a list, or nil for all.
methods.at = guard.wrap("at", function(self, i, j)
  local source = private[self]
  if not source.at then error(("%s is not of synapses: write view[i]"):format(source.name), 0) end
  return M.new(source.at(i, j))
end)

guard.methods("view", View, methods)

View.__index = guard.wrap("index", function(self, key)
  local source = private[self]
  if type(key) == "number" then
    local k = place_of(source, key)
    runtime.collective(("read element %d of %s"):format(k, source.name))
    return Q.new(source.gather(k, k)[1], source.dim)
  end
  if methods[key] then return methods[key] end
  if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
  if names_part(source, key) then return M.new(part_of(source, key)) end
  local name = source.name
  local known = {}
  for method in pairs(methods) do known[#known + 1] = method end
  table.sort(known)
  error(("a view (%s) has no '%s'%s; it has %s, and all else its array, :gather()"):format(name, tostring(key),
    options.hint(tostring(key), known), table.concat(known, ", ")), 0)
end)

View.__newindex = guard.wrap("index", function(self, key, value)
  local source = private[self]
  if type(key) ~= "number" then
    if not names_part(source, key) then
      error(("%s: '%s' names no element and no part: give a place, a list of places, or a condition in quotes")
        :format(source.name, tostring(key)), 0)
    end
    return part_of(source, key).fill(value)
  end
  local k, kind = place_of(source, key), values.kind(value)
  if kind ~= "constant" and kind ~= "expression" then
    error(("%s[%d] takes one number or quantity, or an expression"):format(source.name, k), 0)
  end
  if source.fill_range then return source.fill_range(value, k, k) end
  part_of(source, { k }).fill(value)
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
  return { "at", "gather", "max", "mean", "min", "sd", "set", "slice", "sum", "variance" }
end
View.__help = [[A view of a variable: view[i], view:mean(), :sd(), :min(), :max(), :sum(), :gather(); assign through its owner
(exc.v = ...) or a part of it (exc.v["tau > 7*ms"] = ..., exc.v[{1, 5}] = ..., proj.w["i == 3"] = ...); view:slice(a, b), and
of synapses view:at(i, j) (or lists of i and j), are parts: views that have :set(x), too.]]

return M
