--- Rewiring: `proj:prune`, `proj:grow`, and how many synapses neurons have.
--
-- All of it is the same on any number of ranks, and what is decided at random depends on the network's seed and on how
-- often the projection was rewired before. A fixed number of synapses that moves to where it is of use:
--
--    net:every(100*ms, function()
--      local n = proj:prune { smallest = 0.05 }          -- the 5 % with the smallest w …
--      proj:grow(n, { score = "x_pre*y_post", w = 0.1 }) -- … where activity goes together (or, without a score, anywhere)
--    end)
-- @module lunate.projection.rewiring
local Q = require "lunate.quantity"
local array = require "lunate.array"
local connector = require "lunate.connector"
local guard = require "lunate.guard"
local options = require "lunate.options"
local private = require "lunate.projection.inner"
local runtime = require "lunate.runtime"
local specs = require "lunate.projection.spec"
local synaptic = require "lunate.projection.values"
local values = require "lunate.values"

local second = Q.dim_of(Q.units.second)

local methods = {}

-- The projection's record, built.
local function ready(self, what)
  local p = private[self]
  if p.drive then error(("%s: input %s has no synapses"):format(what, p.name), 0) end
  p.net:prepare()
  runtime.collective(what .. " " .. p.name)
  return p
end

-- The projection's record, to be changed.
local function free(self, what)
  local p = ready(self, what)
  if p.attached then
    error(("%s: the synapses of %s are those that %s leads to or comes from, so none can come or go"):format(what, p.name,
      p.attached), 0)
  end
  return p
end

-- ---------------------------------------------------------------- prune

-- What decides which synapses are the smallest: an expression, "w" if nothing is said.
local function deciding(p, by)
  by = by or "w"
  local var = p.ir.by_name[by]
  local single = by:find "^[%a_][%w_]*$" and by ~= "i" and by ~= "j" and not by:find "_pre$" and not by:find "_post$"
  if single and (not var or var.shared) then
    error(("prune: %s has no variable '%s' of each synapse: say which one decides, by = \"…\""):format(p.name, by), 0)
  end
  return (values.expression(by, ("prune %s: by"):format(p.name), nil, p.context))
end

-- How many synapses a part or number of them is.
local function number_of(p, x, all)
  if math.type(x) == "integer" and x >= 1 then
    if x >= all then error(("%s: this would prune all of its %d synapses"):format(p.name, all), 0) end
    return x
  end
  if not (type(x) == "number" and x > 0 and x < 1) then
    error(("prune: a part of the synapses is between 0 and 1, got %s"):format(tostring(x)), 0)
  end
  return math.floor(x * all + 0.5)
end

local function prune_extreme(p, kind, x, by)
  local all = p.kernel:count()
  local n = number_of(p, x, all)
  if n == 0 then return 0 end
  return p.net.kernel:prune(p.kernel, kind, { n = n, value = deciding(p, by) })
end

local function prune_where(p, condition)
  local value, ir = values.expression(condition, "prune " .. p.name, nil, p.context, true)
  if ir.type ~= "bool" then error(("prune: expected a condition such as \"w < 0.1\", got '%s'"):format(condition), 0) end
  return p.net.kernel:prune(p.kernel, "where", { value = value })
end

-- Counts by neuron as a list of whole numbers.
local function counts_of(p, what, given, n)
  local numbers, dim = values.numbers(given, ("prune: %s of %s"):format(what, p.name))
  if dim ~= Q.dimensionless or #numbers ~= n then
    error(("prune: %s of %s must be %d whole numbers, one a neuron; got %d%s"):format(what, p.name, n, #numbers,
      dim ~= Q.dimensionless and " in " .. tostring(dim) or ""), 0)
  end
  local out = {}
  for k = 1, n do
    out[k] = math.tointeger(numbers[k])
    if not out[k] or out[k] < 0 then
      error(("prune: element %d of %s of %s is %s, a whole number was expected"):format(k, what, p.name,
        tostring(numbers[k])), 0)
    end
  end
  return out
end

local function prune_table(p, what)
  options.check("prune", what, { smallest = { "number" }, largest = { "number" }, by = { "string" }, outgoing = true,
    incoming = true })
  local extreme = what.smallest and "smallest" or what.largest and "largest"
  local by_neuron = what.outgoing ~= nil or what.incoming ~= nil
  if (what.smallest and what.largest) or (extreme and by_neuron) or not (extreme or by_neuron) then
    error("prune: say one of smallest = n, largest = n, or outgoing and incoming (counts by neuron)", 0)
  end
  if extreme then return prune_extreme(p, extreme, what[extreme], what.by) end
  local range, removed = synaptic.range(p.pre, p.post), 0
  for _, side in ipairs { { "outgoing", "of_sources", range.n_pre }, { "incoming", "of_targets", range.n_post } } do
    local name, kind, n = table.unpack(side)
    if what[name] ~= nil then
      removed = removed + p.net.kernel:prune(p.kernel, kind, { count = counts_of(p, name, what[name], n) })
    end
  end
  return removed
end

--- Removes synapses for good, with the spikes on their way to them.
--
-- A condition in quotes removes those for which it holds (`"w < 0.01*mV"`, of the synapse's, source's and target's
-- variables, i, j, rand()). A number between 0 and 1 removes that part of them, those with the smallest w. A table says
-- more: `{ smallest = 100 }` or `{ largest = 0.1, by = "abs(w)*x_pre" }`, a number or part of those with the smallest or
-- largest value of an expression (among equal ones, at random); `{ outgoing = counts, incoming = counts }`, so many of
-- each source's, then of each target's synapses at random (or all it has).
--
-- Refused where it would remove all (other than by counts), where there are none, and where `by` is NaN.
-- @param what condition, part or table
-- @tab opts for a part: by (the expression that decides, "w"), largest (true: those with the largest)
-- @treturn int how many were removed, on all ranks
methods.prune = guard.wrap("prune", function(self, what, opts)
  local p = free(self, "prune")
  opts = options.check("prune", opts or {}, { by = { "string" }, largest = { "boolean" } })
  local kind = type(what)
  if kind ~= "number" and kind ~= "string" and (kind ~= "table" or getmetatable(what)) then
    error(("prune takes a condition in quotes, a number between 0 and 1, or a table such as {smallest = 100}, got a %s")
      :format(kind), 0)
  end
  local by_neuron = kind == "table" and (what.outgoing ~= nil or what.incoming ~= nil)
  if not by_neuron and p.kernel:count() == 0 then error(("prune: %s has no synapses"):format(p.name), 0) end
  if kind == "table" then return prune_table(p, what) end
  if kind == "string" then return prune_where(p, what) end
  if not (what > 0 and what < 1) then
    error(("prune: a part of the synapses is between 0 and 1, got %s"):format(tostring(what)), 0)
  end
  return prune_extreme(p, opts.largest and "largest" or "smallest", what, opts.by)
end)

-- ---------------------------------------------------------------- grow

local settings = { delay = true, score = true, autapses = true, multapses = true } -- other options are variables

local function check_options(p, opts)
  for name in pairs(opts) do
    if not settings[name] and not p.ir.by_name[name] then
      error(("grow: %s has no variable '%s'"):format(p.name, tostring(name)), 0)
    end
  end
  for _, name in ipairs { "autapses", "multapses" } do
    if opts[name] ~= nil and type(opts[name]) ~= "boolean" then
      error(("grow: %s must be true or false, got a %s"):format(name, type(opts[name])), 0)
    end
  end
  if opts.score ~= nil and type(opts.score) ~= "string" then
    error(("grow: score is an expression in quotes such as \"x_pre*x_post\", got a %s"):format(type(opts.score)), 0)
  end
end

-- Values, delay and delays by pathway of the new synapses: what is given now, else what net:project was given.
local function values_of(p, opts)
  local given = {}
  for name, value in pairs(p.given) do given[name] = value end
  for name, value in pairs(opts) do
    if not settings[name] then given[name] = value end
  end
  for name, value in pairs(given) do
    if values.kind(value) == "array" and opts[name] == nil then
      error(("grow: %s of %s was given by an array: give it for the new synapses, %s = …"):format(name, p.name, name), 0)
    end
  end
  return given, specs.grown_delays(p, opts.delay)
end

local function refuse_array(what, value)
  if values.kind(value) == "array" then
    error(("grow: %s is an array, but which pairs are chosen is not known yet: give an array with ln.pairs"):format(what), 0)
  end
end

-- n pairs that are not connected, those of this rank's targets.
local function choose(p, n, opts, connect_ctx)
  for name, value in pairs(opts) do refuse_array(name, value) end
  if math.type(n) ~= "integer" or n < 1 then error(("grow: expected a number of synapses, got %s"):format(tostring(n)), 0) end
  local score = opts.score and values.expression(opts.score, "score", nil, connect_ctx)
  local i, j = p.kernel:choose(n, opts.autapses or false, score)
  return { kind = "pairs", i = i, j = j, n = #i, autapses = true, multapses = true, is_local = true }
end

--- Adds synapses.
--
-- A connector (or function f(j)) gives pairs, of which those are added that are not connected yet (all of them with
-- `multapses = true`). A number n adds n pairs that are not connected, no neuron with itself (unless `autapses = true`):
-- each as likely as any other, or with `score = "x_pre*y_post"` those with the highest score (an expression of i, j and
-- the variables of both neurons; among equal ones at random; `-inf` excludes a pair). A score is computed for all pairs
-- that are not connected, each rank's share for its own neurons: some 15 ns a pair.
--
-- A new synapse gets spikes emitted from now on; its event-driven variables begin now. Refused where fewer pairs are
-- free (or have a score above -inf) than asked for, and where the score is NaN or a condition.
-- @param what a connector, a function f(j), or a number of synapses
-- @tab opts delay and the values of variables of the new synapses (what is not given is as in `net:project`; an array
-- has one value a pair and goes with `ln.pairs`), score, autapses, multapses
-- @treturn int how many were added, on all ranks
methods.grow = guard.wrap("grow", function(self, what, opts)
  local p = free(self, "grow")
  opts = opts or {}
  check_options(p, opts)
  local given, delay, delays = values_of(p, opts)
  local connect_ctx = setmetatable({ context = "connect" }, { __index = p.context })
  local range, described = synaptic.range(p.pre, p.post), nil
  local serial = (p.grown or 0) + 1
  if type(what) == "number" then
    described = choose(p, what, opts, connect_ctx)
  elseif opts.score then
    error("grow: a score goes with a number of synapses: grow(100, {score = \"…\"})", 0)
  else
    described = connector.describe(what, range, connect_ctx, p.serial | serial << 24, synaptic.needs_list(given, delays))
    if described.kind == "pairs" then described.multapses = opts.multapses or false end
  end
  local before = p.kernel:count()
  p.net.kernel:grow(p.kernel, {
    connector = described, delay = synaptic.describe(delay, "delay of " .. p.name, second, p.context, described, range, p.serial),
    vars = synaptic.describe_all(p, given, described, range, delays),
  })
  p.grown = serial
  return p.kernel:count() - before
end)

-- ---------------------------------------------------------------- degrees

local function degrees(of_targets)
  return function(self)
    local p = ready(self, "degrees of")
    return array.wrap(p.kernel:degrees(of_targets))
  end
end

--- How many synapses each source neuron has in this projection.
-- @treturn array by source neuron, the same on every rank
methods.outdegree = guard.wrap("outdegree", degrees(false))
--- How many synapses each target neuron has in this projection.
-- @treturn array by target neuron, the same on every rank
methods.indegree = guard.wrap("indegree", degrees(true))

return methods
