-- Names, dimensions, types: what the intermediate representation holds, and what is refused with which words.
-- luacheck: ignore 631 (long lines are messages)

local analyse = require "lunate.compiler.analyse"
local functions = require "lunate.compiler.functions"
local parse = require "lunate.compiler.parse"
local Q = require "lunate.quantity"

local u = Q.units
local ms, mV, nS, pA = u.ms, u.mV, u.nS, u.pA
local volt, second = Q.dim_of(u.volt), Q.dim_of(u.second)

local function stim(columns)
  return { timed_array = true, dim = Q.dim_of(pA), columns = columns }
end

-- A neuron of the usual kind, with some of its parts replaced; `false` removes one.
local function lif(changes)
  local def = {
    name = "lif",
    equations = [[
      dv/dt  = (ge + gi - (v - E_L)) / tau_m : volt (unless refractory)
      dge/dt = -ge / tau_e : volt
      dgi/dt = -gi / tau_i : volt
    ]],
    threshold = "v > v_th", reset = "v = v_r", refractory = 5 * ms,
    parameters = { tau_m = 20 * ms, tau_e = 5 * ms, tau_i = 10 * ms, E_L = -49 * mV, v_th = -50 * mV, v_r = -60 * mV },
  }
  for key, value in pairs(changes or {}) do def[key] = value or nil end
  return def
end

-- A target with everything that a synapse might read or write.
local target = analyse.neuron(lif {
  equations = [[
    dv/dt = (ge - (v - E_L))/tau_m : volt (unless refractory)
    dge/dt = -ge/tau_e : volt
    w_in : volt
    g : siemens (constant)
    gain : 1 (shared)
    late = t - lastspike : second
    place = i/N : 1
    I = g*(v - E_L) + J : amp
    J = g*ge : amp
    K = stim(t) : amp
  ]],
  parameters = { tau_m = 20 * ms, tau_e = 5 * ms, E_L = -49 * mV, v_th = -50 * mV, v_r = -60 * mV, stim = stim(1) },
})

local function synapse(changes)
  local def = {
    name = "exc", transmit = "ge += w", variables = { w = { dim = volt, shared = true } }, pre = target, post = target,
  }
  for key, value in pairs(changes or {}) do def[key] = value or nil end
  return def
end

local function expression(changes)
  local def = { text = "v_r", context = "neuron", neuron = target }
  for key, value in pairs(changes or {}) do def[key] = value or nil end
  return def
end

local function names(list)
  local result = {}
  for k, item in ipairs(list) do result[k] = item.name end
  return result
end

local function check_refusals(analyser, make, cases)
  for _, case in ipairs(cases) do
    local ok, diag = pcall(analyse[analyser], make(case[1]))
    assert.is_false(ok, "not refused: " .. case[2])
    assert.is_table(diag, diag)
    assert.equal(case[2], diag.message)
    if case[3] then assert.equal(case[3], ("%d:%d"):format(diag.line, diag.column), case[2]) end
  end
end

-- ---------------------------------------------------------------- neurons

describe("a neuron", function()
  it("has states, parameters and sorted subexpressions", function()
    local ir = analyse.neuron {
      equations = [[
        I = g*(v - E_L) + J : amp
        g : siemens (constant)
        dv/dt = -I/C : volt (unless refractory)
        J = g*v : amp
        C : farad (constant, shared)
        n : integer
        b : boolean
        dw/dt = 1*Hz : 1
      ]],
      parameters = { E_L = -70 * mV },
    }
    assert.same({ "v", "w", "g", "C", "n", "b", "J", "I" }, names(ir.variables))
    local by_name = ir.by_name
    for k, name in ipairs { "v", "w", "g", "C", "n", "b" } do assert.equal(k - 1, by_name[name].index) end
    assert.is_nil(by_name.I.index)
    assert.same({ "state", "parameter", "subexpression" }, { by_name.v.kind, by_name.g.kind, by_name.I.kind })
    assert.same({ "real", "int", "bool" }, { by_name.v.type, by_name.n.type, by_name.b.type })
    assert.equal(volt, by_name.v.dim)
    assert.is_true(by_name.v.unless_refractory)
    assert.is_true(by_name.C.shared and by_name.C.constant)
    assert.equal(by_name.g, by_name.I.expr[1][1].ref.var)
    assert.equal("variable", by_name.I.expr[1][1].ref.kind)
    assert.equal(Q.dim_of(u.amp), by_name.I.expr.dim)
    assert.is_nil(ir.threshold)
    assert.equal(0, #ir.reset)
    assert.equal("double", ir.precision)
  end)

  it("has its parameters by name, in SI units", function()
    local ir = analyse.neuron(lif { precision = "single", method = "euler" })
    assert.same({ "E_L", "tau_e", "tau_i", "tau_m", "v_r", "v_th", "refractory" }, names(ir.parameters))
    assert.equal(-0.049, ir.parameters[1].value)
    assert.equal(volt, ir.parameters[1].dim)
    assert.equal(3, ir.parameters[4].index)
    assert.same({ "single", "euler" }, { ir.precision, ir.method })
  end)

  it("has a threshold, a reset and a refractory time", function()
    local ir = analyse.neuron(lif())
    assert.equal("v > v_th", parse.text_of(ir.threshold))
    assert.equal("bool", ir.threshold.type)
    assert.equal("parameter", ir.threshold[2].ref.kind)
    assert.same({ "v", "=", "variable" }, { ir.reset[1].target, ir.reset[1].op, ir.reset[1].ref.kind })
    assert.equal("time", ir.refractory_kind)
    assert.equal(0.005, ir.refractory.ref.par.value)
    assert.is_true(ir.by_name.v.written)

    ir = analyse.neuron(lif { refractory = "tau_e*(1 + i/N)" })
    assert.equal("time", ir.refractory_kind)
    ir = analyse.neuron(lif { refractory = "v > v_r" })
    assert.equal("condition", ir.refractory_kind)
    ir = analyse.neuron(lif { refractory = false })
    assert.is_nil(ir.refractory)
    assert.equal(0, analyse.neuron(lif { refractory = 0 }).refractory.ref.par.value)
  end)

  it("knows what varies by itself", function()
    local ir = analyse.neuron(lif { equations = [[
      dv/dt = (i + N + int(not_refractory) + sin(2*pi*t/tau_m) + int(t - lastspike > dt) + e)*mV/tau_m : volt
    ]] })
    local kinds = {}
    local function walk(node)
      if node.tag == "name" then kinds[node.name] = node.ref.kind .. " " .. node.type .. " " .. tostring(node.dim) end
      for _, child in ipairs(node) do walk(child) end
    end
    walk(ir.variables[1].expr)
    assert.same({
      i = "builtin int 1", N = "builtin int 1", not_refractory = "builtin bool 1", pi = "builtin real 1",
      t = "builtin real s", lastspike = "builtin real s", dt = "builtin real s", e = "builtin real 1",
      mV = "unit real V", tau_m = "parameter real s",
    }, kinds)
  end)

  it("takes Brian2's types", function()
    local cases = {
      { "1", "int" }, { "1.0", "real" }, { "1/2", "real" }, { "2*3 + 1", "int" }, { "2**2", "real" }, { "-3", "int" },
      { "7//2", "int" }, { "7 % 2", "int" }, { "7 % 2.0", "real" }, { "i + 1", "int" }, { "int(2.5)", "int" },
      { "1 < 2", "bool" }, { "not 1 < 2", "bool" }, { "abs(-1)", "int" }, { "abs(-1.0)", "real" }, { "(1 < 2)*3", "int" },
      { "clip(i, 0, 5)", "int" }, { "clip(i, 0, 5.5)", "real" }, { "where(1 < 2, 1, 2)", "int" },
      { "exp(1)", "real" }, { "floor(2.5)", "real" }, { "sign(2.5)", "real" }, { "timestep(t, dt)", "int" },
      { "min(1, 2)", "int" }, { "maximum(1, 2.5)", "real" }, { "True", "bool" }, { "rand()", "real" }, { "poisson(3)", "int" },
    }
    for _, case in ipairs(cases) do
      local ir = analyse.neuron { equations = "dv/dt = 0*Hz : 1", threshold = ("v > (%s)"):format(case[1]) }
      assert.equal(case[2], ir.threshold[2].type, case[1])
    end
  end)

  it("follows dimensions through functions", function()
    local cases = {
      "sqrt(v*v)", "abs(v)", "clip(v, 0, inf)", "clip(v, -3*mV, E_L)", "where(v > 0, v, 0)", "max(v, E_L)", "minimum(0, v)",
      "floor(v/mV)*mV", "ceil(v)", "v % mV", "sign(v)*mV", "arctan2(v, mV)*mV", "(v**2)**0.5", "v**3/mV**(1 + 1)",
      "0", "-0.0", "v + 0", "0 - v", "exprel(v/mV)*mV", "mV*log1p(v/mV)", "-v*(v > 0)", "volt*timestep(t, dt)",
      "(tau_m/ms)**-1*v", "v**1.0",
    }
    for _, text in ipairs(cases) do
      local ir = analyse.neuron(lif { equations = ("dv/dt = -v/tau_m : volt\nx = %s : volt"):format(text) })
      local x = ir.by_name.x
      assert.equal(volt, x.expr.dim, text)
    end
  end)

  it("uses a parameter as exponent of a quantity, and fixes it", function()
    local ir = analyse.neuron { equations = "dv/dt = (v/mV)**p*v*tau**n : volt", parameters = { n = -1, tau = 5 * ms, p = 2 } }
    assert.is_true(ir.parameter_by_name.n.fixed)
    assert.is_nil(ir.parameter_by_name.p.fixed)
  end)

  it("lets parameters win over units", function()
    local ir = analyse.neuron { equations = "dv/dt = -v/ms : volt\nmV : volt", parameters = { ms = 20 * ms } }
    assert.equal("parameter", ir.by_name.v.expr[2].ref.kind)
    assert.equal(0.02, ir.by_name.v.expr[2].ref.par.value)
  end)

  it("rewrites the rarer assignments and keeps temporaries", function()
    local ir = analyse.neuron(lif {
      equations = "dv/dt = -v/tau_m : volt\nk : integer",
      reset = "u = v - v_r; u += 1*mV; v = v_r + u/2\nk //= 2; k %= 5; k **= 2; k *= 2",
    })
    local seen = {}
    for n, s in ipairs(ir.reset) do
      seen[n] = ("%s %s %s %s"):format(s.target, s.op, parse.text_of(s.expr), s.ref.kind)
    end
    assert.same({ "u = v - v_r local", "u += 1*mV local", "v = v_r + u/2 variable", "k = k//2 variable",
      "k = k%5 variable", "k = k**2 variable", "k *= 2 variable" }, seen)
    assert.is_true(ir.reset[1].declares)
    assert.is_nil(ir.reset[2].declares)
    assert.same({ volt, "real" }, { ir.reset[1].ref.dim, ir.reset[1].ref.type })
    assert.equal(ir.reset[1].ref, ir.reset[3].expr[2][1].ref)
  end)

  it("reads timed arrays", function()
    local ir = analyse.neuron(lif {
      equations = "dv/dt = -v/tau_m + (one(t) + many(t, i) + any(t - 5*ms))*Mohm/tau_m : volt",
      parameters = { tau_m = 20 * ms, one = stim(1), many = stim(10), any = stim(), v_r = 0 * mV, v_th = 1 * mV },
    })
    assert.same({ "any", "many", "one" }, names(ir.tables))
    local call = ir.by_name.v.expr[2][1][1][1][2]
    assert.same({ "call", "many", "table", "real" }, { call.tag, call.name, call.ref.kind, call.type })
    assert.equal(ir.tables[2], call.ref.table)
    assert.equal(Q.dim_of(pA), call.dim)
  end)

  it("says whether it draws random numbers", function()
    assert.is_false(analyse.neuron(lif()).random)
    assert.is_true(analyse.neuron(lif { threshold = "rand() < 10*Hz*dt" }).random)
    assert.is_true(analyse.neuron(lif { reset = "v = v_r + randn()*mV" }).random)
  end)

  it("takes Brian2's COBAHH unchanged", function()
    local ir = analyse.neuron {
      equations = [[
        dv/dt = (gl*(El-v)+ge*(Ee-v)+gi*(Ei-v)-
                 g_na*(m*m*m)*h*(v-ENa)-
                 g_kd*(n*n*n*n)*(v-EK))/Cm : volt
        dm/dt = alpha_m*(1-m)-beta_m*m : 1
        dn/dt = alpha_n*(1-n)-beta_n*n : 1
        dh/dt = alpha_h*(1-h)-beta_h*h : 1
        dge/dt = -ge*(1./taue) : siemens
        dgi/dt = -gi*(1./taui) : siemens
        alpha_m = 0.32*(mV**-1)*4*mV/exprel((13*mV-v+VT)/(4*mV))/ms : Hz
        beta_m = 0.28*(mV**-1)*5*mV/exprel((v-VT-40*mV)/(5*mV))/ms : Hz
        alpha_h = 0.128*exp((17*mV-v+VT)/(18*mV))/ms : Hz
        beta_h = 4./(1+exp((40*mV-v+VT)/(5*mV)))/ms : Hz
        alpha_n = 0.032*(mV**-1)*5*mV/exprel((15*mV-v+VT)/(5*mV))/ms : Hz
        beta_n = .5*exp((10*mV-v+VT)/(40*mV))/ms : Hz
      ]],
      threshold = "v>-20*mV", refractory = 3 * ms,
      parameters = {
        gl = 10 * nS, El = -60 * mV, Ee = 0 * mV, Ei = -80 * mV, g_na = 20 * u.usiemens, ENa = 50 * mV, EK = -90 * mV,
        g_kd = 6 * u.usiemens, Cm = 200 * u.pF, taue = 5 * ms, taui = 10 * ms, VT = -63 * mV,
      },
    }
    assert.equal(12, #ir.variables)
    assert.equal(5, ir.by_name.gi.index)
  end)

  it("refuses wrong declarations", function()
    local function equations(text) return { equations = text, reset = "v = v_r" } end
    local v = "dv/dt = -v/tau_m : volt\n"
    check_refusals("neuron", lif, {
      { equations(v .. "v : volt"), "'v' is defined twice", "2:1" },
      { equations(v .. "t : second"), "the variable 't' cannot have this name: in equations it is the time", "2:1" },
      { equations(v .. "i : 1"), "the variable 'i' cannot have this name: in equations it is the index of the neuron" },
      { equations(v .. "N : 1"), "the variable 'N' cannot have this name: in equations it is the number of neurons" },
      { equations(v .. "xi_1 : 1"), "the variable 'xi_1' cannot have this name: names that begin with xi_ are noise" },
      { equations(v .. "lastspike : second"),
        "the variable 'lastspike' cannot have this name: in equations it is the time of the last spike" },
      { equations(v .. "_x : 1"), "the variable '_x' cannot begin with an underscore" },
      { equations(v .. "x_pre : 1"),
        "the variable 'x_pre' cannot end in _pre: in synapses that means a variable of the source" },
      { equations(v .. "x_post : 1"),
        "the variable 'x_post' cannot end in _post: in synapses that means a variable of the target" },
      { equations(v .. "exp : 1"), "the variable 'exp' cannot have this name: it is a function" },
      { equations(v .. "x : mV"), "variables are kept in SI units: declare 'x' in volt, not mV", "2:5" },
      { equations(v .. "x : siemens/cm**2"), "variables are kept in SI units: declare 'x' in metre, not cm", "2:13" },
      { equations(v .. "x : volts"), "unknown unit 'volts' (did you mean 'volt'?)", "2:5" },
      { equations(v .. "x : 2*volt"), "a unit cannot have a factor: write volt, not 2*volt" },
      { equations(v .. "x : bool"), "unknown unit 'bool': write boolean" },
      { equations(v .. "dk/dt = 1*Hz : integer"), "'k' has a differential equation, so it cannot be integer" },
      { equations(v .. "x : 1 (constnat)"),
        "a parameter of a neuron cannot be 'constnat'; it can be: constant, shared, linked (did you mean 'constant'?)",
        "2:8" },
      { equations "dv/dt = -v/tau_m : volt (shared)",
        "a differential equation of a neuron cannot be 'shared'; it can be: unless refractory" },
      { equations(v .. "x : 1 (shared, shared)"), "the flag 'shared' is given twice", "2:16" },
      { { parameters = { v = 3 * mV } },
        "'v' is declared as a variable and given in parameters of 'lif' as well: leave one out" },
      { { parameters = { tau_m = "20*ms" } },
        "the parameter 'tau_m' of 'lif' must be a number, a quantity or a timed array, got a string" },
      { { parameters = { dt = 1 * ms } }, "the parameter 'dt' cannot have this name: in equations it is the time step" },
      { { parameters = { 20 * ms } }, "the name of a parameter must be text, got 1" },
      { { parameters = { ["tau m"] = 20 * ms } }, "the parameter 'tau m' is not a name: letters, digits and _ only" },
      { { equations = 3 }, "the equations of 'lif' must be text, got a number" },
      { { precision = "float" }, 'precision must be "double" or "single", got float' },
    })
  end)

  it("refuses what is not there yet, and sums that cannot be", function()
    check_refusals("synapse", synapse, {
      { { equations = "ge_post = w : volt (summed)" }, "'ge_post' cannot be a sum over synapses: declare it in the target as 'ge : V', "
        .. "without an equation or flags", "1:1" },
      { { equations = "x_post = w : volt (summed)" }, "'x_post' is summed, but it is not a variable of the target", "1:1" },
    })
  end)

  it("refuses wrong names", function()
    local function equations(text) return { equations = text } end
    check_refusals("neuron", lif, {
      { equations "dv/dt = -v/tau : volt", "unknown name 'tau' in the equation of v: declare it in the equations or give "
        .. "it in parameters (did you mean 'tau_e'?)", "1:12" },
      { equations "dv/dt = -v/tau_n : volt", "unknown name 'tau_n' in the equation of v: declare it in the equations or "
        .. "give it in parameters (did you mean 'tau_e'?)" },
      { equations "dv/dt = -v/(20*MS) : volt", "unknown name 'MS' in the equation of v: declare it in the equations or "
        .. "give it in parameters (did you mean the unit 'mS' or 'ms'?)" },
      { equations "dv/dt = j*v/tau_m : volt",
        "unknown name 'j' in the equation of v: declare it in the equations or give it in parameters" },
      { equations "dv/dt = exp*v/tau_m : volt", "'exp' is a function: write exp(…) in the equation of v" },
      { equations "dv/dt = v(t)/tau_m : volt", "'v' is not a function, so it cannot be called in the equation of v" },
      { equations "dv/dt = sine(v/mV)*v/tau_m : volt",
        "unknown function 'sine' (did you mean 'sin'?) in the equation of v", "1:9" },
      { equations "dv/dt = exp(1, 2)*v/tau_m : volt", "exp() takes 1 argument, not 2, in the equation of v" },
      { equations "dv/dt = clip(v, 0)/tau_m : volt", "clip() takes 3 arguments, not 2, in the equation of v" },
      { equations "dv/dt = rand(2)*v/tau_m : volt", "rand() takes 0 arguments, not 1, in the equation of v" },
      { { threshold = "V > v_th" },
        "unknown name 'V' in the threshold: declare it in the equations or give it in parameters (did you mean 'v'?)" },
      { { reset = "v += x" }, "unknown name 'x' in the reset: declare it in the equations or give it in parameters" },
    })
  end)

  it("refuses mismatched dimensions", function()
    local function equations(text) return { equations = text } end
    check_refusals("neuron", lif, {
      { equations "dv/dt = v - E_L : volt",
        "dv/dt = …: the right side is in V, expected V/s: is it to be divided by a time constant?", "1:11" },
      { equations "dv/dt = v*v/tau_m : volt", "dv/dt = …: the right side is in V^2/s, expected V/s" },
      { equations "dv/dt = -v/tau_m : 1", "cannot compare 'v' (no unit) and 'v_th' (V) in the threshold" },
      { equations "dv/dt = 3 : volt", "dv/dt = …: the right side is without unit, expected V/s" },
      { equations "dv/dt = (v + tau_m)/tau_m : volt", "cannot add 'v' (V) and 'tau_m' (s) in the equation of v", "1:12" },
      { equations "dv/dt = (v - 70)/tau_m : volt", "cannot subtract 'v' (V) and '70' (no unit) in the equation of v" },
      { equations "dv/dt = (v % ms)/tau_m : volt", "cannot take the remainder of 'v' (V) and 'ms' (s) in the equation of v" },
      { equations "dv/dt = v*(v > 3)/tau_m : volt", "cannot compare 'v' (V) and '3' (no unit) in the equation of v" },
      { equations "dv/dt = v//mV/tau_m : volt", "// needs numbers without unit, not 'v' (V), in the equation of v" },
      { equations "dv/dt = v*exp(v)/tau_m : volt", "exp() needs a number without unit, not 'v' (V), in the equation of v" },
      { equations "dv/dt = v*int(v)/tau_m : volt", "int() needs a number without unit, not 'v' (V), in the equation of v" },
      { equations "dv/dt = clip(v, 0, tau_m)/tau_m : volt",
        "the arguments of clip() differ in units: 'v' (V) and 'tau_m' (s) in the equation of v" },
      { equations "dv/dt = where(v > 0, v, 3)/tau_m : volt",
        "the arguments of where() differ in units: 'v' (V) and '3' (no unit) in the equation of v" },
      { equations "dv/dt = where(v, v, v)/tau_m : volt",
        "where() needs a condition (true or false), 'v' is a number in the equation of v" },
      { equations "dv/dt = v*timestep(v, dt)/tau_m : volt", "timestep() needs a time, not 'v' (V), in the equation of v" },
      { equations "dv/dt = 2**v/tau_m : volt", "a power must be a number without unit: 'v' (V) in the equation of v" },
      { equations "dv/dt = v**i/tau_m : volt", "the power of 'v' (V) must be a constant, not 'i', in the equation of v" },
      { equations "dv/dt = -v/tau_m : volt\nx = v/tau_m : volt", "'x' is declared in V, but its expression is in V/s", "2:6" },
      { { reset = "v = 3" }, "cannot assign '3' (no unit) to 'v' (V) in the reset" },
      { { reset = "v += tau_m" }, "cannot assign 'tau_m' (s) to 'v' (V) in the reset" },
      { { reset = "v *= v_r" }, "*= needs a number without unit, not 'v_r' (V), in the reset" },
      { { reset = "v **= 2" }, "cannot assign 'v**2' (V^2) to 'v' (V) in the reset" },
      { { reset = "a = 3; a = 2*mV; v = v_r + a" }, "cannot assign '2*mV' (V) to 'a' (no unit) in the reset" },
      { { threshold = "v > 3 and v < v_th" }, "cannot compare 'v' (V) and '3' (no unit) in the threshold" },
    })
  end)

  it("refuses wrong conditions", function()
    check_refusals("neuron", lif, {
      { { threshold = "v" }, "the threshold must be a condition such as 'v > v_th', 'v' is a number", "1:1" },
      { { threshold = "v > v_th and v" }, "'and' needs a condition (true or false), 'v' is a number in the threshold" },
      { { threshold = "not v" }, "'not' needs a condition (true or false), 'v' is a number in the threshold" },
      { { threshold = 3 }, "the threshold of 'lif' must be text, got a number" },
      { { threshold = false }, "the reset of 'lif' is given without a threshold" },
      { { refractory = 5 }, "the refractory time of 'lif' must be a time such as 5*ms, or an expression, got 5" },
      { { refractory = 5 * mV }, "the refractory time of 'lif' must be a time such as 5*ms, or an expression, got 5 mV" },
      { { refractory = {} }, "the refractory time of 'lif' must be a time such as 5*ms, or an expression, got a table" },
      { { refractory = -5 * ms }, "the refractory time of 'lif' is negative: -5 ms" },
      { { threshold = "v > 1e999*mV" }, "a number is too large (write inf for infinity) in the threshold", "1:5" },
      { { refractory = "v" }, "refractory must be a time or a condition, 'v' (V) is neither" },
    })
  end)

  it("refuses subexpressions that cannot be", function()
    local v = "dv/dt = -v/tau_m : volt\n"
    check_refusals("neuron", lif, {
      { { equations = v .. "a = b + v : volt\nb = c : volt\nc = a : volt" },
        "subexpressions cannot depend on each other in a circle: a -> b -> c -> a", "2:1" },
      { { equations = v .. "a = 2*a : volt" }, "subexpressions cannot depend on each other in a circle: a -> a" },
      { { equations = v .. "a = rand() : 1" },
        "rand() cannot stand in the subexpression 'a', which may be computed more than once a step", "2:5" },
      { { equations = v .. "a = 2*v : volt (shared)" }, "'a' is shared, but 'v' that it reads is not", "2:7" },
      { { equations = v .. "a = 2*i : 1 (shared)" }, "'a' is shared, but 'i' that it reads is not" },
    })
  end)

  it("refuses resets that cannot be", function()
    local more = "dv/dt = -v/tau_m : volt\nk : 1 (constant)\ns : 1 (shared)\nx = 2*v : volt"
    check_refusals("neuron", function(reset) return lif { equations = more, reset = reset } end, {
      { "x = v", "cannot assign to 'x': it is a subexpression, computed where it is read", "1:1" },
      { "k = 3", "cannot assign to 'k': it is declared constant" },
      { "s = 3", "cannot assign to 's': it is shared, one value for all" },
      { "v_r = v", "cannot assign to 'v_r': it is a parameter, constant while running "
        .. "(a variable is declared in the equations)" },
      { "t = 0*ms", "cannot assign to 't': it is not a variable" },
      { "lastspike = t", "cannot assign to 'lastspike': it is not a variable" },
      { "mV = v", "cannot assign to 'mV': it is a unit" },
      { "exp = v", "cannot assign to 'exp': it is a function" },
      { "V = v_r", "'V' is set in the reset but never read, and it is not a variable (did you mean 'v'?)" },
      { "v = v_r\nw += 1", "unknown name 'w' in the reset: declare it in the equations or give it in parameters", "2:1" },
      { "_u = 3; v = _u*mV", "the variable '_u' cannot begin with an underscore" },
    })
  end)

  it("refuses timed arrays read wrongly", function()
    local function reading(text)
      return lif { equations = ("dv/dt = -v/tau_m + %s*Mohm/tau_m : volt"):format(text),
        parameters = { tau_m = 20 * ms, one = stim(1), many = stim(10), any = stim(), v_r = 0 * mV, v_th = 1 * mV } }
    end
    check_refusals("neuron", reading, {
      { "one", "'one' is a timed array: read it as one(t) or one(t, i) in the equation of v" },
      { "one(t, i)", "the timed array 'one' has one column: read it as one(t) in the equation of v" },
      { "many(t)", "the timed array 'many' has a column per neuron: read it as many(t, i) in the equation of v" },
      { "any()", "the timed array 'any' is read as any(t) or any(t, i) in the equation of v" },
      { "any(v)", "the timed array 'any' needs a time, not 'v' (V), in the equation of v" },
      { "many(t, 1.5)",
        "the column of the timed array 'many' must be an integer such as i, not '1.5' (no unit), in the equation of v" },
    })
  end)
end)

-- ---------------------------------------------------------------- synapses

describe("a synapse", function()
  it("lists what it reads and writes of its target", function()
    local ir = analyse.synapse(synapse { transmit = "ge += w; w_in_post -= w*(v_post - E_L)/v_r" })
    assert.same({ "ge", "v", "w_in" }, names(ir.post))
    assert.is_true(ir.post[1].written and ir.post[3].written)
    assert.is_nil(ir.post[2].written)
    assert.same({ "E_L", "v_r" }, names(ir.post_parameters))
    local first = ir.statements[1]
    assert.same({ "+=", "post", "variable" }, { first.op, first.ref.kind, first.expr.ref.kind })
    assert.equal(ir.post[1], first.ref.slot)
    assert.equal(target.by_name.ge, first.ref.var)
  end)

  it("lists what it reads of its source", function()
    local ir = analyse.synapse(synapse { transmit = "ge += w*g_pre/nS + v_pre*ge_pre/E_L_pre" })
    assert.same({ "g", "v", "ge" }, names(ir.pre))
    assert.same({ "E_L" }, names(ir.pre_parameters))
    assert.equal(1, ir.pre[2].index)
    assert.same({ "ge" }, names(ir.post))
  end)

  it("stores a given variable once until it is written", function()
    local ir = analyse.synapse(synapse())
    assert.is_true(ir.by_name.w.shared)
    assert.is_nil(ir.by_name.w.written)
    ir = analyse.synapse(synapse { transmit = "ge += w; w *= 0.99" })
    assert.is_false(ir.by_name.w.shared)
    assert.is_true(ir.by_name.w.written)
  end)

  it("has variables of its equations before those of the table", function()
    local ir = analyse.synapse(synapse {
      equations = "x : 1\nw : volt\nw_eff = w*x*U : volt\ny : 1 (shared)", parameters = { U = 0.5 },
      variables = { w = { dim = volt, shared = true }, a = { dim = second, shared = false } },
      transmit = "ge += w_eff*a/(20*ms)*y; x -= U*x",
    })
    assert.same({ "x", "w", "y", "a", "w_eff" }, names(ir.variables))
    assert.same({ 0, 1, 2, 3 }, { ir.by_name.x.index, ir.by_name.w.index, ir.by_name.y.index, ir.by_name.a.index })
    assert.is_false(ir.by_name.w.shared)
    assert.is_true(ir.by_name.y.shared)
    assert.same({ "U" }, names(ir.parameters))
  end)

  it("expands subexpressions of the target and source", function()
    local ir = analyse.synapse(synapse { transmit = "ge += w*I/pA + J_pre*ohm + w*late/ms" })
    assert.equal("w*(g*(v - E_L) + g*ge)/pA + g*ge*ohm + w*(t - lastspike)/ms",
      parse.text_of(ir.statements[1].expr))
    assert.same({ "g", "v", "ge" }, names(ir.post))
    assert.same({ "g", "ge" }, names(ir.pre))
    -- the target's own trees are left as they were
    assert.equal("variable", target.by_name.J.expr[1].ref.kind)
  end)

  it("knows sizes, and counts from the first neuron of a slice", function()
    local sizes = { N_pre = 3, N_post = 4, N_pre_whole = 30, N_post_whole = 40 }
    local ir = analyse.synapse(synapse {
      transmit = "ge += w*(N_pre + N_post + place + i - j)", sizes = sizes, first = { pre = 5, post = 1 },
    })
    local values = {}
    for _, par in ipairs(ir.parameters) do
      if par.hidden then values[par.name] = par.value end
    end
    assert.same({ _N_pre = 3, _N_post = 4, _N_post_whole = 40, _before_pre = 4 }, values)
  end)

  it("has timed arrays of its own, of its target and of its source, each once", function()
    local mine, theirs = stim(1), target.table_by_name.stim.value
    local ir = analyse.synapse(synapse { transmit = "ge += w*(s(t) + stim(t) + stim_pre(t) + K)/pA", parameters = { s = mine } })
    assert.same({ "s", "stim" }, names(ir.tables))
    assert.equal(mine, ir.tables[1].value)
    assert.equal(theirs, ir.tables[2].value)
  end)

  it("reads of its source what a neuron model has undeclared", function()
    local ir = analyse.synapse(synapse { transmit = "ge += w*int(lastspike_pre < t)*int(not_refractory_pre)" })
    assert.same({ "lastspike" }, names(ir.pre))
  end)

  it("knows indices and times", function()
    local ir = analyse.synapse(synapse { transmit = "ge += w*int(i != j)*int(i_post == j)*int(lastspike_post < t - dt)" })
    assert.equal(0, #ir.pre)
    assert.is_false(ir.random)
    assert.is_true(analyse.synapse(synapse { transmit = "ge += w*int(rand() < 0.5)" }).random)
  end)

  it("may have no source", function()
    local ir = analyse.synapse(synapse { pre = false })
    assert.equal("ge", ir.post[1].name)
  end)

  it("refuses what it cannot do", function()
    local function transmit(text) return synapse { transmit = text, parameters = { tau = 5 * ms, v = 3 * mV, s = stim(1) } } end
    check_refusals("synapse", transmit, {
      { "g_e += w", "unknown name 'g_e' in transmit: it is not a variable or parameter of the synapse or of its target "
        .. "(did you mean 'ge'?)", "1:1" },
      { "gee = w", "'gee' is set in transmit but never read, and it is not a variable (did you mean 'ge'?)" },
      { "ge += W", "unknown name 'W' in transmit: it is not a variable or parameter of the synapse or of its target "
        .. "(did you mean 'w'?)", "1:7" },
      { "ge += w*tau", "cannot assign 'w*tau' (V s) to 'ge' (V) in transmit" },
      { "ge_pre += w", "cannot assign to 'ge_pre': a synapse lives with its target, and its source may be elsewhere; "
        .. "make a projection the other way round, where it is 'ge_post' and on_pre and on_post change places" },
      { "I_post += 3*pA", "cannot assign to 'I_post': it is a subexpression in the target, computed where it is read" },
      { "g += 3*nS", "cannot assign to 'g': it is declared constant in the target" },
      { "gain += 1", "cannot assign to 'gain': it is shared in the target, one value for all" },
      { "E_L = 3*mV", "cannot assign to 'E_L': it is a parameter of the target's model, constant while running" },
      { "tau = 3*ms", "cannot assign to 'tau': it is a parameter, constant while running "
        .. "(a variable is declared in the equations)" },
      { "j = 3", "cannot assign to 'j': it is not a variable" },
      { "ge += v", "'v' is a variable of the target and a parameter as well: write v_post for the variable, "
        .. "or give the parameter another name" },
      { "ge += w*N_pre", "'N_pre' cannot be read in transmit: the source has no neurons", "1:9" },
      { "ge += w*N", "'N' cannot be read in transmit: write N_pre, the number of sources, or N_post, the number of targets" },
      { "ge += w ^ 2", "use ** for powers", "1:9" },
    })
    check_refusals("synapse", synapse, {
      { { transmit = false },
        'transmit of \'exc\' is missing: what a spike does, such as transmit = "ge += w"' },
      { { equations = "w = 3*mV : volt" }, "'w' is a subexpression, so it cannot be given a value" },
      { { equations = "w : amp" }, "'w' is declared in A, but its value is in V" },
      { { equations = "x : 1 (shared)", transmit = "x += 1" }, "cannot assign to 'x': it is shared, one value for all" },
      { { equations = "x : 1 (constant)", transmit = "x += 1" }, "cannot assign to 'x': it is declared constant" },
      { { variables = { w_post = { dim = volt } } },
        "the variable 'w_post' cannot end in _post: in synapses that means a variable of the target" },
    })
  end)
end)

-- ---------------------------------------------------------------- expressions

describe("an expression", function()
  local function inputs(ir)
    local result = {}
    for k, input in ipairs(ir.inputs) do result[k] = input.kind .. " " .. input.name end
    return result
  end

  it("of a neuron has its variables, parameters and index as inputs", function()
    local ir = analyse.expression(expression { text = "v_r + rand()*(v_th - v_r)*i/N + J*ohm", dim = volt })
    assert.same({ "parameter v_r", "parameter v_th", "i i", "n_pre N_pre", "pre g", "pre ge" }, inputs(ir))
    assert.is_true(ir.random)
    assert.same({ "real", volt }, { ir.type, ir.dim })
    assert.equal(-0.06, ir.inputs[1].par.value)
    assert.same({ "input", ir.inputs[1] }, { ir.expr[1][1].ref.kind, ir.expr[1][1].ref.input })
    assert.equal(target.by_name.g, ir.inputs[5].var)
    assert.equal(4, ir.inputs[5].index)
  end)

  it("of connecting has both sides", function()
    local ir = analyse.expression {
      text = "i != j and abs(v_pre - v) < 3*mV*N_post and tau_m < tau_m_pre and place_pre < place_post",
      context = "connect", pre = target, post = target, boolean_ok = true,
    }
    assert.same({ "i i", "j j", "pre v", "post v", "n_post N_post", "parameter tau_m_post", "parameter tau_m_pre",
      "n_pre N_pre" }, inputs(ir))
    assert.equal("bool", ir.type)
  end)

  it("of a synapse has its variables too", function()
    local ir = analyse.synapse(synapse { equations = "x : 1\nz = x*w*E_L/v_post : volt", parameters = { a = 2 } })
    local got = analyse.expression { text = "a*z + w + v_pre", context = "synapse", pre = target, post = target,
      synapse = ir }
    assert.same({ "parameter a", "syn x", "syn w", "parameter E_L_post", "post v", "pre v" }, inputs(got))
    assert.equal("a*(x*w*E_L/v_post) + w + v_pre", parse.text_of(got.expr))
  end)

  it("takes parameters of its own", function()
    local ir = analyse.expression(expression { text = "p*exp(-i/scale)", parameters = { p = 0.1, scale = 20 } })
    assert.same({ "parameter p", "i i", "parameter scale" }, inputs(ir))
  end)

  it("may be without names", function()
    local ir = analyse.expression { text = "0.1*ms", context = "connect", post = target }
    assert.equal(0, #ir.inputs)
    assert.equal(second, ir.dim)
  end)

  it("may read the time of the last spike", function()
    assert.equal(second, analyse.expression(expression { text = "lastspike" }).dim)
  end)

  it("is refused where it cannot be", function()
    check_refusals("expression", expression, {
      { { text = "v_rr" },
        "unknown name 'v_rr' in the expression: it is not a variable or parameter of the neuron (did you mean 'v_r'?)" },
      { { text = "20*ms", dim = volt }, "'20*ms' is in s, expected V", "1:3" },
      { { text = "20", dim = volt }, "'20' is without unit, expected V" },
      { { text = "v", dim = Q.dimensionless }, "'v' is in V, expected no unit" },
      { { text = "v > 0" }, "expected a number, 'v > 0' is a condition (use int(…) or where(…))" },
      { { text = "late_post", context = "connect", pre = target, post = target },
        "'lastspike' (read by 'late_post') cannot be read in the expression" },
      { { text = "v_pre", name = "the value of 'w'" },
        "unknown name 'v_pre' in the value of 'w': it is not a variable or parameter of the neuron" },
      { { text = "x", context = "connect", pre = target, post = target },
        "unknown name 'x' in the expression: it is not a variable or parameter of the synapse, nor one of its target, "
        .. "or of its source with _pre" },
      { { text = "v +", name = "the value of 'v'" }, "expected a number, a name or '(', found the end", "1:4" },
      { { text = 3 }, "the expression must be text, got a number" },
    })
  end)
end)

-- ---------------------------------------------------------------- derivatives

describe("derivatives of functions", function()
  local number_of = { pi = math.pi }
  local f = {
    exp = math.exp, expm1 = Q.expm1, log = math.log, log1p = Q.log1p, log10 = Q.log10, sin = math.sin, cos = math.cos,
    log2 = function(x) return math.log(x, 2) end, tan = math.tan, sinh = Q.sinh, cosh = Q.cosh, tanh = Q.tanh,
    arcsin = math.asin, arccos = math.acos, arctan = math.atan, asin = math.asin, acos = math.acos, atan = math.atan,
    exprel = Q.exprel, sqrt = math.sqrt, arctan2 = math.atan, abs = math.abs,
    sign = Q.sign, floor = math.floor, ceil = math.ceil, timestep = function(t, dt) return math.floor((t + 1e-3*dt)/dt) end,
    int = function(x) return x >= 0 and math.floor(x) or math.ceil(x) end,
    where = function(c, a, b) if c then return a end return b end,
    min = math.min, minimum = math.min, max = math.max, maximum = math.max,
    clip = function(x, low, high) return x < low and low or x > high and high or x end,
  }
  local operators = {
    ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end,
    ["*"] = function(a, b) return a * b end, ["/"] = function(a, b) return a / b end,
    ["**"] = function(a, b) return a ^ b end, neg = function(a) return -a end,
    ["<"] = function(a, b) return a < b end, [">"] = function(a, b) return a > b end,
    ["<="] = function(a, b) return a <= b end, ["=="] = function(a, b) return a == b end,
  }

  local function evaluate(node)
    if node.tag == "number" or node.tag == "bool" then return node.value end
    if node.tag == "name" then return number_of[node.name] end
    local args = {}
    for k, child in ipairs(node) do args[k] = evaluate(child) end
    return (node.tag == "call" and f[node.name] or operators[node.tag])(table.unpack(args))
  end

  it("agree with differences", function()
    local points = { { 0.3, 0.7, 0.9 }, { 0.8, 0.2, 0.5 }, { 0.1, 0.6, 0.65 } }
    local checked = 0
    for name, entry in pairs(functions) do
      for _, point in ipairs(entry.derivative and points or {}) do
        local first = entry.arguments[1] == "boolean" and 2 or 1
        for k = first, #entry.arguments do
          local args, low, high = {}, {}, {}
          for n = 1, #entry.arguments do
            local value = point[n]
            if entry.arguments[n] == "boolean" then value = value < 0.5 end
            args[n] = { tag = type(value) == "boolean" and "bool" or "number", value = value }
            low[n], high[n] = value, value
          end
          local h = 1e-6
          low[k], high[k] = low[k] - h, high[k] + h
          local slope = (f[name](table.unpack(high)) - f[name](table.unpack(low))) / (2 * h)
          assert.near(slope, evaluate(entry.derivative(k, args)), 1e-7, name)
          checked = checked + 1
        end
      end
    end
    assert.is_true(checked > 90)
  end)

  it("of exprel is right at zero", function()
    assert.equal(0.5, evaluate(functions.exprel.derivative(1, { { tag = "number", value = 0 } })))
  end)
end)
