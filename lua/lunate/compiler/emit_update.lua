--- Prints how the states of a neuron get their new values, by each method of integrate.lua.
-- Every method is a function of the scope (see emit_c.lua and emit_neuron.lua) and the plan; it appends the
-- statements and returns the names of the new values, by variable. States are read with the values that they
-- have before the step; `scope.not_refractory` is the C text of the condition, nil where nothing is refractory.
-- @module lunate.compiler.emit_update

local symbolic = require "lunate.compiler.symbolic"
local identifier = require("lunate.compiler.emit_unit").identifier

local M = {}

local add, mul, number = symbolic.add, symbolic.mul, symbolic.number

local function made_node(text)
  return symbolic.name(text, { kind = "made", text = text, level = 1 })
end

local function state_node(var)
  return symbolic.name(var.name, { kind = "variable", var = var }, var.type)
end

local function time_step()
  return symbolic.name("dt", { kind = "builtin", name = "dt" })
end

-- Defines `name` as the value of `node`, or as `otherwise` where the neuron is refractory.
local function define_active(scope, var, name, node, otherwise)
  if not (scope.not_refractory and var.unless_refractory) then
    scope:define(name, node, 1, true)
    return
  end
  local active = scope:bind(node)
  scope:line(1, "const real %s = %s ? %s : %s;", name, scope.not_refractory, active, otherwise)
end

function M.none()
  return {}
end

-- entry * (a + b - …), multiplied out.
local function multiplied(entry, node)
  if node.type == "real" and node.tag == "+" then
    return add(multiplied(entry, node[1]), multiplied(entry, node[2]))
  elseif node.type == "real" and node.tag == "-" then
    return symbolic.sub(multiplied(entry, node[1]), multiplied(entry, node[2]))
  end
  return mul(entry, node)
end

local function sum_of_terms(plan, terms)
  local total = number(0.0)
  for _, term in ipairs(terms) do
    local entry = symbolic.name(term.entry.name, { kind = "derived", entry = term.entry })
    total = add(total, term.of == "x" and mul(entry, state_node(plan.states[term.j]))
      or multiplied(entry, plan.b[term.j]))
  end
  return total
end

-- A sum with what is constant taken together, so that it is one number in the loop.
local function constants_together(scope, node)
  local constant, varying = number(0.0), number(0.0)
  local function walk(n, minus)
    if n.type == "real" and (n.tag == "+" or n.tag == "-") then
      walk(n[1], minus)
      walk(n[2], minus ~= (n.tag == "-"))
    elseif scope:level(n) == 0 then
      constant = minus and symbolic.sub(constant, n) or add(constant, n)
    else
      varying = minus and symbolic.sub(varying, n) or add(varying, n)
    end
  end
  walk(node, false)
  return add(varying, constant)
end

local function propagate(scope, plan)
  local new = {}
  for i, var in ipairs(plan.states) do
    local row, name = plan.rows[i], "n_" .. identifier(var.name)
    local node = constants_together(scope, sum_of_terms(plan, row.terms))
    if row.refractory_terms and scope.not_refractory then
      local otherwise = constants_together(scope, sum_of_terms(plan, row.refractory_terms))
      local active, held = scope:bind(node), scope:bind(otherwise)
      scope:line(1, "const real %s = %s ? %s : %s;", name, scope.not_refractory, active, held)
    else
      define_active(scope, var, name, node, row.hold and scope:text(state_node(var)))
    end
    new[var.name] = name
  end
  return new
end

-- x' = A x + B over a step, A and B held: x + f * (expm1(A dt) / A), and x * exp(A dt) + B * (…) where A is
-- known before the loop.
local function exponential_step(scope, var, row)
  local x, dt = state_node(var), time_step()
  if not row.A then return add(x, mul(dt, var.expr)) end
  if scope:level(row.A) > 0 then
    return add(x, mul(mul(dt, symbolic.call("ln.exprel_of_step", mul(row.A, dt))), var.expr))
  end
  local integral = symbolic.call("ln.step_integral", row.A, dt)
  local decay = symbolic.call("exp", mul(row.A, dt))
  local drive = row.B and mul(integral, row.B) or number(0.0)
  return add(mul(decay, x), drive)
end

local function exponential(scope, plan)
  local new = {}
  for i, var in ipairs(plan.states) do
    local name = "n_" .. identifier(var.name)
    define_active(scope, var, name, exponential_step(scope, var, plan.rows[i]), scope:text(state_node(var)))
    new[var.name] = name
  end
  return new
end

function M.exact(scope, plan)
  return (plan.inline and exponential or propagate)(scope, plan)
end

M.exponential_euler = exponential

-- One stage of a Runge-Kutta method: k = dt f(x + weight * previous, t'), as nodes by variable.
local function stage(scope, plan, s, previous, weight, t)
  if previous then
    local frame = { values = {}, subs = {}, suffix = tostring(s), t = t }
    for _, var in ipairs(plan.states) do
      local name = "y" .. s .. "_" .. identifier(var.name)
      scope:define(name, add(state_node(var), mul(weight, previous[var])), 1)
      frame.values[var.name] = name
    end
    scope.frame = frame
  end
  local k = {}
  for _, var in ipairs(plan.states) do
    local name = "k" .. s .. "_" .. identifier(var.name)
    define_active(scope, var, name, mul(time_step(), var.expr), "0")
    k[var] = made_node(name)
  end
  return k
end

local function runge_kutta(scope, plan, combine)
  local base = scope.frame
  local increments = combine(function(...)
    local k = stage(scope, plan, ...)
    scope.frame = base
    return k
  end)
  local new = {}
  for _, var in ipairs(plan.states) do
    local name = "n_" .. identifier(var.name)
    scope:define(name, add(state_node(var), increments(var)), 1, true)
    new[var.name] = name
  end
  return new
end

-- ---------------------------------------------------------------- with noise

-- The integral of a noise over the step (see RESOLVE.noise in emit_names.lua).
local function noise_node(term)
  return symbolic.name(term.noise.name, term.noise)
end

-- x + dt*drift, and the noise.
local function drifted(plan, i)
  return add(state_node(plan.states[i]), mul(time_step(), plan.drift[i]))
end

local function with_noise(node, terms, times)
  for _, term in ipairs(terms) do
    node = add(node, mul(times and mul(times, term.factor) or term.factor, noise_node(term)))
  end
  return node
end

function M.euler(scope, plan)
  local new = {}
  for i, var in ipairs(plan.states) do
    local name = "n_" .. identifier(var.name)
    define_active(scope, var, name, with_noise(drifted(plan, i), plan.diffusion[i]), scope:text(state_node(var)))
    new[var.name] = name
  end
  return new
end

-- The factors of the noises with the states as `support(i)` has them, at time t: made nodes, by term.
local function supported(scope, plan, support, t)
  local base, frame = scope.frame, { values = {}, subs = {}, suffix = "2", t = t }
  for i, var in ipairs(plan.states) do
    local node = support(i)
    if node then
      local name = "y2_" .. identifier(var.name)
      define_active(scope, var, name, node, scope:text(state_node(var)))
      frame.values[var.name] = name
    end
  end
  scope.frame = frame
  local factor = {}
  for i, var in ipairs(plan.states) do
    for k, term in ipairs(plan.diffusion[i]) do
      local name = ("g2_%s_%d"):format(identifier(var.name), k)
      scope:define(name, term.factor, 1)
      factor[term] = made_node(name)
    end
  end
  scope.frame = base
  return factor
end

-- Stratonovich: the factor of the noise is the mean of those before and after the noise alone.
function M.heun(scope, plan)
  local after = supported(scope, plan, function(i)
    local terms = plan.diffusion[i]
    return #terms > 0 and with_noise(state_node(plan.states[i]), terms)
  end, "t_end")
  local new = {}
  for i, var in ipairs(plan.states) do
    local name, node = "n_" .. identifier(var.name), drifted(plan, i)
    for _, term in ipairs(plan.diffusion[i]) do
      node = add(node, mul(mul(number(0.5), noise_node(term)), add(term.factor, after[term])))
    end
    define_active(scope, var, name, node, scope:text(state_node(var)))
    new[var.name] = name
  end
  return new
end

-- Without derivatives: the slope of the factor from its value a typical noise away. As in Brian2 the square of the noise
-- stands without its mean, so that this too solves in the sense of Stratonovich.
function M.milstein(scope, plan)
  scope:need "const double sqrt_dt = sqrt(a->dt);"
  local root = symbolic.name("sqrt_dt", { kind = "made", text = "sqrt_dt", level = 0 })
  local away = supported(scope, plan, function(i)
    local term = plan.diffusion[i][1]
    return term and add(drifted(plan, i), mul(root, term.factor)) or drifted(plan, i)
  end, "t")
  local new = {}
  for i, var in ipairs(plan.states) do
    local name, node = "n_" .. identifier(var.name), with_noise(drifted(plan, i), plan.diffusion[i])
    local term = plan.diffusion[i][1]
    if term then
      local slope = symbolic.div(symbolic.sub(away[term], term.factor), mul(number(2.0), root))
      node = add(node, mul(slope, mul(noise_node(term), noise_node(term))))
    end
    define_active(scope, var, name, node, scope:text(state_node(var)))
    new[var.name] = name
  end
  return new
end

function M.rk2(scope, plan)
  return runge_kutta(scope, plan, function(f)
    local k1 = f(1)
    local k2 = f(2, k1, number(0.5), "t_half")
    return function(var) return k2[var] end
  end)
end

function M.rk4(scope, plan)
  return runge_kutta(scope, plan, function(f)
    local k1 = f(1)
    local k2 = f(2, k1, number(0.5), "t_half")
    local k3 = f(3, k2, number(0.5), "t_half")
    local k4 = f(4, k3, number(1.0), "t_end")
    return function(var)
      local middle = mul(number(2.0), add(k2[var], k3[var]))
      return mul(number(1 / 6), add(add(k1[var], middle), k4[var]))
    end
  end)
end

-- The new states come from adapt(): see emit_adaptive.lua.
function M.rkf45(_, plan)
  local new = {}
  for _, var in ipairs(plan.states) do new[var.name] = ("y_%s[k]"):format(identifier(var.name)) end
  return new
end

return M
