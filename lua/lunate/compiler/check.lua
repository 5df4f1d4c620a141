--- Checks a tree against a scope: names, dimensions, types.
-- Every node gets `.dim` and `.type` ("real", "int" or "bool"), name nodes `.ref`, call nodes `.fn`.
-- A scope (see scope.lua) knows the names; here are the rules of operators and functions.
-- @module lunate.compiler.check

local diagnose = require "lunate.compiler.diagnose"
local functions = require "lunate.compiler.functions"
local parse = require "lunate.compiler.parse"
local Q = require "lunate.quantity"

local M = {}

local none = Q.dimensionless
local second = Q.dim { 0, 0, 1 }

local text_of = parse.text_of

-- ---------------------------------------------------------------- dimensions that agree

-- Plain 0 and inf go with every unit.
local function goes_with_all(node)
  if node.tag == "neg" then return goes_with_all(node[1]) end
  if node.tag == "number" then return node.value == 0 end
  return node.tag == "name" and node.ref.kind == "builtin" and node.ref.name == "inf"
end

local function adopt(node, dim)
  node.dim = dim
  if node.tag == "neg" then adopt(node[1], dim) end
end

--- True where the node is of this dimension, or is a plain zero or infinity, which then takes it.
function M.fits(node, dim)
  if node.dim == dim then return true end
  if node.dim ~= none or not goes_with_all(node) then return false end
  adopt(node, dim)
  return true
end

local function agree(a, b)
  return M.fits(b, a.dim) or M.fits(a, b.dim)
end

--- Text of a node with its unit, for messages.
function M.describe(node)
  return ("'%s' (%s)"):format(text_of(node), node.dim == none and "no unit" or tostring(node.dim))
end

local function refuse(node, scope, fmt, ...)
  diagnose.raise(scope.source, node.pos, "%s in %s", fmt:format(...), scope.subject)
end

local function rank(node) return node.type == "real" and 2 or 1 end

-- Type of a result of arithmetic: booleans count as 0 and 1.
local function joint_type(a, b)
  return (rank(a) == 2 or rank(b) == 2) and "real" or "int"
end

-- ---------------------------------------------------------------- operators

local verbs = {
  ["+"] = "cannot add %s and %s", ["-"] = "cannot subtract %s and %s", ["%"] = "cannot take the remainder of %s and %s",
}
local comparison = "cannot compare %s and %s"

local function check_sum(node, scope)
  local a, b = node[1], node[2]
  if not agree(a, b) then
    refuse(node, scope, verbs[node.tag] or comparison, M.describe(a), M.describe(b))
  end
end

-- Value of a constant exponent, in terms of numbers and parameters; nil where it is not constant.
local arithmetic = {
  ["+"] = function(x, y) return x + y end, ["-"] = function(x, y) return x - y end,
  ["*"] = function(x, y) return x * y end, ["/"] = function(x, y) return x / y end,
  ["**"] = function(x, y) return x ^ y end,
}

local function constant(node)
  if node.tag == "number" then return node.value end
  if node.tag == "name" then
    local par = node.ref.par or node.ref.input and node.ref.input.par
    if par and par.value then
      par.fixed = true
      return par.value
    end
    return node.ref.kind == "unit" and node.ref.value or nil
  end
  if node.tag == "neg" then
    local x = constant(node[1])
    return x and -x
  end
  local f = arithmetic[node.tag]
  local x, y = f and constant(node[1]), f and constant(node[2])
  return x and y and f(x, y)
end

local function check_power(node, scope)
  local base, exponent = node[1], node[2]
  if exponent.dim ~= none then
    refuse(exponent, scope, "a power must be a number without unit: %s", M.describe(exponent))
  end
  node.dim, node.type = none, "real"
  if base.dim ~= none then
    local value = constant(exponent)
    if not value then
      refuse(exponent, scope, "the power of %s must be a constant, not '%s',", M.describe(base), text_of(exponent))
    end
    node.dim = base.dim ^ value
  end
end

local function need_boolean(node, scope, what)
  if node.type ~= "bool" then
    refuse(node, scope, "%s needs a condition (true or false), '%s' is a number", what, text_of(node))
  end
end

local operators = {}

local function sum(node, scope)
  check_sum(node, scope)
  node.dim, node.type = node[1].dim, joint_type(node[1], node[2])
end
operators["+"], operators["-"], operators["%"] = sum, sum, sum

operators["*"] = function(node)
  node.dim, node.type = node[1].dim * node[2].dim, joint_type(node[1], node[2])
end

operators["/"] = function(node)
  node.dim, node.type = node[1].dim / node[2].dim, "real"
end

operators["//"] = function(node, scope)
  for _, a in ipairs(node) do
    if a.dim ~= none then refuse(a, scope, "// needs numbers without unit, not %s,", M.describe(a)) end
  end
  node.dim, node.type = none, joint_type(node[1], node[2])
end

operators["**"] = check_power

function operators.neg(node)
  node.dim, node.type = node[1].dim, rank(node[1]) == 2 and "real" or "int"
end

operators["not"] = function(node, scope)
  need_boolean(node[1], scope, "'not'")
  node.dim, node.type = none, "bool"
end

local function logical(node, scope)
  for _, a in ipairs(node) do need_boolean(a, scope, ("'%s'"):format(node.tag)) end
  node.dim, node.type = none, "bool"
end
operators["and"], operators["or"] = logical, logical

local function compare(node, scope)
  check_sum(node, scope)
  node.dim, node.type = none, "bool"
end
for _, tag in ipairs { "<", "<=", ">", ">=", "==", "!=" } do operators[tag] = compare end

-- ---------------------------------------------------------------- calls

local function plural(n, noun)
  return ("%d %s%s"):format(n, noun, n == 1 and "" or "s")
end

local argument_checks = {
  any = function() end,
  plain = function(node, k, scope)
    if not M.fits(node[k], none) then
      refuse(node[k], scope, "%s() needs a number without unit, not %s,", node.name, M.describe(node[k]))
    end
  end,
  time = function(node, k, scope)
    if not M.fits(node[k], second) then
      refuse(node[k], scope, "%s() needs a time, not %s,", node.name, M.describe(node[k]))
    end
  end,
  boolean = function(node, k, scope) need_boolean(node[k], scope, node.name .. "()") end,
}

-- Arguments of which the units must agree: all are compared with the first that is not a plain zero.
local function check_alike(node, scope, first, last)
  local model = node[first]
  for k = first, last do
    if node[k].dim ~= none then model = node[k] break end
  end
  for k = first, last do
    if not M.fits(node[k], model.dim) then
      local a, b = node[first], node[k]
      if a.dim == b.dim then b = model end
      refuse(b, scope, "the arguments of %s() differ in units: %s and %s", node.name, M.describe(a), M.describe(b))
    end
  end
end

local function check_function(node, scope)
  local fn = node.fn
  if #node ~= #fn.arguments then
    refuse(node, scope, "%s() takes %s, not %d,", node.name, plural(#fn.arguments, "argument"), #node)
  end
  local first, last, operand_type = nil, nil, "int"
  for k, kind in ipairs(fn.arguments) do
    if kind == "any" then first = k end
    if kind == "any" or kind == "like" then
      last = k
      if rank(node[k]) == 2 then operand_type = "real" end
    end
  end
  if first then check_alike(node, scope, first, last) end
  for k, kind in ipairs(fn.arguments) do
    if argument_checks[kind] then argument_checks[kind](node, k, scope) end
  end
  node.type = fn.type == "operand" and operand_type or fn.type
  node.dim = none
  if fn.result == "like" then node.dim = node[first].dim end
  if fn.result == "half" then node.dim = node[first].dim ^ 0.5 end
  if fn.random then scope.ir.random = true end
end

-- A timed array: stim(t) or stim(t, i).
local function check_table(node, scope)
  local values = node.ref.table
  local columns = values.value.columns
  local need = columns and (columns > 1 and 2 or 1)
  if #node < 1 or #node > 2 or (need and #node ~= need) then
    local usage = need == 2 and "has a column per neuron: read it as %s(t, i)"
      or need == 1 and "has one column: read it as %s(t)" or "is read as %s(t) or %s(t, i)"
    refuse(node, scope, "the timed array '%s' " .. usage, node.name, node.name, node.name)
  end
  if not M.fits(node[1], second) then
    refuse(node[1], scope, "the timed array '%s' needs a time, not %s,", node.name, M.describe(node[1]))
  end
  local index = node[2]
  if index and (index.dim ~= none or index.type == "real") then
    refuse(index, scope, "the column of the timed array '%s' must be an integer such as i, not %s,", node.name,
      M.describe(index))
  end
  node.dim, node.type = values.dim, "real"
end

-- A copy of a function's body with the arguments put in. An argument is one tree wherever it stands (a random
-- number is drawn once), but for plain numbers, whose units depend on what is around them.
local function inlined(body, arguments)
  if body.tag == "name" and arguments[body.name] then
    local argument = arguments[body.name]
    if argument.tag ~= "number" then return argument end
    body = argument
  end
  local copy = {}
  for key, value in pairs(body) do copy[key] = value end
  for k, child in ipairs(body) do copy[k] = inlined(child, arguments) end
  return copy
end

-- From now on the nodes of a body stand where the call stands.
local function move(node, done, pos)
  if done[node] then return end
  node.pos = pos
  for _, child in ipairs(node) do move(child, done, pos) end
end

-- A function given as an equation: the call becomes its body.
local function expand_call(node, fn, scope)
  if #node ~= #fn.arguments then
    refuse(node, scope, "%s() takes %s, not %d,", node.name, plural(#fn.arguments, "argument"), #node)
  end
  if scope.calls and scope.calls[fn.name] then
    refuse(node, scope, "the function '%s' calls itself", fn.name)
  end
  local arguments, done = {}, {}
  for k, name in ipairs(fn.arguments) do
    arguments[name], done[node[k]] = node[k], true
    if node[k].tag ~= "number" then node[k].checked = true end
  end
  local calls = setmetatable({ [fn.name] = true }, { __index = scope.calls })
  local inner = setmetatable({
    source = fn.body.source, subject = ("the function '%s'"):format(fn.name), calls = calls,
    advice = "it is not an argument of the function, nor known where it is called",
  }, { __index = scope })
  local tree = M.expression(inlined(fn.body, arguments), inner)
  move(tree, done, node.pos)
  tree.checked = true
  return tree
end

local function check_call(node, scope)
  local own = scope.ir.functions and scope.ir.functions[node.name]
  if own then return expand_call(node, own, scope) end
  local ref = scope:find(node.name)
  if ref and ref.kind == "table" then
    scope:bind(node, ref)
    check_table(node, scope)
  elseif functions[node.name] then
    node.fn = functions[node.name]
    check_function(node, scope)
  elseif ref then
    refuse(node, scope, "'%s' is not a function, so it cannot be called", node.name)
  else
    local names = {}
    for name in pairs(functions) do names[#names + 1] = name end
    for name in pairs(scope.ir.functions or {}) do names[#names + 1] = name end
    refuse(node, scope, "unknown function '%s'%s", node.name, diagnose.did_you_mean(node.name, names))
  end
end

-- ---------------------------------------------------------------- names

local function check_name(node, scope)
  local ref = scope:find(node.name)
  if ref and ref.kind == "table" then
    refuse(node, scope, "'%s' is a timed array: read it as %s(t) or %s(t, i)", node.name, node.name, node.name)
  elseif ref then
    return scope:bind(node, ref)
  elseif functions[node.name] then
    refuse(node, scope, "'%s' is a function: write %s(…)", node.name, node.name)
  end
  M.unknown_name(node, scope)
end

-- " (did you mean the unit 'ms'?)" for 10*MS.
local function unit_hint(name)
  local similar = {}
  for unit in pairs(Q.units) do
    if unit:lower() == name:lower() then similar[#similar + 1] = ("'%s'"):format(unit) end
  end
  table.sort(similar)
  return #similar > 0 and (" (did you mean the unit %s?)"):format(table.concat(similar, " or ")) or ""
end

--- Raises the error about a name that nobody knows.
function M.unknown_name(node, scope)
  local why = scope.explain and scope.explain(node.name)
  if why then diagnose.raise(scope.source, node.pos, "unknown name '%s' in %s: %s", node.name, scope.subject, why) end
  local hint = diagnose.did_you_mean(node.name, scope:names())
  if hint == "" then hint = unit_hint(node.name) end
  diagnose.raise(scope.source, node.pos, "unknown name '%s' in %s: %s%s", node.name, scope.subject, scope.advice, hint)
end

local leaves = {
  number = function(node, scope)
    if node.value == math.huge then refuse(node, scope, "a number is too large (write inf for infinity)") end
    node.dim, node.type = none, math.type(node.value) == "integer" and "int" or "real"
  end,
  bool = function(node) node.dim, node.type = none, "bool" end,
}

--- Checks a tree and annotates it.
-- @treturn table the tree; a name may have become the tree that it stands for
function M.expression(node, scope)
  if node.checked then return node end
  if node.tag == "name" then return check_name(node, scope) end
  for k, child in ipairs(node) do node[k] = M.expression(child, scope) end
  if leaves[node.tag] then
    leaves[node.tag](node, scope)
  elseif node.tag == "call" then
    return check_call(node, scope) or node
  else
    operators[node.tag](node, scope)
  end
  return node
end

return M
