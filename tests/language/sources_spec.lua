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
  end)
end)

describe("Poisson inputs in time", function()
  local targets = 3000
  local stim = ln.timed_array({ 5*Hz, 20*Hz }, 50*ms)
  local cell = ln.neuron { equations = "n : 1\n r : Hz", parameters = { stim = stim } }

  -- Arrivals of each target after each 50 ms.
  local function arrivals(rate, n)
    local net = ln.network { dt = 0.1*ms, seed = 11 }
    local p = net:population(targets, cell, { name = "p", r = "10*Hz + 0.01*Hz*i" })
    local input = net:project(ln.poisson_input { rate = rate, n = n or 100 }, p, { transmit = "n += 1", name = "input" })
    local out = {}
    for k = 1, 3 do
      net:run(50*ms)
      out[k] = p.n:gather()
    end
    return out, p, input, net
  end

  it("draw as constant ones do while the rate stays", function()
    local constant, expression = arrivals(20*Hz), arrivals "20*Hz + 0*Hz*t/second"
    local table_ = arrivals(ln.timed_array({ 20*Hz }, 1*ms))
    for k = 1, 3 do
      assert.is_true(constant[k] == table_[k])
      assert.is_true(constant[k] == expression[k])
    end
  end)

  it("follow timed arrays and expressions, of all or of each", function()
    local by_table = arrivals(ln.timed_array({ 5*Hz, 20*Hz }, 50*ms))
    local by_name = arrivals "stim(t)"
    for k, expected in ipairs { 25, 125, 225 } do -- 100 trains for 50 ms at 5, 20, 20 Hz
      assert.is_true(by_table[k] == by_name[k])
      assert.near(expected, by_table[k]:mean(), 4*math.sqrt(expected / targets))
      assert.near(expected, by_table[k]:var(), 4*expected*math.sqrt(2 / targets))
    end
    local each = arrivals("r*int(t >= 50*ms)")
    assert.equal(0, each[1]:sum())
    local first, last = each[3]:slice(1, 1000), each[3]:slice(2001, 3000)
    assert.near(100*0.1*(10 + 5), first:mean(), 4*math.sqrt(150 / 1000) + 0.1)
    assert.near(100*0.1*(10 + 25), last:mean(), 4*math.sqrt(350 / 1000) + 0.1)
    local row = {}
    for k = 1, targets do row[k] = k > 1000 and 10*Hz or 0*Hz end
    local columns = arrivals(ln.timed_array({ row }, 1*ms))
    assert.equal(0, columns[3]:slice(1, 1000):sum())
    assert.near(150, columns[3]:slice(1001, 3000):mean(), 4*math.sqrt(150 / 2000))
  end)

  it("stop when another rate is given, and go on in a restored network", function()
    local all, p, input, net = arrivals "stim(t)"
    local before = net:store()
    input.rate = 0*Hz
    net:run(10*ms)
    assert.is_true(all[3] == p.n:gather())
    net:restore(before)
    net:run(10*ms)
    assert.near(20, (p.n:gather() - all[3]):mean(), 4*math.sqrt(20 / targets))
  end)

  it("are checked", function()
    local _, _, input, net = arrivals(1*Hz)
    local function set(rate) return function() input.rate = rate end end
    refused("rate of input has 2 columns: one was expected, or one for each of 3000 targets",
      set(ln.timed_array({ { 1*Hz, 2*Hz } }, 1*ms)))
    refused("rate of input is in s, expected Hz", set(ln.timed_array({ 1*ms }, 1*ms)))
    refused("rate of input: row 2 holds -1 Hz", set(ln.timed_array({ 1*Hz, -1*Hz }, 1*ms)))
    refused("rate of input is in s, expected Hz", set "t")
    refused("unknown name 'rates'", set "rates*t/second")
    input.rate = "1*Hz*(1 - t/ms)"
    refused("input: -", net.run, net, 1*ms)
  end)
end)
