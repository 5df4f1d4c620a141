-- luacheck: ignore 631 (long lines are equations)
local analyse = require "lunate.compiler.analyse"
local integrate = require "lunate.compiler.integrate"
local parse = require "lunate.compiler.parse"
local Q = require "lunate.quantity"

local ms, mV = Q.units.ms, Q.units.mV

local function plan(def)
  def.parameters = def.parameters or { tau = 10 * ms, E = -60 * mV }
  def.name = def.name or "cell"
  return integrate.plan(analyse.neuron(def))
end

local function message(def)
  local ok, err = pcall(plan, def)
  assert.is_false(ok)
  return tostring(err), err
end

local function entry_names(p)
  local names = {}
  for _, entry in ipairs(p.used) do names[#names + 1] = entry.name end
  return table.concat(names, " ")
end

describe("integrate.plan", function()
  it("takes euler for additive noise, heun for what depends on states or time, seen through subexpressions", function()
    assert.equal("euler", plan { equations = "dv/dt = -v/tau + xi*tau**-0.5 : 1" }.method)
    assert.equal("heun", plan { equations = "dv/dt = -v/tau + v*xi*tau**-0.5 : 1" }.method)
    assert.equal("heun", plan { equations = "dv/dt = -v/tau + xi*s*tau**-0.5 : 1\ns = sqrt(abs(v)) : 1" }.method)
    assert.equal("heun", plan { equations = "dv/dt = -v/tau + xi*s*tau**-0.5 : 1\ns = sin(t/tau) : 1" }.method)
    assert.equal("euler", plan { equations = "dv/dt = -v**2/tau + n : 1\nn = s*xi*tau**-0.5 : hertz\ns : 1" }.method)
    assert.equal("milstein", plan { method = "milstein", equations = "dv/dt = v*xi*tau**-0.5 : 1" }.method)
  end)

  it("takes exact for linear equations, euler for others, none without", function()
    assert.equal("exact", plan { equations = "dv/dt = (E - v)/tau : volt" }.method)
    assert.equal("euler", plan { equations = "dv/dt = (E - v)*v/E/tau : volt" }.method)
    assert.equal("none", plan { equations = "rate : hertz" }.method)
  end)

  it("keeps the matrix as trees, and only the entries that are not zero", function()
    local p = plan { equations = [[
      dv/dt = (E - v + ge)/tau : volt
      dge/dt = -ge/(2*tau) : volt
      dx/dt = 1/tau : 1 ]] }
    assert.equal(3, p.m)
    assert.equal("-1/tau", parse.text_of(p.A[1][1]))
    assert.equal("1/tau", parse.text_of(p.A[1][2]))
    assert.is_nil(p.A[2][1])
    assert.equal("E/tau", parse.text_of(p.b[1]))
    assert.is_nil(p.b[2])
    assert.equal("P_v_v P_v_ge Q_v_v P_ge_ge P_x_x Q_x_x", entry_names(p))
    local codes = {}
    for _, entry in ipairs(p.used) do codes[#codes + 1] = entry.code end
    assert.same({ 0, 1, 9 + 0, 4, 8, 9 + 8 }, codes)
  end)

  it("follows influence through other variables", function()
    local p = plan { equations = "dx/dt = y/tau : 1\ndy/dt = z/tau : 1\ndz/dt = -z/tau : 1" }
    assert.equal("P_x_x P_x_y P_x_z P_y_y P_y_z P_z_z", entry_names(p))
  end)

  it("holds frozen variables, and uses a second system only where others read them", function()
    local alone = plan { refractory = 2 * ms, equations =
      "dv/dt = (ge - v)/tau : volt (unless refractory)\ndge/dt = -ge/tau : volt" }
    assert.is_false(alone.refractory_system)
    assert.is_true(alone.rows[1].hold)
    local read = plan { refractory = 2 * ms, equations =
      "dv/dt = (E - v)/tau : volt (unless refractory)\ndu/dt = (v - u)/tau : volt" }
    assert.is_true(read.refractory_system)
    assert.equal("P_v_v Q_v_v P_u_v P_u_u Q_u_v R_u_v R_u_u", entry_names(read))
  end)

  it("has no frozen variables without a refractory time", function()
    local p = plan { equations = "dv/dt = (E - v)/tau : volt (unless refractory)" }
    assert.is_nil(p.rows[1].hold)
  end)

  it("says which variables the matrix is made of", function()
    local p = plan { equations = "dv/dt = (w - v)/tau_m : 1\ndw/dt = -w/tau_w : 1\ntau_m : second\ntau_w : second (shared)" }
    assert.same({ "tau_m", "tau_w" }, p.depends)
    assert.is_true(p.per_neuron)
    p = plan { equations = "dv/dt = -v/tau_m : 1\ntau_m : second (shared)" }
    assert.is_false(p.per_neuron)
  end)

  it("sees through subexpressions", function()
    local p = plan { equations = "dv/dt = leak + drive : volt\nleak = -v/tau : volt/second\ndrive = E/tau : volt/second" }
    assert.equal("exact", p.method)
    assert.equal("-1/tau", parse.text_of(p.A[1][1]))
    assert.equal("euler", plan { equations = "dv/dt = f/tau : 1\nf = v**2 : 1" }.method)
  end)

  it("has a name of its own for each entry", function()
    local p = plan { equations = "da/dt = (b_c - a)/tau : 1\ndc/dt = -c/tau : 1\ndb_c/dt = -b_c/tau : 1\nda_b/dt = (c - a_b)/tau : 1" }
    assert.equal("P_a_a P_a_b_c P_c_c P_b_c_b_c P_a_b_c_ P_a_b_a_b", entry_names(p))
  end)

  it("steps decoupled equations exactly whatever their coefficients, coupled ones not", function()
    local p = plan { equations = "dv/dt = -v*g/tau : 1\ng : 1", threshold = "v > 1", reset = "g += 1" }
    assert.equal("exact", p.method)
    assert.is_true(p.inline)
    assert.is_true(plan { equations = "dv/dt = -v/tau_v : 1\ntau_v : second" }.inline)
    assert.is_true(plan { equations = "dv/dt = -v/tau_v : 1\ntau_v : second (constant)" }.per_neuron)
    p = plan { equations = "dv/dt = (w - v*g)/tau : 1\ndw/dt = -w/tau : 1\ng : 1", threshold = "v > 1", reset = "g += 1" }
    assert.equal("euler", p.method)
  end)

  it("does not take exact where the time or random numbers enter", function()
    assert.equal("euler", plan { equations = "dv/dt = (sin(t/tau) - v)/tau : 1" }.method)
    assert.equal("euler", plan { equations = "dv/dt = (rand() - v)/tau : 1" }.method)
    local stim = { timed_array = true, dim = Q.dimensionless, dt = 1e-3, columns = 1, values = { 1, 2 } }
    local parameters = { tau = 10 * ms, stim = stim }
    assert.equal("exact", plan { equations = "dv/dt = (stim(t) - v)/tau : 1", parameters = parameters }.method)
    assert.equal("euler", plan { equations = "dv/dt = (stim(t - tau) - v)/tau : 1", parameters = parameters }.method)
  end)

  it("takes the named method", function()
    for _, method in ipairs { "exact", "exponential_euler", "euler", "rk2", "rk4" } do
      assert.equal(method, plan { equations = "dv/dt = (E - v)/tau : volt", method = method }.method)
    end
  end)

  it("separates what is linear in each variable for exponential_euler", function()
    local p = plan { method = "exponential_euler", equations = [[
      dv/dt = (g*(E - v) + x)/tau : volt
      dm/dt = alpha*(1 - m) - beta*m : 1
      alpha = exp(v/E)/tau : hertz
      beta = 2/tau : hertz
      g : 1
      x : volt ]] }
    local m = p.rows[2]
    assert.equal("-alpha - beta", parse.text_of(m.A))
    assert.equal("alpha", parse.text_of(m.B))
    assert.is_nil(plan { method = "exponential_euler", equations = "dx/dt = 1/tau : 1" }.rows[1].A)
  end)
end)

describe("integrate.plan refuses", function()
  it("exact for equations that are not linear, with the term and its place", function()
    local text, err = message { method = "exact", equations = "dv/dt = (v**2 - 1)/tau : 1" }
    assert.matches("method 'exact' needs linear equations: dv/dt is not linear in v (v**2)", text, 1, true)
    assert.equal(1, err.line)
    assert.equal(11, err.column)
    text = message { method = "exact", equations = "dv/dt = -v*w/tau : 1\ndw/dt = -w/tau : 1" }
    assert.matches("not linear in v and w", text, 1, true)
  end)

  it("exact where the place is in a subexpression", function()
    local text, err = message { method = "exact", equations = "dv/dt = f/tau : 1\nf = 1 + exp(v) : 1" }
    assert.matches("(exp(v))", text, 1, true)
    assert.equal(2, err.line)
  end)

  it("exact where the time enters", function()
    assert.matches("dv/dt depends on t", message { method = "exact", equations = "dv/dt = (t/tau - v)/tau : 1" }, 1, true)
  end)

  it("exact with coefficients that change", function()
    local text = message { method = "exact", equations = "dv/dt = (w - v*g)/tau : 1\ndw/dt = -w/tau : 1\ng : 1",
      threshold = "v > 1", reset = "g += 1" }
    assert.matches("the coefficient of v depends on g, which changes in time", text, 1, true)
  end)

  it("exponential_euler where an equation is not linear in its own variable", function()
    local text = message { method = "exponential_euler", equations = "dv/dt = (v**2 - 1)/tau : 1" }
    assert.matches("dv/dt is not linear in v (v**2)", text, 1, true)
  end)

  it("unknown methods, with the choices", function()
    local text = message { method = "rk5", equations = "dv/dt = -v/tau : 1" }
    assert.matches("method 'rk5' is not known; choose from exact, exponential_euler, euler, rk2, rk4", text, 1, true)
  end)

  it("exponential_euler takes functions of the variable for constants, as Brian2 does, but no other powers", function()
    local function equation(right) return { method = "exponential_euler", equations = "dv/dt = (" .. right .. ")/tau : 1" } end
    for _, right in ipairs { "exp(v) - v", "v*exp(v)", "v/(1 + v)", "(v - 1)*tanh(v)*2", "3 - 2*v + (1 + v)**0.5", "-v + 1/(v + 2)",
      "2*v + abs(v)*v", "1 + v*int(v > 2)" } do
      assert.equal("exponential_euler", plan(equation(right)).method)
    end
    for _, right in ipairs { "exp(v)", "v**2 - v", "v*(1 - v)", "v - 1/v", "v + v**0.5", "(v + 1)**2 - v", "abs(v)" } do
      assert.matches("is not linear in v", message(equation(right)), 1, true)
    end
  end)

  it("methods that are not for the noise there is", function()
    local function refused(method, equations, text)
      assert.matches(text, message { method = method, equations = equations }, 1, true)
    end
    local additive, multiplied = "dv/dt = -v/tau + xi*tau**-0.5 : 1", "dv/dt = -v/tau + v*xi*tau**-0.5 : 1"
    for _, method in ipairs { "exact", "exponential_euler", "rk2", "rk4", "rkf45" } do
      refused(method, additive, ("method '%s' is not for noise (xi in dv/dt)"):format(method))
    end
    refused("euler", multiplied, "method 'euler' needs additive noise: the noise in dv/dt is multiplied by what depends on v")
    refused("euler", "dv/dt = -v/tau + xi*t/tau**1.5 : 1", "depends on t")
    refused("milstein", "dv/dt = (xi + v*xi_2)*tau**-0.5 : 1", "needs one noise an equation: dv/dt has xi and xi_2")
    refused("milstein", "dv/dt = xi*tau**-0.5 : 1\ndu/dt = xi*tau**-0.5 : 1",
      "dv/dt and du/dt share xi (name them xi_v and xi_u)")
    refused("heun", "dv/dt = xi**2 : 1", "the noise in dv/dt must stand alone or be multiplied")
    refused("rkf45", "dv/dt = rand()/tau : 1", "random numbers cannot be drawn in dv/dt")
  end)
end)
