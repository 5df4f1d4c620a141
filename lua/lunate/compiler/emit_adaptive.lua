--- Prints the Runge-Kutta-Fehlberg method of orders 4 and 5 with steps of its own within a time step.
-- All lanes of a group are taken forward together; each has its own time and step, and keeps what it has once it is
-- through, so that what a neuron does never depends on its neighbours.
-- @module lunate.compiler.emit_adaptive

local names = require "lunate.compiler.emit_names"
local symbolic = require "lunate.compiler.symbolic"
local unit = require "lunate.compiler.emit_unit"
local value_of = require("lunate.quantity").value_of

local M = {}

local add, mul, number = symbolic.add, symbolic.mul, symbolic.number
local identifier = unit.identifier

-- Fehlberg 1969: times, weights of the stages, of the fifth order, and of the difference between the orders.
local TIME = { 0, 1 / 4, 3 / 8, 12 / 13, 1, 1 / 2 }
local STAGE = {
  {}, { 1 / 4 }, { 3 / 32, 9 / 32 }, { 1932 / 2197, -7200 / 2197, 7296 / 2197 }, { 439 / 216, -8, 3680 / 513, -845 / 4104 },
  { -8 / 27, 2, -3544 / 2565, 1859 / 4104, -11 / 40 },
}
local FIFTH = { 16 / 135, 0, 6656 / 12825, 28561 / 56430, -9 / 50, 2 / 55 }
local ERROR = { 1 / 360, 0, -128 / 4275, -2197 / 75240, 1 / 50, 2 / 55 }

local TOLERANCE = { [4] = 1e-4, [8] = 1e-6 }
local MAX_STEPS = 10000

local function made_node(text)
  return symbolic.name(text, { kind = "made", text = text, level = 1 })
end

local function weighted(weights, var)
  local sum = number(0.0)
  for s, weight in ipairs(weights) do
    if weight ~= 0 then sum = add(sum, mul(number(weight * 1.0), made_node(("k%d_%s"):format(s, identifier(var.name))))) end
  end
  return sum
end

-- k_s = step * f(y + sum of earlier ones).
local function stage(scope, plan, s)
  local frame = { values = {}, subs = {}, suffix = tostring(s), lane_t = "t" .. s }
  scope:line(1, "const double t%d = a->t + done[k] + %s * piece;", s, string.format("%.17g", TIME[s] * 1.0))
  for _, var in ipairs(plan.states) do
    local id = identifier(var.name)
    local name = ("y%d_%s"):format(s, id)
    scope:define(name, add(made_node(("y_%s[k]"):format(id)), weighted(STAGE[s], var)), 1)
    frame.values[var.name] = name
  end
  scope.frame = frame
  for _, var in ipairs(plan.states) do
    local node = mul(made_node "piece", var.expr)
    local name = ("k%d_%s"):format(s, identifier(var.name))
    if scope.not_refractory and var.unless_refractory then
      scope:line(1, "const real %s = %s ? %s : 0;", name, scope.not_refractory, scope:bind(node))
    else
      scope:define(name, node, 1)
    end
  end
end

-- How far the two orders differ, in units of what is tolerated.
local function judge(scope, made)
  local options = made.plan.options
  local tolerance = options.tolerance or TOLERANCE[made.precision]
  scope:line(1, "double worst = 0;")
  for _, var in ipairs(made.plan.states) do
    local id = identifier(var.name)
    local absolute = value_of((options.absolute or {})[var.name] or 0)
    scope:define("n_" .. id, add(made_node(("y_%s[k]"):format(id)), weighted(FIFTH, var)), 1, true)
    scope:define("e_" .. id, weighted(ERROR, var), 1)
    scope:line(1, "const double allowed_%s = %.17g + %.17g * (fabs(y_%s[k]) + fabs(k1_%s)) + 1e-300;", id, absolute,
      tolerance, id, id)
    scope:line(1, "const double off_%s = fabs(e_%s) / allowed_%s;", id, id, id)
    scope:line(1, "worst = off_%s <= worst ? worst : off_%s;", id, id)
  end
end

-- Takes the step where it was good enough, and chooses the next. A step that is not a number is too long; where no
-- length is short enough, the state is lost.
local function settle(scope, plan)
  scope:line(1, "const int good = worst <= 1.0;")
  scope:line(1, "double factor = 0.9 * pow(worst + 1e-10, -0.2);")
  scope:line(1, "factor = factor < 5.0 ? factor : 5.0;")
  scope:line(1, "factor = factor > 0.2 ? factor : 0.2;")
  scope:line(1, "factor = worst == worst ? factor : 0.2;")
  scope:line(1, "const int lost = !good & (piece < 1e-13 * a->dt);")
  for _, var in ipairs(plan.states) do
    local id = identifier(var.name)
    scope:line(1, "y_%s[k] = good ? n_%s : (lost ? (real)NAN : y_%s[k]);", id, id, id)
  end
  scope:line(1, "const double next = piece * factor;")
  scope:line(1, "const int cut = good & (piece < wanted[k]) & (next < wanted[k]);")
  scope:line(1, "wanted[k] = left > 0 ? (cut ? wanted[k] : next) : wanted[k];")
  scope:line(1, "done[k] = good ? (piece >= left ? a->dt : done[k] + piece) : (lost ? a->dt : done[k]);")
end

local function pointers(plan)
  local out = {}
  for _, var in ipairs(plan.states) do out[#out + 1] = ", real *restrict y_" .. identifier(var.name) end
  return table.concat(out)
end

--- The function `adapt`.
function M.source(made)
  local plan = made.plan
  local scope = names.scope(made, { subject = "b + k", loads = true, written = {} })
  scope.frame.lane_t = "now"
  scope:line(1, "const double now = a->t;")
  names.refractoriness(scope)
  scope:line(1, "const double left = a->dt - done[k];")
  scope:line(1, "const double piece = wanted[k] < left ? wanted[k] : left;")
  for s = 1, 6 do stage(scope, plan, s) end
  judge(scope, made)
  settle(scope, plan)
  local limit = math.floor(plan.options.max_steps or MAX_STEPS)
  local lost = {}
  for k, var in ipairs(plan.states) do
    lost[k] = ("if (done[k] < a->dt) y_%s[k] = NAN;"):format(identifier(var.name))
  end
  return table.concat {
    "/* Takes the states y of the lanes b, b + 1, … from t to t + dt; NaN where that takes too many steps. */\n",
    "static void adapt(const ln_neuron_args *a, int64_t b, real *restrict substep", pointers(plan), ") {\n",
    "  const int32_t step = (int32_t)a->step;\n  const int32_t *const last = a->last;\n",
    "  double done[LN_LANES] __attribute__((aligned(64))), wanted[LN_LANES] __attribute__((aligned(64)));\n",
    unit.indent(scope.declarations, 1), unit.indent(scope.lines[0], 1),
    "  LN_EACH_LANE(k) {\n    done[k] = b + k < a->n_own ? 0 : a->dt;\n",
    "    wanted[k] = substep[k] > 0 ? substep[k] : a->dt;\n  }\n",
    "  int open = 1;\n",
    ("  for (int trial = 0; open && trial < %d; trial++) {\n"):format(limit),
    "    LN_EACH_LANE(k) {\n", unit.indent(scope.lines[1], 3), "    }\n",
    "    open = 0;\n    for (int k = 0; k < LN_LANES; k++) open |= done[k] < a->dt;\n  }\n",
    "  for (int k = 0; open && k < LN_LANES; k++) {\n", unit.indent(lost, 2), "  }\n",
    "  LN_EACH_LANE(k) substep[k] = (real)wanted[k];\n}",
  }
end

--- Lines that call it for a group of lanes: the new states are in y_x.
function M.call(plan, substep)
  local out, arguments = {}, {}
  for k, var in ipairs(plan.states) do
    local id = identifier(var.name)
    out[#out + 1] = ("real y_%s[LN_LANES] __attribute__((aligned(64)));"):format(id)
    out[#out + 1] = ("LN_EACH_LANE(k) y_%s[k] = at_%s[b + k];"):format(id, id)
    arguments[k] = ", y_" .. id
  end
  out[#out + 1] = ("adapt(a, b, (real *)a->var[%d] + b%s);"):format(substep, table.concat(arguments))
  return out
end

return M
