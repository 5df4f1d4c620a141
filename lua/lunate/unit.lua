--- Compiled units: from a definition to loaded code, each source compiled once.
-- @module lunate.unit
local compiler = require "lunate.compiler"
local kernel = require "lunate.kernel"

local runtime = require "lunate.runtime"

local M = { verbose = os.getenv "LUNATE_VERBOSE" == "1" and runtime.rank == 0 }

local loaded = {} -- source -> kernel model

--- The kernel's model of a compiled definition ({name, source}). Collective the first time.
function M.load(unit)
  local model = loaded[unit.source]
  if model == nil then
    local name = unit.name or unit.ir and unit.ir.kind or "unit"
    runtime.collective("compile " .. name)
    local path, cached, seconds = kernel.compile(name, unit.source)
    if M.verbose then
      local generated = unit.seconds and (", after %.0f ms from equations to C"):format(1000 * unit.seconds) or ""
      io.stderr:write(("lunate: %s: %s in %.0f ms%s\n"):format(name, cached and "found in the cache"
        or "compiled", 1000 * seconds, generated))
    end
    model = kernel.load(path)
    loaded[unit.source] = model
  end
  return model
end

-- A stage of the compiler that notes how long it took.
local function timed(f)
  return function(...)
    local start = kernel.wtime() -- os.clock is one for all ranks, which would meet here
    local unit = f(...)
    unit.seconds = kernel.wtime() - start
    return unit
  end
end

M.neuron = timed(compiler.neuron)
M.synapse = timed(compiler.synapse)
M.expression = timed(compiler.expression)
M.neuron_chore, M.synapse_chore = timed(compiler.neuron_chore), timed(compiler.synapse_chore)

return M
