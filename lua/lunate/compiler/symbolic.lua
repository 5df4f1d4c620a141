--- Algebra on expression trees: building with simplification, substitution, linear coefficients.
-- Trees are those of parse.lua, annotated by analyse.lua (`.type`, `.ref`); they are never changed in
-- place. Made nodes carry a type and no position.
-- @module lunate.compiler.symbolic

local M = {}

--- @treturn node the constant `value`
function M.number(value)
  return { tag = "number", value = value, type = math.type(value) == "integer" and "int" or "real" }
end

--- @treturn node a name that means `ref` (see analyse.lua)
function M.name(name, ref, type)
  return { tag = "name", name = name, ref = ref, type = type or "real" }
end

--- Whether `node` is a constant (and, where given, the constant `value`).
function M.is_number(node, value)
  return node.tag == "number" and (value == nil or node.value == value)
end

local function binary(tag, a, b)
  local int = a.type == "int" and b.type == "int" and tag ~= "/" and tag ~= "**"
  return { tag = tag, a, b, type = int and "int" or "real" }
end

function M.neg(a)
  if a.tag == "number" then return M.number(-a.value) end
  if a.tag == "neg" then return a[1] end
  if a.tag == "-" then return M.sub(a[2], a[1]) end
  return { tag = "neg", a, type = a.type == "bool" and "int" or a.type }
end

function M.add(a, b)
  if a.tag == "number" and b.tag == "number" then return M.number(a.value + b.value) end
  if M.is_number(a, 0) then return b end
  if M.is_number(b, 0) then return a end
  if b.tag == "neg" then return M.sub(a, b[1]) end
  return binary("+", a, b)
end

function M.sub(a, b)
  if a.tag == "number" and b.tag == "number" then return M.number(a.value - b.value) end
  if M.is_number(b, 0) then return a end
  if M.is_number(a, 0) then return M.neg(b) end
  if b.tag == "neg" then return M.add(a, b[1]) end
  return binary("-", a, b)
end

function M.mul(a, b)
  if a.tag == "number" and b.tag == "number" then return M.number(a.value * b.value) end
  if M.is_number(a, 0) or M.is_number(b, 0) then return M.number(0.0) end
  if M.is_number(a, 1) then return b end
  if M.is_number(b, 1) then return a end
  if M.is_number(a, -1) then return M.neg(b) end
  if M.is_number(b, -1) then return M.neg(a) end
  if a.tag == "neg" then return M.neg(M.mul(a[1], b)) end
  if b.tag == "neg" then return M.neg(M.mul(a, b[1])) end
  return binary("*", a, b)
end

function M.div(a, b)
  if a.tag == "number" and b.tag == "number" and b.value ~= 0 then return M.number(a.value / b.value) end
  if M.is_number(a, 0) then return M.number(0.0) end
  if M.is_number(b, 1) and a.type == "real" then return a end
  if a.tag == "neg" then return M.neg(M.div(a[1], b)) end
  return binary("/", a, b)
end

function M.pow(a, b)
  if M.is_number(b, 1) then return a end
  if M.is_number(b, 0) then return M.number(1.0) end
  return binary("**", a, b)
end

function M.call(name, ...)
  return { tag = "call", name = name, type = "real", ... }
end

local BUILD = { neg = M.neg, ["+"] = M.add, ["-"] = M.sub, ["*"] = M.mul, ["/"] = M.div, ["**"] = M.pow }

--- A copy of `node` with its children replaced; everything else (tag, type, ref, pos) stays.
local function with_children(node, children)
  local copy = {}
  for k, v in pairs(node) do copy[k] = v end
  for k, child in ipairs(children) do copy[k] = child end
  return copy
end

--- Replaces leaves and rebuilds: `f(name_node)` returns the replacement, or nil to keep it.
-- What contains a replacement is simplified; the rest is shared with the old tree.
function M.substitute(node, f)
  if node.tag == "name" then return f(node) or node end
  local children, changed = {}, false
  for k, child in ipairs(node) do
    children[k] = M.substitute(child, f)
    changed = changed or children[k] ~= child
  end
  if not changed then return node end
  local copy = BUILD[node.tag] and node.type ~= "bool" and BUILD[node.tag](table.unpack(children))
  return copy or with_children(node, children)
end

--- Rebuilds a tree through the simplifying constructors: constants folded, neutral elements dropped.
function M.simplify(node)
  if #node == 0 then return node end
  local children = {}
  for k, child in ipairs(node) do children[k] = M.simplify(child) end
  local build = BUILD[node.tag]
  return build and build(table.unpack(children)) or with_children(node, children)
end

--- Whether `pred` holds of any node of the tree; returns that node. `pred` is asked from the leaves up.
function M.find(node, pred)
  for _, child in ipairs(node) do
    local found = M.find(child, pred)
    if found then return found end
  end
  return pred(node) and node or nil
end

--- Whether a node draws a random number.
function M.is_random(node)
  return node.fn ~= nil and node.fn.random == true
end

--- Whether a node is white noise (xi).
function M.is_noise(node)
  return node.tag == "name" and node.ref ~= nil and node.ref.kind == "noise"
end

--- Whether a node reads a timed array.
function M.is_table(node)
  return node.tag == "call" and node.ref ~= nil and node.ref.kind == "table"
end

--- The subexpression a name stands for, or nil.
function M.subexpression(node)
  local var = node.tag == "name" and node.ref and node.ref.var
  return var and var.kind == "subexpression" and var or nil
end

--- As `find`, but looking through the names of subexpressions too.
function M.find_deep(node, pred)
  return M.find(node, function(n)
    local var = M.subexpression(n)
    return pred(n) or (var and M.find_deep(var.expr, pred)) or false
  end)
end

--- Replaces subexpressions (of the unit itself) by what they stand for, where `when(var)` (default: everywhere).
function M.expand(node, when)
  return M.substitute(node, function(n)
    local var = M.subexpression(n)
    if var and n.ref.kind == "variable" and (not when or when(var)) then return M.expand(var.expr, when) end
    return nil
  end)
end

-- ---------------------------------------------------------------- linear coefficients

local linear -- node, unknown -> { [name] = coefficient }, rest; or nil, the node that is not linear

local LINEAR = {}

function LINEAR.neg(node, unknown)
  local c, r = linear(node[1], unknown)
  if not c then return nil, r end
  for name, coefficient in pairs(c) do c[name] = M.neg(coefficient) end
  return c, M.neg(r)
end

local function sum(node, unknown, combine, alone)
  local ca, ra = linear(node[1], unknown)
  if not ca then return nil, ra end
  local cb, rb = linear(node[2], unknown)
  if not cb then return nil, rb end
  for name, coefficient in pairs(cb) do
    ca[name] = ca[name] and combine(ca[name], coefficient) or alone(coefficient)
  end
  return ca, combine(ra, rb)
end

LINEAR["+"] = function(node, unknown)
  return sum(node, unknown, M.add, function(x) return x end)
end

LINEAR["-"] = function(node, unknown)
  return sum(node, unknown, M.sub, M.neg)
end

local function scaled(c, rest, scale)
  for name, coefficient in pairs(c) do c[name] = scale(coefficient) end
  return c, scale(rest)
end

LINEAR["*"] = function(node, unknown)
  local ca, ra = linear(node[1], unknown)
  if not ca then return nil, ra end
  local cb, rb = linear(node[2], unknown)
  if not cb then return nil, rb end
  if next(cb) == nil then return scaled(ca, ra, function(x) return M.mul(x, rb) end) end
  if next(ca) == nil then return scaled(cb, rb, function(x) return M.mul(ra, x) end) end
  return nil, node
end

LINEAR["/"] = function(node, unknown)
  local ca, ra = linear(node[1], unknown)
  if not ca then return nil, ra end
  local divisor = node[2]
  if M.find(divisor, unknown) then return nil, node end
  return scaled(ca, ra, function(x) return M.div(x, divisor) end)
end

LINEAR["**"] = function(node, unknown)
  if M.is_number(node[2], 1) then return linear(node[1], unknown) end
  return nil, node
end

function linear(node, unknown)
  if not M.find(node, unknown) then return {}, node end
  if node.tag == "name" then return { [unknown(node)] = M.number(1.0) }, M.number(0.0) end
  local rule = LINEAR[node.tag]
  if rule then return rule(node, unknown) end
  return nil, node
end

-- Whether a node is a product or power of the unknown alone, such as x or 2*x**2.
local function is_monomial(node, unknown)
  local c, rest = linear(node, unknown)
  if c then return next(c) ~= nil and M.is_number(rest, 0) end
  return node.tag == "**" and is_monomial(node[1], unknown)
end

local conditionally -- node, unknown -> coefficient, rest; or nil, the node that is not

local CONDITIONALLY = {}

function CONDITIONALLY.name(node, unknown)
  if unknown(node) then return M.number(1.0), M.number(0.0) end
  return M.number(0.0), node
end

function CONDITIONALLY.neg(node, unknown)
  local c, r = conditionally(node[1], unknown)
  if not c then return nil, r end
  return M.neg(c), M.neg(r)
end

for tag, combine in pairs { ["+"] = M.add, ["-"] = M.sub } do
  CONDITIONALLY[tag] = function(node, unknown)
    local ca, ra = conditionally(node[1], unknown)
    if not ca then return nil, ra end
    local cb, rb = conditionally(node[2], unknown)
    if not cb then return nil, rb end
    return combine(ca, cb), combine(ra, rb)
  end
end

CONDITIONALLY["*"] = function(node, unknown)
  local ca, ra = conditionally(node[1], unknown)
  if not ca then return nil, ra end
  local cb, rb = conditionally(node[2], unknown)
  if not cb then return nil, rb end
  if M.is_number(ca, 0) then return M.mul(ra, cb), M.mul(ra, rb) end
  if M.is_number(cb, 0) then return M.mul(ca, rb), M.mul(ra, rb) end
  return nil, node
end

CONDITIONALLY["/"] = function(node, unknown)
  local c, r = conditionally(node[1], unknown)
  if not c then return nil, r end
  if is_monomial(node[2], unknown) then return nil, node end
  return M.div(c, node[2]), M.div(r, node[2])
end

CONDITIONALLY["**"] = function(node, unknown)
  if M.is_number(node[2], 1) then return conditionally(node[1], unknown) end
  local c, r = conditionally(node[1], unknown)
  if not c then return nil, r end
  local whole = node[2].tag == "number" and node[2].value > 0 and node[2].value == math.floor(node[2].value)
  if not M.is_number(c, 0) and (whole or is_monomial(node[1], unknown)) then return nil, node end
  return M.number(0.0), node
end

function conditionally(node, unknown)
  if not M.find(node, unknown) then return M.number(0.0), node end
  local rule = CONDITIONALLY[node.tag]
  if rule then return rule(node, unknown) end
  return M.number(0.0), node -- a function of the unknown
end

--- Splits an expression into coefficient * unknown + rest, where functions of the unknown count as constants (as
-- Brian2's exponential Euler method does it).
-- @treturn node coefficient and rest; or nil and the node that has another power of the unknown; the coefficient is
--   zero also where the unknown stands only in functions
function M.conditionally_linear(node, unknown)
  return conditionally(node, unknown)
end

--- Splits an expression that is linear in some names.
-- @param node the expression; subexpressions that contain unknowns must be expanded first
-- @param unknown function(node) -> the name of the unknown that this node is, or nil
-- @treturn table coefficients by name (those that are zero left out), and the rest;
--   or nil and the innermost node that is not linear
function M.linear(node, unknown)
  local c, rest = linear(node, unknown)
  if not c then return nil, rest end
  for name, coefficient in pairs(c) do
    c[name] = not M.is_number(coefficient, 0) and coefficient or nil
  end
  return c, rest
end

return M
