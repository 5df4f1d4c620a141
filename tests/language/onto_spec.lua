-- Synapses that lead to synapses, or come from them.
local ln = require "lunate"
local ms, mV, second = ln.ms, ln.mV, ln.second
local support = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua")
local refused, near = support.refused, support.near

local cell = ln.neuron { equations = "dv/dt = -v/(10*ms) : volt\nu : 1\nz : 1", threshold = "v > 5*mV", reset = "v = 0*mV" }

local function at(...)
  local indices, times = {}, { ... }
  for k = 1, #times do indices[k] = 1 end
  return ln.spike_source { indices = indices, times = times }
end

-- a → p by s, whose synapses have x, y, w and a place of their own.
local function network(more)
  local net = ln.network { dt = 0.1*ms, seed = 5 }
  local a = net:population(4, ln.spike_source { indices = { 1, 2, 3 }, times = { 2*ms, 3*ms, 4*ms } }, { name = "a" })
  local p = net:population(3, cell, { name = "p" })
  local spec = { name = "s", connect = ln.pairs({ 1, 1, 2, 4, 4 }, { 1, 3, 2, 1, 1 }), on_pre = "v += w*mV; x += 1", w = 0.1,
    equations = "x : 1\ny : 1\nk : integer\ndd/dt = -d/(20*ms) : 1 (clock-driven)\ne = 2*x : 1\n"
      .. "du/dt = -u/ms : 1 (event-driven)\nw : 1" }
  for key, value in pairs(more or {}) do spec[key] = value end
  return net, net:project(a, p, spec), p, a
end

local function list(view) return view:gather():raw():totable() end

describe("synapses onto synapses", function()
  it("see their targets as neurons, numbered as a gather lists them", function()
    local net, s = network()
    local reward = net:population(2, at(1*ms, 6*ms), { name = "reward" })
    local r = net:project(reward, s, { connect = ln.all_to_all(), delay = 0.5*ms,
      on_pre = "y_post += j + 10*i_post + 100*j_post + 0.5*x; x *= 2" })
    assert.equal("projection reward→s: all_to_all, y_post += j + 10*i_post + 100*j_post + 0.5*x; x *= 2", tostring(r))
    assert.equal(10, #r)
    net:run(6*ms)
    assert.same({ 111, 312, 223, 144, 145 }, list(s.y))
    net:run(1*ms)
    assert.same({ 222.5, 624.5, 446.5, 288, 290 }, list(s.y))
    assert.same({ 2, 2, 2, 0, 0 }, list(s.x))
    assert.equal(s, r.post)
  end)

  it("read what others do at the synapses in the same step, and are read by them", function()
    for _, first in ipairs { true, false } do -- s runs before r: it was made first
      local net, s = network { on_pre = first and "x += 1" or "x = 3*y" }
      local reward = net:population(1, at(2*ms), { name = "reward" })
      net:project(reward, s, { connect = ln.all_to_all(), on_pre = first and "y = x" or "y = 7" })
      net:run(2.1*ms)
      assert.same(first and { 1, 1, 0, 0, 0 } or { 7, 7, 7, 7, 7 }, list(s.y))
      assert.same(first and { 1, 1, 0, 0, 0 } or { 0, 0, 0, 0, 0 }, list(s.x))
    end
  end)

  it("sum over synapses, onto neurons and onto synapses, before these advance", function()
    local net, s, p = network { x = { 1, 2, 3, 4, 5 }, on_pre = "", k = { 1, 1, 2, 3, 3 } }
    p.u = { 5, 6, 7 }
    net:project(s, p, { connect = ln.bernoulli "k_pre == j", equations = "z_post = x_pre/N_incoming : 1 (summed)" })
    local back = net:project(p, s, { connect = ln.bernoulli "i == k_post", equations = "y_post = u_pre : 1 (summed)" })
    net:project(s, s, { connect = ln.bernoulli "k_pre == k_post and i != j", equations = "w_post = x_pre : 1 (summed)" })
    net:run(0.1*ms)
    assert.same({ 1.5, 3, 4.5 }, list(p.z))
    assert.same({ 5, 5, 6, 7, 7 }, list(s.y))
    assert.same({ 2, 1, 0, 5, 4 }, list(s.w))
    assert.same({ 1, 1, 2, 3, 3 }, back:gather().pre:raw():totable())
    assert.equal(3, back:grow(ln.pairs({ 1, 2, 3 }, { 3, 1, 2 })))
    net:run(0.1*ms)
    assert.same({ 11, 12, 11, 7, 7 }, list(s.y))
  end)

  it("may be learned by targets' spikes, run every so often, or on a signal", function()
    local net, s, p = network { x = { 1, 2, 3, 4, 5 }, on_pre = "" }
    p.v = { 0*mV, 6*mV, 0*mV }
    local dopamine = net:signal("dopamine", { equations = "level : 1", initial = 2 })
    local up = net:project(s, p, { connect = ln.bernoulli "j_pre == j", equations = "q : 1", on_post = "q += x_pre" })
    net:project(p, s, { connect = ln.bernoulli "i == j_post", every = { { 1*ms, "d_post += 1" } }, on_pre = "" })
    net:project(p, s, { connect = ln.bernoulli "i == j_post", on_signal = { dopamine = "y_post += dopamine" }, on_pre = "" })
    net:run(0.2*ms)
    assert.same({ 0, 3, 0, 0 , 0 }, { up.q[1], up.q[3], up.q[2], up.q[4], up.q[5] })
    dopamine:pulse(0)
    assert.same({ 2, 2, 2, 2, 2 }, list(s.y))
    net:run(1*ms)
    near({ math.exp(-0.05 * 1.1) + math.exp(-0.005 * 2) }, { s.d[1] }, 1)
  end)

  it("make up for what is put off at the synapses before they look", function()
    local function result(put_off)
      local defer = require "lunate.compiler.defer"
      defer.enabled = put_off
      local net = ln.network { dt = 0.1*ms, seed = 8 }
      local a = net:population(20, ln.models.poisson { rate = 100*ln.Hz }, { name = "a" })
      local s = net:project(a, a, { connect = ln.bernoulli(0.3), transmit = "", w = ln.uniform(0, 1), rule = ln.rule {
        equations = "dx/dt = -x/(20*ms) : 1 (pre, event-driven)", pre_spike = "x += 1",
        on_post = "w = clip(w + 0.1*x, 0, 5)", on_pre = "w = clip(w - 0.02, 0, 5)" } })
      defer.enabled = true
      local other = net:population(3, ln.models.poisson { rate = 200*ln.Hz }, { name = "other" })
      net:project(other, s, { connect = ln.bernoulli(0.5), on_pre = "w_post *= 0.9", delay = ln.uniform(0.1*ms, 3*ms) })
      net:run(50*ms)
      return list(s.w)
    end
    assert.same(result(false), result(true))
  end)

  it("are stored, restored, recorded and completed as others", function()
    local net, s = network()
    local reward = net:population(1, at(1*ms, 5*ms), { name = "reward" })
    local r = net:project(reward, s, { connect = ln.all_to_all(), on_pre = "y_post += h; h += 1", equations = "h : 1",
      delay = ln.uniform(0.1*ms, 2*ms) })
    local trace = net:record(s, "y", { every = 1*ms })
    net:run(1.5*ms)
    local snapshot = net:store()
    net:run(6*ms)
    local y, h = list(s.y), list(r.h)
    assert.same({ 1, 1, 1, 1, 1 }, y)
    assert.same({ 2, 2, 2, 2, 2 }, h)
    net:restore(snapshot)
    net:run(6*ms)
    assert.same(y, list(s.y))
    assert.same(h, list(r.h))
    assert.equal(5, (select(2, trace.y:shape())))
    local names = table.concat(getmetatable(r).__complete(r), " ")
    assert.matches("gather.*h", names)
    local all = r:gather "h"
    assert.same({ 1, 2, 3, 4, 5 }, all.post:raw():totable())
    assert.equal(5, net:counters().synapses - #r)
  end)

  it("follow stored-once values and other synapses that come beside them", function()
    local net, s, p, a = network { on_pre = "x += w", equations = "x : 1\ny : 1", w = 0.5 }
    local reward = net:population(1, at(1*ms, 6*ms), { name = "reward" })
    net:project(reward, s, { connect = ln.all_to_all(), on_pre = "y += w + x" })
    local other = net:population(3, cell, { name = "q" })
    local t = net:project(a, other, { connect = ln.all_to_all(), on_pre = "x += w", equations = "x : 1\ny : 1", w = 0.5 })
    net:run(2*ms)
    s.w = 4
    net:run(5*ms)
    assert.same({ 4 + 0.5 + 4, 8.5, 8.5, 4.5, 4.5 }, list(s.y))
    assert.equal(0, t.y:mean())
    assert.equal(3, #p)
    local snapshot = net:store()
    s.w = 1 -- alone by now: stored apart
    net:run(1*ms)
    net:restore(snapshot)
    assert.equal(4, s.w:mean())
    assert.equal(8.5, s.y[1])
  end)

  it("may themselves be sources and targets", function()
    local net, s = network { y = { 1, 2, 3, 4, 5 } }
    local b = net:population(2, cell, { name = "b" })
    local r = net:project(s, b, { connect = ln.all_to_all(), equations = "g : 1\nz_post = g*y_pre : 1 (summed)", g = 1 })
    local reward = net:population(1, at(1*ms), { name = "reward" })
    net:project(reward, r, { connect = ln.all_to_all(), on_pre = "g_post = 10*i_post + j_post" })
    net:run(2*ms)
    assert.same({ 11 + 42 + 93 + 164 + 255, 12 + 44 + 96 + 168 + 260 }, list(b.z))
  end)
end)

-- ---------------------------------------------------------------- wrong input

local function onto(options, more)
  return function()
    local net, s = network(more)
    options.connect = options.connect or ln.all_to_all()
    return net:project(net:population(1, at(1*ms), { name = "reward" }), s, options)
  end
end

local function from(options, more)
  return function()
    local net, s, p = network(more)
    options.connect = options.connect or ln.all_to_all()
    return net:project(s, p, options)
  end
end

local wrong = {
  { "an unknown variable", onto { on_pre = "yy_post += 1" }, "unknown name 'yy_post'" },
  { "a subexpression, read", onto { on_pre = "y += e_post" }, "it is a subexpression of the synapses of s: write here" },
  { "a subexpression, written", onto { on_pre = "e += 1" }, "cannot assign to 'e': it is a subexpression of the synapses of s" },
  { "what is stored once", onto({ on_pre = "c_post += 1" }, { c = 3, on_pre = "v += c*mV" }),
    "cannot assign to 'c_post': it is stored once for all synapses of s: declare it in the equations of s" },
  { "what is shared", onto({ on_pre = "c += 1" }, { equations = "c : 1 (shared)", on_pre = "v += c*w*mV" }),
    "it is stored once for all synapses of s" },
  { "what is constant", onto({ on_pre = "c += 1" }, { equations = "c : 1 (constant)", on_pre = "v += w*mV" }),
    "it is declared constant" },
  { "what is constant over dt", onto({ on_pre = "c += 1" }, { equations = "c = rand() : 1 (constant over dt)",
    on_pre = "v += w*c*mV" }),
    "it is computed at the start of each step" },
  { "a trace of the source", onto { on_pre = "y += u" }, "'u' cannot be read in transmit: it is one value for all synapses of a "
    .. "source neuron of s" },
  { "units", onto { on_pre = "y += 1*mV" }, "cannot assign" },
  { "writing the index", onto { on_pre = "i_post += 1" }, "cannot assign to 'i_post'" },
  { "neurons of the target", onto { on_pre = "v_post += 1*mV" }, "unknown name 'v_post'" },
  { "spikes of synapses", onto { on_pre = "y += 1", on_post = "x += 1" },
    "the targets are the synapses of s, which do not spike" },
  { "events of synapses", onto { on_pre = "y += 1", on_event = { burst = "x += 1" } }, "which do not spike" },
  { "the last spike of a synapse", onto { on_pre = "y += lastspike/ms" },
    "'lastspike' cannot be read in transmit: synapses do not" },
  { "refractory synapses", onto { on_pre = "y += int(not_refractory_post)" }, "synapses do not spike" },
  { "a rule", onto { on_pre = "", rule = ln.rules.stdp {} }, "rules learn from the spikes of neurons" },
  { "the source, written", from { equations = "z_post = x_pre : 1 (summed)", on_post = "x_pre = 1" },
    "cannot assign to 'x_pre'" },
  { "statements at spikes of the source", from { on_pre = "z += x_pre" },
    "the sources are the synapses of s, which do not spike" },
  { "an event of the source", from { on_post = "z += x_pre", event = "burst" }, "which do not spike" },
  { "a sum that is there already", function()
    local net, s, p = network()
    local one = { connect = ln.all_to_all(), equations = "y_post = u_pre : 1 (summed)" }
    net:project(p, s, one)
    net:project(p, s, one)
  end, "y of s is a sum over the synapses of p→s already" },
  { "another network's synapses", function()
    local net = network()
    local _, s, p = network()
    net:project(p, s, { connect = ln.all_to_all(), on_pre = "y += 1" })
  end, "the projection s belongs to another network" },
  { "an input", function()
    local net, s = network()
    net:project(ln.poisson_input { n = 1, rate = 1*ln.Hz }, s, { on_pre = "y += 1" })
  end, "a Poisson input leads to neurons" },
  { "onto an input", function()
    local net, _, p = network()
    local input = net:project(ln.poisson_input { n = 1, rate = 1*ln.Hz }, p, { name = "in", on_pre = "v += 1*mV" })
    net:project(p, input, { connect = ln.all_to_all(), on_pre = "y += 1" })
  end, "input in has no synapses" },
  { "none at all", onto({ on_pre = "y += 1" }, { connect = ln.pairs({}, {}) }), "s has no synapses" },
  { "pairs beyond them", onto { on_pre = "y += 1", connect = ln.pairs({ 1 }, { 6 }) }, "the targets are 1 to 5" },
  { "what is no target", function()
    local net, _, p = network()
    net:project(p, {}, { connect = ln.all_to_all(), on_pre = "y += 1" })
  end, "the target must be a population, or a projection for its synapses" },
  { "statements every so often, added later", function()
    local net, s, p = network()
    local r = net:project(p, s, { name = "r", connect = ln.all_to_all(), equations = "q : 1", on_pre = "y += q" })
    r:every(1*ms, "q += 1")
    r:every(1*ms, "y_post += 1")
  end, "the targets are the synapses of s: give net:project these statements as every = {…}" },
  { "numbers of synapses in them", function()
    local net, _, p, a = network()
    net:project(a, p, { connect = ln.all_to_all(), equations = "q : 1", on_pre = "u += q" }):every(1*ms, "q += N_incoming")
  end, "'N_incoming' is not counted in this projection" },
  { "synapses that come or go", function()
    local net, s, p = network()
    net:project(p, s, { name = "r", connect = ln.all_to_all(), on_pre = "y += 1" })
    s:prune "w < 1"
  end, "prune: the synapses of s are those that r leads to or comes from, so none can come or go" },
  { "more synapses", function()
    local net, s, p = network()
    net:project(s, p, { name = "r", connect = ln.all_to_all(), equations = "z_post = x_pre : 1 (summed)" })
    s:grow(1)
  end, "grow: the synapses of s are those that r leads to" },
}

describe("refused, with the reason:", function()
  for _, case in ipairs(wrong) do
    it(case[1], function() refused(case[3], case[2]) end)
  end
end)

-- ---------------------------------------------------------------- how many synapses there are

describe("N_incoming and N_outgoing", function()
  it("are those of the projection, in code, sums, first values; and follow rewiring", function()
    local net = ln.network { dt = 0.1*ms, seed = 2 }
    local a = net:population(12, at(1*ms), { name = "a" })
    local p = net:population(9, ln.neuron { equations = "u : 1\nv : 1\nz : 1" }, { name = "p" })
    local s = net:project(a, p, { connect = ln.bernoulli(0.4), equations = "w : 1\nu_post = 1/N_incoming : 1 (summed)",
      on_pre = "v += 1.0*N_outgoing", w = "N_incoming + 0.01*N_outgoing", delay = ln.uniform(0.1*ms, 2*ms) })
    local t = net:project(a, p, { connect = ln.all_to_all(), on_pre = "z += w", w = "i/N_outgoing" })
    local function check()
      local all, incoming, outgoing = s:gather "w", s:indegree():raw(), s:outdegree():raw()
      for k = 1, #all.w do
        local i, j = math.tointeger(all.pre[k]), math.tointeger(all.post[k])
        near(incoming[j] + 0.01 * outgoing[i], all.w[k])
      end
      net:run(0.1*ms)
      for j = 1, 9 do near(incoming[j] > 0 and 1 or 0, p.u[j], 1e-12) end
    end
    check()
    net:run(3.5*ms)
    assert.equal(s:outdegree()[1] ^ 2, p.v:gather():sum())
    assert.equal(9 * (1 / 9), p.z:gather():sum())
    assert.is_true(s:prune "i == 2 or j == 3" > 3)
    s:grow(7, { w = 0 })
    s.w = s:gather().post -- anything: the first values are gone
    local all, incoming, outgoing = s:gather(), s:indegree():raw(), s:outdegree():raw()
    local w = {}
    for k = 1, #all.pre do w[k] = incoming[math.tointeger(all.post[k])] + 0.01 * outgoing[math.tointeger(all.pre[k])] end
    s.w = w
    check()
    s.w = "N_incoming + 0.01*N_outgoing"
    check()
    assert.equal(9, t:outdegree()[1])
  end)

  it("are refused where they are not known", function()
    local net, s, p, a = network()
    refused("it is not known before all are connected", function()
      net:project(a, p, { connect = ln.bernoulli "1.0/N_incoming", on_pre = "v += 1*mV" })
    end)
    refused("the source has no neurons", function()
      net:project(ln.poisson_input { n = 1, rate = 1*ln.Hz }, p, { on_pre = "v += N_incoming*mV" })
    end)
    refused("give the expression in net:project, or an array made of proj:indegree()", function() s.w = "1/N_incoming" end)
    refused("cannot have this name", function() ln.neuron { equations = "N_incoming : 1" } end)
    refused("cannot assign to 'N_outgoing'", function()
      net:project(a, p, { connect = ln.all_to_all(), on_pre = "N_outgoing = 1" })
    end)
    refused("keep the time", function() net:project(a, p, { connect = ln.all_to_all(),
      on_pre = "v += lastupdate*mV/second" }) end)
    assert.equal(1, second/second)
  end)
end)
