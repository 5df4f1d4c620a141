--- Equations and statements against a scope: dimensions, what may be read, what may be written.
-- check.lua has the rules of expressions, scope.lua what names mean.
-- @module lunate.compiler.analyse_equations

local check = require "lunate.compiler.check"
local declare = require "lunate.compiler.analyse_declare"
local diagnose = require "lunate.compiler.diagnose"
local functions = require "lunate.compiler.functions"
local Q = require "lunate.quantity"
local symbolic = require "lunate.compiler.symbolic"

local M = {}

local none = Q.dimensionless
local second = Q.dim { 0, 0, 1 }
local unit_text = declare.unit_text

function M.refuse_noise(tree, source)
  if tree.tag == "name" and (tree.name == "xi" or tree.name:find "^xi_") then
    diagnose.raise(source, tree.pos, "noise (%s) can stand only in the differential equations of neurons and clock-driven "
      .. "ones of synapses; randn() draws a number each time", tree.name)
  end
  for _, child in ipairs(tree) do M.refuse_noise(child, source) end
end

-- ---------------------------------------------------------------- equations

function M.subject_of(var)
  if var.kind == "state" then return "the equation of " .. var.name end
  return ("the expression of '%s'"):format(var.name)
end

local function check_equation_dim(var)
  local expr = var.expr
  if var.kind == "state" then
    local want = var.dim / second
    if not check.fits(expr, want) then
      local hint = expr.dim == var.dim and ": is it to be divided by a time constant?" or ""
      diagnose.raise(var.source, expr.pos, "d%s/dt = …: the right side is %s, expected %s%s", var.name,
        unit_text(expr.dim), want == none and "no unit" or tostring(want), hint)
    end
  elseif not check.fits(expr, var.dim) then
    diagnose.raise(var.source, expr.pos, "'%s' is declared %s, but its expression is %s", var.name, unit_text(var.dim),
      unit_text(expr.dim))
  end
end

local function each_name(tree, f)
  if tree.tag == "name" then f(tree) end
  for _, child in ipairs(tree) do each_name(child, f) end
end

local function is_random(tree)
  if tree.fn and tree.fn.random then return tree end
  for _, child in ipairs(tree) do
    local node = is_random(child)
    if node then return node end
  end
end

local differing_builtins = { i = true, j = true, lastspike = true, not_refractory = true }

local function may_be_one(node)
  local var = node.ref.var
  return var ~= nil and (var.linked or var.of_linked)
end

-- The name node in a tree of which the value differs from neuron to neuron, or nil; one that is not linked before one that is.
local function differing(tree)
  local found
  each_name(tree, function(node)
    local ref = node.ref
    if ref.var and not ref.var.shared or ref.kind == "local" or ref.kind == "builtin" and differing_builtins[ref.name] then
      if not found or may_be_one(found) then found = node end
    end
  end)
  return found
end

-- What synapses share and is constant over dt is computed where it is read, so that nothing in it may change within a step.
local function check_steady(var)
  local node = symbolic.find_deep(var.expr, function(n)
    if n.tag == "call" then return symbolic.is_random(n) end
    local read = n.tag == "name" and n.ref
    if not read or read.kind == "builtin" then return false end
    return read.kind == "signal" or read.kind == "post" or read.kind == "pre"
      or read.var and not (read.var.kind == "subexpression" or read.var.constant)
  end)
  if node then
    diagnose.raise(var.source, node.pos, "'%s' is shared and constant over dt, but '%s' may change within a step: take "
      .. "net:signal with every = …, which all synapses read, or make it of each synapse (leave out 'shared')", var.name,
      node.name)
  end
end

-- A shared value cannot depend on values that differ. Linked variables may all be one neuron's, which is known only once there
-- are populations: what reads them is computed for each neuron.
local function check_subexpression(var)
  if var.steady then check_steady(var) end
  local random = is_random(var.expr)
  if random and not var.held then
    diagnose.raise(var.source, random.pos, "%s() cannot stand in the subexpression '%s', which may be computed more "
      .. "than once a step", random.name, var.name)
  end
  local node = var.shared and differing(var.expr)
  if node and may_be_one(node) and not var.held then
    var.shared, var.of_linked = false, true
  elseif node then
    diagnose.raise(var.source, node.pos, "'%s' is shared, but '%s' that it reads is not", var.name, node.name)
  end
end

-- Subexpressions in an order in which each stands after those that it reads.
local function sort_subexpressions(ir, items)
  local state, path = {}, {}
  local function visit(var)
    if state[var] == "done" then return end
    path[#path + 1] = var.name
    if state[var] == "open" then
      local first = 1
      while path[first] ~= var.name do first = first + 1 end
      diagnose.raise(var.source, var.pos, "subexpressions cannot depend on each other in a circle: %s",
        table.concat(path, " -> ", first))
    end
    state[var] = "open"
    each_name(var.expr, function(node)
      local read = node.ref.kind == "variable" and node.ref.var
      if read and (read.kind == "subexpression" or read.held) then visit(read) end
    end)
    path[#path] = nil
    state[var] = "done"
    local list = var.held and ir.held or ir.variables
    list[#list + 1] = var
  end
  for _, item in ipairs(items) do
    if item.kind == "subexpression" or item.kind == "held" then visit(ir.by_name[item.name]) end
  end
end

-- Checks the right sides; `scope_of(var)` makes the scope of one.
function M.check_equations(ir, items, scope_of)
  for _, item in ipairs(items) do
    local var = ir.by_name[item.name]
    if var.expr then
      if ir.kind ~= "neuron" and not var.clock or var.held then M.refuse_noise(var.expr, var.source) end
      var.expr = check.expression(var.expr, scope_of(var))
      check_equation_dim(var)
    end
  end
  sort_subexpressions(ir, items)
  for _, item in ipairs(items) do
    if item.kind == "subexpression" or item.kind == "held" then check_subexpression(ir.by_name[item.name]) end
  end
end

-- ---------------------------------------------------------------- statements

function M.name_node(name, pos) return { tag = "name", name = name, pos = pos } end

-- `x //= a` and the like are x = x // a.
local rewritten = { ["//="] = "//", ["%="] = "%", ["**="] = "**" }

local function rewrite(statement)
  local tag = rewritten[statement.op]
  if tag then
    statement.op = "="
    statement.expr = { tag = tag, pos = statement.pos, M.name_node(statement.target, statement.pos), statement.expr }
  end
end

local function refuse_target(statement, fmt, ...)
  diagnose.raise(statement.source, statement.pos, fmt, ...)
end

-- Refuses variables that statements may not write. `owner`: " of the target" or "".
local function check_writable(statement, var, owner, sc)
  local name = statement.target
  if var.unwritable then
    refuse_target(statement, "cannot assign to '%s'%s", name, var.unwritable)
  elseif var.kind == "subexpression" then
    refuse_target(statement, "cannot assign to '%s': it is a subexpression%s, computed where it is read", name, owner)
  elseif var.held then
    refuse_target(statement, "cannot assign to '%s': it is computed at the start of each step (constant over dt)", name)
  elseif var.linked then
    refuse_target(statement, "cannot assign to '%s': it is linked to a variable of another population", name)
  elseif var.constant then
    refuse_target(statement, "cannot assign to '%s': it is declared constant%s", name, owner)
  elseif var.shared and not var.given and not sc.writes_shared then
    refuse_target(statement, "cannot assign to '%s': it is shared%s, one value for all", name, owner)
  end
end

local fixed_things = {
  parameter = "a parameter, constant while running (a variable is declared in the equations)",
  post_parameter = "a parameter of the target's model, constant while running",
  pre_parameter = "a parameter of the source's model, constant while running",
  signal = "a signal; set it from the script, or on the spikes of a population",
  table = "a timed array", builtin = "not a variable", unit = "a unit", unavailable = "not a variable",
}

local function check_target(statement, ref, sc)
  local kind = ref.kind
  if kind == "variable" then
    check_writable(statement, ref.var, "", sc)
    ref.var.written = true
    if ref.var.given then ref.var.shared = false end
  elseif kind == "post" then
    check_writable(statement, ref.var, " in the target", sc)
  elseif kind == "pre" then
    refuse_target(statement, "cannot assign to '%s': a synapse lives with its target, and its source may be elsewhere; "
      .. "make a projection the other way round, where it is '%s_post' and on_pre and on_post change places",
      statement.target, ref.var.name)
  elseif ref.of_synapses then
    refuse_target(statement, "cannot assign to '%s'%s", statement.target, ref.why)
  elseif fixed_things[kind] then
    refuse_target(statement, "cannot assign to '%s': it is %s", statement.target, fixed_things[kind])
  end
end

local function declare_local(statement, sc)
  declare.check_identifier(statement.target, "variable", statement.source, statement.pos)
  statement.declares = true
  local expr = statement.expr
  -- not int, for what is 0 at first may be 0.5 next
  local type = expr.type == "bool" and "bool" or "real"
  local ref = { kind = "local", name = statement.target, dim = expr.dim, type = type }
  sc.locals[statement.target] = ref
  return ref
end

local function check_assignment_dim(statement, dim, sc)
  local expr, op = statement.expr, statement.op
  local want = (op == "*=" or op == "/=") and none or dim
  if check.fits(expr, want) then return end
  if want == dim then
    diagnose.raise(statement.source, expr.pos, "cannot assign %s to '%s' (%s) in %s", check.describe(expr),
      statement.target, dim == none and "no unit" or tostring(dim), sc.subject)
  end
  diagnose.raise(statement.source, expr.pos, "%s needs a number without unit, not %s, in %s", op, check.describe(expr),
    sc.subject)
end

local function check_statement(statement, sc)
  rewrite(statement)
  local node = M.name_node(statement.target, statement.pos)
  local known = sc:find(node.name)
  if not known and functions[node.name] then
    refuse_target(statement, "cannot assign to '%s': it is a function", node.name)
  elseif not known and statement.op ~= "=" then
    check.unknown_name(node, sc)
  end
  if known then check_target(statement, known, sc) end
  M.refuse_noise(statement.expr, statement.source)
  statement.expr = check.expression(statement.expr, sc)
  if not known then
    statement.ref = declare_local(statement, sc)
  elseif known.kind == "local" then
    statement.ref = known
    check_assignment_dim(statement, known.dim, sc)
  else
    statement.ref = sc:bind(node, known).ref
    if known.slot then known.slot.written = true end
    check_assignment_dim(statement, node.dim, sc)
    local other = sc.writes_shared and known.var.shared and differing(statement.expr)
    if other then
      diagnose.raise(statement.source, other.pos, "'%s' is shared, but '%s' that it is set from is not", statement.target,
        other.name)
    end
  end
end

-- Checks a list of statements; temporaries must be read somewhere, or they are misspelt variables.
function M.check_statements(list, sc)
  sc.locals = {}
  local first_of = {}
  for _, statement in ipairs(list) do
    check_statement(statement, sc)
    if statement.declares then first_of[#first_of + 1] = statement end
  end
  for _, statement in ipairs(first_of) do
    if not statement.ref.used then
      refuse_target(statement, "'%s' is set in %s but never read, and it is not a variable%s", statement.target,
        sc.subject, diagnose.did_you_mean(statement.target, sc:names()))
    end
  end
  return list
end

return M
