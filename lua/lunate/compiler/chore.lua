--- Statements that a script has run every so often (`pop:every`, `proj:every`), compiled apart from what they are about.
--
-- Those of neurons are a unit of their own whose constants and timed arrays begin with the model's, so that the kernel need
-- only put its own behind them. Those of synapses are the whole synapse with one pathway more, of which that pathway alone
-- is printed; its variables must be stored as they were without it.
-- @module lunate.compiler.chore

local analyse = require "lunate.compiler.analyse"
local declare = require "lunate.compiler.analyse_declare"
local diagnose = require "lunate.compiler.diagnose"
local emit_neuron = require "lunate.compiler.emit_neuron"
local emit_synapse = require "lunate.compiler.emit_synapse"
local symbolic = require "lunate.compiler.symbolic"

local M = {}

-- ---------------------------------------------------------------- neurons

local function copy(from)
  local out = {}
  for key, value in pairs(from) do out[key] = value end
  return out
end

local function refuse_known(ir, parameters)
  for _, name in ipairs(declare.sorted_keys(parameters or {})) do
    if ir.parameter_by_name[name] or ir.table_by_name[name] then
      diagnose.raise(nil, nil, "'%s' is a parameter of the model already: leave it out here", tostring(name))
    end
  end
end

-- What the exact integration takes for constant.
local function refuse_propagators(ir, statements)
  for _, name in ipairs(ir.exact_depends or {}) do
    for _, statement in ipairs(statements) do
      if statement.ref.var and statement.ref.var.name == name then
        diagnose.raise(statement.source, statement.pos, "cannot assign to '%s': the exact integration of the model takes it for "
          .. "constant; put the statements into the model's every, or give it method = \"euler\" or another", name)
      end
    end
  end
end

-- Whether any of the nodes of statements, or their targets, is so.
local function any(statements, is)
  for _, statement in ipairs(statements) do
    if is(statement.ref) or symbolic.find_deep(statement.expr, function(n) return n.ref ~= nil and is(n.ref) end) then
      return true
    end
  end
  return false
end

-- Just before the thresholds: spikes have been found by then, so that nothing may be done that would change them.
local function refuse_late(ir, statements)
  local written = {}
  for _, statement in ipairs(statements) do
    if statement.ref.var then written[statement.ref.var] = true end
  end
  local reads = ir.threshold and symbolic.find_deep(ir.threshold, function(n)
    return n.ref ~= nil and written[n.ref.var] or false
  end)
  if reads then
    diagnose.raise(statements[1].source, statements[1].pos, "the threshold reads '%s', and is compared in one sweep with the "
      .. "update: what is to be seen by it runs at \"before_groups\", what is not at \"after_thresholds\"", reads.name)
  end
  local refractory = ir.refractory and any(statements, function(ref)
    return ref.kind == "builtin" and (ref.name == "lastspike" or ref.name == "not_refractory")
      or ref.var ~= nil and ref.var.unless_refractory
  end)
  if refractory then
    diagnose.raise(statements[1].source, statements[1].pos, "whether a neuron is refractory is known after the thresholds: "
      .. "run this at \"after_thresholds\"")
  end
end

--- Statements of some neurons of a model.
-- @tparam table def `{ model = (compiled by compiler.neuron), statements, parameters, late = (just before the thresholds) }`
-- @treturn table `{ ir, name, source }`; of ir.parameters and ir.tables those beyond the model's are new
function M.neurons(def)
  local of = def.model.ir
  local ir = setmetatable({
    parameters = copy(of.parameters), parameter_by_name = copy(of.parameter_by_name), tables = copy(of.tables),
    table_by_name = copy(of.table_by_name), random = false,
  }, { __index = of })
  refuse_known(ir, def.parameters)
  declare.add_parameters(ir, { parameters = def.parameters })
  local statements = analyse.neuron_statements(def.statements, ir)
  if #statements == 0 then diagnose.raise(nil, nil, "every: there are no statements") end
  refuse_propagators(of, statements)
  if def.late then refuse_late(of, statements) end
  local linked = any(statements, function(ref) return ref.var ~= nil and ref.var.linked end)
    or symbolic.find_deep(of.refractory or { tag = "number", value = 0 }, function(n)
      return n.ref ~= nil and n.ref.var ~= nil and n.ref.var.linked or false
    end)
  return { ir = ir, name = (of.name or "neuron") .. "_every",
    source = emit_neuron.chore(ir, def.model.plan, statements, def.statements, linked) }
end

-- ---------------------------------------------------------------- synapses

local function layout(var)
  return ("%s %s %s %s"):format(var.index, var.shared, var.class, var.type)
end

-- Variables are stored as they are: the new statements may not want them otherwise.
local function check_layout(ir, now, statement)
  for _, var in ipairs(ir.variables) do
    local other = now.by_name[var.name]
    if var.kind ~= "subexpression" and not var.hidden and layout(var) ~= layout(other) then
      diagnose.raise(statement.source, statement.pos, "'%s' is one value %s: declare it in the projection's equations%s, or "
        .. "give net:project these statements as every = {…}", var.name, var.shared and "for all synapses"
        or ("for all synapses of a %s neuron"):format(var.class == "pre" and "source" or "target"),
        var.shared and "" or " as (clock-driven)")
    end
  end
end

-- What only net:project can provide for: copies of other synapses' variables, numbers of synapses.
local function check_known(def, ir, now, statements)
  for _, side in ipairs { "pre", "post" } do
    if def[side] and def[side].of_synapses and any(statements, function(ref) return ref.kind == side end) then
      diagnose.raise(statements[1].source, statements[1].pos, "the %ss are the synapses of %s: give net:project these statements "
        .. "as every = {…}", side == "pre" and "source" or "target", def[side].name)
    end
  end
  for _, name in ipairs(declare.sorted_keys(now.degrees)) do
    if not ir.degrees[name] then
      diagnose.raise(statements[1].source, statements[1].pos, "'%s' is not counted in this projection: give net:project these "
        .. "statements as every = {…}", name)
    end
  end
end

--- Statements at the synapses of a projection.
-- @tparam table def the definition of the projection (see compiler.synapse) with the new ones last in `every`
-- @tparam table ir what came of the definition without them
-- @treturn table `{ ir, name, source }`
function M.synapses(def, ir)
  local now, pathway = analyse.synapse(def), nil
  for _, candidate in ipairs(now.pathways) do
    if candidate.item == def.every[#def.every] then pathway = candidate end
  end
  if #pathway.statements == 0 then diagnose.raise(nil, nil, "every: there are no statements") end
  check_known(def, ir, now, pathway.statements)
  check_layout(ir, now, pathway.statements[1])
  now.pathways, now.statements, now.deferred, now.plastic = { pathway }, pathway.statements, nil, true
  return { ir = now, name = (now.name or "synapse") .. "_every",
    source = emit_synapse.source(now, def.post, { equations = def.equations, targets = def.targets }) }
end

return M
