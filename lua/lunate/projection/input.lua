--- Poisson inputs: projections whose source has no neurons.
-- @module lunate.projection.input
local Q = require "lunate.quantity"
local population = require "lunate.population"
local runtime = require "lunate.runtime"
local synaptic = require "lunate.projection.values"
local values = require "lunate.values"

local M = {}

local second = Q.dim_of(Q.units.second)

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
  local rate, dt, n = input.rate, post.clock.dt, input.n
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

--- Adds the input of a projection to the kernel's network.
function M.add(p, net, pre, post, given, order)
  p.drive = true
  local range = { n_pre = 1, n_post = post.hi - post.lo + 1 }
  local list = { listed = "one_to_one", n = 0 }
  local kernel_spec = {
    name = p.name, post = post.kernel, post_lo = post.lo, post_hi = post.hi, synapse = p.model, par = p.par, tables = p.tables,
    vars = synaptic.describe_all(p, given, list, range), mean = M.mean_arrivals(p, pre, post), order = order,
  }
  runtime.collective("input " .. p.name)
  p.kernel = net.kernel:input(kernel_spec)
end

return M
