-- What synapses can read and when their pathways run, in running networks: closed forms, and refusals by their message.
-- tests/conformance compares the same with Brian2.
local ln = require "lunate"
local ms, kHz = ln.ms, ln.kHz
local message = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").message

local function network() return ln.network { dt = 0.1*ms, seed = 3 } end

-- Neurons that fire in step 10 and every 10 after.
local function clockwork(net, n, more)
  return net:population(n, ln.neuron {
    equations = "dv/dt = 1/ms : 1\n" .. (more or ""), threshold = "v > 0.95", reset = "v = 0", method = "euler",
  }, { name = "clockwork" })
end

local function sums(net, n, equations) return net:population(n, ln.neuron { equations = equations }, { name = "sums" }) end

local function list(x)
  if x.gather then x = x:gather() end
  local out = {}
  for k = 1, #x do out[k] = x[k] end
  return out
end

local function refused(text, pre, post, spec)
  local net = network()
  assert.matches(text, message(function() net:project(pre(net), post(net), spec) end), 1, true)
end

local function one(net) return sums(net, 1, "a : 1") end
local function two(net) return clockwork(net, 2) end

describe("variables of sources", function()
  it("are read in the precision and type that they have, whatever the synapse's", function()
    for _, precision in ipairs { "double", "single" } do
      local net = network()
      local source, target = clockwork(net, 3, "k : integer\ny : 1\nb : boolean"), sums(net, 2, "a : 1\nb : 1\nc : 1")
      source.k, source.y, source.b = "100*i", "i/4", "i != 2"
      net:project(source, target, {
        connect = ln.all_to_all(), transmit = "a += k_pre; b += y_pre; c += int(b_pre)", precision = precision,
      })
      net:run(1.1*ms)
      assert.same({ 600, 600 }, list(target.a))
      assert.same({ 1.5, 1.5 }, list(target.b))
      assert.same({ 2, 2 }, list(target.c))
    end
  end)
end)

describe("timed arrays in synapses", function()
  local stim = ln.timed_array({ { 1, 2 }, { 10, 20 } }, 1.5*ms)

  it("are each projection's own, though the code is the same", function()
    local net = network()
    local source, target = clockwork(net, 2), sums(net, 2, "a : 1")
    for k = 1, 2 do
      net:project(source, target, { connect = ln.one_to_one(), transmit = "a += s(t)",
        parameters = { s = ln.timed_array({ k, 10*k }, 1.5*ms) } })
    end
    net:run(2.5*ms)
    assert.same({ 33, 33 }, list(target.a)) -- spikes at 0.9 ms and 1.9 ms
  end)

  it("serve rules, Poisson inputs and grown synapses", function()
    local net = network()
    local source, target = clockwork(net, 2), sums(net, 2, "a : 1\nb : 1")
    local learning = net:project(source, target, { connect = ln.pairs({ 1 }, { 2 }), transmit = "a += w", w = { 0 },
      rule = ln.rule { on_pre = "w += stim(t, i)", parameters = { stim = stim } } })
    net:project(ln.poisson_input { n = 1500, rate = 10*kHz }, target,
      { transmit = "b += s(t, j)/100", parameters = { s = stim } })
    net:run(1.5*ms)
    assert.equal(1, learning.w[1])
    learning:grow(ln.pairs({ 2 }, { 1 }), { w = { 0 } })
    local before = target.b:gather()
    assert.near(2, before[2] / before[1], 0.4) -- counts of 1500 arrivals each
    net:run(1*ms)
    assert.same({ 11, 20 }, list(learning.w))
  end)

  it("give first values, delays, pairs, and later values of some, at the time when they are given", function()
    local s, net = ln.timed_array({ { 1, 2, 3, 4 }, { 5, 6, 7, 8 } }, 1*ms), network()
    local source, target = clockwork(net, 4), sums(net, 4, "a : 1")
    net:run(1*ms)
    local p = net:project(source, target, { connect = ln.bernoulli "s(t, i) > s(t, j)", transmit = "a += w",
      w = "s(t, i) + t/ms", delay = "s(0*ms, j)*ms", parameters = { s = s } })
    local all = p:gather "w"
    assert.same({ 2, 3, 3, 4, 4, 4 }, list(all.pre))
    assert.same({ 7, 8, 8, 9, 9, 9 }, list(all.w))
    assert.same({ 1, 1, 2, 1, 2, 3 }, list(all.delay/ms))
    p.w["s(0*ms, j) == 2"] = "t/dt"
    assert.same({ 7, 8, 10, 9, 10, 9 }, list(p:gather("w").w))
  end)
end)

describe("linked variables", function()
  local linked = ln.neuron { equations = "a : 1\nx : 1 (linked)\nz : 1 (linked)" }

  it("of targets and sources are read as they are when a spike arrives", function()
    local net = network()
    local source = net:population(4, ln.neuron { equations = "dy/dt = 1/ms : 1\ng : 1 (shared)", method = "euler" },
      { name = "source", g = 3 })
    local target = net:population(4, linked, { name = "target", x = source.y, z = source.g })
    local turned = net:population(4, linked, { name = "turned", x = ln.linked(source.y, { 4, 3, 2, 1 }), z = source.g })
    source.y = "i"
    local spikes = clockwork(net, 1)
    for _, population in ipairs { target, turned } do
      net:project(spikes, population, { connect = ln.all_to_all(), transmit = "a += x + 100*z" })
    end
    net:project(ln.poisson_input { n = 10, rate = 1000*kHz }, target:slice(4, 4), { transmit = "a = 1000 + x" })
    net:run(1*ms)
    local y = list(source.y)
    for k = 1, 3 do assert.near(300 + y[k], target.a[k], 1e-12) end
    assert.near(1000 + y[4], target.a[4], 1e-12)
    for k = 1, 4 do assert.near(300 + y[5 - k], turned.a[k], 1e-12) end
  end)

  it("of sources serve rules and sums", function()
    local net = network()
    local origin = net:population(3, ln.neuron { equations = "y : 1" }, { y = "i" })
    local source = net:population(3, linked, { name = "source", x = ln.linked(origin.y, { 2, 3, 1 }), z = origin.y })
    local target = sums(net, 3, "a : 1\nb : 1")
    net:project(source, target, { connect = ln.one_to_one(), equations = "a_post = x_pre : 1 (summed)" })
    net:project(source, target, { connect = ln.one_to_one(), equations = "b_post = 10*z_pre : 1 (summed)" })
    net:run(0.1*ms)
    assert.same({ 2, 3, 1 }, list(target.a))
    assert.same({ 10, 20, 30 }, list(target.b))
  end)
end)

describe("random numbers", function()
  it("are drawn in every pathway, another each time, synapse and call", function()
    local net = network()
    local cells = clockwork(net, 3)
    local s = net:project(cells, cells, {
      connect = ln.all_to_all { autapses = true }, delay = { up = 0.1*ms, down = 0.3*ms },
      equations = "a : 1\nb : 1\nc : 1\nd : 1\ne : 1\nf : 1\ndx/dt = -x/(10*ms) : 1 (clock-driven)",
      on_pre = { down = "a = rand(); e = randn()", up = "b = rand(); f = poisson(25) + binomial(50, 0.5)" },
      on_post = "c = rand()",
      every = { { 0.5*ms, "d = rand(); x = rand()" } }, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, x = 0,
    })
    net:run(1.5*ms)
    local first, seen = s:gather("a", "b", "c", "d", "e", "f"), {}
    net:run(1*ms)
    local second, many = s:gather("a", "b", "c", "d", "e", "f"), 0
    for _, data in ipairs { first, second } do
      for _, name in ipairs { "a", "b", "c", "d", "e" } do
        for k = 1, 9 do
          local x = data[name][k]
          assert.is_true(name == "e" or x > 0 and x < 1)
          assert.is_nil(seen[x], name)
          seen[x], many = true, many + 1
        end
      end
    end
    assert.equal(90, many)
    assert.is_true(first.f:min() > 10 and first.f:max() < 100)
  end)
end)

describe("delays of pathways", function()
  local function told(net, n, connect, more)
    local source = net:population(n, ln.spike_source { indices = { 1, 2 }, times = { 0.3*ms, 0.5*ms } }, { name = "source" })
    local target = clockwork(net, n)
    local spec = {
      connect = connect, equations = "x : 1\ny : 1\nz : 1", x = 0, y = 0, z = 0,
      on_pre = { down = "x = t/ms", up = "y = t/ms" }, on_post = "z = t/ms",
      delay = { down = 0.2*ms, up = "0.1*(i + 3*j)*ms", post = "0.1*(3*i + j)*ms" },
    }
    for key, value in pairs(more or {}) do spec[key] = value end
    return net:project(source, target, spec)
  end

  local function check(s, many)
    local all = s:gather("x", "y", "z")
    assert.equal(many, #all.pre)
    for k = 1, many do
      local i, j, emitted = all.pre[k], all.post[k], all.pre[k] == 1 and 0.3 or 0.5
      assert.near(emitted + 0.2, all.x[k], 1e-9)
      assert.near(emitted + 0.1*(i + 3*j), all.y[k], 1e-9)
      assert.near(0.9 + 0.1*(3*i + j), all.z[k], 1e-9)
      assert.near(0.1*(i + 3*j), all.delays.up[k] / ms, 1e-9)
      assert.near(0.1*(3*i + j), all.delays.post[k] / ms, 1e-9)
    end
  end

  it("are a value, a distribution, an expression, a function or an array", function()
    for _, kind in ipairs { "expression", "function", "array" } do
      local net = network()
      local up = { expression = "0.1*(i + 3*j)*ms", array = {}, ["function"] = function(i, j) return 0.1*(i + 3*j)*ms end }
      for i = 1, 2 do
        for j = 1, 2 do up.array[#up.array + 1] = 0.1*(i + 3*j)*ms end
      end
      local s = told(net, 2, ln.all_to_all(), { delay = { down = 0.2*ms, up = up[kind], post = "0.1*(3*i + j)*ms" } })
      net:run(1.9*ms)
      check(s, 4)
    end
    local net = network()
    local s = told(net, 2, ln.all_to_all(), { delay = { up = ln.uniform(1*ms, 2*ms) } })
    net:run(3*ms)
    local all = s:gather "y"
    for k = 1, 4 do
      assert.near(all.y[k], (all.pre[k] == 1 and 0.3 or 0.5) + all.delays.up[k] / ms, 1e-9)
      assert.is_true(all.delays.up[k] >= 1*ms and all.delays.up[k] <= 2*ms)
    end
  end)

  it("outlive growing, pruning, storing and restoring, with spikes on their way", function()
    local net = network()
    local s = told(net, 2, ln.pairs({ 1, 2, 2 }, { 1, 1, 2 }))
    net:run(0.2*ms)
    assert.equal(1, s:grow(ln.pairs({ 1 }, { 2 })))
    net:run(0.8*ms) -- spikes are under way on all pathways
    local stored = net:store()
    net:run(0.9*ms)
    check(s, 4)
    net:restore(stored)
    net:run(0.9*ms)
    check(s, 4)
    net:restore(stored)
    assert.equal(1, s:prune "i == 1 and j == 2")
    net:run(0.9*ms)
    check(s, 3)
    assert.equal("grow: all synapses of source→clockwork have one delay on the pathway 'post', so it cannot be given for the new "
      .. "ones", message(function()
        local t = told(network(), 2, ln.pairs({ 1 }, { 2 }), { delay = { up = "i*ms" } })
        t:grow(ln.pairs({ 2 }, { 2 }), { delay = { post = 1*ms } })
      end))
  end)

  it("differ only where what is kept once a target does not mind", function()
    local cell = function(net) return clockwork(net, 2) end
    local spec = { connect = ln.all_to_all(), on_pre = "", delay = { post = "0.1*i*ms" } }
    spec.equations, spec.on_post = "dy/dt = -y/(10*ms) : 1 (post, event-driven)", "y += 1"
    refused("'y' is one value for all synapses of a target neuron, but the delays of its spikes differ from synapse to synapse: "
      .. "leave out (post)", cell, cell, spec)
    spec.equations, spec.on_post = nil, nil
    spec.rule = ln.rule { equations = "dy/dt = -y/(10*ms) : 1 (post, event-driven)", post_spike = "y += 1" }
    refused("post_spike runs once a spike, but the delays of 'post' differ from synapse to synapse: give one delay, or put this "
      .. "into on_post", cell, cell, spec)
    spec.rule, spec.on_post, spec.delay = nil, "", { post = "-0.1*i*ms" }
    local net = network()
    net:project(cell(net), cell(net), spec)
    assert.matches("a delay of -0.1 ms; expected a time of at least 0", message(net.run, net, 1*ms), 1, true)
  end)

  it("make synapses of one pair draw different numbers", function()
    local net = network()
    local source = net:population(1, ln.spike_source { indices = { 1 }, times = { 0.3*ms } })
    local s = net:project(source, sums(net, 1, "a : 1"), {
      connect = ln.pairs({ 1, 1, 1 }, { 1, 1, 1 }), equations = "x : 1", x = 0, on_pre = { down = "x = rand()", up = "" },
      delay = { up = { 1*ms, 2*ms, 3*ms } },
    })
    net:run(1*ms)
    local x = list(s.x)
    assert.is_true(x[1] ~= x[2] and x[2] ~= x[3] and x[1] ~= x[3])
  end)
end)

describe("what is constant over dt at synapses", function()
  it("is one value a synapse and step, however often it is read", function()
    local net = network()
    local cells = clockwork(net, 2)
    local s = net:project(cells, cells, {
      connect = ln.all_to_all { autapses = true }, equations = "r = rand() : 1 (constant over dt)\na : 1\nb : 1", a = 0, b = 0,
      on_pre = "a = r", on_post = "b = r",
    })
    net:run(1*ms)
    local all, seen = s:gather("a", "b", "r"), {}
    for k = 1, 4 do
      assert.equal(all.a[k], all.b[k])
      assert.equal(all.a[k], all.r[k])
      assert.is_true(all.a[k] > 0 and not seen[all.a[k]])
      seen[all.a[k]] = true
    end
    net:run(0.1*ms)
    assert.is_true(s.r[1] ~= all.r[1] and s.a[1] == all.a[1])
  end)

  it("is one value for all where it is shared", function()
    local net = network()
    local source, target = clockwork(net, 2), sums(net, 2, "a : 1")
    net:project(source, target, { connect = ln.all_to_all(), on_pre = "a += r",
      parameters = { c = 3, s = ln.timed_array({ 1, 10 }, 1.5*ms) },
      equations = "r = 2*q + s(t) : 1 (constant over dt, shared)\nq = c*t/ms : 1 (shared)" })
    net:run(2*ms) -- spikes at 0.9 ms and 1.9 ms
    assert.near(2*(2*3*0.9 + 1 + 2*3*1.9 + 10), target.a[1], 1e-12)
  end)

  it("is refused where it is shared and may change, given or set", function()
    local spec = { connect = ln.all_to_all(), on_pre = "a += r", equations = "r = rand() : 1 (constant over dt, shared)" }
    refused("'r' is shared and constant over dt, but 'rand' may change within a step: take net:signal", two, one, spec)
    spec.equations, spec.c = "r = 2*c : 1 (constant over dt, shared)\nc : 1 (shared)", 1
    refused("but 'c' may change within a step", two, one, spec)
    spec.c = nil
    spec.equations, spec.r = "r = rand() : 1 (constant over dt)", 3
    refused("'r' is computed at the start of each step (constant over dt), so it cannot be given a value", two, one, spec)
    spec.r = nil
    local net = network()
    local s = net:project(two(net), one(net), spec)
    assert.matches("r of clockwork→sums is computed at the start of each step (constant over dt) and cannot be set",
      message(function() s.r = 3 end), 1, true)
    spec.on_pre = "a += r; r = 1"
    refused("cannot assign to 'r': it is computed at the start of each step (constant over dt)", two, one, spec)
  end)
end)

describe("statements of synapses", function()
  it("cannot write variables of the source, but a projection the other way round can", function()
    refused("cannot assign to 'v_pre': a synapse lives with its target, and its source may be elsewhere; make a projection "
      .. "the other way round, where it is 'v_post' and on_pre and on_post change places", two, one,
      { connect = ln.all_to_all(), on_pre = "a += 1; v_pre -= 0.5" })
    local net = network()
    local source, target = clockwork(net, 2, "told : 1"), sums(net, 3, "a : 1")
    local there = net:project(source, target,
      { connect = ln.pairs({ 1, 1, 2 }, { 1, 3, 2 }), on_pre = "a += w", w = { 1, 2, 5 } })
    local all = there:gather("w")
    net:project(target, source, { connect = ln.pairs(all.post, all.pre), on_pre = "", on_post = "told_post += 10*w", w = all.w })
    net:run(1.1*ms)
    assert.same({ 1, 5, 2 }, list(target.a))
    assert.same({ 30, 50 }, list(source.told))
  end)

  it("have no number of neurons or last spike where there are no neurons", function()
    local input = function() return ln.poisson_input { n = 1, rate = 1*kHz } end
    refused("'N_pre' cannot be read in transmit: the source has no neurons", input, one, { transmit = "a += N_pre" })
    refused("'N' cannot be read in transmit: write N_pre, the number of sources, or N_post, the number of targets", two, one,
      { connect = ln.all_to_all(), transmit = "a += N" })
    local source = function(net) return net:population(2, ln.spike_source { indices = { 1 }, times = { 1*ms } }) end
    refused("'lastspike_pre' cannot be read in transmit: the source has no model", source, one,
      { connect = ln.all_to_all(), transmit = "a += lastspike_pre/ms" })
  end)
end)

describe("i, j and N in a slice", function()
  it("are the slice's: in first values, functions, conditions and statements alike", function()
    local net = network()
    local cells = clockwork(net, 8, "x : 1\ny : 1\nz = i + 10*N : 1")
    local a, b = cells:slice(3, 5), cells:slice(5, 8)
    a.x = "i + 10*N"
    b.x = "z"
    a.y = function(i) return i end
    assert.same({ 0, 0, 31, 32, 85, 86, 87, 88 }, list(cells.x))
    assert.same({ 1, 2, 3 }, list(a.y))
    assert.same({ 83, 84, 85 }, list(a.z)) -- the model's own subexpression is about its population
    local s = net:project(a, b, {
      connect = ln.bernoulli "i == j or j == 4 and N_post == 4", transmit = "seen = i + 10*j + 100*N_pre + 1000*N_post + v",
      w = "i + 10*j + 100*N_pre + 1000*N_post", delay = "(i + j)*0.1*ms", equations = "seen : 1\nw : 1\nv : 1", seen = 0,
    })
    s.v = function(i, j) return (i + 10*j)/1000 end
    net:run(2*ms)
    local all = s:gather("w", "seen")
    assert.same({ 1, 1, 2, 2, 3, 3 }, list(all.pre))
    assert.same({ 1, 4, 2, 4, 3, 4 }, list(all.post))
    for k = 1, 6 do
      local i, j = all.pre[k], all.post[k]
      assert.equal(4300 + i + 10*j, all.w[k])
      assert.near((4300 + i + 10*j) + (i + 10*j)/1000, all.seen[k], 1e-9)
      assert.near(0.1*(i + j), all.delay[k] / ms, 1e-9)
    end
  end)
end)

describe("coupled linear equations of synapses", function()
  it("are solved exactly: the steps make no difference, whatever the sizes of what is coupled", function()
    local ended = {}
    for _, dt in ipairs { 0.05*ms, 0.8*ms } do
      local net = ln.network { dt = dt }
      local p = net:population(3, ln.neuron { equations = "a : 1" }, { name = "p" })
      local s = net:project(p, p, { connect = ln.one_to_one(), method = "exact", on_pre = "V += mV",
        V = 1*ln.mV, I = 0.2*ln.pA, W = { 1*ln.mV, 2*ln.mV, 3*ln.mV }, g = { 2*ln.nS, 300*ln.nS, 0.001*ln.nS },
        equations = [[dV/dt = (I/g - V)/(5*ms) + b : volt (clock-driven)
                      dI/dt = (g*W - 2*I)/(3*ms) : amp (clock-driven)
                      dW/dt = (V - W)/(4*ms) : volt (clock-driven)
                      b = 0.1*mV/ms : volt/second
                      g : siemens]] })
      net:run(16*ms)
      ended[#ended + 1] = s:gather("V", "I", "W")
    end
    for _, name in ipairs { "V", "I", "W" } do
      for k = 1, 3 do
        local ratio = ended[1][name][k] / ended[2][name][k]
        assert.near(1, ratio, 1e-12)
      end
    end
  end)
end)
