--- Ready-made learning rules. `ln.rules.<name> { <parameter> = value, … }` gives a rule for `net:project`; what is not
-- given has the value of the paper, as the table of parameters in the rule's file says.
--
-- Weights are the projection's variable `w`, in whatever unit it has: give `w_max` in the same unit. Amplitudes (`A_p`,
-- `eta`, …) are parts of `w_max`. A rule that needs variables of the target, such as a filtered voltage, says so in its
-- file; the neuron's equations provide them.
-- @module lunate.rules
local guard = require "lunate.guard"
local options = require "lunate.options"

local M = {}

--- All rules of the standard library, in alphabetical order.
M.names = {
  "anti_hebb", "bcm", "calcium", "cascade", "clopath", "consolidation", "covariance", "delta", "dendritic_prediction",
  "diehl_cook", "eprop", "hebb", "heterosynaptic", "oja", "perceptron", "pspm", "rate_detector", "redistribution", "resume",
  "reward_stdp", "sanger", "scaling", "stdp", "symmetric_stdp", "tempotron", "three_factor", "triplet", "vogels",
}

-- Options of a rule that are not parameters.
local general = { name = true, every = true }

local function refuse(fmt, ...) error(fmt:format(...), 0) end

local function sorted_keys(t)
  local names = {}
  for name in pairs(t) do names[#names + 1] = name end
  table.sort(names)
  return names
end

-- The value of a choice such as pairing = "nearest".
local function choose(name, choice, allowed, given)
  local value, shown = given, {}
  if value == nil then value = allowed[1] end
  for k, option in ipairs(allowed) do
    if option == value then return value end
    shown[k] = tostring(option)
  end
  refuse("ln.rules.%s: %s = %s; choose from %s", name, choice, tostring(value), table.concat(shown, ", "))
end

local function construct(name, file, given)
  local ln = require "lunate"
  given = given or {}
  options.plain("ln.rules." .. name, given, "{<parameter> = value, …}")
  local choices = {}
  for _, choice in ipairs(sorted_keys(file.choices or {})) do
    choices[choice] = choose(name, choice, file.choices[choice], given[choice])
  end
  local names = {}
  for key, default in pairs(file.names or {}) do
    names[key] = given[key] == nil and default or given[key]
    if type(names[key]) ~= "string" or not names[key]:find "^[%a_][%w_]*$" then
      refuse("ln.rules.%s: %s is a name in quotes, got %s", name, key, tostring(given[key]))
    end
  end
  local def = file.define(choices, names)
  for key, value in pairs(given) do
    if general[key] then
      def[key] = value
    elseif def.parameters[key] ~= nil then
      def.parameters[key] = value
    elseif not choices[key] and not names[key] then
      local known = sorted_keys(def.parameters)
      table.move(sorted_keys(choices), 1, #sorted_keys(choices), #known + 1, known)
      refuse("ln.rules.%s has no parameter '%s'%s; it has %s", name, tostring(key), options.hint(key, known),
        table.concat(known, ", "))
    end
  end
  if def.parameters.period then def.every = { def.parameters.period, def.every[2] } end
  def.name = def.name or name
  return ln.rule(def)
end

--- Wires Sanger's rule: residuals of the inputs, and three projections (see `ln.rules.sanger`).
-- @param net the network
-- @param inputs a population of n rates, with a stored variable `r : 1`
-- @param outputs a population of k rates `y : 1`, which get their values from here; output i learns component i
-- @tab opts eta (learning rate, 0.1 Hz), w (initial weights: a distribution or an array of n*k, output by output; normal of
-- standard deviation 0.1), name
-- @treturn projection forward, the n weights of output 1 first in `forward.w:gather()`, then those of output 2, and so on
-- @treturn projection back, with a learning rate of its own: set both alike
M.sanger_network = guard.wrap("ln.rules.sanger_network", function(net, inputs, outputs, opts)
  return require("lunate.rules.sanger").network(net, inputs, outputs, opts)
end)

return setmetatable(M, {
  __index = guard.wrap("ln.rules", function(_, name)
    for _, known in ipairs(M.names) do
      if known == name then
        local file = require("lunate.rules." .. name)
        local rule = guard.wrap("ln.rules." .. name, function(given) return construct(name, file, given) end)
        rawset(M, name, rule)
        return rule
      end
    end
    if type(name) == "string" and name:sub(1, 2) == "__" then return nil end
    refuse("ln.rules has no '%s'%s; ln.rules.names lists them", tostring(name), options.hint(name, M.names))
  end),
})
