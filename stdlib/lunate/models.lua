--- Ready-made neuron models. `ln.models.<name> { <parameter> = value, precision = "single", … }` gives a model for
-- `net:population`; what is not given has the typical value of its table of parameters.
--
-- Each model is one file: a description, equations as a user would write them, parameters with units, the paper.
--
-- * A variable that the equations leave to the user, such as `I_ext`, can be given too: as an expression
--   (`I_ext = "1*nA*sin(2*pi*10*Hz*t)"`), a timed array, or one of `ln.currents`. Every neuron then has this input;
--   `parameters = { … }` has the values of other names in it.
-- * Some models have patterns, named sets of parameters: `ln.models.adex { pattern = "regular bursting" }`; with
--   `stimulus = true` the input of the paper comes along. `ln.models.patterns "adex"` lists their names.
-- @module lunate.models
local guard = require "lunate.guard"
local options = require "lunate.options"
local quantity = require "lunate.quantity"

local M = {}

--- All models of the standard library, in alphabetical order.
M.names = {
  "adex", "brunel_wang", "diehl_cook", "eif", "fitzhugh_nagumo", "gamma", "gif", "glauber", "glif1", "glif2", "glif3",
  "glif4", "glif5", "hindmarsh_rose", "hodgkin_huxley", "hodgkin_huxley_squid", "inhomogeneous_poisson", "izhikevich",
  "izhikevich_2007", "jansen_rit", "li_rinzel", "lif_alpha_conductance", "lif_alpha_current", "lif_biexp_conductance",
  "lif_biexp_current", "lif_delta", "lif_exp_conductance", "lif_exp_current", "mat2", "mcculloch_pitts",
  "morris_lecar", "nmda_segments", "pinsky_rinzel", "poisson", "pulse_packets", "qif", "rate_intrinsic", "rate_linear",
  "rate_sigmoid", "rate_tanh", "rate_threshold_linear", "regular", "siegert", "srm0", "taught_lif", "tempotron",
  "urbanczik_senn", "wang_buzsaki", "wilson_cowan",
}

-- Options of a model that are not parameters.
local general = { method = true, precision = true, name = true, refractory = true, initial = true }

local function refuse(fmt, ...) error(fmt:format(...), 0) end

local function sorted_keys(t)
  local names = {}
  for name in pairs(t) do names[#names + 1] = name end
  table.sort(names)
  return names
end

-- The line of the equations that leaves a variable to the user, `I_ext : amp`: what is before, its unit, what is after.
local function declaration(equations, name)
  local line = "(.-\n)%s*" .. name .. "%s*:%s*([^\n(]-)%s*(%f[\n(][^\n]*\n.*)"
  return ("\n" .. equations .. "\n"):match(line)
end

-- Puts an input in place of such a line.
local function give_input(model, def, name, value)
  local before, unit, after = declaration(def.equations, name)
  if not before then refuse("ln.models.%s: %s cannot be given an input", model, name) end
  if type(value) == "table" and value.timed_array then
    local table_name = name .. "_values"
    def.parameters[table_name] = value
    value = table_name .. (value.columns == 1 and "(t)" or "(t, i)")
  end
  local text
  if type(value) == "string" then
    text = ("%s = %s : %s"):format(name, value, unit)
  elseif type(value) == "table" and value.input then
    local parameters, method
    text, parameters, method = value.input(name, unit)
    for key, x in pairs(parameters) do def.parameters[key] = x end
    def.method = method or def.method
  else
    refuse("ln.models.%s: %s is set in the population, %s = …; here it can be an expression in quotes, a timed array or one "
      .. "of ln.currents", model, name, name)
  end
  def.equations = before .. text .. after
end

local function find_pattern(model, definition, name)
  local names = {}
  for _, pattern in ipairs(definition.patterns or {}) do
    if pattern.name == name then return pattern end
    names[#names + 1] = pattern.name
  end
  if #names == 0 then refuse("ln.models.%s has no patterns", model) end
  refuse("ln.models.%s has no pattern '%s'; it has %s", model, tostring(name), table.concat(names, ", "))
end

local function merge(into, changes)
  for key, value in pairs(changes or {}) do into[key] = value end
  return into
end

-- Of the default's dimension; what is neither a number nor a quantity has its own checks.
local function check_dimension(model, key, value, default)
  local number = type(value) == "number" or quantity.is(value)
  if not number or type(default) ~= "number" and not quantity.is(default) then return end
  local dim, expected = quantity.dim_of(value), quantity.dim_of(default)
  if dim ~= expected then
    refuse("ln.models.%s: %s = %s: expected %s, such as %s", model, key, tostring(value),
      expected == quantity.dim_of(1) and "a number without unit" or "a quantity in " .. tostring(expected), tostring(default))
  end
end

local hidden = { patterns = true, input = true }

local function construct(name, definition, given)
  local ln = require "lunate"
  given = given or {}
  options.plain("ln.models." .. name, given, "{<parameter> = value, …}")
  local def = {}
  for key, value in pairs(definition) do if not hidden[key] then def[key] = value end end
  local parameters, initial = merge({}, definition.parameters), merge({}, definition.initial)
  def.parameters = parameters
  local known = merge({}, parameters)
  local pattern = given.pattern ~= nil and find_pattern(name, definition, given.pattern)
  if pattern then
    merge(parameters, pattern.parameters)
    merge(initial, pattern.initial)
  end
  local input = definition.input or "I_ext"
  if given.stimulus and given[input] == nil then
    if not pattern then refuse("ln.models.%s: stimulus = true goes with a pattern", name) end
    give_input(name, def, input, pattern.stimulus)
  end
  local inputs, method = {}, given.method
  for key, value in pairs(given) do
    if key == "initial" then
      merge(initial, value)
    elseif key == "parameters" and type(value) == "table" then -- what an input names
      merge(parameters, value)
    elseif general[key] then
      def[key] = value
    elseif known[key] ~= nil then
      check_dimension(name, key, value, known[key])
      parameters[key] = value
    elseif type(key) == "string" and declaration(definition.equations, key) then
      inputs[#inputs + 1] = key
    elseif key ~= "pattern" and key ~= "stimulus" then
      local names = sorted_keys(known)
      for line in definition.equations:gmatch "[^\n]+" do names[#names + 1] = line:match "^%s*([%a_][%w_]*)%s*:" end
      refuse("ln.models.%s has no parameter '%s'%s; it has %s", name, tostring(key), options.hint(key, names),
        table.concat(names, ", "))
    end
  end
  table.sort(inputs)
  for _, key in ipairs(inputs) do give_input(name, def, key, given[key]) end
  def.method = method or def.method
  if parameters.period and definition.every then def.every = { { parameters.period, def.every[1][2] } } end
  def.name = def.name or name
  def.initial = next(initial) and initial or nil
  return ln.neuron(def)
end

local function unknown(name)
  refuse("ln.models has no '%s'%s; ln.models.names lists them", tostring(name), options.hint(name, M.names))
end

local function definition_of(name)
  for _, known in ipairs(M.names) do
    if known == name then return require("lunate.models." .. name) end
  end
end

--- The names of a model's patterns, in the order of its paper.
-- @string name of the model
function M.patterns(name)
  local definition = definition_of(name) or unknown(name)
  local out = {}
  for k, pattern in ipairs(definition.patterns or {}) do out[k] = pattern.name end
  return out
end

return setmetatable(M, {
  __complete = function()
    local out = { "names", "patterns" }
    for _, name in ipairs(M.names) do out[#out + 1] = name end
    return out
  end,
  __index = guard.wrap("ln.models", function(_, name)
    if type(name) == "string" and name:sub(1, 2) == "__" then return nil end
    local definition = definition_of(name)
    if not definition then unknown(name) end
    local model = guard.wrap("ln.models." .. name, function(given) return construct(name, definition, given) end)
    rawset(M, name, model)
    return model
  end),
})
