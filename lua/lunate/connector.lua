--- Connectors: who is connected with whom. `ln.bernoulli(0.02)`, `ln.fixed_indegree(100)`, …
--
-- Sources are numbered i = 1 … N_pre, targets j = 1 … N_post. Random connectors draw for each target (or by a
-- splitting tree over the targets), so that the network does not depend on the number of ranks.
-- @module lunate.connector
local Q = require "lunate.quantity"
local csv = require "lunate.csv"
local generator = require "lunate.generator"
local guard = require "lunate.guard"
local kernel = require "lunate.kernel"
local options = require "lunate.options"
local runtime = require "lunate.runtime"
local values = require "lunate.values"

local M = {}

local Connector = { __name = "connector" }
Connector.__index = Connector

function Connector:__tostring() return "connector " .. self.text end

local function make(fields) return setmetatable(fields, Connector) end

function M.is(x) return getmetatable(x) == Connector end

local function describe_options(opts)
  local words = {}
  for _, key in ipairs { "autapses", "multapses" } do
    if opts and opts[key] ~= nil then words[#words + 1] = ("%s = %s"):format(key, tostring(opts[key])) end
  end
  return #words > 0 and ", {" .. table.concat(words, ", ") .. "}" or ""
end

local flags = { autapses = { "boolean" }, multapses = { "boolean" } }

local function whole(name, n)
  local k = math.tointeger(n)
  if type(n) ~= "number" or not k or k < 0 then
    error(("ln.%s: expected a whole number of synapses, got %s"):format(name, tostring(n)), 0)
  end
  return k
end

--- Every source with every target. `{autapses = false}` leaves out i == j within one population.
M.all_to_all = guard.wrap("ln.all_to_all", function(opts)
  options.check("ln.all_to_all", opts or {}, { autapses = { "boolean" } })
  local autapses = not (opts and opts.autapses == false)
  return make { kind = "all_to_all", autapses = autapses, multapses = false, text = "all_to_all" .. describe_options(opts) }
end)

--- Source i with target i; both sides have the same size.
M.one_to_one = guard.wrap("ln.one_to_one", function()
  return make { kind = "one_to_one", autapses = true, multapses = false, text = "one_to_one" }
end)

--- Each pair with probability p, a number or an expression of i, j and the variables of both sides
-- (`"0.3*exp(-(x_pre - x_post)**2/s**2)"`, `"i != j"`).
M.bernoulli = guard.wrap("ln.bernoulli", function(p, opts)
  options.check("ln.bernoulli", opts or {}, { autapses = { "boolean" }, parameters = { "table" } })
  if type(p) ~= "string" and not (type(p) == "number" and p >= 0 and p <= 1) then
    error(("ln.bernoulli: the probability must be a number from 0 to 1 or an expression in quotes, got %s")
      :format(tostring(p)), 0)
  end
  local autapses = not (opts and opts.autapses == false)
  return make {
    kind = "bernoulli", p = type(p) == "number" and p or 0, condition = type(p) == "string" and p or nil,
    parameters = opts and opts.parameters, autapses = autapses, multapses = false,
    text = ("bernoulli(%s%s)"):format(type(p) == "string" and ("%q"):format(p) or p, describe_options(opts)),
  }
end)

local function degrees(name)
  return guard.wrap("ln." .. name, function(n, opts)
    options.check("ln." .. name, opts or {}, flags)
    return make {
      kind = name, n = whole(name, n), autapses = not (opts and opts.autapses == false),
      multapses = not (opts and opts.multapses == false), text = ("%s(%d%s)"):format(name, n, describe_options(opts)),
    }
  end)
end

--- n sources for every target; multapses and autapses are allowed unless `{multapses = false, autapses = false}`.
M.fixed_indegree = degrees "fixed_indegree"
--- n targets for every source; options as `fixed_indegree`.
M.fixed_outdegree = degrees "fixed_outdegree"
--- n synapses in all; options as `fixed_indegree`.
M.fixed_total = degrees "fixed_total"

--- The given pairs: lists or arrays of source and target indices (1-based); pairs may repeat.
-- Per-synapse values may then be arrays of the same length.
M.pairs = guard.wrap("ln.pairs", function(i, j)
  local from = values.numbers(i, "the list of sources")
  local to = values.numbers(j, "the list of targets")
  if #from ~= #to then
    error(("ln.pairs: %d sources, but %d targets"):format(#from, #to), 0)
  end
  return make { kind = "pairs", i = from, j = to, n = #from, autapses = true, multapses = true,
    text = ("pairs (%d)"):format(#from) }
end)

--- Any Lua function f(j) that returns the list of sources of target j. It is called for a rank's own targets only;
-- random numbers drawn in it depend on j alone.
M.from_function = guard.wrap("ln.from_function", function(f)
  if type(f) ~= "function" then error("ln.from_function takes a function f(j), got a " .. type(f), 0) end
  return make { kind = "function", f = f, autapses = true, multapses = true, text = "a Lua function" }
end)

--- Pairs by the words of Brian2's generators, indices from 1: the targets j of each source i,
-- `ln.generator "k for k in range(i - 3, i + 4) if k != i"`, or the sources of each target, `ln.generator { i = "…" }`.
-- `sample(first, end, step, p = …)` and `sample(first, end, size = …)` choose among the numbers of a range; conditions may
-- read i, j, k, N_pre, N_post, variables of both sides (`x_pre`, `x_post`), parameters and `rand()`. What is drawn depends on
-- the source (the target) alone.
-- @param text the generator, or a table { i = } or { j = }
-- @tab[opt] opts skip_if_invalid (true: leaves out neurons that do not exist; else an error), n (synapses a pair), parameters
-- @return connector
-- @see Brian2's user guide, "Creating synapses with the generator syntax"
M.generator = guard.wrap("ln.generator", function(text, opts)
  opts = options.check("ln.generator", opts or {}, { skip_if_invalid = { "boolean" }, n = { "integer" },
    parameters = { "table" } })
  local partner = type(text) == "table" and text.i and "i" or "j"
  if type(text) == "table" then
    options.check("ln.generator", text, { i = { "string" }, j = { "string" } })
    if (text.i == nil) == (text.j == nil) then
      error("ln.generator: give j (targets of a source) or i (sources of a target)", 0)
    end
    text = text[partner]
  end
  if type(text) ~= "string" then error("ln.generator takes a text, got a " .. type(text), 0) end
  return make { kind = "generator", generator = generator.parse(text), partner = partner, skip = opts.skip_if_invalid,
    repeats = whole("generator", opts.n or 1), parameters = opts.parameters, autapses = true, multapses = true,
    text = ("generator(%s = %q)"):format(partner, text) }
end)

local function name_column(column, labels, what, path)
  if type(column[1]) ~= "string" then return column end
  if not labels then
    error(("%s: column '%s' holds names: give ln.from_csv the option names = {...}, a list in the order of the neurons")
      :format(path, what), 0)
  end
  local index = {}
  for k, label in ipairs(labels) do index[label] = k end
  local out = {}
  for row, label in ipairs(column) do
    out[row] = index[label] or error(("%s: row %d: no neuron is called '%s' in column '%s'"):format(path, row, label, what), 0)
  end
  return out
end

--- Synapses from a CSV file with a header: columns `pre` and `post` hold indices (1-based) or names; further columns
-- become synaptic variables of the same name.
-- @string path the file
-- @tab opts names (list of neuron names), pre_names, post_names, units (column -> unit, e.g. `{w = ln.nS}`),
-- columns (which further columns to take; all numeric ones by default)
M.from_csv = guard.wrap("ln.from_csv", function(path, opts)
  opts = options.check("ln.from_csv", opts or {}, {
    names = { "table" }, pre_names = { "table" }, post_names = { "table" }, units = { "table" }, columns = { "table" },
  })
  local file = csv.read(path)
  for _, column in ipairs { "pre", "post" } do
    if not file.columns[column] then
      error(("%s: no column '%s' (its columns: %s)"):format(path, column, table.concat(file.names, ", ")), 0)
    end
  end
  local data, wanted = {}, opts.columns
  if not wanted then
    wanted = {}
    for _, name in ipairs(file.names) do
      if name ~= "pre" and name ~= "post" and type(file.columns[name][1]) == "number" then wanted[#wanted + 1] = name end
    end
  end
  for _, name in ipairs(wanted) do
    local column = file.columns[name] or error(("%s: no column '%s'"):format(path, name), 0)
    local scale = opts.units and opts.units[name] or 1
    local out = {}
    for row, x in ipairs(column) do
      if type(x) ~= "number" then
        error(("%s: row %d: column '%s' holds '%s', a number was expected"):format(path, row, name, x), 0)
      end
      out[row] = x * scale
    end
    data[name] = out
  end
  local i = name_column(file.columns.pre, opts.pre_names or opts.names, "pre", path)
  local j = name_column(file.columns.post, opts.post_names or opts.names, "post", path)
  return make { kind = "pairs", i = i, j = j, n = #i, data = data, autapses = true, multapses = true,
    text = ("from_csv %s (%d)"):format(path, #i) }
end)

--- A weight matrix, one row a source, one column a target: synapses where it is not zero, with variable `w`.
-- @param matrix list of rows (lists of numbers or quantities) or a 2-D array
M.dense = guard.wrap("ln.dense", function(matrix)
  local i, j, w = {}, {}, {}
  local function check(line, row)
    if type(line) ~= "table" and type(line) ~= "userdata" or Q.is(line) then
      error(("ln.dense takes a list of rows or an array of two dimensions, row %d is %s"):format(row, tostring(line)), 0)
    end
    if #line ~= #matrix[1] then
      error(("ln.dense: row %d has %d columns, row 1 has %d"):format(row, #line, #matrix[1]), 0)
    end
  end
  if type(matrix) ~= "table" and type(matrix) ~= "userdata" then check(matrix, 1) end
  for row = 1, #matrix do
    local line = matrix[row]
    check(line, row)
    for column = 1, #line do
      local x = line[column]
      if Q.value_of(x) ~= 0 then i[#i + 1], j[#j + 1], w[#w + 1] = row, column, x end
    end
  end
  return make { kind = "pairs", i = i, j = j, n = #i, data = { w = w }, autapses = true, multapses = true,
    text = ("dense (%d synapses)"):format(#i), rows = #matrix, columns = matrix[1] and #matrix[1] or 0 }
end)

local function check_pairs(c, n_pre, n_post)
  for k = 1, c.n do
    local i, j = c.i[k], c.j[k]
    if not (i >= 1 and i <= n_pre and i == i // 1) then
      error(("connect: pair %d names source %g, but the sources are 1 to %d"):format(k, i, n_pre), 0)
    end
    if not (j >= 1 and j <= n_post and j == j // 1) then
      error(("connect: pair %d names target %g, but the targets are 1 to %d"):format(k, j, n_post), 0)
    end
  end
end

-- The pairs of own targets that a Lua function gives; origin numbers the pairs of this rank.
local function call_function(c, range, stream)
  local random = require "lunate.random"
  local i, j = {}, {}
  for target = range.own_lo, range.own_hi do
    local sources = random.with_stream(stream, target, runtime.alone, "the connector's function", c.f, target)
    if type(sources) ~= "table" then
      error(("connect: the function gave a %s for target %d, a list of sources was expected"):format(type(sources), target), 0)
    end
    for k = 1, #sources do
      local source = sources[k]
      if math.tointeger(source) == nil or source < 1 or source > range.n_pre then
        error(("connect: the function gave source %s for target %d, but the sources are 1 to %d")
          :format(tostring(source), target, range.n_pre), 0)
      end
      i[#i + 1], j[#j + 1] = source, target
    end
  end
  return { kind = "pairs", i = i, j = j, n = #i, autapses = true, multapses = true, is_local = true }
end

--- The kernel's description of a connector on given ranges.
-- @param c what the user gave: a connector or a Lua function
-- @tab range {n_pre, n_post, own_lo, own_hi, same, pre_lo, post_lo}
-- @tab ctx for conditions: see `lunate.values`
-- @int stream keys random numbers of Lua functions
-- @bool list whether the pairs themselves are needed (values that are functions or arrays)
function M.describe(c, range, ctx, stream, list)
  if type(c) == "function" then c = M.from_function(c) end
  if not M.is(c) then
    error(("connect must be a connector such as ln.bernoulli(0.1) or a function f(j), got a %s"):format(type(c)), 0)
  end
  if c.kind == "function" then return call_function(c, range, stream) end
  if c.kind == "generator" then return generator.pairs(c, range, ctx, stream) end
  if c.kind == "pairs" then
    if c.rows and (c.rows ~= range.n_pre or c.columns ~= range.n_post) then
      error(("connect: the matrix of ln.dense is %d x %d, but there are %d sources and %d targets")
        :format(c.rows, c.columns, range.n_pre, range.n_post), 0)
    end
    check_pairs(c, range.n_pre, range.n_post)
    return { kind = "pairs", i = c.i, j = c.j, n = c.n, autapses = true, multapses = true, data = c.data }
  end
  local out = { kind = c.kind, p = c.p, n = c.n, autapses = c.autapses, multapses = c.multapses }
  if c.condition then
    local described = M.condition(c, ctx)
    out.expression, out.par, out.tables = described.expression, described.par, described.tables
    out.t, out.dt = described.t, ctx.dt
    if list then error("values that are functions or arrays need a connector without a condition", 0) end
  end
  if list then
    local i, j = kernel.enumerate(out, range, stream)
    return { kind = "pairs", i = i, j = j, n = #i, autapses = true, multapses = true, is_local = true, listed = c.kind }
  end
  return out
end

--- Compiles a condition or probability: its description, as of a value.
function M.condition(c, ctx)
  local parameter = ctx.parameter
  local with = setmetatable({
    parameters = c.parameters,
    parameter = function(par, name)
      local own = c.parameters and c.parameters[name]
      if own ~= nil then return Q.value_of(own) end
      return parameter(par, name)
    end,
  }, { __index = ctx })
  return (values.expression(c.condition, "connect", Q.dimensionless, with, true))
end

return M
