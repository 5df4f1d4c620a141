--- Where the variables of a synapse live: one a synapse, one a segment of synapses that share source and
-- delay ("pre": they see the same arrivals), one a target neuron ("post"), or stored once.
-- `(pre)` and `(post)` in equations say so. Besides, event-driven variables that are in truth the same for
-- all synapses of a segment or target are found here: nothing that differs between those synapses enters
-- them, as in the usual formulation of spike-timing dependent plasticity. They are then computed once a
-- spike rather than once a synapse, with the same result.
-- @module lunate.compiler.classify

local defer = require "lunate.compiler.defer"
local diagnose = require "lunate.compiler.diagnose"
local symbolic = require "lunate.compiler.symbolic"
local none = require("lunate.quantity").dimensionless

local M = {}

local SIDES = { "pre", "post" }
local WORDS = { pre = "source", post = "target" }

-- ---------------------------------------------------------------- what differs between synapses

local CHANGING = {
  t = true, t_in_timesteps = true, lastspike = true, not_refractory = true, lastspike_pre = true, last_step_pre = true,
  step_pre = true,
}
local CONSTANT = { parameter = true, post_parameter = true, pre_parameter = true, unit = true, signal = true }
local BUILTIN = {
  pre = {
    t = true, t_in_timesteps = true, dt = true, pi = true, e = true, inf = true, i = true, lastspike_pre = true,
    last_step_pre = true, step_pre = true,
  },
  post = {
    t = true, t_in_timesteps = true, dt = true, pi = true, e = true, inf = true, j = true, lastspike = true,
    not_refractory = true,
  },
}

-- Whether a name stands for the same value at all synapses of a segment or target.
local function same_name(ref, side)
  if CONSTANT[ref.kind] then return true end
  if ref.kind == "builtin" then return BUILTIN[side][ref.name] or false end
  if ref.kind == "local" then return ref.side == side end
  if ref.kind == "variable" then
    local var = ref.var
    return var.kind == "subexpression" or var.class == side or (var.shared and not var.written)
  end
  return ref.kind == side and not ref.slot.written
end

-- The node in an expression that differs between synapses of one side, or nil.
local function differing(expr, side)
  return symbolic.find_deep(expr, function(node)
    if node.tag == "call" then return symbolic.is_random(node) end
    return node.tag == "name" and not same_name(node.ref, side)
  end)
end

-- ---------------------------------------------------------------- equations

local function is_constant(node)
  return not symbolic.find_deep(node, function(n)
    if n.tag == "call" then return symbolic.is_random(n) or symbolic.is_table(n) end
    if n.tag ~= "name" then return false end
    local ref = n.ref
    if ref.kind == "variable" then return ref.var.kind ~= "subexpression" end
    return not (CONSTANT[ref.kind] or (ref.kind == "builtin" and BUILTIN.pre[ref.name] and not CHANGING[ref.name]
      and ref.name ~= "i"))
  end)
end

local function refuse_equation(var, node, fmt, ...)
  local pos = node and node.pos or var.expr.pos or 1
  diagnose.raise(var.source, pos, "d%s/dt is integrated from event to event, for which " .. fmt
    .. "; write it so, or compute it in a neuron", var.name, ...)
end

-- Takes dx/dt = a x + b apart.
local function solve(var)
  local function is_self(node)
    local ref = node.tag == "name" and node.ref
    return ref and ref.kind == "variable" and ref.var == var and var.name or nil
  end
  local expr = symbolic.expand(var.expr)
  local c, rest = symbolic.linear(expr, is_self)
  if not c then refuse_equation(var, rest, "it must be linear in %s", var.name) end
  local a = c[var.name] and symbolic.simplify(c[var.name]) or symbolic.number(0.0)
  local b = symbolic.simplify(rest)
  for _, node in ipairs { a, b } do
    local bad = symbolic.find_deep(node, function(n)
      if n.tag == "call" then return symbolic.is_random(n) or symbolic.is_table(n) end
      local ref = n.tag == "name" and n.ref
      if not ref then return false end
      if ref.kind == "variable" then return ref.var.kind == "state" or ref.var.written or false end
      return ref.kind == "post" or ref.kind == "pre" or ref.kind == "signal"
        or (ref.kind == "builtin" and CHANGING[ref.name] or false)
    end)
    if bad then
      refuse_equation(var, bad, "all but %s must be constant between events (%s is not)", var.name, bad.name)
    end
  end
  var.event_driven = { a = a, b = b, constant = is_constant(a) and is_constant(b) }
end

-- ---------------------------------------------------------------- classes

-- What forbids that `var` is kept once a segment or target, as a statement and a node, or nil.
local function obstacle(ir, var, side)
  if var.event_driven then
    local node = differing(var.event_driven.a, side) or differing(var.event_driven.b, side)
    if node then return nil, node end
  end
  for _, pathway in ipairs(ir.pathways) do
    for _, statement in ipairs(pathway.statements) do
      if statement.ref.kind == "variable" and statement.ref.var == var then
        if pathway.side ~= side or side == "post" and pathway.delays then return statement end
        local node = differing(statement.expr, side)
        if node then return statement, node end
      end
    end
  end
  return nil
end

local function may_be(ir, var, side)
  local statement, node = obstacle(ir, var, side)
  return not statement and not node
end

-- The largest set of candidates that agree with each other.
local function recognise(ir, side, candidates)
  for _, var in ipairs(candidates) do var.class = side end
  local changed = true
  while changed do
    changed = false
    for _, var in ipairs(candidates) do
      if var.class == side and not may_be(ir, var, side) then
        var.class, changed = nil, true
      end
    end
  end
end

local function check_declared(ir, var)
  local statement, node = obstacle(ir, var, var.side)
  if not statement and not node then return end
  local why = node and ("'%s' differs from synapse to synapse"):format(node.name or "a random number")
    or var.side == "post" and statement.pathway.delays and "the delays of its spikes differ from synapse to synapse"
    or statement.pathway.side == "all" and "a statement runs for every synapse and changes it"
    or ("a spike of the %s changes it"):format(var.side == "pre" and "target" or "source")
  local source, pos = var.source, var.pos
  if statement then source, pos = statement.source, statement.pos end
  diagnose.raise(source, pos, "'%s' is one value for all synapses of a %s neuron, but %s: leave out (%s)", var.name,
    WORDS[var.side], why, var.side)
end

-- Statements that run once a spike see and change only what there is once a neuron.
local function check_once(pathway)
  local side = pathway.side
  for _, statement in ipairs(pathway.statements) do
    if statement.once and side == "post" and pathway.delays then
      diagnose.raise(statement.source, statement.pos, "%s runs once a spike, but the delays of '%s' differ from synapse to "
        .. "synapse: give one delay, or put this into on_post", statement.subject, pathway.name)
    end
    if statement.once then
      local node = differing(statement.expr, side)
      if node then
        diagnose.raise(statement.source, node.pos or statement.pos, "%s runs once a spike, but '%s' differs from "
          .. "synapse to synapse: put it into on_%s, or declare it (%s)", statement.subject, node.name or "a random number",
          side, side)
      end
      local ref = statement.ref
      if ref.kind == "local" then
        ref.side = side
      elseif ref.kind ~= "variable" or ref.var.class ~= side then
        diagnose.raise(statement.source, statement.pos, "%s runs once a spike and can only change variables declared "
          .. "(%s), not '%s': put this into on_%s", statement.subject, side, statement.target, side)
      end
    end
  end
end

local function is_stored(var) return var.kind ~= "subexpression" end

local function is_uniform(var, def)
  local given = def.variables and def.variables[var.name]
  return not given or given.shared
end

-- A hidden variable of each class: the step up to which its event-driven variables are known.
local function add_times(ir)
  local stored, needed = 0, {}
  for _, var in ipairs(ir.variables) do
    if is_stored(var) then stored = stored + 1 end
    if var.event_driven then needed[var.class or "syn"] = true end
  end
  ir.last = {}
  for _, class in ipairs { "pre", "post", "syn" } do
    if needed[class] then
      local var = {
        name = "last_update_" .. class, kind = "parameter", dim = none, type = "int", hidden = true, written = true,
        class = class ~= "syn" and class or nil, index = stored, shared = false, constant = false,
      }
      stored = stored + 1
      table.insert(ir.variables, stored, var)
      ir.last[class] = var
    end
  end
end

-- A hidden variable of each pathway whose delays differ between synapses: its steps, one a segment.
local function add_delays(ir)
  local stored = 0
  for _, var in ipairs(ir.variables) do
    if is_stored(var) then stored = stored + 1 end
  end
  for _, pathway in ipairs(ir.pathways) do
    if pathway.delays then
      local var = {
        name = "delay_" .. pathway.name, kind = "parameter", dim = none, type = "int", hidden = true, class = "pre",
        index = stored, shared = false, constant = false, delays = pathway.name,
      }
      stored = stored + 1
      table.insert(ir.variables, stored, var)
      pathway.delays = var
    end
  end
end

-- Hidden variables that say how many synapses the source or target has, where something reads them.
local function add_degrees(ir)
  local stored = 0
  for _, var in ipairs(ir.variables) do
    if is_stored(var) then stored = stored + 1 end
  end
  for _, name in ipairs { "N_incoming", "N_outgoing" } do
    local var = ir.degrees[name]
    if var then
      var.index, stored = stored, stored + 1
      table.insert(ir.variables, stored, var)
    end
  end
end

--- Gives every stored variable its `class` ("pre", "post" or nil: one a synapse), and event-driven ones their
-- solution; adds hidden variables. `ir.plastic`: more than one pathway, or variables of a class. `ir.deferred`: the pathway
-- of targets' spikes whose effect on synapses is put off (see defer.lua), or nil.
function M.classify(ir, def)
  local candidates = {}
  for _, var in ipairs(ir.variables) do
    if var.kind == "state" and not var.clock then
      solve(var)
      if not var.side and is_uniform(var, def) then candidates[#candidates + 1] = var end
    end
    if var.side then
      if not is_uniform(var, def) then
        diagnose.raise(var.source, var.pos, "'%s' is one value for all synapses of a %s neuron: give it one number",
          var.name, WORDS[var.side])
      end
      var.class = var.side
    end
  end
  for _, side in ipairs(SIDES) do
    local free = {}
    for _, var in ipairs(candidates) do
      if not var.class then free[#free + 1] = var end
    end
    recognise(ir, side, free)
  end
  for _, pathway in ipairs(ir.pathways) do check_once(pathway) end
  for _, var in ipairs(ir.variables) do
    if var.side then check_declared(ir, var) end
  end
  add_times(ir)
  add_delays(ir)
  add_degrees(ir)
  ir.plastic = #ir.pathways > 1 or #ir.signals > 0 or next(ir.last) ~= nil or #ir.rules > 0
  for _, var in ipairs(ir.variables) do ir.plastic = ir.plastic or var.class ~= nil end
  ir.deferred = defer.pathway(ir)
end

return M
