--- Poisson inputs: projections whose source has no neurons.
-- @module lunate.projection.input
local Q = require "lunate.quantity"
local population = require "lunate.population"
local runtime = require "lunate.runtime"
local synaptic = require "lunate.projection.values"
local values = require "lunate.values"

local M = {}

local second = Q.dim_of(Q.units.second)

local hertz = Q.dim_of(Q.units.Hz)

-- Whether anything in an expression's tree is as `is` says.
local function any(node, is)
  if is(node) then return true end
  for _, child in ipairs(node) do
    if any(child, is) then return true end
  end
  return false
end

local function is_time(node)
  return node.ref and (node.ref.kind == "builtin" and node.ref.name == "t" or node.ref.kind == "table")
end

-- What is not the same for all targets: their variables and indices, chance.
local function differs(node)
  local entry = node.ref and node.ref.kind == "input" and node.ref.input
  return entry and entry.kind ~= "parameter" or node.fn and node.fn.random
end

-- The arrivals a step by an expression of the target's variables.
local function by_expression(rate, what, scale, ctx)
  local dim = values.expression_dim(rate, ctx) -- what is wrong is told in the user's words
  if dim ~= hertz then error(("%s is in %s, expected Hz"):format(what, tostring(dim)), 0) end
  local scaled = setmetatable({
    parameters = { arrivals_a_hertz = Q.new(scale, second) },
    parameter = function(par, name) return name == "arrivals_a_hertz" and scale or ctx.parameter(par, name) end,
  }, { __index = ctx })
  local value, ir = values.expression(("(%s)*arrivals_a_hertz"):format(rate), what, Q.dimensionless, scaled)
  if not any(ir.expr, is_time) then return { value = value } end
  return { value = value, moving = true, one = not any(ir.expr, differs) }
end

-- The same by a timed array.
local function by_table(rate, what, scale, n)
  if rate.dim ~= hertz then error(("%s is in %s, expected Hz"):format(what, tostring(rate.dim)), 0) end
  if rate.columns ~= 1 and rate.columns ~= n then
    error(("%s has %d columns: one was expected, or one for each of %d targets"):format(what, rate.columns, n), 0)
  end
  local out = {}
  for k = 1, #rate.values do
    out[k] = rate.values[k] * scale
    if not (out[k] >= 0 and out[k] < math.huge) then
      error(("%s: row %d holds %g Hz"):format(what, (k - 1) // rate.columns + 1, rate.values[k]), 0)
    end
  end
  return { table = out, of = rate }
end

--- The arrivals a step of a Poisson input: {value =, for the kernel; moving = evaluated in every step; one = for all targets},
-- or {table =, of = timed array}.
local function arrivals(p, input, post)
  local what, rate, scale = "rate of " .. p.name, input.rate, input.n * post.clock.dt
  local ctx = population.context(post)
  local kind = values.kind(rate)
  if type(rate) == "table" and rate.timed_array then return by_table(rate, what, scale, post.hi - post.lo + 1) end
  if kind == "constant" then
    local value = values.constant(rate, what, hertz).a
    if value < 0 then error(what .. " is negative", 0) end
    return { value = { kind = "constant", a = value * scale } }
  elseif kind == "expression" then
    return by_expression(rate, what, scale, ctx)
  elseif kind == "array" then
    local numbers = values.describe(rate, what, hertz, ctx).array
    local out = {}
    for k = 1, #numbers do out[k] = numbers[k] * scale end
    return { value = { kind = "array", array = out } }
  end
  error(what .. " must be a quantity, an array (one a target), an expression in quotes or a timed array", 0)
end

local function set_arrivals(p, mean)
  if mean.table then
    p.kernel:set_mean_table(mean.table, mean.of.rows, mean.of.columns, mean.of.step)
  elseif mean.moving then
    p.kernel:set_moving_mean(mean.value, mean.one)
  else
    p.kernel:set_mean(mean.value)
  end
end

--- Changes the rate of a Poisson input.
function M.set_rate(p, value)
  local given = { rate = value, n = p.input.n }
  local mean = arrivals(p, given, p.post)
  runtime.collective("set rate of " .. p.name)
  set_arrivals(p, mean)
  p.input = given
end

--- Adds the input of a projection to the kernel's network.
function M.add(p, net, pre, post, given, order)
  p.drive = true
  local mean = arrivals(p, pre, post)
  local moves = mean.moving or mean.table
  local range = { n_pre = 1, n_post = post.hi - post.lo + 1 }
  local list = { listed = "one_to_one", n = 0 }
  local kernel_spec = {
    name = p.name, post = post.kernel, post_lo = post.lo, post_hi = post.hi, synapse = p.model, par = p.par, tables = p.tables,
    vars = synaptic.describe_all(p, given, list, range), order = order,
    mean = moves and { kind = "constant", a = 0 } or mean.value,
  }
  runtime.collective("input " .. p.name)
  p.kernel = net.kernel:input(kernel_spec)
  if moves then set_arrivals(p, mean) end
end

return M
