--- Prints the C of a synapse: what happens at each target when spikes arrive.
-- Arrays are `at_x` (the synapse's own), `ap_x` (the target's) and `as_x` (the source's, by row); parameters
-- `p_x`, `pp_x` and `ps_x` likewise; temporaries `l_x`. The same statements, printed once, stand in deliver
-- (16- and 32-bit targets) and in drive. emit_synapse_names.lua resolves names.
-- @module lunate.compiler.emit_synapse

local deferred = require "lunate.compiler.emit_deferred"
local events = require "lunate.compiler.emit_events"
local names = require "lunate.compiler.emit_synapse_names"
local symbolic = require "lunate.compiler.symbolic"
local unit = require "lunate.compiler.emit_unit"

local M = {}

local identifier = unit.identifier
local SEGMENT, SYNAPSE = 1, 2 -- levels
local new_scope, element_size, post_place = names.new_scope, names.element_size, names.post_place
local place_of, write_condition = names.place_of, names.write_condition
local AHEAD = 24              -- segments between asking for cache lines and using them
local BACK_AHEAD = 32         -- likewise for synapses of a target

-- ---------------------------------------------------------------- statements

-- Statements that do not run where learning is switched off: what rules do to that which is not theirs. A variable that the
-- projection was given is its own, though a rule may have an equation for it (dw/dt = …).
local function is_learning(statement)
  local ref = statement.ref
  local of_projection = ref.kind == "post" or (ref.kind == "variable" and (not ref.var.rule or ref.var.of_projection))
  return statement.rule and of_projection or false
end

local function print_statement(scope, statement)
  local ref = statement.ref
  if ref.kind == "variable" and ref.var.class then
    events.write(scope, statement)
  elseif ref.kind == "local" and ref.side then
    scope:with_level(SEGMENT, function() scope:statement(statement) end)
  else
    local condition = write_condition(scope, statement)
    scope:statement(statement, place_of(scope, statement), condition)
  end
end

-- Sums begin anew.
local function clear_sums(scope, list)
  for _, statement in ipairs(list) do
    scope:line(0, "for (uint32_t g = a->target_lo; g < a->target_hi; g++) %s = 0;", post_place(scope, statement.ref.slot))
  end
end

-- What was named in a loop over synapses is not known in the next.
local function forget_synapse(scope)
  for _, line in ipairs(scope.lines[SYNAPSE]) do
    local name = line:match "^const [%w_]+ ([%w_]+) = "
    if name then scope.loaded[name] = nil end
  end
end

-- A function's statements, as a scope: those of a pathway, without learning where `frozen`.
-- Those of a pathway whose effect on synapses is put off stand as emit_deferred.lua wants them. `scope.cut`: after how many
-- lines a loop of its own may begin, or nil.
local function print_statements(made, pathway, frozen)
  local scope, list = new_scope(made, pathway.side), {}
  if pathway == made.ir.deferred then scope.own, scope.runs, scope.now = {}, {}, "when" end
  for _, statement in ipairs(pathway.statements) do
    if not (frozen and is_learning(statement)) then list[#list + 1] = statement end
  end
  if pathway.kind == "summed" then clear_sums(scope, list) end
  events.begin(scope, list)
  local cut = pathway.side == "pre" and deferred.cut(made.ir, list)
  for k, statement in ipairs(list) do
    if cut == k - 1 then
      scope.cut = #scope.lines[SYNAPSE]
      forget_synapse(scope)
    end
    print_statement(scope, statement)
  end
  events.finish(scope)
  return scope
end

-- ---------------------------------------------------------------- deliver

local function prefetches(made, scope, name, catches)
  local out = {
    "  const ln_segment *const s = a->segment + q;",
    "  ln_prefetch((const char *)a->target + s->first * (wide ? 4 : 2), (uint64_t)s->n * (wide ? 4 : 2));",
  }
  if catches then out[#out + 1] = "  __builtin_prefetch(&a->history->done[s->run]);" end
  for _, var in ipairs(made.ir.variables) do
    if var.kind ~= "subexpression" and not var.shared and (scope.touched[var] or (catches and made.late[var])) then
      local size = element_size(made, var)
      if not var.class then
        out[#out + 1] = string.format("  ln_prefetch((const char *)a->syn[%d] + s->first * %d, (uint64_t)s->n * %d);",
          var.index, size, size)
      elseif var.class == "pre" then
        out[#out + 1] = string.format("  __builtin_prefetch((const char *)a->syn[%d] + (uint64_t)s->run * %d);", var.index,
          size)
      end
    end
  end
  return table.concat {
    "static inline __attribute__((always_inline)) void ask_", name,
    "(const ln_deliver_args *a, int64_t q, const int wide) {\n", table.concat(out, "\n"), "\n}\n\n",
  }
end

-- Synapses of a pair that differ in delays of other pathways stand in different segments, but draw different numbers.
local function first_occurrence(made)
  local text = nil
  for _, var in ipairs(made.random and made.ir.variables or {}) do
    if var.delays then
      local delay = string.format("(uint32_t)((const int32_t *)a->syn[%d])[run]", var.index)
      text = text and "31 * (" .. text .. ") + " .. delay or delay
    end
  end
  return text and "(" .. text .. ") % 65536 * 64"
end

local function draw_lines(made, depth, first)
  return made.random and unit.indent({
    "occurrence = " .. (depth == 3 and "g == before" or "row == before") .. " ? occurrence + 1 : " .. (first or "0") .. ";",
    "before = " .. (depth == 3 and "g;" or "row;"),
    "const uint64_t id = a->row_nid[row] | (uint64_t)a->post_nid[g] << 32;",
  }, 3) or ""
end

-- Traces of all targets are computed beforehand where that is less work than at the synapses that are due.
local DENSE = [[
  int64_t due = 0;
  for (int64_t q = 0; q < a->n_segments; q++) due += a->segment[q].n;
  const int dense = 2 * due >= (int64_t)a->target_hi - a->target_lo;
  if (dense) fill_now(a);
]]

-- Spikes of sources: walks segments.
local function deliver(made, pathway, name, frozen)
  made.uses_source, made.random = false, false
  local scope = print_statements(made, pathway, frozen)
  local row = made.uses_source or made.random
  local first_of_pair = first_occurrence(made)
  local narrow, wide = made.ir.deferred and "LN_NARROW " or "", made.ir.deferred and "LN_WIDE " or ""
  local ask, own = "ask_" .. name, scope.owns or scope.others or first_of_pair
  local later = made.ir.deferred and made.ir.deferred.c
  local catch = later and later[frozen and later.frozen and "frozen_catch" or "catch"]
  local lines, learn = scope.lines[SYNAPSE], scope.cut and deferred.learn(made, scope, scope.cut, "learn_" .. name)
  local walk = ("    for (uint64_t s = first; s < end; s++) {\n      const uint32_t g = wide ? target32[s] : target16[s];\n"
    .. "%s%%s    }\n"):format(draw_lines(made, 3, first_of_pair and "first_of_pair"):gsub("%%", "%%%%"))
  local function loop(from, to)
    return to < from and "" or walk:format(unit.indent(table.move(lines, from, to, 1, {}), 3))
  end
  local loops = learn and loop(1, scope.cut) .. "    " .. learn.call .. "\n    else\n" .. loop(scope.cut + 1, #lines)
    or loop(1, #lines)
  return table.concat {
    learn and learn.text .. "\n" or "", prefetches(made, scope, name, catch),
    "static inline __attribute__((always_inline)) void ", name, "(const ln_deliver_args *a, const int wide) {\n",
    "  const uint16_t *const target16 = a->target;\n  const uint32_t *const target32 = a->target;\n",
    unit.indent(scope.declarations, 1), unit.indent(scope.lines[0], 1), learn and learn.dense and DENSE or "",
    string.format("  for (int64_t q = 0; q < a->n_segments && q < %d; q++) %s(a, q, wide);\n", AHEAD, ask),
    "  for (int64_t q = 0; q < a->n_segments; q++) {\n",
    string.format("    if (q + %d < a->n_segments) %s(a, q + %d, wide);\n", AHEAD, ask, AHEAD),
    catch and ("    %s(a, q, wide);\n"):format(catch) or "",
    "    const uint64_t first = a->segment[q].first, end = first + a->segment[q].n;\n",
    row and "    const uint32_t row = a->segment[q].row;\n" or "",
    own and "    const uint32_t run = a->segment[q].run;\n" or "",
    first_of_pair and "    const uint32_t first_of_pair = " .. first_of_pair .. ";\n" or "",
    unit.indent(scope.lines[SEGMENT], 2),
    made.random and "    uint32_t before = UINT32_MAX, occurrence = 0;\n" or "",
    loops, "  }\n}\n\n",
    "LN_SCALAR ", narrow, "static void ", name, "16(const ln_deliver_args *a) { ", name, "(a, 0); }\n",
    "LN_SCALAR ", wide, "static void ", name, "32(const ln_deliver_args *a) { ", name, "(a, 1); }",
  }
end

-- ---------------------------------------------------------------- spikes of targets

local function ask_back(made, scope)
  local out = {}
  for _, var in ipairs(made.ir.variables) do
    if var.kind ~= "subexpression" and not var.shared and scope.touched[var] and var.class ~= "post" then
      out[#out + 1] = string.format("__builtin_prefetch((const char *)a->syn[%d] + (uint64_t)%s * %d%s);", var.index,
        var.class and "ahead->run" or "ahead->synapse", element_size(made, var), var.written and ", 1" or "")
    end
  end
  return out
end

-- Notes each spike of a target, beside what it does to the target's own; text before: what is done at synapses later.
local function deliver_later(made, scope, pathway, name, frozen)
  local lines, catch = scope.lines[SYNAPSE], nil
  if #lines > 0 then
    deferred.hold(scope)
    made.held = made.held or deferred.held_bytes(scope, made.precision)
    catch = frozen and "catch_up_frozen" or "catch_up"
    pathway.c[frozen and "frozen_catch" or "catch"] = catch
    for _, var in ipairs(made.ir.variables) do made.late[var] = made.late[var] or scope.touched[var] end
  end
  return table.concat {
    catch and deferred.catch_up(scope, catch) .. "\n\n" or "",
    "LN_SCALAR static void ", name, "(const ln_deliver_args *a) {\n",
    unit.indent(scope.declarations, 1), unit.indent(scope.lines[0], 1),
    "  for (int64_t q = 0; q < a->n_spikes; q++) {\n    const uint32_t g = a->spike[q];\n",
    unit.indent(scope.lines[SEGMENT], 2), catch and unit.indent(deferred.push(scope), 2) or "", "    (void)g;\n  }\n}",
  }
end

-- Walks the synapses of each target that spiked.
local function deliver_back(made, pathway, name, frozen)
  made.uses_source, made.random = false, false
  local scope = print_statements(made, pathway, frozen)
  if scope.own then return deliver_later(made, scope, pathway, name, frozen) end
  made.lists = made.lists or #scope.lines[SYNAPSE] > 0 or pathway.delays ~= nil
  local row = made.uses_source or made.random
  local walk = #scope.lines[SYNAPSE] == 0 and "" or table.concat {
    "    const ln_back *const back = a->back + a->back_first[g];\n",
    "    const int64_t n = (int64_t)(a->back_first[g + 1] - a->back_first[g]);\n",
    made.random and "    uint32_t before = UINT32_MAX, occurrence = 0;\n" or "",
    string.format("    for (int64_t k = 0; k < %d && k < n; k++) {\n      const ln_back *const ahead = back + k;\n",
      BACK_AHEAD),
    unit.indent(ask_back(made, scope), 3), "    }\n",
    "    for (int64_t k = 0; k < n; k++) {\n",
    string.format("      const ln_back *const ahead = back + k + %d;\n", BACK_AHEAD),
    unit.indent(ask_back(made, scope), 3),
    "      const uint64_t s = back[k].synapse;\n",
    scope.others and "      const uint32_t run = back[k].run;\n" or "      (void)s;\n",
    row and "      const uint32_t row = a->run_row[back[k].run];\n" or "",
    draw_lines(made, 0), unit.indent(scope.lines[SYNAPSE], 3), "    }\n",
  }
  return table.concat {
    "LN_SCALAR static void ", name, "(const ln_deliver_args *a) {\n",
    unit.indent(scope.declarations, 1), unit.indent(scope.lines[0], 1),
    "  for (int64_t q = 0; q < a->n_spikes; q++) {\n    const uint32_t g = a->spike[q];\n",
    unit.indent(scope.lines[SEGMENT], 2), walk, "  }\n}",
  }
end

local function learns(pathway)
  for _, statement in ipairs(pathway.statements) do
    if is_learning(statement) then return true end
  end
  return false
end

-- The functions of all pathways, as a list of texts; `pathway.names` gets theirs.
local function pathways(made)
  local texts = {}
  local function print_one(pathway)
    local print_it = pathway.side == "post" and deliver_back or deliver
    made.reads = false
    texts[#texts + 1] = print_it(made, pathway, pathway.c.deliver, false)
    if pathway.c.frozen then texts[#texts + 1] = print_it(made, pathway, pathway.c.frozen, true) end
    local kind = pathway.kind or pathway.side
    if made.reads then made.reading[kind] = true end
    if made.reads and pathway == made.ir.deferred then made.reading.pre = true end
  end
  for k, pathway in ipairs(made.ir.pathways) do
    local suffix = k == 1 and "" or "_" .. identifier((pathway.name:gsub("[^%w]", "_")))
    pathway.c = { deliver = "deliver" .. suffix, frozen = learns(pathway) and "frozen" .. suffix or nil }
  end
  local later = made.ir.deferred
  if later then print_one(later) end -- what others make up for stands first
  for _, pathway in ipairs(made.ir.pathways) do
    if pathway ~= later then print_one(pathway) end
  end
  return texts
end

local KIND = { pre = "LN_OF_SOURCE", post = "LN_OF_TARGET", summed = "LN_SUMMED", clock = "LN_CLOCK", every = "LN_EVERY",
  signal = "LN_ON_SIGNAL" }

local function pathway_table(made)
  local items = {}
  for k, pathway in ipairs(made.ir.pathways) do
    local c = pathway.c
    if k > 1 then
      local kind = pathway.kind or pathway.side
      local fields = { unit.string(pathway.name), KIND[kind] }
      for _, name in ipairs { c.deliver, c.frozen or false } do
        local both = pathway.side ~= "post"
        fields[#fields + 1] = name and (both and name .. "16" or name) or "0"
        fields[#fields + 1] = name and (both and name .. "32" or name) or "0"
      end
      fields[#fields + 1] = pathway.event and unit.string(pathway.event) or "0"
      fields[#fields + 1] = pathway.delays and pathway.delays.index + 1 or 0
      items[#items + 1] = "{" .. table.concat(fields, ", ") .. "}"
    end
  end
  return unit.array("ln_pathway pathways", items), #items
end

-- ---------------------------------------------------------------- drive

-- Whether n arrivals are the same as one of n times the size: only additions to the target of what no
-- statement changes.
local function adds_up(ir)
  for _, statement in ipairs(ir.statements) do
    local slot = statement.ref.slot
    local add = statement.op == "+=" or statement.op == "-="
    if not (add and statement.ref.kind == "post" and statement.ref.var.type == "real") or slot.var.shared then
      return false
    end
    local changes = symbolic.find_deep(statement.expr, function(n)
      return symbolic.is_random(n) or (n.ref and n.ref.slot and n.ref.slot.written) or false
    end)
    if changes then return false end
  end
  return true
end

local function calls(ir)
  for _, statement in ipairs(ir.statements) do
    if symbolic.find_deep(statement.expr, function(n) return n.tag == "call" end) then return true end
  end
  return false
end

-- All arrivals of a target at once. Without calls of functions the loop vectorises, so it has no branches: what must not
-- change adds zero.
local function drive_sum(made)
  local sum = new_scope(made)
  sum.vector = not calls(made.ir)
  sum:line(SYNAPSE, "const real arrivals = (real)a->count[s];")
  local arrivals = symbolic.name("arrivals", { kind = "made", text = "arrivals", level = SYNAPSE })
  for _, statement in ipairs(made.ir.statements) do
    local condition = write_condition(sum, statement)
    if sum.vector then condition = "(arrivals > 0)" .. (condition and " & " .. condition or "") end
    local product = { tag = "*", type = "real", arrivals, statement.expr }
    local many = { op = statement.op, target = statement.target, ref = statement.ref, expr = product }
    sum:statement(many, place_of(sum, statement), condition)
  end
  return sum, unit.indent(sum.lines[SYNAPSE], 2)
end

local function drive_one_by_one(made, scope)
  return scope, table.concat {
    "    for (uint32_t occurrence = 0; occurrence < a->count[s]; occurrence++) {\n",
    made.random and "      const uint64_t id = a->post_nid[g];\n" or "",
    unit.indent(scope.lines[SYNAPSE], 3), "    }\n",
  }
end

local function drive(made)
  if made.ir.plastic then return nil end
  made.uses_source, made.random = false, false
  local scope = print_statements(made, made.ir.pathways[1])
  if made.uses_source then return nil end
  local head, body
  if adds_up(made.ir) then head, body = drive_sum(made)
  else head, body = drive_one_by_one(made, scope) end
  return table.concat {
    head.vector and "" or "LN_SCALAR ", "static void drive(const ln_drive_args *a) {\n",
    unit.indent(head.declarations, 1), unit.indent(head.lines[0], 1),
    head.vector and "#pragma GCC ivdep\n" or "",
    "  for (int64_t s = 0; s < a->n; s++) {\n",
    head.vector and "" or "    if (a->count[s] == 0) continue;\n",
    "    const int64_t g = a->lid0 + s;\n", body, "  }\n}",
  }
end

-- ---------------------------------------------------------------- the file

-- The variables in which statements accumulate: where NaN stays.
local function accumulating(ir)
  local out = {}
  for _, pathway in ipairs(ir.pathways) do
    for _, statement in ipairs(pathway.statements) do
      local var = statement.ref.kind == "variable" and statement.ref.var
      local itself = statement.op ~= "=" or symbolic.find_deep(statement.expr, function(n)
        return n.ref and n.ref.var == var or false
      end)
      if var and itself then out[var] = true end
    end
  end
  return out
end

local function variable_table(ir)
  local items, accumulates = {}, accumulating(ir)
  for _, var in ipairs(ir.variables) do
    if var.kind ~= "subexpression" then
      local flags = {}
      if var.shared then flags[1] = "LN_SHARED" end
      if var.class then flags[#flags + 1] = var.class == "pre" and "LN_PER_SEGMENT" or "LN_PER_TARGET" end
      if (accumulates[var] or var.kind == "state") and not var.shared and not var.hidden then flags[#flags + 1] = "LN_CHECKED" end
      if var.hidden then flags[#flags + 1] = "LN_HIDDEN" end
      if var.delays then flags[#flags + 1] = "LN_DELAY" end
      if var.degree then flags[#flags + 1] = "LN_DEGREE" end
      items[var.index + 1] = { name = var.name, type = var.type, flags = flags }
    end
  end
  return items
end

-- The kinds of pathways for which nothing need be fetched from other ranks.
local function reads_none(made)
  local bits = {}
  for _, kind in ipairs { "pre", "post", "summed", "clock", "every", "signal" } do
    if not made.reading[kind] then bits[#bits + 1] = "1 << " .. KIND[kind] end
  end
  return table.concat(bits, " | ")
end

local function exported(made, items, has_drive, n_pathways)
  local ir, first = made.ir, made.ir.pathways[1].c
  local later = ir.deferred and ir.deferred.c or {}
  return unit.unit {
    { "kind", "LN_SYNAPSE" }, { "name", unit.string "synapse" }, { "precision", made.precision },
    { "n_var", #items }, { "n_par", #ir.parameters },
    { "var", #items > 0 and "variables" }, { "par", #ir.parameters > 0 and "parameters" },
    { "n_table", #ir.tables > 0 and #ir.tables }, { "table", #ir.tables > 0 and "timed_arrays" },
    { "n_post", #made.post }, { "n_pre", #ir.pre },
    { "n_post_par", #made.post_parameters }, { "n_pre_par", #ir.pre_parameters },
    { "post", #made.post > 0 and "post_names" }, { "pre", #ir.pre > 0 and "pre_names" },
    { "post_par", #made.post_parameters > 0 and "post_parameters" },
    { "pre_par", #ir.pre_parameters > 0 and "pre_parameters" },
    { "deliver16", "deliver16" }, { "deliver32", "deliver32" }, { "drive", has_drive and "drive" },
    { "frozen16", first.frozen and "frozen16" }, { "frozen32", first.frozen and "frozen32" },
    { "n_signal", #ir.signals > 0 and #ir.signals }, { "signal", #ir.signals > 0 and "signals" },
    { "reads_none", next(made.reading) and reads_none(made) },
    { "n_pathway", n_pathways > 0 and n_pathways }, { "pathway", n_pathways > 0 and "pathways" },
    { "n_decay", #made.tables > 0 and #made.tables }, { "tabulate", #made.tables > 0 and "tabulate" },
    { "settle16", later.catch and "settle_" .. later.catch .. "16" },
    { "settle32", later.catch and "settle_" .. later.catch .. "32" },
    { "frozen_settle16", later.frozen_catch and "settle_" .. later.frozen_catch .. "16" },
    { "frozen_settle32", later.frozen_catch and "settle_" .. later.frozen_catch .. "32" },
    { "n_held", made.held and #made.held > 0 and #made.held }, { "held", made.held and #made.held > 0 and "held" },
    { "n_now", #made.now > 0 and #made.now }, { "lists", made.lists and 1 },
  }
end

-- No names here: projections with the same statements share code, and with it storage.
local function heading(ir, post_ir, text)
  local title = string.format("Synapse in %s precision, onto a target in %s precision.", ir.precision, post_ir.precision)
  local sections = {}
  for _, pathway in ipairs(ir.pathways) do
    for _, part in ipairs(pathway.parts) do
      local spike = pathway.kind == "every" and "Every so often" or pathway.kind == "clock" and "In every step"
        or pathway.kind == "signal" and ("When %s is pulsed"):format(pathway.signal)
        or pathway.side == "pre" and "When a spike arrives"
        or pathway.event and ("At the target's event %s"):format(pathway.event) or "When the target spikes"
      if part.text ~= "" then sections[#sections + 1] = { spike .. (part.once and ", once:" or ":"), part.text } end
    end
  end
  sections[#sections + 1] = { "Equations:", text.equations }
  sections[#sections + 1] = { "Sums:", text.drive }
  for _, rule in ipairs(text.rules or {}) do sections[#sections + 1] = { "Equations of a rule:", rule.equations } end
  return unit.header(title, sections)
end

-- Code that is long is compiled quickly for the width of targets that there will hardly be, by their expected number.
local NARROW, WIDE = 60000, 70000
local function widths(functions, targets)
  if not functions:find "LN_WIDE" then return nil end
  return ("#define LN_NARROW%s\n#define LN_WIDE%s"):format(targets and targets > WIDE and " LN_RARE" or "",
    targets and targets < NARROW and " LN_RARE" or "")
end

--- The C of a synapse.
-- @tparam table ir from analyse.synapse
-- @tparam table post_ir the target's ir
-- @tparam[opt] table text the user's texts for the comment: `transmit`, `equations`; `targets`: how many neurons the target's
-- block will probably have on a rank
-- @treturn string
function M.source(ir, post_ir, text)
  text = text or {}
  local made = {
    ir = ir, post_ir = post_ir, precision = unit.bytes(ir), post_precision = unit.bytes(post_ir), sites = {},
    post = { table.unpack(ir.post) }, post_parameters = { table.unpack(ir.post_parameters) }, tables = {},
    reading = {},
    now = {}, late = {},
  }
  local functions = table.concat(pathways(made), "\n\n")
  local drive_text = drive(made)
  local fill_now = deferred.fill_now(made, new_scope)
  local tabulate = events.tabulate(made, new_scope)
  local items, pathway_text, n_pathways = variable_table(ir), pathway_table(made)
  local parts = table.pack(
    "typedef " .. unit.REAL[made.post_precision] .. " post_real;", widths(functions, text.targets),
    unit.variables(items), unit.names("parameters", ir.parameters), unit.names("timed_arrays", ir.tables),
    unit.names("post_names", made.post), unit.names("pre_names", ir.pre),
    unit.names("signals", ir.signals), unit.names("post_parameters", made.post_parameters),
    unit.names("pre_parameters", ir.pre_parameters),
    ir.last and next(ir.last) and events.HELPERS or nil, fill_now,
    unit.array("int32_t held", made.held or {}), functions, drive_text, tabulate,
    pathway_text, exported(made, items, drive_text ~= nil, n_pathways))
  return unit.file(made.precision, heading(ir, post_ir, text), parts)
end

return M
