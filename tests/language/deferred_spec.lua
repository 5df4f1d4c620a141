-- What targets' spikes do at synapses, put off to the next arrival: the same bits as at once, whoever looks and when.
local ln = require "lunate"
local defer = require "lunate.compiler.defer"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz

local function cell(precision)
  return ln.neuron {
    equations = "dv/dt = (E + g - v)/tau : volt\n dg/dt = -g/(3*ms) : volt", precision = precision or "single",
    threshold = "v > -50*mV", reset = "v = -62*mV", refractory = 2 * ms, parameters = { E = -51 * mV, tau = 12 * ms },
  }
end

-- The bits of what a script leaves behind.
local function bits(values)
  local words = {}
  for k = 1, #values do words[k] = ("%a"):format(values[k]) end
  return table.concat(words, " ")
end

-- Sources of which some are silent for long, recurrent targets that fire in bursts and now and then never.
local function run(rule, options, script)
  local net = ln.network { dt = 0.1 * ms, seed = options.seed or 3 }
  local rates = { 2 * Hz, 40 * Hz, 0.3 * Hz }
  local inputs = {}
  for k, rate in ipairs(rates) do inputs[k] = net:population(30, ln.models.poisson { rate = rate }, { name = "input " .. k }) end
  local p = net:population(options.n or 70, cell(options.precision), { name = "p", v = "-65*mV + 15*rand()*mV" })
  local kick = net:project(ln.poisson_input { n = 40, rate = 30 * Hz }, p, { transmit = "g += 1.5*mV" })
  local learning = {}
  for k, input in ipairs(inputs) do
    learning[k] = net:project(input, p, {
      connect = ln.bernoulli(0.5), transmit = "g += w*4*mV", rule = rule, w = ln.uniform(0, 1),
      delay = options.delay or { pre = "(0.1 + 2*rand())*ms", post = k * 0.4 * ms },
    })
  end
  local all = net:project(p, p, { connect = ln.all_to_all(), transmit = "g += w*mV", w = ln.uniform(0, 0.2), rule = rule,
    delay = 1 * ms })
  learning[#learning + 1] = all
  local out = {}
  script(net, learning, function(values) out[#out + 1] = bits(values) end, kick)
  for _, projection in ipairs(learning) do
    for _, name in ipairs(options.look or { "w" }) do out[#out + 1] = bits(projection[name]:gather():raw()) end
  end
  out[#out + 1] = bits(p.v:gather():raw())
  out[#out + 1] = tostring(net:counters().events)
  return out
end

local function same(rule, options, script)
  defer.enabled = false
  local at_once = run(rule(), options, script)
  defer.enabled = true
  assert.same(at_once, run(rule(), options, script))
end

local function plainly(net) net:run(150 * ms) end

-- More than a target's ring has room for between two arrivals of the slow sources.
local function bursts(net, _, _, kick)
  kick.rate = 100 * Hz
  net:run(250 * ms)
  kick.rate = 1 * Hz
  net:run(550 * ms)
  kick.rate = 60 * Hz
  net:run(100 * ms)
end

local function stdp(options)
  return function() return ln.rules.stdp(options) end
end

local function deferred(definition)
  local compiler = require "lunate.compiler"
  local target = compiler.neuron { equations = "dv/dt = -v/(10*ms) : volt\nu : 1 (shared)", threshold = "v > 1*mV",
    reset = "v = 0*mV" }
  local def = { name = "s", post = target.ir, pre = target.ir, transmit = "v += w*mV",
    variables = { w = { dim = require("lunate.quantity").dimensionless } }, parameters = { tau = 20 * ms },
    equations = "dx/dt = -x/tau : 1 (pre)\ndy/dt = -y/tau : 1 (post)\ndz/dt = -z/tau : 1 (event-driven)" }
  for key, value in pairs(definition) do def[key] = value end
  return compiler.synapse(def).ir.deferred ~= nil
end

describe("statements of targets' spikes", function()
  it("are put off where that makes no difference, and only there", function()
    for _, text in ipairs { "w += x", "w += x; y += 1", "z += w*y; w = clip(w + z, 0, 1)", "w += v_post/mV",
      "w = lastspike/second", "a = w*x; w += a*i*j" } do
      assert.is_true(deferred { on_post = text }, text)
    end
    for _, text in ipairs { "w += rand()", "w += v_pre/mV", "w = t/second", "v_post += w*mV", "y += 1", "w += u_post",
      "w += int(not_refractory)" } do
      assert.is_false(deferred { on_post = text }, text)
    end
    assert.is_false(deferred { on_post = { a = "w += x", b = "w -= x" } })
  end)

  it("give the same bits later, for rules of all kinds", function()
    same(stdp { A_p = 0.05, A_m = 0.04 }, { look = { "w", "x", "y" } }, plainly)
    same(stdp { dependence = "power", A_p = 0.05, A_m = 0.05 }, {}, plainly)
    same(function()
      return ln.rule {
        equations = "dx/dt = (0.1 - x)/(17*ms) : 1 (pre)\n dy/dt = -y/(21*ms) : 1 (post)\n"
          .. "dc/dt = (0.2 - c)/(40*ms) : 1 (event-driven)",
        on_pre = "w = clip(w - A*y + 0.0003*randn(), 0, 1); c += y", pre_spike = "x += 1",
        on_post = "m = A*x*y*(v_post/mV + 70); w = clip(w + m - 0.001*c*int(lastspike > 20*ms), 0, 1)", post_spike = "y += 1",
        parameters = { A = 0.02 },
      }
    end, { look = { "w", "c" }, precision = "double" }, plainly)
  end)

  it("give the same bits with long silences, bursts, and many targets a source", function()
    same(stdp { A_p = 0.02, A_m = 0.02 }, { n = 130 }, bursts)
    same(function() return ln.rules.triplet { fit = "hippocampus", A2_p = 0.05 } end, {}, bursts)
  end)

  it("have taken effect for whoever looks at synapses or changes something", function()
    same(stdp { A_p = 0.05, A_m = 0.04 }, { look = { "w", "x", "y" } }, function(net, learning, note)
      local a, b, _, all = table.unpack(learning)
      local few = net:record(all, "w", { every = 3 * ms, synapses = "i == 5 and j < 12" })
      local many = net:record(a, "w", { every = 4 * ms })
      net:every(7 * ms, function() note { a.w:mean(), all.w:sd() } end)
      net:run(40 * ms)
      note(a:gather("w").w:raw())
      a.rule.A_p = 0.1
      net:run(30 * ms)
      b.plastic = false
      local frozen = bits(b.w:gather():raw())
      net:run(20 * ms)
      assert.equal(frozen, bits(b.w:gather():raw()))
      b.plastic = true
      all.w = "0.5*w + 0.001*i"
      b.x = 0
      net:run(30 * ms)
      local saved = net:store()
      net:run(30 * ms)
      note(all.w:gather():raw())
      net:restore(saved)
      net:run(25 * ms)
      for _, recording in ipairs { few, many } do
        for k = 1, recording.w:shape() do note(recording.w:raw()[k]:raw()) end
      end
      note { a:prune "w < 0.2", all:prune(0.1), b:grow(ln.bernoulli(0.1), { w = 0.3, delay = 2 * ms }) }
      net:run(40 * ms)
    end)
  end)

  it("have taken effect before statements of every so often", function()
    same(function()
      return ln.rule {
        equations = "dx/dt = -x/(20*ms) : 1 (pre)", on_post = "w = clip(w + 0.05*x, 0, 1)", pre_spike = "x += 1",
        every = { 25 * ms, "w *= 0.9" },
      }
    end, { delay = 1 * ms }, plainly)
  end)

  it("are not put off where statements run so often that it would not pay", function()
    local function bytes(period) -- what is done at once needs a list of synapses by target
      local net = ln.network { dt = 0.1 * ms, seed = 1 }
      local p = net:population(1000, cell "single")
      net:project(p, p, { connect = ln.bernoulli(0.5), transmit = "g += w*mV", w = 0.1, delay = 1.5 * ms, rule = ln.rule {
        equations = "dx/dt = -x/(20*ms) : 1 (pre)", on_post = "w = clip(w + 0.05*x, 0, 1)", pre_spike = "x += 1",
        every = { period, "w *= 0.9" },
      } })
      net:build()
      local c = net:counters()
      return c.synapse_bytes / c.synapses
    end
    assert.is_true(bytes(10 * ms) > bytes(25 * ms) + 3)
  end)

  it("give the same bits for targets beyond what 2 bytes count", function()
    local function grown(later)
      defer.enabled = later
      local net = ln.network { dt = 0.1 * ms, seed = 9 }
      local input = net:population(40, ln.models.poisson { rate = 60 * Hz })
      local p = net:population(70000, ln.neuron { equations = "v : volt", threshold = "rand() < 0.01" })
      local s = net:project(input, p, { connect = ln.bernoulli(0.001), transmit = "v += w*mV", w = 0.5, delay = 1 * ms,
        rule = ln.rules.stdp { A_p = 0.05, A_m = 0.04 } })
      net:run(40 * ms)
      return bits(s.w:gather():raw())
    end
    assert.equal(grown(false), grown(true))
  end)

  it("need no list of synapses by target", function()
    local function bytes(rule)
      local net = ln.network { dt = 0.1 * ms, seed = 1 }
      local p = net:population(1000, cell "single")
      net:project(p, p, { connect = ln.bernoulli(0.5), transmit = "g += w*mV", w = 0.1, rule = rule, delay = 1.5 * ms })
      net:build()
      local c = net:counters()
      return c.synapse_bytes / c.synapses
    end
    assert.is_true(bytes(ln.rules.stdp()) < 7)
    assert.is_true(bytes(ln.rules.triplet()) < 7.5)
  end)
end)
