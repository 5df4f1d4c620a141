--- All variables of a population or projection at once, as a table: `pop:states()`, `pop:set_states(t)`, and of `proj` likewise.
-- @module lunate.states
local options = require "lunate.options"

local M = {}

-- The variables that are stored here and can be set: neither computed nor linked nor hidden.
local function stored(ir)
  local out = {}
  for _, var in ipairs(ir and ir.variables or {}) do
    if var.kind ~= "subexpression" and var.index and not (var.linked or var.held or var.hidden or var.delays) then
      out[#out + 1] = var.name
    end
  end
  return out
end

--- Values by name: arrays, or of what is stored once a number or quantity.
-- @param object population or projection
-- @param ir its definition
-- @tparam ?table names list of variables, subexpressions too; all that are stored where it is left out
-- @string what for errors
function M.read(object, ir, names, what)
  if names ~= nil and type(names) ~= "table" then
    error(("%s takes a list of names, got a %s"):format(what, type(names)), 0)
  end
  local out = {}
  for _, name in ipairs(names or stored(ir)) do
    local var = ir and ir.by_name[name]
    if not var then
      error(("%s: there is no variable '%s'%s"):format(what, tostring(name), options.hint(tostring(name), stored(ir))), 0)
    end
    local view = object[name]
    out[name] = var.shared and view:mean() or view:gather()
  end
  return out
end

--- Sets variables by name, in the order of their names. Nothing is set where a name is unknown.
-- @param object population or projection
-- @param ir its definition
-- @tab states by name: anything that the variable can be set to
-- @string what for errors
function M.write(object, ir, states, what)
  if type(states) ~= "table" then error(("%s takes a table, got a %s"):format(what, type(states)), 0) end
  local names = {}
  for name in pairs(states) do
    if not (ir and ir.by_name[name]) then
      error(("%s: there is no variable '%s'%s"):format(what, tostring(name), options.hint(tostring(name), stored(ir))), 0)
    end
    names[#names + 1] = name
  end
  table.sort(names)
  for _, name in ipairs(names) do object[name] = states[name] end
end

return M
