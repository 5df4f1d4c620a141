-- Rules: what clashes and cannot be is refused with one message; several compose in the order given; they can be switched
-- off and changed at run time.
local ln = require "lunate"
local ms, mV, volt = ln.ms, ln.mV, ln.volt
local refused = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").refused

local cell = ln.neuron {
  name = "cell", equations = "dv/dt = -v/(10*ms) : volt\nx : 1", threshold = "v > 15*mV", reset = "v = 0*mV",
}

-- Two neurons; the first spikes at 1, 11, 21 … ms, and the second is driven by it.
local function pair(spec)
  local net = ln.network { dt = 0.1 * ms, seed = 1 }
  local times = {}
  for k = 0, 9 do times[k + 1] = (1 + 10 * k) * ms end
  local source = net:population(1, ln.spike_source { indices = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, times = times })
  local p = net:population(1, cell, { name = "p" })
  spec.connect, spec.name = ln.all_to_all(), "s"
  return net, net:project(source, p, spec), p
end

local function trace(name, tau, side)
  return ("d%s/dt = -%s/(%d*ms) : 1 (%s, event-driven)"):format(name, name, tau, side)
end

describe("rules that clash", function()
  local first = ln.rule { name = "first", equations = trace("x", 20, "pre"), on_pre = "w += x", pre_spike = "x += 1" }

  it("are refused, with both named", function()
    local second = ln.rule { name = "second", equations = trace("x", 30, "post"), on_post = "w -= x", post_spike = "x += 1" }
    refused("'x' is defined twice, by the rules 'first' and 'second': give it another name in one of them", pair,
      { transmit = "v += w*mV", w = 1, rules = { first, second } })
    refused("'x' is a variable of the rule and of the target: write x_post for the target's", pair,
      { transmit = "v += w*x*mV", w = 1, rule = first })
    refused("'x' is a variable of the rule and of the target: write x_post for the target's", pair,
      { transmit = "v += w*mV; x += 1", w = 1, rule = first })
    refused("'x' is declared as a variable and given in parameters of 's' as well", pair,
      { transmit = "v += w*mV", w = 1, parameters = { x = 2 }, rule = first })
    refused("'w' is a parameter of the rule and a variable of the synapse", pair,
      { transmit = "v += w*mV", w = 1, rule = ln.rule { on_pre = "w *= 0.9", parameters = { w = 3 } } })
    refused("'x' is declared without unit, but its value is in V", pair,
      { transmit = "v += w*mV", w = 1, x = 3 * mV, rule = first })
    local _, s, p = pair { transmit = "v += w*mV; x_post += 1", w = 1, rule = first }
    assert.is_true(#s == 1 and #p == 1)
  end)

  it("are refused where units differ, or where no rank could tell", function()
    local function rule(def) return { transmit = "v += w*mV", w = 1, rule = ln.rule(def) } end
    refused("cannot assign '0.1' (no unit) to 'w' (V) in on_pre of the rule", pair,
      { transmit = "v += w", w = 1 * mV, rule = ln.rule { on_pre = "w += 0.1" } })
    refused("unknown name 'v_pre' in on_pre of the rule: the source has given spikes or events, and no variables", pair,
      rule { on_pre = "w += v_pre/mV" })
    refused("pre_spike runs once a spike, but 'w' differs from synapse to synapse", pair,
      rule { equations = "y : 1 (pre)", pre_spike = "y += w", on_pre = "w += y" })
    refused("unknown name 'reward'", pair, rule { on_pre = "w += reward" })
    refused("unknown name 'w' in on_pre of the rule", pair, { transmit = "v += 1*mV", rule = first })
    local net = ln.network {}
    local p = net:population(2, cell)
    refused("cannot assign to 'x_pre': a synapse lives with its target, and its source may be elsewhere", net.project, net, p,
      p, { connect = ln.all_to_all(), transmit = "v += w*mV", w = 1, rule = ln.rule { on_pre = "x_pre += w" } })
  end)

  it("are refused at run time, where a parameter has another unit", function()
    local net, s = pair { transmit = "v += w*mV", w = 1, rule = ln.rules.stdp() }
    local before = s.rule.tau_p
    refused("tau_p of s has no unit, expected s", function() s.rule.tau_p = 3 end)
    refused("tau_p of s is in V, expected s", function() s.rule.tau_p = 3 * volt end)
    refused("tau_p of s takes one number or quantity, got a string", function() s.rule.tau_p = "3*ms" end)
    refused("tau_p of s cannot be NaN", function() s.rule.tau_p = 0 / 0 * ms end)
    refused("the rule of s has no parameter 'taup' (did you mean 'tau_p'?)", function() s.rule.taup = 3 * ms end)
    refused("plastic of s must be true or false", function() s.plastic = 1 end)
    assert.is_true(s.rule.tau_p == before and s.plastic)
    net:run(1 * ms)
    local _, static = pair { transmit = "v += w*mV", w = 1 }
    refused("s has no learning rule", function() static.plastic = false end)
    refused("projection s has no learning rule", function() static.rule.A_p = 0 end)
  end)
end)

describe("several rules", function()
  it("act in the order given, after the transmission", function()
    local function weight(rules, transmit)
      local net, s = pair { transmit = transmit or "v += w*mV", w = 1, rules = rules }
      net:run(2 * ms)
      return s.w[1]
    end
    local double, add = ln.rule { on_pre = "w *= 2" }, ln.rule { on_pre = "w += 3" }
    assert.equal(5, weight { double, add })
    assert.equal(8, weight { add, double })
    assert.equal(13, weight { double, add, double, add })
    assert.equal(23, weight({ double, add }, "w += 9")) -- 10, 20, 23
    local net, s, p = pair { transmit = "v += w*mV", w = 1, rules = { double, add } }
    net:run(1.2 * ms)
    assert.is_true(p.v[1] / mV < 1) -- the transmission saw 1, then decayed
    assert.equal(5, s.w[1])
  end)

  it("see each other's variables, and have parameters of their own", function()
    local net, s = pair { transmit = "", w = 0, rules = {
      ln.rule { equations = "n : 1", on_pre = "n += step", parameters = { step = 1 } },
      ln.rule { on_pre = "w += step*n", parameters = { step = 10 } } } }
    net:run(12 * ms)
    assert.equal(30, s.w[1])
    s.rules[1].step, s.rules[2].step = 2, 100
    net:run(10 * ms)
    assert.equal(30 + 400, s.w[1])
    assert.is_true(s.rules[1].step == 2 and s.rules[2].step == 100)
  end)

  it("stop learning and go on together, while their own variables go on", function()
    local net, s = pair { transmit = "v += 0*mV", w = 1, rules = {
      ln.rule { equations = trace("a", 20, "pre"), pre_spike = "a += 1", on_pre = "w += a" },
      ln.rule { equations = "n : 1", on_pre = "n += 1; w += 1", every = { 5 * ms, "w += 100" } } } }
    net:run(2 * ms)
    assert.equal(102, s.w[1]) -- every 5 ms, from 0 on
    s.plastic = false
    net:run(10 * ms)
    assert.equal(102, s.w[1])
    assert.equal(2, s.n[1])
    s.plastic = true
    net:run(10 * ms) -- two times 100, the spike of 21 ms; a has seen those of 1 and 11 ms
    assert.is_true(math.abs(s.w[1] - (102 + 200 + 1 + math.exp(-1) + math.exp(-0.5))) < 1e-12, tostring(s.w[1]))
  end)
end)
