-- Pruning and growing of synapses.
local ln = require "lunate"
local ms = ln.ms

local cell = ln.neuron { equations = "dv/dt = -v/(10*ms) : volt", threshold = "v > 1*volt", reset = "v = 0*mV" }

local function network(options)
  local net = ln.network { dt = 0.1 * ms, seed = 11 }
  local p = net:population(20, cell, { name = "p" })
  local spec = { connect = ln.bernoulli(0.4), transmit = "v += w*mV", w = ln.uniform(0, 1), delay = "(1 + 3*rand())*ms",
    name = "s" }
  for key, value in pairs(options or {}) do spec[key] = value end
  local s = net:project(p, p, spec)
  net:build()
  return net, s, p
end

local function listed(s)
  local all, out = s:gather "w", {}
  local pre, post, w, delay = all.pre:raw(), all.post:raw(), all.w:raw(), all.delay:raw()
  for k = 1, #pre do out[k] = { i = pre[k], j = post[k], w = w[k], delay = delay[k] } end
  return out
end

local function key(x) return ("%d %d %.17g %.17g"):format(x.i, x.j, x.w, x.delay) end

describe("prune", function()
  it("removes where a condition holds, and nothing else", function()
    local _, s = network()
    local before, left, gone = listed(s), {}, 0
    for _, x in ipairs(before) do
      if x.w < 0.3 and x.i ~= 5 then gone = gone + 1 else left[#left + 1] = key(x) end
    end
    assert.is_true(gone > 10)
    assert.equal(gone, s:prune "w < 0.3 and i != 5")
    local after = {}
    for k, x in ipairs(listed(s)) do after[k] = key(x) end
    assert.same(left, after)
    assert.equal(#left, #s)
  end)

  it("removes a part of them, the smallest or the largest", function()
    for _, largest in ipairs { false, true } do
      local _, s = network()
      local w = {}
      for k, x in ipairs(listed(s)) do w[k] = x.w end
      table.sort(w, function(a, b) if largest then return a > b end return a < b end)
      local n = math.floor(0.25 * #w + 0.5)
      assert.equal(n, s:prune(0.25, { largest = largest }))
      for _, x in ipairs(listed(s)) do
        if largest then assert.is_true(x.w <= w[n]) else assert.is_true(x.w >= w[n]) end
      end
    end
  end)

  it("loses the spikes on their way to what is removed, and no others", function()
    local net = ln.network { dt = 0.1 * ms }
    local source = net:population(2, ln.spike_source { indices = { 1, 2 }, times = { 1 * ms, 1 * ms } })
    local p = net:population(3, ln.neuron { equations = "v : volt" })
    local s = net:project(source, p, { connect = ln.all_to_all(), transmit = "v += w*mV", w = "i + 10*j", delay = 2 * ms })
    net:run(2 * ms)
    assert.equal(2, s:prune "i == 1 and j != 2")
    net:run(5 * ms)
    local v = p.v:gather():raw()
    for j, expected in ipairs { 12, 43, 32 } do assert.is_true(math.abs(v[j] - expected * 1e-3) < 1e-12) end
  end)

  it("is refused where it makes no sense", function()
    local net, s = network()
    local function refused(message, ...)
      local ok, err = pcall(s.prune, s, ...)
      assert.is_false(ok)
      assert.truthy(tostring(err):find(message, 1, true), tostring(err))
    end
    refused("this would prune all of its", "w >= 0")
    refused("expected a condition such as", "w")
    refused("unknown name 'weight'", "weight > 1")
    refused("a part of the synapses is between 0 and 1", 1)
    refused("has no variable 'x' of each synapse", 0.5, { by = "x" })
    local snapshot = net:store()
    s:prune(0.1)
    assert.error_matches(function() net:restore(snapshot) end, "synapses were added or stored anew")
  end)
end)

describe("grow", function()
  it("adds so many new pairs, and leaves the others as they are", function()
    local _, s = network()
    local before, pairs_seen = {}, {}
    for _, x in ipairs(listed(s)) do before[key(x)] = true end
    assert.equal(40, s:grow(40, { w = 7, delay = 2.5 * ms }))
    local fresh = 0
    for _, x in ipairs(listed(s)) do
      local pair = x.i * 100 + x.j
      assert.is_nil(pairs_seen[pair], "twice")
      assert.is_true(x.i ~= x.j or before[key(x)] ~= nil)
      pairs_seen[pair] = true
      if before[key(x)] then
        before[key(x)] = nil
      else
        fresh = fresh + 1
        assert.equal(7, x.w)
        assert.is_true(math.abs(x.delay - 2.5e-3) < 1e-12)
      end
    end
    assert.equal(40, fresh)
    assert.is_nil(next(before))
  end)

  it("fills up to the last pair, and no further", function()
    local _, s = network()
    local free, to_self = 20 * 19, 0
    for _, x in ipairs(listed(s)) do
      if x.i == x.j then to_self = to_self + 1 else free = free - 1 end
    end
    assert.error_matches(function() s:grow(free + 1) end, ("only %d pairs are not connected yet"):format(free))
    assert.equal(free, s:grow(free))
    assert.equal(20 * 19 + to_self, #s)
  end)

  it("takes connectors, without what is connected already", function()
    local _, s = network()
    local n = #s
    assert.equal(20 * 20 - n, s:grow(ln.all_to_all { autapses = true }))
    assert.equal(400, #s)
    assert.equal(0, s:grow(ln.bernoulli(0.5)))
  end)

  it("gives new synapses traces of their own, from now on", function()
    local net = ln.network { dt = 0.1 * ms }
    local source = net:population(1, ln.spike_source { indices = { 1, 1 }, times = { 5 * ms, 25 * ms } })
    local p = net:population(3, cell)
    local s = net:project(source, p, { connect = ln.pairs({ 1 }, { 2 }), transmit = "x += 1", delay = 1 * ms,
      equations = "dx/dt = (1 - x)/(10*ms) : 1 (event-driven)" })
    net:run(20 * ms)
    assert.equal(1, s:grow(ln.pairs({ 1 }, { 3 }), { x = 3, delay = 1 * ms }))
    net:run(10 * ms)
    local all = s:gather("x")
    local x = all.x:raw()
    -- the new one grew from 3 for 6 ms before its first spike; the old one from 0, with two spikes
    assert.is_true(math.abs(x[2] - (1 + 2 * math.exp(-0.6) + 1)) < 1e-12)
    local old = 1 - math.exp(-0.6) + 1
    assert.is_true(math.abs(x[1] - (1 + (old - 1) * math.exp(-2) + 1)) < 1e-12)
  end)
end)
