-- Recordings as data: slices, neurons, trains, rates in time; spikes from elsewhere; wrong input.
local ln = require "lunate"
local ms, second, Hz = ln.ms, ln.second, ln.Hz
local refused = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").refused

local function list(a, unit) -- whole numbers of a unit
  local out = {}
  for k = 1, #a do out[k] = math.floor(a[k] / unit * 1e6 + 0.5) / 1e6 end
  return out
end

describe("spikes as data", function()
  local d = ln.spikes { trains = { { 1 * ms, 5 * ms, 9 * ms }, {}, { 5 * ms } }, from = 0 * ms, to = 10 * ms }

  it("have trains, times, senders", function()
    assert.are.equal(4, #d)
    assert.are.equal(3, d.n)
    assert.are.same({ 1, 5, 5, 9 }, list(d:times(), ms))
    assert.are.same({ 1, 1, 3, 1 }, d:senders():totable())
    assert.are.same({ 1, 5, 9 }, list(d:trains()[1], ms))
    assert.are.same({ 3, 0, 1 }, d:counts():totable())
    assert.are.same({ 4, 4 }, list(d:isi(), ms))
    assert.are.equal("4 spikes of 3 neurons from 0 s to 10 ms", tostring(d))
  end)

  it("have slices and neurons", function()
    local s = d:slice(1 * ms, 9 * ms)
    assert.are.same({ 1, 5, 5 }, list(s:times(), ms)) -- the beginning, not the end
    assert.are.equal(8 * ms, s.to - s.from)
    assert.are.same({ 1, 1, 3, 1 }, d:of({ 3, 1 }):senders():totable())
    assert.are.same({ 3 }, d:of(3):senders():totable())
    assert.are.equal(1, d:of(2, 3):count())
    refused("there is no neuron 4", d.of, d, 4)
    refused("the slice ends before it begins", d.slice, d, 5 * ms, 1 * ms)
    refused("must be a time, got 3", d.slice, d, 3)
  end)

  it("have rates", function()
    assert.is_true(math.abs(d:rate() / Hz - 4 / 3 / 0.01) < 1e-9)
    local r, t = d:rate { window = 5 * ms }
    assert.are.same({ 2.5, 7.5 }, list(t, ms))
    assert.are.same({ 1, 3 }, list(r * (3 * 5 * ms), 1))
    r, t = d:rate { window = 4 * ms, step = 2 * ms }
    assert.are.same({ 2, 4, 6, 8 }, list(t, ms))
    assert.are.same({ 1, 2, 2, 1 }, list(r * (3 * 4 * ms), 1))
    -- kernels integrate to the number of spikes
    local one = ln.spikes { trains = { { 500 * ms } }, from = 0 * ms, to = 1 * second }
    r, t = one:rate { window = 10 * ms, step = 1 * ms, kernel = "gaussian" }
    assert.are.equal(1000, #r)
    assert.is_true(math.abs(r:sum() * ms - 1) < 1e-9)
    assert.is_true(math.abs((r * t):sum() * ms / (500 * ms) - 1) < 1e-9)
    r = one:rate { window = 10 * ms, step = 0.1 * ms, kernel = "exponential" }
    assert.is_true(math.abs(r:sum() * 0.1 * ms - 1) < 1e-4)
    refused("the window must be a positive time", d.rate, d, { window = 0 * ms })
    refused('the kernel is "box"', d.rate, d, { window = 1 * ms, kernel = "round" })
    refused("unknown option 'widow'", d.rate, d, { widow = 1 * ms })
  end)

  it("are checked", function()
    refused("train 1 is not in the order of time", ln.spikes, { trains = { { 2 * ms, 1 * ms } } })
    refused("spike 1 of train 1 must be a time", ln.spikes, { trains = { { 2 } } })
    refused("ln.spikes needs trains", ln.spikes, {})
    local e = ln.spikes { times = ln.array({ 3, 1, 2 }, ms), senders = { 1, 2, 1 } }
    assert.are.same({ 2, 3 }, list(e:trains()[1], ms))
  end)

  it("come from recordings", function()
    local net = ln.network { dt = 0.1 * ms }
    local g = net:population(3, ln.spike_source { indices = { 1, 2, 1 }, times = { 1 * ms, 2.3 * ms, 5 * ms } })
    local spikes = net:record(g, "spikes")
    net:run(10 * ms)
    assert.are.same({ 1, 5 }, list(spikes:trains()[1], ms))
    assert.are.same({ 1, 2, 1 }, spikes:senders():totable())
    assert.are.equal(1, spikes:slice(2.3 * ms, 5 * ms):count())
    assert.are.equal(2, spikes:of(1):count())
    local r = spikes:rate { window = 5 * ms }
    assert.are.same({ 2, 1 }, list(r * (3 * 5 * ms), 1))
    assert.is_true(math.abs(spikes:rate() / Hz - 100) < 1e-9)
  end)
end)

describe("spikes with variables", function()
  local mV = ln.mV
  local function firing()
    local net = ln.network { dt = 0.1*ms }
    local cell = ln.neuron { equations = "dv/dt = I/(10*ms) : volt\n I : volt\n u = 2*v : volt\n k : integer\n rate : 1",
      threshold = "v > 10*mV", reset = "v = 0*mV; k += 1; rate += 1", events = { high = "v > 9*mV" } }
    return net, net:population(3, cell, { name = "p", I = "20*mV*i" })
  end

  it("have their values before the reset, by spike, by neuron, in parts", function()
    local net, p = firing()
    local r = net:record(p, "spikes", { variables = { "v", "u", "k", "rate" } })
    net:run(21*ms)
    assert.are.equal(#r, #r.v)
    assert.is_true(r.v:min() > 10*mV and r.v:max() < 11*mV)
    assert.is_true((r.u - r.v*2):abs():max() == 0*mV)
    assert.are.same(r:variable("k"):totable(), r:variable("rate"):totable()) -- spikes.rate is a method
    assert.are.same({ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }, table.move(r:trains("k")[3]:totable(), 1, 12, 1, {}))
    local part = r:slice(5*ms, 15*ms):of { 3, 1 }
    assert.are.equal(#part, #part.k)
    assert.are.equal(r:slice(5*ms, 15*ms):of(3):variable("k")[1], part:trains("k")[1][1])
    assert.are.same(part:of(1):trains("k")[1]:totable(), part:trains("k")[2]:totable())
    local high = net:record(p:slice(2, 3), "high", { variables = "lastspike" })
    net:run(5*ms)
    assert.are.equal(#high, #high.lastspike)
    assert.is_true(high.lastspike:max() > 20*ms)
  end)

  it("stay in order when the network goes back", function()
    local net, p = firing()
    local r = net:record(p:slice(3, 3), "spikes", { variables = "k" })
    local start = net:store()
    net:run(4*ms)
    net:restore(start)
    net:run(4*ms)
    assert.are.same({ 0, 0, 1, 1 }, r.k:totable())
    assert.are.same({ 0, 0, 1, 1 }, r:trains("k")[1]:totable())
    assert.are.same({ 1.6, 1.6, 3.3, 3.3 }, list(r:times(), ms))
  end)

  it("are checked", function()
    local net, p = firing()
    local function record(what, options) return function() return net:record(p, what, options) end end
    refused("p has no variable 'w'", record("spikes", { variables = { "w" } }))
    refused("v of p is named twice", record("spikes", { variables = { "v", "v" } }))
    refused("option 'variables' must be a string or a table, got 3", record("spikes", { variables = 3 }))
    refused("variables belong to recordings of spikes and events", record("v", { variables = "u" }))
    local source = net:population(1, ln.spike_source { indices = {}, times = {} }, { name = "source" })
    refused("source has no variable 'v'", function() net:record(source, "spikes", { variables = "v" }) end)
    local r = net:record(p, "spikes", { variables = "v" })
    refused("the spikes of p were not recorded with 'rate': net:record(pop, \"spikes\", { variables = { \"rate\" } })",
      r.variable, r, "rate")
    refused("these spikes were not recorded with 'k'", function() return r:data():variable "k" end)
    refused("these spikes were not recorded with 'k'", function() return r:trains "k" end)
    assert.is_nil(r.k)
  end)
end)

describe("a recorded rate", function()
  local function firing()
    local net = ln.network { dt = 0.1*ms }
    local source = net:population(4, ln.spike_source { indices = { 1, 2, 4, 1 }, times = { 0*ms, 0.2*ms, 0.2*ms, 0.5*ms } },
      { name = "source" })
    return net, source, net:record(source, "population_rate")
  end

  it("has counts and rates of each step", function()
    local net, source, r = firing()
    local part = net:record(source:slice(2, 4), "population_rate")
    assert.are.equal("rate of source: 0 steps", tostring(r))
    assert.are.equal(0, #r:smooth_rate { width = 1*ms })
    net:run(0.7*ms)
    assert.are.same({ 1, 0, 2, 0, 0, 1, 0 }, r:counts():totable())
    assert.are.same({ 0, 0, 2, 0, 0, 0, 0 }, part:counts():totable())
    assert.are.same({ 2500, 0, 5000, 0, 0, 2500, 0 }, list(r.rate, Hz))
    assert.are.same({ 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6 }, list(r.t, ms))
    assert.is_true(math.abs(r:mean() / Hz - 10000 / 7) < 1e-9)
    assert.are.equal(7, #r)
    assert.are.equal("rate of source: 7 steps, mean 1.42857 kHz", tostring(r))
    assert.are.same({ 833.333333, 2500, 1666.666667, 1666.666667, 833.333333, 833.333333, 833.333333 },
      list(r:smooth_rate { window = "flat", width = 0.3*ms }, Hz))
    assert.are.same(list(r.rate, Hz), list(r:smooth_rate { window = { 0, 7, 0 } }, Hz))
    r:clear()
    assert.are.equal(0, #r)
  end)

  it("is checked", function()
    local net, source, r = firing()
    net:run(1*ms)
    local function smooth(opts) return function() return r:smooth_rate(opts) end end
    refused("the width must be a positive time, got nil", smooth { window = "flat" })
    refused("the width must be a positive time, got 5", smooth { width = 5 })
    refused('the window is "flat", "gaussian" or an array, not "box"', smooth { window = "box", width = 1*ms })
    refused("a width goes with", smooth { window = { 1, 2, 1 }, width = 1*ms })
    refused("an odd number of plain numbers", smooth { window = { 1, 2 } })
    refused("unknown option 'widht'", smooth { widht = 1*ms })
    refused("population_rate takes no every", net.record, net, source, "population_rate", { every = 1*ms })
    refused("population_rate takes no neurons: record a slice", net.record, net, source, "population_rate", { neurons = { 1 } })
    refused("population_rate takes no to", net.record, net, source, "population_rate", { to = "x.h5" })
    refused("a recorded rate has no 'rates' (did you mean 'rate'?)", function() return r.rates end)
    refused("rate:counts(…) is called with a colon", r.counts)
  end)
end)
