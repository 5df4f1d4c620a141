--- What `proj.w` shows: views of a projection's synapses, and of parts of them.
-- @module lunate.projection.views
local Q = require "lunate.quantity"
local array = require "lunate.array"
local kernel = require "lunate.kernel"
local parts = require "lunate.parts"
local runtime = require "lunate.runtime"
local synaptic = require "lunate.projection.values"
local values = require "lunate.values"
local view = require "lunate.view"

local M = {}

local second = Q.dim_of(Q.units.second)

-- ---------------------------------------------------------------- parts

--- Which synapses a key names (see lunate.parts), as places in proj:gather() or a condition: {where = value for the kernel,
-- list = places}. what: for errors. Collective.
function M.part(p, key, what)
  p.net:prepare()
  if type(key) == "string" then return { where = parts.condition(key, parts.name(what, key), p.context) } end
  runtime.collective("count " .. p.name)
  local n = p.kernel:count()
  local list = parts.places(key, { what = what, noun = "synapse", owner = p.name, n = n })
  return { where = parts.mask(list, n), list = list }
end

-- Numbers of neurons of one side, as a set; nil for all.
local function neurons_of(x, what, side, n)
  if x == nil then return nil end
  local set = {}
  for _, k in ipairs(parts.places(x, { what = what, noun = side, owner = "the projection", n = n })) do set[k] = true end
  return set
end

-- The synapses from source i to target j, numbers: as a condition with parameters, so that it is compiled once.
local function of_pair(p, i, j)
  local text, at = {}, { at_source = i, at_target = j }
  if i then text[#text + 1] = "i == at_source" end
  if j then text[#text + 1] = "j == at_target" end
  local ctx = setmetatable({ parameters = at, parameter = function(par) return at[par.name] end }, { __index = p.context })
  return { where = parts.condition(table.concat(text, " and "), "at", ctx) }
end

-- The same where one is a list.
local function of_pairs(p, sources, targets)
  runtime.collective("read " .. p.name)
  local i, j = p.kernel:gather(-1)
  local list = {}
  for k = 1, #i do
    local source, target = math.tointeger(i[k]) - p.pre.lo + 1, math.tointeger(j[k]) - p.post.lo + 1
    if (not sources or sources[source]) and (not targets or targets[target]) then list[#list + 1] = k end
  end
  return { where = parts.mask(list, #i), list = list }
end

local function part_at(p, what, i, j)
  if i == nil and j == nil then error(("%s: at takes the number of the source, of the target, or both"):format(what), 0) end
  local sources = neurons_of(i, what, "source", p.pre.hi - p.pre.lo + 1)
  local targets = neurons_of(j, what, "target", p.post.hi - p.post.lo + 1)
  p.net:prepare()
  if type(i or 0) == "number" and type(j or 0) == "number" then return of_pair(p, i, j) end
  return of_pairs(p, sources, targets)
end

-- A part of a view of synapses, as a view's source of its own. read(where) -> array; set(value, part).
local function part_source(name, dim, part, read, set)
  local out = { name = name, dim = dim }
  local function all()
    local x, list = read(part.where), part.list
    if not list then return x end
    local order = {} -- as they were listed
    for k = 1, #list do order[k] = k end
    table.sort(order, function(a, b) return list[a] < list[b] end)
    local listed = kernel.array_zeros(#list)
    for k, place in ipairs(order) do listed[place] = x[k] end
    return listed
  end
  function out.size() return part.list and #part.list or #read(part.where) end
  function out.gather(lo, hi) return all():slice(lo, hi) end
  function out.moments() return array.moments(all()) end
  function out.fill(value) set(value, part) end
  return out
end

-- ---------------------------------------------------------------- views

-- A view of what read(where) gathers and set(value, part) changes.
local function view_of(p, name, dim, read, set)
  local info = { name = ("%s of %s"):format(name, p.name), dim = dim }
  function info.size()
    p.net:prepare()
    return p.kernel:count()
  end
  function info.gather(lo, hi)
    if lo == hi and lo ~= 1 then return read(parts.mask({ lo }, info.size())) end
    local value = read()
    return lo == 1 and hi == #value and value or value:slice(lo, hi)
  end
  function info.moments() return array.moments(read()) end
  info.fill = set
  function info.part(key)
    local called = parts.name(info.name, key)
    return part_source(called, dim, M.part(p, key, info.name), read, set)
  end
  function info.at(i, j)
    return part_source(info.name .. ":at(…)", dim, part_at(p, info.name, i, j), read, set)
  end
  function info.knows(word) return p.ir.by_name[word] end
  return info
end

--- A view of a synaptic variable.
function M.view(p, var)
  local function read(where)
    p.net:prepare()
    local what = var.index or (values.expression(var.name, var.name .. " of " .. p.name, var.dim, p.context, true))
    return (select(4, p.kernel:gather(what, where)))
  end
  local info = view_of(p, var.name, var.dim, read, function(value, part) synaptic.fill(p, var, value, part) end)
  if var.index then -- where they lie
    function info.moments()
      p.net:prepare()
      return p.kernel:moments(var.index)
    end
  end
  return view.new(info)
end

--- Sets the delays of the first pathway, which is possible until the synapses are made (by a run, or by a look at them).
function M.set_delay(p, value, part)
  local what = "delay of " .. p.name
  if part then error(what .. ": all synapses' delays are set at once, by an expression or an array for instance", 0) end
  if synaptic.is_by_pathway(value) then error(what .. ": delays by pathway are given in net:project", 0) end
  local kind = values.kind(value)
  if (kind == "array" or kind == "function") and not p.lists_pairs then
    error(("%s: %s is given in net:project, or to synapses of ln.pairs"):format(what,
      kind == "array" and "an array" or "a function"), 0)
  end
  local described = p.describe_delay(value)
  runtime.collective("set " .. what)
  p.kernel:set_delay(described)
  if synaptic.is_by_pathway(p.delay) then p.delay[p.ir.pathways[1].name] = value else p.delay = value end
end

--- A view of the delays (of the first pathway).
function M.delays(p)
  local function read(where)
    p.net:prepare()
    return (select(3, p.kernel:gather(-1, where))) * p.net.dt
  end
  return view.new(view_of(p, "delay", second, read, function(value, part) M.set_delay(p, value, part) end))
end

return M
