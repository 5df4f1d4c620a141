--- Work in equal pieces that do not need each other, divided over the ranks: `ln.share(n, f)`.
-- @module lunate.share
local guard = require "lunate.guard"
local kernel = require "lunate.kernel"
local parcel = require "lunate.parcel"
local random = require "lunate.random"
local runtime = require "lunate.runtime"

local M = {}

local calls = 0

-- What f(k) gives, packed, or its error: (ok, text).
local function do_item(what, call, f, k)
  return pcall(function() return parcel.pack(runtime.alone(what, random.with_stream, call, k, f, k)) end)
end

-- This rank's items up to the first that fails: a text of (k, ok, result).
local function do_mine(n, what, call, f)
  local out = {}
  local first, step = runtime.rank + 1, runtime.size
  if runtime.is_alone() then first, step = 1, 1 end -- items within an item are nobody else's
  for k = first, n, step do
    local ok, text = do_item(what, call, f, k)
    out[#out + 1] = string.pack("<i8Bs8", k, ok and 1 or 0, ok and text or tostring(text))
    if not ok then break end
  end
  return table.concat(out)
end

local function collect(parts)
  local results, failed = {}, nil
  for _, text in ipairs(parts) do
    local from = 1
    while from <= #text do
      local k, ok, result, after = string.unpack("<i8Bs8", text, from)
      from = after
      if ok == 0 and (not failed or k < failed) then failed, results[k] = k, result end
      if ok == 1 then results[k] = parcel.unpack(result) end
    end
  end
  if failed then error(results[failed], 0) end
  return results
end

--- The results of f(1) … f(n), each made by one rank. For other parts of the library.
-- @int n
-- @func f
-- @string what is done, for messages
-- @int[opt=0] stream of math.random, for functions of the user
-- @treturn table
function M.out(n, f, what, stream)
  stream = stream or 0
  if runtime.is_alone() then return collect { do_mine(n, what, stream, f) } end
  runtime.collective(what)
  local mine = do_mine(n, what, stream, f)
  return collect(runtime.size > 1 and kernel.allgather(mine) or { mine })
end

--- A list of f(1), f(2), … f(n), the same on every rank, of which each rank computes a share: repetitions, surrogates,
-- settings of parameters, models to fit. f must not need the other ranks: running networks, reading recordings and all
-- else that takes all ranks together is refused in it. It may use `math.random`: what it draws depends on the item alone.
-- An error in f is raised on every rank, that of the lowest item.
-- @int n how many
-- @func f of the number of the item; gives a number, quantity, text, boolean, array, or a table of those
-- @treturn table list of n results, copies
-- @usage local accuracies = ln.share(#penalties, function(k)
--   return ln.analysis.cross_validate("ridge", X, labels, { penalty = penalties[k] }).accuracy
-- end)
M.share = guard.wrap("ln.share", function(n, f)
  if math.type(n) ~= "integer" or n < 0 then
    error(("ln.share: the number of items must be a whole number, not %s"):format(tostring(n)), 0)
  end
  if type(f) ~= "function" then error(("ln.share takes a number of items and a function, got a %s"):format(type(f)), 0) end
  if runtime.is_alone() then return M.out(n, f, "ln.share", math.random(1 << 62)) end -- drawn from the item's own stream
  calls = calls + 1
  return M.out(n, f, "ln.share", -calls)
end)

return M
