--- What names mean in the C of a neuron: arrays, parameters, builtins, subexpressions, random numbers.
-- Arrays are `at_x`, values read from them `v_x`, new values `n_x`, subexpressions `s_x`, parameters `p_x`,
-- what is computed before the loop `c1`, `c2`, …, and within it `x1`, `x2`, …
-- @module lunate.compiler.emit_names

local common = require "lunate.compiler.emit_common"
local emit_c = require "lunate.compiler.emit_c"
local functions = require "lunate.compiler.functions"
local unit = require "lunate.compiler.emit_unit"

local symbolic = require "lunate.compiler.symbolic"

local M = {}

--- Hidden variables: 1 while a neuron is refractory, where that is stored; the adaptive method's last step.
M.REFRACTORY, M.SUBSTEP = "_refractory", "_substep"

local identifier, once = unit.identifier, common.once
local C_TYPE = { real = "real", int = "int32_t", bool = "int32_t" }
M.C_TYPE = C_TYPE

local random, ahead -- below
local use_table = common.tables "table"

-- A function of the unit. `subject` is the C text of the neuron's index; `loads` whether values are read
-- once into locals (the sweep) or every time where they stand (the reset).
function M.scope(made, options)
  local scope = emit_c.scope {
    precision = made.precision, inner = 1, resolve = M.resolve, random = random, sites = made.sites,
  }
  scope.made, scope.subject, scope.loads, scope.table = made, options.subject, options.loads, use_table
  scope.frame = { values = {}, subs = {}, suffix = "", t = "t" }
  scope.written, scope.loaded, scope.lanes_ahead = options.written or {}, {}, {}
  scope.ahead = options.loads and ahead or nil
  return scope
end

-- The array of a variable (by index in ln_unit.var), declared on demand.
function M.array(scope, name, ctype, index, shared)
  local id = "at_" .. identifier(name)
  local const = scope.written[name] and "" or "const "
  if scope.loads and not shared then
    scope:need(string.format("%s%s *restrict const %s = __builtin_assume_aligned(a->var[%d], 64);",
      const, ctype, id, index))
  else
    scope:need(string.format("%s%s *const %s = a->var[%d];", const, ctype, id, index))
  end
  return id
end

function M.variable_array(scope, var)
  return M.array(scope, var.name, C_TYPE[var.type], var.index, var.shared)
end

-- The current value of a stored variable.
local function variable(scope, var)
  local level = var.shared and 0 or 1
  local ctype = var.type == "real" and "f" or "i"
  local known = scope.frame.values[var.name]
  if known then return { text = known, level = level, ctype = ctype } end
  local place = string.format("%s[%s]", M.variable_array(scope, var), var.shared and "0" or scope.subject)
  if not scope.loads then return { text = place, level = level, ctype = ctype } end
  local name = "v_" .. var.name
  once(scope, level, name, ctype == "f" and level == 0 and "double" or C_TYPE[var.type], place)
  return { text = name, level = level, ctype = ctype }
end

-- A subexpression's value with the states of the current frame; defined where first met.
local function subexpression(scope, var)
  local known = scope.frame.subs[var.name]
  if known then return known end
  local level = var.shared and 0 or scope:level(var.expr)
  local ctype = var.type == "real" and scope:ctype(var.expr) or "i"
  local name = "s" .. scope.frame.suffix .. "_" .. identifier(var.name)
  scope:define(name, var.expr, level)
  known = { text = name, level = level, ctype = ctype }
  scope.frame.subs[var.name] = known
  return known
end

local BUILTIN = setmetatable({}, { __index = common.BUILTIN })

function BUILTIN.t(scope)
  if scope.frame.lane_t then return { text = scope.frame.lane_t, level = 1, ctype = "d" } end
  scope:need "const double t = a->t;"
  if scope.frame.t == "t_half" then scope:need "const double t_half = t + 0.5 * a->dt;" end
  if scope.frame.t == "t_end" then scope:need "const double t_end = t + a->dt;" end
  return { text = scope.frame.t, level = 0, ctype = "d" }
end

function BUILTIN.N(scope)
  scope:need "const int32_t size = (int32_t)a->size;"
  return { text = "size", level = 0, ctype = "i" }
end

function BUILTIN.i(scope)
  once(scope, 1, "i", "int32_t", string.format("(int32_t)(a->gid0 + %s + 1)", scope.subject))
  return { text = "i", level = 1, ctype = "i" }
end

function BUILTIN.lastspike(scope)
  local last = string.format("last[%s]", scope.subject)
  once(scope, 1, "lastspike", "double", string.format("%s == LN_NEVER ? -1e4 : %s * a->dt", last, last))
  return { text = "lastspike", level = 1, ctype = "d" }
end

function BUILTIN.not_refractory(scope)
  return { text = scope.not_refractory or "1", level = 1, ctype = "i" }
end

-- An entry of the propagator (see integrate.lua).
local function derived(scope, entry)
  local made = scope.made
  if made.first_derived then
    local at = M.array(scope, "_" .. entry.name, "real", made.first_derived + entry.position, false)
    once(scope, 1, entry.name, "real", string.format("%s[%s]", at, scope.subject))
    return { text = entry.name, level = 1, ctype = "f" }
  end
  scope:need(string.format("const double %s = a->par[%d];", entry.name, #made.ir.parameters + entry.position))
  return { text = entry.name, level = 0, ctype = "f" }
end

local RESOLVE = {}

function RESOLVE.variable(scope, node)
  local var = node.ref.var
  if var.kind == "subexpression" then return subexpression(scope, var) end
  return variable(scope, var)
end

function RESOLVE.parameter(scope, node)
  local par = node.ref.par
  return scope:parameter("p_" .. identifier(par.name), par.type, string.format("a->par[%d]", par.index))
end

function RESOLVE.builtin(scope, node)
  return BUILTIN[node.ref.name](scope)
end

function RESOLVE.derived(scope, node)
  return derived(scope, node.ref.entry)
end

-- A value made here: `{kind = "made", text, level}`.
function RESOLVE.made(_, node)
  return { text = node.ref.text, level = node.ref.level, ctype = node.type == "real" and "f" or "i" }
end

-- The integral of a noise over the step, one number a neuron, name and step.
function RESOLVE.noise(scope, node)
  local noises, name = scope.made.noises, node.ref.name
  noises[name] = noises[name] or { tag = "call", name = "randn", type = "real", fn = functions.randn }
  scope:need "const double sqrt_dt = sqrt(a->dt);"
  scope:with_level(1, function()
    once(scope, 1, "dW_" .. name, "real", "(real)sqrt_dt * " .. random(scope, noises[name]))
  end)
  return { text = "dW_" .. name, level = 1, ctype = "f" }
end

RESOLVE["local"] = function(scope, node)
  return scope:temporary(node.ref)
end

function M.resolve(scope, node)
  return RESOLVE[node.ref.kind](scope, node)
end

-- ---------------------------------------------------------------- refractoriness

--- Defines `nr`, whether the neuron is not refractory: as the state update finds it, or, with `when`, as it is "before"
-- the update (the state that the step before left) or "after" the threshold.
function M.refractoriness(scope, when)
  local ir, mode = scope.made.ir, scope.made.mode
  if mode == "none" then return end
  if mode == "stored" and (when or ir.refractory_kind == "condition") then
    local at = M.array(scope, M.REFRACTORY, "int32_t", scope.made.refractory_index)
    scope.not_refractory = "1" -- the condition itself may not ask
    local still = when and "" or " & " .. scope:text(ir.refractory, 7)
    scope:line(1, when and "const int32_t nr = !%s[%s]%s;" or "const int32_t nr = !(%s[%s]%s);", at, scope.subject, still)
  else
    local steps = symbolic.call("ln.refractory_steps", ir.refractory)
    steps.type = "int"
    local now = when == "before" and "step - 1" or "step"
    scope:line(1, "const int32_t nr = %s - last[%s] >= %s;", now, scope.subject, scope:text(steps, 5))
  end
  scope.not_refractory = "nr"
end

-- ---------------------------------------------------------------- random numbers

-- A random number of one call in the source. Uniform and normal ones of the sweep are drawn for a whole
-- group of lanes beforehand, in a loop of their own that vectorises. What is drawn once for all has no neuron.
function random(scope, node)
  local site = scope:site(node)
  local gid = scope.at == 0 and "UINT64_MAX" or string.format("(uint64_t)(a->gid0 + %s)", scope.subject)
  local text = scope:draw(node, string.format("a->key, %s, (uint64_t)a->step | (uint64_t)%d << 32", gid, site))
  if not (scope.loads or scope.within) or scope.at == 0 or node.fn.scalar then return text end
  return common.draw_ahead(scope, "real", site, text)
end

-- ---------------------------------------------------------------- a function of all lanes at once

local function asks_refractoriness(node)
  return symbolic.find_deep(node, function(n)
    return n.tag == "name" and n.ref.kind == "builtin" and n.ref.name == "not_refractory"
  end)
end

-- What is known at level 0 alone, for a loop of its own, whose locals are not those of the main one.
local function outer_part(list, level_of)
  local kept = {}
  for name, value in pairs(list) do
    if level_of(value) == 0 then kept[name] = value end
  end
  return kept
end

-- The value of `fn`, a function of arrays of lanes in mathvec.h, at an expression of this sweep: the array is filled and
-- the function called before the loop over the lanes. Returns the C text of a lane's value; nil where the expression
-- needs what only that loop knows.
function ahead(scope, node, fn)
  if scope.at ~= 1 or scope.frame.suffix ~= "" or scope:ctype(node) == "d" and scope.precision == 4
    or asks_refractoriness(node) then return nil end
  local lines, loaded, subs = scope.lines[1], scope.loaded, scope.frame.subs
  scope.lines[1] = {}
  scope.loaded = outer_part(loaded, function(level) return level end)
  scope.frame.subs = outer_part(subs, function(sub) return sub.level end)
  local name, text = scope:fresh "z", scope:text(node)
  local list, inner = scope.lanes_ahead, scope.lines[1]
  list[#list + 1] = string.format("real %s[LN_LANES] __attribute__((aligned(64)));", name)
  list[#list + 1] = "LN_EACH_LANE(k) {"
  for _, line in ipairs(inner) do list[#list + 1] = "  " .. line end
  list[#list + 1] = string.format("  %s[k] = %s;", name, text)
  list[#list + 1] = "}"
  list[#list + 1] = string.format("%s(%s);", fn, name)
  for key, level in pairs(scope.loaded) do if level == 0 then loaded[key] = 0 end end
  for key, sub in pairs(scope.frame.subs) do if sub.level == 0 then subs[key] = sub end end
  scope.lines[1], scope.loaded, scope.frame.subs = lines, loaded, subs
  return name .. "[k]"
end

return M
