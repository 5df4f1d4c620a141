--- Ready-made neuron models. `ln.models.<name> { <parameter> = value, precision = "single", … }` gives a model for
-- `net:population`; what is not given has the typical value of its table of parameters.
--
-- Each model is one file: a description, equations as a user would write them, parameters with units, the paper.
-- @module lunate.models
local M = {}

--- All models of the standard library, in alphabetical order.
M.names = {
  "adex", "hodgkin_huxley", "izhikevich", "lif_alpha_current", "lif_delta", "lif_exp_conductance", "lif_exp_current", "poisson",
}

-- Options of a model that are not parameters.
local general = { method = true, precision = true, name = true, refractory = true }

local function construct(name, definition, given)
  local ln = require "lunate"
  local def, parameters = {}, {}
  for key, value in pairs(definition) do def[key] = value end
  for key, value in pairs(definition.parameters or {}) do parameters[key] = value end
  for key, value in pairs(given or {}) do
    if general[key] then
      def[key] = value
    elseif parameters[key] ~= nil then
      parameters[key] = value
    else
      local names = {}
      for parameter in pairs(parameters) do names[#names + 1] = parameter end
      table.sort(names)
      error(("ln.models.%s has no parameter '%s'; it has %s"):format(name, tostring(key), table.concat(names, ", ")), 0)
    end
  end
  def.parameters, def.name, def.description = parameters, def.name or name, nil
  return ln.neuron(def)
end

return setmetatable(M, {
  __index = function(_, name)
    for _, known in ipairs(M.names) do
      if known == name then
        local guard = require "lunate.guard"
        local definition = require("lunate.models." .. name)
        local model = guard.wrap("ln.models." .. name, function(given) return construct(name, definition, given) end)
        rawset(M, name, model)
        return model
      end
    end
  end,
})
