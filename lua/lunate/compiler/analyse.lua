--- From trees to the intermediate representation: declarations, names, dimensions, types.
-- `analyse.neuron`, `analyse.synapse` and `analyse.expression` take the definitions that the language layer makes and
-- return irs; docs/ARCHITECTURE.md says what is in them. analyse_declare.lua has the declarations, analyse_equations.lua
-- the equations and statements, check.lua the rules of expressions, scope.lua what names mean.
-- @module lunate.compiler.analyse

local check = require "lunate.compiler.check"
local declare = require "lunate.compiler.analyse_declare"
local diagnose = require "lunate.compiler.diagnose"
local equations = require "lunate.compiler.analyse_equations"
local given_functions = require "lunate.compiler.given_functions"
local parse = require "lunate.compiler.parse"
local scope = require "lunate.compiler.scope"
local none = require("lunate.quantity").dimensionless

local M = {}

local neuron = require "lunate.compiler.analyse_neuron"

--- A neuron model, and further statements of one: see analyse_neuron.lua.
M.neuron, M.neuron_statements = neuron.neuron, neuron.statements

--- A synapse: see analyse_synapse.lua.
M.synapse = require "lunate.compiler.analyse_synapse"

--- Analyses an expression for setting up: a value of each neuron or synapse, or a condition of connecting.
-- @tparam table def `{ text, name, context = "neuron"|"synapse"|"connect", neuron|pre, post, synapse, parameters, dim,
-- boolean_ok, sizes = { N_pre =, N_post =, N_pre_whole =, N_post_whole = }, first = { pre =, post = } }`; sizes and first of
-- slices
-- @treturn table ir
function M.expression(def)
  local ir = declare.new_ir("expression", def)
  ir.inputs = {}
  local of_neuron = def.context == "neuron"
  local pre = of_neuron and (def.neuron or def.pre) or def.pre
  local synapse = def.context == "synapse" and def.synapse
  given_functions.inherit(ir, synapse, pre, def.post)
  declare.add_parameters(ir, def)
  if not of_neuron then ir.tables = {} end -- known by name, to be refused
  if synapse then
    ir.by_name, ir.variables = synapse.by_name, synapse.variables
    for name, par in pairs(synapse.parameter_by_name) do
      ir.parameter_by_name[name] = ir.parameter_by_name[name] or par
    end
  end
  local tree = parse.expression(def.text, def.name or "the expression")
  equations.refuse_noise(tree, tree.source)
  local source = tree.source
  local sc = scope.expression(ir, pre, def.post, of_neuron, source, def.name or "the expression")
  sc.sizes, sc.first, sc.synapse, sc.connecting = def.sizes, def.first, synapse, def.context == "connect"
  sc.of_synapse = synapse and true
  tree = check.expression(tree, sc)
  tree.source = source
  if tree.type == "bool" and not def.boolean_ok then
    diagnose.raise(source, tree.pos, "expected a number, '%s' is a condition (use int(…) or where(…))",
      parse.text_of(tree))
  end
  if def.dim and not check.fits(tree, def.dim) then
    diagnose.raise(source, tree.pos, "'%s' is %s, expected %s", parse.text_of(tree), declare.unit_text(tree.dim),
      def.dim == none and "no unit" or tostring(def.dim))
  end
  ir.expr, ir.dim, ir.type = tree, tree.dim, tree.type
  return ir
end

return M
