--- What a definition declares: variables with their units and flags, parameters, and the names that they may have.
-- Shared by the analyses of neurons, synapses and expressions.
-- @module lunate.compiler.analyse_declare

local diagnose = require "lunate.compiler.diagnose"
local functions = require "lunate.compiler.functions"
local Q = require "lunate.quantity"

local M = {}

local none = Q.dimensionless

-- ---------------------------------------------------------------- small things

function M.sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end

function M.label(what, def)
  return def.name and ("%s of '%s'"):format(what, def.name) or what
end

function M.unit_text(dim)
  return dim == none and "without unit" or "in " .. tostring(dim)
end

local reserved = {
  t = "the time", dt = "the time step", i = "the index of the neuron", j = "the index of the target",
  N = "the number of neurons", xi = "noise", lastspike = "the time of the last spike",
  not_refractory = "the refractory state", refractory = "the refractory time",
  t_in_timesteps = "the number of the step",
  N_incoming = "the number of synapses of the target", N_outgoing = "the number of synapses of the source",
  N_pre = "the number of sources", N_post = "the number of targets", True = "true", False = "false",
}

-- Refuses names that a variable or parameter cannot have. `what`: "variable" or "parameter".
function M.check_identifier(name, what, source, pos)
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
function M.declared_unit(item)
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
    local hint = node.tag == "name" and diagnose.did_you_mean(node.name, M.sorted_keys(Q.units)) or ""
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

function M.check_flags(item, model_kind)
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
  end
end

-- A subexpression that is constant over dt is stored ("held"), and computed at the start of each step.
local kinds = { differential = "state", parameter = "parameter", subexpression = "subexpression", held = "parameter" }

function M.declare(item, ir)
  local earlier = ir.by_name[item.name]
  if earlier then diagnose.raise(item.source, item.pos, "'%s' is defined twice", item.name) end
  M.check_flags(item, ir.kind)
  M.check_identifier(item.name, "variable", item.source, item.pos)
  local dim, type = M.declared_unit(item)
  if item.kind == "differential" and type ~= "real" then
    diagnose.raise(item.source, item.unit.pos, "'%s' has a differential equation, so it cannot be %s", item.name,
      item.unit.name)
  end
  if item.flags.linked and item.flags.shared then
    diagnose.raise(item.source, item.pos, "'%s' is linked: whether it is shared follows from what it is linked to; leave "
      .. "out 'shared'", item.name)
  end
  local held = item.flags["constant over dt"] or false
  local steady = held and ir.kind == "synapse" and item.flags.shared -- not stored, but the same all step long
  held = held and not steady
  if held then item.kind = "held" end
  ir.by_name[item.name] = {
    name = item.name, kind = kinds[item.kind], dim = dim, type = type, expr = item.expr, source = item.source,
    pos = item.pos, shared = item.flags.shared or false, constant = item.flags.constant or false,
    unless_refractory = item.flags["unless refractory"] or false, held = held, steady = steady,
    linked = item.flags.linked or false,
    side = item.flags.pre and "pre" or item.flags.post and "post" or nil,
  }
  return ir.by_name[item.name]
end

-- Variables of one kind in the order written; stored ones are numbered.
function M.add_variables(ir, items, kind)
  for _, item in ipairs(items) do
    if item.kind == kind then
      local var = ir.by_name[item.name]
      var.index = kind ~= "subexpression" and #ir.variables or nil
      ir.variables[#ir.variables + 1] = var
    end
  end
end

-- Numbers and timed arrays from the table `parameters`.
function M.add_parameters(ir, def)
  for _, name in ipairs(M.sorted_keys(def.parameters or {})) do
    local value = def.parameters[name]
    M.check_identifier(name, "parameter")
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

function M.new_ir(kind, def)
  return {
    kind = kind, name = def.name, precision = def.precision or "double", variables = {}, by_name = {},
    parameters = {}, parameter_by_name = {}, tables = {}, table_by_name = {}, random = false, held = {}, functions = {},
  }
end
function M.check_precision(def)
  local precision = def.precision
  if precision ~= nil and precision ~= "double" and precision ~= "single" then
    diagnose.raise(nil, nil, "precision must be \"double\" or \"single\", got %s", tostring(precision))
  end
end


return M
