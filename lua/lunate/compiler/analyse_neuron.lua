--- From the definition of a neuron to its intermediate representation: what beside equations makes a model.
-- Threshold and reset, refractoriness, custom events, statements run every so often, functions given as equations.
-- @module lunate.compiler.analyse_neuron

local check = require "lunate.compiler.check"
local declare = require "lunate.compiler.analyse_declare"
local diagnose = require "lunate.compiler.diagnose"
local equations = require "lunate.compiler.analyse_equations"
local given = require "lunate.compiler.given_functions"
local parse = require "lunate.compiler.parse"
local scope = require "lunate.compiler.scope"
local symbolic = require "lunate.compiler.symbolic"
local Q = require "lunate.quantity"

local second = Q.dim { 0, 0, 1 }

local label = declare.label

-- ---------------------------------------------------------------- conditions and statements

-- Subexpressions may hold noise, but only equations may read those.
local function refuse_noisy_names(tree, source, what)
  local node = symbolic.find(tree, function(n)
    local var = symbolic.subexpression(n)
    return var and symbolic.find_deep(var.expr, symbolic.is_noise) ~= nil or false
  end)
  if node then
    diagnose.raise(source, node.pos, "'%s' holds noise (xi), so only differential equations can read it, not %s", node.name,
      what)
  end
end

local function check_condition(def, what, text, ir)
  local tree = parse.expression(text, label("the " .. what, def))
  local source = tree.source
  equations.refuse_noise(tree, source)
  tree = check.expression(tree, scope.neuron(ir, source, "the " .. what))
  refuse_noisy_names(tree, source, "the " .. what)
  tree.source = source
  return tree
end

local function check_boolean(tree, what)
  if tree.type ~= "bool" then
    diagnose.raise(tree.source, tree.pos, "the %s must be a condition such as 'v > v_th', '%s' is a number", what,
      parse.text_of(tree))
  end
  return tree
end

local function check_statements(def, what, text, ir, writes_shared)
  local list = parse.statements(text, label("the " .. what, def))
  local sc = scope.neuron(ir, list.source, "the " .. what)
  sc.writes_shared = writes_shared
  equations.check_statements(list, sc)
  for _, statement in ipairs(list) do refuse_noisy_names(statement.expr, list.source, "the " .. what) end
  return list
end

-- ---------------------------------------------------------------- threshold and refractoriness

local function threshold(def, ir)
  if not def.threshold then
    if def.reset then diagnose.raise(nil, nil, "%s is given without a threshold", label("the reset", def)) end
    return nil
  end
  return check_boolean(check_condition(def, "threshold", def.threshold, ir), "threshold")
end

-- A time given in Lua is the parameter `refractory`, so that another time is not another unit.
local function constant_refractory(def, ir)
  local value = def.refractory
  local seconds = Q.value_of(value)
  if not seconds or not (seconds == 0 or Q.dim_of(value) == second) then
    diagnose.raise(nil, nil, "%s must be a time such as 5*ms, or an expression, got %s",
      label("the refractory time", def), seconds and Q.format(value) or "a " .. type(value))
  end
  if seconds < 0 then
    diagnose.raise(nil, nil, "%s is negative: %s", label("the refractory time", def), Q.format(value))
  end
  local par = { name = "refractory", dim = second, type = "real", value = seconds, index = #ir.parameters }
  ir.parameters[#ir.parameters + 1], ir.parameter_by_name.refractory = par, par
  return { tag = "name", name = "refractory", pos = 1, dim = second, type = "real",
    ref = { kind = "parameter", par = par } }, "time"
end

local function refractory(def, ir)
  if not def.refractory then return nil end
  if type(def.refractory) ~= "string" then return constant_refractory(def, ir) end
  local tree = check_condition(def, "refractory condition", def.refractory, ir)
  if tree.type == "bool" then return tree, "condition" end
  if not check.fits(tree, second) then
    diagnose.raise(tree.source, tree.pos, "refractory must be a time or a condition, %s is neither",
      check.describe(tree))
  end
  return tree, "time"
end

-- ---------------------------------------------------------------- events

local function check_table(def, field, what)
  if def[field] ~= nil and type(def[field]) ~= "table" then
    diagnose.raise(nil, nil, "%s must be a table such as %s, got a %s", label(field, def), what, type(def[field]))
  end
  return def[field] or {}
end

local MOST_EVENTS = 60

local function events(def, ir)
  local conditions = check_table(def, "events", "{ burst = \"v > v_burst\" }")
  local actions = check_table(def, "on", "{ burst = \"w += 1\" }")
  if #declare.sorted_keys(conditions) > MOST_EVENTS then
    diagnose.raise(nil, nil, "%s: at most %d are possible", label("events", def), MOST_EVENTS)
  end
  for _, name in ipairs(declare.sorted_keys(conditions)) do
    declare.check_identifier(name, "event")
    if name == "spike" or name == "spikes" then
      diagnose.raise(nil, nil, "the event '%s' is what threshold and reset are for: choose another name", name)
    end
    local what = ("event '%s'"):format(name)
    local event = { name = name, index = #ir.events, statements = {} }
    event.condition = check_boolean(check_condition(def, what, conditions[name], ir), what)
    if actions[name] then
      event.statements = check_statements(def, ("statements of event '%s'"):format(name), actions[name], ir)
    end
    ir.events[#ir.events + 1] = event
  end
  for _, name in ipairs(declare.sorted_keys(actions)) do
    if not conditions[name] then
      local hint = name == "spike" and "; what a spike does is the reset"
        or diagnose.did_you_mean(tostring(name), declare.sorted_keys(conditions))
      diagnose.raise(nil, nil, "on: there is no event '%s' in events%s", tostring(name), hint)
    end
  end
end

-- ---------------------------------------------------------------- every so often

local function every(def, ir)
  for k, item in ipairs(check_table(def, "every", "{ { 10*ms, \"w *= 0.9\" } }")) do
    local period = type(item) == "table" and item[1]
    if type(item) ~= "table" or type(item[2]) ~= "string" or not Q.is(period) or Q.dim_of(period) ~= second then
      diagnose.raise(nil, nil, "every: number %d must be a time and statements, as in { 10*ms, \"w *= 0.9\" }", k)
    end
    if Q.value_of(period) <= 0 or Q.value_of(period) ~= Q.value_of(period) then
      diagnose.raise(nil, nil, "every: the time of number %d must be positive, got %s", k, Q.format(period))
    end
    ir.every[k] = {
      period = Q.value_of(period), index = k - 1,
      statements = check_statements(def, ("statements every %s"):format(Q.format(period)), item[2], ir, true),
    }
  end
end

-- ---------------------------------------------------------------- method options

local function fill_options(ir, def)
  local known = { tolerance = "number", max_steps = "number", absolute = "table" }
  local options = check_table(def, "method_options", "{ tolerance = 1e-6 }")
  for _, name in ipairs(declare.sorted_keys(options)) do
    if not known[name] then
      diagnose.raise(nil, nil, "method_options: there is no '%s'%s; there are absolute, max_steps and tolerance",
        tostring(name), diagnose.did_you_mean(tostring(name), declare.sorted_keys(known)))
    elseif type(options[name]) ~= known[name] or known[name] == "number" and options[name] <= 0 then
      diagnose.raise(nil, nil, "method_options: %s must be a %s", name, known[name] == "number" and "positive number"
        or "table of variables such as { v = 1e-3*mV }")
    end
  end
  for name, value in pairs(options.absolute or {}) do
    local var = ir.by_name[name]
    if not var or var.kind ~= "state" then
      diagnose.raise(nil, nil, "method_options: absolute: '%s' has no differential equation", tostring(name))
    elseif Q.value_of(value) == nil or Q.dim_of(value) ~= var.dim then
      diagnose.raise(nil, nil, "method_options: the absolute error of '%s' must be in %s", name, tostring(var.dim))
    end
  end
  ir.method_options = options
end

-- ---------------------------------------------------------------- the whole

local M = {}

--- Statements of all or some neurons of a model, as an ir's.
function M.statements(text, ir)
  return check_statements({}, "statements every so often", text, ir, true)
end

--- Analyses a neuron model.
-- @tparam table def `{ name, equations, threshold, reset, refractory, parameters, method, method_options, precision,
-- events, on, every, functions }`
-- @treturn table ir
function M.neuron(def)
  declare.check_precision(def)
  local ir = declare.new_ir("neuron", def)
  ir.method, ir.events, ir.every, ir.noises = def.method, {}, {}, {}
  local items = parse.equations(def.equations or "", label("the equations", def))
  for _, item in ipairs(items) do declare.declare(item, ir) end
  for _, kind in ipairs { "differential", "parameter", "held" } do declare.add_variables(ir, items, kind) end
  declare.add_parameters(ir, def)
  given.add(ir, check_table(def, "functions", given.EXAMPLE), def.parameters)
  equations.check_equations(ir, items, function(var)
    local sc = scope.neuron(ir, var.source, equations.subject_of(var))
    sc.noise = not var.held
    return sc
  end)
  for _, var in ipairs(ir.held) do refuse_noisy_names(var.expr, var.source, "what is constant over dt") end
  ir.threshold = threshold(def, ir)
  ir.reset = check_statements(def, "reset", def.reset or "", ir)
  events(def, ir)
  every(def, ir)
  ir.refractory, ir.refractory_kind = refractory(def, ir)
  fill_options(ir, def)
  return ir
end

return M
