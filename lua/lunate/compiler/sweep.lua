--- What happens at all synapses at a time rather than at a spike: clock-driven equations, summed variables,
-- statements every so often. Each becomes a pathway like those of spikes, whose statements run at every synapse.
-- @module lunate.compiler.sweep

local diagnose = require "lunate.compiler.diagnose"
local symbolic = require "lunate.compiler.symbolic"
local text_of = require("lunate.compiler.parse").text_of

local M = {}

local METHODS = { "exact", "exponential_euler", "euler" }

-- ---------------------------------------------------------------- clock-driven equations

local DT = symbolic.name("dt", { kind = "builtin", name = "dt" })

local function is_clock_state(node)
  local ref = node.tag == "name" and node.ref
  return ref and ref.kind == "variable" and ref.var.clock and ref.var or nil
end

local function self_of(var)
  return function(node) return is_clock_state(node) == var and var.name or nil end
end

-- a and b of dx/dt = a x + b, or nil and what is not linear.
local function linear(var)
  local c, rest = symbolic.linear(symbolic.expand(var.expr), self_of(var))
  if not c then return nil, rest end
  return c[var.name] or symbolic.number(0.0), rest
end

-- What of an equation changes within a step, so that no solution is exact.
local function changing(node)
  return symbolic.find_deep(node, function(n)
    if is_clock_state(n) then return true end
    return n.tag == "name" and n.ref.kind == "builtin" and n.ref.name == "t"
  end)
end

local function own(var) return symbolic.name(var.name, { kind = "variable", var = var }, "real") end

local function exponential(var, a, b)
  local decayed = symbolic.is_number(a, 0) and own(var) or symbolic.mul(own(var), symbolic.call("exp", symbolic.mul(a, DT)))
  local added = symbolic.is_number(a, 0) and DT or symbolic.call("ln.step_integral", a, DT)
  return symbolic.add(decayed, symbolic.mul(b, added))
end

local STEP = {}

function STEP.exact(var)
  local a, b = linear(var)
  if not a then return nil, b, "it is not linear in " .. var.name end
  local node = changing(a) or changing(b)
  if node then return nil, node, ("'%s' changes within a step"):format(text_of(node)) end
  return exponential(var, a, b)
end

function STEP.exponential_euler(var)
  local a, b = linear(var)
  if not a then return nil, b, "it is not linear in " .. var.name end
  return exponential(var, a, b)
end

function STEP.euler(var)
  return symbolic.add(own(var), symbolic.mul(symbolic.expand(var.expr), DT))
end

-- New values of all states by one method, or nil and the refusal.
local function values_by(method, states)
  local values = {}
  for k, var in ipairs(states) do
    local value, node, why = STEP[method](var)
    if not value then return nil, { var = var, node = node, why = why } end
    values[k] = value
  end
  return values
end

local function choose(states, method)
  if method == nil then return values_by("exact", states) or values_by("euler", states) end
  if not STEP[method] then
    diagnose.raise(states[1].source, 1, "method '%s' is not one for synapses; choose from %s", tostring(method),
      table.concat(METHODS, ", "))
  end
  local values, refusal = values_by(method, states)
  if not values then
    diagnose.raise(refusal.var.source, refusal.node.pos or 1, "method '%s' does not apply to d%s/dt: %s", method,
      refusal.var.name, refusal.why)
  end
  return values
end

--- The pathway that advances clock-driven equations by a step, or nil. All new values come from the old ones.
function M.clock(ir, method)
  local states, statements = {}, {}
  for _, var in ipairs(ir.variables) do
    if var.clock then states[#states + 1] = var end
  end
  if #states == 0 then return nil end
  local values = choose(states, method)
  for k, var in ipairs(states) do
    local fresh = { kind = "local", name = "new_" .. var.name, type = "real" }
    statements[k] = { op = "=", target = fresh.name, ref = fresh, expr = values[k], declares = true }
    statements[#states + k] = { op = "=", target = var.name, ref = { kind = "variable", var = var },
      expr = symbolic.name(fresh.name, fresh, "real"), rule = var.rule }
    var.written = true
  end
  return { name = "clock-driven", side = "all", kind = "clock", parts = {}, statements = statements }
end

return M
