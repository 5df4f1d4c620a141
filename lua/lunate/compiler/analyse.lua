--- From trees to the intermediate representation: declarations, names, dimensions, types.
-- `analyse.neuron`, `analyse.synapse` and `analyse.expression` take the definitions that the language layer makes and
-- return irs; docs/ARCHITECTURE.md says what is in them. check.lua has the rules of expressions, scope.lua what
-- names mean.
-- @module lunate.compiler.analyse

local check = require "lunate.compiler.check"
local classify = require "lunate.compiler.classify"
local diagnose = require "lunate.compiler.diagnose"
local functions = require "lunate.compiler.functions"
local given_functions = require "lunate.compiler.given_functions"
local parse = require "lunate.compiler.parse"
local scope = require "lunate.compiler.scope"
local sweep = require "lunate.compiler.sweep"
local Q = require "lunate.quantity"

local M = {}

local none = Q.dimensionless
local second = Q.dim { 0, 0, 1 }

-- ---------------------------------------------------------------- what is not there yet

local not_yet = {
  ["constant over dt"] = "the flag 'constant over dt' is not supported yet in synapses",
}

local function refuse_unsupported(what, source, pos)
  if not_yet[what] then diagnose.raise(source, pos, not_yet[what]) end
end

local function refuse_noise(tree, source)
  if tree.tag == "name" and (tree.name == "xi" or tree.name:find "^xi_") then
    diagnose.raise(source, tree.pos, "noise (%s) can stand only in the differential equations of neurons; randn() draws "
      .. "a number each time", tree.name)
  end
  for _, child in ipairs(tree) do refuse_noise(child, source) end
end

-- ---------------------------------------------------------------- small things

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end

local function label(what, def)
  return def.name and ("%s of '%s'"):format(what, def.name) or what
end

local function unit_text(dim)
  return dim == none and "without unit" or "in " .. tostring(dim)
end

local reserved = {
  t = "the time", dt = "the time step", i = "the index of the neuron", j = "the index of the target",
  N = "the number of neurons", xi = "noise", lastspike = "the time of the last spike",
  not_refractory = "the refractory state", refractory = "the refractory time",
  t_in_timesteps = "the number of the step",
  N_pre = "the number of sources", N_post = "the number of targets", True = "true", False = "false",
}

-- Refuses names that a variable or parameter cannot have. `what`: "variable" or "parameter".
local function check_identifier(name, what, source, pos)
  local function refuse(fmt, ...) diagnose.raise(source, pos, "the %s '%s' " .. fmt, what, name, ...) end
  if type(name) ~= "string" then
    diagnose.raise(source, pos, "the name of a %s must be text, got %s", what, tostring(name))
  end
  if not name:find "^[%a_][%w_]*$" then refuse "is not a name: letters, digits and _ only" end
  if reserved[name] then refuse("cannot have this name: in equations it is %s", reserved[name]) end
  if name:find "^xi_" then refuse "cannot have this name: names that begin with xi_ are noise" end
  if name:find "^_" then refuse "cannot begin with an underscore" end
  if functions[name] then refuse "cannot have this name: it is a function" end
  if what == "variable" and (name:find "_pre$" or name:find "_post$") then
    refuse("cannot end in %s: in synapses that means a variable of the %s", name:match "_p%a+$",
      name:find "_pre$" and "source" or "target")
  end
end

-- ---------------------------------------------------------------- declarations

local special_units = { integer = "int", boolean = "bool" }

-- Dimension and type of the unit of an equation; only units of which the factor is 1 in SI are declarations.
local function declared_unit(item)
  local unit = item.unit
  if unit.tag == "name" and special_units[unit.name] then return none, special_units[unit.name] end
  if unit.tag == "name" and unit.name == "bool" then
    diagnose.raise(item.source, unit.pos, "unknown unit 'bool': write boolean")
  end
  local function check_units(node)
    if node.tag == "name" and Q.units[node.name] and Q.value_of(Q.units[node.name]) ~= 1 then
      diagnose.raise(item.source, node.pos, "variables are kept in SI units: declare '%s' in %s, not %s", item.name,
        Q.base_name[node.name], node.name)
    end
    for _, child in ipairs(node) do check_units(child) end
  end
  check_units(unit)
  local value, message, node = Q.evaluate(unit)
  if not value then
    local hint = node.tag == "name" and diagnose.did_you_mean(node.name, sorted_keys(Q.units)) or ""
    diagnose.raise(item.source, node.pos, "%s%s", message, hint)
  end
  if Q.value_of(value) ~= 1 then
    diagnose.raise(item.source, unit.pos, "a unit cannot have a factor: write volt, not 2*volt")
  end
  return Q.dim_of(value), "real"
end

local allowed_flags = {
  neuron = {
    differential = { "unless refractory" },
    parameter = { "constant", "shared", "linked" },
    subexpression = { "shared", "constant over dt" },
  },
  synapse = {
    differential = { "event-driven", "clock-driven", "pre", "post" },
    parameter = { "constant", "shared", "pre", "post" },
    subexpression = { "summed", "shared", "constant over dt" },
  },
}
local kind_names = {
  differential = "a differential equation", parameter = "a parameter", subexpression = "a subexpression",
}

local function check_flags(item, model_kind)
  local allowed = allowed_flags[model_kind][item.kind]
  local seen = {}
  for _, flag in ipairs(item.flag_list) do
    local fits
    for _, name in ipairs(allowed) do fits = fits or name == flag.name end
    if not fits then
      diagnose.raise(item.source, flag.pos, "%s of a %s cannot be '%s'; it can be: %s%s", kind_names[item.kind],
        model_kind, flag.name, table.concat(allowed, ", "), diagnose.did_you_mean(flag.name, allowed))
    end
    if seen[flag.name] then diagnose.raise(item.source, flag.pos, "the flag '%s' is given twice", flag.name) end
    seen[flag.name] = true
    if model_kind == "synapse" then refuse_unsupported(flag.name, item.source, flag.pos) end
  end
end

-- A subexpression that is constant over dt is stored ("held"), and computed at the start of each step.
local kinds = { differential = "state", parameter = "parameter", subexpression = "subexpression", held = "parameter" }

local function declare(item, ir)
  local earlier = ir.by_name[item.name]
  if earlier then diagnose.raise(item.source, item.pos, "'%s' is defined twice", item.name) end
  check_flags(item, ir.kind)
  check_identifier(item.name, "variable", item.source, item.pos)
  local dim, type = declared_unit(item)
  if item.kind == "differential" and type ~= "real" then
    diagnose.raise(item.source, item.unit.pos, "'%s' has a differential equation, so it cannot be %s", item.name,
      item.unit.name)
  end
  if item.flags.linked and item.flags.shared then
    diagnose.raise(item.source, item.pos, "'%s' is linked: whether it is shared follows from what it is linked to; leave "
      .. "out 'shared'", item.name)
  end
  local held = item.flags["constant over dt"] or false
  if held then item.kind = "held" end
  ir.by_name[item.name] = {
    name = item.name, kind = kinds[item.kind], dim = dim, type = type, expr = item.expr, source = item.source,
    pos = item.pos, shared = item.flags.shared or false, constant = item.flags.constant or false,
    unless_refractory = item.flags["unless refractory"] or false, held = held, linked = item.flags.linked or false,
    side = item.flags.pre and "pre" or item.flags.post and "post" or nil,
  }
  return ir.by_name[item.name]
end

-- Variables of one kind in the order written; stored ones are numbered.
local function add_variables(ir, items, kind)
  for _, item in ipairs(items) do
    if item.kind == kind then
      local var = ir.by_name[item.name]
      var.index = kind ~= "subexpression" and #ir.variables or nil
      ir.variables[#ir.variables + 1] = var
    end
  end
end

-- Numbers and timed arrays from the table `parameters`.
local function add_parameters(ir, def)
  for _, name in ipairs(sorted_keys(def.parameters or {})) do
    local value = def.parameters[name]
    check_identifier(name, "parameter")
    if ir.by_name and ir.by_name[name] then
      diagnose.raise(nil, nil, "'%s' is declared as a variable and given in parameters%s as well: leave one out", name,
        def.name and (" of '%s'"):format(def.name) or "")
    end
    if type(value) == "table" and value.timed_array then
      local entry = { name = name, dim = value.dim or none, value = value, index = #ir.tables }
      ir.tables[#ir.tables + 1], ir.table_by_name[name] = entry, entry
    else
      local number, dim, par_type = Q.value_of(value), Q.dim_of(value), "real"
      if type(value) == "boolean" then number, dim, par_type = value and 1 or 0, none, "bool" end
      if not number then
        diagnose.raise(nil, nil, "the parameter '%s'%s must be a number, a quantity or a timed array, got a %s", name,
          def.name and (" of '%s'"):format(def.name) or "", type(value))
      end
      local entry = { name = name, dim = dim, type = par_type, value = number, index = #ir.parameters }
      ir.parameters[#ir.parameters + 1], ir.parameter_by_name[name] = entry, entry
    end
  end
end

local function new_ir(kind, def)
  return {
    kind = kind, name = def.name, precision = def.precision or "double", variables = {}, by_name = {},
    parameters = {}, parameter_by_name = {}, tables = {}, table_by_name = {}, random = false, held = {}, functions = {},
  }
end

-- ---------------------------------------------------------------- equations

local function subject_of(var)
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

-- The name node in a tree of which the value differs from neuron to neuron, or nil.
local function differing(tree)
  local found
  each_name(tree, function(node)
    local ref = node.ref
    if ref.var and not ref.var.shared or ref.kind == "local" or ref.kind == "builtin" and differing_builtins[ref.name] then
      found = found or node
    end
  end)
  return found
end

-- A shared value cannot depend on values that differ.
local function check_subexpression(var)
  local random = is_random(var.expr)
  if random and not var.held then
    diagnose.raise(var.source, random.pos, "%s() cannot stand in the subexpression '%s', which may be computed more "
      .. "than once a step", random.name, var.name)
  end
  local node = var.shared and differing(var.expr)
  if node then
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
local function check_equations(ir, items, scope_of)
  for _, item in ipairs(items) do
    local var = ir.by_name[item.name]
    if var.expr then
      if ir.kind ~= "neuron" or var.held then refuse_noise(var.expr, var.source) end
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

local function name_node(name, pos) return { tag = "name", name = name, pos = pos } end

-- `x //= a` and the like are x = x // a.
local rewritten = { ["//="] = "//", ["%="] = "%", ["**="] = "**" }

local function rewrite(statement)
  local tag = rewritten[statement.op]
  if tag then
    statement.op = "="
    statement.expr = { tag = tag, pos = statement.pos, name_node(statement.target, statement.pos), statement.expr }
  end
end

local function refuse_target(statement, fmt, ...)
  diagnose.raise(statement.source, statement.pos, fmt, ...)
end

-- Refuses variables that statements may not write. `owner`: " of the target" or "".
local function check_writable(statement, var, owner, sc)
  local name = statement.target
  if var.kind == "subexpression" then
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
      .. "change '%s' in the reset of the source, or keep a variable of the synapse", statement.target, ref.var.name)
  elseif fixed_things[kind] then
    refuse_target(statement, "cannot assign to '%s': it is %s", statement.target, fixed_things[kind])
  end
end

local function declare_local(statement, sc)
  check_identifier(statement.target, "variable", statement.source, statement.pos)
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
  local node = name_node(statement.target, statement.pos)
  local known = sc:find(node.name)
  if not known and functions[node.name] then
    refuse_target(statement, "cannot assign to '%s': it is a function", node.name)
  elseif not known and statement.op ~= "=" then
    check.unknown_name(node, sc)
  end
  if known then check_target(statement, known, sc) end
  refuse_noise(statement.expr, statement.source)
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
local function check_statements(list, sc)
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

-- ---------------------------------------------------------------- synapses

local function check_precision(def)
  local precision = def.precision
  if precision ~= nil and precision ~= "double" and precision ~= "single" then
    diagnose.raise(nil, nil, "precision must be \"double\" or \"single\", got %s", tostring(precision))
  end
end

-- Variables that the projection's table gives: of the equations, or new ones.
local function add_given(ir, def)
  for _, name in ipairs(sorted_keys(def.variables or {})) do
    local given = def.variables[name]
    local declared = ir.by_name[name]
    if not declared then
      check_identifier(name, "variable")
      local var = {
        name = name, kind = "parameter", dim = given.dim or none, type = given.type or "real", given = true,
        shared = given.shared or false, constant = false, unless_refractory = false, index = #ir.variables,
      }
      ir.by_name[name] = var
      ir.variables[#ir.variables + 1] = var
    elseif declared.kind == "subexpression" then
      diagnose.raise(declared.source, declared.pos, "'%s' is a subexpression, so it cannot be given a value", name)
    elseif given.dim and given.dim ~= declared.dim then
      diagnose.raise(declared.source, declared.pos, "'%s' is declared %s, but its value is %s", name,
        unit_text(declared.dim), unit_text(given.dim))
    end
  end
end

-- What runs when: each pathway has parts `{ text, subject, rule =, once = }`, in order of execution.
local function pathways_of(def)
  local list, by_name = {}, {}
  local function add(name, side)
    if not by_name[name] then
      by_name[name] = { name = name, side = side, parts = {} }
      list[#list + 1] = by_name[name]
    end
    return by_name[name]
  end
  local function part(pathway, text, subject, rule, once)
    if text then pathway.parts[#pathway.parts + 1] = { text = text, subject = subject, rule = rule, once = once } end
  end
  local function named(texts, side, subject)
    if type(texts) == "table" then
      for _, name in ipairs(sorted_keys(texts)) do
        check_identifier(name, "pathway")
        part(add(name, side), texts[name], subject .. " " .. name)
      end
    else
      part(add(side, side), texts, subject)
    end
  end
  named(def.transmit or "", "pre", "transmit")
  local main = list[1]
  if def.on_post then named(def.on_post, "post", "on_post") end
  for k, rule in ipairs(def.rules or {}) do
    part(main, rule.on_pre, "on_pre of the rule", k)
    if rule.on_post then part(add("post", "post"), rule.on_post, "on_post of the rule", k) end
  end
  local function every(items, subject, rule)
    for _, item in ipairs(items or {}) do
      local pathway = add(("every %d"):format(#list), "all")
      pathway.kind, pathway.period = "every", item[1]
      part(pathway, item[2], subject, rule)
    end
  end
  every(def.every, "every")
  for k, rule in ipairs(def.rules or {}) do
    every(rule.every, "every of the rule", k)
    part(main, rule.pre_spike, "pre_spike", k, true)
    if rule.post_spike then part(add("post", "post"), rule.post_spike, "post_spike", k, true) end
  end
  return list
end

-- Statements of all parts in a row; temporaries of later parts get names of their own.
local function check_pathway(pathway, def, scope_of)
  pathway.statements = {}
  for number, part in ipairs(pathway.parts) do
    local list = parse.statements(part.text, label(part.subject, def))
    for _, statement in ipairs(check_statements(list, scope_of(list.source, part.subject, part.rule))) do
      statement.rule, statement.once, statement.subject = part.rule, part.once, part.subject
      if statement.declares and number > 1 then statement.ref.name = statement.ref.name .. "_" .. number end
      pathway.statements[#pathway.statements + 1] = statement
    end
  end
end

-- The rules' parameters beside the projection's: `ir.rules[k].parameters` by the rule's names.
local function add_rule_parameters(ir, def)
  ir.rules = {}
  for k, rule in ipairs(def.rules or {}) do
    local own = new_ir("rule", def)
    add_parameters(own, { name = rule.name, parameters = rule.parameters })
    if own.tables[1] then
      diagnose.raise(nil, nil, "the timed array '%s' cannot be a parameter of a rule", own.tables[1].name)
    end
    for _, par in ipairs(own.parameters) do
      local name = par.name
      if ir.by_name[name] then
        diagnose.raise(nil, nil, "'%s' is a parameter of the rule and a variable of the synapse: give one another name",
          name)
      end
      while ir.parameter_by_name[par.name] do par.name = name .. "_rule" .. k end
      par.index, par.rule = #ir.parameters, k
      ir.parameters[#ir.parameters + 1], ir.parameter_by_name[par.name] = par, par
    end
    ir.rules[k] = { parameters = own.parameter_by_name }
  end
end

local function synapse_items(ir, def)
  local all, summed = {}, {}
  local function add(text, what, rule)
    for _, item in ipairs(parse.equations(text or "", what)) do
      item.rule = rule
      if item.flags.summed then
        summed[#summed + 1] = item
      else
        local var = declare(item, ir)
        var.rule = rule
        var.clock = item.kind == "differential" and not (item.flags["event-driven"] or var.side)
        if var.side and item.flags["clock-driven"] then
          diagnose.raise(item.source, item.pos, "'%s' cannot be (%s) and (clock-driven): it is integrated from event to "
            .. "event, or in the equations of the neurons", var.name, var.side)
        end
        all[#all + 1] = item
      end
    end
  end
  add(def.equations, label("the equations", def))
  local before = #summed
  add(def.drive, label("drive", def))
  if def.drive and #summed == before then
    diagnose.raise(nil, nil, "%s must be a summed variable of the target, such as \"I_post = w*r_pre : amp (summed)\"",
      label("drive", def))
  end
  for k, rule in ipairs(def.rules or {}) do add(rule.equations, label("the equations of the rule", def), k) end
  return all, summed
end

-- `x_post = expression : unit (summed)`: the target's x is the sum over its synapses, anew each step.
local function check_summed(item, scope_of)
  check_flags(item, "synapse")
  local sc = scope_of(item.source, "the sum of " .. item.name, item.rule)
  local ref = sc:find(item.name)
  local var = ref and ref.kind == "post" and ref.var
  if not var then
    local hint = item.name:find "_post$" and "" or (": write %s_post"):format(item.name)
    diagnose.raise(item.source, item.pos, "'%s' is summed, but it is not a variable of the target%s", item.name, hint)
  elseif var.kind ~= "parameter" or var.shared or var.constant or var.type ~= "real" then
    diagnose.raise(item.source, item.pos, "'%s' cannot be a sum over synapses: declare it in the target as "
      .. "'%s : %s', without an equation or flags", item.name, var.name, var.dim == none and "1" or tostring(var.dim))
  end
  local dim = declared_unit(item)
  if dim ~= var.dim then
    diagnose.raise(item.source, item.unit.pos, "'%s' is declared %s here and %s in the target", item.name, unit_text(dim),
      unit_text(var.dim))
  end
  refuse_noise(item.expr, item.source)
  local expr = check.expression(item.expr, sc)
  if not check.fits(expr, dim) then
    diagnose.raise(item.source, expr.pos, "'%s' is declared %s, but its expression is %s", item.name, unit_text(dim),
      unit_text(expr.dim))
  end
  local bound = sc:bind(name_node(item.name, item.pos), ref).ref
  bound.slot.written = true
  return { op = "+=", target = item.name, ref = bound, expr = expr, source = item.source, pos = item.pos }
end

local function add_sweeps(ir, def, summed, scope_of)
  local pathway = { name = "summed", side = "all", kind = "summed", parts = {}, statements = {} }
  ir.summed = {}
  for _, item in ipairs(summed) do
    local statement = check_summed(item, scope_of)
    pathway.statements[#pathway.statements + 1] = statement
    ir.summed[#ir.summed + 1] = statement.ref.var.name
  end
  if #summed > 0 then ir.pathways[#ir.pathways + 1] = pathway end
  local clock = sweep.clock(ir, def.method)
  if clock then ir.pathways[#ir.pathways + 1] = clock end
end

--- Analyses a synapse: what spikes do.
-- @tparam table def `{ name, transmit, on_post, drive, every, method, equations,
-- variables = { name = { dim, shared } }, parameters, rules, pre,
-- post, precision }`; transmit and on_post: statements, or a table of them by pathway; rules: a list of
-- `{ equations, on_pre, on_post, pre_spike, post_spike, parameters }`
-- @treturn table ir
function M.synapse(def)
  check_precision(def)
  local ir = new_ir("synapse", def)
  given_functions.add(ir, def.functions, def.parameters)
  given_functions.inherit(ir, def.post)
  ir.post, ir.pre, ir.post_parameters, ir.pre_parameters, ir.signals = {}, {}, {}, {}, {}
  local items, summed = synapse_items(ir, def)
  add_variables(ir, items, "differential")
  add_variables(ir, items, "parameter")
  add_given(ir, def)
  add_parameters(ir, def)
  add_rule_parameters(ir, def)
  local slots = scope.new_slots()
  local function scope_of(source, subject, rule)
    local sc = scope.synapse(ir, def.pre, def.post, slots, source, subject)
    sc.own_parameters = rule and ir.rules[rule].parameters
    sc.signals = def.signals
    return sc
  end
  if not def.transmit and #summed == 0 then
    diagnose.raise(nil, nil, "%s is missing: what a spike does, such as transmit = \"ge += w\"", label("transmit", def))
  end
  check_equations(ir, items, function(var) return scope_of(var.source, subject_of(var), var.rule) end)
  ir.pathways = pathways_of(def)
  for _, pathway in ipairs(ir.pathways) do check_pathway(pathway, def, scope_of) end
  ir.statements = ir.pathways[1].statements
  add_sweeps(ir, def, summed, scope_of)
  classify.classify(ir, def)
  return ir
end

-- ---------------------------------------------------------------- expressions

--- Analyses an expression for setting up: a value of each neuron or synapse, or a condition of connecting.
-- @tparam table def `{ text, name, context = "neuron"|"synapse"|"connect", neuron|pre, post, synapse, parameters, dim,
-- boolean_ok }`
-- @treturn table ir
function M.expression(def)
  local ir = new_ir("expression", def)
  ir.inputs = {}
  local of_neuron = def.context == "neuron"
  local pre = of_neuron and (def.neuron or def.pre) or def.pre
  local synapse = def.context == "synapse" and def.synapse
  given_functions.inherit(ir, synapse, pre, def.post)
  add_parameters(ir, def)
  if synapse then
    ir.by_name, ir.variables = synapse.by_name, synapse.variables
    for name, par in pairs(synapse.parameter_by_name) do
      ir.parameter_by_name[name] = ir.parameter_by_name[name] or par
    end
  end
  local tree = parse.expression(def.text, def.name or "the expression")
  refuse_noise(tree, tree.source)
  local source = tree.source
  tree = check.expression(tree, scope.expression(ir, pre, def.post, of_neuron, source, def.name or "the expression"))
  tree.source = source
  if tree.type == "bool" and not def.boolean_ok then
    diagnose.raise(source, tree.pos, "expected a number, '%s' is a condition (use int(…) or where(…))",
      parse.text_of(tree))
  end
  if def.dim and not check.fits(tree, def.dim) then
    diagnose.raise(source, tree.pos, "'%s' is %s, expected %s", parse.text_of(tree), unit_text(tree.dim),
      def.dim == none and "no unit" or tostring(def.dim))
  end
  ir.expr, ir.dim, ir.type = tree, tree.dim, tree.type
  return ir
end

--- A neuron model: see analyse_neuron.lua.
M.neuron = require "lunate.compiler.analyse_neuron" {
  add_parameters = add_parameters, add_variables = add_variables, check_equations = check_equations,
  check_precision = check_precision, check_statements = check_statements, declare = declare, label = label, new_ir = new_ir,
  refuse_noise = refuse_noise, sorted_keys = sorted_keys, subject_of = subject_of, check_identifier = check_identifier,
}

return M
