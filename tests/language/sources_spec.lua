-- Sources without equations: given spikes with a period, other ones between runs; Poisson inputs whose rate changes in time.
local ln = require "lunate"
local ms, Hz = ln.ms, ln.Hz
local refused = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").refused

local function steps(recording) return recording:gather().steps:totable() end

local function given(def, options)
  local net = ln.network { dt = 0.1*ms, seed = 4 }
  local source = net:population(3, ln.spike_source(def), { name = "source", dt = options and options.dt })
  return net, source, net:record(source, "spikes")
end

describe("given spikes", function()
  it("come again after a period, however runs are cut", function()
    local net, source, r = given { indices = { 1, 3, 2 }, times = { 0*ms, 0.4*ms, 0.9*ms }, period = 1*ms }
    net:run(0.95*ms)
    net:run(0.1*ms)
    net:run(1.4*ms)
    assert.same({ 0, 4, 9, 10, 14, 19, 20 }, { table.unpack(steps(r), 1, 7) })
    assert.same({ 1, 3, 2, 1, 3, 2, 1 }, { table.unpack(r:senders():totable(), 1, 7) })
    assert.equal("spikes at given times, every 1 ms", tostring(source.model))
  end)

  it("follow their own clock", function()
    local net, _, r = given({ indices = { 1, 2 }, times = { 0*ms, 1*ms }, period = 1.5*ms }, { dt = 0.5*ms })
    net:run(4*ms)
    assert.same({ 0, 10, 15, 25, 30 }, { table.unpack(steps(r), 1, 5) })
  end)

  it("are others from now on, and again what they were in a restored network", function()
    local net, source, r = given { indices = { 1 }, times = { 0.2*ms }, period = 0.5*ms }
    net:run(1*ms)
    local before = net:store()
    source:set_spikes { indices = { 3, 2, 2 }, times = { 1.7*ms, 0.5*ms, 1.2*ms } }
    net:run(1*ms)
    assert.same({ 2, 7, 12, 17 }, steps(r))
    assert.same({ 1, 1, 2, 3 }, r:senders():totable())
    net:restore(before)
    r:clear()
    net:run(1*ms)
    assert.same({ 12, 17 }, steps(r))
    assert.same({ 1, 1 }, r:senders():totable())
    source:set_spikes(ln.spike_source { indices = { 2 }, times = { 0.1*ms }, period = 0.4*ms })
    net:run(1*ms)
    assert.same({ 12, 17, 21, 25, 29 }, steps(r))
  end)

  it("are checked", function()
    local net, source = given { indices = {}, times = {} }
    local function set(def) return function() source:set_spikes(def) end end
    refused("the period of 250 us is not a multiple of dt = 100 us", set { indices = { 1 }, times = { 0*ms }, period = 0.25*ms })
    refused("the period of 10 us is not a multiple", set { indices = {}, times = {}, period = 0.01*ms })
    refused("a spike at 1 ms, but the period is 1 ms", set { indices = { 1 }, times = { 1*ms }, period = 1*ms })
    refused("period must be a time, got 3", set { indices = {}, times = {}, period = 3 })
    refused("period must be a time, got -1 ms", set { indices = {}, times = {}, period = -1*ms })
    refused("spike 1 is of neuron 4, but the neurons are 1 to 3", set { indices = { 4 }, times = { 1*ms } })
    refused("source:set_spikes: 1 indices, but 0 times", set { indices = { 1 }, times = {} })
    refused("source:set_spikes needs indices and times", set {})
    refused("spikes are given to the whole population", function()
      source:slice(1, 2):set_spikes { indices = {}, times = {} }
    end)
    local cell = net:population(2, ln.neuron { equations = "v : 1" }, { name = "cell" })
    refused("cell: its spikes follow from its model", cell.set_spikes, cell, { indices = {}, times = {} })
    refused("the period of 150 us is not a multiple of dt = 100 us", function()
      net:population(1, ln.spike_source { indices = {}, times = {}, period = 0.15*ms })
    end)
    assert.is_not_nil(Hz)
  end)
end)
