--- Recordings of a projection's synapses: their variables every so often. Made by `net:record(proj, …)`.
--
-- Each rank keeps its own synapses. A synapse is known by source, target and its number in the pair, so that a recording
-- goes on while synapses come and go: `rec.w` has a column for each that was there at some time, not a number (nan) where it
-- was not. Traces that are integrated from event to event are recorded as `proj.x` shows them, as of their last event.
-- @module lunate.synapse_recording
local Q = require "lunate.quantity"
local array = require "lunate.array"
local guard = require "lunate.guard"
local kernel = require "lunate.kernel"
local options = require "lunate.options"
local projection = require "lunate.projection"
local runtime = require "lunate.runtime"
local views = require "lunate.projection.views"

local M = {}

local second = Q.dim_of(Q.units.second)
local private = setmetatable({}, { __mode = "k" })

local Recording = { __name = "recording of synapses" }
local methods = {}

local function part_of(r, what, name)
  if name == nil and #r.parts == 1 then return r.parts[1] end
  local names = {}
  for k, part in ipairs(r.parts) do
    if part.name == name then return part end
    names[k] = part.name
  end
  if name == nil then error(("%s: name one of the recorded variables, %s"):format(what, table.concat(names, ", ")), 0) end
  error(("%s: this recording of %s has no '%s'%s"):format(what, r.name, tostring(name), options.hint(name, names)), 0)
end

--- How many synapses there were at each time: an array. Collective.
methods.count = guard.wrap("count", function(self)
  local r = private[self]
  runtime.collective("count recorded synapses of " .. r.name)
  return kernel.array_tag(r.kernel:counts())
end)

--- The sum over the synapses that there were, at each time, exact and without gathering them: an array. Collective.
-- @string[opt] variable the name; may be left out where there is one
methods.sum = guard.wrap("sum", function(self, variable)
  local r = private[self]
  local part = part_of(r, "sum", variable)
  runtime.collective(("sum of %s of %s"):format(part.name, r.name))
  return array.wrap(kernel.array_row_sums(r.kernel:own(part.place)), part.dim)
end)

--- The mean over the synapses that there were, at each time, as `sum`.
-- @string[opt] variable the name; may be left out where there is one
methods.mean = guard.wrap("mean", function(self, variable)
  local r = private[self]
  local part = part_of(r, "mean", variable)
  runtime.collective(("mean of %s of %s"):format(part.name, r.name))
  return array.wrap(kernel.array_row_sums(r.kernel:own(part.place)) / r.kernel:counts(), part.dim)
end)

--- Forgets what was recorded so far.
methods.clear = guard.wrap("clear", function(self) private[self].kernel:clear() end)

local function columns(r)
  runtime.collective("recorded synapses of " .. r.name)
  return r.kernel:columns()
end

local fields = {
  t = function(r) return array.wrap(r.kernel:steps() * r.net.dt, second) end,
  pre = function(r) return kernel.array_tag((columns(r))) end,
  post = function(r) return kernel.array_tag((select(2, columns(r)))) end,
  projection = function(r) return r.object end,
}
fields.times = fields.t

Recording.__index = guard.wrap("field", function(self, key)
  local r = private[self]
  for _, part in ipairs(r.parts) do
    if part.name == key then
      runtime.collective(("gather %s of %s"):format(key, r.name))
      return array.wrap(r.kernel:values(part.place), part.dim)
    end
  end
  if fields[key] then return fields[key](r) end
  if methods[key] then return methods[key] end
  if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
  part_of(r, "a recording", tostring(key))
end)

Recording.__tostring = guard.wrap("show", function(self)
  local r, names = private[self], {}
  for k, part in ipairs(r.parts) do names[k] = part.name end
  local n = #r.kernel:steps()
  local last = n > 0 and (", %d synapses in the last"):format(math.tointeger(self:count()[n])) or ""
  return ("%s of synapses of %s every %g ms: %d samples%s"):format(table.concat(names, ", "), r.name,
    r.every * r.net.dt * 1e3, n, last)
end)
Recording.__complete = function(self)
  local out = { "clear", "count", "mean", "post", "pre", "projection", "sum", "t" }
  for _, part in ipairs(private[self].parts) do out[#out + 1] = part.name end
  table.sort(out)
  return out
end
Recording.__help = [[Recorded synapses: rec.w is an array, time by synapse, with its unit, nan where there was no such
synapse; rec.pre and rec.post are the synapses' sources and targets, rec.t the times. rec:mean "w", rec:sum "w" and rec:count()
are over the synapses there are at each time, and gather nothing.]]

-- ---------------------------------------------------------------- making

local function variables(p, names)
  local parts, places = {}, {}
  for k, name in ipairs(names) do
    local var = p.ir.by_name[name]
    if not var or var.hidden then
      local known = {}
      for _, v in ipairs(p.ir.variables) do
        if not v.hidden then known[#known + 1] = v.name end
      end
      error(("net:record: %s has no synaptic variable '%s'%s"):format(p.name, tostring(name), options.hint(name, known)), 0)
    end
    if not var.index then
      error(("net:record: %s of %s is not stored: record what it is computed from"):format(name, p.name), 0)
    end
    parts[k], places[k] = { name = name, dim = var.dim, place = k - 1 }, var.index
  end
  return parts, places
end

--- See `net:record`. `steps` is `every` as a number of steps.
function M.add(net, object, what, opts, steps)
  opts = options.check("net:record", opts or {}, { every = true, synapses = true })
  local p = projection.inner(object)
  if p.drive then error(("net:record: input %s has no synapses"):format(p.name), 0) end
  if p.net ~= net then error(("net:record: %s belongs to another network"):format(p.name), 0) end
  local names = type(what) == "table" and what or { what }
  if #names == 0 then error("net:record: name the synaptic variables to record", 0) end
  local parts, places = variables(p, names)
  local r = { net = net, object = object, name = p.name, every = steps, parts = parts }
  local where
  if opts.synapses ~= nil and opts.synapses ~= true then
    where = views.part(p, opts.synapses, "net:record: synapses").where
  end
  runtime.collective(("record %s of %s"):format(table.concat(names, ", "), p.name))
  r.kernel = net.kernel:synapse_recorder { projection = p.kernel, vars = places, every = steps, where = where }
  local self = setmetatable({}, Recording)
  private[self] = r
  return self
end

return M
