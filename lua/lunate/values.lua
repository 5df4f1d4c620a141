--- Where numbers come from: turns what a user gives for a state, a parameter, a weight or a delay
-- (quantity, array, list, distribution, Lua function, expression string) into the kernel's value description.
-- @module lunate.values
local Q = require "lunate.quantity"
local analyse = require "lunate.compiler.analyse"
local distribution = require "lunate.distribution"
local kernel = require "lunate.kernel"
local array = require "lunate.array"
local runtime = require "lunate.runtime"
local units = require "lunate.unit"

local M = {}

--- What kind of thing a user's value is.
-- @treturn string "constant", "array", "distribution", "function", "expression"; or nil
function M.kind(x)
  local t = type(x)
  if t == "number" or t == "boolean" or Q.is(x) then return "constant" end
  if t == "string" then return "expression" end
  if t == "function" then return "function" end
  if distribution.is(x) then return "distribution" end
  if array.is(x) then return "array" end
  if t == "table" and getmetatable(x) == nil then return "array" end
  return nil
end

--- The dimension of a constant, array or distribution.
function M.dim(x)
  local kind = M.kind(x)
  if kind == "constant" then return type(x) == "boolean" and Q.dimensionless or Q.dim_of(x) end
  if kind == "distribution" then return distribution.dim(x) end
  if array.is(x) then return x:dim() end
  if kind == "array" then return x[1] == nil and Q.dimensionless or Q.dim_of(x[1]) end
end

local function check_dim(what, dim, expected)
  if expected and dim ~= expected then
    error(("%s %s, expected %s"):format(what, dim == Q.dimensionless and "has no unit" or ("is in %s"):format(dim),
      expected == Q.dimensionless and "no unit" or tostring(expected)), 0)
  end
end

--- The SI numbers of a list or array, and its dimension.
-- @param x array or list of numbers or quantities of one dimension
-- @string what names it in errors
function M.numbers(x, what)
  if array.is(x) then return x:raw(), x:dim() end
  local out, dim = {}, nil
  for k = 1, #x do
    local v = x[k]
    if type(v) == "boolean" then v = v and 1 or 0 end
    if type(v) ~= "number" and not Q.is(v) then
      error(("element %d of %s is a %s, a number or quantity was expected"):format(k, what, type(v)), 0)
    end
    local d = Q.dim_of(v)
    if dim and d ~= dim then
      error(("element %d of %s is in %s, but the elements before it are in %s"):format(k, what, d, dim), 0)
    end
    dim, out[k] = d, Q.value_of(v)
  end
  return out, dim or Q.dimensionless
end

--- A constant's description after a check of its dimension.
function M.constant(x, what, expected)
  if type(x) == "boolean" then x = x and 1 or 0 end
  if x ~= 0 then check_dim(what, Q.dim_of(x), expected) end
  return { kind = "constant", a = Q.value_of(x) }
end

local function describe_distribution(x, what, expected)
  check_dim(what, distribution.dim(x), expected)
  return distribution.describe(x)
end

--- The timed arrays of an ir, as the kernel wants them. A population has its own.
function M.tables(ir, ctx)
  if ctx.context == "neuron" then return nil end
  local out = {}
  for k, tab in ipairs(ir.tables) do
    local timed = tab.value
    out[k] = { timed.values, timed.rows, timed.columns, timed.step }
  end
  return out
end

--- Compiles an expression and finds its parameters' numbers.
-- @tab ctx {context =, neuron|pre =, post =, synapse = intermediate representations, parameter = function(name) -> number,
-- now = function() -> seconds (of synapses: where it is evaluated has no time of its own)}
function M.expression(text, what, expected, ctx, boolean_ok)
  local unit = units.expression {
    text = text, name = what, context = ctx.context, neuron = ctx.neuron, pre = ctx.pre, post = ctx.post,
    synapse = ctx.synapse, dim = expected, boolean_ok = boolean_ok, parameters = ctx.parameters, sizes = ctx.sizes,
    first = ctx.first,
  }
  local model = units.load(unit)
  local par = {}
  for k, name in ipairs(model:inputs()) do
    local input = unit.ir.inputs[k]
    par[k] = input.kind ~= "parameter" and 0 or input.par.made and input.par.value or ctx.parameter(input.par, name)
  end
  return { kind = "expression", expression = model, par = par, tables = M.tables(unit.ir, ctx), t = ctx.now and ctx.now() },
    unit.ir
end

--- The dimension an expression has, without compiling it.
function M.expression_dim(text, ctx, what)
  return analyse.expression {
    text = text, name = what, context = ctx.context, neuron = ctx.neuron, pre = ctx.pre, post = ctx.post, synapse = ctx.synapse,
    parameters = ctx.parameters,
  }.dim
end

--- Describes any value but a Lua function.
-- @param x the user's value
-- @string what names it in errors ("v of exc")
-- @param expected its dimension
-- @tab ctx see `expression`; `n` is the expected length of an array
-- @tparam ?boolean boolean_ok an expression may be a condition
function M.describe(x, what, expected, ctx, boolean_ok)
  local kind = M.kind(x)
  if kind == "constant" then return M.constant(x, what, expected) end
  if kind == "distribution" then return describe_distribution(x, what, expected) end
  if kind == "expression" then return (M.expression(x, what, expected, ctx, boolean_ok)) end
  if kind == "array" then
    local numbers, dim = M.numbers(x, what)
    if ctx.n and #numbers ~= ctx.n then
      error(("%s: %d values were given for %d elements"):format(what, #numbers, ctx.n), 0)
    end
    check_dim(what, dim, expected)
    return { kind = "array", array = numbers }
  end
  error(("%s cannot be a %s: give a quantity, an array, a distribution, a function or an expression in quotes")
    :format(what, type(x)), 0)
end

--- Evaluates a Lua function over own elements: the result is an array of n, of which [first, last] are set; of these, where
-- there is a mask, those for which it is not 0. Random numbers drawn in f depend on the element alone.
function M.tabulate(f, what, expected, n, first, last, stream, mask)
  local random = require "lunate.random"
  local out = kernel.array_zeros(n)
  runtime.alone("the function for " .. what, function()
    for k = first, last do
      local x = 0
      if not mask or mask[k] ~= 0 then x = random.with_stream(stream, k, f, k) end
      if type(x) == "boolean" then x = x and 1 or 0 end
      if type(x) ~= "number" and not Q.is(x) then
        error(("%s: the function gave a %s for element %d, a number or quantity was expected"):format(what, type(x), k), 0)
      end
      if x ~= 0 then check_dim(("%s: the function's value for element %d"):format(what, k), Q.dim_of(x), expected) end
      out[k] = Q.value_of(x)
    end
  end)
  return { kind = "array", array = out }
end

return M
