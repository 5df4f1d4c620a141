--- Functions that a user gives as equations: `functions = { f = { "x", "y", "x*exp(-y)" } }`.
-- Here they are read; check.lua puts their bodies in where they are called.
-- @module lunate.compiler.given_functions

local diagnose = require "lunate.compiler.diagnose"
local functions = require "lunate.compiler.functions"
local parse = require "lunate.compiler.parse"

local M = {}

--- How they are given, for messages.
M.EXAMPLE = "{ f = { \"x\", \"y\", \"x*exp(-y)\" } }"

local function check_name(name, what)
  if type(name) ~= "string" or not name:find "^%a[%w_]*$" then
    diagnose.raise(nil, nil, "the name of %s must be letters, digits and _, got '%s'", what, tostring(name))
  end
  if functions[name] then
    diagnose.raise(nil, nil, "%s '%s' cannot have this name: it is a function", what:gsub("^an? ", "the "), name)
  end
end

local function read(name, given)
  local text = type(given) == "table" and given[#given]
  if type(text) ~= "string" then
    diagnose.raise(nil, nil, "the function '%s' must be its arguments' names and an expression, as in %s", name, M.EXAMPLE)
  end
  local fn = { name = name, arguments = {}, body = parse.expression(text, ("the function '%s'"):format(name)) }
  local seen = {}
  for k = 1, #given - 1 do
    check_name(given[k], "an argument")
    if seen[given[k]] then diagnose.raise(nil, nil, "the function '%s' has two arguments '%s'", name, given[k]) end
    seen[given[k]], fn.arguments[k] = true, given[k]
  end
  return fn
end

--- Reads the functions in `given` into `ir.functions`.
-- @tparam table ir
-- @tparam ?table given
-- @tparam ?table parameters whose names they may not have
function M.add(ir, given, parameters)
  local names = {}
  for name in pairs(given or {}) do names[#names + 1] = name end
  table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
  for _, name in ipairs(names) do
    check_name(name, "a function")
    if (parameters or {})[name] ~= nil then
      diagnose.raise(nil, nil, "the function '%s' has the name of a parameter", name)
    end
    ir.functions[name] = read(name, given[name])
  end
end

--- The functions of a model, known to what is about it as well.
function M.inherit(ir, ...)
  for k = 1, select("#", ...) do
    local model = select(k, ...)
    for name, fn in pairs(model and model.functions or {}) do ir.functions[name] = ir.functions[name] or fn end
  end
end

return M
