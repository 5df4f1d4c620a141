-- ln.generator: pairs by Brian2's generator syntax; multisynaptic_index.
local ln = require "lunate"
local ms, um = ln.ms, ln.um

local function cells(n)
  local net = ln.network { dt = 0.1*ms, seed = 3 }
  return net, net:population(n, ln.neuron { equations = "x : meter\nv : 1" }, { name = "p", x = "i*10*umeter" })
end

local function list(x)
  local out = {}
  for k = 1, #x do out[k] = x[k] end
  return out
end

local function pairs_of(connect, n)
  local net, p = cells(n or 5)
  local all = net:project(p, p, { connect = connect, transmit = "v += 1", parameters = { width = 15*um } }):gather()
  local out = {}
  for k = 1, #all.pre do out[k] = ("%d-%d"):format(all.pre[k], all.post[k]) end
  return table.concat(out, " ")
end

local function refused(fragment, f)
  local ok, message = pcall(f)
  assert.is_false(ok)
  assert.is_truthy(tostring(message):find(fragment, 1, true), tostring(message))
end

describe("a generator", function()
  it("gives the targets of each source", function()
    assert.equal("1-2 2-1 2-3 3-2 3-4 4-3 4-5 5-4",
      pairs_of(ln.generator("k for k in range(i - 1, i + 2) if k != i", { skip_if_invalid = true })))
    assert.equal("1-1 1-3 1-5 2-2 2-4 3-3 3-5 4-4 5-5", pairs_of(ln.generator "j for j in range(i, N_post + 1, 2)"))
    assert.equal("1-3 2-1 2-2 2-3 3-1 3-2 3-3", pairs_of(ln.generator "k for k in range(3) if i > 1 or k == 3", 3))
    assert.equal("1-5 2-4 3-3 4-2 5-1", pairs_of(ln.generator "N_post + 1 - i for n in range(1)"))
  end)

  it("gives the sources of each target", function()
    local earlier = ln.generator({ i = "k for k in range(j - 1, j + 1)" }, { skip_if_invalid = true })
    assert.equal("1-1 1-2 2-2 2-3 3-3", pairs_of(earlier, 3))
  end)

  it("reads variables of both sides, parameters and its own", function()
    local close = ln.generator "k for k in range(N_post) if abs(x_pre - x_post) < width and i != j"
    assert.equal("1-2 2-1 2-3 3-2", pairs_of(close, 3))
    assert.equal("2-1", pairs_of(ln.generator("j for j in range(1, i) if x_pre - x_post < limit and not i == 3",
      { parameters = { limit = 12*um } }), 3))
  end)

  it("repeats pairs", function()
    assert.equal("1-2 1-2 2-1 2-1", pairs_of(ln.generator("3 - i for n in range(1)", { n = 2 }), 2))
  end)

  it("draws samples", function()
    local net, p = cells(1000)
    local chance = net:project(p, p, { connect = ln.generator "k for k in sample(N_post, p = 0.01)", transmit = "v += 1" })
    local sized = net:project(p, p, { connect = ln.generator "k for k in sample(1, N_post + 1, size = 7)", transmit = "v += 1" })
    assert.near(10000, #chance, 5 * math.sqrt(9900))
    local out, into = sized:outdegree(), sized:indegree()
    for k = 1, 1000 do assert.equal(7, out[k]) end
    local variance = 0
    for k = 1, 1000 do variance = variance + (into[k] - 7)^2 / 1000 end
    assert.near(7, variance, 1.6) -- binomial, 5 standard errors
    local all, before = sized:gather(), nil
    for k = 1, #all.pre do
      local pair = all.pre[k]*1000 + all.post[k]
      assert.is_true(pair ~= before)
      before = pair
    end
  end)

  it("refuses what it cannot do", function()
    refused("expected \"EXPRESSION for k in range", function() ln.generator "i + 1" end)
    refused("sample() takes no 'q'", function() ln.generator "k for k in sample(N_post, q = 2)" end)
    refused("expected \"EXPRESSION for k in range", function() ln.generator "k for k in sample(N_post)" end)
    refused("give j (targets of a source) or i", function() ln.generator {} end)
    refused("j = 6 for i = 5, but there are 1 to 5; skip_if_invalid = true",
      function() pairs_of(ln.generator "i + 1 for n in range(1)") end)
    refused("unknown name 'y_pre' in the generator's condition",
      function() pairs_of(ln.generator "k for k in range(3) if y_pre > 1") end)
    refused("unknown name 'q' in the generator", function() pairs_of(ln.generator "k + q for k in range(3)") end)
    refused("randn() cannot stand in the generator's condition",
      function() pairs_of(ln.generator "k for k in range(3) if randn() > 1") end)
    refused("expected a whole number", function() pairs_of(ln.generator "k/2 for k in range(3)") end)
    refused("a sample of 9 out of 5", function() pairs_of(ln.generator "k for k in sample(N_post, size = 9)") end)
    refused("a range whose step is 0", function() pairs_of(ln.generator "k for k in range(1, 5, 0)") end)
    refused("in the generator's condition", function() pairs_of(ln.generator "k for k in range(3) if x_pre > 1") end)
  end)
end)

describe("multisynaptic_index", function()
  local function project(options)
    local net, p = cells(3)
    options.connect = options.connect or ln.pairs({ 1, 1, 2, 1 }, { 1, 1, 2, 2 })
    options.transmit = options.transmit or "v += w*k"
    return net:project(p, p, options), net, p
  end

  it("numbers the synapses of a pair, in values, delays and statements", function()
    local s, net, p = project { multisynaptic_index = "k", w = "2*k + x_pre/umeter", delay = "k*ms*x_post/(10*umeter)" }
    local all = s:gather("w", "k")
    assert.same({ 1, 1, 1, 2 }, list(all.pre))
    assert.same({ 1, 2, 1, 1 }, list(all.k))
    assert.same({ 12, 14, 12, 22 }, list(all.w))
    for k, delay in ipairs { 1, 2, 2, 2 } do assert.near(delay, all.delay[k]/ms, 1e-12) end
    s.w = "10*k"
    assert.same({ 10, 20, 10, 10 }, list(s:gather("w").w))
    net:project(net:population(1, ln.spike_source { indices = { 1 }, times = { 0*ms } }), p,
      { connect = ln.pairs({ 1, 1 }, { 1, 1 }), multisynaptic_index = "k", transmit = "v += k" })
    net:run(1*ms)
    assert.equal(3, p.v[1])
  end)

  it("gives delays of several pathways", function()
    local s = project { multisynaptic_index = "k", transmit = { up = "v += k", down = "v -= 1" },
      delay = { up = "k*ms", down = 1*ms } }
    local delays = s:gather().delays.up/ms
    for k, delay in ipairs { 1, 2, 1, 1 } do assert.near(delay, delays[k], 1e-12) end
  end)

  it("is refused where it is not a name, or taken", function()
    refused("must be a name in quotes", function() project { multisynaptic_index = 3, w = 1 } end)
    refused("'k' is given, and the multisynaptic_index too", function() project { multisynaptic_index = "k", k = 1, w = 1 } end)
    refused("unknown name 'l' in delay of", function() project { multisynaptic_index = "k", w = 1, delay = "k*ms*l" } end)
    refused("need a connector without a condition",
      function() project { multisynaptic_index = "k", w = 1, connect = ln.bernoulli "i < j" } end)
  end)
end)
