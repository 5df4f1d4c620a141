--- Prints what synapses keep once a segment or target, and what grows and decays between events.
-- A pathway's function holds such variables of its own side in C constants, a new one each time they are
-- written (`e_x0`, `e_x1`, …), so that every statement sees the value of its turn; they are stored before the
-- synapses are walked. Those of the other side are brought up to the present where they are read, and left
-- alone. What an exponential does in k steps stands in a table, the same for all who ask.
-- @module lunate.compiler.emit_events

local identifier = require("lunate.compiler.emit_unit").identifier
local symbolic = require "lunate.compiler.symbolic"

local M = {}

local SEGMENT, SYNAPSE = 1, 2 -- levels, as in emit_synapse.lua
local NOW = "(int32_t)a->step"

--- What the generated functions lean on.
M.HELPERS = [[
/* What k steps do to a variable of this rate: a factor, and what a constant drive adds. */
static inline __attribute__((always_inline)) double integral(double rate, double time) {
  return rate == 0.0 ? time : expm1(rate * time) / rate;
}
static inline __attribute__((always_inline)) real factor(const real *table, double rate, double dt, int32_t k) {
  return __builtin_expect(k < LN_DECAY, 1) ? table[k] : (real)exp(rate * (k * dt));
}
static inline __attribute__((always_inline)) real gain(const real *table, double rate, double dt, int32_t k) {
  return __builtin_expect(k < LN_DECAY, 1) ? table[k] : (real)integral(rate, k * dt);
}
/* Either, where k is known to be in the table, or does not matter. */
static inline __attribute__((always_inline)) real looked_up(const real *table, int32_t k) {
  return table[(uint32_t)k < LN_DECAY ? k : 0];
}]]

--- The same C with tables that are only looked up: what vector loops want.
function M.near(text)
  return (text:gsub("%f[%w_]factor(%b())", "gain%1"):gsub("%f[%w_]gain%((table%d+), rate%d+, a%->dt, ", "looked_up(%1, "))
end

local C_TYPE = { f = "real", i = "int32_t" }

local function ctype_of(var) return var.type == "real" and "f" or "i" end

-- ---------------------------------------------------------------- between events

-- The number of steps since the variables of a class were last brought up to date.
local function since(scope, class, level)
  local last = scope.made.ir.last[class]
  local name = "since_" .. class
  if not scope.loaded[name] then
    scope.loaded[name] = true
    scope:line(level, "const int32_t %s = %s - %s;", name, level == SYNAPSE and scope.now or NOW, scope.place(scope, last))
  end
  return name
end

-- The number of a table, and the name of its rate at level 0.
local function table_of(scope, kind, rate)
  local made = scope.made
  local text = scope:with_level(0, function() return scope:text(rate) end)
  local key, index = kind .. " " .. text, nil
  for k, entry in ipairs(made.tables) do
    if entry.key == key then index = k - 1 end
  end
  if not index then
    index = #made.tables
    made.tables[index + 1] = { key = key, kind = kind, rate = rate }
  end
  local name = "rate" .. index
  if not scope.loaded[name] then
    scope.loaded[name] = true
    scope:line(0, "const double %s = %s;", name, text)
    scope:line(0, "const real *const table%d = (const real *)a->table + %d * LN_DECAY;", index, index)
  end
  return index, name
end

local function looked_up(scope, f, kind, rate, steps)
  local index, name = table_of(scope, kind, rate)
  return string.format("%s(table%d, %s, a->dt, %s)", f, index, name, steps)
end

-- The value of now from that of `place`: a table's factor and gain.
local function from_tables(scope, equation, place, steps)
  local still = symbolic.is_number(equation.a, 0)
  local text = still and place or place .. " * " .. looked_up(scope, "factor", "exp", equation.a, steps)
  if symbolic.is_number(equation.b, 0) then return text end
  local drive = scope:with_level(0, function() return scope:text(equation.b) end)
  local added = still and string.format("(real)(%s * a->dt)", steps) or looked_up(scope, "gain", "integral", equation.a, steps)
  return string.format("%s + (real)(%s) * %s", text, drive, added)
end

-- The same where the rate is not one of the whole projection.
local function computed(scope, var, place, steps, level)
  local name = "time_" .. (var.class or "syn")
  if not scope.loaded[name] then
    scope.loaded[name] = true
    scope:line(level, "const double %s = %s * a->dt;", name, steps)
  end
  local time = symbolic.name(name, { kind = "made", text = name, level = level, ctype = "d" })
  local x = symbolic.name(var.name, { kind = "made", text = place, level = level, ctype = "f" })
  local a, b = var.event_driven.a, var.event_driven.b
  local still = symbolic.is_number(a, 0)
  local node = still and x or symbolic.mul(x, symbolic.call("exp", symbolic.mul(a, time)))
  local added = still and time or symbolic.call("ln.step_integral", a, time)
  return scope:text(symbolic.add(node, symbolic.mul(b, added)))
end

-- The C of a variable as it is now, printed at a level.
local function present(scope, var, level)
  local place, equation = scope.place(scope, var), var.event_driven
  if not equation then return place end
  local steps = since(scope, var.class or "syn", level)
  return scope:with_level(level, function()
    if equation.constant then return from_tables(scope, equation, place, steps) end
    return computed(scope, var, place, steps, level)
  end)
end

-- ---------------------------------------------------------------- reading and writing

local function version_name(var, number) return string.format("e_%s%d", identifier(var.name), number) end

local function load(scope, var)
  local version = scope.versions[var]
  if not version then
    version = { number = 0 }
    scope.versions[var] = version
    scope.owns = true
    local text = present(scope, var, SEGMENT)
    scope:line(SEGMENT, "const %s %s = %s;", C_TYPE[ctype_of(var)], version_name(var, 0), text)
  end
  return version_name(var, version.number)
end

--- What a name that means a variable of a class is in C.
function M.read(scope, var)
  if var.class == scope.side then return { text = load(scope, var), level = SEGMENT, ctype = ctype_of(var) } end
  local name = "e_" .. identifier(var.name)
  local level = var.class == "pre" and scope.side == "all" and SEGMENT or SYNAPSE -- at all synapses: segment by segment
  if not scope.loaded[name] then
    scope.loaded[name] = true
    scope.others = scope.others or var.class == "pre"
    local text = present(scope, var, level)
    scope:line(level, "const %s %s = %s;", C_TYPE[ctype_of(var)], name, text)
  end
  return { text = name, level = level, ctype = ctype_of(var) }
end

local CONVERT = {
  real = "const real %s = %s;", int = "const int32_t %s = (int32_t)(%s);", bool = "const int32_t %s = (%s) != 0;",
}

--- Prints a statement that writes a variable of the pathway's own class.
function M.write(scope, statement)
  local var = statement.ref.var
  local old, node, op = load(scope, var), symbolic.expand(statement.expr), statement.op
  if op ~= "=" then
    local before = symbolic.name(var.name, { kind = "made", text = old, level = SEGMENT, ctype = ctype_of(var) }, var.type)
    local int = var.type ~= "real" and node.type ~= "real" and op ~= "/="
    node = { tag = op:sub(1, -2), before, node, type = int and "int" or "real" }
  end
  scope:with_level(SEGMENT, function()
    local text = scope:text(node)
    local version = scope.versions[var]
    version.number, version.written = version.number + 1, true
    scope:line(SEGMENT, CONVERT[var.type], version_name(var, version.number), text)
  end)
end

-- ---------------------------------------------------------------- around the statements

local function reads(statement, wanted)
  return symbolic.find_deep(statement.expr, function(n)
    return n.tag == "name" and n.ref.kind == "variable" and wanted(n.ref.var)
  end) ~= nil
end

local function any(list, test)
  for _, statement in ipairs(list) do
    if test(statement) then return true end
  end
  return false
end

local function writes(statement, wanted)
  return statement.ref.kind == "variable" and wanted(statement.ref.var)
end

--- Before the statements: variables of the own side that are written, and all event-driven ones with them;
-- those of each synapse are brought up to date in place where any is used.
function M.begin(scope, list)
  scope.versions = {}
  local ir = scope.made.ir
  local function own_timed(var) return var.event_driven and var.class == scope.side end
  local function syn_timed(var) return var.event_driven and not var.class end
  scope.renews = any(list, function(s) return writes(s, own_timed) end)
  for _, var in ipairs(ir.variables) do
    if scope.renews and own_timed(var) then load(scope, var) end
  end
  if not any(list, function(s) return writes(s, syn_timed) or reads(s, syn_timed) end) then return end
  local lines = {}
  for _, var in ipairs(ir.variables) do
    if syn_timed(var) then
      lines[#lines + 1] = string.format("%s = %s;", scope.place(scope, var), present(scope, var, SYNAPSE))
    end
  end
  for _, line in ipairs(lines) do scope:line(SYNAPSE, "%s", line) end
  scope:line(SYNAPSE, "%s = %s;", scope.place(scope, ir.last.syn), scope.now or NOW)
end

--- After the statements: stores what the own side has become.
function M.finish(scope)
  local ir = scope.made.ir
  for _, var in ipairs(ir.variables) do
    local version = scope.versions[var]
    if version and (version.written or (scope.renews and var.event_driven)) then
      scope:line(SEGMENT, "%s = %s;", scope.place(scope, var), version_name(var, version.number))
    end
  end
  if scope.renews then scope:line(SEGMENT, "%s = (int32_t)a->step;", scope.place(scope, ir.last[scope.side])) end
end

-- ---------------------------------------------------------------- tables

--- The function that fills the tables, or nil.
function M.tabulate(made, new_scope)
  if #made.tables == 0 then return nil end
  local unit = require "lunate.compiler.emit_unit"
  local scope, body = new_scope(made), {}
  for k, entry in ipairs(made.tables) do
    local text = scope:with_level(0, function() return scope:text(entry.rate) end)
    local value = entry.kind == "exp" and "exp(rate * (k * dt))" or "integral(rate, k * dt)"
    body[#body + 1] = string.format("  {\n    const double rate = %s;\n    for (int32_t k = 0; k < LN_DECAY; k++) "
      .. "out[%d * LN_DECAY + k] = (real)%s;\n  }\n", text, k - 1, value)
  end
  return table.concat {
    "LN_SCALAR static void tabulate(const ln_deliver_args *a, void *table) {\n",
    unit.indent(scope.declarations, 1), unit.indent(scope.lines[0], 1),
    "  real *const out = table;\n  const double dt = a->dt;\n", table.concat(body), "}",
  }
end

return M
