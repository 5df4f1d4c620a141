--- Compiles the models of the standard library ahead of time: `lunate --precompile FOLDER`, as the build does.
-- @module lunate.precompile
local models = require "lunate.models"
local unit = require "lunate.unit"

local M = {}

--- Compiles every ready-made model in both precisions into the cache.
function M.run()
  for _, name in ipairs(models.names) do
    for _, precision in ipairs { "double", "single" } do
      unit.load(models[name]({ precision = precision }).unit)
    end
  end
end

return M
