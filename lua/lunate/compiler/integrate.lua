--- Chooses how the differential equations of a neuron are stepped, and works out what that needs.
-- A plan says, for every state, which terms make its new value; emit_neuron.lua prints them. Methods are
-- those of Brian2, chosen as there: `exact` where the equations allow it, else `euler`, or `heun` where the size of
-- the noise depends on the states or the time.
-- @module lunate.compiler.integrate

local diagnose = require "lunate.compiler.diagnose"
local symbolic = require "lunate.compiler.symbolic"
local text_of = require("lunate.compiler.parse").text_of

local M = {}

--- Methods in the order in which messages list them.
M.methods = { "exact", "exponential_euler", "euler", "rk2", "rk4", "heun", "milstein", "rkf45" }

local function states_of(ir)
  local states = {}
  for _, var in ipairs(ir.variables) do
    if var.kind == "state" then states[#states + 1] = var end
  end
  return states
end

-- A reason why a method does not apply; thrown only where the user named the method.
local function refusal(var, node, fmt, ...)
  return { var = var, node = node, message = string.format(fmt, ...) }
end

-- Where to point: the node may stem from a subexpression, whose text is another.
local function raise_refusal(ir, reason)
  for _, var in ipairs(ir.variables) do
    local here = reason.node and var.expr and symbolic.find(var.expr, function(n) return n == reason.node end)
    if here and here.pos then diagnose.raise(var.source, here.pos, "%s", reason.message) end
  end
  diagnose.raise(reason.var.source, reason.var.expr.pos or 1, "%s", reason.message)
end

local function names_text(node, unknown)
  local names, seen = {}, {}
  symbolic.find(node, function(n)
    local name = unknown(n)
    if name and not seen[name] then
      seen[name] = true
      names[#names + 1] = name
    end
    return false
  end)
  return table.concat(names, " and ")
end

local function is_state(node)
  local ref = node.ref
  return node.tag == "name" and ref and ref.kind == "variable" and ref.var.kind == "state" and ref.var.name or nil
end

-- The expression with those subexpressions expanded that contain an unknown.
local function expanded(expr, unknown)
  return symbolic.expand(expr, function(sub)
    return symbolic.find_deep(sub.expr, unknown) ~= nil
  end)
end

-- ---------------------------------------------------------------- constancy

-- What in the expression changes within a step: the node of `t` or of a random number. The time of a
-- timed array does not count, its samples being as long as steps or longer.
local function changes_within_step(node)
  if node.tag == "name" then
    local sub = symbolic.subexpression(node)
    if sub then return changes_within_step(sub.expr) end
    return node.ref.kind == "builtin" and node.ref.name == "t" and node or nil
  end
  if symbolic.is_random(node) then return node end
  local of_time = symbolic.is_table(node)
  for k, child in ipairs(node) do
    local only_time = of_time and k == 1 and child.tag == "name" and child.name == "t"
    local found = not only_time and changes_within_step(child)
    if found then return found end
  end
  return nil
end

local CONSTANT = { parameter = true, unit = true }
local CONSTANT_BUILTIN = { dt = true, pi = true, e = true, inf = true, N = true }

-- What in a coefficient may change without the script's doing: the node, or nil. Variables met go into `depends`.
local function changes_in_time(node, written, depends)
  return symbolic.find_deep(node, function(n)
    if n.tag == "call" then return symbolic.is_random(n) or symbolic.is_table(n) end
    if n.tag ~= "name" then return false end
    local ref = n.ref
    if CONSTANT[ref.kind] or (ref.kind == "builtin" and CONSTANT_BUILTIN[ref.name]) then return false end
    if ref.kind ~= "variable" then return true end
    if ref.var.kind == "subexpression" then return false end
    if ref.var.kind == "state" or ref.var.held or ref.var.linked or written[ref.var.name] then return true end
    depends[ref.var.name] = ref.var
    return false
  end)
end

-- ---------------------------------------------------------------- exact

-- Rows A x + b of the system, as trees: A[i][j] and b[i] (nil where zero); or nil and the reason.
local function linear_system(states)
  local index, A, b = {}, {}, {}
  for i, var in ipairs(states) do index[var.name] = i end
  for i, var in ipairs(states) do
    local c, rest = symbolic.linear(expanded(var.expr, is_state), is_state)
    if not c then
      return nil, refusal(var, rest, "method 'exact' needs linear equations: d%s/dt is not linear in %s (%s)",
        var.name, names_text(rest, is_state), text_of(rest))
    end
    A[i] = {}
    for name, coefficient in pairs(c) do A[i][index[name]] = coefficient end
    b[i] = not symbolic.is_number(rest, 0) and rest or nil
  end
  return A, b
end

local function check_step(states, A, b)
  for i, var in ipairs(states) do
    for j = 1, #states + 1 do
      local term = A[i][j]
      if j > #states then term = b[i] end
      local found = term and changes_within_step(term)
      if found then
        return refusal(var, found, "method 'exact' needs equations that are constant over a step but for the states:"
          .. " d%s/dt depends on %s", var.name, text_of(found))
      end
    end
  end
  return nil
end

-- The variables that the neuron's own statements write, by name.
local function written_by_statements(ir)
  local written = {}
  local function add(statements)
    for _, statement in ipairs(statements) do written[statement.target] = true end
  end
  add(ir.reset or {})
  for _, event in ipairs(ir.events or {}) do add(event.statements) end
  for _, item in ipairs(ir.every or {}) do add(item.statements) end
  return written
end

-- The variables that the matrix depends on, by name; or nil and the reason why it is not constant.
local function matrix_dependences(ir, states, A)
  local written, depends = written_by_statements(ir), {}
  for i, var in ipairs(states) do
    for j = 1, #states do
      local found = A[i][j] and changes_in_time(A[i][j], written, depends)
      if found then
        return nil, refusal(var, found, "method 'exact' needs constant coefficients in coupled equations:"
          .. " in d%s/dt the coefficient of %s depends on %s, which changes in time",
          var.name, states[j].name, text_of(found))
      end
    end
  end
  return depends
end

-- reach[i][j]: whether x_j influences x_i (reflexive), by the pattern of A; frozen rows are zero.
local function reachability(A, m, frozen)
  local reach = {}
  for i = 1, m do
    reach[i] = {}
    for j = 1, m do reach[i][j] = i == j or (A[i][j] ~= nil and not frozen[i]) end
  end
  for k = 1, m do
    for i = 1, m do
      for j = 1, m do reach[i][j] = reach[i][j] or (reach[i][k] and reach[k][j]) end
    end
  end
  return reach
end

-- The terms of one new value: { {of = "x"|"b", j, entry} … }; entries are taken into plan.used as met.
local function terms_of_row(plan, i, reach, b, frozen, offset, letters)
  local m, terms = plan.m, {}
  local function take(kind, letter, j, code)
    local name = string.format("%s_%s_%s", letter, plan.states[i].name, plan.states[j].name)
    while plan.taken[name] do name = name .. "_" end -- a_b with c, a with b_c
    plan.taken[name] = true
    local entry = { code = code, name = name, position = #plan.used }
    plan.used[#plan.used + 1] = entry
    terms[#terms + 1] = { of = kind, j = j, entry = entry }
  end
  for j = 1, m do
    if reach[i][j] then take("x", letters[1], j, offset + (i - 1) * m + j - 1) end
  end
  for j = 1, m do
    if reach[i][j] and b[j] and not frozen[j] then
      take("b", letters[2], j, offset + m * m + (i - 1) * m + j - 1)
    end
  end
  return terms
end

local function frozen_rows(ir, states)
  local frozen = {}
  for i, var in ipairs(states) do frozen[i] = ir.refractory ~= nil and var.unless_refractory or nil end
  return frozen
end

local function sorted_keys(set)
  local keys = {}
  for key in pairs(set) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

local function propagators(ir, states, A, b, depends)
  local m = #states
  local plan = { method = "exact", states = states, m = m, A = A, b = b, used = {}, taken = {}, rows = {},
    depends = sorted_keys(depends), per_neuron = false, refractory_system = false }
  for _, name in ipairs(plan.depends) do plan.per_neuron = plan.per_neuron or not depends[name].shared end
  local frozen = frozen_rows(ir, states)
  local reach, reach_refractory = reachability(A, m, {}), reachability(A, m, frozen)
  for i in ipairs(states) do
    local row = { terms = terms_of_row(plan, i, reach, b, {}, 0, { "P", "Q" }) }
    local meets_frozen = false
    for j = 1, m do meets_frozen = meets_frozen or (reach[i][j] and frozen[j]) end
    if frozen[i] then
      row.hold = true
    elseif meets_frozen then
      row.refractory_terms = terms_of_row(plan, i, reach_refractory, b, frozen, 2 * m * m, { "R", "S" })
      plan.refractory_system = true
    end
    plan.rows[i] = row
  end
  return plan
end

local function is_diagonal(A)
  for i, row in ipairs(A) do
    for j in pairs(row) do
      if j ~= i then return false end
    end
  end
  return true
end

-- Whether synapses may write any of these variables.
local function may_be_written(variables)
  for _, var in pairs(variables) do
    if not (var.constant or var.shared) then return true end
  end
  return false
end

local function exact(ir, states)
  local A, b = linear_system(states)
  if not A then return nil, b end
  local reason = check_step(states, A, b)
  if reason then return nil, reason end
  local depends
  depends, reason = matrix_dependences(ir, states, A)
  if depends and not (is_diagonal(A) and may_be_written(depends)) then
    return propagators(ir, states, A, b, depends)
  end
  if not is_diagonal(A) then return nil, reason end
  -- Each state on its own: exponential Euler is exact, whatever the coefficients are in this step.
  local rows = {}
  for i in ipairs(states) do rows[i] = { A = A[i][i], B = b[i] } end
  return { method = "exact", inline = true, states = states, rows = rows, depends = {} }
end

-- ---------------------------------------------------------------- the others

local function exponential_euler(_, states)
  local rows = {}
  for i, var in ipairs(states) do
    local function is_self(node)
      return is_state(node) == var.name and var.name or nil
    end
    local whole = expanded(var.expr, is_self)
    local c, rest = symbolic.conditionally_linear(whole, is_self)
    if c and symbolic.is_number(c, 0) and symbolic.find(rest, is_self) then c, rest = nil, whole end
    if not c then
      return nil, refusal(var, rest, "method 'exponential_euler' needs each equation to be linear in its own variable:"
        .. " d%s/dt is not linear in %s (%s)", var.name, var.name, text_of(rest))
    end
    rows[i] = { A = not symbolic.is_number(c, 0) and c or nil, B = not symbolic.is_number(rest, 0) and rest or nil }
  end
  return { method = "exponential_euler", inline = true, states = states, rows = rows, depends = {} }
end

local function explicit(method)
  return function(_, states)
    return { method = method, states = states, depends = {} }
  end
end

-- ---------------------------------------------------------------- noise

-- dx/dt = drift + sum of factor * noise, for each state: lists of `{ noise = ref, factor }` in the order of names met.
local function split_noise(ir, states)
  local function name_of(node) return symbolic.is_noise(node) and node.name or nil end
  local drift, diffusion = {}, {}
  for i, var in ipairs(states) do
    local expr = symbolic.expand(var.expr, function(sub) return symbolic.find_deep(sub.expr, symbolic.is_noise) ~= nil end)
    local c, rest = symbolic.linear(expr, name_of)
    if not c then
      raise_refusal(ir, refusal(var, rest, "the noise in d%s/dt must stand alone or be multiplied: not %s", var.name,
        text_of(rest)))
    end
    drift[i], diffusion[i] = rest, {}
    for _, noise in ipairs(ir.noises) do
      if c[noise.name] then
        local terms = diffusion[i]
        terms[#terms + 1] = { noise = noise, factor = c[noise.name] }
      end
    end
  end
  return drift, diffusion
end

local function changes_factor(node)
  return is_state(node) ~= nil or node.tag == "name" and node.ref.kind == "builtin" and node.ref.name == "t"
end

-- A state of which the size of the noise depends on states or the time, and on what; nil where noise is additive.
local function multiplicative(states, diffusion)
  for i, var in ipairs(states) do
    for _, term in ipairs(diffusion[i]) do
      local found = symbolic.find_deep(term.factor, changes_factor)
      if found then return var, found end
    end
  end
end

-- Noise that two equations share, or two noises in one.
local function not_diagonal(states, diffusion)
  local used_by = {}
  for i, var in ipairs(states) do
    local terms = diffusion[i]
    if #terms > 1 then
      return refusal(var, nil, "method 'milstein' needs one noise an equation: d%s/dt has %s and %s", var.name,
        terms[1].noise.name, terms[2].noise.name)
    end
    local name = terms[1] and terms[1].noise.name
    if used_by[name or ""] then
      return refusal(var, nil, "method 'milstein' needs a noise of its own in each equation: d%s/dt and d%s/dt share %s"
        .. " (name them xi_%s and xi_%s)", used_by[name], var.name, name, used_by[name], var.name)
    end
    if name then used_by[name] = var.name end
  end
end

--- For clock-driven synapses: see sweep.lua.
M.noise = { split = split_noise, multiplicative = multiplicative, not_diagonal = not_diagonal }

local function noisy(method, check)
  return function(ir, states)
    local drift, diffusion = split_noise(ir, states)
    local reason = check and check(states, diffusion)
    if reason then return nil, reason end
    return { method = method, states = states, drift = drift, diffusion = diffusion, depends = {} }
  end
end

local function only_additive(states, diffusion)
  local var, on = multiplicative(states, diffusion)
  return var and refusal(var, on, "method 'euler' needs additive noise: the noise in d%s/dt is multiplied by what depends "
    .. "on %s; use 'heun' or 'milstein'", var.name, on.name)
end

-- ---------------------------------------------------------------- adaptive steps

local function adaptive(ir, states)
  for _, var in ipairs(states) do
    local random = symbolic.find_deep(var.expr, symbolic.is_random)
    if random then
      return nil, refusal(var, random, "method 'rkf45' takes steps of its own, so random numbers cannot be drawn in d%s/dt",
        var.name)
    end
  end
  return { method = "rkf45", states = states, depends = {}, options = ir.method_options or {} }
end

-- ---------------------------------------------------------------- choosing

local METHOD = {
  exact = exact, exponential_euler = exponential_euler, rk2 = explicit "rk2", rk4 = explicit "rk4",
  euler = noisy("euler", only_additive), heun = noisy "heun", milstein = noisy("milstein", not_diagonal),
  rkf45 = adaptive,
}
--- Brian2's other names of `exact`; and methods that have another name here.
M.other_names = { linear = "exact", independent = "exact" }
local ELSEWHERE = { gsl = "rkf45", gsl_rkf45 = "rkf45" }
local WITH_NOISE = { euler = true, heun = true, milstein = true }

local function refuse_noise(ir, states)
  for _, var in ipairs(states) do
    local node = symbolic.find_deep(var.expr, symbolic.is_noise)
    if node then
      raise_refusal(ir, refusal(var, node, "method '%s' is not for noise (%s in d%s/dt): use 'euler' for additive noise, "
        .. "'heun' or 'milstein' for multiplicative noise", ir.method, node.name, var.name))
    end
  end
end

local function choose(ir, states)
  if #(ir.noises or {}) == 0 then return exact(ir, states) or METHOD.euler(ir, states) end
  return METHOD.euler(ir, states) or METHOD.heun(ir, states)
end

--- Plans the integration of a neuron's equations.
-- @tparam table ir from analyse.neuron; `ir.method` names a method or is nil
-- @treturn table `{method, states, …}`; for `exact` also `m`, `A`, `b`, `rows`, `used` (entries of the matrices
--   that abi.h describes), `per_neuron`, `refractory_system` and `depends`, the names of the variables that
--   the matrix is made of (nothing but the script may change them). `{method = "none"}` without states.
function M.plan(ir)
  local states = states_of(ir)
  ir.method = M.other_names[ir.method] or ir.method
  if ir.method and not METHOD[ir.method] then
    local other = ELSEWHERE[ir.method]
    diagnose.raise(nil, nil, "method '%s' is not known%s; choose from %s", tostring(ir.method),
      other and (": it is called '%s' here"):format(other) or "", table.concat(M.methods, ", "))
  end
  if #states == 0 then return { method = "none", states = states, depends = {} } end
  if next(ir.method_options or {}) and ir.method ~= "rkf45" then
    diagnose.raise(nil, nil, "method_options are for method 'rkf45'%s", ir.method and ", not '" .. ir.method .. "'" or "")
  end
  if not ir.method then return choose(ir, states) end
  if not WITH_NOISE[ir.method] then refuse_noise(ir, states) end
  local plan, reason = METHOD[ir.method](ir, states)
  if not plan then raise_refusal(ir, reason) end
  return plan
end

return M
