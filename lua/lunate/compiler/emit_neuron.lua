--- Prints the C of a neuron: the linear system, one step (state update, then threshold), and the table of it all.
-- How the C names things is in emit_names.lua; what happens beside the step is in emit_action.lua.
-- @module lunate.compiler.emit_neuron

local action = require "lunate.compiler.emit_action"
local adaptive = require "lunate.compiler.emit_adaptive"
local names = require "lunate.compiler.emit_names"
local symbolic = require "lunate.compiler.symbolic"
local update = require "lunate.compiler.emit_update"
local unit = require "lunate.compiler.emit_unit"

local M = {}

-- ---------------------------------------------------------------- the unit at large

-- How refractoriness is known: "none"; "fixed", from the time of the last spike and constants, anywhere;
-- "stored", in a hidden variable.
local function refractory_mode(ir)
  if not ir.refractory then return "none" end
  if ir.refractory_kind == "condition" then return "stored" end
  local varies = symbolic.find_deep(ir.refractory, function(n)
    if n.tag == "call" then return symbolic.is_random(n) or symbolic.is_table(n) end
    local ref = n.ref
    return n.tag == "name" and (ref.kind == "variable" and (ref.var.kind == "state" or ref.var.held or ref.var.linked)
      or ref.kind == "builtin" and not (ref.value or ref.name == "dt" or ref.name == "i"))
  end)
  return varies and "stored" or "fixed"
end
M.refractory_mode = refractory_mode

--- Name of the hidden variable that is 1 while a neuron is refractory, where it is stored.
M.REFRACTORY = names.REFRACTORY

-- Everything stored, in the order of ln_unit.var.
local function variable_table(ir, plan, mode)
  local items, derived = {}, nil
  for _, var in ipairs(ir.variables) do
    if var.kind ~= "subexpression" then
      local flags = {}
      if var.kind == "state" then flags[#flags + 1] = "LN_STATE" end
      if var.shared then flags[#flags + 1] = "LN_SHARED" end
      if var.linked then flags[#flags + 1] = "LN_LINKED" end
      items[var.index + 1] = { name = var.name, type = var.type, flags = flags }
    end
  end
  if mode == "stored" then
    items[#items + 1] = { name = M.REFRACTORY, type = "bool", flags = { "LN_HIDDEN" } }
  end
  if plan.method == "rkf45" then
    items[#items + 1] = { name = names.SUBSTEP, type = "real", flags = { "LN_HIDDEN" } }
  end
  if plan.per_neuron then
    derived = #items
    for _, entry in ipairs(plan.used) do
      items[#items + 1] = { name = "_" .. entry.name, type = "real", flags = { "LN_HIDDEN" } }
    end
  end
  return items, derived
end

-- ---------------------------------------------------------------- the step

local function store_states(scope, plan, new)
  for _, var in ipairs(plan.states) do
    scope:line(1, "%s[%s] = %s;", names.variable_array(scope, var), scope.subject, new[var.name])
  end
end

local function threshold(scope, ir, mode, new)
  if next(new) then scope.frame = { values = new, subs = {}, suffix = "n", t = "t" } end
  if ir.threshold then
    local active = mode ~= "none" and " & nr" or ""
    scope:line(1, "hit[k] = (uint8_t)(%s%s);", scope:text(ir.threshold, 4), active)
  end
  if mode == "stored" then
    local at = names.array(scope, names.REFRACTORY, "int32_t", scope.made.refractory_index)
    scope:line(1, "%s[%s] = %s;", at, scope.subject, ir.threshold and "(!nr) | hit[k]" or "!nr")
  end
end

local function sweep(scope, spikes, adapt)
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
    put(unit.indent(scope.lanes_ahead, 2))
    if adapt then put(unit.indent(adapt, 2)) end
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
  local written = { [names.REFRACTORY] = true }
  for _, var in ipairs(plan.states) do written[var.name] = true end
  local scope = names.scope(made, { subject = "b + k", loads = true, written = written })
  names.refractoriness(scope)
  local new = update[plan.method](scope, plan)
  threshold(scope, ir, made.mode, new)
  store_states(scope, plan, new)
  return sweep(scope, ir.threshold ~= nil, plan.method == "rkf45" and adaptive.call(plan, made.substep_index))
end

-- ---------------------------------------------------------------- the linear system

local function linear_system(made)
  local plan = made.plan
  if not plan.m then return nil end
  local scope = names.scope(made, { subject = "k" })
  local entries, resolve = {}, names.resolve
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
    { "start", has.start and "start" }, { "n_every", has.every and #ir.every }, { "every", has.every and "every" },
    { "n_event", has.events and #ir.events }, { "event", has.events and "events" },
    { "reads_linked", action.reads_linked(ir, plan) },
  }
end

local function made_of(ir, plan)
  local mode = refractory_mode(ir)
  local items, first_derived = variable_table(ir, plan, mode)
  local made = {
    ir = ir, plan = plan, precision = unit.bytes(ir), mode = mode, first_derived = first_derived, sites = {},
    noises = {},
  }
  for k, item in ipairs(items) do
    if item.name == names.REFRACTORY then made.refractory_index = k - 1 end
    if item.name == names.SUBSTEP then made.substep_index = k - 1 end
  end
  return made, items
end

--- The C of further statements of a part of a model's neurons (see chore.lua).
function M.chore(ir, plan, statements, text, linked)
  local made = made_of(ir, plan)
  local header = unit.header(("Statements every so often, %s precision."):format(ir.precision), { { "Of some neurons:", text } })
  return unit.file(made.precision, header, table.pack(
    unit.names("parameters", ir.parameters), unit.names("tables", ir.tables), action.part(made, statements),
    "static void (*const every[])(const ln_neuron_args *) = {every0};",
    unit.unit {
      { "kind", "LN_NEURON" }, { "name", unit.string "statements" }, { "precision", made.precision },
      { "n_par", #ir.parameters }, { "n_table", #ir.tables }, { "par", #ir.parameters > 0 and "parameters" },
      { "table", #ir.tables > 0 and "tables" }, { "n_every", 1 }, { "every", "every" },
      { "reads_linked", linked and "LN_AT_START" },
    }))
end

--- The C of a neuron.
-- @tparam table ir from analyse.neuron
-- @tparam table plan from integrate.plan
-- @tparam[opt] table text the user's texts for the comment: `equations`, `threshold`, `reset`, `refractory`
-- @treturn string
function M.source(ir, plan, text)
  text = text or {}
  local made, items = made_of(ir, plan)
  local adapt_text = plan.method == "rkf45" and adaptive.source(made) or nil
  local has = { advance = advance(made), reset = action.reset(made), start = action.start(made) }
  has.every, has.events = action.every(made), action.events(made)
  local name = ir.name or "neuron"
  local title = string.format("Neuron model '%s', %s precision, method %s.", name, ir.precision, plan.method)
  local refractory = text.refractory -- a time is a parameter, and what it is does not matter here
  if type(refractory) ~= "string" then refractory = refractory and "refractory" end
  local header = unit.header(title, {
    { "Equations:", text.equations }, { "Threshold:", text.threshold },
    { "Reset:", text.reset }, { "Refractory:", refractory }, table.unpack(action.comments(text)),
  })
  return unit.file(made.precision, header, table.pack(
    unit.variables(items), unit.names("parameters", ir.parameters), unit.names("tables", ir.tables),
    codes(plan.used), linear_system(made), adapt_text, has.advance, has.reset, has.start, has.every, has.events,
    exported(made, items, has)))
end

return M
