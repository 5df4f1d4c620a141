--- Projections: synapses from one population to another. Made by `net:project`.
-- @module lunate.projection
local Q = require "lunate.quantity"
local array = require "lunate.array"
local connector = require "lunate.connector"
local guard = require "lunate.guard"
local options = require "lunate.options"
local population = require "lunate.population"
local rule = require "lunate.rule"
local runtime = require "lunate.runtime"
local source = require "lunate.source"
local unit = require "lunate.unit"
local values = require "lunate.values"
local view = require "lunate.view"

local M = {}

local Projection = { __name = "projection" }
local private = setmetatable({}, { __mode = "k" })

function M.is(x) return getmetatable(x) == Projection end
function M.inner(x) return private[x] end

local reserved = {
  connect = true, transmit = true, on_pre = true, on_post = true, rule = true, rules = true, delay = true, name = true,
  equations = true, parameters = true, precision = true, drive = true, every = true, method = true, functions = true,
  event = true,
}

local second = Q.dim_of(Q.units.second)

-- The synaptic variables named in the options, in the order of their names.
local function variables_of(spec, data)
  local given = {}
  for key, value in pairs(data or {}) do given[key] = value end
  for key, value in pairs(spec) do
    if not reserved[key] then given[key] = value end
  end
  local names = {}
  for key in pairs(given) do
    if type(key) ~= "string" then error(("net:project: unknown entry %s in the options"):format(tostring(key)), 0) end
    names[#names + 1] = key
  end
  table.sort(names)
  return given, names
end

local function declare(p, given, names, ctx)
  local declared = {}
  for _, name in ipairs(names) do
    local value = given[name]
    local kind = values.kind(value)
    if not kind then
      error(("%s of %s cannot be a %s: give a quantity, an array, a distribution, a function or an expression in quotes%s")
        :format(name, p.name, type(value), options.hint(name, { "connect", "transmit", "delay", "equations", "parameters" })), 0)
    end
    local dim
    if kind == "function" then
      local probe = value(1, 1)
      dim = Q.dim_of(probe)
    elseif kind == "expression" then
      dim = values.expression_dim(value, ctx)
    else
      dim = values.dim(value)
    end
    declared[name] = { dim = dim, shared = kind == "constant" }
  end
  return declared
end

-- A Lua function f(i, j) evaluated for listed pairs.
local function evaluate_pairs(f, what, expected, list, serial)
  local random = require "lunate.random"
  local out, seen = {}, {}
  for k = 1, list.n do
    local i, j = math.tointeger(list.i[k]), math.tointeger(list.j[k])
    local pair = i << 32 | j
    local occurrence = seen[pair] or 0
    seen[pair] = occurrence + 1
    local x = random.with_stream(serial << 20 | occurrence, pair, f, i, j)
    if type(x) ~= "number" and not Q.is(x) then
      error(("%s: the function gave a %s for the synapse %d → %d, a number or quantity was expected")
        :format(what, type(x), i, j), 0)
    end
    if x ~= 0 and Q.dim_of(x) ~= expected then
      error(("%s: the function's value for the synapse %d → %d is in %s, expected %s"):format(what, i, j,
        tostring(Q.dim_of(x)), tostring(expected)), 0)
    end
    out[k] = Q.value_of(x)
  end
  return { kind = "array", array = out }
end

-- An array value: one number a pair, or by source and target for all_to_all and one_to_one.
local function pick_array(value, what, expected, list, range)
  local numbers, dim = values.numbers(value, what)
  if dim ~= expected then error(("%s is in %s, expected %s"):format(what, tostring(dim), tostring(expected)), 0) end
  if not list.listed then
    if #numbers ~= list.n then error(("%s: %d values were given for %d pairs"):format(what, #numbers, list.n), 0) end
    return { kind = "array", array = numbers }
  end
  local out = {}
  if list.listed == "one_to_one" and #numbers == range.n_post then
    for k = 1, list.n do out[k] = numbers[math.tointeger(list.j[k])] end
  elseif list.listed == "all_to_all" and #numbers == range.n_pre * range.n_post then
    for k = 1, list.n do out[k] = numbers[math.tointeger((list.i[k] - 1) * range.n_post + list.j[k])] end
  else
    error(("%s: %d values were given; an array needs ln.pairs (one value a pair), one_to_one (one a neuron) or "
      .. "all_to_all (sources x targets)")
      :format(what, #numbers), 0)
  end
  return { kind = "array", array = out }
end

local function describe(value, what, expected, ctx, list, range, serial)
  local kind = values.kind(value)
  if kind == "function" then return evaluate_pairs(value, what, expected, list, serial) end
  if kind == "array" then return pick_array(value, what, expected, list, range) end
  return values.describe(value, what, expected, ctx)
end

local function needs_list(given, delay)
  local function by_pair(x)
    local kind = values.kind(x)
    return kind == "function" or kind == "array"
  end
  if by_pair(delay) then return true end
  for _, value in pairs(given) do
    if by_pair(value) then return true end
  end
  return false
end

-- What an expression about the synapses may refer to.
local function context_of(p, pre, post, spec, ir)
  local function lookup(asked, name)
    local mine = ir and asked.name == name and ir.parameter_by_name[name]
    if mine then return p.kernel and p.kernel:parameter(mine.index) or mine.value end
    local own = spec.parameters and spec.parameters[name]
    if own ~= nil then return Q.value_of(own) end
    for _, side in ipairs { post, pre } do
      local base = name:gsub("_post$", ""):gsub("_pre$", "")
      for k, par in ipairs(side and side.ir and side.ir.parameters or {}) do
        if par.name == name or par.name == base then return side.kernel:parameter(k - 1) end
      end
    end
    return 0
  end
  return { context = "synapse", pre = pre and pre.ir, post = post.ir, synapse = ir, parameter = lookup,
    parameters = spec.parameters }
end

-- The variables that the synapse's code reads or writes, as a set.
local function used_variables(ir)
  local used, seen = {}, {}
  local function walk(node)
    if seen[node] then return end
    seen[node] = true
    if type(node.ref) == "table" and node.ref.var then used[node.ref.var] = true end
    for key, child in pairs(node) do
      if type(child) == "table" and key ~= "ref" and key ~= "by_name" and key ~= "variables" then walk(child) end
    end
  end
  walk(ir)
  for _, var in ipairs(ir.variables) do
    if var.expr then walk(var.expr) end
  end
  return used
end

-- A name in the options that nothing refers to is a slip of the pen, such as `dealy = 1*ms`.
local function check_names(p, spec, names)
  local used, words = used_variables(p.ir), { spec.equations or "" }
  for _, value in pairs(spec) do -- expressions of values may read other variables
    if type(value) == "string" then words[#words + 1] = value end
  end
  local text = table.concat(words, " ")
  for _, name in ipairs(names) do
    local var = p.ir.by_name[name]
    if spec[name] ~= nil and var and not used[var] and not text:find("%f[%w_]" .. name .. "%f[^%w_]") then
      local known = {}
      for key in pairs(reserved) do known[#known + 1] = key end
      for _, other in ipairs(p.ir.variables) do
        if used[other] then known[#known + 1] = other.name end
      end
      table.sort(known)
      error(("net:project %s: '%s' is given, but neither transmit nor a rule reads it%s"):format(p.name, name,
        options.hint(name, known)), 0)
    end
  end
end

-- The numbers of the synapse's run-time constants.
local function parameters_of(ir)
  local out = {}
  for k, par in ipairs(ir.parameters) do out[k] = par.value end
  return out
end

local function range_of(pre, post)
  local own_lo, own_hi = post.kernel:own()
  return {
    n_pre = pre.hi - pre.lo + 1, n_post = post.hi - post.lo + 1, same = pre.kernel == post.kernel,
    pre_lo = pre.lo, post_lo = post.lo,
    own_lo = math.max(own_lo - post.lo + 1, 1), own_hi = math.min(own_hi - post.lo + 1, post.hi - post.lo + 1),
  }
end

local function make_view(p, var)
  local info = { name = ("%s of %s"):format(var.name, p.name), dim = var.dim }
  function info.size()
    p.net:prepare()
    return p.kernel:count()
  end
  function info.gather(lo, hi)
    p.net:prepare()
    local _, _, _, value = p.kernel:gather(var.index)
    if lo == 1 and hi == #value then return value end
    return value:slice(lo, hi)
  end
  function info.moments()
    p.net:prepare()
    return p.kernel:moments(var.index)
  end
  function info.fill(value) M.fill(p, var, value) end
  return view.new(info)
end

--- Sets a variable of all synapses of a projection.
function M.fill(p, var, value)
  local what = ("%s of %s"):format(var.name, p.name)
  p.net:prepare()
  local described
  local kind = values.kind(value)
  if var.class and kind ~= "constant" then
    error(("%s is one value for all synapses of a %s neuron: give it one number"):format(what,
      var.class == "pre" and "source" or "target"), 0)
  end
  if var.shared and kind ~= "constant" then
    error(("%s is stored once for all synapses: give it one value, or make it per synapse from the start (an array, "
      .. "a distribution or an expression in net:project)")
      :format(what), 0)
  end
  if kind == "function" then
    runtime.collective("read " .. p.name)
    local i, j = p.kernel:gather(-1)
    described = evaluate_pairs(value, what, var.dim, { n = #i, i = i, j = j }, p.serial)
  elseif kind == "array" then
    local numbers, dim = values.numbers(value, what)
    if dim ~= var.dim then error(("%s is in %s, expected %s"):format(what, tostring(dim), tostring(var.dim)), 0) end
    local n = p.kernel:count()
    if #numbers ~= n then error(("%s: %d values were given for %d synapses"):format(what, #numbers, n), 0) end
    described = { kind = "array", array = numbers }
  else
    described = values.describe(value, what, var.dim, p.context)
  end
  runtime.collective("set " .. what)
  p.kernel:fill(var.index, described)
end

local methods = {}

--- All synapses: arrays `pre`, `post` (1-based), `delay` and one for every per-synapse variable asked for, sorted by
-- source, target, delay. The same on every rank.
-- @param ... names of variables
methods.gather = guard.wrap("gather", function(self, ...)
  local p = private[self]
  p.net:prepare()
  runtime.collective("gather " .. p.name)
  local out = {}
  local i, j, delay = p.kernel:gather(-1)
  out.pre, out.post, out.delay = array.wrap(i), array.wrap(j), array.wrap(delay * p.net.dt, second)
  for _, name in ipairs { ... } do
    local var = p.ir.by_name[name]
    if not var then error(("%s has no variable '%s'"):format(p.name, tostring(name)), 0) end
    local _, _, _, value = p.kernel:gather(var.index)
    out[name] = array.wrap(value, var.dim)
  end
  return out
end)

--- The number of synapses on all ranks.
methods.count = guard.wrap("count", function(self)
  local p = private[self]
  p.net:prepare()
  runtime.collective("count " .. p.name)
  return p.kernel:count()
end)

-- One description a synaptic variable, in the order of the unit.
local function describe_variables(p, given, list, range)
  local out = {}
  for k, var in ipairs(p.ir.variables) do
    local value = given[var.name]
    if value == nil then value = 0 end
    out[k] = describe(value, ("%s of %s"):format(var.name, p.name), var.dim, p.context, list, range, p.serial)
  end
  return out
end

-- ---------------------------------------------------------------- rewiring

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
  local range, given = range_of(p.pre, p.post), {}
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
  local described = connector.describe(c, range, connect_ctx, p.serial | p.grown << 24, needs_list(given, delay))
  if described.kind == "pairs" then described.multapses = false end
  local before = p.kernel:count()
  p.net.kernel:grow(p.kernel, {
    connector = described, delay = describe(delay, "delay of " .. p.name, second, p.context, described, range, p.serial),
    vars = describe_variables(p, given, described, range),
  })
  return p.kernel:count() - before
end)

local attributes = {
  name = function(p) return p.name end,
  pre = function(p) return p.pre_object end,
  post = function(p) return p.post_object end,
  plastic = function(p) return #p.ir.rules > 0 and p.kernel:plastic() end,
  rule = function(p)
    if #p.ir.rules == 0 then error(("projection %s has no learning rule"):format(p.name), 0) end
    return p.rules[1]
  end,
  rules = function(p) return p.rules end,
}

local function find_parameter(p, name)
  for k, par in ipairs(p.ir.parameters) do
    if par.name == name then return k - 1, par end
  end
end

local function unknown(p, key)
  local names = {}
  for _, var in ipairs(p.ir.variables) do names[#names + 1] = var.name end
  for _, par in ipairs(p.ir.parameters) do names[#names + 1] = par.name end
  error(("projection %s has no variable or parameter '%s'%s"):format(p.name, tostring(key), options.hint(key, names)), 0)
end

Projection.__index = guard.wrap("field", function(self, key)
  local p = private[self]
  local var = p.ir.by_name[key]
  if var and not p.drive then return make_view(p, var) end
  local k, par = find_parameter(p, key)
  if k then return Q.new(p.kernel:parameter(k), par.dim) end
  if methods[key] then return methods[key] end
  if attributes[key] then return attributes[key](p) end
  if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
  unknown(p, key)
end)

local function set_parameter(p, key, k, par, value)
  local number = values.constant(value, ("%s of %s"):format(key, p.name), par.dim).a
  runtime.collective(("set %s of %s"):format(key, p.name))
  p.kernel:set_parameter(k, number)
end

local function set_plastic(p, value)
  if type(value) ~= "boolean" then error(("plastic of %s must be true or false"):format(p.name), 0) end
  runtime.collective("set plastic of " .. p.name)
  p.kernel:set_plastic(value)
end

-- The rules of a projection, whose parameters can be read and set: proj.rule.A_p = 0.02.
local function rule_views(p)
  local views = {}
  for k, entry in ipairs(p.ir.rules) do
    local names = {}
    for name in pairs(entry.parameters) do names[#names + 1] = name end
    table.sort(names)
    local function find(key)
      local par = entry.parameters[key]
      if not par then
        error(("the rule of %s has no parameter '%s'%s"):format(p.name, tostring(key), options.hint(key, names)), 0)
      end
      return par
    end
    views[k] = setmetatable({}, {
      __name = "rule",
      __index = guard.wrap("field", function(_, key)
        if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
        local par = find(key)
        return Q.new(p.kernel:parameter(par.index), par.dim)
      end),
      __newindex = guard.wrap("field", function(_, key, value)
        local par = find(key)
        set_parameter(p, key, par.index, par, value)
      end),
      __tostring = function() return ("rule of %s: parameters %s"):format(p.name, table.concat(names, ", ")) end,
      __complete = function() return names end,
    })
  end
  return views
end

Projection.__newindex = guard.wrap("field", function(self, key, value)
  local p = private[self]
  if p.drive then
    if key ~= "rate" then error(("input %s: only its rate can be set"):format(p.name), 0) end
    return M.set_rate(p, value)
  end
  local var = p.ir.by_name[key]
  if var then return M.fill(p, var, value) end
  if key == "plastic" then return set_plastic(p, value) end
  local k, par = find_parameter(p, key)
  if not k then unknown(p, key) end
  set_parameter(p, key, k, par, value)
end)

Projection.__len = function(self) return self:count() end

Projection.__tostring = function(self)
  local p = private[self]
  return ("projection %s: %s, %s"):format(p.name, p.connect_text, (p.transmit:gsub("%s*\n%s*", "; ")))
end

Projection.__complete = function(self)
  local out = { "count", "gather", "grow", "name", "plastic", "pre", "post", "prune", "rule" }
  for _, var in ipairs(private[self].ir.variables) do
    if not var.hidden then out[#out + 1] = var.name end
  end
  table.sort(out)
  return out
end
Projection.__help = [[Synapses. proj.w is a view of a synaptic variable (proj.w:mean(), proj.w = ...); proj:gather("w") lists all
synapses (pre, post, delay, w); #proj counts them.]]

local counter = 0

local function check_sides(pre, post)
  if not population.is(post) then
    error(("net:project: the target must be a population, got a %s"):format(type(post)), 0)
  end
  if not population.is(pre) and not source.is_input(pre) then
    error(("net:project: the source must be a population or ln.poisson_input, got a %s"):format(type(pre)), 0)
  end
  local target = population.inner(post)
  if not target.ir then error(("net:project: %s has given spikes and takes no input"):format(target.name), 0) end
  return not source.is_input(pre) and population.inner(pre) or nil, target
end

-- Statements, or several by the name of their pathway.
local function check_statements(name, what, given)
  if given == nil or type(given) == "string" then return end
  if type(given) ~= "table" or next(given) == nil then
    error(("net:project %s: %s must be statements in quotes, or a table of them by name, got a %s"):format(name, what,
      type(given)), 0)
  end
  for key, text in pairs(given) do
    if type(key) ~= "string" or type(text) ~= "string" then
      error(("net:project %s: %s: a table holds statements by name, such as {up = \"v += w\"}"):format(name, what), 0)
    end
  end
end

-- The sums over synapses that a projection makes; no two projections can make the same one.
local function claim_sums(p, post)
  post.summed = post.summed or {}
  for _, name in ipairs(p.ir.summed) do
    local other = post.summed[name]
    if other and other.hi >= post.lo and other.lo <= post.hi then
      error(("net:project %s: %s of %s is a sum over the synapses of %s already: use two variables")
        :format(p.name, name, post.name, other.projection), 0)
    end
    post.summed[name] = { projection = p.name, lo = post.lo, hi = post.hi }
  end
end

-- The rules given, as a list of definitions.
local function rules_of(name, spec)
  local given = spec.rules or (spec.rule ~= nil and { spec.rule }) or {}
  if spec.rule ~= nil and spec.rules ~= nil then
    error(("net:project %s: give rule or rules, not both"):format(name), 0)
  end
  if rule.is(given) then given = { given } end
  local out = {}
  for k, entry in ipairs(given) do
    if not rule.is(entry) then
      error(("net:project %s: a rule is made by ln.rule{...} or ln.rules.<name>{...}, got a %s"):format(name, type(entry)), 0)
    end
    out[k] = rule.definition(entry)
  end
  if spec.rules ~= nil and #out == 0 then error(("net:project %s: rules is a list of rules"):format(name), 0) end
  return out
end

local function is_by_pathway(delay)
  return type(delay) == "table" and getmetatable(delay) == nil and type(next(delay)) == "string"
end

local function period_of(p, pathway)
  local period = pathway.period
  if not (Q.is(period) and Q.dim_of(period) == second) then
    error(("every of %s: expected {time, statements} such as {10*ms, \"w *= 0.9\"}, got %s"):format(p.name,
      tostring(period)), 0)
  end
  return Q.value_of(period)
end

-- The delay of the first pathway, and those of the others in seconds, by the order of the ir's pathways.
local function split_delay(p, delay)
  if delay == nil then delay = 0 end
  if not is_by_pathway(delay) then
    local rest = {}
    for k = 2, #p.ir.pathways do
      local pathway = p.ir.pathways[k]
      rest[k - 1] = pathway.kind == "every" and period_of(p, pathway) or 0
    end
    return delay, rest
  end
  local routes, main, known = {}, 0, {}
  for k, pathway in ipairs(p.ir.pathways) do
    if pathway.side ~= "all" then known[#known + 1] = pathway.name end
    local value = delay[pathway.name]
    if pathway.side == "all" then
      routes[k - 1] = pathway.kind == "every" and period_of(p, pathway) or 0
    elseif k == 1 then
      main = value == nil and 0 or value
    else
      local what = ("delay of %s: %s"):format(p.name, pathway.name)
      if value ~= nil and values.kind(value) ~= "constant" then
        error(("%s: only the first pathway (%s) can have different delays for different synapses; give one time"):format(what,
          p.ir.pathways[1].name), 0)
      end
      routes[k - 1] = value == nil and 0 or values.constant(value, what, second).a
    end
  end
  for key in pairs(delay) do
    local found
    for _, name in ipairs(known) do found = found or name == key end
    if not found then
      error(("delay of %s: there is no pathway '%s'; there are %s"):format(p.name, tostring(key), table.concat(known, ", ")), 0)
    end
  end
  return main, routes
end

local function check_spec(name, spec, is_input)
  if type(spec) ~= "table" then
    error(("net:project takes a table {connect = ..., transmit = ...}, got a %s"):format(type(spec)), 0)
  end
  local transmit = spec.transmit == nil and spec.on_pre or spec.transmit
  if spec.transmit ~= nil and spec.on_pre ~= nil then
    error(("net:project %s: on_pre is another name of transmit: give one of them"):format(name), 0)
  end
  check_statements(name, "transmit", transmit)
  local sums = spec.drive ~= nil or type(spec.equations) == "string" and spec.equations:find "summed"
  if transmit == nil and not sums then
    error(("net:project %s: transmit is missing: what a spike does to the target, such as \"v += w\""):format(name), 0)
  end
  check_statements(name, "on_post", spec.on_post)
  if is_input and (spec.on_post ~= nil or spec.drive ~= nil or spec.rule ~= nil or spec.rules ~= nil) then
    error(("net:project %s: a Poisson input has no neurons to learn from: use ln.models.poisson"):format(name), 0)
  end
  if spec.connect == nil and not is_input then
    error(("net:project %s: connect is missing: who is connected with whom, such as ln.bernoulli(0.1)"):format(name), 0)
  end
  if is_input and (spec.connect ~= nil or spec.delay ~= nil) then
    error(("net:project %s: a Poisson input has no connector and no delay: each target has its own"):format(name), 0)
  end
end

local function known_signals(net)
  local out = {}
  for name, s in pairs(net.signals) do out[name] = { dim = s.var.dim, type = s.var.type } end
  return out
end

-- Population and variable of each signal that the synapse reads.
local function signals_of(p)
  local out = {}
  for k, slot in ipairs(p.ir.signals) do
    local s = p.net.signals[slot.name]
    out[k] = { s.inner.kernel, s.var.index }
  end
  return out
end

local function compile(p, spec, pre, post, declared)
  local compiled = unit.synapse {
    name = p.name, transmit = spec.transmit or spec.on_pre, on_post = spec.on_post, rules = rules_of(p.name, spec),
    signals = known_signals(p.net), drive = spec.drive, every = rule.every(spec.every, "net:project " .. p.name),
    method = spec.method,
    equations = spec.equations, variables = declared, parameters = spec.parameters, functions = spec.functions,
    pre = pre and pre.ir, post = post.ir, precision = spec.precision or post.ir.precision,
  }
  p.ir, p.par = compiled.ir, parameters_of(compiled.ir)
  runtime.collective("compile " .. p.name)
  p.model = unit.load(compiled)
end

local function add_input(p, net, pre, post, given)
  p.drive = true
  local range = { n_pre = 1, n_post = post.hi - post.lo + 1 }
  local list = { listed = "one_to_one", n = 0 }
  local kernel_spec = {
    name = p.name, post = post.kernel, post_lo = post.lo, post_hi = post.hi, synapse = p.model, par = p.par,
    vars = describe_variables(p, given, list, range), mean = M.mean_arrivals(p, pre, post),
  }
  runtime.collective("input " .. p.name)
  p.kernel = net.kernel:input(kernel_spec)
end

local function depends_on_time(node)
  if node.ref and node.ref.kind == "builtin" and node.ref.name == "t" then return true end
  for _, child in ipairs(node) do
    if depends_on_time(child) then return true end
  end
  return false
end

--- The arrivals a step of a Poisson input, as a value.
function M.mean_arrivals(p, input, post)
  local ctx = population.context(post)
  local hertz = Q.dim_of(Q.units.Hz)
  local what = "rate of " .. p.name
  local rate, dt, n = input.rate, p.net.dt, input.n
  local kind = values.kind(rate)
  if kind == "constant" then
    local value = values.constant(rate, what, hertz).a
    if value < 0 then error(what .. " is negative", 0) end
    return { kind = "constant", a = value * n * dt }
  elseif kind == "expression" then
    local dim = values.expression_dim(rate, ctx) -- what is wrong is told in the user's words
    if dim ~= hertz then error(("%s is in %s, expected Hz"):format(what, tostring(dim)), 0) end
    local scale = Q.new(n * dt, second)
    local scaled = setmetatable({
      parameters = { arrivals_a_hertz = scale },
      parameter = function(par, name) return name == "arrivals_a_hertz" and n * dt or ctx.parameter(par, name) end,
    }, { __index = ctx })
    local described, ir = values.expression(("(%s)*arrivals_a_hertz"):format(rate), what, Q.dimensionless, scaled)
    if depends_on_time(ir.expr) then
      error(("%s depends on t, but is evaluated once: change it by net:every, or take Poisson neurons "
        .. "(threshold = \"rand() < rate*dt\") with a rate in their equations"):format(what), 0)
    end
    return described
  elseif kind == "array" then
    local numbers = values.describe(rate, what, hertz, ctx).array
    local out = {}
    for k = 1, #numbers do out[k] = numbers[k] * n * dt end
    return { kind = "array", array = out }
  end
  error(what .. " must be a quantity, an array (one a target) or an expression in quotes", 0)
end

--- Changes the rate of a Poisson input.
function M.set_rate(p, value)
  p.input = { rate = value, n = p.input.n }
  local mean = M.mean_arrivals(p, p.input, p.post)
  runtime.collective("set rate of " .. p.name)
  p.kernel:set_mean(mean)
end

-- What of the source arrives: 0 its spikes, else the number of a custom event of its model.
local function event_number(p, pre, spec)
  if spec.event == nil or spec.event == "spike" then return 0 end
  local number = type(spec.event) == "string" and pre.kernel:event(spec.event)
  if number then return number end
  local names = { "spike" }
  for _, event in ipairs(pre.ir and pre.ir.events or {}) do names[#names + 1] = event.name end
  error(("net:project %s: %s has no event '%s'%s; there are %s"):format(p.name, pre.name, tostring(spec.event),
    options.hint(spec.event, names), table.concat(names, ", ")), 0)
end

--- Adds a projection to a network's inner record; see `net:project`.
function M.add(net, pre_object, post_object, spec)
  local pre, post = check_sides(pre_object, post_object)
  counter = counter + 1
  local p = {
    net = net, serial = counter, pre_object = pre_object, post_object = post_object, post = post, input = not pre and pre_object,
    name = spec and spec.name or ("%s→%s"):format(pre and pre.name or "input", post.name),
  }
  check_spec(p.name, spec, not pre)
  if type(p.name) ~= "string" then error("net:project: name must be a string", 0) end
  if (pre and pre.net ~= net) or post.net ~= net then
    error(("net:project %s: a population belongs to another network"):format(p.name), 0)
  end
  p.transmit = rule.text(spec.transmit or spec.on_pre or spec.drive or "no transmission")
  p.connect_text = not pre and tostring(pre_object) or type(spec.connect) == "function" and "a Lua function"
    or tostring(spec.connect):gsub("^connector ", "")
  local data = connector.is(spec.connect) and spec.connect.data
  local given, names = variables_of(spec, data)
  local ctx = context_of(p, pre, post, spec, nil)
  compile(p, spec, pre, post, declare(p, given, names, ctx))
  check_names(p, spec, names)
  p.context = context_of(p, pre, post, spec, p.ir)
  if not pre then
    add_input(p, net, pre_object, post, given)
  else
    local range = range_of(pre, post)
    local delay, routes = split_delay(p, spec.delay)
    claim_sums(p, post)
    p.pre, p.given, p.delay = pre, given, delay
    local connect_ctx = setmetatable({ context = "connect" }, { __index = p.context })
    local described = connector.describe(spec.connect, range, connect_ctx, counter, needs_list(given, delay))
    local kernel_spec = {
      name = p.name, pre = pre.kernel, post = post.kernel, pre_lo = pre.lo, pre_hi = pre.hi, post_lo = post.lo,
      post_hi = post.hi, synapse = p.model, par = p.par, connector = described,
      delay = describe(delay, "delay of " .. p.name, second, p.context, described, range, counter),
      vars = describe_variables(p, given, described, range), route_delay = #routes > 0 and routes or nil,
      event = event_number(p, pre, spec),
      signals = signals_of(p),
    }
    runtime.collective(("project %s by %s"):format(p.name, p.connect_text))
    p.kernel = net.kernel:projection(kernel_spec)
  end
  p.rules = rule_views(p)
  net.objects[#net.objects + 1] = p
  local self = setmetatable({}, Projection)
  private[self] = p
  return self
end

return M
