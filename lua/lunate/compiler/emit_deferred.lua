--- Prints what makes learning fast: statements of targets' spikes put off to the next arrival, and loops that vectorise.
--
-- A target's spike is noted (ln_history_push) with the values of the target that its statements want later. When a segment
-- comes up, `catch_up` runs them at its synapses for every spike since it was there last, oldest first: in rounds over the
-- whole segment, of the spikes before the last two synapse by synapse (`catch_up_deep`), of the last two with vectors where
-- the C of a synapse allows it (`catch_up_last`).
-- An arrival's own statements are cut in two where that changes nothing: what reaches the target one synapse after the other,
-- then what is learned (`learn`), with vectors. Traces of targets are computed beforehand, of all of them where so many synapses
-- are due at a step that this is less work (`fill_now`), else of those at hand.
-- @module lunate.compiler.emit_deferred

local events = require "lunate.compiler.emit_events"
local symbolic = require "lunate.compiler.symbolic"
local unit = require "lunate.compiler.emit_unit"

local M = {}

local SEGMENT, SYNAPSE = 1, 2 -- levels, as in emit_synapse.lua
local SHORT = 16              -- segments of fewer synapses are not worth a vector loop
local CHUNK = 512             -- synapses looked at together
local LATE = 4                -- LN_LATE of abi.h

-- ---------------------------------------------------------------- texts

local function words(lines)
  local out = {}
  for _, line in ipairs(lines) do
    for word in line:gmatch "[%a_][%w_]*" do out[word] = true end
  end
  return out
end

-- Constants and temporaries that `lines` define and `user` names, as { type, name }.
local function passed(lines, user)
  local used, out = words(user), {}
  for _, line in ipairs(lines) do
    local ctype, name = line:match "^const ([%w_]+) ([%w_]+) = "
    if not ctype then ctype, name = line:match "^([%w_]+) (l_[%w_]+);" end
    if ctype and used[name] then out[#out + 1] = { type = ctype, name = name } end
  end
  return out
end

local VECTOR = { factor = true, gain = true, fabs = true, fabsf = true, sqrt = true, sqrtf = true }

-- Whether GCC can make a vector loop of these lines, with the same result for every element.
local function vectorises(lines)
  for _, line in ipairs(lines) do
    if line:find "^if " or line:find "%f[%w_]since_syn%f[^%w_]" or line:find "LN_IF" then return false end
    for name in line:gmatch "([%a_][%w_]*)%s*%(" do
      if not VECTOR[name] then return false end
    end
  end
  return true
end

local function fill(template, fields)
  return (template:gsub("@(%l+)", function(name) return fields[name] end))
end

local function near_lines(lines)
  local out = {}
  for k, line in ipairs(lines) do out[k] = events.near(line) end
  return out
end

-- ---------------------------------------------------------------- statements put off

-- Lines that load the synapse's variables, store them again, keep them, and take them back where nothing was pending.
local function loads_and_stores(scope)
  local loads, stores, keeps, chosen = {}, {}, {}, {}
  for _, own in ipairs(scope.own) do
    loads[#loads + 1] = ("%s n_%s = %s[s];"):format(own.type, own.name, own.array)
    if own.written then
      stores[#stores + 1] = ("%s[s] = n_%s;"):format(own.array, own.name)
      keeps[#keeps + 1] = ("const %s o_%s = n_%s;"):format(own.type, own.name, own.name)
      chosen[#chosen + 1] = ("n_%s = when > done ? n_%s : o_%s;"):format(own.name, own.name, own.name)
    end
  end
  return loads, stores, keeps, chosen
end

-- Held values as they were at spike `k` of the history, `slot` of the ring.
local function held_lines(scope, from, place)
  local out = {}
  for c, held in ipairs(scope.held) do
    out[c] = ("const %s %s = ((const %s *)a->history->held[%s])[%s];"):format(held.type, held.name, held.type,
      from:format(LATE * (c - 1)), place)
  end
  return out
end

-- Where the last two spikes are left to others (`but_two`), the one before stands in late[2], older ones in the ring.
local DEEP = [[
static inline __attribute__((always_inline)) void @name_deep(const ln_deliver_args *a, const ln_segment *segment,
                                                            const int32_t done, const int but_two, const int wide) {
  const uint16_t *const target16 = a->target;
  const uint32_t *const target32 = a->target;
@head  const ln_history *const history = a->history;
  const int32_t *const late = history->late[but_two ? 2 : 0];
  const uint64_t first = segment->first, end = first + segment->n;
@run  for (uint64_t from = first; from < end; from += @chunk) {
    const uint32_t n_from = (uint32_t)(end - from < @chunk ? end - from : @chunk);
    uint16_t some[@chunk + 1];
    uint32_t n_some = 0;
    for (uint32_t q = 0; q < n_from; q++) {
      some[n_some] = (uint16_t)q;
      const uint32_t g = wide ? target32[from + q] : target16[from + q];
      n_some += late[g] > done;
    }
    for (uint32_t q = 0; q < n_some; q++) {
      const uint64_t s = from + some[q];
      const uint32_t g = wide ? target32[s] : target16[s];
      const int32_t *const ring = history->ring + (uint64_t)g * LN_RING;
@loads      if (!but_two || history->late[LN_LATE - 1][g] > done) {
        const uint32_t all = history->count[g], n = but_two ? all - 3 : all, oldest = all > LN_RING ? all - LN_RING : 0;
        uint32_t k = n - 1;
        while (k > oldest && ring[(k - 1) % LN_RING] > done) k--;
        for (; k < n; k++) {
          const uint64_t slot = (uint64_t)g * LN_RING + k % LN_RING;
          const int32_t when = history->ring[slot];
          (void)when;
@held@body        }
      }
      if (but_two) {
        const int32_t when = history->late[2][g];
        (void)when;
@before@nearer      }
@stores    }
  }
}

LN_SCALAR LN_NARROW __attribute__((noinline))
static void @name_deep16(const ln_deliver_args *a, const ln_segment *segment, int32_t done,
                                                             int but_two) {
  @name_deep(a, segment, done, but_two, 0);
}
LN_SCALAR LN_WIDE __attribute__((noinline))
static void @name_deep32(const ln_deliver_args *a, const ln_segment *segment, int32_t done,
                                                             int but_two) {
  @name_deep(a, segment, done, but_two, 1);
}
]]

local LAST = [[
static inline __attribute__((always_inline)) void @name_last(const ln_deliver_args *a, const ln_segment *segment,
                                                            const int32_t done, const int wide) {
  const uint16_t *const target16 = a->target;
  const uint32_t *const target32 = a->target;
@head  const int32_t *const late = a->history->late[0], *const later = a->history->late[1];
  const uint64_t first = segment->first, end = first + segment->n;
@run#pragma GCC ivdep
  for (uint64_t s = first; s < end; s++) {
    const uint32_t g = wide ? target32[s] : target16[s];
@loads    {
      const int32_t when = later[g];
@keeps@before@body@chosen    }
    const int32_t when = late[g];
@keeps@held@body@chosen@stores  }
}

LN_NARROW __attribute__((noinline))
static void @name_last16(const ln_deliver_args *a, const ln_segment *segment, int32_t done) {
  @name_last(a, segment, done, 0);
}
LN_WIDE __attribute__((noinline))
static void @name_last32(const ln_deliver_args *a, const ln_segment *segment, int32_t done) {
  @name_last(a, segment, done, 1);
}
]]

local CATCH = [[
static inline __attribute__((always_inline)) void @name(const ln_deliver_args *a, int64_t q, const int wide) {
  const ln_segment *const segment = a->segment + q;
  ln_history *const history = a->history;
  const int32_t done = history->done[segment->run];
  history->done[segment->run] = (int32_t)a->step - 1;
  if (history->newest[0] <= done) return;
@rounds  (wide ? @name_deep32 : @name_deep16)(a, segment, done, 0);
}

static inline __attribute__((always_inline)) void ask_@name(const ln_deliver_args *a, int64_t q, const int wide) {
  const ln_segment *const s = a->segment + q;
  ln_prefetch((const char *)a->target + s->first * (wide ? 4 : 2), (uint64_t)s->n * (wide ? 4 : 2));
@ask}

static inline __attribute__((always_inline)) void settle_@name(const ln_deliver_args *a, const int wide) {
  for (int64_t q = 0; q < a->n_segments; q++) {
    if (q + 24 < a->n_segments) ask_@name(a, q + 24, wide);
    @name(a, q, wide);
  }
}
LN_NARROW static void settle_@name16(const ln_deliver_args *a) { settle_@name(a, 0); }
LN_WIDE static void settle_@name32(const ln_deliver_args *a) { settle_@name(a, 1); }]]

local ROUNDS = [[
  if (segment->n >= @short@near) {
    if (history->newest[2] > done) (wide ? @name_deep32 : @name_deep16)(a, segment, done, 1);
    (wide ? @name_last32 : @name_last16)(a, segment, done);
    return;
  }
]]

--- The functions that make up for what was put off, of a scope whose statements stand at the level of synapses.
-- @tparam table scope with `own` (the synapse's variables) and `runs` (lines that load those of the segment)
function M.catch_up(scope, name)
  local body = scope.lines[SYNAPSE]
  local loads, stores, keeps, chosen = loads_and_stores(scope)
  local used = words(body)
  local run = {}
  if used.row then run[#run + 1] = "const uint32_t row = segment->row;" end
  if #scope.runs > 0 then run[#run + 1] = "const uint32_t run = segment->run;" end
  table.move(scope.runs, 1, #scope.runs, #run + 1, run)
  local near = ""
  if scope.last_of_run then near = (" && (int32_t)a->step - %s[segment->run] < LN_DECAY"):format(scope.last_of_run) end
  local head = unit.indent(scope.declarations, 1) .. unit.indent(scope.lines[0], 1)
  local ask = { "__builtin_prefetch(&a->history->done[s->run]);" }
  for _, own in ipairs(scope.own) do
    ask[#ask + 1] = ("ln_prefetch((const char *)a->syn[%d] + s->first * %d, (uint64_t)s->n * %d);"):format(own.index, own.bytes,
      own.bytes)
  end
  local fields = {
    name = name, head = head, run = unit.indent(run, 1), short = tostring(SHORT), near = near, ask = unit.indent(ask, 1),
    chunk = tostring(CHUNK),
  }
  local vector = vectorises(body)
  local parts = {}
  local function add(template, own)
    parts[#parts + 1] = fill(template, setmetatable(own, { __index = fields }))
  end
  add(DEEP, {
    loads = unit.indent(loads, 3), stores = unit.indent(stores, 3), body = unit.indent(body, 5),
    held = unit.indent(held_lines(scope, "%d + 3", "slot"), 5), before = unit.indent(held_lines(scope, "%d + 2", "g"), 4),
    nearer = unit.indent(body, 4),
  })
  if vector then
    add(LAST, {
      loads = unit.indent(loads, 2), stores = unit.indent(stores, 2),
      keeps = unit.indent(keeps, 3), chosen = unit.indent(chosen, 3),
      body = unit.indent(near_lines(body), 3), before = unit.indent(held_lines(scope, "%d + 1", "g"), 3),
      held = unit.indent(held_lines(scope, "%d", "g"), 3),
    })
  end
  add(CATCH, { rounds = vector and fill(ROUNDS, fields) or "" })
  return table.concat(parts, "\n")
end

--- Finds which values of the target a scope's statements at synapses want, as `scope.held`.
function M.hold(scope)
  scope.held = passed(scope.lines[SEGMENT], scope.lines[SYNAPSE])
end

local C_BYTES = { double = 8, int64_t = 8, int32_t = 4 }

--- The bytes of each held value.
function M.held_bytes(scope, precision)
  local out = {}
  for c, held in ipairs(scope.held) do out[c] = tostring(C_BYTES[held.type] or precision) end
  return out
end

--- The lines that note a spike of target g.
function M.push(scope)
  local out = { "const uint64_t slot = ln_history_push(a->history, g, (int32_t)a->step);" }
  if #scope.held == 0 then out[1] = "ln_history_push(a->history, g, (int32_t)a->step);" end
  for c, held in ipairs(scope.held) do
    local place = ("((%s *)a->history->held[%%d])[%%s]"):format(held.type)
    local function late(k) return place:format(LATE * (c - 1) + k, "g") end
    for k = LATE - 2, 1, -1 do out[#out + 1] = ("%s = %s;"):format(late(k), late(k - 1)) end
    out[#out + 1] = ("%s = %s;"):format(late(0), held.name)
    out[#out + 1] = ("%s = %s;"):format(place:format(LATE * c - 1, "slot"), held.name)
  end
  return out
end

-- ---------------------------------------------------------------- arrivals in two loops

-- What of an expression stands in the way of a loop of its own: what the other loop changes, or another's temporaries.
local function reads_only(expr, declared)
  return not symbolic.find_deep(expr, function(node)
    if node.tag == "call" then return symbolic.is_random(node) or symbolic.is_table(node) end
    local ref = node.tag == "name" and node.ref
    if not ref then return false end
    if ref.kind == "local" then return not declared[ref] end
    if ref.kind == "post" then return ref.slot.written or false end
    return ref.kind == "builtin" and ref.name == "not_refractory"
  end)
end

--- The number of statements that come before a loop of its own for the rest, or nil.
function M.cut(ir, list)
  if not ir.plastic or ir.last.syn then return nil end
  local first = #list + 1
  for k = #list, 1, -1 do
    local ref = list[k].ref
    if not (ref.kind == "local" or (ref.kind == "variable" and not ref.var.shared and ref.var.class ~= "post")) then break end
    first = k
  end
  while first <= #list do
    local good, declared = true, {}
    for k = first, #list do
      if list[k].ref.kind == "local" then declared[list[k].ref] = true end
      good = good and reads_only(list[k].expr, declared)
    end
    if good then return first - 1 end
    first = first + 1
  end
  return nil
end

-- Replaces traces of targets by those computed beforehand; returns the lines, whether any is needed, and the lines replaced.
local function with_now(made, lines)
  local out, needed, traces = {}, false, {}
  for _, line in ipairs(lines) do
    local name = line:match "^const real e_([%w_]+) = "
    local index
    for k, var in ipairs(made.now) do index = index or (var.name == name and k - 1) end
    if index then
      needed = true
      out[#out + 1] = ("const real e_%s = now%d[g];"):format(name, index)
    end
    local replaced = index or line:find "^const int32_t since_post = "
    table.insert(replaced and traces or out, line)
  end
  return out, needed, traces
end

local function note_now(made, lines)
  for _, line in ipairs(lines) do
    local name = line:match "^const real e_([%w_]+) = at_"
    local var = name and made.ir.by_name[name]
    if var and var.class == "post" and var.event_driven and var.event_driven.constant then
      local known = false
      for _, other in ipairs(made.now) do known = known or other == var end
      if not known then made.now[#made.now + 1] = var end
    end
  end
end

local LEARN = [[
static inline __attribute__((always_inline)) void @name(@arguments, const int wide) {
  const uint16_t *const target16 = a->target;
  const uint32_t *const target32 = a->target;
@head@now#pragma GCC ivdep
  for (uint64_t s = first; s < end; s++) {
    const uint32_t g = wide ? target32[s] : target16[s];
    (void)g;
@body  }
}
LN_NARROW __attribute__((noinline)) static void @name16(@arguments) { @name(@names, 0); }
LN_WIDE __attribute__((noinline)) static void @name32(@arguments) { @name(@names, 1); }
]]

-- The same with traces of the targets at hand.
local LEARN_HERE = [[
static inline __attribute__((always_inline)) void @name_here(@arguments, const int wide) {
  const uint16_t *const target16 = a->target;
  const uint32_t *const target32 = a->target;
@head  for (uint64_t from = first; from < end; from += @chunk) {
    const uint64_t to = end - from < @chunk ? end : from + @chunk;
    int32_t longest = 0;
@buffers#pragma GCC ivdep
    for (uint64_t s = from; s < to; s++) {
      const uint32_t g = wide ? target32[s] : target16[s];
@traces@put      longest = since_post > longest ? since_post : longest;
    }
    if (longest >= LN_DECAY) @name_far(a, from, to, @list, wide);
#pragma GCC ivdep
    for (uint64_t s = from; s < to; s++) {
      const uint32_t g = wide ? target32[s] : target16[s];
      (void)g;
@body    }
  }
}
LN_NARROW __attribute__((noinline)) static void @name_here16(@arguments) { @name_here(@names, 0); }
LN_WIDE __attribute__((noinline)) static void @name_here32(@arguments) { @name_here(@names, 1); }
]]

-- Traces that the tables do not know, of the targets at hand.
local FAR = [[
LN_SCALAR __attribute__((noinline)) static void @name_far(const ln_deliver_args *a, uint64_t from, uint64_t to, @pointers,
                                                         const int wide) {
  const uint16_t *const target16 = a->target;
  const uint32_t *const target32 = a->target;
@head  for (uint64_t s = from; s < to; s++) {
    const uint32_t g = wide ? target32[s] : target16[s];
@traces@put  }
}
]]

-- The traces that `used` names, as C beside the loop: buffers and the lines that fill them.
local function buffers(made, used, traces)
  local out = { put = {}, buffers = {}, pointers = {}, list = {}, traces = {} }
  for k, var in ipairs(made.now) do
    if used["now" .. k - 1] then
      out.buffers[#out.buffers + 1] = ("real now%d[%d];"):format(k - 1, CHUNK)
      out.put[#out.put + 1] = ("now%d[s - from] = e_%s;"):format(k - 1, var.name)
      out.pointers[#out.pointers + 1] = ("real *now%d"):format(k - 1)
      out.list[#out.list + 1] = ("now%d"):format(k - 1)
    end
  end
  for _, line in ipairs(traces) do
    local name = line:match "^const real e_([%w_]+) = "
    local wanted = name == nil
    for k, var in ipairs(made.now) do wanted = wanted or (var.name == name and used["now" .. k - 1]) end
    if wanted then out.traces[#out.traces + 1] = line end
  end
  return out
end

--- The loop over what is learned at an arrival, or nil where it would not vectorise.
-- @tparam table scope whose lines at synapses from number `from` on are meant
-- @treturn table `text` of the functions, `call` for deliver, `dense`: whether it wants to know if all traces were computed
function M.learn(made, scope, from, name)
  local lines = table.move(scope.lines[SYNAPSE], from + 1, #scope.lines[SYNAPSE], 1, {})
  if #lines == 0 then return nil end
  note_now(made, lines)
  local body, dense, traces = with_now(made, lines)
  if not vectorises(body) then return nil end
  for _, line in ipairs(body) do
    if line:find "[%w_]+%(table%d" then return nil end -- a table is wanted yet: not by the trace of a target
  end
  local used = words(body)
  local arguments, names = { "const ln_deliver_args *a", "uint64_t first", "uint64_t end" }, { "a", "first", "end" }
  local function argument(ctype, text)
    arguments[#arguments + 1], names[#names + 1] = ctype .. " " .. text, text
  end
  for _, index in ipairs { "row", "run" } do
    if used[index] then argument("uint32_t", index) end
  end
  for _, value in ipairs(passed(scope.lines[SEGMENT], body)) do argument("const " .. value.type, value.name) end
  local now = {}
  for k = 1, #made.now do
    if used["now" .. k - 1] then now[#now + 1] = ("const real *const now%d = a->now[%d];"):format(k - 1, k - 1) end
  end
  local list = table.concat(names, ", ")
  local fields = {
    name = name, head = unit.indent(scope.declarations, 1) .. unit.indent(scope.lines[0], 1), now = unit.indent(now, 1),
    body = unit.indent(body, 2), arguments = table.concat(arguments, ", "), names = list, chunk = tostring(CHUNK),
  }
  local function far_only(all)
    local out = {}
    for _, line in ipairs(all) do
      out[#out + 1] = line
      if line:find "^const int32_t since_post = " then out[#out + 1] = "if (since_post < LN_DECAY) continue;" end
    end
    return out
  end
  local function made_with(template, own) return fill(template, setmetatable(own, { __index = fields })) end
  local text = made_with(LEARN, {})
  local call = ("(wide ? %s32 : %s16)(%s);"):format(name, name, list)
  if dense then
    local here = {}
    for k, line in ipairs(body) do here[k] = line:gsub("(now%d+)%[g%]", "%1[s - from]") end
    local b = buffers(made, used, traces)
    text = table.concat({
      text,
      made_with(FAR, { pointers = table.concat(b.pointers, ", "), traces = unit.indent(far_only(b.traces), 2),
        put = unit.indent(b.put, 2) }),
      made_with(LEARN_HERE, { buffers = unit.indent(b.buffers, 2), traces = unit.indent(near_lines(b.traces), 3),
        put = unit.indent(b.put, 3), list = table.concat(b.list, ", "), body = unit.indent(here, 3) }),
    }, "\n")
    call = ("dense ? %s : %s"):format(call:sub(1, -2), call:gsub("32", "_here32", 1):gsub("16", "_here16", 1))
  end
  return { text = text, dense = dense, call = ("if (end - first >= %d) %s"):format(SHORT, call) }
end

local FILL = [[
@kind static void fill_now_@part(const ln_deliver_args *a, const uint32_t from, const uint32_t to, int32_t *most) {
@head@now  int32_t longest = 0;
@pragma  for (uint32_t g = from; g < to; g++) {
@body    longest = since_post > longest ? since_post : longest;
  }
  *most = longest;
}
]]

--- The function that computes traces of all targets, with `new_scope`; nil where none are wanted.
function M.fill_now(made, new_scope)
  if #made.now == 0 then return nil end
  local scope, now = new_scope(made, "pre"), {}
  for _, var in ipairs(made.now) do events.read(scope, var) end
  for k, var in ipairs(made.now) do
    scope:line(SYNAPSE, "now%d[g] = e_%s;", k - 1, var.name)
    now[k] = ("real *const now%d = a->now[%d];"):format(k - 1, k - 1)
  end
  local lines = scope.lines[SYNAPSE]
  local fields = { head = unit.indent(scope.declarations, 1) .. unit.indent(scope.lines[0], 1), now = unit.indent(now, 1) }
  local function part(name, kind, pragma, body)
    local own = { part = name, kind = kind, pragma = pragma, body = unit.indent(body, 2) }
    return fill(FILL, setmetatable(own, { __index = fields }))
  end
  return table.concat {
    part("near", "__attribute__((noinline))", "#pragma GCC ivdep\n", near_lines(lines)),
    part("far", "LN_SCALAR __attribute__((noinline))", "", lines),
    "static void fill_now(const ln_deliver_args *a) {\n",
    "  for (uint32_t from = a->target_lo; from < a->target_hi; from += LN_LANES) {\n",
    "    const uint32_t to = a->target_hi - from < LN_LANES ? a->target_hi : from + LN_LANES;\n    int32_t most;\n",
    "    fill_now_near(a, from, to, &most);\n    if (most >= LN_DECAY) fill_now_far(a, from, to, &most);\n  }\n}",
  }
end

return M
