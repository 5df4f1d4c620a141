--- Whether what a target's spikes do at its synapses can be put off until something looks at them.
--
-- At the spike, a target's synapses lie all over the memory; later, when a spike of a source arrives, they are in cache anyway.
-- `on_post` is put off where its effect is the same then, bit for bit: it changes variables of the synapse alone (what it
-- changes once a target is done at once), and knows nothing but those, traces of the source, which stay what they are
-- until that arrival, and values of the target that can be kept as they were at the spike.
-- @module lunate.compiler.defer

local Q = require "lunate.quantity"
local order = require "lunate.compiler.order"
local symbolic = require "lunate.compiler.symbolic"

local M = {}

--- Tests compare with what happens at once by switching this off.
M.enabled = true

local BUILTIN = { dt = true, pi = true, e = true, inf = true, i = true, j = true, lastspike = true }

local KIND = {
  parameter = true, unit = true, ["local"] = true,
  variable = function(ref) return not (ref.var.shared and ref.var.written) end,
  post = function(ref) return not ref.slot.var.shared end,
  builtin = function(ref) return BUILTIN[ref.name] or false end,
}

-- Whether an expression can be computed later.
local function keeps(expr)
  return not symbolic.find_deep(expr, function(node)
    if node.tag == "call" then return symbolic.is_random(node) or symbolic.is_table(node) end
    if node.tag ~= "name" then return false end
    local known = KIND[node.ref.kind] or false
    if type(known) == "function" then known = known(node.ref) end
    return not known
  end)
end

local function is_own(ref)
  return ref.kind == "local" or (ref.kind == "variable" and ref.var.class ~= "pre" and not ref.var.shared)
end

-- Statements at all synapses want them settled, which costs some ns a synapse each time; a spike of a target costs no more
-- at each of its own. So what runs more often than targets fire as a rule (in seconds) makes putting off a loss.
local OFTEN = 0.02

--- The pathway whose effect on synapses is put off, or nil.
function M.pathway(ir)
  if ir.slow then return nil end -- several steps are one tick, within which the order of spikes is lost
  local found
  for _, pathway in ipairs(ir.pathways) do
    if pathway.kind == "summed" or pathway.kind == "clock" then return nil end
    if pathway.kind == "every" and (pathway.period == "step" or Q.value_of(pathway.period) <= OFTEN) then return nil end
    if pathway.side == "post" then
      if found or pathway.delays then return nil end
      found = pathway
    end
  end
  if not found or not M.enabled or not order.is_usual(ir.pathways, ir.order) then return nil end
  local at_synapses = false
  for _, statement in ipairs(found.statements) do
    if not (is_own(statement.ref) and keeps(statement.expr)) then return nil end
    at_synapses = at_synapses or (statement.ref.kind == "variable" and statement.ref.var.class == nil)
  end
  for _, var in ipairs(ir.variables) do
    local equation = var.class ~= "post" and var.event_driven
    if equation and not (keeps(equation.a) and keeps(equation.b)) then return nil end
  end
  return at_synapses and found or nil
end

return M
