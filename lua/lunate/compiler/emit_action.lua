--- Prints what happens in a neuron beside the step: the reset, custom events, statements run every so often, and
-- what is computed at the start of a step (subexpressions that are constant over dt).
-- @module lunate.compiler.emit_action

local diagnose = require "lunate.compiler.diagnose"
local names = require "lunate.compiler.emit_names"
local symbolic = require "lunate.compiler.symbolic"
local unit = require "lunate.compiler.emit_unit"

local M = {}

local identifier = unit.identifier

local function targets(statements)
  local written = {}
  for _, statement in ipairs(statements) do written[statement.target] = true end
  return written
end

-- Statements on one neuron, at `scope.subject`; `hold`: variables that are held while refractory keep their value.
local function print_statements(scope, statements, hold)
  for _, statement in ipairs(statements) do
    local var = statement.ref.var -- nil: a temporary
    local place = var and string.format("%s[%s]", names.variable_array(scope, var), var.shared and "0" or scope.subject)
    local held = hold and var and var.unless_refractory and (scope.not_refractory or "1") ~= "1"
    local condition = var and scope.within
    if held then condition = (condition and condition .. " & " or "") .. scope.not_refractory end
    scope:statement(statement, place, condition or nil)
  end
end

-- ---------------------------------------------------------------- of some neurons

-- A function that runs statements for a list of neurons. `when`: see names.refractoriness.
local function for_some(made, name, statements, when)
  local scope = names.scope(made, { subject = "k", written = targets(statements) })
  scope:line(1, "const uint32_t k = spike[s];")
  if when then names.refractoriness(scope, when) else scope.not_refractory = made.mode ~= "none" and "0" or "1" end
  print_statements(scope, statements)
  return table.concat {
    "LN_SCALAR static void ", name, "(const ln_neuron_args *a, const uint32_t *spike, int64_t n_spikes) {\n",
    "  const int32_t *const last = a->last;\n",
    when and "  const int32_t step = (int32_t)a->step;\n" or "",
    unit.indent(scope.declarations, 1), unit.indent(scope.lines[0], 1),
    "  for (int64_t s = 0; s < n_spikes; s++) {\n", unit.indent(scope.lines[1], 2), "  }\n}",
  }
end

--- What a spike does to its own neuron, or nil.
function M.reset(made)
  local statements = made.ir.reset
  return statements and #statements > 0 and for_some(made, "reset", statements) or nil
end

-- ---------------------------------------------------------------- of all neurons

-- A block that computes at level 0, then for each lane.
local function for_all(scope, before, after)
  local out = { unit.indent(scope.declarations, 1), unit.indent(scope.lines[0], 1) }
  if #scope.lines[1] > 0 then
    out[#out + 1] = "  for (int64_t b = 0; b < a->n; b += LN_LANES) {\n"
    out[#out + 1] = unit.indent(scope.lanes_ahead, 2)
    out[#out + 1] = before and "    " .. before .. "\n" or ""
    out[#out + 1] = "    LN_EACH_LANE(k) {\n" .. unit.indent(scope.lines[1], 3) .. "    }\n"
    out[#out + 1] = after and "    " .. after .. "\n" or ""
    out[#out + 1] = "  }\n"
  end
  return table.concat(out)
end

local OPENING = "  const int32_t step = (int32_t)a->step;\n  const int32_t *const last = a->last;\n"

--- Computes the subexpressions that are constant over dt, or nil.
function M.start(made)
  local held = made.ir.held
  if #held == 0 then return nil end
  local written = {}
  for _, var in ipairs(held) do written[var.name] = true end
  local scope = names.scope(made, { subject = "b + k", loads = true, written = written })
  names.refractoriness(scope, "before")
  for _, var in ipairs(held) do
    local level, name = var.shared and 0 or 1, "n_" .. identifier(var.name)
    scope:define(name, var.expr, level, true)
    scope:line(level, "%s[%s] = %s;", names.variable_array(scope, var), var.shared and "0" or scope.subject, name)
    scope.frame.values[var.name] = name
  end
  return "static void start(const ln_neuron_args *a) {\n" .. OPENING .. for_all(scope) .. "}"
end

-- Neighbouring statements that are run neuron by neuron, and those that set what is stored once.
local function portions(statements)
  local out = {}
  for _, statement in ipairs(statements) do
    local shared = statement.ref.var ~= nil and statement.ref.var.shared
    local last = out[#out]
    if not last or last.shared ~= shared then
      last = { shared = shared }
      out[#out + 1] = last
    end
    last[#last + 1] = statement
    if statement.declares and #out > 1 or #out > 1 and out[1].declares then
      diagnose.raise(statement.source, statement.pos, "temporaries and shared variables cannot be set in the same "
        .. "statements: put them in two entries of `every`")
    end
    last.declares = last.declares or statement.declares
  end
  return out
end

-- Of a part of the neurons, others are left alone, and how far the clock has come does not follow from the step.
local OF_PART = "  const int32_t step = (int32_t)a->done;\n  const int32_t *const last = a->last;\n"
local WITHIN = "const int32_t within = (b + k >= a->first) & (b + k < a->n_own);"

-- `part`: see M.part.
local function one_of_every(made, item, part)
  local out = { "static void every", item.index, "(const ln_neuron_args *a) {\n", part and OF_PART or OPENING }
  for _, portion in ipairs(portions(item.statements)) do
    local scope = names.scope(made, { subject = "b + k", written = targets(portion) })
    if portion.shared then
      scope.not_refractory = "1"
      scope:with_level(0, function() print_statements(scope, portion) end)
    else
      if part then
        scope:line(1, WITHIN)
        scope.within, scope.selects = "within", true
      end
      names.refractoriness(scope, part and "after" or "before")
      print_statements(scope, portion, true)
    end
    out[#out + 1] = "  {\n" .. for_all(scope) .. "  }\n"
  end
  out[#out + 1] = "}"
  return table.concat(out)
end

--- Statements of a part of the neurons, lanes a->first to a->n_own - 1, after a->done ticks: the function every0.
function M.part(made, statements)
  return one_of_every(made, { index = 0, statements = statements }, true)
end

--- Statements run every so often, or nil.
function M.every(made)
  local items = made.ir.every
  if #items == 0 then return nil end
  local out, list = {}, {}
  for k, item in ipairs(items) do
    out[k], list[k] = one_of_every(made, item), "every" .. item.index
  end
  out[#out + 1] = string.format("static void (*const every[])(const ln_neuron_args *) = {%s};", table.concat(list, ", "))
  return table.concat(out, "\n\n")
end

-- ---------------------------------------------------------------- events

local function detect(made, event)
  local scope = names.scope(made, { subject = "b + k", loads = true, written = {} })
  names.refractoriness(scope, "after")
  scope:line(1, "hit[k] = (uint8_t)(%s);", scope:text(event.condition, 4))
  return table.concat {
    "static int64_t detect", event.index, "(const ln_neuron_args *a, uint32_t *neuron) {\n", OPENING,
    "  int64_t found = 0;\n",
    for_all(scope, "uint8_t hit[LN_LANES] __attribute__((aligned(64)));",
      "found = ln_collect_event(hit, b, a->n_own, neuron, found);"),
    "  return found;\n}",
  }
end

--- Custom events: how they are found and what they do, or nil.
function M.events(made)
  local events = made.ir.events
  if #events == 0 then return nil end
  local out, list = {}, {}
  for k, event in ipairs(events) do
    out[#out + 1] = detect(made, event)
    local acts = #event.statements > 0
    if acts then out[#out + 1] = for_some(made, "act" .. event.index, event.statements, "after") end
    list[k] = string.format("{%s, detect%d, %s}", unit.string(event.name), event.index, acts and "act" .. event.index or "0")
  end
  out[#out + 1] = unit.array("ln_event events", list)
  return table.concat(out, "\n\n")
end

-- ---------------------------------------------------------------- what is read when

local function reads(trees)
  for _, tree in ipairs(trees) do
    local found = symbolic.find_deep(tree, function(node)
      return node.tag == "name" and node.ref ~= nil and node.ref.var ~= nil and node.ref.var.linked == true
    end)
    if found then return true end
  end
  return false
end

--- When linked variables are read, as the flags of abi.h; nil: there are none.
function M.reads_linked(ir, plan)
  local start, step, after = {}, { ir.threshold, ir.refractory }, {}
  local function add(list, statements)
    for _, statement in ipairs(statements) do list[#list + 1] = statement.expr end
  end
  for _, var in ipairs(ir.held) do start[#start + 1] = var.expr end
  for _, item in ipairs(ir.every) do add(start, item.statements) end
  for _, var in ipairs(plan.states) do step[#step + 1] = var.expr end
  if ir.refractory then start[#start + 1] = ir.refractory end
  add(after, ir.reset)
  for _, event in ipairs(ir.events) do
    step[#step + 1] = event.condition
    add(after, event.statements)
  end
  local flags = {}
  if reads(start) then flags[#flags + 1] = "LN_AT_START" end
  if reads(step) then flags[#flags + 1] = "LN_AT_STEP" end
  if reads(after) then flags[#flags + 1] = "LN_AT_RESET" end
  return #flags > 0 and table.concat(flags, " | ") or nil
end

--- Sections of the comment at the head of the unit.
function M.comments(text)
  local out = {}
  local events = {}
  for name, condition in pairs(text.events or {}) do
    local action = (text.on or {})[name]
    events[#events + 1] = ("%s: %s%s"):format(name, condition, action and " -> " .. action or "")
  end
  table.sort(events)
  if #events > 0 then out[1] = { "Events:", table.concat(events, "\n") } end
  for k, item in ipairs(text.every or {}) do out[#out + 1] = { ("Every so often, number %d:"):format(k), item[2] } end
  return out
end

return M
