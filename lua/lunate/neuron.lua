--- Neuron models: equations, threshold, reset. `ln.neuron { ... }`.
-- @module lunate.neuron
local options = require "lunate.options"
local guard = require "lunate.guard"
local unit = require "lunate.unit"

local M = {}

local Model = { __name = "model" }
Model.__index = Model

local allowed = {
  name = { "string" }, equations = { "string" }, threshold = { "string" }, reset = { "string" }, refractory = true,
  parameters = { "table" }, method = { "string" }, method_options = { "table" }, precision = { "string" },
  events = { "table" }, on = { "table" }, every = { "table" }, functions = { "table" }, initial = { "table" },
}

local function check_initial(compiled, initial)
  for key in pairs(initial or {}) do
    local var = compiled.ir.by_name[key]
    if not var or var.kind == "subexpression" then
      error(("ln.neuron: initial: the model has no variable '%s' to begin with a value"):format(tostring(key)), 0)
    end
  end
end

--- Defines a neuron model.
--
-- Everything is checked here: names, units, the integration method. The model is compiled when a population
-- first uses it.
-- @tab def equations (Brian2's syntax), threshold, reset, refractory (a time, an expression or a condition in
-- quotes), parameters, method ("exact", "exponential_euler", "euler", "rk2", "rk4", "heun", "milstein", "rkf45"),
-- method_options (for rkf45: tolerance, absolute, max_steps), events (`{ burst = "condition" }`) and on
-- (`{ burst = "statements" }`), every (`{ { 10*ms, "w *= 0.9" } }`), functions (`{ f = { "x", "x*exp(-x)" } }`),
-- initial (`{ v = "E_L" }`: values of a population's variables where it gives none), precision ("double" or "single"), name
-- @treturn model
M.new = guard.wrap("ln.neuron", function(def)
  options.check("ln.neuron", def, allowed)
  local without = def
  if def.initial then
    without = {}
    for k, v in pairs(def) do if k ~= "initial" then without[k] = v end end
  end
  local compiled = unit.neuron(without)
  check_initial(compiled, def.initial)
  return setmetatable({ unit = compiled, ir = compiled.ir, name = compiled.name or "neuron", definition = def }, Model)
end)

--- Whether x is a neuron model.
function M.is(x) return getmetatable(x) == Model end

--- The same model with other parameter values or options (compiled code is shared where only numbers differ).
-- @tab changes as for `ln.neuron`; `parameters` are merged
function Model:with(changes)
  local def = {}
  for k, v in pairs(self.definition) do def[k] = v end
  for k, v in pairs(changes) do def[k] = v end
  if changes.parameters then
    def.parameters = {}
    for k, v in pairs(self.definition.parameters or {}) do def.parameters[k] = v end
    for k, v in pairs(changes.parameters) do def.parameters[k] = v end
  end
  return M.new(def)
end

function Model:__tostring()
  local states, parameters = {}, {}
  for _, v in ipairs(self.ir.variables) do states[#states + 1] = ("%s [%s]"):format(v.name, tostring(v.dim)) end
  for _, p in ipairs(self.ir.parameters) do parameters[#parameters + 1] = p.name end
  return ("neuron model %s: variables %s%s; integrated by %s, %s precision"):format(self.name, table.concat(states, ", "),
    #parameters > 0 and "; parameters " .. table.concat(parameters, ", ") or "", self.unit.plan.method, self.ir.precision)
end

Model.__help = "A neuron model: net:population(N, model, {name=..., <variable>=...}); model:with{parameters={...}} varies it."

return M
