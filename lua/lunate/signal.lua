--- Signals shared by everyone, such as dopamine, reward or attention: `net:signal("dopamine", { equations = … })`.
--
-- A signal is one neuron's worth of equations. Rules, transmissions and sums of projections made afterwards read it by its
-- name; neurons read it where their equations say `dopamine : 1 (linked)`. Scripts set and pulse it.
-- @module lunate.signal
local Q = require "lunate.quantity"
local connector = require "lunate.connector"
local guard = require "lunate.guard"
local neuron = require "lunate.neuron"
local options = require "lunate.options"
local population = require "lunate.population"
local projection = require "lunate.projection"
local runtime = require "lunate.runtime"
local values = require "lunate.values"

local M = {}

local second = Q.dim_of(Q.units.second)

local Signal = { __name = "signal" }
local private = setmetatable({}, { __mode = "k" })

local allowed = {
  equations = { "string" }, parameters = { "table" }, method = { "string" }, initial = true, on_spike_of = { "table" },
  on_spike = { "string" }, delay = true, every = { "table" }, dt = true,
}

-- The variable that the signal's name means: the one of this name, or the first.
local function main_variable(name, ir)
  local var = ir.by_name[name] or ir.variables[1]
  if not var then error(("net:signal %s: the equations define no variable"):format(name), 0) end
  if var.kind == "subexpression" then
    error(("net:signal %s: '%s' is a subexpression; the signal must be a variable that is kept"):format(name, var.name), 0)
  end
  return var
end

--- See `net:signal`.
function M.add(net, name, def)
  if type(name) ~= "string" or not name:find "^[%a_][%w_]*$" then
    error(("net:signal: the name of a signal is letters, digits and _, got %s"):format(tostring(name)), 0)
  end
  if net.signals[name] then error(("net:signal: there is a signal '%s' already"):format(name), 0) end
  options.check("net:signal " .. name, def, allowed)
  if not def.equations then error(("net:signal %s: equations are missing"):format(name), 0) end
  local model = neuron.new { name = name, equations = def.equations, parameters = def.parameters, method = def.method,
    every = def.every }
  local var = main_variable(name, model.ir)
  local initial = { name = name, dt = def.dt }
  if def.initial ~= nil then initial[var.name] = def.initial end
  local pop = population.add(net, 1, model, initial)
  local s = { net = net, name = name, population = pop, var = var, inner = population.inner(pop), listeners = {}, delay = 0 }
  if (def.on_spike_of == nil) ~= (def.on_spike == nil) then
    error(("net:signal %s: on_spike_of (a population) and on_spike (statements) go together"):format(name), 0)
  end
  if def.on_spike_of then
    if not population.is(def.on_spike_of) then
      error(("net:signal %s: on_spike_of must be a population"):format(name), 0)
    end
    s.pulsed_by = population.inner(def.on_spike_of)
    s.delay = def.delay == nil and 0 or values.constant(def.delay, ("net:signal %s: delay"):format(name), second).a
    projection.add(net, def.on_spike_of, pop, { connect = connector.all_to_all(), transmit = def.on_spike, delay = def.delay,
      name = name .. "'s spikes" })
  end
  net.signals[name] = s
  local self = setmetatable({ __serial = runtime.serial() }, Signal)
  private[self] = s
  return self
end

local methods = {}

--- Adds to the signal, now, and runs the `on_signal` statements of rules that listen to it.
-- @param amount a number or quantity, in the unit of the signal
methods.pulse = guard.wrap("pulse", function(self, amount)
  local s = private[self]
  if values.kind(amount) ~= "constant" or type(amount) == "boolean" then
    error(("the pulse of %s must be a number or quantity%s, got a %s"):format(s.name,
      s.var.dim == Q.dimensionless and "" or " in " .. tostring(s.var.dim), type(amount)), 0)
  end
  local x = values.constant(amount, "the pulse of " .. s.name, s.var.dim).a
  local now = s.population[s.var.name][1]
  s.population[s.var.name] = Q.new(Q.value_of(now) + x, s.var.dim)
  if #s.listeners > 0 then s.net:prepare() end
  runtime.collective("pulse " .. s.name)
  for _, run in ipairs(s.listeners) do run() end
end)

local function variable(s, key)
  if key == "value" then return s.var.name end
  if s.inner.ir.by_name[key] then return key end
end

Signal.__index = guard.wrap("field", function(self, key)
  local s = private[self]
  if methods[key] then return methods[key] end
  if key == "name" then return s.name end
  if key == "population" then return s.population end
  local name = variable(s, key)
  if name then return s.population[name][1] end
  if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
  return s.population[key]
end)

Signal.__newindex = guard.wrap("field", function(self, key, value)
  local s = private[self]
  s.population[variable(s, key) or key] = value
end)

Signal.__tostring = function(self)
  local s = private[self]
  return ("signal %s: %s = %s"):format(s.name, s.var.name, tostring(self.value))
end
Signal.__help = "A signal: rules read it by name; s.value is its value now, s:pulse(0.5) adds to it, s.population records it."

return M
