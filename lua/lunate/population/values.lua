--- Values of a population's variables: what expressions about it may refer to, setting them, links, views and their parts.
-- All takes the inner record (`population.inner`).
-- @module lunate.population.values
local Q = require "lunate.quantity"
local array = require "lunate.array"
local clock = require "lunate.clock"
local guard = require "lunate.guard"
local parse = require "lunate.compiler.parse"
local parts = require "lunate.parts"
local runtime = require "lunate.runtime"
local values = require "lunate.values"
local view = require "lunate.view"

local M = {}

local second = Q.dim_of(Q.units.second)

local Link = { __name = "link" }

--- What a linked variable is set to where neurons do not go one to one: `x = ln.linked(other.x, indices)`.
-- @param seen a view: a population's variable
-- @param indices one index (1-based, of the view) for each neuron
M.linked = guard.wrap("ln.linked", function(seen, indices)
  if not view.is(seen) then error(("ln.linked: expected a variable such as other.x, got a %s"):format(type(seen)), 0) end
  return setmetatable({ view = seen, indices = indices }, Link)
end)

--- A run-time parameter's number in the kernel, and its definition; nil where there is none of this name.
function M.find_parameter(p, name)
  for k, par in ipairs(p.ir and p.ir.parameters or {}) do
    if par.name == name then return k - 1, par end
  end
end

--- What the expressions about this population's neurons may refer to.
function M.context(p)
  return {
    context = "neuron", neuron = p.ir, n = p.hi - p.lo + 1, sizes = { N_pre = p.hi - p.lo + 1, N_pre_whole = p.size },
    parameter = function(_, name)
      local k = M.find_parameter(p, name)
      return k and p.kernel:parameter(k) or 0
    end,
  }
end

-- The indices (of the whole source, 1-based) that neurons 1 … n see; nil: their own numbers (or the one shared value).
local function linked_indices(what, source, given, n)
  if not given and source.size == 1 and n > 1 and not source.of.var.shared then -- one to all, as in Brian2
    given = {}
    for k = 1, n do given[k] = 1 end
  elseif not given then
    if source.size == 1 and source.of.var.shared then return nil end
    if source.size ~= n then
      error(("%s: linked one to one, but there are %d neurons here and %d there: give indices, as in "
        .. "ln.linked(view, indices)"):format(what, n, source.size), 0)
    end
    if source.of.p.size == n then return nil end
    given = {}
    for k = 1, n do given[k] = k end
  end
  local numbers, out = values.numbers(given, "the indices of " .. what), {}
  if #numbers ~= n then error(("%s: %d indices for %d neurons"):format(what, #numbers, n), 0) end
  for k = 1, n do
    local i = numbers[k]
    if i ~= i // 1 or i < 1 or i > source.size then
      error(("%s: index %g of neuron %d: expected a whole number from 1 to %d"):format(what, i, k, source.size), 0)
    end
    out[k] = i + source.of.p.lo - 1
  end
  return out
end

-- Links a variable to one of another population.
local function set_link(p, var, value)
  local what = ("%s of %s"):format(var.name, p.name)
  local seen = view.is(value) and value or getmetatable(value) == Link and value.view
  local source = seen and view.source(seen)
  if not source or not source.of then
    error(("%s is linked: give another population's variable, as in %s = other.x or ln.linked(other.x, indices)")
      :format(what, var.name), 0)
  elseif source.of.p.net ~= p.net then
    error(("%s: %s belongs to another network"):format(what, source.name), 0)
  elseif p.lo ~= 1 or p.hi ~= p.size then
    error(("%s: a variable is linked for the whole population, not for a slice"):format(what), 0)
  end
  local from = source.of.var
  if from.kind == "subexpression" or from.linked then
    error(("%s cannot be linked to %s, which is %s: link to what is stored"):format(what, source.name,
      from.linked and "linked itself" or "a subexpression"), 0)
  elseif from.dim ~= var.dim then
    error(("%s is in %s, but %s is in %s"):format(what, tostring(var.dim), source.name, tostring(from.dim)), 0)
  end
  local indices = linked_indices(what, source, seen ~= value and value.indices or nil, p.size)
  runtime.collective("link " .. what)
  p.kernel:link(var.index, source.of.p.kernel, from.index, indices)
end

-- A value of neurons lo to hi, or of a part of them, for the kernel; and which those are, for a part.
local function describe(p, what, var, value, lo, hi, part)
  local kind, where = values.kind(value), part and part.where
  if part and kind == "array" then
    value, where = parts.spread(value, what, part)
  elseif part and kind == "function" then
    where = parts.mask(part.places(), part.n)
  end
  if kind == "function" then
    local n = hi - lo + 1
    local first, last = p.kernel:own()
    first, last = math.max(first - lo + 1, 1), math.min(last - lo + 1, n)
    return values.tabulate(value, what, var.dim, n, first, last, p.serial, where and where.array), where
  end
  local ctx = M.context(p)
  ctx.n = var.shared and 1 or hi - lo + 1
  return values.describe(value, what, var.dim, ctx, var.type == "bool"), where
end

--- Sets a variable of [lo, hi] (indices of the whole population), or of a part of these.
function M.fill(p, var, value, lo, hi, part)
  local what = ("%s of %s"):format(var.name, p.name)
  if part and (var.linked or var.shared) then
    error(("%s is %s: it cannot be set for a part of them"):format(what,
      var.linked and "linked for all neurons" or "shared by all neurons"), 0)
  end
  if var.linked then return set_link(p, var, value) end
  if var.held then
    error(("%s is constant over dt (%s = …): it is computed at the start of each step and cannot be set")
      :format(what, var.name), 0)
  end
  if var.kind == "subexpression" then
    error(("%s is a subexpression (%s = %s): it follows from other variables and cannot be set")
      :format(what, var.name, parse.text_of(var.expr)), 0)
  end
  if var.shared and values.kind(value) == "function" then
    error(("%s is shared by all neurons: give one value"):format(what), 0)
  end
  local described, where = describe(p, what, var, value, lo, hi, part)
  runtime.collective(("set %s[%d..%d] to %s"):format(what, lo - p.lo + 1, hi - p.lo + 1,
    values.kind(value) == "constant" and tostring(value) or "a " .. values.kind(value)))
  local ok, message = pcall(p.kernel.fill, p.kernel, var.index, lo, hi, described, clock.now(p.net, p.clock), where)
  if not ok then
    if type(message) == "string" and not message:find(p.name, 1, true) then message = what .. ": " .. message end
    error(message, 0)
  end
end

local function expression_of(p, var) -- a subexpression as a value
  return (values.expression(var.name, var.name .. " of " .. p.name, var.dim, M.context(p), true))
end

--- Which of a population's neurons a key names; see lunate.parts.
function M.choose(p, key, what)
  local about = { what = what, noun = "neuron", owner = p.name, n = p.hi - p.lo + 1 }
  return parts.of_neurons(key, about, M.context(p), function(value)
    runtime.collective("choose " .. what)
    return p.kernel:evaluate(value, p.lo, p.hi, clock.now(p.net, p.clock))
  end)
end

-- A part of a view's elements, as a view's source of its own. set(value, part) sets it.
local function part_of(p, whole, key, set)
  local part = M.choose(p, key, whole.name)
  local out = { name = parts.name(whole.name, key), dim = whole.dim }
  function out.size() return #part.places() end
  function out.gather(lo, hi)
    return array.wrap(whole.gather(1, part.n)):take(part.places()):slice(lo, hi):raw()
  end
  function out.moments() return array.moments(out.gather(1, out.size())) end
  function out.fill(value) set(value, part) end
  return out
end

local function knows(p, name) return p.ir.by_name[name] or name == "not_refractory" end

--- A view of a variable.
function M.view(p, var)
  local source = {
    name = ("%s of %s"):format(var.name, p.name), dim = var.dim,
    size = var.shared and 1 or p.hi - p.lo + 1, of = { p = p, var = var },
  }
  function source.gather(lo, hi)
    if var.kind == "subexpression" then
      return p.kernel:evaluate(expression_of(p, var), p.lo + lo - 1, p.lo + hi - 1, clock.now(p.net, p.clock))
    end
    if var.shared then return p.kernel:gather(var.index, 1, 1) end
    return p.kernel:gather(var.index, p.lo + lo - 1, p.lo + hi - 1)
  end
  function source.moments()
    if var.kind == "subexpression" or var.shared or var.linked then
      return array.moments(source.gather(1, source.size))
    end
    return p.kernel:moments(var.index, p.lo, p.hi)
  end
  function source.fill(value) M.fill(p, var, value, p.lo, p.hi) end
  function source.fill_range(value, lo, hi) M.fill(p, var, value, p.lo + lo - 1, p.lo + hi - 1) end
  function source.part(key)
    if var.shared then error(("%s is one value, shared by all neurons: it has no parts"):format(source.name), 0) end
    return part_of(p, source, key, function(value, part) M.fill(p, var, value, p.lo, p.hi, part) end)
  end
  function source.knows(name) return knows(p, name) end
  return view.new(source)
end

--- Sets when neurons spiked last; whether they are refractory follows from that.
function M.set_seen(p, name, value, lo, hi, part)
  if name ~= "lastspike" then
    error(("%s of %s cannot be set: it follows from the spikes; set lastspike"):format(name, p.name), 0)
  end
  M.fill(p, { name = name, dim = second, index = -1 }, value, lo, hi, part)
end

--- What equations see of each neuron beside its variables: the time of the last spike, whether it is not refractory.
function M.seen(name, dim)
  return function(p)
    if not p.ir then return nil end
    local source = { name = ("%s of %s"):format(name, p.name), dim = dim, size = p.hi - p.lo + 1 }
    function source.gather(lo, hi)
      local value = values.expression(name, source.name, dim, M.context(p), true)
      return p.kernel:evaluate(value, p.lo + lo - 1, p.lo + hi - 1, clock.now(p.net, p.clock))
    end
    function source.moments() return array.moments(source.gather(1, source.size)) end
    function source.fill(value) M.set_seen(p, name, value, p.lo, p.hi) end
    function source.fill_range(value, lo, hi) M.set_seen(p, name, value, p.lo + lo - 1, p.lo + hi - 1) end
    function source.part(key)
      return part_of(p, source, key, function(value, part) M.set_seen(p, name, value, p.lo, p.hi, part) end)
    end
    function source.knows(other) return knows(p, other) end
    return view.new(source)
  end
end

return M
