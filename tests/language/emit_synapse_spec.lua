-- Generated synapses, compiled and called: what arrives where, in which order, with which random numbers.
local here = debug.getinfo(1, "S").source:match "^@(.*/)" or "./"
local units = dofile(here .. "support/units.lua")
local compiler = require "lunate.compiler"
local Q = require "lunate.quantity"

local u = Q.units
local ms, mV = u.ms, u.mV
local volt, none = Q.dim_of(u.volt), Q.dimensionless
local NEVER = -(1 << 30)

local function target(more)
  local def = {
    name = "cell", threshold = "v > v_th", reset = "v = 0*mV", refractory = 2 * ms,
    equations = [[
      dv/dt = -v/tau : volt (unless refractory)
      dge/dt = -ge/tau : volt
      gain : 1 (shared)
      tag : integer
      ref : second
      half = v/2 : volt ]],
    parameters = { tau = 10 * ms, v_th = 20 * mV },
  }
  for k, v in pairs(more or {}) do def[k] = v end
  return compiler.neuron(def).ir
end

local function synapse(transmit, more)
  local def = { transmit = transmit, variables = { w = { dim = volt } }, post = target() }
  for k, v in pairs(more or {}) do def[k] = v end
  local made = compiler.synapse(def)
  return units.open(made.source), made
end

-- One call of deliver with 16- and 32-bit targets, which must agree; returns what became of the arrays.
local function deliver(unit, args)
  local results = {}
  for wide = 0, 1 do
    local call = {}
    for k, v in pairs(args) do call[k] = v end
    call.syn, call.post, call.wide = {}, {}, wide
    for k, v in pairs(args.syn or {}) do call.syn[k] = v end
    for k, v in pairs(args.post or {}) do call.post[k] = v end
    call.pre, call.par, call.post_par, call.pre_par =
      args.pre or {}, args.par or {}, args.post_par or {}, args.pre_par or {}
    unit:deliver(call)
    results[wide] = { post = call.post, syn = call.syn }
  end
  assert.same(results[0], results[1])
  return results[0].post, results[0].syn
end

local function range(n, f)
  local list = {}
  for k = 1, n do list[k] = f(k) end
  return list
end

describe("deliver", function()
  it("walks the segments it is given, and only those", function()
    local unit = synapse "ge += w"
    local post = deliver(unit, { synapses = 6, targets = 4, target = { 0, 1, 2, 3, 1, 1 },
      syn = { w = { 1, 2, 4, 8, 16, 32 } }, post = { ge = { 0, 0, 100, 0 } },
      segments = { { 1, 2, 0 }, { 4, 2, 0 }, { 1, 1, 0 } } })
    assert.same({ 0, 2 + 16 + 32 + 2, 104, 0 }, post.ge)
  end)

  it("walks thousands of segments of all lengths", function()
    for _, precision in ipairs { "double", "single" } do
      local unit = synapse("ge += w", { precision = precision, post = target { precision = precision } })
      local segments, targets, expected, first = {}, {}, range(100, function() return 0 end), 0
      for s = 1, 500 do
        local n = s % 7 == 0 and 90 or s % 4
        segments[s] = { first, n, 0 }
        for _ = 1, n do
          first = first + 1
          targets[first] = first * 37 % 100
          expected[targets[first] + 1] = expected[targets[first] + 1] + first % 8
        end
      end
      local post = deliver(unit, { synapses = first, targets = 100, target = targets, segments = segments,
        syn = { w = range(first, function(k) return k % 8 end) }, post = { ge = 0 } })
      assert.same(expected, post.ge)
    end
  end)

  it("runs statements in order, on the target's and its own variables", function()
    local unit = synapse("old = x\nx = old/2 + w/mV\nge += x*mV; v -= ge\nx += 1",
      { equations = "x : 1", variables = { w = { dim = volt } } })
    local post, syn = deliver(unit, { synapses = 2, targets = 1, target = { 0, 0 }, segments = { { 0, 2, 0 } },
      syn = { w = { 1e-3, 3e-3 }, x = { 4, 0 } }, post = { ge = 0, v = 0 } })
    -- x = 3, ge = 3 mV, v = -3 mV; then x = 3, ge = 6 mV, v = -9 mV
    assert.is_true(units.close(6e-3, post.ge[1], 1e-15))
    assert.is_true(units.close(-9e-3, post.v[1], 1e-15))
    assert.is_true(units.close(4, syn.x[1], 1e-15))
    assert.is_true(units.close(4, syn.x[2], 1e-15))
  end)

  it("reads what is stored once, parameters of all three, and shared variables", function()
    local unit, made = synapse("ge += w*gain*tau_post/tau_pre*a",
      { variables = { w = { dim = volt, shared = true } }, parameters = { a = 3 }, pre = target() })
    assert.same({ "tau" }, units.open(made.source):info().post_parameters)
    local post = deliver(unit, { synapses = 3, targets = 2, target = { 0, 1, 1 }, segments = { { 0, 3, 0 } },
      syn = { w = { 2 } }, post = { ge = 0, gain = 5 }, par = { a = 3 }, post_par = { tau = 7 },
      pre_par = { tau = 14 } })
    assert.same({ 15, 30 }, post.ge)
  end)

  it("knows i and j, and the source's variables by row", function()
    local unit = synapse("ge += (100*i + j)*mV + v_pre", { pre = target() })
    local post = deliver(unit, { synapses = 4, targets = 3, target = { 0, 2, 1, 1 }, rows = 2, row_gid = { 6, 8 },
      segments = { { 0, 2, 1 }, { 2, 1, 0 } }, pre = { v = { 0.5, 0.25 } }, post_gid = { 10, 20, 30 },
      syn = { w = 0 }, post = { ge = 0 } })
    assert.is_true(units.close(0.911 + 0.25, post.ge[1], 1e-14))
    assert.is_true(units.close(0.721 + 0.5, post.ge[2], 1e-14))
    assert.is_true(units.close(0.931 + 0.25, post.ge[3], 1e-14))
  end)

  it("reads subexpressions of the target where they stand", function()
    local post = deliver(synapse "v += half; ge = half_post", { synapses = 1, targets = 1, target = { 0 },
      segments = { { 0, 1, 0 } }, syn = { w = 0 }, post = { v = 4, ge = 0 }, post_par = { refractory = 0 } })
    assert.equal(6, post.v[1])
    assert.equal(3, post.ge[1])
  end)

  it("knows the time and the target's last spike", function()
    local unit = synapse("ge = (t - lastspike)/ms*mV; tag = tag*10 + int(dt/(1e-5*second) + 0.5)")
    local post = deliver(unit, { synapses = 2, targets = 2, target = { 0, 1 }, segments = { { 0, 2, 0 } }, step = 50,
      syn = { w = 0 }, post = { ge = 0, tag = { 1, 2 } }, post_last = { 30, NEVER }, integers = { tag = true } })
    assert.is_true(units.close(2e-3, post.ge[1], 1e-12))
    assert.is_true(units.close(10000.005, post.ge[2], 1e-12))
    assert.same({ 20, 30 }, post.tag)
  end)

  it("writes what is (unless refractory) only where the target is not", function()
    local unit, made = synapse "v += w; ge += w"
    assert.same({ "refractory" }, units.open(made.source):info().post_parameters)
    local post = deliver(unit, { synapses = 4, targets = 4, target = { 0, 1, 2, 3 }, segments = { { 0, 4, 0 } },
      step = 100, syn = { w = 1 }, post = { v = 0, ge = 0 }, post_last = { NEVER, 100, 81, 80 },
      post_par = { refractory = 2e-3 } })
    assert.same({ 1, 0, 0, 1 }, post.v)
    assert.same({ 1, 1, 1, 1 }, post.ge)
  end)

  it("asks the target's own refractory time or state", function()
    local unit, made = synapse("v += w", { post = target { refractory = "ref + tau" } })
    assert.same({ "v", "ref" }, units.open(made.source):info().post)
    local post = deliver(unit, { synapses = 2, targets = 2, target = { 0, 1 }, segments = { { 0, 2, 0 } }, step = 100,
      syn = { w = 1 }, post = { v = 0, ref = { 1e-3, 2e-3 } }, post_last = 70, post_par = { tau = 1.5e-3 } })
    assert.same({ 1, 0 }, post.v)
    unit = synapse("v += w", { post = target { refractory = "v > 10*mV" } })
    post = deliver(unit, { synapses = 2, targets = 2, target = { 0, 1 }, segments = { { 0, 2, 0 } },
      syn = { w = 1 }, post = { v = 0, _refractory = { 1, 0 } }, integers = { _refractory = true } })
    assert.same({ 0, 1 }, post.v)
  end)

  it("writes freely where the target has no refractory time", function()
    local unit = synapse("v += w", { post = target { refractory = false } })
    local post = deliver(unit, { synapses = 1, targets = 1, target = { 0 }, segments = { { 0, 1, 0 } },
      syn = { w = 1 }, post = { v = 0 }, post_last = 0 })
    assert.same({ 1 }, post.v)
  end)

  it("mixes precisions: the target's arrays in its own", function()
    local unit = synapse("ge += w", { precision = "single", post = target { precision = "double" } })
    local post = deliver(unit, { synapses = 1, targets = 1, target = { 0 }, segments = { { 0, 1, 0 } },
      post_precision = 8, syn = { w = 0.5 }, post = { ge = 1e-12 } })
    assert.equal(0.5 + 1e-12, post.ge[1])
  end)

  it("releases with a probability, by pair, step and occurrence, whatever the layout", function()
    local unit = synapse("ge += w*(rand() < p); v_seen = randn(); x = v_seen + poisson(2)",
      { equations = "x : 1", variables = { w = { dim = volt } }, parameters = { p = 0.3 } })
    local n = 2000
    local function call(more)
      local args = { synapses = n, targets = n, target = range(n, function(k) return k - 1 end),
        segments = { { 0, n, 0 } }, syn = { w = 1, x = 0 }, post = { ge = 0 }, par = { p = 0.3 }, row_nid = { 17 },
        post_nid = range(n, function(k) return k + 100 end), step = 9, key = 4 }
      for k, v in pairs(more or {}) do args[k] = v end
      return deliver(unit, args)
    end
    local post, syn = call()
    local released, sum = 0, 0
    for k = 1, n do released, sum = released + post.ge[k], sum + syn.x[k] end
    assert.is_true(math.abs(released / n - 0.3) < 5 * math.sqrt(0.21 / n))
    assert.is_true(math.abs(sum / n - 2) < 5 * math.sqrt(3 / n))
    -- the other way round, in segments of ten: the same numbers for the same pairs
    local turned, turned_syn = call { target = range(n, function(k) return n - k end),
      segments = range(n // 10, function(q) return { (q - 1) * 10, 10, 0 } end) }
    assert.same(post.ge, turned.ge)
    assert.equal(syn.x[1], turned_syn.x[n])
    -- another step, source or key: other numbers
    for _, more in ipairs { { step = 10 }, { row_nid = { 18 } }, { key = 5 } } do
      assert.are_not.same(post.ge, (call(more)).ge)
    end
  end)

  it("tells synapses of one pair apart", function()
    local unit = synapse("x = rand()", { equations = "x : 1", variables = {} })
    local _, syn = deliver(unit, { synapses = 3, targets = 1, target = { 0, 0, 0 }, segments = { { 0, 3, 0 } },
      syn = { x = 0 }, post = {} })
    assert.is_true(syn.x[1] ~= syn.x[2] and syn.x[2] ~= syn.x[3])
  end)
end)

describe("drive", function()
  local function drive(unit, args)
    args.par, args.post_par = args.par or {}, args.post_par or {}
    unit:drive(args)
    return args.post
  end

  it("adds many arrivals at once, from the first target on", function()
    for _, precision in ipairs { "double", "single" } do
      local unit = synapse("ge += w; v -= 2*w", { precision = precision,
        variables = { w = { dim = volt, shared = true } }, post = target { precision = precision } })
      local post = drive(unit, { n = 3, targets = 5, lid0 = 1, count = { 2, 0, 1000 }, syn = { w = { 0.5 } },
        post = { ge = { 7, 1, 2, 3, 7 }, v = 0 }, post_last = { 0, NEVER, NEVER, 95, 0 }, step = 100,
        post_par = { refractory = 2e-3 } })
      assert.same({ 7, 2, 2, 503, 7 }, post.ge)
      assert.same({ 0, -2, 0, 0, 0 }, post.v)
    end
  end)

  it("runs other statements once an arrival", function()
    local unit = synapse("ge = ge/2 + w", { variables = { w = { dim = volt, shared = true } } })
    local post = drive(unit, { n = 2, targets = 2, count = { 3, 1 }, syn = { w = { 1 } }, post = { ge = 0 } })
    assert.same({ 1.75, 1 }, post.ge)
  end)

  it("draws for each arrival", function()
    local unit = synapse("ge += w*rand()", { variables = { w = { dim = volt, shared = true } } })
    local n = 500
    local args = { n = n, targets = n, count = 40, syn = { w = { 1 } }, post = { ge = 0 },
      post_nid = range(n, function(k) return k end) }
    local sum, distinct = 0, {}
    for _, x in ipairs(drive(unit, args).ge) do sum, distinct[x] = sum + x, true end
    assert.is_true(math.abs(sum / n - 20) < 5 * math.sqrt(40 / 12 / n))
    local count = 0
    for _ in pairs(distinct) do count = count + 1 end
    assert.equal(n, count)
  end)

  it("is not there for statements about the source", function()
    assert.is_false(synapse("ge += i*w"):info().drives)
    assert.is_false(synapse("ge += v_pre", { pre = target() }):info().drives)
    assert.is_true(synapse("ge += j*w"):info().drives)
  end)
end)

describe("the target's exact integration", function()
  local coupled = "dv/dt = (u - v)*g/C : volt\ndu/dt = -u*g/C : volt\ng : siemens"

  it("is not undermined by synapses", function()
    local function make(more)
      local def = { equations = coupled, parameters = { C = 1 * u.pF } }
      for k, v in pairs(more or {}) do def[k] = v end
      return compiler.synapse { transmit = "g += 1*nS", post = compiler.neuron(def).ir }
    end
    local ok, message = pcall(make)
    assert.is_false(ok)
    assert.matches("cannot assign to 'g': the exact integration of the target's equations takes it for constant",
      tostring(message), 1, true)
    assert.is_table(make { method = "euler" })
    assert.is_table(make { equations = "dv/dt = -v*g/C : volt\ng : siemens" })
  end)
end)

describe("generated synapses", function()
  it("are the same bytes whatever the values and names of projections", function()
    local function source(name, a)
      return compiler.synapse { name = name, transmit = "ge += a*w", parameters = { a = a }, post = target(),
        variables = { w = { dim = volt }, x = { dim = none } } }.source
    end
    assert.equal(source("one", 1), source("two", 2))
  end)

  it("stay in single precision", function()
    local made = compiler.synapse { transmit = "ge += w*(1 - x)*0.1/3; x += 0.2*(1 - x)", precision = "single",
      variables = { w = { dim = volt }, x = { dim = none } }, post = target { precision = "single" } }
    units.build(made.source, "-Wdouble-promotion")
  end)

  it("are not vectorised, so that no synapse depends on its place", function()
    local made = compiler.synapse { transmit = "x = exp(x)*w/mV", post = target(),
      variables = { w = { dim = volt }, x = { dim = none } } }
    local _, messages = units.build(made.source, "-fopt-info-vec")
    assert.is_nil(messages:find "loop vectorized")
  end)
end)
