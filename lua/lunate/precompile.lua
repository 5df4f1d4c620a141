--- Compiles the models of the standard library ahead of time: `lunate --precompile FOLDER`, as the build does.
-- @module lunate.precompile
local kernel = require "lunate.kernel"
local models = require "lunate.models"
local network = require "lunate.network"

local M = {}

--- Compiles every ready-made model in both precisions into the cache, with the expressions of its initial values.
function M.run()
  local all, names, sources, seen = {}, {}, {}, {}
  for _, name in ipairs(models.names) do
    for _, precision in ipairs { "double", "single" } do
      local model = models[name] { precision = precision }
      local source = model.unit.source
      if not seen[source] then
        seen[source], names[#names + 1], sources[#sources + 1] = true, name, source
      end
      all[#all + 1] = model
    end
  end
  kernel.compile_many(names, sources)
  for _, model in ipairs(all) do network.new {}:population(1, model) end
end

return M
