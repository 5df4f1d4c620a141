--- Prints the C of a neuron: the linear system, one step (state update, then threshold), the reset.
-- Arrays are `at_x`, values read from them `v_x`, new values `n_x`, subexpressions `s_x`, parameters `p_x`,
-- what is computed before the loop `c1`, `c2`, …, and within it `x1`, `x2`, …
-- @module lunate.compiler.emit_neuron

local emit_c = require "lunate.compiler.emit_c"
local symbolic = require "lunate.compiler.symbolic"
local update = require "lunate.compiler.emit_update"
local unit = require "lunate.compiler.emit_unit"

local M = {}

local identifier = unit.identifier
local C_TYPE = { real = "real", int = "int32_t", bool = "int32_t" }

-- ---------------------------------------------------------------- the unit at large

-- How refractoriness is known: "none"; "fixed", from the time of the last spike and constants, anywhere;
-- "stored", in a hidden variable.
local function refractory_mode(ir)
  if not ir.refractory then return "none" end
  if ir.refractory_kind == "condition" then return "stored" end
  local varies = symbolic.find_deep(ir.refractory, function(n)
    if n.tag == "call" then return symbolic.is_random(n) or symbolic.is_table(n) end
    local ref = n.ref
    return n.tag == "name" and (ref.kind == "variable" and ref.var.kind == "state"
      or ref.kind == "builtin" and not (ref.value or ref.name == "dt" or ref.name == "i"))
  end)
  return varies and "stored" or "fixed"
end
M.refractory_mode = refractory_mode

--- Name of the hidden variable that is 1 while a neuron is refractory, where it is stored.
M.REFRACTORY = "_refractory"

-- Everything stored, in the order of ln_unit.var.
local function variable_table(ir, plan, mode)
  local items, derived = {}, nil
  for _, var in ipairs(ir.variables) do
    if var.kind ~= "subexpression" then
      local flags = {}
      if var.kind == "state" then flags[#flags + 1] = "LN_STATE" end
      if var.shared then flags[#flags + 1] = "LN_SHARED" end
      items[var.index + 1] = { name = var.name, type = var.type, flags = flags }
    end
  end
  if mode == "stored" then
    items[#items + 1] = { name = M.REFRACTORY, type = "bool", flags = { "LN_HIDDEN" } }
  end
  if plan.per_neuron then
    derived = #items
    for _, entry in ipairs(plan.used) do
      items[#items + 1] = { name = "_" .. entry.name, type = "real", flags = { "LN_HIDDEN" } }
    end
  end
  return items, derived
end

-- ---------------------------------------------------------------- names

local resolve, random -- below

-- A function of the unit. `subject` is the C text of the neuron's index; `loads` whether values are read
-- once into locals (the sweep) or every time where they stand (the reset).
local function new_scope(made, options)
  local scope = emit_c.scope {
    precision = made.precision, inner = 1, resolve = resolve, random = random, sites = made.sites,
  }
  scope.made, scope.subject, scope.loads = made, options.subject, options.loads
  scope.frame = { values = {}, subs = {}, suffix = "", t = "t" }
  scope.written, scope.loaded, scope.random_arrays = options.written or {}, {}, {}
  return scope
end

-- The array of a variable (by index in ln_unit.var), declared on demand.
local function array(scope, name, ctype, index, shared)
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

local function variable_array(scope, var)
  return array(scope, var.name, C_TYPE[var.type], var.index, var.shared)
end

-- The current value of a stored variable.
local function variable(scope, var)
  local level = var.shared and 0 or 1
  local ctype = var.type == "real" and "f" or "i"
  local known = scope.frame.values[var.name]
  if known then return { text = known, level = level, ctype = ctype } end
  local place = string.format("%s[%s]", variable_array(scope, var), var.shared and "0" or scope.subject)
  if not scope.loads then return { text = place, level = level, ctype = ctype } end
  local name = "v_" .. var.name
  if not scope.loaded[name] then
    scope.loaded[name] = true
    local wide = ctype == "f" and level == 0
    scope:line(level, "const %s %s = %s;", wide and "double" or C_TYPE[var.type], name, place)
  end
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

local BUILTIN = {}

function BUILTIN.t(scope)
  scope:need "const double t = a->t;"
  if scope.frame.t == "t_half" then scope:need "const double t_half = t + 0.5 * a->dt;" end
  if scope.frame.t == "t_end" then scope:need "const double t_end = t + a->dt;" end
  return { text = scope.frame.t, level = 0, ctype = "d" }
end

function BUILTIN.dt(scope)
  scope:need "const double dt = a->dt;"
  return { text = "dt", level = 0, ctype = "f" }
end

function BUILTIN.N(scope)
  scope:need "const int32_t size = (int32_t)a->size;"
  return { text = "size", level = 0, ctype = "i" }
end

local function lane_value(scope, name, ctype, text)
  if not scope.loaded[name] then
    scope.loaded[name] = true
    scope:line(1, "const %s %s = %s;", ctype, name, text)
  end
end

function BUILTIN.i(scope)
  lane_value(scope, "i", "int32_t", string.format("(int32_t)(a->gid0 + %s + 1)", scope.subject))
  return { text = "i", level = 1, ctype = "i" }
end

function BUILTIN.lastspike(scope)
  local last = string.format("last[%s]", scope.subject)
  lane_value(scope, "lastspike", "double", string.format("%s == LN_NEVER ? -1e4 : %s * a->dt", last, last))
  return { text = "lastspike", level = 1, ctype = "d" }
end

function BUILTIN.not_refractory(scope)
  return { text = scope.not_refractory or "1", level = 1, ctype = "i" }
end

-- An entry of the propagator (see integrate.lua).
local function derived(scope, entry)
  local made = scope.made
  if made.first_derived then
    local at = array(scope, "_" .. entry.name, "real", made.first_derived + entry.position, false)
    lane_value(scope, entry.name, "real", string.format("%s[%s]", at, scope.subject))
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

RESOLVE["local"] = function(scope, node)
  return scope:temporary(node.ref)
end

function resolve(scope, node)
  return RESOLVE[node.ref.kind](scope, node)
end

-- The address of a timed array and its sampling (see mathvec.h).
local function use_table(scope, tab)
  local name = "table" .. tab.index
  scope:need(string.format("const ln_timed_array *const %s = a->table + %d;", name, tab.index))
  scope:need(string.format("const double %s_per_dt = ln_table_per_dt(%s, a->dt);", name, name))
  return name, name .. "_per_dt"
end

-- ---------------------------------------------------------------- random numbers

-- A random number of one call in the source. Uniform and normal ones of the sweep are drawn for a whole
-- group of lanes beforehand, in a loop of their own that vectorises.
function random(scope, node)
  local site = scope:site(node)
  local counter = string.format("a->key, (uint64_t)(a->gid0 + %s), (uint64_t)a->step | (uint64_t)%d << 32",
    scope.subject, site)
  local text = scope:draw(node, counter)
  if not scope.loads or node.name == "poisson" then return text end
  local name, group = "r" .. site, scope.random_arrays
  if not group[name] then
    group[name] = true
    group[#group + 1] = string.format("real %s[LN_LANES] __attribute__((aligned(64)));", name)
    group[#group + 1] = string.format("LN_EACH_LANE(k) %s[k] = %s;", name, text)
  end
  return name .. "[k]"
end

-- ---------------------------------------------------------------- the step

-- Defines `nr`, whether the neuron is not refractory at the start of the step.
local function refractoriness(scope, ir, mode)
  if mode == "none" then return end
  local node = ir.refractory
  if ir.refractory_kind == "condition" then
    scope.not_refractory = "1" -- the condition itself may not ask
    local at = array(scope, M.REFRACTORY, "int32_t", scope.made.refractory_index)
    scope:line(1, "const int32_t nr = !(%s[%s] & %s);", at, scope.subject, scope:text(node, 7))
  else
    local steps = symbolic.call("ln.refractory_steps", node)
    steps.type = "int"
    scope:line(1, "const int32_t nr = step - last[%s] >= %s;", scope.subject, scope:text(steps, 5))
  end
  scope.not_refractory = "nr"
end

local function store_states(scope, plan, new)
  for _, var in ipairs(plan.states) do
    scope:line(1, "%s[%s] = %s;", variable_array(scope, var), scope.subject, new[var.name])
  end
end

local function threshold(scope, ir, mode, new)
  if next(new) then scope.frame = { values = new, subs = {}, suffix = "n", t = "t" } end
  if ir.threshold then
    local active = mode ~= "none" and " & nr" or ""
    scope:line(1, "hit[k] = (uint8_t)(%s%s);", scope:text(ir.threshold, 4), active)
  end
  if mode == "stored" then
    local at = array(scope, M.REFRACTORY, "int32_t", scope.made.refractory_index)
    scope:line(1, "%s[%s] = %s;", at, scope.subject, ir.threshold and "(!nr) | hit[k]" or "!nr")
  end
end

local function sweep(scope, spikes)
  local out = {
    "static int64_t advance(const ln_neuron_args *a) {\n",
    "  const int32_t step = (int32_t)a->step;\n",
    "  int32_t *restrict const last = __builtin_assume_aligned(a->last, 64);\n",
    unit.indent(scope.declarations, 1), unit.indent(scope.lines[0], 1),
  }
  local function put(text) out[#out + 1] = text end
  if spikes then put "  int64_t spikes = 0;\n" end
  if #scope.lines[1] > 0 then
    put "  for (int64_t b = 0; b < a->n; b += LN_LANES) {\n"
    put(unit.indent(scope.random_arrays, 2))
    if spikes then put "    uint8_t hit[LN_LANES] __attribute__((aligned(64)));\n" end
    put "    LN_EACH_LANE(k) {\n"
    put(unit.indent(scope.lines[1], 3))
    put "    }\n"
    if spikes then put "    spikes = ln_collect(hit, b, a->n_own, step, last, a->spike, spikes);\n" end
    put "  }\n"
  end
  put(spikes and "  return spikes;\n}" or "  return 0;\n}")
  return table.concat(out)
end

local function advance(made)
  local ir, plan = made.ir, made.plan
  local written = { [M.REFRACTORY] = true }
  for _, var in ipairs(plan.states) do written[var.name] = true end
  local scope = new_scope(made, { subject = "b + k", loads = true, written = written })
  scope.table = use_table
  refractoriness(scope, ir, made.mode)
  local new = update[plan.method](scope, plan)
  threshold(scope, ir, made.mode, new)
  store_states(scope, plan, new)
  return sweep(scope, ir.threshold ~= nil)
end

-- ---------------------------------------------------------------- the linear system

local function linear_system(made)
  local plan = made.plan
  if not plan.m then return nil end
  local scope = new_scope(made, { subject = "k" })
  local entries = {}
  scope.at = 0
  function scope.resolve(self, node) -- everything is read in place, in double precision
    local found = resolve(self, node)
    return { text = found.text, level = 0, ctype = found.ctype }
  end
  for i, var in ipairs(plan.states) do
    for j = 1, plan.m do
      if plan.A[i][j] then
        local active = made.mode ~= "none" and var.unless_refractory and "refractory ? 0.0 : " or ""
        local node = symbolic.expand(plan.A[i][j])
        entries[#entries + 1] = string.format("A[%d] = %s%s;", (i - 1) * plan.m + j - 1, active, scope:text(node))
      end
    end
  end
  return table.concat {
    "static void linear_system(const ln_neuron_args *a, int64_t k, int refractory, double *A) {\n",
    unit.indent(scope.declarations, 1),
    string.format("  for (int e = 0; e < %d; e++) A[e] = 0.0;\n", plan.m * plan.m),
    unit.indent(scope.lines[0], 1), unit.indent(entries, 1), "}",
  }
end

-- ---------------------------------------------------------------- the reset

local function reset(made)
  local ir = made.ir
  if not ir.reset or #ir.reset == 0 then return nil end
  local written = {}
  for _, statement in ipairs(ir.reset) do written[statement.target] = true end
  local scope = new_scope(made, { subject = "k", written = written })
  scope.table, scope.not_refractory = use_table, made.mode ~= "none" and "0" or "1"
  scope:line(1, "const uint32_t k = spike[s];")
  for _, statement in ipairs(ir.reset) do
    local var = statement.ref.var -- nil: a temporary
    local place = var and string.format("%s[%s]", variable_array(scope, var), var.shared and "0" or "k")
    scope:statement(statement, place)
  end
  return table.concat {
    "LN_SCALAR static void reset(const ln_neuron_args *a, const uint32_t *spike, int64_t n_spikes) {\n",
    "  const int32_t *const last = a->last;\n",
    unit.indent(scope.declarations, 1), unit.indent(scope.lines[0], 1),
    "  for (int64_t s = 0; s < n_spikes; s++) {\n", unit.indent(scope.lines[1], 2), "  }\n}",
  }
end

-- ---------------------------------------------------------------- the file

local function codes(used)
  local texts = {}
  for k, entry in ipairs(used or {}) do texts[k] = string.format("%d /* %s */", entry.code, entry.name) end
  return unit.array("int32_t used", texts)
end

local function exported(made, items, has)
  local ir, plan = made.ir, made.plan
  return unit.unit {
    { "kind", "LN_NEURON" }, { "name", unit.string(ir.name or "neuron") }, { "precision", made.precision },
    { "n_var", #items }, { "n_par", #ir.parameters }, { "n_table", #ir.tables },
    { "var", #items > 0 and "variables" }, { "par", #ir.parameters > 0 and "parameters" },
    { "table", #ir.tables > 0 and "tables" },
    { "m", plan.m }, { "refractory_system", plan.refractory_system and 1 },
    { "system_per_neuron", plan.per_neuron and 1 }, { "first_derived", made.first_derived },
    { "n_used", plan.m and #plan.used }, { "used", plan.m and "used" },
    { "system", plan.m and "linear_system" }, { "advance", "advance" }, { "reset", has.reset and "reset" },
  }
end

--- The C of a neuron.
-- @tparam table ir from analyse.neuron
-- @tparam table plan from integrate.plan
-- @tparam[opt] table text the user's texts for the comment: `equations`, `threshold`, `reset`, `refractory`
-- @treturn string
function M.source(ir, plan, text)
  text = text or {}
  local mode = refractory_mode(ir)
  local items, first_derived = variable_table(ir, plan, mode)
  local made = {
    ir = ir, plan = plan, precision = unit.bytes(ir), mode = mode, first_derived = first_derived, sites = {},
  }
  for k, item in ipairs(items) do
    if item.name == M.REFRACTORY then made.refractory_index = k - 1 end
  end
  local advance_text, reset_text = advance(made), reset(made)
  local name = ir.name or "neuron"
  local title = string.format("Neuron model '%s', %s precision, method %s.", name, ir.precision, plan.method)
  local refractory = text.refractory -- a time is a parameter, and what it is does not matter here
  if type(refractory) ~= "string" then refractory = refractory and "refractory" end
  local header = unit.header(title, {
    { "Equations:", text.equations }, { "Threshold:", text.threshold },
    { "Reset:", text.reset }, { "Refractory:", refractory },
  })
  return unit.file(made.precision, header, table.pack(
    unit.variables(items), unit.names("parameters", ir.parameters), unit.names("tables", ir.tables),
    codes(plan.used), linear_system(made), advance_text, reset_text,
    exported(made, items, { reset = reset_text })))
end

return M
