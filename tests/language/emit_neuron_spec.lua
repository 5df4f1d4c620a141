-- Generated neurons, compiled and stepped: against closed forms and an integration written here.
local here = debug.getinfo(1, "S").source:match "^@(.*/)" or "./"
local units = dofile(here .. "support/units.lua")
local stat = dofile(here .. "support/statistics.lua")
local compiler = require "lunate.compiler"
local Q = require "lunate.quantity"

local u = Q.units
local ms, mV, pF, nS = u.ms, u.mV, u.pF, u.nS
local dt = 1e-4

local function close(expected, actual, tolerance, scale, what)
  if not units.close(expected, actual, tolerance, scale) then
    error(("%s: expected %.17g, got %.17g"):format(what or "value", expected, actual), 2)
  end
end

local function copy(def, more)
  local out = {}
  for k, v in pairs(def) do out[k] = v end
  for k, v in pairs(more or {}) do out[k] = v end
  return out
end

local both = { double = 1e-12, single = 2e-5 }

-- ---------------------------------------------------------------- exact

describe("exact integration", function()
  local def = {
    name = "lif", refractory = 2 * ms, threshold = "v > v_th", reset = "v = v_r",
    equations = [[
      dv/dt = (E_L - v)/tau_m + (I + I_e)/C_m : volt (unless refractory)
      dI/dt = -I/tau_s : amp
      I_e : amp (constant) ]],
    parameters = { tau_m = 10 * ms, tau_s = 2 * ms, C_m = 250 * pF, E_L = -65 * mV, v_th = -50 * mV, v_r = -65 * mV },
  }

  -- v - E_L and I after a time t without spikes
  local function psp(t, v0, I0, I_e)
    local tm, ts, C = 10e-3, 2e-3, 250e-12
    local kernel = tm * ts / (tm - ts) / C * (math.exp(-t / tm) - math.exp(-t / ts))
    return v0 * math.exp(-t / tm) + I0 * kernel + I_e * tm / C * (1 - math.exp(-t / tm)), I0 * math.exp(-t / ts)
  end

  for precision, tolerance in pairs(both) do
    it("follows the closed form of a postsynaptic potential, " .. precision, function()
      local made = compiler.neuron(copy(def, { precision = precision }))
      local sim = units.neuron(made, { n = 3, dt = dt })
      sim:set("v", { -65e-3, -60e-3, -70e-3 })
      sim:set("I", { 500e-12, 0, -100e-12 })
      sim:set("I_e", { 0, 100e-12, 50e-12 })
      for _, steps in ipairs { 1, 9, 40, 450 } do
        local before = { v = sim:get "v", I = sim:get "I", I_e = sim:get "I_e" }
        assert.same({}, (sim:step(steps)))
        for k = 1, 3 do
          local v, I = psp(steps * dt, before.v[k] + 65e-3, before.I[k], before.I_e[k])
          close(v - 65e-3, sim:get "v"[k], tolerance, 0.01, "v")
          close(I, sim:get "I"[k], tolerance * steps, 1e-15, "I")
        end
      end
    end)

    it("spikes when it must, and is refractory for so many steps, " .. precision, function()
      local made = compiler.neuron(copy(def, { precision = precision }))
      local sim = units.neuron(made, { n = 2, dt = dt })
      local I_e = { 500e-12, 700e-12 }
      sim:set("v", -65e-3)
      sim:set("I_e", I_e)
      local steps, who = sim:step(1000)
      for k = 1, 2 do
        -- from reset to threshold: -tau ln(1 - (v_th - E_L) / (I R)), then 20 steps of refractory time
        local rise = math.ceil(-10e-3 * math.log(1 - 15e-3 / (I_e[k] * 10e-3 / 250e-12)) / dt)
        local expected, found = {}, {}
        local s = rise - 1
        while s < 1000 do
          expected[#expected + 1] = s
          -- the reset counts from the end of the step; 19 steps do nothing
          s = s + 19 + rise
        end
        for n, neuron in ipairs(who) do
          if neuron == k then found[#found + 1] = math.tointeger(steps[n]) end
        end
        assert.same(expected, found)
      end
    end)
  end

  it("holds what is frozen and lets the others go on towards it", function()
    local sim = units.neuron(compiler.neuron {
      equations = "dv/dt = 1/tau : 1 (unless refractory)\ndu/dt = (v - u)/tau : 1",
      threshold = "v > 1", reset = "v = 0.25", refractory = 5 * ms, parameters = { tau = 10 * ms },
    }, { n = 1, dt = dt })
    sim:set("v", 0.9995)
    sim:set("u", 2)
    assert.same({ 0 }, (sim:step(1)))
    local u0 = sim:get "u"[1]
    assert.same({}, (sim:step(49)))
    assert.equal(0.25, sim:get "v"[1])
    close(0.25 + (u0 - 0.25) * math.exp(-49e-4 / 10e-3), sim:get "u"[1], 1e-13)
    sim:step(1)
    close(0.26, sim:get "v"[1], 1e-13)
  end)

  it("takes matrices of each neuron's own variables", function()
    local made = compiler.neuron { equations =
      "dv/dt = (x - v)/tau_v : 1\ndx/dt = -x/tau_x : 1\ntau_v : second\ntau_x : second (constant)" }
    local sim = units.neuron(made, { n = 3, dt = dt })
    assert.is_true(units.open(made.source):info().system_per_neuron)
    local tau_v, tau_x = { 10e-3, 5e-3, 20e-3 }, { 2e-3, 3e-3, 50e-3 }
    sim:set("tau_v", tau_v)
    sim:set("tau_x", tau_x)
    sim:set("x", 1)
    sim:step(100)
    local t = 100 * dt
    for k = 1, 3 do
      local a, b = tau_v[k], tau_x[k]
      close(b / (a - b) * (math.exp(-t / a) - math.exp(-t / b)), sim:get "v"[k], 1e-12)
    end
  end)

  it("takes shared variables in the matrix, and shared states", function()
    local made = compiler.neuron { equations =
      "dv/dt = (s - v)/tau : 1\ntau : second (shared)\ns = a + b : 1 (shared)\na : 1 (shared)\nb : 1 (shared)" }
    assert.is_false(units.open(made.source):info().system_per_neuron)
    local sim = units.neuron(made, { n = 2, dt = dt })
    sim:set("tau", 4e-3)
    sim:set("a", 1.5)
    sim:set("b", 0.5)
    sim:step(20)
    close(2 * (1 - math.exp(-0.5)), sim:get "v"[2], 1e-13)
  end)

  it("steps a chain with equal time constants (a matrix that cannot be diagonalised)", function()
    local sim = units.neuron(compiler.neuron { equations =
      "dx/dt = -x/tau : 1\ndy/dt = (x - y)/tau : 1\ndz/dt = (y - z)/tau : 1", parameters = { tau = 5 * ms } },
      { n = 1, dt = dt })
    sim:set("x", 1)
    sim:step(100)
    local s = 100 * dt / 5e-3
    close(s * math.exp(-s), sim:get "y"[1], 1e-12)
    close(s * s / 2 * math.exp(-s), sim:get "z"[1], 1e-12)
  end)

  it("steps decoupled equations with coefficients that change", function()
    local sim = units.neuron(compiler.neuron { method = "exact", parameters = { tau = 10 * ms },
      equations = "dv/dt = -v*g/tau + x/tau : 1\ng : 1\nx : 1", threshold = "v > 1000", reset = "g += 1" },
      { n = 3, dt = dt })
    sim:set("v", 1)
    sim:set("g", { 0, 1, 2 })
    sim:set("x", { 1, 1, 0 })
    sim:step(50)
    close(1.5, sim:get "v"[1], 1e-13)
    close(1, sim:get "v"[2], 1e-13)
    close(math.exp(-1), sim:get "v"[3], 1e-13)
  end)
end)

-- ---------------------------------------------------------------- Hodgkin-Huxley, in every method

-- Brian2's COBAHH, without synapses but with currents.
local hh = {
  name = "hh", threshold = "v > -20*mV", refractory = 3 * ms,
  equations = [[
    dv/dt = (gl*(El - v) - g_na*(m*m*m)*h*(v - ENa) - g_kd*n**4*(v - EK) + I)/Cm : volt
    dm/dt = alpha_m*(1 - m) - beta_m*m : 1
    dn/dt = alpha_n*(1 - n) - beta_n*n : 1
    dh/dt = alpha_h*(1 - h) - beta_h*h : 1
    alpha_m = 0.32*(mV**-1)*4*mV/exprel((13*mV - v + VT)/(4*mV))/ms : Hz
    beta_m = 0.28*(mV**-1)*5*mV/exprel((v - VT - 40*mV)/(5*mV))/ms : Hz
    alpha_h = 0.128*exp((17*mV - v + VT)/(18*mV))/ms : Hz
    beta_h = 4./(1 + exp((40*mV - v + VT)/(5*mV)))/ms : Hz
    alpha_n = 0.032*(mV**-1)*5*mV/exprel((15*mV - v + VT)/(5*mV))/ms : Hz
    beta_n = .5*exp((10*mV - v + VT)/(40*mV))/ms : Hz
    I : amp ]],
  parameters = {
    Cm = 200 * pF, gl = 10 * nS, El = -60 * mV, EK = -90 * mV, ENa = 50 * mV, g_na = 20000 * nS, g_kd = 6000 * nS,
    VT = -63 * mV,
  },
}

-- (exp(z) - 1)/z, from its series where the difference would lose digits
local function exprel(z)
  if math.abs(z) > 1 then return (math.exp(z) - 1) / z end
  local sum, term = 0, 1
  for k = 1, 25 do
    sum = sum + term
    term = term * z / (k + 1)
  end
  return sum
end

-- Right sides, and for each state the coefficient of itself.
local function hh_rates(y, I)
  local v, m, n, h = y[1] * 1e3, y[2], y[3], y[4]
  local VT = -63
  local am, bm = 0.32e3 * 4 / exprel((13 - v + VT) / 4), 0.28e3 * 5 / exprel((v - VT - 40) / 5)
  local ah, bh = 0.128e3 * math.exp((17 - v + VT) / 18), 4e3 / (1 + math.exp((40 - v + VT) / 5))
  local an, bn = 0.032e3 * 5 / exprel((15 - v + VT) / 5), 0.5e3 * math.exp((10 - v + VT) / 40)
  local na, kd = 20000e-9 * m ^ 3 * h, 6000e-9 * n ^ 4
  local C = 200e-12
  local f = { (10e-9 * (-60e-3 - y[1]) - na * (y[1] - 50e-3) - kd * (y[1] + 90e-3) + I) / C,
    am * (1 - m) - bm * m, an * (1 - n) - bn * n, ah * (1 - h) - bh * h }
  return f, { -(10e-9 + na + kd) / C, -(am + bm), -(an + bn), -(ah + bh) }
end

local function axpy(a, x, y)
  local out = {}
  for k = 1, #y do out[k] = y[k] + a * x[k] end
  return out
end

local hh_step = {}

function hh_step.euler(y, I) return axpy(dt / 10, hh_rates(y, I), y) end

function hh_step.rk2(y, I)
  local d = dt / 10
  return axpy(d, hh_rates(axpy(d / 2, hh_rates(y, I), y), I), y)
end

function hh_step.rk4(y, I)
  local d = dt / 10
  local k1 = hh_rates(y, I)
  local k2 = hh_rates(axpy(d / 2, k1, y), I)
  local k3 = hh_rates(axpy(d / 2, k2, y), I)
  local k4 = hh_rates(axpy(d, k3, y), I)
  return axpy(d / 6, k4, axpy(d / 3, k3, axpy(d / 3, k2, axpy(d / 6, k1, y))))
end

-- As Brian2 writes it: (x + B/A) exp(A dt) - B/A.
function hh_step.exponential_euler(y, I)
  local f, A = hh_rates(y, I)
  local out = {}
  for k = 1, 4 do
    local BA = f[k] / A[k] - y[k]
    out[k] = (y[k] + BA) * math.exp(A[k] * dt / 10) - BA
  end
  return out
end

describe("Hodgkin and Huxley's equations", function()
  for method, step in pairs(hh_step) do
    for precision, tolerance in pairs { double = 1e-9, single = 5e-3 } do
      it(("agree with an integration by hand: %s, %s"):format(method, precision), function()
        local made = compiler.neuron(copy(hh, { method = method, precision = precision }))
        local sim = units.neuron(made, { n = 2, dt = dt / 10 })
        local start, currents = { -63e-3, 0.05, 0.3, 0.6 }, { 0, 300e-12 }
        for k, name in ipairs { "v", "m", "n", "h" } do sim:set(name, start[k]) end
        sim:set("I", currents)
        local count = precision == "double" and 3000 or 400
        local spikes = sim:step(count)
        if precision == "double" then assert.is_true(#spikes >= 1) end
        for neuron = 1, 2 do
          local y = start
          for _ = 1, count do y = step(y, currents[neuron]) end
          for k, name in ipairs { "v", "m", "n", "h" } do
            close(y[k], sim:get(name)[neuron], tolerance, 1e-3, name)
          end
        end
      end)
    end
  end

  it("give every lane the same bits, alone or in company", function()
    for _, precision in ipairs { "double", "single" } do
      local made = compiler.neuron(copy(hh, { method = "exponential_euler", precision = precision }))
      local many, one = units.neuron(made, { n = 100 }), units.neuron(made, { n = 1, gid0 = 7 })
      for _, sim in ipairs { many, one } do
        for name, value in pairs { v = -55e-3, m = 0.1, n = 0.3, h = 0.6, I = 1e-9 } do sim:set(name, value) end
        sim:step(50)
      end
      for _, name in ipairs { "v", "m", "n", "h" } do
        local alone = one:get(name)[1]
        for _, value in ipairs(many:get(name)) do assert.equal(alone, value) end
      end
    end
  end)
end)

-- ---------------------------------------------------------------- conductances and time

describe("exponential Euler", function()
  it("steps conductance-based neurons, alone where the coefficient is zero too", function()
    local sim = units.neuron(compiler.neuron { method = "exponential_euler", equations = [[
        dv/dt = g*(E - v)/C + I/C : volt
        dg/dt = -g/tau : siemens
        I : amp ]], parameters = { E = 0 * mV, C = 100 * pF, tau = 5 * ms } }, { n = 2, dt = dt })
    sim:set("v", -60e-3)
    sim:set("g", { 20e-9, 0 })
    sim:set("I", { 0, 50e-12 })
    local v, g = -60e-3, 20e-9
    for _ = 1, 200 do v, g = v * math.exp(-g * dt / 100e-12), g * math.exp(-dt / 5e-3) end
    sim:step(200)
    close(v, sim:get "v"[1], 1e-12)
    close(g, sim:get "g"[1], 1e-12)
    close(-60e-3 + 200 * dt * 50e-12 / 100e-12, sim:get "v"[2], 1e-12)
  end)

  it("follows the exponential for coefficients of any size, whatever the neurons beside", function()
    local z = { -700, -30, -2, -0.7, -0.5, -0.49999, -0.3, -1e-3, -1e-12, 0, 1e-12, 1e-3, 0.3, 0.5, 0.50001, 0.7, 5, 80 }
    for precision, tolerance in pairs { double = 4e-15, single = 6e-7 } do
      local made = compiler.neuron { method = "exponential_euler", precision = precision,
        equations = "dx/dt = a*x + r : 1\na : hertz\nr : hertz" }
      local a = {}
      for k, value in ipairs(z) do a[k] = value / dt end
      local all = units.neuron(made, { n = #z, dt = dt })
      all:set("a", a)
      all:set("r", 1 / dt)
      all:step(1)
      for k, value in ipairs(z) do
        close(exprel(value), all:get "x"[k], tolerance)
        local alone = units.neuron(made, { n = 1, dt = dt })
        alone:set("a", value / dt)
        alone:set("r", 1 / dt)
        alone:step(1)
        assert.equal(alone:get "x"[1], all:get "x"[k])
      end
    end
  end)
end)

describe("explicit methods", function()
  -- dx/dt = cos(w t) x
  local function error_of(method, steps)
    local made = compiler.neuron { method = method, equations = "dx/dt = cos(w*t)*x*w : 1",
      parameters = { w = 2 * math.pi * 10 * u.Hz } }
    local step = 0.02 / steps
    local sim = units.neuron(made, { n = 1, dt = step })
    sim:set("x", 1)
    sim:step(steps)
    return math.abs(sim:get "x"[1] - math.exp(math.sin(2 * math.pi * 10 * 0.02)))
  end

  it("have their orders, with the time of each stage", function()
    for method, order in pairs { euler = 1, rk2 = 2, rk4 = 4 } do
      local rate = math.log(error_of(method, 40) / error_of(method, 80), 2)
      assert.is_true(math.abs(rate - order) < 0.25, ("%s: order %.3f"):format(method, rate))
    end
  end)

  it("hold frozen variables, whatever the stage", function()
    for _, method in ipairs { "euler", "rk2", "rk4", "exponential_euler" } do
      local sim = units.neuron(compiler.neuron { method = method,
        equations = "dv/dt = v*0/tau + 1/tau : 1 (unless refractory)\ndu/dt = v/tau : 1",
        threshold = "v > 1", reset = "v = 0", refractory = 1 * ms, parameters = { tau = 10 * ms } },
        { n = 1, dt = dt })
      sim:set("v", 0.9999)
      assert.same({ 0 }, (sim:step(1)))
      sim:set("u", 0)
      sim:step(9)
      assert.equal(0, sim:get "v"[1])
      assert.equal(0, sim:get "u"[1])
      sim:step(1)
      close(0.01, sim:get "v"[1], 1e-12)
    end
  end)

  it("keep the time in double precision in single precision models", function()
    local sim = units.neuron(compiler.neuron { method = "euler", precision = "single", threshold = "t > t_on",
      equations = "dx/dt = (t > t_on)/tau : 1", parameters = { tau = 1 * ms, t_on = 5000 * u.second } },
      { n = 1, dt = dt, step = 50000000 - 3 })
    local steps = sim:step(8)
    assert.equal(50000001, steps[1])
    close(0.4, sim:get "x"[1], 1e-6)
  end)
end)

-- ---------------------------------------------------------------- shared variables, other types

describe("shared parameters and subexpressions", function()
  it("are the same for all, in every method", function()
    for _, method in ipairs { "exact", "euler", "rk4", "exponential_euler" } do
      for precision, tolerance in pairs { double = 1e-13, single = 1e-6 } do
        local def = { method = method, precision = precision, parameters = { tau = 10 * ms },
          equations = "dv/dt = (g - v)/tau : 1\ng : 1 (shared)\nk = 2*g : 1 (shared)\ndw/dt = -k*w/tau : 1" }
        local sim = units.neuron(compiler.neuron(def), { n = 70, dt = dt })
        sim:set("g", 0.5)
        sim:set("v", 1)
        sim:set("w", 1)
        sim:step(10)
        local exact = math.exp(-0.1)
        close(0.5 + 0.5 * exact, sim:get "v"[70], math.max(tolerance, method == "euler" and 1e-3 or 1e-9))
        close(exact, sim:get "w"[1], math.max(tolerance, method == "euler" and 1e-3 or 1e-9))
      end
    end
  end)
end)

describe("integers and booleans", function()
  it("are compared as integers in single precision", function()
    local sim = units.neuron(compiler.neuron { precision = "single", equations = "x : 1\nn : integer",
      threshold = "i == 16777217 or n > 16777216", reset = "x = 1" }, { n = 3, gid0 = 16777215 })
    sim:set("n", { 0, 16777216, 16777217 })
    local _, who = sim:step(1)
    assert.same({ 2, 3 }, who)
  end)

  it("are counted and flipped in the reset, and read in equations", function()
    local sim = units.neuron(compiler.neuron {
      equations = "dv/dt = 1/tau + (on and count > 2)*1/tau : 1\ncount : integer\non : boolean",
      threshold = "v > 0.05", parameters = { tau = 1 * ms },
      reset = "v = 0; count += 1; on = not on; count = count*1.5",
    }, { n = 2, dt = dt })
    sim:set("on", { 0, 1 })
    local steps = sim:step(3)
    assert.same({ 0, 0, 1, 1, 2, 2 }, steps)
    -- 0 -> 1 -> 1 (truncated 1.5), 2 -> 3, 4 -> 6
    assert.same({ 6, 6 }, sim:get "count")
    assert.same({ 1, 0 }, sim:get "on")
  end)
end)

-- ---------------------------------------------------------------- threshold, reset, refractoriness

describe("threshold and reset", function()
  it("see the new states, through subexpressions too", function()
    local sim = units.neuron(compiler.neuron { equations = "dv/dt = 1/tau : 1\ndouble = 2*v : 1",
      threshold = "double >= 0.4 - 1e-9", reset = "v = double - 0.4; w = v; v += w", parameters = { tau = 1 * ms } },
      { n = 1, dt = dt })
    local steps = sim:step(2)
    assert.same({ 1 }, steps)
    close(0, sim:get "v"[1], 1e-9, 1)
  end)

  it("run the statements in order, with temporaries", function()
    local sim = units.neuron(compiler.neuron { equations = "v : 1\nw : 1", threshold = "v > 0",
      reset = "old = v\nv = w\nw = old\nv *= 2\nw /= 4\nv -= w\nv **= 2" }, { n = 1 })
    sim:set("v", 8)
    sim:set("w", 3)
    sim:step(1)
    assert.equal(2, sim:get "w"[1])
    assert.equal(16, sim:get "v"[1])
  end)

  it("report only real neurons, in ascending order, and note their last spikes", function()
    local sim = units.neuron(compiler.neuron { equations = "v : 1\nx : second", threshold = "v >= 0",
      reset = "x = lastspike" }, { n = 130, dt = dt, step = 41 })
    local v = {}
    for k = 1, 130 do v[k] = k % 3 == 0 and 1 or -1 end
    sim:set("v", v)
    local _, who = sim:step(1)
    assert.equal(43, #who)
    for n, neuron in ipairs(who) do assert.equal(3 * n, neuron) end
    close(41 * dt, sim:get "x"[3], 1e-15)
    assert.equal(0, sim:get "x"[1])
  end)

  it("know that a neuron never spiked", function()
    local sim = units.neuron(compiler.neuron { equations = "x : 1", threshold = "t - lastspike > 9999*second",
      reset = "x += 1", refractory = "0*ms" }, { n = 1 })
    sim:step(3)
    assert.equal(1, sim:get "x"[1])
  end)
end)

describe("refractoriness", function()
  local function intervals(refractory, more, options)
    local def = { equations = "dv/dt = 1/tau : 1 (unless refractory)\nref : second\nok : boolean",
      threshold = "v > 0.5", reset = "v = 1", refractory = refractory, parameters = { tau = 1 * u.second } }
    local made = compiler.neuron(copy(def, more))
    local sim = units.neuron(made, copy({ n = 3, dt = dt }, options))
    sim:set("v", 1)
    return sim, made
  end

  local function steps_of(sim, count, neuron)
    local steps, who = sim:step(count)
    local out = {}
    for n, k in ipairs(who) do
      if k == neuron then out[#out + 1] = math.tointeger(steps[n]) end
    end
    return out
  end

  it("is counted in steps as Brian2 counts", function()
    assert.same({ 0, 5, 10 }, steps_of(intervals(0.5 * ms), 12, 1))
    assert.same({ 0, 3, 6 }, steps_of(intervals(0.39 * ms), 8, 1)) -- 3.9 steps
    assert.same({ 0, 4, 8 }, steps_of(intervals(0.39995 * ms), 9, 1)) -- within a thousandth of a step of 4
    assert.same({ 0, 1, 2 }, steps_of(intervals(0 * ms), 3, 1))
    assert.same({ 0 }, steps_of(intervals(1e9 * u.second), 50, 1))
  end)

  it("may differ between neurons, and depend on states", function()
    local sim = intervals "ref"
    sim:set("ref", { 0.2e-3, 0.3e-3, 0.5e-3 })
    assert.same({ 0, 5, 10 }, steps_of(sim, 11, 3))
    sim = intervals("ref + v*ms", { reset = "v = 0.51; ref += 0.2*ms" })
    -- waits: at 0.2 + 0.51 ms: 7 steps, then 9, 11
    assert.same({ 0, 7, 16, 27 }, steps_of(sim, 30, 1))
  end)

  it("may be a condition: it ends where the condition is false, and starts with a spike only", function()
    local sim, made = intervals("v > 0.7 or ok", { equations = "v : 1\nok : boolean\nref : 1", parameters = {} })
    assert.equal("_refractory", units.open(made.source):info().variables[4])
    sim:set("ok", { 0, 0, 1 })
    sim:set("v", { 1, 0.6, 0.1 })
    assert.same({ 0 }, steps_of(sim, 5, 1)) -- v stays 1
    sim:set("v", { 0.6, 0.6, 0.6 })
    sim:set("ok", 0)
    assert.same({ 5 }, steps_of(sim, 1, 1))
    sim:set("v", 0.6)
    assert.same({ 6, }, steps_of(sim, 1, 2))
  end)

  it("is there to read", function()
    local sim = units.neuron(compiler.neuron { equations = "dx/dt = int(not_refractory)/tau : 1", threshold = "x >= 0",
      reset = "x -= 100", refractory = 1 * ms, parameters = { tau = 0.1 * ms } }, { n = 1, dt = dt })
    sim:step(10)
    close(1 - 100, sim:get "x"[1], 1e-12)
    sim:step(1)
    close(2 - 100, sim:get "x"[1], 1e-12)
  end)
end)

-- ---------------------------------------------------------------- random numbers

local function moments(list)
  local sum, square = 0, 0
  for _, x in ipairs(list) do sum = sum + x end
  local mean = sum / #list
  for _, x in ipairs(list) do square = square + (x - mean) ^ 2 end
  return mean, square / #list
end

describe("random numbers", function()
  local n = 40000

  local function draw(expression, precision)
    local sim = units.neuron(compiler.neuron { precision = precision, method = "euler",
      parameters = { one = 1 * u.second }, equations = "dx/dt = (" .. expression .. " - x)/one : 1" },
      { n = n, dt = 1 })
    sim:step(3)
    return sim:get "x"
  end

  it("are uniform, in both precisions", function()
    for precision in pairs(both) do
      local x = draw("rand()", precision)
      local mean, variance = moments(x)
      close(0.5, mean, 5 * math.sqrt(1 / 12 / n) / 0.5)
      close(1 / 12, variance, 0.03)
      for _, value in ipairs(x) do assert.is_true(value >= 0 and value < 1) end
    end
  end)

  it("are normal, in both precisions", function()
    for precision in pairs(both) do
      local mean, variance = moments(draw("randn()", precision))
      close(0, mean, 1, 5 / math.sqrt(n))
      close(1, variance, 5 * math.sqrt(2 / n))
    end
  end)

  it("are Poisson, for small and large means", function()
    for _, lambda in ipairs { 0.3, 7, 30, 2000 } do
      local mean, variance = moments(draw(("poisson(%g)"):format(lambda)))
      close(lambda, mean, 5 * math.sqrt(lambda / n) / lambda)
      close(lambda, variance, 0.05)
    end
    assert.equal(0, (moments(draw "poisson(0.0)")))
  end)

  it("are binomial, of few and many trials, likely or not", function()
    for _, case in ipairs { { 5, 0.3 }, { 40, 0.9 }, { 60, 0.5 }, { 3000, 0.02 }, { 100000, 0.4 } } do
      local trials, p = table.unpack(case)
      local x = draw(("binomial(%d, %g)"):format(trials, p))
      local mean, variance = moments(x)
      close(trials * p, mean, 5 * math.sqrt((1 - p) / (trials * p * n)))
      close(trials * p * (1 - p), variance, 0.06)
      if trials <= 60 then
        local deviate = stat.chi_square(stat.tally(x, trials), stat.expected(n, trials, stat.binomial(trials, p)))
        assert.is_true(math.abs(deviate) < 4, ("binomial(%d, %g): deviate %g"):format(trials, p, deviate))
      end
    end
    for text, value in pairs { ["0, 0.5"] = 0, ["7, 0.0"] = 0, ["7, 1.0"] = 7, ["7.9, 2"] = 7 } do
      assert.same({ value, 0 }, { moments(draw("binomial(" .. text .. ")")) })
    end
  end)

  it("belong to the neuron and the step, whatever the partition", function()
    local made = compiler.neuron { equations = "dx/dt = (randn() + poisson(3) + binomial(9, 0.4))/one : 1\nspikes : 1",
      method = "euler", parameters = { one = 1 * u.second }, threshold = "rand() < 0.3", reset = "spikes += rand()" }
    local function run(gid0, count)
      local sim = units.neuron(made, { n = count, gid0 = gid0, size = 200, dt = 1 })
      sim:step(5)
      return sim:get "x", sim:get "spikes"
    end
    local x, s = run(0, 200)
    for _, part in ipairs { { 0, 128 }, { 128, 72 }, { 100, 1 } } do
      local px, ps = run(part[1], part[2])
      for k = 1, part[2] do
        assert.equal(x[part[1] + k], px[k])
        assert.equal(s[part[1] + k], ps[k])
      end
    end
  end)

  it("differ between calls, neurons and steps", function()
    local sim = units.neuron(compiler.neuron { method = "euler", parameters = { one = 1 * u.second },
      equations = "dx/dt = (rand() - x)/one : 1\ndy/dt = (rand() - y)/one : 1" }, { n = 1000, dt = 1 })
    local seen, count = {}, 0
    for _ = 1, 3 do
      sim:step(1)
      for _, name in ipairs { "x", "y" } do
        for _, value in ipairs(sim:get(name)) do
          count = count + (seen[value] and 0 or 1)
          seen[value] = true
        end
      end
    end
    assert.equal(6000, count)
  end)
end)

-- ---------------------------------------------------------------- timed arrays

describe("timed arrays", function()
  local function stim(columns, values)
    return { timed_array = true, dim = Q.dimensionless, dt = 1e-3, columns = columns, rows = #values // columns,
      values = values }
  end

  it("change with their own step, and stay at their last value", function()
    for precision in pairs(both) do
      local made = compiler.neuron { precision = precision, method = "euler",
        equations = "dx/dt = (stim(t) - x)/one : 1", parameters = { one = 0.1 * ms, stim = stim(1, { 5, 7, 11 }) } }
      local sim = units.neuron(made, { n = 2, dt = dt })
      for step = 0, 45 do
        sim:step(1)
        close(({ 5, 7, 11, 11, 11 })[step // 10 + 1], sim:get "x"[2], 1e-6)
      end
    end
  end)

  it("have a column a neuron, by its index in the whole population", function()
    local made = compiler.neuron { method = "euler", equations = "dx/dt = (stim(t, i) - x)/one : 1",
      parameters = { one = 0.1 * ms, stim = stim(4, { 1, 2, 3, 4, 10, 20, 30, 40 }) } }
    local sim = units.neuron(made, { n = 3, gid0 = 1, size = 4, dt = dt })
    sim:step(1)
    assert.same({ 2, 3, 4 }, sim:get "x")
    sim:step(10)
    for k = 1, 3 do close(10 * (k + 1), sim:get "x"[k], 1e-12) end
  end)
end)

-- ---------------------------------------------------------------- the text itself

describe("generated neurons", function()
  it("are the same bytes from the same definition", function()
    local function source(order)
      local parameters = {}
      for _, name in ipairs(order) do parameters[name] = hh.parameters[name] end
      return compiler.neuron(copy(hh, { parameters = parameters, method = "rk4" })).source
    end
    local names = {}
    for name in pairs(hh.parameters) do names[#names + 1] = name end
    table.sort(names)
    local first = source(names)
    table.sort(names, function(a, b) return a > b end)
    assert.equal(first, source(names))
  end)

  it("do not depend on the values of parameters", function()
    local other = copy(hh, { parameters = copy(hh.parameters, { gl = 11 * nS }) })
    assert.equal(compiler.neuron(hh).source, compiler.neuron(other).source)
  end)

  it("carry the user's text as a comment, which it cannot leave", function()
    local made = compiler.neuron {
      name = 'x"; int y; /*', threshold = "v > 1 # */ #error out ??/",
      equations = "dv/dt = -v/tau : 1 # */ int evil; /* \\\n# ends in a backslash \\\n# ??/\n#\0 \27[31m\r #error",
      reset = "v = 0 # *\\\n# */\n#/", parameters = { tau = 10 * ms } }
    local body = made.source:match "^/%*(.-)%*/"
    assert.is_truthy(body:find("evil", 1, true))
    assert.is_nil(made.source:sub(#body + 5):find "evil")
    assert.is_nil(body:find "[%z\1-\9\11-\31]")
    units.build(made.source, "-trigraphs -Wcomment")
    assert.equal(1, units.neuron(made, { n = 1 }) and 1)
  end)

  it("may use names that mean something in C", function()
    local made = compiler.neuron { equations = [[
      dint_/dt = (double + at_x - while + n)/tau : 1
      double : 1
      at_x : 1
      while = double*struct : 1
      n : integer
      own : 1
      spikes : 1
      a : 1
      b : 1
      k : 1
      last : 1
      step : 1
      real : 1
      exp1 = a + b + k + last + step + real + own + spikes : 1 ]],
      threshold = "exp1 > 1", reset = "static = n; own = static; spikes = auto", method = "euler",
      parameters = { tau = 1 * ms, struct = 2, auto = 3, NULL = 1, c1 = 4, x1 = 5 } }
    local sim = units.neuron(made, { n = 1, dt = dt })
    sim:set("double", 1)
    sim:set("at_x", 4)
    sim:set("n", 7)
    sim:set("k", 2)
    sim:step(1)
    close(1, sim:get "int_"[1], 1e-12)
    assert.equal(7, sim:get "own"[1])
    assert.equal(3, sim:get "spikes"[1])
  end)

  it("stay in single precision", function()
    for _, method in ipairs { "euler", "rk4", "exponential_euler" } do
      units.build(compiler.neuron(copy(hh, { precision = "single", method = method })).source, "-Wdouble-promotion")
    end
  end)

  it("are vectorised whole, with vector maths", function()
    if not units.run "uname -m; cc --version":find "x86_64.*Free Software" then return pending "not GCC on x86-64" end
    local lif = { refractory = "ref", threshold = "v > 1", reset = "v = 0", parameters = { tau = 5 * ms, v_t = 1 },
      equations = "dv/dt = (g - v + randn())/tau : 1 (unless refractory)\ndg/dt = -g/tau : 1\nref : second" }
    for _, precision in ipairs { "double", "single" } do
      for _, def in ipairs { lif, copy(hh, { method = "rk4" }) } do
        local made = compiler.neuron(copy(def, { precision = precision }))
        local path, messages = units.build(made.source, "-fopt-info-vec")
        assert.is_truthy(messages:find "loop vectorized")
        assert.is_nil(messages:find "versioned")
        local code = units.run("objdump -d --disassemble=advance " .. path)
        assert.is_truthy(code:find "_ZGV")
        for _, name in ipairs { "exp", "expm1", "log", "cos" } do
          assert.is_nil(code:match("<" .. name .. "f?@plt>"))
        end
      end
    end
  end)
end)
