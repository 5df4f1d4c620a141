--- Values of synaptic variables as a user gives them: declared, checked, described to the kernel.
-- @module lunate.projection.values
local Q = require "lunate.quantity"
local clock = require "lunate.clock"
local options = require "lunate.options"
local runtime = require "lunate.runtime"
local values = require "lunate.values"

local M = {}

local second = Q.dim_of(Q.units.second)

local reserved = {
  connect = true, transmit = true, on_pre = true, on_post = true, on_event = true, on_signal = true, rule = true,
  rules = true, delay = true,
  name = true, equations = true, parameters = true, precision = true, drive = true, every = true, method = true, functions = true,
  event = true, dt = true, order = true, multisynaptic_index = true,
}

--- Whether a name in the options is one of `net:project`, rather than a variable's.
function M.is_reserved(name) return reserved[name] or false end

-- The synaptic variables named in the options, in the order of their names.
function M.variables_of(spec, data)
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

function M.declare(p, given, names, ctx)
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
      dim = values.expression_dim(value, ctx, ("%s of %s"):format(name, p.name))
    else
      dim = values.dim(value)
    end
    declared[name] = { dim = dim, shared = kind == "constant" }
  end
  return declared
end

-- A Lua function f(i, j, k) evaluated for listed pairs, of which k numbers those of the same source and target.
local function evaluate_pairs(f, what, expected, list, serial)
  local random = require "lunate.random"
  local out, seen, alone = {}, {}, "the function for " .. what
  for k = 1, list.n do
    local i, j = math.tointeger(list.i[k]), math.tointeger(list.j[k])
    local pair = i << 32 | j
    local occurrence = seen[pair] or 0
    seen[pair] = occurrence + 1
    local x = random.with_stream(serial << 20 | occurrence, pair, runtime.alone, alone, f, i, j, occurrence + 1)
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

function M.describe(value, what, expected, ctx, list, range, serial, boolean_ok)
  local kind = values.kind(value)
  if kind == "function" then return evaluate_pairs(value, what, expected, list, serial) end
  if kind == "array" then return pick_array(value, what, expected, list, range) end
  return values.describe(value, what, expected, ctx, boolean_ok)
end

--- Delays by the name of their pathway, rather than one, or an array of them.
function M.is_by_pathway(delay)
  return type(delay) == "table" and getmetatable(delay) == nil and type(next(delay)) == "string"
end

function M.needs_list(given, delay)
  local function by_pair(x)
    local kind = values.kind(x)
    return kind == "function" or kind == "array"
  end
  for _, value in pairs(M.is_by_pathway(delay) and delay or { delay }) do
    if by_pair(value) then return true end
  end
  for _, value in pairs(given) do
    if by_pair(value) then return true end
  end
  return false
end

--- How many neurons there are on both sides, in the slices and in their populations, and where the slices begin.
function M.slices(pre, post)
  return {
    sizes = {
      N_pre = pre and pre.hi - pre.lo + 1, N_post = post.hi - post.lo + 1,
      N_pre_whole = pre and pre.size, N_post_whole = post.size,
    },
    first = { pre = pre and pre.lo, post = post.lo },
  }
end

-- What an expression about the synapses may refer to.
function M.context_of(p, pre, post, spec, ir)
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
  local slices = M.slices(pre, post)
  return { context = "synapse", pre = pre and pre.ir, post = post.ir, synapse = ir, parameter = lookup,
    parameters = spec.parameters, sizes = slices.sizes, first = slices.first,
    now = function() return clock.now(p.net, p.clock) end, dt = p.clock.dt,
    objects = { pre = p.pre_object, post = p.post_object } }
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
function M.check_names(p, spec, names)
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

--- The neurons of both sides, as connectors see them.
function M.range(pre, post)
  local own_lo, own_hi = post.kernel:own()
  return {
    n_pre = pre.hi - pre.lo + 1, n_post = post.hi - post.lo + 1, same = pre.kernel == post.kernel,
    pre_lo = pre.lo, post_lo = post.lo,
    own_lo = math.max(own_lo - post.lo + 1, 1), own_hi = math.min(own_hi - post.lo + 1, post.hi - post.lo + 1),
  }
end

-- One description a synaptic variable, in the order of the unit. `delay`: as the user gave it, where pathways have theirs.
function M.describe_all(p, given, list, range, delay)
  local out = {}
  for k, var in ipairs(p.ir.variables) do
    local value = given[var.name]
    if value == nil then value = 0 end
    if var.delays then
      out[k] = M.describe(delay[var.delays], ("delay of %s: %s"):format(p.name, var.delays), second, p.context, list, range,
        p.serial)
    else
      out[k] = M.describe(value, ("%s of %s"):format(var.name, p.name), var.dim, p.context, list, range, p.serial,
        var.type == "bool")
    end
  end
  return out
end

-- Whether synapses have values of their own of a variable.
local function check_stored(what, var, kind, part)
  if var.held then error(("%s is computed at the start of each step (constant over dt) and cannot be set"):format(what), 0) end
  if not var.index then
    error(("%s follows from other variables (%s = …) and cannot be set"):format(what, var.name), 0)
  end
  if var.class and (part or kind ~= "constant") then
    error(("%s is one value for all synapses of a %s neuron: give it one number"):format(what,
      var.class == "pre" and "source" or "target"), 0)
  end
  if var.shared and (part or kind ~= "constant") then
    error(("%s is stored once for all synapses: give it one value, or make it per synapse from the start (an array, "
      .. "a distribution or an expression in net:project)")
      :format(what), 0)
  end
end

-- An array for synapses in the order of a gather: of all, or of a part's, which may have been listed in another order.
local function in_order(numbers, part)
  local list = part and part.list
  if not list then return numbers end
  local order, out = {}, {}
  for k = 1, #list do order[k] = k end
  table.sort(order, function(a, b) return list[a] < list[b] end)
  for k, place in ipairs(order) do out[k] = numbers[place] end
  return out
end

--- Sets a variable of all synapses of a projection, or of a part of them ({where = value for the kernel, list = places}).
function M.fill(p, var, value, part)
  local what = ("%s of %s"):format(var.name, p.name)
  p.net:prepare()
  local described
  local kind = values.kind(value)
  local where = part and part.where
  check_stored(what, var, kind, part)
  if kind == "function" then
    runtime.collective("read " .. p.name)
    local i, j = p.kernel:gather(-1, where)
    i, j = i - (p.pre.lo - 1), j - (p.post.lo - 1)
    described = evaluate_pairs(value, what, var.dim, { n = #i, i = i, j = j }, p.serial)
  elseif kind == "array" then
    local n = part and part.list and #part.list
    if not n then
      runtime.collective("count " .. what)
      n = where and #p.kernel:gather(-1, where) or p.kernel:count()
    end
    local numbers, dim = values.numbers(value, what)
    if dim ~= var.dim then error(("%s is in %s, expected %s"):format(what, tostring(dim), tostring(var.dim)), 0) end
    if #numbers ~= n then error(("%s: %d values were given for %d synapses"):format(what, #numbers, n), 0) end
    described = { kind = "array", array = in_order(numbers, part) }
  else
    described = values.describe(value, what, var.dim, p.context, var.type == "bool")
  end
  runtime.collective("set " .. what)
  p.kernel:fill(var.index, described, where)
end

return M
