-- Signals: their own equations, who reads them, what is refused.
local ln = require "lunate"
local ms, mV = ln.ms, ln.mV
local support = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua")
local refused, close = support.refused, support.close

describe("a signal", function()
  it("decays, is set and pulsed, and answers spikes", function()
    local net = ln.network { dt = 0.1 * ms }
    local source = net:population(2, ln.spike_source { indices = { 1, 2 }, times = { 20 * ms, 20 * ms } })
    local d = net:signal("dopamine", { equations = "dd/dt = -d/(50*ms) : 1", initial = 2, on_spike_of = source,
      on_spike = "d += 0.5", delay = 5 * ms })
    net:run(10 * ms)
    close(2 * math.exp(-0.2), d.value)
    d:pulse(0.25)
    net:run(10 * ms)
    close((2 * math.exp(-0.2) + 0.25) * math.exp(-0.2), d.value)
    local before = d.value
    net:run(6 * ms) -- the spikes of 20 ms arrive at 25 ms, after that step's update
    close(before * math.exp(-0.12) + math.exp(-0.9 / 50), d.value)
    d.value = 7
    assert.equal(7, d.d)
    assert.truthy(tostring(d):find("signal dopamine: d = 7", 1, true))
  end)

  it("is read by neurons that link to it by its name, and by synapses", function()
    local net = ln.network { dt = 0.1 * ms }
    net:signal("gain", { equations = "gain : volt", initial = 3 * mV })
    local source = net:population(1, ln.spike_source { indices = { 1 }, times = { 1 * ms } })
    local p = net:population(4, ln.neuron { equations = "v = 2*gain : volt\ngain : volt (linked)\nu : volt" })
    local q = net:project(source, p, { connect = ln.all_to_all(), transmit = "u += w*gain", w = "1.0*j" })
    net:run(2 * ms)
    local u = p.u:gather():raw()
    for j = 1, 4 do close(3e-3 * j, u[j]) end
    assert.equal(4, #q)
  end)

  it("turns eligibility into weights (Izhikevich 2007)", function()
    local net = ln.network { dt = 0.1 * ms }
    local d = net:signal("reward", { equations = "dr/dt = -r/(200*ms) : 1" })
    local pre = net:population(1, ln.spike_source { indices = { 1 }, times = { 10 * ms } })
    local told = net:population(1, ln.spike_source { indices = { 1 }, times = { 19.9 * ms } })
    local p = net:population(1, ln.neuron { equations = "dv/dt = -v/ms : 1", threshold = "v > 0.5", reset = "v = 0" })
    net:project(told, p, { connect = ln.all_to_all(), transmit = "v += 1" })
    local s = net:project(pre, p, { connect = ln.all_to_all(), w = 1, rule = ln.rules.reward_stdp { signal = "reward" },
      transmit = "" })
    net:run(100 * ms)
    close(1, s.w[1])
    local c = math.exp(-0.5) -- at 20 ms
    d:pulse(0.5)
    net:run(1000 * ms)
    -- dw/dt = c exp(-t/tau_c) r exp(-t/tau_r): one rate, 6 Hz
    local gained = 0.5 * c * math.exp(-0.08) * (1 - math.exp(-6)) / 6
    close(1 + gained, s.w[1], 1e-3 * gained)
  end)

  it("runs statements at every synapse when it is pulsed", function()
    local net = ln.network { dt = 0.1 * ms }
    local teacher = net:population(3, ln.spike_source { indices = { 1, 2, 3, 1 },
      times = { 5 * ms, 5 * ms, 8 * ms, 12 * ms } })
    local d = net:signal("dopamine", { equations = "dd/dt = -d/(100*ms) : 1", on_spike_of = teacher:slice(1, 2),
      on_spike = "d += 0.5", delay = 2 * ms })
    local source = net:population(2, ln.spike_source { indices = { 1 }, times = { 1 * ms } })
    local p = net:population(3, ln.neuron { equations = "v : 1", threshold = "v > 1", reset = "v = 0" })
    local s = net:project(source, p, { connect = ln.all_to_all(), transmit = "", w = "0.1*i", rule = ln.rule {
      equations = "dc/dt = -c/(20*ms) : 1 (event-driven)\nn : 1", on_pre = "c += 1",
      on_signal = { dopamine = "w += c*dopamine*g; n += 1" }, parameters = { g = 1 } } })
    net:run(4 * ms)
    d:pulse(0.25)
    local c = math.exp(-0.15)
    close(0.1 + c * 0.25, s.w[1])
    close(0.2, s.w[4])
    net:run(4 * ms) -- two spikes arrive at 7 ms, of the third neuron none
    assert.equal(3, s.n[1])
    local value, later = 0.25 * math.exp(-0.031) + 1, math.exp(-0.3)
    close(0.1 + c * 0.25 + 2 * later * value, s.w[1])
    local before = s.w[1]
    s.rule.g = 0
    d:pulse(1)
    assert.equal(before, s.w[1])
    s.rule.g = 1
    s.plastic = false
    local snapshot
    net:at(13 * ms, function() snapshot = net:store() end) -- with a pulse on its way
    net:run(5.5 * ms)
    d:pulse(1)
    net:run(2 * ms)
    assert.equal(before, s.w[1])
    assert.equal(6, s.n[6]) -- what is the rule's own goes on
    net:restore(snapshot)
    assert.equal(4, s.n[6])
    net:run(1.1 * ms)
    assert.equal(5, s.n[6])
  end)

  it("is pulsed and set in its unit alone", function()
    local net = ln.network {}
    local d = net:signal("reward", { equations = "dr/dt = -r/(200*ms) : volt" })
    refused("the pulse of reward has no unit, expected V", d.pulse, d, 0.5)
    refused("the pulse of reward is in s, expected V", d.pulse, d, 3 * ms)
    refused("the pulse of reward must be a number or quantity in V, got a string", d.pulse, d, "r")
    refused("the pulse of reward must be a number or quantity in V, got a nil", d.pulse, d)
    refused("r of reward has no unit, expected V", function() d.value = 0.5 end)
    refused("other of other has no unit, expected V",
      function() net:signal("other", { equations = "other : volt", initial = 3 }) end)
    d:pulse(2 * mV)
    close(2e-3, d.value / ln.volt)
  end)

  it("is refused where it cannot be", function()
    local net = ln.network {}
    net:signal("reward", { equations = "dr/dt = -r/(200*ms) : 1" })
    local p = net:population(2, ln.neuron { equations = "dv/dt = -v/(10*ms) : volt", threshold = "v > 1*volt",
      reset = "v = 0*mV" })
    local function project(spec)
      spec.connect, spec.w = ln.all_to_all(), 1
      return net:project(p, p, spec)
    end
    local function listen(on_signal)
      return project { transmit = "", rule = ln.rule { equations = "c : 1", on_signal = on_signal } }
    end
    refused("on_signal: there is no signal 'dopamine'; there are reward", listen, { dopamine = "w += c" })
    refused("on_signal: there is no signal 'rewart' (did you mean 'reward'?)", listen, { rewart = "w += c" })
    refused("option 'on_signal' must be a table, got a string", listen, "w += c")
    refused("on_signal is a table of statements by the network's signals", listen, { reward = 3 })
    refused("cannot assign '1*mV' (V) to 'w' (no unit) in on_signal of the rule", listen, { reward = "w += 1*mV" })
    refused("on_spike_of must be a population", net.signal, net, "z", { equations = "z : 1", on_spike_of = {},
      on_spike = "z += 1" })
    refused("there is a signal 'reward' already", net.signal, net, "reward", { equations = "r : 1" })
    refused("equations are missing", net.signal, net, "x", {})
    refused("on_spike_of (a population) and on_spike (statements) go together", net.signal, net, "y",
      { equations = "y : 1", on_spike = "y += 1" })
    refused("cannot assign to 'reward': it is a signal", project, { transmit = "reward += w" })
    refused("unknown name 'dopamine'", project, { transmit = "v += w*dopamine*mV" })
    refused("cannot assign", project, { transmit = "v += w*reward" }) -- no volts
    refused("unknown name 'dopamine'", project, { transmit = "", rule = ln.rules.reward_stdp() })
    refused("must be constant between events (reward is not)", project, { transmit = "x += 1",
      equations = "dx/dt = -x*reward*Hz : 1 (event-driven)" })
  end)
end)
