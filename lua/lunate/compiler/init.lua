--- The equation compiler: definitions to C.
-- Each function checks a definition (see analyse.lua for its fields) and returns
-- `{ ir =, source = the C text, plan = (neurons), name = }`; errors are diagnoses (see diagnose.lua). The
-- same definition makes the same bytes.
-- @module lunate.compiler

local analyse = require "lunate.compiler.analyse"
local emit_expression = require "lunate.compiler.emit_expression"
local emit_neuron = require "lunate.compiler.emit_neuron"
local emit_synapse = require "lunate.compiler.emit_synapse"
local integrate = require "lunate.compiler.integrate"

local M = {}

--- A neuron model. `ir.exact_depends` lists the variables that its propagators are made of: no synapse may
-- write them.
function M.neuron(def)
  local ir = analyse.neuron(def)
  local plan = integrate.plan(ir)
  ir.exact_depends = plan.depends
  return { ir = ir, plan = plan, name = ir.name, source = emit_neuron.source(ir, plan, def) }
end

--- A synapse onto the target model `def.post` (an ir).
function M.synapse(def)
  local ir = analyse.synapse(def)
  return { ir = ir, name = ir.name, source = emit_synapse.source(ir, def.post, def) }
end

--- An expression for setting up values, or a condition of a connector.
function M.expression(def)
  local ir = analyse.expression(def)
  return { ir = ir, name = "expression", source = emit_expression.source(ir, def.text) }
end

return M
