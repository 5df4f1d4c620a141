--- Rewiring: `proj:prune` and `proj:grow`.
-- @module lunate.projection.rewiring
local Q = require "lunate.quantity"
local connector = require "lunate.connector"
local guard = require "lunate.guard"
local options = require "lunate.options"
local private = require "lunate.projection.inner"
local runtime = require "lunate.runtime"
local synaptic = require "lunate.projection.values"
local values = require "lunate.values"

local second = Q.dim_of(Q.units.second)

local methods = {}

-- Marks (1) for a part of the synapses: those with the smallest (or largest) values, the first of equal ones.
local function extremes(p, fraction, opts)
  if not (fraction > 0 and fraction < 1) then
    error(("prune: a part of the synapses is between 0 and 1, got %s"):format(tostring(fraction)), 0)
  end
  local name = opts.by or "w"
  local var = p.ir.by_name[name]
  if not var or var.shared then
    error(("prune: %s has no variable '%s' of each synapse: say which one decides, by = \"…\""):format(p.name, name), 0)
  end
  local _, _, _, value = p.kernel:gather(var.index)
  local order, marks, sign = {}, {}, opts.largest and -1 or 1
  for k = 1, #value do order[k], marks[k] = k, 0 end
  table.sort(order, function(a, b)
    local x, y = sign * value[a], sign * value[b]
    return x < y or x == y and a < b
  end)
  for k = 1, math.floor(fraction * #value + 0.5) do marks[order[k]] = 1 end
  return { kind = "array", array = marks }
end

--- Removes synapses for good: those for which a condition holds, or a part of them, those with the smallest weights.
-- Spikes on their way to them are lost.
-- @param what a condition in quotes (`"w < 0.01*mV"`, of the synapse's, source's and target's variables, i, j, rand()), or a
-- number between 0 and 1
-- @tab opts for a part: by (the variable that decides, "w"), largest (true: those with the largest)
-- @treturn int how many
methods.prune = guard.wrap("prune", function(self, what, opts)
  local p = private[self]
  opts = options.check("prune", opts or {}, { by = { "string" }, largest = { "boolean" } })
  if p.drive then error(("prune: input %s has no synapses to remove"):format(p.name), 0) end
  p.net:prepare()
  runtime.collective("prune " .. p.name)
  local marks
  if type(what) == "number" then
    marks = extremes(p, what, opts)
  elseif type(what) == "string" then
    local ir
    marks, ir = values.expression(what, "prune " .. p.name, nil, p.context, true)
    if ir.type ~= "bool" then error(("prune: expected a condition such as \"w < 0.1\", got '%s'"):format(what), 0) end
  else
    error(("prune takes a condition in quotes or a number between 0 and 1, got a %s"):format(type(what)), 0)
  end
  return p.net.kernel:prune(p.kernel, marks)
end)

-- n pairs that are not connected, each as likely as any other; the same on all ranks.
local function draw_pairs(p, n, range)
  if math.type(n) ~= "integer" or n < 1 then error(("grow: expected a number of synapses, got %s"):format(tostring(n)), 0) end
  local i, j = p.kernel:gather(-1)
  local taken, n_taken = {}, 0
  local function take(pair)
    if taken[pair] then return false end
    taken[pair], n_taken = true, n_taken + 1
    return true
  end
  local function pair_of(a, b) return (a - range.pre_lo) * range.n_post + (b - range.post_lo) end
  for k = 1, #i do take(pair_of(math.tointeger(i[k]), math.tointeger(j[k]))) end
  for a = math.max(range.pre_lo, range.post_lo), math.min(range.pre_lo + range.n_pre, range.post_lo + range.n_post) - 1 do
    if range.same then take(pair_of(a, a)) end -- not to itself
  end
  local free = range.n_pre * range.n_post - n_taken
  if n > free then
    error(("grow: %d synapses more for %s, but only %d pairs are not connected yet"):format(n, p.name, free), 0)
  end
  local random = require "lunate.random"
  local pre, post = {}, {}
  local function draw()
    local list
    if free < range.n_pre * range.n_post // 4 then
      list = {}
      for pair = 0, range.n_pre * range.n_post - 1 do
        if not taken[pair] then list[#list + 1] = pair end
      end
    end
    while #pre < n do
      local pair
      if list then
        local k = math.random(#pre + 1, #list)
        list[k], list[#pre + 1] = list[#pre + 1], list[k]
        pair = list[#pre + 1]
      else
        repeat pair = math.random(0, range.n_pre * range.n_post - 1) until take(pair)
      end
      pre[#pre + 1], post[#post + 1] = pair // range.n_post + 1, pair % range.n_post + 1
    end
  end
  random.with_stream(p.serial << 32 | p.grown, p.net.seed, draw)
  return connector.pairs(pre, post)
end

--- Adds synapses: pairs of a connector that are not connected yet, or so many at random.
-- @param what a connector, a function f(j), or a number of synapses
-- @tab opts delay and the values of variables of the new synapses; what is not given is as in `net:project`
-- @treturn int how many were added
methods.grow = guard.wrap("grow", function(self, what, opts)
  local p = private[self]
  if p.drive then error(("grow: input %s has no synapses"):format(p.name), 0) end
  opts = opts or {}
  p.net:prepare()
  runtime.collective("grow " .. p.name)
  p.grown = (p.grown or 0) + 1
  local range, given = synaptic.range(p.pre, p.post), {}
  for name, value in pairs(p.given) do given[name] = value end
  for name, value in pairs(opts) do
    if name ~= "delay" and not p.ir.by_name[name] then
      error(("grow: %s has no variable '%s'"):format(p.name, tostring(name)), 0)
    end
    if name ~= "delay" then given[name] = value end
  end
  local delay = opts.delay == nil and p.delay or opts.delay
  for name, value in pairs(given) do
    if values.kind(value) == "array" and opts[name] == nil then
      error(("grow: %s of %s was given by an array: give it for the new synapses, %s = …"):format(name, p.name, name), 0)
    end
  end
  if values.kind(delay) == "array" and opts.delay == nil then
    error(("grow: the delay of %s was given by an array: give it for the new synapses, delay = …"):format(p.name), 0)
  end
  local c = type(what) == "number" and draw_pairs(p, what, range) or what
  local connect_ctx = setmetatable({ context = "connect" }, { __index = p.context })
  local described = connector.describe(c, range, connect_ctx, p.serial | p.grown << 24, synaptic.needs_list(given, delay))
  if described.kind == "pairs" then described.multapses = false end
  local before = p.kernel:count()
  p.net.kernel:grow(p.kernel, {
    connector = described, delay = synaptic.describe(delay, "delay of " .. p.name, second, p.context, described, range, p.serial),
    vars = synaptic.describe_all(p, given, described, range),
  })
  return p.kernel:count() - before
end)

return methods
