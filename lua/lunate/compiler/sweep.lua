--- What happens at all synapses at a time rather than at a spike: clock-driven equations, summed variables,
-- statements every so often. Each becomes a pathway like those of spikes, whose statements run at every synapse.
-- Clock-driven equations have the methods and the choices of neurons (see integrate.lua), but for adaptive steps.
-- @module lunate.compiler.sweep

local diagnose = require "lunate.compiler.diagnose"
local functions = require "lunate.compiler.functions"
local integrate = require "lunate.compiler.integrate"
local symbolic = require "lunate.compiler.symbolic"
local text_of = require("lunate.compiler.parse").text_of

local M = {}

local METHODS = { "exact", "exponential_euler", "euler", "rk2", "rk4", "heun", "milstein" }
local NOISY = { euler = true, heun = true, milstein = true }

local add, sub, mul, div, number = symbolic.add, symbolic.sub, symbolic.mul, symbolic.div, symbolic.number
local DT = symbolic.name("dt", { kind = "builtin", name = "dt" })

-- ---------------------------------------------------------------- equations and what they read

local function is_clock_state(node)
  local ref = node.tag == "name" and node.ref
  return ref and ref.kind == "variable" and ref.var.clock and ref.var or nil
end

local function is_time(node)
  return node.tag == "name" and node.ref.kind == "builtin" and node.ref.name == "t"
end

local function self_of(var)
  return function(node) return is_clock_state(node) == var and var.name or nil end
end

-- a and b of dx/dt = a x + b, or nil and what is not linear.
local function linear(var)
  local c, rest = symbolic.linear(symbolic.expand(var.expr), self_of(var))
  if not c then return nil, rest end
  return c[var.name] or number(0.0), rest
end

-- What of an equation changes within a step, so that no solution is exact.
local function changing(node)
  return symbolic.find_deep(node, function(n) return is_clock_state(n) ~= nil or is_time(n) end)
end

local function own(var) return symbolic.name(var.name, { kind = "variable", var = var }, "real") end

-- The integral of exp(a s) over the step; exp(a dt).
local function integral(a) return symbolic.is_number(a, 0) and DT or symbolic.call("ln.step_integral", a, DT) end
local function decay(a) return symbolic.is_number(a, 0) and number(1.0) or symbolic.call("exp", mul(a, DT)) end

local function exponential(var, a, b) return add(mul(own(var), decay(a)), mul(b, integral(a))) end

-- ---------------------------------------------------------------- exact

-- What another state adds to one of rate b: k * integral of exp(b (dt - s)) x(s), where dx/dt = a x + c.
local function driven(b, k, x)
  local meeting = mul(decay(b), integral(sub(x.a, b)))
  local sum = mul(own(x.var), meeting)
  if not symbolic.is_number(x.b, 0) then sum = add(sum, mul(x.b, div(sub(meeting, integral(b)), x.a))) end
  return mul(k, sum)
end

-- dx/dt = a x + b, plus factors of other states; nil where it is not linear with constant coefficients.
local function equation(var, states)
  local c, rest = symbolic.linear(symbolic.expand(var.expr), function(node)
    return is_clock_state(node) and node.ref.var.name or nil
  end)
  if not c or changing(rest) then return nil end
  local out = { var = var, a = c[var.name] or number(0.0), b = rest, others = {} }
  for _, other in ipairs(states) do
    if c[other.name] and changing(c[other.name]) then return nil end
    if other ~= var and c[other.name] then out.others[#out.others + 1] = { name = other.name, factor = c[other.name] } end
  end
  return out
end

-- The equations that one depends on, itself among them, in the order of the states.
local function coupled(e, list, by_name)
  local found = {}
  local function visit(x)
    if found[x] then return end
    found[x] = true
    for _, other in ipairs(x.others) do visit(by_name[other.name]) end
  end
  visit(e)
  local out = {}
  for _, x in ipairs(list) do out[#out + 1] = found[x] and x or nil end
  return out
end

-- What one of several coupled equations comes to in a step: a row of the exponential of their matrix times the states, and
-- of its integral times the rest.
local function propagated(e, system)
  local m, coefficients, row = #system, {}, nil
  for i, x in ipairs(system) do
    if x == e then row = i end
    for j, y in ipairs(system) do
      local factor = x == y and x.a or number(0.0)
      for _, other in ipairs(x.others) do
        if other.name == y.var.name then factor = other.factor end
      end
      coefficients[(i - 1) * m + j] = factor
    end
  end
  coefficients[m * m + 1] = DT
  local function entry(place)
    local node = symbolic.call("ln.propagator", table.unpack(coefficients))
    node.m, node.entry = m, place
    return node
  end
  local sum = number(0.0)
  for j, x in ipairs(system) do
    local place = (row - 1) * m + j - 1
    sum = add(sum, mul(entry(place), own(x.var)))
    if not symbolic.is_number(x.b, 0) then sum = add(sum, mul(entry(m * m + place), x.b)) end
  end
  return sum
end

-- Whether an equation is alone, or driven by such as are alone.
local function is_simple(e, by_name)
  for _, other in ipairs(e.others) do
    local x = by_name[other.name]
    if #x.others > 0 or symbolic.is_number(x.a, 0) and not symbolic.is_number(x.b, 0) then return false end
  end
  return true
end

-- New values, or nil where the system is not linear with coefficients that stay as they are for a step.
local function solved(states)
  local list, by_name = {}, {}
  for k, var in ipairs(states) do
    list[k] = equation(var, states)
    if not list[k] then return nil end
    by_name[var.name] = list[k]
  end
  local values = {}
  for k, e in ipairs(list) do
    if is_simple(e, by_name) then
      values[k] = exponential(e.var, e.a, e.b)
      for _, other in ipairs(e.others) do values[k] = add(values[k], driven(e.a, other.factor, by_name[other.name])) end
    else
      values[k] = propagated(e, coupled(e, list, by_name))
    end
  end
  return values
end

local function exact(states)
  local values = solved(states)
  if values then return {}, values end
  for _, var in ipairs(states) do
    local a, b = linear(var)
    if not a then return nil, { var = var, node = b, why = "it is not linear in " .. var.name } end
    local node = changing(a) or changing(b)
    if node then
      return nil, { var = var, node = node, why = ("'%s' changes within a step"):format(text_of(node)) }
    end
  end
end

-- ---------------------------------------------------------------- step by step

-- Statements that keep values under names of their own, for the methods below.
local function keeper()
  local statements = {}
  local function keep(name, expr)
    local ref = { kind = "local", name = name, type = "real" }
    statements[#statements + 1] = { op = "=", target = name, ref = ref, expr = expr, declares = true }
    return symbolic.name(name, ref, "real")
  end
  return keep, statements
end

-- The expression with states (and the time) replaced: `at[var]` or the state itself.
local function replaced(expr, at, time)
  return symbolic.substitute(symbolic.expand(expr), function(node)
    local var = is_clock_state(node)
    if var then return at[var] end
    return time and is_time(node) and add(node, time) or nil
  end)
end

local function each(states, f)
  local out = {}
  for _, var in ipairs(states) do out[var] = f(var) end
  return out
end

local function listed(states, f)
  local out = {}
  for k, var in ipairs(states) do out[k] = f(var, k) end
  return out
end

local METHOD = { exact = exact }

function METHOD.exponential_euler(states)
  local values = {}
  for k, var in ipairs(states) do
    local a, b = symbolic.conditionally_linear(symbolic.expand(var.expr), self_of(var))
    if not a then return nil, { var = var, node = b, why = "it is not linear in " .. var.name } end
    values[k] = exponential(var, a, b)
  end
  return {}, values
end

-- Increments dt f, from the states plus `weight` of earlier increments, `later` of a step on.
local function stages(states, keep)
  local s = 0
  return function(previous, weight, later)
    s = s + 1
    local at = previous and each(states, function(var)
      return keep(("y%d_%s"):format(s, var.name), add(own(var), mul(number(weight), previous[var])))
    end) or {}
    return each(states, function(var)
      return keep(("k%d_%s"):format(s, var.name), mul(DT, replaced(var.expr, at, later and mul(number(later), DT))))
    end)
  end
end

function METHOD.rk2(states)
  local keep, statements = keeper()
  local stage = stages(states, keep)
  local k2 = stage(stage(), 0.5, 0.5)
  return statements, listed(states, function(var) return add(own(var), k2[var]) end)
end

function METHOD.rk4(states)
  local keep, statements = keeper()
  local stage = stages(states, keep)
  local k1 = stage()
  local k2 = stage(k1, 0.5, 0.5)
  local k3 = stage(k2, 0.5, 0.5)
  local k4 = stage(k3, 1.0, 1.0)
  return statements, listed(states, function(var)
    local sum = add(add(k1[var], mul(number(2.0), add(k2[var], k3[var]))), k4[var])
    return add(own(var), mul(number(1 / 6), sum))
  end)
end

-- ---------------------------------------------------------------- with noise

-- What the methods for noise share: the integrals of the noises over the step, x + dt drift, and sums over noises.
local function noisy_step(ir, states)
  local drift, diffusion = integrate.noise.split(ir, states)
  local keep, statements = keeper()
  local integrals = {}
  for _, noise in ipairs(ir.noises) do
    local draw = { tag = "call", name = "randn", fn = functions.randn, type = "real" }
    integrals[noise] = keep("noise_" .. noise.name, mul(symbolic.call("sqrt", DT), draw))
  end
  local s = { keep = keep, statements = statements, diffusion = diffusion, integrals = integrals }
  function s.drifted(k) return add(own(states[k]), mul(DT, symbolic.expand(drift[k]))) end
  function s.noise(k, factor)
    local sum = number(0.0)
    for place, term in ipairs(diffusion[k]) do sum = add(sum, mul(factor(term, place), integrals[term.noise])) end
    return sum
  end
  return s
end

local function plain(term) return symbolic.expand(term.factor) end

function METHOD.euler(states, ir)
  local s = noisy_step(ir, states)
  local var, on = integrate.noise.multiplicative(states, s.diffusion)
  if var then
    return nil, { var = var, node = on,
      why = ("the noise is multiplied by what depends on %s; use 'heun' or 'milstein'"):format(on.name) }
  end
  return s.statements, listed(states, function(_, k) return add(s.drifted(k), s.noise(k, plain)) end)
end

-- Stratonovich: the factor of the noise is the mean of those before and after the noise alone.
function METHOD.heun(states, ir)
  local s, at = noisy_step(ir, states), {}
  for k, var in ipairs(states) do
    if #s.diffusion[k] > 0 then at[var] = s.keep("y2_" .. var.name, add(own(var), s.noise(k, plain))) end
  end
  return s.statements, listed(states, function(_, k)
    return add(s.drifted(k), s.noise(k, function(term)
      return mul(number(0.5), add(plain(term), replaced(term.factor, at, DT)))
    end))
  end)
end

-- Without derivatives: the slope of the factor from its value a typical noise away.
function METHOD.milstein(states, ir)
  local s, at = noisy_step(ir, states), {}
  local reason = integrate.noise.not_diagonal(states, s.diffusion)
  if reason then return nil, { var = reason.var, node = reason.var.expr, why = reason.message } end
  local root = s.keep("sqrt_dt", symbolic.call("sqrt", DT))
  for k, var in ipairs(states) do
    local term = s.diffusion[k][1]
    at[var] = s.keep("y2_" .. var.name, term and add(s.drifted(k), mul(root, plain(term))) or s.drifted(k))
  end
  return s.statements, listed(states, function(_, k)
    local new, term = add(s.drifted(k), s.noise(k, plain)), s.diffusion[k][1]
    if not term then return new end
    local slope = div(sub(replaced(term.factor, at), plain(term)), mul(number(2.0), root))
    local dw = s.integrals[term.noise]
    return add(new, mul(slope, mul(dw, dw)))
  end)
end

-- ---------------------------------------------------------------- choosing

local function refuse(refusal, method)
  diagnose.raise(refusal.var.source, refusal.node.pos or refusal.var.expr.pos or 1, "method '%s' does not apply to d%s/dt: %s",
    method, refusal.var.name, refusal.why)
end

-- As Brian2 chooses: exact, else euler; with noise euler where it is additive, else heun.
local function choose(ir, states)
  if #ir.noises == 0 then
    local statements, values = exact(states)
    if statements then return statements, values end
  end
  local statements, values = METHOD.euler(states, ir)
  if statements then return statements, values end
  return METHOD.heun(states, ir)
end

local function by_name(ir, states, method)
  local f = METHOD[integrate.other_names[method] or method]
  if not f then
    diagnose.raise(states[1].source, 1, "method '%s' is not one for synapses; choose from %s", tostring(method),
      table.concat(METHODS, ", "))
  end
  local noise = #ir.noises > 0 and not NOISY[method] and states[1]
  if noise then
    refuse({ var = noise, node = noise.expr, why = "it is not for noise: use 'euler' where the noise is only added, 'heun' or "
      .. "'milstein' where it is multiplied" }, method)
  end
  local statements, values = f(states, ir)
  if not statements then refuse(values, method) end
  return statements, values
end

--- The pathway that advances clock-driven equations by a step, or nil. All new values come from the old ones.
function M.clock(ir, method)
  local states = {}
  for _, var in ipairs(ir.variables) do
    if var.clock then states[#states + 1] = var end
  end
  if #states == 0 then return nil end
  local statements, values
  if method == nil then statements, values = choose(ir, states) else statements, values = by_name(ir, states, method) end
  local keep, fresh = keeper()
  local new = listed(states, function(var, k) return keep("new_" .. var.name, values[k]) end)
  table.move(fresh, 1, #fresh, #statements + 1, statements)
  for k, var in ipairs(states) do
    statements[#statements + 1] = { op = "=", target = var.name, ref = { kind = "variable", var = var }, expr = new[k],
      rule = var.rule }
    var.written = true
  end
  return { name = "clock-driven", side = "all", kind = "clock", parts = {}, statements = statements }
end

return M
