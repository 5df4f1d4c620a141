--- What every script runs on: one program on several ranks.
--
-- Loaded by the program before any script. It gives scripts a `pairs`, `next`, `table.sort` and `math.random` that
-- do the same on every rank and in every run, and an `os.exit` that ends all ranks together; with several ranks
-- `lunate.spmd` adds output that happens once. The language uses its functions to meet the other ranks and to place
-- errors at the user's line. Everything here is free of cost with one rank.
-- @module lunate.runtime
local kernel = require "lunate.kernel"
local system = require "lunate.system"
require "lunate.random"

local M = {}

--- This process among the others, from 0, and how many there are.
M.rank, M.size = kernel.rank, kernel.size

--- Lunate's version, as `lunate --version` says it.
M.version = system.version

--- Stock Lua's own, for internals where the order does not matter.
M.raw_pairs, M.raw_next = pairs, next

--- The user's place in the script.
-- @treturn ?string "cuba.lua:12", or nil where no line of the user's is running
M.where = system.where

local alone -- what is under way that each rank does by itself
local meetings = 0

--- Meets the other ranks at a collective call of the script. Raises, on all ranks, when they are not all at the same
-- operation on the same line, or when one of them has failed. Within `alone` it is refused, also with one rank.
-- @string what the operation, as the user knows it: "run"
function M.collective(what)
  if alone then
    M.fail("%s takes all ranks, but %s is called by each rank for its own share: do it before", what, alone)
  end
  meetings = meetings + 1
  if M.size > 1 then kernel.meet(what, M.where() or "") end
end

--- Whether that is under way.
function M.is_alone() return alone ~= nil end

--- How many collective calls there were.
function M.meetings() return meetings end

local function go_on(before, ok, ...)
  alone = before
  if not ok then error((...), 0) end
  return ...
end

--- f(...) where the other ranks are not there: a function of the user that is called for own neurons, or own items.
-- Collective calls in it are refused rather than waited for.
-- @string what the function, for messages
function M.alone(what, f, ...)
  local before = alone
  alone = what
  return go_on(before, pcall(f, ...))
end

--- Raises an error at the user's line.
-- @string format of string.format, for the arguments that follow
function M.fail(format, ...)
  local message = select("#", ...) > 0 and format:format(...) or format
  local where = M.where()
  error(where and where .. ": " .. message or message, 0)
end

--- f() on rank 0, its results (nil, booleans, numbers, strings) or its error on all. Collective.
-- @string what the operation, as the user knows it
-- @func f
function M.on_root(_, f) return f() end -- with several ranks that of lunate.spmd

local serial = 0
--- The number of the next object, by which `pairs` orders objects that are keys: to be returned by `__serial` of the
-- object's metatable (or kept in its field `__serial`). The same on all ranks, as objects are made on all of them.
function M.serial()
  serial = serial + 1
  return serial
end

local at_exit = {}
--- Calls f() when the program ends well or by os.exit, last come first served. Runs on all ranks, so it may be
-- collective; not called after an error, when the ranks may be anywhere.
function M.at_exit(f) at_exit[#at_exit + 1] = f end

local function leave(what, where)
  if M.size > 1 then kernel.meet(what, where) end
  while #at_exit > 0 do table.remove(at_exit)() end
end

--- The end of the script; the program calls it.
function M.finish() leave("the end of the script", "") end

-- luacheck: push ignore 121 122
pairs, next, table.sort = system.pairs, system.next, system.sort

--- Ends all ranks with one exit code: 0 for true or nothing, 1 for false, or a number. Collective.
function os.exit(code, close)
  if code == nil or code == true then code = 0 elseif code == false then code = 1 end
  if math.type(code) ~= "integer" then
    M.fail("os.exit takes true, false or an integer, not %s", tostring(code))
  end
  leave(("os.exit(%d)"):format(code), M.where() or "")
  system.exit(code, close)
end
-- luacheck: pop

package.loaded["lunate.runtime"] = M -- for lunate.spmd, which needs it now
if M.size > 1 then require "lunate.spmd" end

return M
