-- Pruning and growing of synapses.
local ln = require "lunate"
local ms = ln.ms
local refused = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").refused

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
    refused("this would prune all of its", s.prune, s, "w >= 0")
    refused("expected a condition such as", s.prune, s, "w")
    refused("unknown name 'weight'", s.prune, s, "weight > 1")
    refused("a part of the synapses is between 0 and 1", s.prune, s, 1)
    refused("has no variable 'x' of each synapse", s.prune, s, 0.5, { by = "x" })
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

-- Neurons with two numbers of their own, and a projection among them.
local function scored(options)
  local net = ln.network { dt = 0.1 * ms, seed = 5 }
  local p = net:population(30, ln.neuron { equations = "x : 1\ny : 1\nv : volt" }, { name = "p", x = "rand()", y = "rand()" })
  local spec = { connect = ln.bernoulli(0.2), transmit = "v += w*mV", w = "i + 0.01*j", name = "s", delay = 1 * ms }
  for name, value in pairs(options or {}) do spec[name] = value end
  local s = net:project(p, p, spec)
  net:build()
  return net, s, p
end

describe("prune by value", function()
  it("removes so many with the smallest or largest value of an expression", function()
    local _, s = network()
    local order = {}
    for k, x in ipairs(listed(s)) do order[k] = math.abs(x.w - 0.5) * x.j end
    table.sort(order)
    assert.equal(17, s:prune { smallest = 17, by = "abs(w - 0.5)*j" })
    for _, x in ipairs(listed(s)) do assert.is_true(math.abs(x.w - 0.5) * x.j >= order[18] - 1e-15) end
    local n = #s
    assert.equal(math.floor(0.1 * n + 0.5), s:prune { largest = 0.1, by = "w*(v_post/mV + 1)" })
  end)

  it("takes equal ones at random, not those of the first neurons", function()
    local _, s = network { connect = ln.all_to_all(), w = ln.uniform(1, 1) }
    assert.equal(200, s:prune { smallest = 200 })
    local left = s:outdegree():raw()
    local least, most = math.huge, 0
    for k = 1, 20 do least, most = math.min(least, left[k]), math.max(most, left[k]) end
    assert.is_true(least >= 3 and most <= 17, ("%g to %g"):format(least, most))
  end)

  it("removes so many of each neuron", function()
    local _, s = network()
    local out, into = s:outdegree():raw(), s:indegree():raw()
    local go, come = {}, {}
    for k = 1, 20 do go[k], come[k] = k % 3, k == 4 and 1000 or 0 end
    assert.equal(21, s:prune { outgoing = go }) -- 1 2 0, six times, then 1 2
    local now = s:outdegree():raw()
    for k = 1, 20 do assert.equal(out[k] - go[k], now[k]) end
    local before = s:indegree():raw()
    assert.equal(before[4], s:prune { incoming = come })
    local after = s:indegree():raw()
    for k = 1, 20 do
      assert.equal(k == 4 and 0 or before[k], after[k])
      assert.is_true(before[k] <= into[k])
    end
  end)

  it("is refused where it makes no sense", function()
    local _, s = network()
    refused("say one of smallest = n, largest = n, or outgoing and incoming", s.prune, s, {})
    refused("say one of smallest = n", s.prune, s, { smallest = 1, largest = 1 })
    refused("this would prune all of its", s.prune, s, { smallest = 400 })
    refused("this would prune all of its", s.prune, s, { largest = 0.999999 })
    refused("unknown option 'smalest' (did you mean 'smallest'?)", s.prune, s, { smalest = 3 })
    refused("is a condition", s.prune, s, { smallest = 3, by = "w > 0.5" })
    refused("what decides which synapses are pruned is NaN at the synapse", s.prune, s, { smallest = 3, by = "log(-w)" })
    refused("unknown name 'u'", s.prune, s, { smallest = 3, by = "u*w" })
    refused("outgoing of s must be 20 whole numbers, one a neuron; got 2", s.prune, s, { outgoing = { 1, 2 } })
    local half = {}
    for k = 1, 20 do half[k] = 0.5 end
    refused("element 1 of incoming of s is 0.5, a whole number was expected", s.prune, s, { incoming = half })
    local _, empty = network { connect = ln.bernoulli(0) }
    refused("prune: s has no synapses", empty.prune, empty, "w > 0")
    refused("prune: s has no synapses", empty.prune, empty, 0.5)
    refused("prune takes a condition in quotes", s.prune, s, true)
  end)
end)

describe("grow by score", function()
  it("adds the pairs with the highest score that are not connected", function()
    local _, s, p = scored()
    local x, y, there, scores = p.x:gather():raw(), p.y:gather():raw(), {}, {}
    for _, syn in ipairs(listed(s)) do there[syn.i * 100 + syn.j] = true end
    for i = 1, 30 do
      for j = 1, 30 do
        if i ~= j and not there[i * 100 + j] then scores[#scores + 1] = x[i] * y[j] + 0.001 * i end
      end
    end
    table.sort(scores, function(a, b) return a > b end)
    assert.equal(25, s:grow(25, { score = "x_pre*y_post + 0.001*i", w = -1 }))
    local n = 0
    for _, syn in ipairs(listed(s)) do
      if syn.w == -1 then
        n = n + 1
        assert.is_true(not there[syn.i * 100 + syn.j] and syn.i ~= syn.j)
        assert.is_true(x[syn.i] * y[syn.j] + 0.001 * syn.i >= scores[25] - 1e-15)
      end
    end
    assert.equal(25, n)
  end)

  it("takes equal scores at random, and none of -inf", function()
    local _, s = scored()
    assert.equal(60, s:grow(60, { score = "where(i <= 5 or j <= 5, -inf, 1)", w = -1 }))
    local rows = {}
    for _, syn in ipairs(listed(s)) do
      if syn.w == -1 then
        assert.is_true(syn.i > 5 and syn.j > 5)
        rows[syn.i] = true
      end
    end
    local n = 0
    for _ in pairs(rows) do n = n + 1 end
    assert.is_true(n > 12, n .. " sources")
    refused("pairs have a score above -inf", s.grow, s, 600, { score = "where(i <= 5 or j <= 5, -inf, 1)" })
    local selves = 0
    assert.is_true(s:grow(200, { autapses = true, w = -2 }) == 200)
    for _, syn in ipairs(listed(s)) do
      if syn.w == -2 and syn.i == syn.j then selves = selves + 1 end
    end
    assert.is_true(selves > 0)
  end)

  it("is refused where it makes no sense", function()
    local _, s = scored()
    local n = #s
    refused("the score of", s.grow, s, 3, { score = "log(x_pre - 2)" })
    refused("is a condition", s.grow, s, 3, { score = "x_pre > y_post" })
    refused("unknown name 'w'", s.grow, s, 3, { score = "w" })
    refused("v_pre", s.grow, s, 3, { score = "x_pre + v_pre" })
    refused("score is an expression in quotes", s.grow, s, 3, { score = 7 })
    refused("a score goes with a number of synapses", s.grow, s, ln.bernoulli(0.1), { score = "x_pre" })
    refused("synapses more for s, but only", s.grow, s, 900)
    refused("synapses more for s, but only", s.grow, s, 900, { score = "x_pre" })
    refused("expected a number of synapses, got -3", s.grow, s, -3)
    refused("expected a number of synapses, got 2.5", s.grow, s, 2.5)
    refused("w is an array, but which pairs are chosen is not known yet", s.grow, s, 2, { w = { 1, 2 } })
    refused("autapses must be true or false", s.grow, s, 2, { autapses = 1 })
    assert.equal(n, #s)
  end)
end)

describe("rewiring", function()
  it("keeps what views, gather and counts say of one another", function()
    local net, s, p = scored()
    for k = 1, 12 do
      local n = s:prune { smallest = 0.1, by = "rand()" }
      assert.equal(n, s:grow(n, { score = k % 2 == 0 and "x_pre*y_post" or nil, w = "i + 0.01*j" }))
      net:run(0.3 * ms)
    end
    local all, seen = s:gather "w", {}
    local pre, post, w = all.pre:raw(), all.post:raw(), all.w:raw()
    local direct, out, into = s.w:gather():raw(), s:outdegree():raw(), s:indegree():raw()
    assert.equal(#s, #pre)
    for k = 1, #pre do
      assert.equal(pre[k] + 0.01 * post[k], w[k])
      assert.equal(w[k], direct[k])
      assert.is_nil(seen[pre[k] * 100 + post[k]])
      seen[pre[k] * 100 + post[k]] = true
      out[pre[k]], into[post[k]] = out[pre[k]] - 1, into[post[k]] - 1
    end
    for k = 1, #p do assert.is_true(out[k] == 0 and into[k] == 0) end
    s.w = "10*i"
    assert.equal(10 * pre[#pre], s.w[#pre])
  end)

  it("delivers to what was there when a spike left, also where parts of a row become one", function()
    local net = ln.network { dt = 0.1 * ms }
    local at = {}
    for k = 1, 6 do at[k] = (5 * k - 4) * ms end
    local source = net:population(1, ln.spike_source { indices = { 1, 1, 1, 1, 1, 1 }, times = at }) -- 1, 6, 11 … ms
    local p = net:population(6, ln.neuron { equations = "n : 1" })
    local s = net:project(source, p, { connect = ln.pairs({ 1, 1 }, { 2, 5 }), transmit = "n += 1", delay = 3 * ms })
    local function expect(...)
      local n = p.n:gather():raw()
      for k, x in ipairs { ... } do assert.equal(x, n[k], ("neuron %d at %s"):format(k, tostring(net.t))) end
    end
    net:run(2 * ms)
    s:grow(ln.pairs({ 1 }, { 3 })) -- while a spike is on its way
    net:run(0.5 * ms)
    s:grow(ln.pairs({ 1, 1 }, { 6, 1 }), { delay = 3 * ms })
    net:run(3 * ms)
    expect(0, 1, 0, 0, 1, 0)
    net:run(1 * ms)                -- the next is on its way to all
    s:grow(ln.pairs({ 1 }, { 4 }))
    assert.equal(1, s:prune "j == 5") -- two parts of the row become one, with the spike under way to both
    net:run(3 * ms)
    expect(1, 2, 1, 0, 1, 1)
    net:run(5 * ms)
    expect(2, 3, 2, 1, 1, 2)
    assert.equal(1, s:prune "j == 1") -- now all of it is one
    net:run(5 * ms)
    expect(2, 4, 3, 2, 1, 3)
  end)

  it("joins parts of a row whose traces have become the same", function()
    local function network_of(connect, w, delay)
      local net = ln.network { dt = 0.1 * ms, seed = 2 }
      local source = net:population(40, ln.models.poisson { rate = 400 * ln.Hz })
      local p = net:population(40, cell, { name = "p" })
      return net, net:project(source, p, { connect = connect, transmit = "v += w*mV", w = w, delay = delay,
        rule = ln.rules.stdp { tau_p = 0.5 * ms, tau_m = 0.5 * ms, A_p = 1e-3, A_m = 1e-3 } })
    end
    local net, s = network_of(ln.bernoulli(0.5), ln.uniform(0, 1), "(1 + j % 4)*ms")
    for _ = 1, 60 do
      s:grow(s:prune { smallest = 0.05, by = "rand()" })
      net:run(1 * ms)
    end
    net:run(60 * ms) -- some spikes, and a hundred time constants
    s:prune { smallest = 1 }
    local c, all = net:counters(), s:gather "w"
    local fresh = network_of(ln.pairs(all.pre, all.post), all.w, all.delay)
    fresh:run(120 * ms) -- so that its calendars have grown as well
    local f = fresh:counters()
    assert.equal(f.synapses, c.synapses)
    assert.is_true(c.synapse_bytes < 1.1 * f.synapse_bytes, ("%d and %d bytes"):format(c.synapse_bytes, f.synapse_bytes))
  end)

  it("neither lengthens directories nor changes what arrives", function()
    local function cells(net, name)
      return net:population(40, ln.neuron { equations = "dv/dt = -v/(10*ms) : 1", threshold = "v > 1e9" }, { name = name })
    end
    local net = ln.network { dt = 0.1 * ms, seed = 2 }
    local source = net:population(40, ln.models.poisson { rate = 200 * ln.Hz })
    local a = cells(net, "a")
    local s = net:project(source, a, { connect = ln.bernoulli(0.5), transmit = "v += w", w = ln.uniform(0, 1),
      delay = "(1 + i % 4)*ms" })
    net:build()
    for _ = 1, 60 do s:grow(s:prune(0.1)) end
    s:prune { smallest = 1 } -- puts the last growth in order
    local c = net:counters()
    -- 2 + 8 bytes a synapse, 4 a run of 10, 16 a source; 16 rows and calendars
    assert.is_true(c.synapse_bytes / c.synapses < 24, tostring(c.synapse_bytes / c.synapses))
    local all = s:gather "w"
    local b = cells(net, "b")
    net:project(source, b, { connect = ln.pairs(all.pre, all.post), transmit = "v += w", w = all.w, delay = all.delay })
    net:run(30 * ms)
    local x, y = a.v:gather():raw(), b.v:gather():raw()
    for k = 1, 40 do assert.equal(y[k], x[k]) end
    assert.is_true(a.v:mean() > 1)
  end)
end)
