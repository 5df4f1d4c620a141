-- The constructs of Brian2's user guide, section by section, in the words a Brian2 script has them: taken as they are, or refused
-- with the reason. docs/coming-from-brian.md has the table; numbers are compared in tests/conformance. Nothing is compiled here.
local ln = require "lunate"
local ms, mV = ln.ms, ln.mV

local function neuron(def)
  if type(def) == "string" then def = { equations = def } end
  return function() return ln.neuron(def) end
end

local function spiking(def)
  def.equations = def.equations or "dv/dt = 1/ms : 1"
  def.threshold, def.reset = def.threshold or "v > 1", def.reset or "v = 0"
  return neuron(def)
end

local function synapse(options)
  return function()
    local net = ln.network { dt = 0.1*ms }
    local model = ln.neuron { equations = "dv/dt = -v/ms : 1\ng : 1\nz : 1\nx : 1", threshold = "v > 1", reset = "v = 0" }
    local a, b = net:population(10, model, { name = "a" }), net:population(10, model, { name = "b" })
    options.connect = options.connect or ln.all_to_all()
    return net:project(a, b, options), net, a, b
  end
end

local function linked(source, ...)
  local values = { ... }
  return function()
    local net = ln.network { dt = 0.1*ms }
    local a = net:population(values[1], ln.neuron(source), { name = "a" })
    return net:population(4, ln.neuron { equations = "u : 1 (linked)\ndv/dt = u/ms : 1" }, { u = a[values[2]] })
  end
end

local taken = {
  equations = {
    ["parts, comments, several lines"] = neuron "dv/dt = (I -\n v)/tau : volt # as said\nI = 2*u : volt\nu : volt\ntau : second",
    ["lines continued by a backslash"] = neuron "dv/dt = (1 - v) \\\n  /ms : 1",
    ["compound units"] = neuron "c : farad/meter**2",
    ["concentrations"] = neuron "c : mmolar",
    ["boolean and integer"] = neuron "b : boolean\nk : integer",
    ["integer operations"] = neuron "y = i // 3 + i % 2 : 1",
    ["truth values"] = neuron "y = int(not (i > 3 and i != 5) or i == 7) + 1.0*(i <= 2) : 1",
    ["names of constants"] = neuron "y = sin(2*pi*t/second) + exp(1) : 1",
    ["t_in_timesteps"] = neuron "y = t_in_timesteps*1.0 : 1",
    ["several noises"] = neuron { equations = "dx/dt = (xi_1 + xi_2)/sqrt(ms) : 1\ndy/dt = xi_2/sqrt(ms) : 1", method = "euler" },
    ["noise in a subexpression"] = neuron "dv/dt = noise - v/ms : 1\nnoise = xi/sqrt(ms) : Hz",
    ["constant over dt"] = neuron "y = rand() : 1 (constant over dt)",
    ["several flags"] = neuron "k : 1 (constant, shared)",
    ["shared of linked"] = neuron "y = 2*x : 1 (shared)\nx : 1 (linked)",
  },
  models = {
    ["threshold by neuron"] = neuron { equations = "dv/dt = -v/tau : volt\nv_th : volt", threshold = "v > v_th",
      reset = "v = v_r", parameters = { tau = 10*ms, v_r = -70*mV } },
    ["boolean reset"] = neuron { equations = "dv/dt = 1/ms : 1\nb : boolean", threshold = "v > 1 and True",
      reset = "b = False; v = 0" },
    ["a clock of its own"] = function()
      local net = ln.network { dt = 0.1*ms }
      local p = net:population(3, ln.neuron { equations = "dv/dt = -v/ms : 1" }, { dt = 1*ms })
      return net:project(p, p, { connect = ln.all_to_all(), transmit = "v += 1", dt = 0.5*ms })
    end,
    ["statements of a slice every so often"] = function()
      local net = ln.network { dt = 0.1*ms }
      local p = net:population(9, ln.neuron { equations = "dv/dt = -v/ms : 1\nI : volt" })
      return p:slice(1, 4):every(1*ms, "I = 5*randn()*mV", { when = "before_groups", order = 1 })
    end,
    ["linked one to one"] = linked({ equations = "dx/dt = 1/ms : 1" }, 4, "x"),
    ["linked one to all"] = linked({ equations = "dx/dt = 1/ms : 1" }, 1, "x"),
    ["linked to a shared variable"] = linked({ equations = "s : 1 (shared)" }, 3, "s"),
    ["statements of every so often"] = neuron { equations = "dv/dt = (-v + I)/(10*ms) : 1\nI : 1",
      every = { { 50*ms, "change = int(rand() < 0.5)\nI = change*(rand()*2) + (1-change)*I" } } },
    ["values of some"] = function()
      local _, _, a = synapse { on_pre = "g += 1" } ()
      a.v["x > 0 or i == 2"], a.v[{ 1, 3 }], a.v[4] = "0.1*i", { 0.1, 0.2 }, 0.5
      return a.v:slice(2, 5)
    end,
    ["custom events"] = spiking { events = { high = "v > 0.9" }, on = { high = "v -= 0.1" } },
  },
  refractoriness = {
    ["a time"] = spiking { refractory = 2*ms },
    ["drawn each time"] = spiking { refractory = "(1 + 2*rand())*ms" },
    ["a variable"] = spiking { equations = "dv/dt = 1/ms : 1\ndref/dt = (2*ms - ref)/(50*ms) : second", refractory = "ref",
      reset = "v = 0; ref += 1*ms" },
    ["a condition"] = spiking { refractory = "v >= -20" },
    ["a condition of lastspike"] = spiking { refractory = "(t - lastspike) <= 2*ms" },
    ["in steps"] = spiking { refractory = "timestep(t - lastspike, dt) <= timestep(2*ms, dt)" },
    ["unless refractory"] = spiking { equations = "dv/dt = -v/ms : 1 (unless refractory)", refractory = 2*ms },
    ["not_refractory in equations"] = spiking { equations = "dv/dt = (1 - v)/ms*int(not_refractory) : 1", refractory = 2*ms },
  },
  ["numerical integration"] = {
    ["linear is exact"] = neuron { equations = "dv/dt = -v/ms : 1", method = "linear" },
    ["independent is exact"] = neuron { equations = "dv/dt = -v/ms : 1", method = "independent" },
    ["a method with options"] = neuron { equations = "dv/dt = -v**3/ms : 1", method = "rkf45",
      method_options = { tolerance = 1e-8, max_steps = 500 } },
    ["in synapses: any method"] = synapse { on_pre = "q += 1", equations = "dq/dt = -q**3/ms : 1 (clock-driven)",
      method = "rk4" },
    ["in synapses: noise"] = synapse { on_pre = "g += q", equations = "dq/dt = -q/ms + 0.1*q*xi/sqrt(ms) : 1 (clock-driven)",
      method = "milstein" },
    ["in synapses: coupled in a ring, exactly"] = synapse { on_pre = "r += 1", a = "1*ms + 0.1*i*ms",
      equations = "dq/dt = (r - q)/(2*ms) : 1 (clock-driven)\ndr/dt = -(r + q)/a : 1 (clock-driven)" },
    ["in synapses: coupled, exactly"] = synapse { on_pre = "r += 1", method = "exact",
      equations = "dq/dt = (r - q)/(2*ms) : 1 (clock-driven)\ndr/dt = -r/ms : 1 (clock-driven)" },
  },
  synapses = {
    ["clock-driven without a flag"] = synapse { on_pre = "g += q", equations = "dq/dt = -q/ms : 1" },
    ["constant over dt"] = synapse { on_pre = "g += y", equations = "y = rand() : 1 (constant over dt)" },
    ["subexpressions"] = synapse { on_pre = "g += eff", equations = "eff = 2*w : 1", w = 1 },
    ["release by chance"] = synapse { on_pre = "v += w*(rand()<p)", w = 1, p = 0.5 },
    ["indices in statements"] = synapse { on_pre = "g += i + j" },
    ["reading of the source"] = synapse { on_pre = "g += x_pre*v_post" },
    ["several pathways"] = synapse { on_pre = { up = "g += 1", down = "g -= 1" }, delay = { up = 0*ms, down = 5*ms } },
    ["probability by place"] = synapse { on_pre = "g += 1", connect = ln.bernoulli("(i != j)*exp(-(x_pre - x_post)**2)") },
    ["a condition"] = synapse { on_pre = "g += 1", connect = ln.bernoulli "abs(i - j) <= 5" },
    ["several synapses a pair"] = synapse { on_pre = "g += 1", connect = ln.pairs({ 1, 1, 1 }, { 2, 2, 2 }) },
    ["samples of a fixed size"] = synapse { on_pre = "g += 1", connect = ln.fixed_outdegree(3, { multapses = false }) },
    ["targets by a function"] = synapse { on_pre = "g += 1", connect = function(j) return j > 1 and { j - 1 } or {} end },
    ["delays by an expression"] = synapse { on_pre = "g += 1", delay = "1*ms + 0.1*ms*abs(i - j)" },
    ["weights by N_pre"] = synapse { on_pre = "g += w", w = "1.0/N_pre" },
    ["values of some, by condition"] = function()
      local p = synapse { on_pre = "g += w", w = "1.0*i" } ()
      p.w["i == 3 and j > x_pre"] = 2
      return p.w["w > 1 and delay < 1*ms"]
    end,
    ["values by source and target"] = function()
      local p = synapse { on_pre = "g += w", w = "1.0*i" } ()
      p.w:at(2, 5):set "w + 1"
      return p.w:at(2)
    end,
    ["generators"] = synapse { on_pre = "g += 1",
      connect = ln.generator("k for k in range(i - 3, i + 4) if k != i", { skip_if_invalid = true }) },
    ["generators of samples"] = synapse { on_pre = "g += 1",
      connect = ln.generator "j for j in sample(N_post, p = 0.2) if i != j" },
    ["the number of a synapse in its pair"] = synapse { on_pre = "g += k", connect = ln.pairs({ 1, 1 }, { 2, 2 }),
      multisynaptic_index = "k", delay = "k*ms" },
    ["shared and constant over dt"] = synapse { on_pre = "g += y", equations = "y = sin(t/ms) : 1 (shared, constant over dt)" },
    ["order of pathways"] = synapse { on_pre = { up = "g += 1", down = "g -= 1" }, on_post = "v += 1",
      order = { up = -3, down = 2, post = -5 } },
    ["order of equations and sums"] = synapse { on_pre = "q += 1", order = { equations = -2, summed = -1 },
      equations = "dq/dt = -q/ms : 1 (clock-driven)\nz_post = q : 1 (summed)" },
    ["order of groups and inputs"] = function()
      local net = ln.network { dt = 0.1*ms }
      local a = net:population(3, ln.neuron { equations = "dv/dt = -v/ms : 1" }, { name = "a", order = -1, v = 1 })
      return net:project(ln.poisson_input { n = 10, rate = 5*ln.Hz }, a, { transmit = "v += 1", order = -2 })
    end,
    ["weights by N_incoming, N_outgoing"] = synapse { on_pre = "g += w/N_incoming", w = "1.0/N_outgoing" },
    ["synapses onto synapses"] = function()
      local s, net, a = synapse { on_pre = "g += w", equations = "w : 1" } ()
      return net:project(a, s, { connect = ln.all_to_all(), on_pre = "w_post += 1" })
    end,
    ["sums over synapses, onto synapses, by what they have"] = function()
      local s, net, a, b = synapse { on_pre = "g += w", equations = "w : 1\nu : 1\nk : integer (constant)" } ()
      net:project(s, b, { connect = ln.bernoulli "k_pre == j", equations = "z_post = w_pre/N_incoming : 1 (summed)" })
      return net:project(a, s, { connect = ln.bernoulli "i == k_post", equations = "u_post = x_pre : 1 (summed)" })
    end,
    ["sums"] = synapse { drive = "z_post = x_pre - x_post : 1 (summed)" },
  },
  recording = {
    ["spikes with variables"] = function()
      local _, net, a = synapse { on_pre = "g += 1" } ()
      return net:record(a, "spikes", { variables = { "v", "g" } })
    end,
    ["population rates, smoothed"] = function()
      local _, net, a = synapse { on_pre = "g += 1" } ()
      return net:record(a, "population_rate"):smooth_rate { window = "flat", width = 1*ms }
    end,
    ["states as tables"] = function()
      local p, _, a = synapse { on_pre = "g += w", w = "1.0*i" } ()
      a:set_states(a:states())
      p:set_states(p:states())
      return a
    end,
    ["some neurons, by condition"] = function()
      local _, net, a = synapse { on_pre = "g += 1" } ()
      return net:record(a, "v", { neurons = "i % 2 == 0" })
    end,
  },
  input = {
    ["spikes with a period, other spikes"] = function()
      local net = ln.network { dt = 0.1*ms }
      local source = net:population(3, ln.spike_source { indices = { 1, 3 }, times = { 0*ms, 2*ms }, period = 5*ms })
      source:set_spikes { indices = { 2 }, times = { 1*ms } }
      return source
    end,
    ["timed arrays"] = neuron { equations = "dv/dt = (-v + s(t))/(10*ms) : 1",
      parameters = { s = ln.timed_array({ 1, 2 }, 10*ms) } },
    ["with columns"] = neuron { equations = "dv/dt = (-v + s(t, i % 2 + 1))/(10*ms) : 1",
      parameters = { s = ln.timed_array({ { 1, 2 }, { 3, 4 } }, 10*ms) } },
    ["in first values"] = function()
      local s = ln.timed_array({ { 1, 2, 3, 4 }, { 5, 6, 7, 8 } }, 1*ms)
      local net = ln.network { dt = 0.1*ms }
      local model = ln.neuron { equations = "dv/dt = s(t, i)/ms : 1", parameters = { s = s } }
      local p = net:population(4, model, { v = "s(0*ms, i)" })
      net:run(1*ms)
      p.v = "s(t, i)"
      local S = net:project(p, p, { connect = ln.bernoulli "s(t, i) > s(t, j)", transmit = "v += w", w = "s(t, i) + t/ms",
        delay = "s(0*ms, j)*ms", parameters = { s = s } })
      return S
    end,
    ["Poisson of a threshold"] = neuron { equations = "rates : Hz", threshold = "rand()<rates*dt" },
    ["rates in time"] = function() return ln.models.inhomogeneous_poisson { rate = "20*Hz*(1 + sin(2*pi*4*Hz*t))" } end,
  },
}

taken["input, continued"] = {
  ["statements every so often of what is held while refractory, in a group that never is"] = function()
    local net = ln.network { dt = 0.1*ms }
    local g = net:population(1, ln.neuron { equations = "dx/dt = -x/(10*ms) : 1 (unless refractory)", threshold = "x > 9",
      every = { { 1*ms, "x += 1" } } }, { x = 0 })
    net:run(0.1*ms)
    return math.abs(g.x[1] - math.exp(-0.01)) < 1e-12
  end,
  ["rates of Poisson neurons by a timed array"] = function()
    local net = ln.network { dt = 0.1*ms }
    return net:population(2, ln.models.inhomogeneous_poisson { rate = "stimulus(t)*2",
      parameters = { stimulus = ln.timed_array({ 10*ln.Hz, 20*ln.Hz }, 1*ms) } })
  end,
}

local refused = {
  equations = {
    ["units with a prefix"] = { neuron "c : mV", "declare 'c' in volt, not mV" },
    ["molar"] = { neuron "c : molar", "in mmolar" },
    ["names beginning with an underscore"] = { neuron "_x : 1", "cannot begin with an underscore" },
    ["names ending in _pre"] = { neuron "x_pre : 1", "cannot end in _pre" },
    ["chance in a subexpression"] = { neuron "y = rand() : 1", "more than once a step" },
    ["shared of what is not"] = { neuron "x : 1\ny = 2*x : 1 (shared)", "'y' is shared, but 'x'" },
    ["comparisons in a chain"] = { neuron "y = int(1 < i < 3) : 1", "write a < b and b < c" },
  },
  models = {
    ["a reset of a shared variable"] = { spiking { equations = "dv/dt = 1/ms : 1\ns : 1 (shared)", reset = "s += 1" },
      "cannot assign to 's'" },
    ["links to subexpressions"] = { linked({ equations = "dx/dt = 1/ms : 1\ny = 2*x : 1" }, 4, "y"), "link to what is stored" },
  },
  ["numerical integration"] = {
    ["a clock between the steps of the network"] = { function()
      ln.network { dt = 0.2*ms }:population(3, ln.neuron { equations = "v : 1" }, { dt = 0.5*ms })
    end, "both are multiples of 100 us" },
    ["gsl"] = { neuron { equations = "dv/dt = -v/ms : 1", method = "gsl" }, "it is called 'rkf45' here" },
    ["statements every so often among the thresholds"] = { function()
      local p = ln.network { dt = 0.1*ms }:population(3, ln.neuron { equations = "v : 1" })
      p:every(1*ms, "v = 1", { when = "thresholds" })
    end, "when is one of before_start, start" },
    ["additive methods for other noise"] = { neuron { equations = "dv/dt = v*xi/sqrt(ms) : 1", method = "euler" },
      "use 'heun' or 'milstein'" },
    ["noise by a method that has none"] = { synapse { on_pre = "g += q", method = "rk4",
      equations = "dq/dt = -q/ms + xi/sqrt(ms) : 1 (clock-driven)" }, "it is not for noise: use 'euler'" },
  },
  synapses = {
    ["writing to the source"] = { synapse { on_pre = "x_pre += 1" }, "make a projection the other way round" },
    ["event-driven, not linear"] = { synapse { on_pre = "g += q", equations = "dq/dt = -q**2/ms : 1 (event-driven)" },
      "must be linear in q" },
    ["event-driven, coupled"] = { synapse { on_pre = "g += q",
      equations = "dq/dt = r/ms : 1 (event-driven)\ndr/dt = -r/ms : 1 (event-driven)" }, "must be constant between events" },
    ["event-driven noise"] = { synapse { on_pre = "g += q", equations = "dq/dt = xi/sqrt(ms) : 1 (event-driven)" },
      "clock-driven" },
    ["an order of all"] = { synapse { on_pre = "g += 1", order = 1 }, "say what of it, such as order = { pre = -2 }" },
    ["an order of what is not there"] = { synapse { on_pre = "g += 1", order = { post = 1 } },
      "order of post: there is no such pathway; there are pre" },
    ["an order between two"] = { synapse { on_pre = "g += 1", order = { pre = 0.5 } }, "expected a whole number" },
    ["an order of a group in words"] = { function()
      ln.network { dt = 0.1*ms }:population(3, ln.neuron { equations = "v : 1" }, { order = "first" })
    end, "order of population" },
    ["lastupdate"] = { synapse { on_pre = "g += int(t > lastupdate)" }, "keep the time in a variable, as in \"last : second\"" },
    ["N_incoming while connecting"] = { synapse { on_pre = "g += 1", connect = ln.bernoulli "1.0/N_incoming" },
      "it is not known before all are connected" },
    ["on_pre from synapses"] = { function()
      local s, net, _, b = synapse { on_pre = "g += w", equations = "w : 1" } ()
      net:project(s, b, { connect = ln.all_to_all(), on_pre = "g += w_pre" })
    end, "which do not spike" },
    ["on_post onto synapses"] = { function()
      local s, net, a = synapse { on_pre = "g += w", equations = "w : 1" } ()
      net:project(a, s, { connect = ln.all_to_all(), on_pre = "w_post += 1", on_post = "w_post -= 1" })
    end, "which do not spike" },
    ["an event of the sources in on_event"] = { function()
      local net = ln.network { dt = 0.1*ms }
      local a = net:population(1, ln.neuron { equations = "v : 1", threshold = "v > 1", events = { high = "v > 2" } })
      net:project(a, net:population(1, ln.neuron { equations = "x : 1" }), { connect = ln.all_to_all(),
        on_pre = { pre = "x += 1", path = "x += 2" }, on_event = { pre = "spike", path = "high" } })
    end, "transmit it by a projection with event = \"high\"" },
    ["NeuronGroup"] = { function() return ln.NeuronGroup end, "Brian2's NeuronGroup is ln.neuron" },
    ["run_regularly by this name"] = { function()
      ln.network { dt = 0.1*ms }:population(1, ln.neuron { equations = "v : 1" }):run_regularly("v = 0")
    end, 'Brian2\'s run_regularly is :every(period, "statements")' },
    ["record= of recordings"] = { function()
      local net = ln.network { dt = 0.1*ms }
      net:record(net:population(1, ln.neuron { equations = "v : 1" }), "v", { record = { 1 } })
    end, "Brian2's record is neurons" },
    ["rates= of Poisson neurons"] = { function() ln.models.inhomogeneous_poisson { rates = "10*Hz" } end,
      "did you mean 'rate'" },
    ["two sums onto one variable"] = { function()
      local _, net, a, b = synapse { drive = "z_post = x_pre : 1 (summed)" } ()
      net:project(a, b, { connect = ln.all_to_all(), drive = "z_post = x_pre : 1 (summed)" })
    end, "use two variables" },
  },
}

for section, cases in pairs(taken) do
  describe("Brian2's guide, " .. section .. ": taken", function()
    for name, case in pairs(cases) do
      it(name, function() assert.is_truthy(case()) end)
    end
  end)
end

for section, cases in pairs(refused) do
  describe("Brian2's guide, " .. section .. ": refused", function()
    for name, case in pairs(cases) do
      it(name, function()
        local ok, message = pcall(case[1])
        assert.is_false(ok)
        assert.is_truthy(tostring(message):find(case[2], 1, true), tostring(message))
      end)
    end
  end)
end
