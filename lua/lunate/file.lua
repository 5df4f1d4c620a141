--- Files with recordings, read back: HDF5 in SONATA's layout, written by Lunate or by other tools.
--
--     local file = ln.open "result.h5"
--     file.attributes.seed               -- what made it
--     file:populations()                 -- { "exc", "inh" }
--     file:spikes("exc").times           -- array in s; .senders: neurons from 1
--     file:events("exc", "burst").times  -- likewise, of a custom event
--     file:report("exc", "v").data       -- array, time by neuron
-- @module lunate.file
local kernel = require "lunate.kernel"
local Q = require "lunate.quantity"
local array = require "lunate.array"
local guard = require "lunate.guard"

local M = {}

local second = Q.dim_of(Q.units.second)

-- ---------------------------------------------------------------- units

-- What a dimension's text is made of (see lunate.dimension), and other tools' units.
local symbols = {
  V = "volt", A = "amp", S = "siemens", F = "farad", s = "second", m = "metre", C = "coulomb", ohm = "ohm", mol = "mol",
  K = "kelvin", kg = "kilogram", J = "joule", cd = "candle", Hz = "hertz", W = "watt", N = "newton", Pa = "pascal",
  H = "henry", T = "tesla", kat = "katal",
}

local function product(text)
  local out = 1
  for factor in text:gmatch "%S+" do
    local name, power = factor:match "^([^%^]+)%^?(.*)$"
    power = power == "" and 1 or tonumber(power)
    local unit = name == "1" and 1 or Q.units[symbols[name] or name]
    if not (unit and power) then return nil end
    out = out * unit ^ power
  end
  return out
end

-- "S/m^2", "1/(V s)", "mV" -> quantity or number; nil where it is no unit that we know.
local function parse_unit(text)
  local above, below = text:match "^([^/]+)/%(?([^/()]+)%)?$"
  above, below = product(above or text), below and product(below) or 1
  return above and below and above / below
end

--- The quantity of a unit's text, as files have it ("mV", "S/m^2"); 1 for "1"; nil where it is no unit that we know.
M.parse_unit = parse_unit

-- ---------------------------------------------------------------- files

local File = { __name = "file" }
local private = setmetatable({}, { __mode = "k" })
local methods = {}

local function names_of(list, key)
  local out = {}
  for k, entry in ipairs(list) do out[k] = entry[key] end
  return table.concat(out, ", ")
end

-- The place in list of the only entry for which fits(entry).
local function find(f, list, what, fits, wanted)
  local found
  for k, entry in ipairs(list) do
    if fits(entry) then
      if found then return nil, true end
      found = k
    end
  end
  if found then return found end
  if #list == 0 then error(("%s holds no %s"):format(f.path, what), 0) end
  error(("%s holds no %s of %s; it has those of %s"):format(f.path, what, wanted, names_of(list, "label")), 0)
end

--- The names of the populations with spikes or reports, in order.
methods.populations = guard.wrap("populations", function(self)
  local f, seen, out = private[self], {}, {}
  for _, list in ipairs { f.spikes, f.events, f.reports } do
    for _, entry in ipairs(list) do
      local name = entry.population or entry.name
      if not seen[name] then seen[name], out[#out + 1] = true, name end
    end
  end
  table.sort(out)
  return out
end)

local function of_unit(data, text)
  local unit = parse_unit(text) or 1
  local scale = Q.value_of(unit)
  return array.wrap(scale == 1 and data or data * scale, Q.dim_of(unit))
end

local function read(f, entry)
  local times, senders = f.kernel:read_spikes(entry.place)
  local variables = {}
  for k, variable in ipairs(entry.variables) do
    variables[variable.name] = of_unit(f.kernel:read_variable(entry.place, k), variable.unit)
  end
  return { times = array.wrap(times, second), senders = kernel.array_tag(senders), variables = variables,
    population = entry.name, event = entry.event }
end

--- The spikes of a population.
-- @string[opt] name the population; may be left out where the file has one
-- @treturn table times (array in seconds, ascending), senders (array: the neuron of each, from 1), variables (by name, arrays:
-- what each spike was recorded with)
methods.spikes = guard.wrap("spikes", function(self, name)
  local f = private[self]
  local k, several = find(f, f.spikes, "spikes", function(entry) return name == nil or entry.name == name end, name)
  if several then
    error(("%s holds the spikes of %s: name one, file:spikes(%q)"):format(f.path, names_of(f.spikes, "label"),
      f.spikes[1].name), 0)
  end
  return read(f, f.spikes[k])
end)

--- The custom events of a population.
-- @string[opt] name the population; may be left out where the file has the events of one
-- @string[opt] event which of them; may be left out where there is one
-- @treturn table times, senders and variables, as for spikes
methods.events = guard.wrap("events", function(self, name, event)
  local f = private[self]
  local function fits(entry) return (name == nil or entry.name == name) and (event == nil or entry.event == event) end
  local k, several = find(f, f.events, "events", fits, event and ("%s of %s"):format(event, name) or name)
  if several then
    error(("%s holds the events %s: name one, file:events(%q, %q)"):format(f.path, names_of(f.events, "label"),
      f.events[1].name, f.events[1].event), 0)
  end
  return read(f, f.events[k])
end)

--- A recorded variable.
-- @string[opt] name the population; may be left out where the file has one report
-- @string[opt] variable may be left out where the population has one report
-- @treturn table data (array, time by neuron), neurons (array: of each column, from 1), start, stop (excluded) and step
-- (times), population, variable, unit (as the file has it)
methods.report = guard.wrap("report", function(self, name, variable)
  local f = private[self]
  local function fits(entry)
    return (name == nil or entry.population == name or entry.name == name)
      and (variable == nil or entry.variable == variable)
  end
  local wanted = variable and ("%s of %s"):format(variable, name) or name
  local k, several = find(f, f.reports, "report", fits, wanted)
  if several then
    error(("%s holds the reports %s: name one, file:report(%q, %q)"):format(f.path, names_of(f.reports, "label"),
      f.reports[1].population, f.reports[1].variable), 0)
  end
  local entry = f.reports[k]
  local data, neurons, start, stop, step = f.kernel:read_report(k)
  return {
    data = of_unit(data, entry.unit), neurons = kernel.array_tag(neurons),
    start = Q.new(start, second), stop = Q.new(stop, second), step = Q.new(step, second),
    population = entry.population, variable = entry.variable, unit = entry.unit,
  }
end)

--- Closes the file; what was read stays.
methods.close = guard.wrap("close", function(self) private[self].kernel:close() end)

File.__index = methods
File.__close = methods.close

function File:__tostring()
  local f = private[self]
  local lines = { ("file %s"):format(f.path) }
  for _, entry in ipairs(f.spikes) do
    lines[#lines + 1] = ("  spikes of %s: %d"):format(entry.name, entry.count)
  end
  for _, entry in ipairs(f.events) do lines[#lines + 1] = ("  %s: %d"):format(entry.label, entry.count) end
  for _, entry in ipairs(f.reports) do
    lines[#lines + 1] = ("  %s [%s]: %d samples of %d neurons"):format(entry.label, entry.unit, entry.samples,
      entry.elements)
  end
  for k = 1, #f.attributes, 2 do
    local key, text = f.attributes[k], f.attributes[k + 1]
    local first = text:match "^[^\n]*"
    local stop = math.min(#first, 60)
    while (first:byte(stop + 1) or 0) & 0xC0 == 0x80 do stop = stop - 1 end -- not within a character
    lines[#lines + 1] = ("  %s = %s%s"):format(key, first:sub(1, stop), stop == #text and "" or " …")
  end
  return table.concat(lines, "\n")
end

File.__complete = function() return { "attributes", "close", "events", "populations", "report", "spikes" } end
File.__help = [[A file of recordings: file.attributes, file:populations(), file:spikes(name) and
file:events(name, event) -> {times, senders},
file:report(name, variable) -> {data, neurons, start, stop, step}.]]

--- Opens a file of recordings. What does not fit together is refused with the file's name and the reason.
-- @string path
-- @treturn file with `attributes` (key -> text) and the methods above
M.open = guard.wrap("ln.open", function(path)
  if type(path) ~= "string" then error(("ln.open takes a file's name, got a %s"):format(type(path)), 0) end
  local handle = kernel.file(path)
  local f = { path = path, kernel = handle, attributes = handle:attributes() }
  f.spikes, f.events, f.reports = {}, {}, handle:reports()
  for k, entry in ipairs(handle:spikes()) do
    local list = entry.event and f.events or f.spikes
    entry.place, list[#list + 1] = k, entry
  end
  local attributes = {}
  for k = 1, #f.attributes, 2 do attributes[f.attributes[k]] = f.attributes[k + 1] end
  for _, entry in ipairs(f.spikes) do entry.label = entry.name end
  for _, entry in ipairs(f.events) do entry.label = ("%s of %s"):format(entry.event, entry.name) end
  for _, entry in ipairs(f.reports) do entry.label = ("%s of %s"):format(entry.variable, entry.population) end
  local self = setmetatable({ attributes = attributes }, File)
  private[self] = f
  return self
end)

return M
