-- What a neuron model may have beside equations, threshold and reset: functions given as equations, events, statements
-- run every so often, what is constant over dt, linked variables, adaptive steps. tests/conformance compares the same
-- with Brian2; here are closed forms, and refusals by their message.
local ln = require "lunate"
local ms, mV, kHz = ln.ms, ln.mV, ln.kHz
local message = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").message

local function network() return ln.network { dt = 0.1*ms, seed = 3 } end

local function model(def)
  def.parameters = def.parameters or { tau = 10*ms }
  return ln.neuron(def)
end

local function refused(def, text)
  assert.matches(text, message(model, def), 1, true)
end

local function close(expected, actual, tolerance)
  local off = math.abs(actual - expected)
  if off > tolerance * math.abs(expected) or off ~= off then
    error(("expected %.17g, got %.17g"):format(expected, actual), 2)
  end
end

describe("functions given as equations", function()
  it("are put in where they are called, also by each other, in Python's precedence", function()
    local net = network()
    local p = net:population(2, model {
      equations = "dx/dt = decay(x, 1) : 1\ny = square(x + 1) - twice(3)*x : 1",
      functions = { decay = { "x", "to", "(to - x)/tau" }, square = { "a", "a**2" }, twice = { "a", "a + a" } },
    }, { x = 3 })
    assert.equal("exact", ln.neuron(p.model.definition).unit.plan.method)
    net:run(5*ms)
    close(1 + 2*math.exp(-0.5), p.x[1], 1e-13)
    close((p.x[1] + 1)^2 - 6*p.x[1], p.y[2], 1e-13)
  end)

  it("draw once for an argument", function()
    local net = network()
    local p = net:population(100, model {
      equations = "d : 1", functions = { difference = { "a", "a - a" } }, every = { { 1*ms, "d = difference(rand())" } },
    }, { d = 1 })
    net:run(1*ms)
    assert.equal(0, p.d:max())
    assert.equal(0, p.d:min())
  end)

  it("are known to what is about the model: initial values, synapses onto it, which may have their own", function()
    local net = network()
    local lif = model { equations = "v : 1\ng : 1", functions = { twice = { "x", "2*x*gain" } }, parameters = { gain = 3 } }
    local p = net:population(2, lif, { name = "p", v = "twice(i)" })
    assert.same({ 6, 12 }, { p.v[1], p.v[2] })
    local source = net:population(2, ln.spike_source { indices = { 1, 2 }, times = { 0*ms, 1*ms } })
    net:project(source, p, { connect = ln.one_to_one(), transmit = "v += half(twice(w))", w = "twice(i_post)/6",
      functions = { half = { "x", "x/2" } } })
    net:run(2*ms)
    assert.same({ 9, 18 }, { p.v[1], p.v[2] })
  end)

  it("have their units checked where they are called", function()
    local functions = { f = { "v", "v/tau" }, g = { "x", "g(x)" }, exp2 = { "x", "exp(x)*y" } }
    refused({ equations = "dv/dt = f(v) + v : volt", functions = functions }, "cannot add 'v/tau' (V/s) and 'v' (V)")
    refused({ equations = "x = f(1*mV, 2) : 1", functions = functions }, "f() takes 1 argument, not 2,")
    refused({ equations = "x = g(1) : 1", functions = functions }, "the function 'g' calls itself in the function 'g'")
    refused({ equations = "x = exp2(1) : 1", functions = functions }, "unknown name 'y' in the function 'exp2'")
    refused({ equations = "x = sqare(1) : 1", functions = { square = { "x", "x*x" } } },
      "unknown function 'sqare' (did you mean 'square'?) in the expression of 'x'")
    refused({ equations = "x : 1", functions = { exp = { "x", "x" } } },
      "the function 'exp' cannot have this name: it is a function")
    refused({ equations = "x : 1", functions = { f = { "x", 3 } } }, "must be its arguments' names and an expression")
  end)
end)

describe("events", function()
  it("are found after the threshold and act after the reset", function()
    local net = network()
    local p = net:population(3, model {
      equations = "dv/dt = rate : 1\nn : 1\nat : 1\nrate : hertz", threshold = "v > 0.95", reset = "v = 0",
      events = { high = "v > 0.95" }, on = { high = "n += 1; at = v" },
    }, { rate = { 1*kHz, 2*kHz, 0*kHz }, at = -1 })
    local high, spikes = net:record(p, "high"), net:record(p, "spikes")
    net:run(10*ms)
    assert.equal(spikes:count(), high:count())
    assert.same({ 10, 20, 0 }, { p.n[1], p.n[2], p.n[3] })
    assert.same({ 0, 0, -1 }, { p.at[1], p.at[2], p.at[3] })
    close(1000, high:rate() / ln.Hz, 1e-12)
  end)

  it("arrive at other neurons where a projection says so", function()
    local net = network()
    local a = net:population(3, model { equations = "dv/dt = 1/ms : 1", threshold = "v > 1.95", reset = "v = 0",
      events = { low = "v < 0.15", half = "abs(v - 1) < 0.01" } }, { name = "a" })
    local b = net:population(3, model { equations = "x : 1\ny : 1\nz : 1" })
    for event, transmit in pairs { low = "x += 1", half = "y += 1", spike = "z += i" } do
      net:project(a, b, { connect = ln.one_to_one(), event = event, transmit = transmit, delay = 0.3*ms })
    end
    net:run(6*ms)
    assert.same({ 3, 3, 6 }, { b.x[1], b.y[2], b.z[3] }) -- of three spikes the last is still under way
    assert.matches("a has no event 'lo' (did you mean 'low'?); there are spike, half, low", message(function()
      net:project(a, b, { connect = ln.one_to_one(), event = "lo", transmit = "x += 1" })
    end), 1, true)
  end)

  it("refuse what cannot be", function()
    refused({ equations = "v : 1", events = { e = "v" } },
      "the event 'e' must be a condition such as 'v > v_th', 'v' is a number")
    refused({ equations = "v : 1", on = { e = "v = 0" } }, "on: there is no event 'e' in events")
    refused({ equations = "v : 1", events = { burst = "v > 1" }, on = { brust = "v = 0" } }, "(did you mean 'burst'?)")
    refused({ equations = "v : 1", events = { spike = "v > 1" } }, "the event 'spike' is what threshold and reset are for")
    refused({ equations = "v : 1\nn = xi*second**.5 : 1", events = { e = "n > 1" } },
      "'n' holds noise (xi), so only differential equations can read it, not the event 'e'")
  end)
end)

describe("statements every so often", function()
  it("run at the start of the step, from the first on, and only where they may write", function()
    local net = network()
    local p = net:population(2, model {
      equations = "dv/dt = 0/second : 1 (unless refractory)\nn : 1\ns : 1 (shared)", threshold = "v > 1 and t < 1*ms", reset = "",
      refractory = 5*ms, every = { { 2*ms, "v += 1; n += 1" }, { 3*ms, "s += 1\ns *= 2" } },
    }, { v = { 0.5, 0 } })
    local trace = net:record(p, "n")
    net:run(10*ms)
    assert.same({ 5, 5 }, { p.n[1], p.n[2] })
    assert.equal(30, p.s[1])
    assert.same({ 1.0 + 0.5 + 2, 5 }, { p.v[1], p.v[2] }) -- neuron 1 is refractory at 2 and 4 ms
    assert.equal(1, trace.n:raw()[1][1])
  end)

  it("refuse what cannot be", function()
    refused({ equations = "v : 1", every = { { 10, "v = 0" } } }, "every: number 1 must be a time and statements")
    refused({ equations = "v : 1", every = { { 0*ms, "v = 0" } } }, "every: the time of number 1 must be positive, got 0 s")
    refused({ equations = "v : 1\ns : 1 (shared)", every = { { 1*ms, "s = v" } } },
      "'s' is shared, but 'v' that it is set from is not")
    assert.matches("statements every 250 us, but that is not a multiple of dt = 100 us", message(function()
      network():population(1, model { equations = "v : 1", every = { { 0.25*ms, "v = 0" } } })
    end), 1, true)
  end)
end)

describe("what is constant over dt", function()
  it("is computed once a step, for all readers", function()
    local net = network()
    local p = net:population(50, model {
      equations = [[
        x = randn() : 1 (constant over dt)
        y = x + shift : 1 (constant over dt)
        shift = rand() : 1 (shared, constant over dt)
        dv/dt = (y - x)/tau : 1 ]], method = "euler",
    })
    local trace = net:record(p, { "x", "y", "shift" })
    net:run(3*ms)
    local x, y, shift = trace.x:raw(), trace.y:raw(), trace.shift:raw()
    local v = 0
    for k = 1, 30 do
      for i = 1, 50 do close(shift[k][1], y[k][i] - x[k][i], 1e-9) end
      assert.is_true(k == 1 or shift[k][1] ~= shift[k - 1][1] and x[k][1] ~= x[k - 1][1] and x[k][1] ~= x[k][2])
      v = v + 0.1 / 10 * shift[k][1]
    end
    close(v, p.v[7], 1e-9)
  end)

  it("is how synapses read timed arrays", function()
    local net = network()
    local p = net:population(2, model {
      equations = "v : 1\ns = stim(t, i) : 1 (constant over dt)\nz = one(t) : 1 (shared, constant over dt)", parameters = {
        stim = ln.timed_array({ { 1, 2 }, { 3, 4 } }, 1*ms), one = ln.timed_array({ 10, 20, 30 }, 1*ms) },
    })
    local source = net:population(1, ln.spike_source { indices = { 1, 1, 1 }, times = { 0*ms, 1*ms, 2.5*ms } })
    net:project(source, p, { connect = ln.all_to_all(), transmit = "v += s + z" })
    net:run(4*ms)
    assert.same({ 67, 70 }, { p.v[1], p.v[2] })
  end)

  it("cannot be set", function()
    refused({ equations = "x = rand() : 1 (constant over dt)", threshold = "x > 1", reset = "x = 1" },
      "cannot assign to 'x': it is computed at the start of each step (constant over dt)")
    refused({ equations = "x = rand() : 1" }, "rand() cannot stand in the subexpression 'x'")
    refused({ equations = "x = xi*second**.5 : 1 (constant over dt)" }, "noise (xi) can stand only in the differential")
    assert.matches("x of a is constant over dt", message(function()
      network():population(1, model { equations = "x = t/ms : 1 (constant over dt)" }, { name = "a", x = 1 })
    end), 1, true)
  end)
end)

describe("linked variables", function()
  local source = { equations = "dv/dt = -v/tau : 1\nk : integer\nw : volt\ns : 1 (shared)\nd = 2*v : 1" }
  local target = { equations = "dy/dt = x/ms : 1\nx : 1 (linked)\nz = 10*x : 1" }

  it("are the other's values at any time, by number, index, slice or shared", function()
    local net = network()
    local a = net:population(4, model(source),
      { name = "a", v = function(k) return k end, s = 9, k = function(k) return 5 - k end })
    local one = net:population(4, model(target), { x = a.v })
    local some = net:population(6, model(target), { x = ln.linked(a.v, { 1, 1, 4, 4, 2, 3 }) })
    local part = net:population(2, model(target), { x = a:slice(2, 3).v })
    local shared = net:population(3, model(target), { x = a.s })
    local whole = net:population(4, model(target), { x = a.k })
    net:run(2*ms)
    for k, i in ipairs { 1, 1, 4, 4, 2, 3 } do
      assert.equal(a.v[i], some.x[k])
      assert.equal(one.y[i], some.y[k])
    end
    for k = 1, 4 do
      assert.equal(a.v[k], one.x[k])
      close(10*a.v[k], one.z[k], 1e-15)
      assert.equal(5 - k, whole.x[k])
    end
    assert.equal(a.v[3], part.x[2])
    assert.equal(9, shared.x[3])
    assert.equal(18, math.floor(shared.y[1] + 0.5))
    a.v = 7
    assert.equal(7, one.x:mean())
    assert.equal(7, some.x:mean())
  end)

  it("are linked before what is set from them, and cannot be read before", function()
    local net = network()
    local a = net:population(3, model(source), { v = { 1, 2, 3 } })
    local b = net:population(3, model(target), { y = "2*x", x = a.v })
    local c = net:population(2, model(target), { y = "3*x", x = ln.linked(a.v, { 3, 1 }) })
    assert.same({ 2, 6, 9, 3 }, { b.y[1], b.y[3], c.y[1], c.y[2] })
    local alone = net:population(2, model(target), { name = "alone" })
    for _, name in ipairs { "x", "z" } do
      assert.matches("alone: x is a linked variable, but is not linked to anything",
        message(function() return alone[name][1] end), 1, true)
    end
    alone.x = a:slice(2, 3).v
    assert.same({ 2, 30 }, { alone.x[1], alone.z[2] })
  end)

  it("refuse what cannot be", function()
    local net = network()
    local a = net:population(4, model(source), { name = "a" })
    local function linking(n, x, text)
      assert.matches(text, message(function() net:population(n, model(target), { name = "b", x = x }) end), 1, true)
    end
    linking(4, 1, "x of b is linked: give another population's variable")
    linking(4, a.w, "x of b is in 1, but w of a is in V")
    linking(4, a.d, "x of b cannot be linked to d of a, which is a subexpression")
    linking(5, a.v, "linked one to one, but there are 5 neurons here and 4 there")
    linking(2, ln.linked(a.v, { 1 }), "1 indices for 2 neurons")
    linking(2, ln.linked(a.v, { 1, 5 }), "index 5 of neuron 2: expected a whole number from 1 to 4")
    linking(4, network():population(4, model(source)).v, "belongs to another network")
    refused({ equations = "x : 1 (linked)", threshold = "x > 1", reset = "x = 0" },
      "cannot assign to 'x': it is linked to a variable of another population")
    refused({ equations = "x : 1 (linked, shared)" }, "'x' is linked: whether it is shared follows from what it is linked to")
    assert.matches("x is a linked variable, but is not linked to anything", message(function()
      local other = network()
      other:population(2, model(target))
      other:run(1*ms)
    end), 1, true)
  end)
end)

describe("adaptive steps", function()
  local stiff = {
    method = "rkf45", method_options = { tolerance = 1e-10 },
    equations = "dx/dt = -fast*(x - cos(t/tau)) : 1\ndy/dt = y*(1 - y)/tau : 1\nfast : hertz",
  }

  it("follow closed forms where a step is a hundred time constants, each neuron on its own", function()
    local net = ln.network { dt = 5*ms }
    local p = net:population(100, model(stiff), { x = 1, y = 0.1, fast = function(k) return k*200*ln.Hz end })
    net:run(30*ms)
    local w, tau, t = 100, 0.01, 0.03
    for _, k in ipairs { 1, 50, 64, 65, 100 } do
      local l = k*200
      local c = l*l/(l*l + w*w)
      local x = c*(math.cos(w*t) + w/l*math.sin(w*t)) + (1 - c)*math.exp(-l*t)
      close(x, p.x[k], 1e-7)
      close(1/(1 + 9*math.exp(-t/tau)), p.y[k], 1e-8)
    end
    local alone = ln.network { dt = 5*ms }
    local q = alone:population(1, model(stiff), { x = 1, y = 0.1, fast = 65*200*ln.Hz })
    alone:run(30*ms)
    assert.equal(q.x[1], p.x[65])
    assert.equal(q.y[1], p.y[65])
  end)

  it("shorten a step that leaves the domain of a function, and say so where no step is short enough", function()
    local net = ln.network { dt = 10*ms }
    local p = net:population(3, ln.neuron { method = "rkf45", equations = "dx/dt = -sqrt(x)*k/ms : 1\nk : 1" },
      { x = 1, k = 0.19 })
    net:run(10*ms)
    close((1 - 0.19*10/2)^2, p.x[2], 1e-4) -- an error of 1e-7 of where it came from
    assert.matches("x of neuron 1 is NaN at t = 20 ms", message(net.run, net, 10*ms), 1, true)
  end)

  it("say so where the steps run out", function()
    local net = ln.network { dt = 5*ms }
    net:population(2, ln.neuron { name = "blows", method = "rkf45", method_options = { max_steps = 50 },
      equations = "dx/dt = x**2/ms : 1" }, { name = "p", x = 10 })
    assert.matches("p: x of neuron 1 is NaN at t = ", message(net.run, net, 10*ms), 1, true)
  end)

  it("refuse options that are not there", function()
    local v = "dv/dt = -v/tau : volt"
    refused({ method = "rkf45", equations = v, method_options = { tolerence = 1 } }, "(did you mean 'tolerance'?)")
    refused({ method = "rkf45", equations = v, method_options = { tolerance = 0 } }, "tolerance must be a positive number")
    refused({ method = "rkf45", equations = v, method_options = { absolute = { v = 1*ms } } },
      "the absolute error of 'v' must be in V")
    refused({ method = "rkf45", equations = v, method_options = { absolute = { u = 1*mV } } },
      "'u' has no differential equation")
    refused({ method = "rk4", equations = v, method_options = { tolerance = 1 } },
      "method_options are for method 'rkf45', not 'rk4'")
  end)
end)

it("all of it goes back with the network, and comes out the same again", function()
  local net = network()
  local p = net:population(40, model {
    equations = "dx/dt = -x/tau + y*xi/tau**.5 : 1\ny = rand() : 1 (constant over dt)\ns : 1 (shared)\nn : integer",
    events = { up = "x > 0.5" }, on = { up = "n += 1; x -= rand()" }, every = { { 0.7*ms, "s += rand()" } },
  })
  local q = net:population(30, model {
    method = "rkf45", equations = "dz/dt = (100*x - z)/tau : 1\nx : 1 (linked)",
  }, { x = ln.linked(p.x, (function()
    local out = {}
    for k = 1, 30 do out[k] = k + 5 end
    return out
  end)()) })
  net:run(3*ms)
  local kept = net:store()
  local function outcome()
    net:run(5*ms)
    return { p.x:sum(), p.n:sum(), p.s[1], q.z:sum(), q.x:sum(), p.y:sum() }
  end
  local first = outcome()
  net:restore(kept)
  assert.same(first, outcome())
end)

it("subexpressions of timed arrays can be read, set from and recorded", function()
  local net = network()
  local p = net:population(3, model {
    equations = "x : 1\ny = 2*one(t) : 1\nz = many(t, i) + x : 1",
    parameters = { one = ln.timed_array({ 1, 5 }, 1*ms), many = ln.timed_array({ { 1, 2, 3 }, { 10, 20, 30 } }, 0.5*ms) },
  })
  p.x = "many(t, i)*one(t)"
  local trace = net:record(p, { "y", "z" }, { every = 0.5*ms })
  assert.same({ 2, 6 }, { p.y[1], p.z[3] })
  net:run(1.1*ms)
  assert.same({ 10, 22 }, { p.y[1], p.z[2] })
  assert.same({ 2, 2, 10 }, { trace.y:raw()[1][1], trace.y:raw()[2][1], trace.y:raw()[3][1] })
  assert.same({ 6, 33, 33 }, { trace.z:raw()[1][3], trace.z:raw()[2][3], trace.z:raw()[3][3] })
end)

it("whether neurons are refractory can be read and recorded, however it is known", function()
  for _, refractory in ipairs { "(10 + 5*k)*dt", "1*ms*(1 + 0.5*k)", "where(v < 10, (1 + 0.5*k)*ms, 0*ms)",
    "t - lastspike < (0.95 + 0.5*k)*ms" } do
    local net = network()
    local p = net:population(2, model {
      equations = "dv/dt = 0/second : 1 (unless refractory)\nk : 1\nr = int(not_refractory) : 1\nseen : 1",
      threshold = "t == 2*ms", reset = "", refractory = refractory, every = { { 0.1*ms, "seen += 1 - int(not_refractory)" } },
    }, { k = { 0, 1 } })
    local trace = net:record(p, { "not_refractory", "r" })
    net:run(6*ms)
    for i = 1, 2 do
      local held = 0
      for row = 1, 60 do
        held = held + 1 - trace.not_refractory:raw()[row][i]
        assert.equal(trace.not_refractory:raw()[row][i], trace.r:raw()[row][i])
      end
      assert.equal(5 + 5*i, held, refractory)
      assert.equal(held, p.seen[i], refractory)
      assert.equal(1, trace.not_refractory:raw()[21][i]) -- at the start of the step of the spike
      assert.equal(0, trace.not_refractory:raw()[22][i])
    end
    assert.equal(2, p.not_refractory:sum())
  end
end)

it("the time of the last spike can be read and recorded", function()
  local net = network()
  local p = net:population(2, model { equations = "dv/dt = rate : 1\nrate : hertz", threshold = "v > 0.95", reset = "v = 0" },
    { rate = { 1*kHz, 0*kHz } })
  local trace = net:record(p, "lastspike", { every = 1*ms })
  net:run(2.5*ms)
  close(1.9e-3, p.lastspike[1] / ln.second, 1e-12)
  assert.equal(-1e4, p.lastspike[2] / ln.second)
  close(0.9e-3, trace.lastspike:raw()[2][1], 1e-12)
end)

it("expressions about a slice count from its first neuron, the model's own subexpressions do not", function()
  local net = network()
  local p = net:population(4, model { equations = "v : 1\nw = i + 0.5 : 1" })
  local s = p:slice(2, 3)
  s.v = "i"
  assert.same({ 0, 1, 2, 0 }, { p.v[1], p.v[2], p.v[3], p.v[4] })
  s.v = "10*i + w"
  assert.same({ 12.5, 23.5 }, { s.v[1], s.v[2] })
  assert.same({ 2.5, 3.5 }, { s.w[1], s.w[2] })
  local trace = net:record(s, "w")
  net:run(0.1*ms)
  assert.same({ 2.5, 3.5 }, { trace.w:raw()[1][1], trace.w:raw()[1][2] })
end)

it("the time of the last spike can be set, and makes neurons refractory", function()
  local net = network()
  local p = net:population(4, model { equations = "dv/dt = 1/ms : 1 (unless refractory)", threshold = "v > 100", reset = "v = 0",
    refractory = 2*ms }, { name = "p" })
  p.lastspike = { -0.5*ms, 0*ms, -3*ms, -1e4*ln.second }
  net:run(3*ms)
  for k, free in ipairs { 1.5, 1, 3, 3 } do close(free, p.v[k], 1e-12) end
  p:slice(2, 3).lastspike = { 2*ms, 1.1*ms }
  close(2, p.lastspike[2] / ms, 1e-12)
  close(1.1, p.lastspike[3] / ms, 1e-12)
  assert.same({ 0, 0, 1 }, { p.not_refractory[2], p.not_refractory[3], p.not_refractory[4] })
  assert.matches("lastspike of p is in V, expected s", message(function() p.lastspike = 1*mV end), 1, true)
  assert.matches("not_refractory of p cannot be set: it follows from the spikes; set lastspike",
    message(function() p.not_refractory = true end), 1, true)
end)
