--- Run-time constants of projections and their rules: `proj.tau`, `proj.rule.A_p`, `proj.plastic`.
-- @module lunate.projection.parameters
local Q = require "lunate.quantity"
local guard = require "lunate.guard"
local options = require "lunate.options"
local runtime = require "lunate.runtime"
local values = require "lunate.values"

local M = {}

function M.find(p, name)
  for k, par in ipairs(p.ir.parameters) do
    if par.name == name and not par.hidden then return k - 1, par end
  end
end

function M.set(p, key, k, par, value)
  if values.kind(value) ~= "constant" then
    error(("%s of %s takes one number or quantity, got a %s"):format(key, p.name, type(value)), 0)
  end
  local number = values.constant(value, ("%s of %s"):format(key, p.name), par.dim).a
  if number ~= number then error(("%s of %s cannot be NaN"):format(key, p.name), 0) end
  runtime.collective(("set %s of %s"):format(key, p.name))
  p.kernel:set_parameter(k, number)
end

function M.set_plastic(p, value)
  if type(value) ~= "boolean" then error(("plastic of %s must be true or false"):format(p.name), 0) end
  runtime.collective("set plastic of " .. p.name)
  p.kernel:set_plastic(value)
end

-- The rules of a projection, whose parameters can be read and set: proj.rule.A_p = 0.02.
function M.rule_views(p)
  local views = {}
  for k, entry in ipairs(p.ir.rules) do
    local names = {}
    for name in pairs(entry.parameters) do names[#names + 1] = name end
    table.sort(names)
    local function find(key)
      local par = entry.parameters[key]
      if not par then
        error(("the rule of %s has no parameter '%s'%s"):format(p.name, tostring(key), options.hint(key, names)), 0)
      end
      return par
    end
    views[k] = setmetatable({}, {
      __name = "rule",
      __index = guard.wrap("field", function(_, key)
        if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
        local par = find(key)
        return Q.new(p.kernel:parameter(par.index), par.dim)
      end),
      __newindex = guard.wrap("field", function(_, key, value)
        local par = find(key)
        M.set(p, key, par.index, par, value)
      end),
      __tostring = function() return ("rule of %s: parameters %s"):format(p.name, table.concat(names, ", ")) end,
      __complete = function() return names end,
    })
  end
  return views
end

return M
