-- Parts of variables: pop.v["x > 0"], pop.v[{1, 5}], proj.w["i == 3"], proj.w:at(3, 5): read, set, wrong keys.
local ln = require "lunate"
local ms, mV = ln.ms, ln.mV
local support = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua")
local refused = support.refused

local cell = ln.neuron {
  equations = "dv/dt = -v/tau : volt\n tau : second\n x : 1\n b : boolean\n k : integer\n s : 1 (shared)\n y = 2*x : 1",
  threshold = "v > 1*volt", reset = "v = 0*mV",
}

local function neurons(n)
  local net = ln.network { dt = 0.1*ms, seed = 3 }
  return net:population(n or 10, cell, { name = "g", tau = "i*ms", x = "i" }), net
end

local function list(view, unit)
  local out = {}
  for k, v in view:gather():raw():iterate() do out[k] = math.floor(v / (unit and unit.value or 1) * 1e6 + 0.5) / 1e6 end
  return out
end

describe("a part of a population's variable", function()
  it("is named by a condition, which takes any value", function()
    local g = neurons()
    g.v["tau > 7*ms"] = 5*mV
    assert.same({ 0, 0, 0, 0, 0, 0, 0, 5, 5, 5 }, list(g.v, mV))
    g.v["i <= 2"] = "i*mV + v"
    g.v["i > 2 and i < 5"] = { 30*mV, 40*mV }
    g.v["x == 5 or y == 12"] = function(i) return -i*mV end
    assert.same({ 1, 2, 30, 40, -5, -6, 0, 5, 5, 5 }, list(g.v, mV))
    g.v["v > 20*mV"] = ln.uniform(1*mV, 2*mV)
    assert.is_true(g.v[3] >= 1*mV and g.v[4] < 2*mV and g.v[3] ~= g.v[4])
    g.k["i > 8"] = 3
    g.b["k > 0"] = true
    assert.same({ 0, 0, 0, 0, 0, 0, 0, 0, 1, 1 }, list(g.b))
    assert.same({ 5, 5 }, list(g.v["b"], mV))
    g.lastspike["b and not_refractory"] = -2*ms
    assert.near(-2e-3, g.lastspike[10] / ln.second, 1e-12)
    assert.near(-1e4, g.lastspike[8] / ln.second, 1e-9)
    assert.equal(10, #g.x["v < 1*volt"])
  end)

  it("is named by places, in any order, by truth, by a slice", function()
    local g = neurons()
    g.v[{ 5, 1 }] = { 50*mV, 10*mV }
    g.v[ln.array { 2, 3 }] = 7*mV
    assert.same({ 10, 7, 7, 0, 50, 0, 0, 0, 0, 0 }, list(g.v, mV))
    assert.same({ 50, 10 }, list(g.v[{ 5, 1 }], mV))
    g.v[g.x:gather():ge(9)] = -1*mV
    g.v[{ false, true, false, false, false, false, false, false, false, false }] = -2*mV
    g.v:slice(6, 8):set "i*mV"
    assert.same({ 10, -2, 7, 0, 50, 6, 7, 8, -1, -1 }, list(g.v, mV))
    g.v[2.0] = "v*2"
    assert.near(-4, g.v[2] / mV, 1e-12)
    local part = g.v[{ 5, 6, 7 }]
    assert.equal(3, #part)
    assert.near(6, part[2] / mV, 1e-12)
    assert.near(21, part:mean() / mV, 1e-12)
    assert.near(50, part:max() / mV, 1e-12)
    assert.matches("v of g[…]: array 3 [mV]: 50 6 7", tostring(part), 1, true)
    assert.same({ 4, 6 }, list(g.y["i > 1 and i < 4"]))
  end)

  it("counts from the first neuron of a slice", function()
    local g = neurons()
    local part = g:slice(4, 7)
    part.v["i == 1"] = 4*mV
    part.v[{ 4 }] = 7*mV
    assert.same({ 0, 0, 0, 4, 0, 0, 7, 0, 0, 0 }, list(g.v, mV))
    assert.same({ 4, 5 }, list(part.x["i <= 2"]))
  end)

  it("is chosen anew whenever it is read", function()
    local g = neurons(3)
    local high = g.x["v > 1*mV"]
    assert.equal(0, #high)
    g.v[2] = 2*mV
    assert.same({ 2 }, list(high))
  end)

  it("refuses wrong keys and values by one message", function()
    local g = neurons()
    local function read(key) return function() return g.v[key]:gather() end end
    local function set(key, value) return function() g.v[key] = value end end
    refused("v of g has elements 1 to 10, not 11", set(11, 0*mV))
    refused("v of g has elements 1 to 10, not 0", read(0))
    refused("v of g: the index must be a whole number", read(0/0))
    refused("the index must be a whole number, not 1.5", set(1.5, 0*mV))
    refused("v of g: neuron 11 does not exist: g has neurons 1 to 10", set({ 1, 11 }, 0*mV))
    refused("neuron 1.5 does not exist", read { 1.5 })
    refused("v of g: neuron 4 is named twice", set({ 4, 4 }, 0*mV))
    refused("v of g: truth for 2 elements was given, but there are 10", read { true, false })
    refused("places have no unit, these are in s", read { 1*ms })
    refused("cannot compare 'tau' (s) and '7*mV' (V)", set("tau > 7*mV", 0*mV))
    refused("v of g[\"tau\"]: 'tau' is in s, a condition such as \"i == 3\" was expected", read "tau")
    refused("'i + 1' is a number, a condition", read "i + 1")
    refused("unknown name 'q' in v of g[\"q > 1\"]", set("q > 1", 0*mV))
    refused("v of g is in s, expected V", set("i > 1", 1*ms))
    refused("v of g has no unit, expected V", set({ 1 }, 1))
    refused("v of g: 1 values were given for 2 elements", set({ 1, 2 }, { 1*mV }))
    refused("v of g: 3 values were given for 2 elements", set("i < 3", { 1*mV, 2*mV, 3*mV }))
    refused("the function gave a nil for element 1", set("i < 3", function() end))
    refused("a view (v of g) has no 'medn' (did you mean 'mean'?)", read "medn")
    refused("'medn' names no element and no part", set("medn", 1*mV))
    refused("v of g[\"i < 3\"] has no parts: choose by one condition", function() return g.v["i < 3"]["i > 1"] end)
    refused("v of g[\"i < 3\"] has elements 1 to 2, not 5", function() return g.v["i < 3"][5] end)
    refused("s of g is one value, shared by all neurons: it has no parts", function() g.s["i < 3"] = 1 end)
    refused("y of g is a subexpression", function() g.y["i < 3"] = 1 end)
    refused("not_refractory of g cannot be set", function() g.not_refractory["i < 3"] = true end)
    refused("v of g is not of synapses: write view[i]", function() return g.v:at(1, 2) end)
    refused("the slice from 5 to 4 is empty", function() return g.v:slice(5, 4) end)
    assert.same({ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, list(g.v, mV))
  end)
end)

-- Sources 2 to 5 of g onto targets 3 to 6 of h, all to all: synapse k from 1 + (k - 1)//4 to 1 + (k - 1)%4.
local function synapses()
  local g, net = neurons()
  local h = net:population(9, cell, { name = "h", x = "i" })
  return net:project(g:slice(2, 5), h:slice(3, 6), { name = "p", connect = ln.all_to_all(), on_pre = "v += w; v += u",
    equations = "w : volt\n b : boolean\n double = 2*w : volt", delay = "0.1*ms*i", w = "(10*i + j)*mV", u = 3*mV }), net
end

describe("a part of a projection's variable", function()
  it("is named by a condition on indices, neurons, delays and itself", function()
    local p = synapses()
    assert.same({ 31, 32, 33, 34 }, list(p.w["i == 3"], mV))
    assert.same({ 32, 42 }, list(p.w["x_pre > 3 and j == 2"], mV)) -- sources 3 and 4 are neurons 4 and 5
    assert.same({ 24, 34, 44 }, list(p.w["x_post == 6 and delay > 0.15*ms"], mV))
    assert.same({ 86, 88 }, list(p.double["double > 85*mV"], mV))
    p.w["i == 3"] = 1*mV
    p.w["j == 2 and w > 20*mV"] = "w/2"
    p.w["i == 1 and j > 2"] = { 5*mV, 6*mV }
    p.w["i == 4 and j > 2"] = function(i, j) return -(10*i + j)*mV end
    assert.same({ 11, 12, 5, 6, 21, 11, 23, 24, 1, 1, 1, 1, 41, 21, -43, -44 }, list(p.w, mV))
    p.b["w < 2*mV"] = true
    assert.equal(6, #p.w["b"])
    assert.near(-44, p.w["b"]:min() / mV, 1e-12)
    assert.equal(0, #p.w["i > 100"]:gather())
  end)

  it("is named by places as proj:gather has them, and by source and target", function()
    local p = synapses()
    assert.near(21, p.w[5] / mV, 1e-12)
    assert.same({ 11, 44, 12 }, list(p.w[{ 1, 16, 2 }], mV))
    p.w[5] = 0*mV
    p.w[{ 16, 1, 2 }] = { 16*mV, 1*mV, 2*mV }
    p.w:at(4, 1):set "w*100"
    p.w:at(3, { 4, 2 }):set { 302*mV, 304*mV } -- in the order of the synapses
    assert.same({ 1, 2, 13, 14, 0, 22, 23, 24, 31, 302, 33, 304, 4100, 42, 43, 16 }, list(p.w, mV))
    assert.same({ 23 }, list(p.w:at(2, 3), mV))
    assert.same({ 14, 24, 304, 16 }, list(p.w:at(nil, 4), mV))
    assert.same({ 0, 22, 23, 24 }, list(p.w:at(2), mV))
    assert.same({ 22, 23 }, list(p.w:slice(6, 7), mV))
  end)

  it("shows the delays", function()
    local p = synapses()
    assert.same({ 0.1, 0.1, 0.1, 0.1, 0.2, 0.2, 0.2, 0.2, 0.3, 0.3, 0.3, 0.3, 0.4, 0.4, 0.4, 0.4 }, list(p.delay, ms))
    assert.near(0.35, p.delay["i > 2"]:mean() / ms, 1e-12)
    assert.near(0.2, p.delay[5] / ms, 1e-12)
    refused("p: its synapses have their delays", function() p.delay = 1*ms end)
    refused("delay of p: all synapses' delays are set at once", function() p.delay["i == 1"] = 1*ms end)
  end)

  it("takes other delays until there are synapses", function()
    local function pending(connect, delay)
      local g, net = neurons(4)
      local p = net:project(g, g, { name = "p", connect = connect, on_pre = "v += 1*mV", delay = 1*ms })
      p.delay = delay
      return list(p.delay, ms), p
    end
    local pairs_ = ln.pairs({ 4, 1, 2 }, { 1, 2, 3 })
    assert.same({ 0.2, 0.4, 0.6, 0.8 }, pending(ln.one_to_one(), "0.1*ms*(i + x_post)"))
    assert.same({ 2, 3, 1 }, pending(pairs_, { 1*ms, 2*ms, 3*ms })) -- by source
    assert.same({ 0.5, 1, 2 }, pending(pairs_, function(i) return i*0.5*ms end))
    local function wrong(message, delay, connect)
      refused(message, function() pending(connect or ln.one_to_one(), delay) end)
    end
    wrong("delay of p is in V, expected s", 1*mV)
    wrong("p: a delay of -1 ms; expected a time of at least 0", -1*ms)
    wrong("p: a delay of 0.01 ms is positive, but rounds to no time step", 0.01*ms)
    wrong("delay of p: an array is given in net:project, or to synapses of ln.pairs", { 1*ms })
    wrong("delay of p: 1 values were given for 3 pairs", { 1*ms }, pairs_)
    wrong("delay of p: delays by pathway are given in net:project", { pre = 1*ms })
  end)

  it("refuses wrong keys and values by one message", function()
    local p = synapses()
    local function set(key, value) return function() p.w[key] = value end end
    refused("w of p has elements 1 to 16, not 17", set(17, 0*mV))
    refused("w of p: synapse 40 does not exist: p has synapses 1 to 16", set({ 40 }, 0*mV))
    refused("w of p: synapse 3 is named twice", set({ 3, 3 }, 0*mV))
    refused("cannot compare 'w' (V) and '3' (no unit)", set("w > 3", 0*mV))
    refused("unknown name 'zz'", set("zz > 3", 0*mV))
    refused("'w' is in V, a condition", set("w", 0*mV))
    refused("w of p is in s, expected V", set("i > 3", 1*ms))
    refused("w of p is in s, expected V", set("i > 3", { 1*ms }))
    refused("w of p: 1 values were given for 4 synapses", set("i == 3", { 1*mV }))
    refused("u of p is stored once for all synapses", function() p.u["i < 2"] = 1*mV end)
    refused("double of p follows from other variables", function() p.double["i < 2"] = 1*mV end)
    refused("source 5 does not exist", function() return p.w:at(5, 1) end)
    refused("target 0 does not exist", function() return p.w:at(1, 0) end)
    refused("at takes the number of the source, of the target, or both", function() return p.w:at() end)
    refused("w of p:at(…) has no parts", function() return p.w:at(1)["i == 2"] end)
  end)
end)

describe("states", function()
  it("are tables of all variables, and set so", function()
    local g = neurons(4)
    g.v, g.k, g.s = "i*mV", "i", 7
    local t = g:states()
    local names = {}
    for name in pairs(t) do names[#names + 1] = name end
    table.sort(names)
    assert.same({ "b", "k", "s", "tau", "v", "x" }, names)
    assert.equal(7, t.s)
    assert.near(3, t.v[3] / mV, 1e-12)
    g.v, g.k, g.s = 0*mV, 0, 0
    g:set_states(t)
    assert.same({ 1, 2, 3, 4 }, list(g.v, mV))
    assert.same({ 1, 2, 3, 4 }, list(g.k))
    assert.equal(7, g.s[1])
    g:slice(2, 3):set_states { v = "-i*mV", x = 5 }
    assert.same({ 1, -1, -2, 4 }, list(g.v, mV))
    assert.same({ 2, 10, 10, 8 }, g:states { "y" }.y:totable())
    local p = synapses()
    local w = p:states()
    assert.equal(16, #w.w)
    assert.near(3, w.u / mV, 1e-12)
    p.w, p.u = 0*mV, 0*mV
    p:set_states(w)
    assert.same({ 31, 32, 33, 34 }, list(p.w["i == 3"], mV))
    assert.near(3, p.u:mean() / mV, 1e-12)
  end)

  it("are checked", function()
    local g = neurons(4)
    local p = synapses()
    refused("g:states: there is no variable 'w'", g.states, g, { "w" })
    refused("g:states takes a list of names, got a string", g.states, g, "v")
    refused("g:set_states: there is no variable 'taus' (did you mean 'tau'?)", g.set_states, g, { taus = 1*ms, v = 1*mV })
    refused("g:set_states takes a table, got a number", g.set_states, g, 3)
    refused("y of g is a subexpression", g.set_states, g, { y = 1 })
    refused("v of g is in s, expected V", g.set_states, g, { v = 1*ms })
    refused("p:states: there is no variable 'q'", p.states, p, { "q" })
    assert.same({ 0, 0, 0, 0 }, list(g.v, mV))
  end)
end)
