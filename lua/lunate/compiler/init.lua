--- The equation compiler: definitions to C.
-- Each function checks a definition (see analyse.lua for its fields) and returns
-- `{ ir =, source = the C text, plan = (neurons), name = }`; errors are diagnoses (see diagnose.lua). The
-- same definition makes the same bytes.
-- @module lunate.compiler

local analyse = require "lunate.compiler.analyse"
local chore = require "lunate.compiler.chore"
local diagnose = require "lunate.compiler.diagnose"
local emit_expression = require "lunate.compiler.emit_expression"
local emit_neuron = require "lunate.compiler.emit_neuron"
local emit_synapse = require "lunate.compiler.emit_synapse"
local integrate = require "lunate.compiler.integrate"

local M = {}

--- A neuron model. `ir.exact_depends` lists the variables that its propagators are made of: synapses may not
-- write them.
function M.neuron(def)
  local ir = analyse.neuron(def)
  local plan = integrate.plan(ir)
  ir.exact_depends = plan.depends
  ir.refractory_mode = emit_neuron.refractory_mode(ir)
  return { ir = ir, plan = plan, name = ir.name, source = emit_neuron.source(ir, plan, def) }
end

-- Refuses to write what the target's exact integration takes for constant.
local function check_propagators(ir, post)
  local depends = {}
  for _, name in ipairs(post.exact_depends or {}) do depends[name] = true end
  for _, pathway in ipairs(ir.pathways) do
    for _, statement in ipairs(pathway.statements) do
      if statement.ref.kind == "post" and depends[statement.ref.var.name] then
        diagnose.raise(statement.source, statement.pos, "cannot assign to '%s': the exact integration of the target's "
          .. "equations takes it for constant; give the neuron method = \"euler\" or another", statement.target)
      end
    end
  end
end

--- A synapse onto the target model `def.post` (an ir from `neuron`).
function M.synapse(def)
  local ir = analyse.synapse(def)
  check_propagators(ir, def.post)
  return { ir = ir, name = ir.name, source = emit_synapse.source(ir, def.post, def) }
end

--- Statements every so often, of some neurons of a model or all synapses of a projection: see chore.lua.
M.neuron_chore, M.synapse_chore = chore.neurons, chore.synapses

--- An expression for setting up values, or a condition of a connector.
function M.expression(def)
  local ir = analyse.expression(def)
  return { ir = ir, name = "expression", source = emit_expression.source(ir, def.text) }
end

return M
