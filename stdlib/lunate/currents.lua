--- Ready-made inputs: `ln.models.adex { I_ext = ln.currents.step { amplitude = 500*pA, from = 100*ms, to = 400*ms } }`.
--
-- Each stands in place of a variable that a model leaves to the user, of whatever unit (`I_ext`, or the `rate` of
-- `ln.models.inhomogeneous_poisson`). A constant current needs none of them: `net:population(10, model, { I_ext = 1*nA })`.
-- @module lunate.currents
local guard = require "lunate.guard"
local options = require "lunate.options"

local M = {}

-- An input: text of its equations with NAME, UNIT and NAME_<parameter>.
local function make(what, text, parameters, method)
  local function input(name, unit)
    local own = {}
    for key, value in pairs(parameters) do own[name .. "_" .. key] = value end
    return (text:gsub("NAME", name):gsub("UNIT", unit)), own, method
  end
  return setmetatable({ input = input }, { __tostring = function() return what end, __name = "current" })
end

local function check(name, given, needed, optional)
  if type(given) ~= "table" then error(("ln.currents.%s takes a table {%s = …}"):format(name, needed[1]), 0) end
  for _, key in ipairs(needed) do
    if given[key] == nil then error(("ln.currents.%s needs %s"):format(name, table.concat(needed, ", ")), 0) end
  end
  optional = optional()
  local allowed = {}
  for _, key in ipairs(needed) do allowed[key] = true end
  for key in pairs(optional) do allowed[key] = true end
  options.check("ln.currents." .. name, given, allowed)
  local out = {}
  for key, value in pairs(optional) do out[key] = value end
  for key, value in pairs(given) do out[key] = value end
  return out
end

--- A step of `amplitude` on top of `offset`, from one time to another (without `to`: to the end).
M.step = guard.wrap("ln.currents.step", function(given)
  local ln = require "lunate"
  local p = check("step", given, { "amplitude" }, function()
    return { from = 0 * ln.ms, to = 1e9 * ln.second, offset = 0 * given.amplitude }
  end)
  return make("step", [[
NAME = NAME_offset + NAME_amplitude*int(timestep(t, dt) >= timestep(NAME_from, dt) and t < NAME_to - 0.5*dt) : UNIT]], p)
end)

--- A sine of an `amplitude` and `frequency` about an `offset`, with a `phase` in radians.
M.ac = guard.wrap("ln.currents.ac", function(given)
  local p = check("ac", given, { "amplitude", "frequency" }, function()
    return { phase = 0, offset = 0 * given.amplitude }
  end)
  return make("ac", "NAME = NAME_offset + NAME_amplitude*sin(2*pi*NAME_frequency*t + NAME_phase) : UNIT", p)
end)

--- A ramp: from `offset`, it grows by `slope` (in the input's unit a second) between two times.
M.ramp = guard.wrap("ln.currents.ramp", function(given)
  local ln = require "lunate"
  local p = check("ramp", given, { "slope" }, function()
    return { from = 0 * ln.ms, to = 1e9 * ln.second, offset = 0 * ln.second * given.slope }
  end)
  return make("ramp", "NAME = NAME_offset + NAME_slope*(clip(t, NAME_from, NAME_to) - NAME_from) : UNIT", p)
end)

--- Noise of a `mean` and standard deviation `sd`, one for each neuron. With `tau` it is an Ornstein-Uhlenbeck process of
-- this correlation time (the model is then integrated by euler, unless a method is given); without, a number drawn anew in
-- each step.
M.noise = guard.wrap("ln.currents.noise", function(given)
  local function optional() return { mean = 0 * given.sd } end
  if type(given) ~= "table" or given.tau == nil then
    local p = check("noise", given, { "sd" }, optional)
    return make("noise", "NAME = NAME_mean + NAME_sd*randn() : UNIT (constant over dt)", p)
  end
  local p = check("noise", given, { "sd", "tau" }, optional)
  return make("noise", [[
NAME = NAME_mean + NAME_noise : UNIT
    dNAME_noise/dt = -NAME_noise/NAME_tau + NAME_sd*sqrt(2/NAME_tau)*xi_NAME : UNIT]], p, "euler")
end)

return options.strict("ln.currents", M)
