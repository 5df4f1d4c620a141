--- Errors of the language, told at the user's line.
--
-- Everything public is wrapped: what is raised inside, by our checks, the equation compiler or the kernel, comes out
-- as one message that begins with the script's line.
-- @module lunate.guard
local runtime = require "lunate.runtime"

local M = {}

--- What a wrapped function is made of: help finds its comment by it.
M.origin = setmetatable({}, { __mode = "k" })

local function positioned(message) return message:find "^[^\n:]+:%d+: " ~= nil end

local function finish(ok, ...)
  if ok then return ... end
  local err = ...
  if type(err) == "table" and err.code then error(err, 0) end -- another rank's failure: not ours to place
  local message = tostring(err)
  if not positioned(message) then
    local where = runtime.where()
    if where then message = where .. ": " .. message end
  end
  error(message, 0)
end

--- Wraps a public function.
-- @string name what it is called in help and traces
-- @func f raises plain messages by error(message, 0)
function M.wrap(name, f)
  assert(type(name) == "string" and type(f) == "function")
  local wrapped = function(...) return finish(pcall(f, ...)) end
  M.origin[wrapped] = f
  return wrapped
end

--- Makes the methods of a class say so where they are called with a dot in place of a colon.
-- @string class what users call such an object: "net"
-- @tab metatable of its objects
-- @tab methods by name; changed
function M.methods(class, metatable, methods)
  for name, f in pairs(methods) do
    local function check(self)
      if debug.getmetatable(self) == metatable then return end
      error(("%s:%s(…) is called with a colon, not a dot"):format(class, name), 0)
    end
    check = M.wrap(name, check)
    methods[name] = function(self, ...)
      check(self)
      return f(self, ...)
    end
    M.origin[methods[name]] = f
  end
end

return M
