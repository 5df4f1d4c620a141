--- Compiled units: from a definition to loaded code, each source compiled once.
-- @module lunate.unit
local compiler = require "lunate.compiler"
local kernel = require "lunate.kernel"

local M = { verbose = os.getenv "LUNATE_VERBOSE" == "1" }

local loaded = {} -- source -> kernel model

--- The kernel's model of a compiled definition ({name, source}). Collective the first time.
function M.load(unit)
  local model = loaded[unit.source]
  if model == nil then
    local path, cached, seconds = kernel.compile(unit.name or "unit", unit.source)
    if M.verbose then
      io.stderr:write(("lunate: %s %s in %.0f ms\n"):format(unit.name, cached and "found" or "compiled", 1000 * seconds))
    end
    model = kernel.load(path)
    loaded[unit.source] = model
  end
  return model
end

M.neuron = compiler.neuron
M.synapse = compiler.synapse
M.expression = compiler.expression

return M
