--- A script's arguments by name: `local option = ln.arguments { scale = 1, drive = { "dc", "poisson" } }`.
-- @module lunate.arguments
local options = require "lunate.options"

local M = {}

local function convert(name, text, default)
  if type(default) == "number" then
    return tonumber(text) or error(("--%s: expected a number, got '%s'"):format(name, text), 0)
  end
  if type(default) ~= "table" then return text end
  for _, choice in ipairs(default) do
    if choice == text then return text end
  end
  error(("--%s: expected one of %s, got '%s'"):format(name, table.concat(default, ", "), text), 0)
end

--- Reads `--name value` (or `--name=value`) from the command line.
-- @tab defaults name -> default; a number wants numbers, a list of words wants one of them (the first is the default),
-- a word takes any
-- @treturn table name -> value
function M.read(defaults)
  local names, out = {}, {}
  for name, default in pairs(defaults) do
    names[#names + 1] = name
    if type(default) == "table" then default = default[1] end
    out[name] = default
  end
  table.sort(names)
  local arguments, k = rawget(_G, "arg") or {}, 1
  while arguments[k] do
    local name, value = arguments[k]:match "^%-%-([%w_-]+)=?(.*)$"
    if not name or defaults[name] == nil then
      error(("unknown argument '%s'%s; there are --%s"):format(arguments[k], options.hint(name or arguments[k], names),
        table.concat(names, ", --")), 0)
    end
    if not arguments[k]:find("=", 1, true) then
      k = k + 1
      value = arguments[k] or error(("--%s: its value is missing"):format(name), 0)
    end
    out[name] = convert(name, value, defaults[name])
    k = k + 1
  end
  return out
end

return M
