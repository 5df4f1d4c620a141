--- Files that recordings stream to: HDF5 in SONATA's layout, with the script that made them.
-- @module lunate.output
local kernel = require "lunate.kernel"
local runtime = require "lunate.runtime"

local M = {}

local Output = {}
Output.__index = Output

-- The script's name, text and arguments; empty at a prompt.
local function origin()
  local arguments = arg or {}
  if arguments[-1] == nil then return "", "", "" end -- arg[0] is the program itself
  local file = io.open(arguments[0], "rb")
  local text = file and file:read "a" or ""
  if file then file:close() end
  return arguments[0], text, table.concat(arguments, " ")
end

local function attributes(net)
  local script, text, arguments = origin()
  return {
    "script", script, "script_text", text, "arguments", arguments, "seed", tostring(net.seed),
    "dt", ("%.17g s"):format(net.dt), "lunate", runtime.version,
  }
end

--- Creates a file. Collective.
function M.create(path, net)
  runtime.collective("create " .. path)
  local self = setmetatable({ path = path, net = net, open = true, recorders = {} }, Output)
  self.kernel = kernel.store(path, attributes(net))
  runtime.at_exit(function() self:close() end)
  return self
end

local function check_open(self)
  if not self.open then error(("%s is closed"):format(self.path), 0) end
end

local function names_and_units(parts)
  local names, units = {}, {}
  for k, part in ipairs(parts) do names[k], units[k] = part.name, tostring(part.dim) end
  return names, units
end

--- A sink for spikes of a population, or for one of its events, each with variables (parts: name and dim).
function Output:spikes(p, dt, event, parts)
  check_open(self)
  local names, units = names_and_units(parts)
  return self.kernel:spikes { population = p.name, dt = dt, event = event, names = names, units = units }
end

--- A sink for variables of chosen neurons (indices of the whole population). The file has them in ascending order.
function Output:report(p, parts, neurons, every, dt)
  check_open(self)
  local own_first, own_last = p.kernel:own()
  local names, units = names_and_units(parts)
  return self.kernel:report {
    population = p.name, names = names, units = units, neurons = neurons, own_first = own_first,
    own_last = own_last, dt = dt, every = every, precision = p.ir.precision == "single" and 4 or 8,
  }
end

--- Takes a recorder whose sink is in this file, to flush and close it.
function Output:add(recorder) self.recorders[#self.recorders + 1] = recorder end

--- Hands what is buffered to the file. Collective.
function Output:flush()
  if not self.open then return end
  for _, recorder in ipairs(self.recorders) do recorder:flush() end
end

--- Closes the file and gives it its name. Collective.
function Output:close()
  if not self.open then return end
  runtime.collective("close " .. self.path)
  self.open = false
  for _, recorder in ipairs(self.recorders) do recorder:close() end
  self.kernel:close()
end

return M
