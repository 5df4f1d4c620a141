-- Statements every so often of populations, slices and projections (`:every`). Numbers are compared with Brian2's in
-- tests/conformance (regular_parts).
local ln = require "lunate"
local support = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua")
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz
local refused = support.refused

local model = ln.neuron {
  equations = "dv/dt = (I - v)/tau : 1 (unless refractory)\nI : 1\nn : 1\nk : integer\nc : 1 (constant)\ns : 1 (shared)",
  threshold = "v > 1", reset = "v = 0", refractory = 1*ms, method = "euler",
  parameters = { tau = 5*ms, stimulus = ln.timed_array({ 1, 2, 3 }, 1*ms) },
}

local function network(n)
  local net = ln.network { dt = 0.1*ms, seed = 4 }
  return net, net:population(n or 150, model, { name = "p" })
end

describe("statements every so often", function()
  it("are of all neurons, or those of a slice, which count from 1", function()
    local net, p = network()
    p:slice(60, 130):every(0.5*ms, "n += i; k = N")
    p:every(1*ms, "I = i*stimulus(t)")
    net:run(1.1*ms) -- 0, 0.5 and 1 ms
    local n, k, I = p.n:gather(), p.k:gather(), p.I:gather()
    for i = 1, 150 do
      local inside = i >= 60 and i <= 130
      assert.equal(inside and 3 * (i - 59) or 0, n[i])
      assert.equal(inside and 71 or 0, k[i])
      assert.equal(2 * i, I[i])
    end
  end)

  it("see parameters as they are, and have more of their own", function()
    local net, p = network(3)
    p:every(0.1*ms, "n = tau/ms + a + own(t)", { parameters = { a = 0.5, own = ln.timed_array({ 100, 200 }, 0.2*ms) } })
    net:run(0.1*ms)
    assert.near(105.5, p.n[1], 1e-12)
    p.tau = 7*ms
    net:run(0.2*ms)
    assert.near(207.5, p.n[3], 1e-12)
  end)

  it("draw other numbers each time, by neuron", function()
    local net, p = network(1000)
    p:slice(101, 1000):every(1*ms, "n += randn(); v = 0.5*rand()")
    p:slice(1, 100):every(1*ms, "n = randn()")
    net:run(100*ms)
    assert.near(0, p:slice(101, 1000).n:mean(), 5 * math.sqrt(100 / 900))
    assert.near(100, p:slice(101, 1000).n:variance(), 5 * 100 * math.sqrt(2 / 900))
    local slow = net:population(1, model, { name = "slow", dt = 1*ms })
    slow:every(0.1*ms, "n += rand()") -- between ticks too
    net:run(100*ms)
    assert.near(500, slow.n[1], 5 * math.sqrt(1000 / 12))
  end)

  it("end when they are told to", function()
    local net, p = network(2)
    local stop = p:every(1*ms, "n += 1")
    net:run(3*ms)
    stop()
    net:run(3*ms)
    assert.equal(3, p.n[1])
    p:every(2*ms, "n += 10") -- at 6 ms of the network's time
    net:run(0.1*ms)
    assert.equal(13, p.n[1])
  end)

  it("set what all share", function()
    local net, p = network()
    p:slice(2, 3):every(1*ms, "s += 1")
    net:run(4*ms)
    assert.equal(4, p.s[1])
  end)

  it("leave refractory neurons' variables alone where the model does", function()
    local net, p = network(2)
    p.I = 10
    p:every(0.1*ms, "v = 0.3; n += not_refractory", { when = "after_synapses" })
    p:every(0.1*ms, "v = 2", { when = "before_groups" })
    net:run(2.2*ms)
    assert.equal(2, p.n[1]) -- it spikes at steps 0, 11 and 22, and is ready at the ends of steps 10 and 21 alone
  end)

  it("read links", function()
    local net, p = network(5)
    local q = net:population(3, ln.neuron { equations = "x : 1 (linked)\ny : 1" }, { x = ln.linked(p.n, { 5, 1, 2 }) })
    p.n = "1.0*i"
    q:slice(2, 3):every(1*ms, "y += x")
    net:run(2*ms)
    assert.same({ 0, 2, 4 }, q.y:gather():totable())
  end)

  it("run at synapses", function()
    local net, p = network(6)
    local d = net:signal("d", { equations = "x : 1", initial = 3 })
    p.n, p.I = "1.0*i", 0
    local options = { connect = ln.all_to_all(), equations = "w : 1\nx : 1", transmit = "v += w", delay = 0.5*ms }
    local a, b = net:project(p, p:slice(1, 3), options), net:project(p, p:slice(4, 6), options) -- of one storage perhaps
    local stop = a:every(1*ms, "w += a_*d + n_pre + 100*i + 1000*j; x = tau_post/ms", { parameters = { a_ = 2 } })
    net:run(1.5*ms)
    local got = a:gather("w", "x")
    for k = 1, #got.pre do
      assert.near(2 * (6 + got.pre[k] + 100 * got.pre[k] + 1000 * got.post[k]), got.w[k], 1e-9)
      assert.near(5, got.x[k], 1e-12)
    end
    assert.equal(0, b.w:mean())
    stop()
    d.value = 0
    a.w = 0
    b:every(0.5*ms, "w = rand()")
    net:run(10*ms)
    assert.equal(0, a.w:mean())
    assert.near(0.5, b.w:mean(), 5 / math.sqrt(12 * 18))
  end)

  it("see synapses as spikes of targets have left them", function()
    local net = ln.network { dt = 0.1*ms }
    local p = net:population(4, model, { I = 1.5 })
    local function learning(every)
      return net:project(p, p, { connect = ln.all_to_all(), w = ln.uniform(0.1, 0.2), equations = "q : 1", transmit = "v += 0*w",
        rule = ln.rules.stdp { tau_p = 10*ms }, every = every })
    end
    local one, other = learning { 30*ms, "w *= 0.9; q += w" }, learning()
    one.w = "0.1 + 0.01*i + 0.001*j"
    other.w = "0.1 + 0.01*i + 0.001*j"
    other:every(30*ms, "w *= 0.9; q += w")
    net:run(200*ms)
    assert.same(one:gather("w", "q").w:totable(), other:gather("w", "q").w:totable())
    assert.same(one:gather("q").q:totable(), other:gather("q").q:totable())
    assert.is_true(one.q:mean() > 0.3)
  end)

  it("are about synapses that grew, and not those that were pruned", function()
    local net, p = network(5)
    local s = net:project(p, p, { connect = ln.one_to_one(), equations = "w : 1", transmit = "v += 0*w" })
    s:every(1*ms, "w += 1")
    net:run(1*ms)
    s:grow(ln.pairs({ 1, 2 }, { 3, 3 }))
    s:prune "i == 4"
    net:run(1*ms)
    local got = s:gather "w"
    assert.same({ 2, 1, 2, 1, 2, 2 }, got.w:totable())
  end)
end)

describe("statements every so often, refused:", function()
  local net, p = network(5)
  local q = net:project(p, p, { name = "q", connect = ln.all_to_all(), w = 1, transmit = "v += w" })
  local given = net:population(2, ln.spike_source { indices = { 1 }, times = { 1*ms } }, { name = "given" })
  local input = net:project(ln.poisson_input { rate = 1*Hz }, p, { name = "input", transmit = "v += 1" })
  local cases = {
    ["no time"] = { "every of p: expected a time and statements, as in every(10*ms, \"w *= 0.9\"), got 5", p, 5, "n = 1" },
    ["a voltage"] = { "expected a time", p, 5*mV, "n = 1" },
    ["between steps"] = { "every of p: statements every 250 us, but that is not a multiple of dt = 100 us", p, 0.25*ms, "n = 1" },
    ["functions"] = { "net:every calls Lua functions", p, 1*ms, print },
    ["nothing"] = { "there are no statements", p, 1*ms, "" },
    ["unknown names"] = { "unknown name 'm'", p, 1*ms, "n = m" },
    ["unknown options"] = { "unknown option 'at'", p, 1*ms, "n = 1", { at = "start" } },
    ["unknown places"] = { "nothing can run at 'thresholds'; when is one of before_start, start", p, 1*ms, "n = 1",
      { when = "thresholds" } },
    ["constants"] = { "'c'", p, 1*ms, "c = 1" },
    ["parameters"] = { "it is a parameter", p, 1*ms, "tau = 3*ms" },
    ["known parameters"] = { "'tau' is a parameter of the model already", p, 1*ms, "n = tau/ms",
      { parameters = { tau = 1*ms } } },
    ["units"] = { "ms", p, 1*ms, "n = 3*ms" },
    ["what the threshold reads, before it"] = { "the threshold reads 'v'", p, 1*ms, "v = 0", { when = "after_groups" } },
    ["who is refractory, before it is known"] = { "run this at \"after_thresholds\"", p, 1*ms, "n = int(not_refractory)",
      { when = "before_thresholds" } },
    ["given spikes"] = { "every of given: its spikes are given", given, 1*ms, "n = 1" },
    ["values of all synapses"] = { "'w' is one value for all synapses: declare it", q, 1*ms, "w = 2" },
    ["synapses of an input"] = { "a Poisson input has no synapses", input, 1*ms, "w = 2" },
    ["unknown names of synapses"] = { "unknown name 'z'", q, 1*ms, "v_post = z" },
  }
  for name, case in pairs(cases) do
    it(name, function() refused(case[1], case[2].every, table.unpack(case, 2)) end)
  end

  it("what the exact integration takes for constant", function()
    local exact = net:population(3, ln.neuron { equations = "dv/dt = (u - v)/tau : 1\ndu/dt = -(u + v)/tau : 1\ntau : second",
      method = "exact" }, { name = "exact", tau = 5*ms })
    refused("cannot assign to 'tau': the exact integration of the model takes it for constant", exact.every, exact, 1*ms,
      "tau = 3*ms")
    exact:every(1*ms, "v = 1")
  end)
end)
