--- Prints expression trees as C: precedence, types, precision, and what can be computed outside the loop.
--
-- A *scope* is one C function under construction. It has levels: 0 is computed once a call, the last
-- (`inner`) once an element; synapses have one between, once a segment. An expression is computed at the
-- lowest level that knows all its names, in double precision outside the innermost loop, where `real` rules.
-- Statements collect in `scope.lines[level]`; the caller puts the loops around them.
-- @module lunate.compiler.emit_c

local symbolic = require "lunate.compiler.symbolic"

local Scope = {}
Scope.__index = Scope

-- How tightly texts bind.
local OR, AND, COMPARE, ADD, MUL, UNARY, PRIMARY = 1, 2, 3, 4, 5, 6, 7

local function parenthesised(text, own, needed)
  return own < needed and "(" .. text .. ")" or text
end

local M = {}

--- Starts a function.
-- @tparam table options `precision` (4 or 8), `inner` (the last level), `resolve(scope, node)` which returns
--   `{text, level, ctype}` of a name, `random(scope, node)` which returns the text of a random number, and
--   `sites`, a table that all functions of a unit share. ctype is "f" (real), "d" (double, in either
--   precision) or "i" (int32_t).
function M.scope(options)
  local scope = setmetatable({
    precision = options.precision, inner = options.inner, at = options.inner,
    resolve = options.resolve, random = options.random, sites = options.sites, lines = {}, hoisted = {}, counts = {},
    declarations = {}, needed = {}, levels = {}, ctypes = {},
  }, Scope)
  for level = 0, scope.inner do scope.lines[level] = {} end
  return scope
end

--- Appends a line of C at a level (default: where we are).
function Scope:line(level, fmt, ...)
  local lines = self.lines[level]
  lines[#lines + 1] = string.format(fmt, ...)
end

--- A fresh name: prefix and a number.
function Scope:fresh(prefix)
  self.counts[prefix] = (self.counts[prefix] or 0) + 1
  return prefix .. self.counts[prefix]
end

--- Runs `f` with statements and expressions standing at another level.
function Scope:with_level(level, f)
  local saved = self.at
  self.at = level
  local a, b = f()
  self.at = saved
  return a, b
end

-- ---------------------------------------------------------------- constants

local FOLD = {
  neg = function(a) return -a end,
  ["+"] = function(a, b) return a + b end,
  ["-"] = function(a, b) return a - b end,
  ["*"] = function(a, b) return a * b end,
  ["/"] = function(a, b) return a / b end,
  ["**"] = function(a, b) return a ^ b end,
}

local folded = setmetatable({}, { __mode = "k" }) -- node -> its constant, false where it has none
local constant

local function fold(node)
  if node.tag == "number" then return node.value end
  if node.tag == "name" and (node.ref.kind == "unit" or node.ref.kind == "builtin") then return node.ref.value end
  local f = FOLD[node.tag]
  if not f then return nil end
  local a = constant(node[1])
  local b = node[2] and constant(node[2])
  return a and (b or not node[2]) and f(a, b) or nil
end

-- The number that an expression of numbers, units, pi and e stands for, or nil.
function constant(node)
  if folded[node] == nil then folded[node] = fold(node) or false end
  return folded[node] or nil
end

--- A number as C: with 17 digits, and the suffix that keeps single precision single.
function M.number(value, single)
  if value ~= value then return "NAN" end
  if value == math.huge then return "INFINITY" end
  if value == -math.huge then return "-INFINITY" end
  local text = string.format("%.15g", value)
  if tonumber(text) ~= value then text = string.format("%.17g", value) end
  if not text:find("[.e]") then text = text .. ".0" end
  return single and text .. "f" or text
end

-- ---------------------------------------------------------------- levels and types

local function level_of(scope, node)
  if constant(node) then return 0 end
  if node.tag == "name" then return scope:resolve(node).level end
  local level = symbolic.is_random(node) and scope.inner or 0
  for _, child in ipairs(node) do level = math.max(level, scope:level(child)) end
  return level
end

--- The lowest level that knows all names of an expression.
function Scope:level(node)
  self.levels[node] = self.levels[node] or level_of(self, node)
  return self.levels[node]
end

local KEEPS_TYPE = {
  abs = true, clip = true, where = true, floor = true, ceil = true,
  min = true, max = true, minimum = true, maximum = true,
}

local function ctype_of(scope, node)
  if node.type == "int" or node.type == "bool" then return "i" end
  if scope.precision == 8 then return "d" end
  if constant(node) then return "f" end
  if node.tag == "name" then return scope:resolve(node).ctype end
  if node.tag == "call" and not (node.fn and KEEPS_TYPE[node.name]) then return "f" end
  for _, child in ipairs(node) do
    if scope:ctype(child) == "d" then return "d" end
  end
  return "f"
end

--- What the value of an expression is in the innermost loop: "i", "f" (real), or "d" where it stems from
-- the time, which is double in single precision too.
function Scope:ctype(node)
  self.ctypes[node] = self.ctypes[node] or ctype_of(self, node)
  return self.ctypes[node]
end

local C_NAME = { f = "real", d = "double", i = "int32_t" }
local WIDENS = { ["+"] = true, ["-"] = true, ["*"] = true, ["//"] = true, ["%"] = true, neg = true }

-- The C type at a level: outside the innermost loop real numbers are double. Whole numbers grow by
-- arithmetic (i*j of large populations), so that its results are 64 bits wide.
function Scope:declared(node, level)
  local ctype = self:ctype(node)
  if ctype == "i" and WIDENS[node.tag] then return "int64_t" end
  if ctype == "f" and level < self.inner then ctype = "d" end
  return C_NAME[ctype == "d" and self.precision == 8 and level == self.inner and "f" or ctype]
end

--- Whether real numbers printed here are float.
function Scope:single(node)
  return self.precision == 4 and self.at == self.inner and self:ctype(node) == "f"
end

-- ---------------------------------------------------------------- printing

--- The text of an expression and how tightly it binds.
function Scope:print(node)
  local value = constant(node)
  if value then
    if node.type == "int" and math.type(value) == "integer" then
      return tostring(value), value < 0 and UNARY or PRIMARY
    end
    return M.number(value, self:single(node)), value < 0 and UNARY or PRIMARY
  end
  local level = self:level(node)
  if level < self.at then return self:hoist(node, level), PRIMARY end
  return self:print_here(node)
end

--- As print, in parentheses where it binds less tightly than needed.
function Scope:text(node, needed)
  local text, own = self:print(node)
  return parenthesised(text, own, needed or 0)
end

-- Computes an expression at a lower level and returns the name of the result.
function Scope:hoist(node, level)
  local at = self.at
  local text, own = self:with_level(level, function() return self:print(node) end)
  local here, there = self:declared(node, at), self:declared(node, level)
  if text:match("^[%a_][%w_]*$") and (here == there or (here == "real" and self.precision == 8)) then return text end
  local key = level .. here .. text
  if not self.hoisted[key] then
    self.hoisted[key] = self:fresh("c")
    if here == "real" and self.precision == 4 then text = "(real)" .. parenthesised(text, own, PRIMARY) end
    self:line(level, "const %s %s = %s;", here, self.hoisted[key], text)
  end
  return self.hoisted[key]
end

--- A name for the value of an expression, for use more than once.
function Scope:bind(node)
  local text, own = self:print(node)
  if own == PRIMARY and text:match("^[%w_.]+$") then return text end
  local name = self:fresh("x")
  self:line(self.at, "const %s %s = %s;", self:declared(node, self.at), name, text)
  return name
end

--- Notes a declaration for the head of the function, once.
function Scope:need(text)
  if not self.needed[text] then
    self.needed[text] = true
    self.declarations[#self.declarations + 1] = text
  end
end

--- A run-time constant that the kernel keeps as a double at `place`: what resolve returns for it.
function Scope:parameter(name, type, place)
  if type == "real" then
    self:need(string.format("const double %s = %s;", name, place))
    return { text = name, level = 0, ctype = "f" }
  end
  self:need(string.format("const int32_t %s = (int32_t)%s;", name, place))
  return { text = name, level = 0, ctype = "i" }
end

--- Defines a named value at a level; `as_stored`: a real, as arrays keep it.
function Scope:define(name, node, level, as_stored)
  self:with_level(level, function()
    local text = self:text(node)
    self:line(level, "const %s %s = %s;", as_stored and "real" or self:declared(node, level), name, text)
  end)
end

local PRINT = {}

function Scope:print_here(node)
  return PRINT[node.tag](self, node)
end

function PRINT.name(scope, node)
  return scope:resolve(node).text, PRIMARY
end

function PRINT.bool(_, node)
  return node.value and "1" or "0", PRIMARY
end

-- A child of a sum or comparison: numbers print in the type and precision of the whole.
local function operand(scope, parent, child, needed)
  local value = constant(child)
  local a, b = scope:ctype(parent[1]), scope:ctype(parent[2])
  if value and not (a == "i" and b == "i") then
    local wide = a == "d" or b == "d"
    local single = scope.precision == 4 and scope.at == scope.inner and not wide
    return parenthesised(M.number(value, single), value < 0 and UNARY or PRIMARY, needed)
  end
  return scope:text(child, needed)
end

local function infix(op, own)
  return function(scope, node)
    local a = operand(scope, node, node[1], own)
    return a .. " " .. op .. " " .. operand(scope, node, node[2], own + 1), own
  end
end

PRINT["+"] = infix("+", ADD)
PRINT["-"] = infix("-", ADD)
for _, op in ipairs { "<", "<=", ">", ">=", "==", "!=" } do PRINT[op] = infix(op, COMPARE) end

local function logical(op, own)
  return function(scope, node)
    return scope:text(node[1], ADD) .. " " .. op .. " " .. scope:text(node[2], ADD), own
  end
end
PRINT["and"] = logical("&", AND)
PRINT["or"] = logical("|", OR)
PRINT["not"] = function(scope, node) return "!" .. scope:text(node[1], PRIMARY), OR end

-- ---------------------------------------------------------------- products

-- Takes a product apart: numbers fold into p.number, factors known at a lower level than here are set
-- apart from the others.
local function factors_of(scope, node, inverse, p)
  local value = constant(node)
  if value then
    p.number = inverse and p.number / value or p.number * value
  elseif node.tag == "neg" then
    p.number = -p.number
    factors_of(scope, node[1], inverse, p)
  elseif (node.tag == "*" or node.tag == "/") and node.type == "real" then
    factors_of(scope, node[1], inverse, p)
    factors_of(scope, node[2], inverse ~= (node.tag == "/"), p)
  else
    local lower = scope:level(node) < scope.at
    local list = lower and (inverse and p.lower_den or p.lower_num) or (inverse and p.den or p.num)
    list[#list + 1] = node
  end
end

local function raw(tag, a, b)
  return { tag = tag, a, b, type = "real" }
end

local function product_node(list)
  local node = list[1]
  for k = 2, #list do node = raw("*", node, list[k]) end
  return node
end

-- The part of a product that is known at a lower level, as a tree (nil when there is none).
local function coefficient(p)
  if #p.lower_num + #p.lower_den == 0 then return nil end
  local node = product_node(p.lower_num)
  if p.number ~= 1 or not node then
    local number = symbolic.number(p.number * 1.0)
    node = node and raw("*", number, node) or number
  end
  p.number = 1
  return #p.lower_den > 0 and raw("/", node, product_node(p.lower_den)) or node
end

local function print_factors(scope, list, texts, real)
  for _, node in ipairs(list) do
    local cast = node.type ~= "real" and "(" .. real .. ")" or ""
    texts[#texts + 1] = cast .. scope:text(node, UNARY)
  end
end

local function print_product(scope, node)
  local p = { number = 1, num = {}, den = {}, lower_num = {}, lower_den = {} }
  factors_of(scope, node, false, p)
  local single = scope:single(node)
  local real = scope.at == scope.inner and (scope.precision == 8 or single) and "real" or "double"
  local lower, texts, sign = coefficient(p), {}, ""
  if lower then
    texts[1] = scope:hoist(lower, scope:level(lower))
  elseif p.number == -1 and #p.num > 0 then
    sign = "-"
  elseif p.number ~= 1 or #p.num == 0 then
    texts[1] = M.number(p.number * 1.0, single)
  end
  print_factors(scope, p.num, texts, real)
  local text = sign .. table.concat(texts, " * ")
  if #p.den == 0 then return text, #texts > 1 and MUL or UNARY end
  local below = {}
  print_factors(scope, p.den, below, real)
  local divisor = table.concat(below, " * ")
  return text .. " / " .. (#below > 1 and "(" .. divisor .. ")" or divisor), MUL
end

PRINT["/"] = print_product
PRINT["*"] = function(scope, node)
  if node.type == "real" then return print_product(scope, node) end
  return "(int64_t)" .. scope:text(node[1], UNARY) .. " * " .. scope:text(node[2], UNARY), MUL
end
PRINT.neg = function(scope, node)
  if node.type == "real" and (node[1].tag == "*" or node[1].tag == "/") then return print_product(scope, node) end
  return "-" .. scope:text(node[1], PRIMARY), UNARY
end

-- ---------------------------------------------------------------- powers and remainders

local function maths(name, single)
  return single and name .. "f" or name
end

-- text ** n by squaring; text is a name.
local function whole_power(scope, node, text, n)
  if n == 1 then return text end
  if n <= 3 then return table.concat({ text, text, n == 3 and text or nil }, " * ") end
  local half = scope:fresh("x")
  local below = whole_power(scope, node, text, n // 2)
  scope:line(scope.at, "const %s %s = %s;", scope:declared(node, scope.at), half, below)
  return half .. " * " .. half .. (n % 2 == 1 and " * " .. text or "")
end

-- The base of a power: a name, of real type.
local function bind_base(scope, node)
  local base = node[1]
  if base.type == "real" then return scope:bind(base) end
  local name = scope:fresh "x"
  scope:line(scope.at, "const %s %s = %s;", scope:declared(node, scope.at), name, scope:text(base))
  return name
end

PRINT["**"] = function(scope, node)
  local n, single = constant(node[2]), scope:single(node)
  if n and n == math.floor(n) and math.abs(n) >= 1 and math.abs(n) <= 32 then
    local text = whole_power(scope, node, bind_base(scope, node), math.tointeger(math.abs(n)))
    if n > 0 then return text, n == 1 and PRIMARY or MUL end
    return M.number(1.0, single) .. " / (" .. text .. ")", MUL
  end
  if n == 0.5 or n == -0.5 then
    local root = maths("sqrt", single) .. "(" .. scope:text(node[1]) .. ")"
    if n > 0 then return root, PRIMARY end
    return M.number(1.0, single) .. " / " .. root, MUL
  end
  return maths("pow", single) .. "(" .. scope:text(node[1]) .. ", " .. scope:text(node[2]) .. ")", PRIMARY
end

-- a // b and a % b round down, as Python defines them; whole numbers go through double, which is exact.
local function quotient(scope, node)
  local int = node.type == "int"
  local a, b = scope:bind(node[1]), scope:bind(node[2])
  if int then a, b = "(double)" .. a, "(double)" .. b end
  return int, a, b, maths("floor", not int and scope:single(node)) .. "(" .. a .. " / " .. b .. ")"
end

PRINT["//"] = function(scope, node)
  local int, _, _, floor = quotient(scope, node)
  return int and "(int64_t)" .. floor or floor, PRIMARY
end

PRINT["%"] = function(scope, node)
  local int, a, b, floor = quotient(scope, node)
  local text = a .. " - " .. b .. " * " .. floor
  if int then return "(int64_t)(" .. text .. ")", PRIMARY end
  return text, ADD
end

-- ---------------------------------------------------------------- calls

-- Whether all arguments may be rounded to float before the call.
local function single_args(scope, node)
  if scope.precision == 8 or scope.at < scope.inner then return false end
  for _, arg in ipairs(node) do
    if scope:ctype(arg) == "d" then return false end
  end
  return true
end

local function cast_result(scope, node, text, single)
  if scope.precision == 4 and scope.at == scope.inner and not single and scope:ctype(node) == "f" then
    return "(real)" .. text
  end
  return text
end

local function needs_call(node)
  return symbolic.find(node, function(n) return n.tag == "call" or n.tag == "**" end) ~= nil
end

-- An operand of a conditional expression: functions are called beforehand, so that loops stay branch-free.
local function arm(scope, node)
  if needs_call(node) and scope:level(node) >= scope.at then return scope:bind(node) end
  return scope:text(node, ADD)
end

local CALL = {}

function CALL.where(scope, node)
  local condition = scope:text(node[1], ADD)
  local yes = arm(scope, node[2])
  return condition .. " ? " .. yes .. " : " .. arm(scope, node[3]), 0
end

function CALL.clip(scope, node)
  local x, low, high = scope:bind(node[1]), scope:bind(node[2]), scope:bind(node[3])
  return string.format("%s < %s ? %s : (%s > %s ? %s : %s)", x, low, low, x, high, high, x), 0
end

function CALL.sign(scope, node)
  local x = scope:bind(node[1])
  return string.format("(%s > 0) - (%s < 0)", x, x), ADD
end

function CALL.abs(scope, node)
  if node[1].type == "real" then
    return maths("fabs", single_args(scope, node)) .. "(" .. scope:text(node[1]) .. ")", PRIMARY
  end
  local x = scope:bind(node[1])
  return string.format("%s < 0 ? -%s : %s", x, x, x), 0
end

local function smaller(op)
  return function(scope, node)
    local a, b = scope:bind(node[1]), scope:bind(node[2])
    return string.format("%s %s %s ? %s : %s", a, op, b, a, b), 0
  end
end
CALL.min, CALL.minimum, CALL.max, CALL.maximum = smaller "<", smaller "<", smaller ">", smaller ">"

CALL["int"] = function(scope, node)
  return "(int32_t)" .. scope:text(node[1], PRIMARY), UNARY
end

function CALL.timestep(scope, node)
  local t, dt = scope:text(node[1], ADD), scope:text(node[2], UNARY)
  return string.format("(int32_t)((%s + 1e-3 * (double)%s) / %s)", t, dt, dt), PRIMARY
end

-- expm1(x) / x, 1 at 0.
function CALL.exprel(scope, node)
  local single = single_args(scope, node)
  local x, name = scope:bind(node[1]), scope:fresh("x")
  scope:line(scope.at, "const %s %s = %s(%s) / %s;", scope:declared(node, scope.at), name,
    maths("expm1", single), x, x)
  return string.format("%s == 0 ? %s : %s", x, M.number(1.0, single), name), 0
end

-- The same where it is small as a rule, for all lanes at once; made by exponential Euler.
CALL["ln.exprel_of_step"] = function(scope, node)
  local ahead = scope.ahead and scope:ahead(node[1], "ln_exprel_lanes")
  if ahead then return ahead, PRIMARY end
  return CALL.exprel(scope, node)
end

-- dt * exprel(x * dt): expm1(x * dt) / x, dt at 0; likewise, where x is known before the loop.
CALL["ln.step_integral"] = function(scope, node)
  local single, x = single_args(scope, node), scope:bind(node[1])
  local dt, name = scope:bind(node[2]), scope:fresh("x")
  scope:line(scope.at, "const %s %s = %s(%s * %s) / %s;", scope:declared(node, scope.at), name,
    maths("expm1", single), x, dt, x)
  return string.format("%s == 0 ? %s : %s", x, dt, name), 0
end

-- An entry of what linear equations with the coefficients node[1] … become in a step (see propagate.h). All entries of a
-- matrix share its computation, at the level where it is known.
CALL["ln.propagator"] = function(scope, node)
  local out = {}
  for k = 1, #node - 1 do out[k] = scope:text(node[k]) end
  local coefficients = table.concat(out, ", ")
  local key = ("propagator %d %s"):format(scope.at, coefficients)
  if not scope.hoisted[key] then
    local name, dt = scope:fresh("propagator"), scope:text(node[#node])
    scope.hoisted[key] = name
    scope:line(scope.at, "double %s[%d];", name, 2 * node.m * node.m)
    scope:line(scope.at, "ln_propagate(%d, (const double[]){%s}, %s, %s);", node.m, coefficients, dt, name)
  end
  return ("%s[%d]"):format(scope.hoisted[key], node.entry), PRIMARY
end

-- Whole steps of a refractory time, at least one: of the clock of the unit, or of a synapse's source or target.
for name, dt in pairs { [""] = "dt", _of_pre = "pre_dt", _of_post = "post_dt" } do
  CALL["ln.refractory_steps" .. name] = function(scope, node)
    return ("ln_refractory_steps(%s, a->%s)"):format(scope:text(node[1]), dt), PRIMARY
  end
end

--- The number of a call that draws, from 1: which call of the source it is.
function Scope:site(node)
  local sites = self.sites
  if not sites[node] then
    sites[#sites + 1] = node
    sites[node] = #sites
  end
  return sites[node]
end

local DRAW = { rand = "ln_uniform", randn = "ln_normal", poisson = "ln_poisson_at", binomial = "ln_binomial_at" }

--- A random number drawn with the key and counter in `args`.
function Scope:draw(node, args)
  local name, single = node.name, self.precision == 4
  for _, arg in ipairs(node) do args = args .. ", " .. self:text(arg) end
  if name == "rand" and single then return "ln_uniform_single(" .. args .. ")" end
  return (name == "randn" and single and "(real)" or "") .. DRAW[name] .. "(" .. args .. ")"
end

function CALL.rand(scope, node) return scope:random(node), PRIMARY end
CALL.randn, CALL.poisson, CALL.binomial = CALL.rand, CALL.rand, CALL.rand

-- A timed array: stim(t) or stim(t, i). The row is an expression of its own, since it is often the same for all.
CALL["ln.table_row"] = function(scope, node)
  local name, per_dt = scope:table(node.tab)
  return string.format("ln_table_row(%s, %s, %s)", name, per_dt, scope:text(node[1])), PRIMARY
end

local function print_table(scope, node)
  local name = scope:table(node.ref.table)
  local place = scope:text { tag = "call", name = "ln.table_row", tab = node.ref.table, type = "int", node[1] }
  if node[2] then
    place = string.format("(int64_t)%s * %s->columns + ln_table_column(%s, %s)", place, name, name,
      scope:text(node[2]))
  end
  return cast_result(scope, node, string.format("%s->value[%s]", name, place), false), PRIMARY
end

function PRINT.call(scope, node)
  if symbolic.is_table(node) then return print_table(scope, node) end
  if CALL[node.name] then return CALL[node.name](scope, node) end
  local single, args = single_args(scope, node), {}
  for k, arg in ipairs(node) do args[k] = scope:text(arg) end
  local name = maths(node.fn and node.fn.c or node.name, single)
  return cast_result(scope, node, name .. "(" .. table.concat(args, ", ") .. ")", single), PRIMARY
end

-- ---------------------------------------------------------------- statements

-- Variables that belong to one run of the statements.
function Scope:temporary(ref)
  return { text = "l_" .. ref.name, level = self.inner, ctype = ref.type == "real" and "f" or "i" }
end

local IN_C = { ["="] = true, ["+="] = true, ["-="] = true, ["*="] = true }
local TO_TYPE = { real = "%s = %s;", int = "%s = (int32_t)(%s);", bool = "%s = (%s) != 0;" }

local SELECTED = { real = "(real)(%s)", int = "(int32_t)(%s)", bool = "((%s) != 0)" }

--- Appends a statement `x op= expression`; `place` is what C assigns to, nil for temporaries. Under a
-- condition it branches or, where the scope `selects`, computes and chooses: what a loop that vectorises wants.
function Scope:statement(statement, place, condition)
  local op, node, ref = statement.op, symbolic.expand(statement.expr), statement.ref
  local type = (ref.var or ref).type
  if not place then
    place = self:temporary(ref).text
    if statement.declares then self:line(self.at, "%s %s;", type == "real" and "real" or "int32_t", place) end
  end
  local selected = condition and self.selects
  local prefix = condition and not selected and "if (" .. condition .. ") " or ""
  if condition and type == "real" and (op == "+=" or op == "-=") then -- without a branch: it would be mispredicted
    local chosen = self.vector and "(%s) ? (%s) : (real)0" or "LN_IF(%s, %s)"
    self:line(self.at, "%s %s " .. chosen .. ";", place, op, condition, self:text(node))
    return
  end
  if type == "real" and IN_C[op] and not selected then
    self:line(self.at, "%s%s %s %s;", prefix, place, op, self:text(node))
    return
  end
  if op ~= "=" then
    local old = symbolic.name(statement.target, { kind = "made", text = place, level = self.inner }, type)
    local int = type ~= "real" and node.type ~= "real" and op ~= "/="
    node = { tag = op:sub(1, -2), old, node, type = int and "int" or "real" }
  end
  if selected then
    self:line(self.at, "%s = (%s) ? " .. SELECTED[type] .. " : %s;", place, condition, self:text(node), place)
  else
    self:line(self.at, "%s" .. TO_TYPE[type], prefix, place, self:text(node))
  end
end

return M
