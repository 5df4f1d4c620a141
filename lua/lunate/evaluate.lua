--- Expressions evaluated one by one in Lua, with quantities, where there are no synapses yet that compiled code could be about:
-- generators of pairs, and values by the number of a synapse among those of its pair.
-- @module lunate.evaluate
local Q = require "lunate.quantity"
local diagnose = require "lunate.compiler.diagnose"
local parse = require "lunate.compiler.parse"

local M = {}

local function truth(x) return x == true or (x ~= false and Q.value_of(x) ~= 0) end
local function number(x) return x == true and 1 or x == false and 0 or x end

local BINARY = {
  ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end,
  ["*"] = function(a, b) return a * b end, ["/"] = function(a, b) return a / b end,
  ["//"] = function(a, b) return a // b end, ["%"] = function(a, b) return a % b end,
  ["**"] = function(a, b) return math.type(a) == "integer" and math.tointeger(a ^ b) or a ^ b end,
  ["<"] = function(a, b) return a < b end, ["<="] = function(a, b) return a <= b end,
  [">"] = function(a, b) return a > b end, [">="] = function(a, b) return a >= b end,
  ["=="] = function(a, b) return a == b end, ["!="] = function(a, b) return a ~= b end,
}

local function plain(f) return function(x) return f(Q.value_of(x)) end end

local FUNCTION = {
  exp = plain(math.exp), log = plain(math.log), sin = plain(math.sin), cos = plain(math.cos), tan = plain(math.tan),
  sqrt = function(x) return x ^ 0.5 end, floor = plain(math.floor), ceil = plain(math.ceil),
  int = plain(function(x) return x < 0 and math.ceil(x) or math.floor(x) end),
  abs = function(x) return Q.value_of(x) < 0 and -x or x end,
  sign = function(x) x = Q.value_of(x) return x > 0 and 1 or x < 0 and -1 or 0 end,
  min = function(a, b) return b < a and b or a end, max = function(a, b) return b > a and b or a end,
  clip = function(x, low, high) return x < low and low or x > high and high or x end,
  where = function(c, a, b) if truth(c) then return a end return b end,
  rand = function() return math.random() end,
}

local evaluate

local function call(node, env)
  local f = FUNCTION[node.name]
  if not f then
    diagnose.raise(env.source, node.pos, "%s() cannot stand in %s; there are %s", node.name, env.what,
      "abs, ceil, clip, cos, exp, floor, int, log, max, min, rand, sign, sin, sqrt, tan, where")
  end
  local args = {}
  for k, arg in ipairs(node) do args[k] = number(evaluate(arg, env)) end
  return f(table.unpack(args))
end

local function name_of(node, env)
  local x = env.names[node.name]
  if x == nil then
    local known = {}
    for name in pairs(env.names) do known[#known + 1] = name end
    table.sort(known)
    diagnose.raise(env.source, node.pos, "unknown name '%s' in %s, which knows %s, units, and variables with _pre and _post",
      node.name, env.what, table.concat(known, ", "))
  end
  return x
end

function evaluate(node, env)
  local tag = node.tag
  if tag == "number" or tag == "bool" then return node.value end
  if tag == "name" then return name_of(node, env) end
  if tag == "call" then return call(node, env) end
  if tag == "not" then return not truth(evaluate(node[1], env)) end
  if tag == "neg" then return -number(evaluate(node[1], env)) end
  if tag == "and" then return truth(evaluate(node[1], env)) and truth(evaluate(node[2], env)) end
  if tag == "or" then return truth(evaluate(node[1], env)) or truth(evaluate(node[2], env)) end
  local a, b = number(evaluate(node[1], env)), number(evaluate(node[2], env))
  local ok, x = pcall(BINARY[tag], a, b)
  if not ok then
    diagnose.raise(env.source, node.pos, "%s in %s", tostring(x):gsub("^.-:%d+: ", ""), env.what)
  end
  return x
end

--- A tree, with its text.
function M.parse(text, what)
  local tree = parse.expression(text, what)
  tree.text, tree.what = text, what
  return tree
end

--- The value of a parsed expression where names are what `env.names` says.
function M.value(tree, env)
  env.source, env.what = tree.source, tree.what
  return evaluate(tree, env)
end

function M.number(tree, env) return number(M.value(tree, env)) end
function M.holds(tree, env) return truth(M.value(tree, env)) end

local function mentions(node, found)
  if node.tag == "name" then found[node.name] = true end
  for _, child in ipairs(node) do mentions(child, found) end
  return found
end

--- The names in a list of trees, as a set.
function M.mentioned(trees)
  local found = {}
  for _, tree in ipairs(trees) do mentions(tree, found) end
  return found
end

--- What is known of the variables `x_pre` and `x_post` in trees: `{ pre = { name = values of all neurons }, post = … }`.
-- Collective where there are any.
function M.columns(trees, ctx)
  local names, out = {}, { pre = {}, post = {} }
  for name in pairs(M.mentioned(trees)) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    local base, side = name:match "^(.+)_(pre)$"
    if not base then base, side = name:match "^(.+)_(post)$" end
    local object = side and ctx.objects and ctx.objects[side]
    if object and ctx[side] and ctx[side].by_name[base] then
      local gathered, list = object[base]:gather(), {}
      for k = 1, #gathered do list[k] = gathered[k] end
      out[side][name] = list
    end
  end
  return out
end

--- Gives the variables of one side the values of neuron k.
function M.see(env, columns, k)
  for name, values in pairs(columns) do env.names[name] = values[k] end
end

--- What names mean: those given, the constants of a projection, units.
function M.environment(ctx, given, parameters)
  local names = setmetatable({ pi = math.pi, dt = Q.new(ctx.dt, Q.dim_of(Q.units.second)) }, { __index = Q.units })
  for _, list in ipairs { ctx.parameters or {}, parameters or {}, given } do
    for name, x in pairs(list) do
      if type(x) == "number" or type(x) == "boolean" or Q.is(x) then names[name] = x end
    end
  end
  return { names = names }
end

return M
