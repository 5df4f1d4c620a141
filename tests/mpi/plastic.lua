-- Prints every bit of what learning leaves behind; run_plastic.sh compares numbers of ranks.
local ln = require "lunate"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz
local bits = dofile((arg[0]:match "^.*/" or "") .. "digest.lua").print_bits

local function network(precision)
  local net = ln.network { dt = 0.1*ms, seed = 3 }
  local cell = ln.neuron {
    equations = "dv/dt = (E + g - v)/tau : volt\n dg/dt = -g/(3*ms) : volt",
    threshold = "v > -50*mV", reset = "v = -62*mV", precision = precision, refractory = 2*ms,
    parameters = { E = -51*mV, tau = 12*ms },
  }
  local input = net:population(60, ln.models.poisson { rate = 25*Hz }, { name = "input" })
  local p = net:population(35, cell, { name = "p", v = "-65*mV + 15*rand()*mV" })
  local stdp = ln.rule {
    equations = [[
      dx/dt = -x/(17*ms) : 1 (pre, event-driven)
      dy/dt = -y/(21*ms) : 1 (post, event-driven)
      dc/dt = -c/(40*ms) : 1 (event-driven)
    ]],
    on_pre = "w = clip(w - A*y + 0.0003*randn(), 0, 1); c += y", pre_spike = "x += 1",
    on_post = "w = clip(w + A*x - 0.001*c, 0, 1)", post_spike = "y += 1", parameters = { A = 0.02 },
  }
  local a = net:project(input, p, {
    connect = ln.fixed_indegree(25, { multapses = true }), transmit = "g += w*4*mV", rule = stdp, w = ln.uniform(0, 1),
    delay = "(0.1 + 2*rand())*ms",
  })
  local b = net:project(p, p, {
    connect = ln.bernoulli(0.3), w = 0.3, delay = { down = "1*ms + 0.02*ms*(i % 7)", post = 0.4*ms, up = 1.5*ms },
    equations = "dApre/dt = -Apre/(20*ms) : 1 (event-driven)",
    on_pre = { down = "g -= w*2*mV; Apre += 0.01", up = "w = clip(w - 0.01*(v_pre > -60*mV), 0, 1)" },
    on_post = "w = clip(w + Apre, 0, 1)",
  })
  net:run(150*ms)
  a.plastic = false
  local before = a.w:gather():raw()
  net:run(50*ms)
  local after = a.w:gather():raw()
  for k = 1, #before do assert(before[k] == after[k], "a frozen weight changed") end
  a.plastic = true
  a.rule.A = 0.01
  net:run(50*ms)
  bits("a.w " .. precision, a.w:gather():raw())
  bits("a.x " .. precision, a.x:gather():raw())
  bits("a.y " .. precision, a.y:gather():raw())
  bits("b.w " .. precision, b.w:gather():raw())
  bits("v " .. precision, p.v:gather():raw())
end

network "double"
network "single"

-- Sums over synapses, equations and statements at every synapse.
local function swept(precision)
  local net = ln.network { dt = 0.1*ms, seed = 5 }
  local cell = ln.neuron {
    equations = "dv/dt = (E + g*20*mV + gap - v)/tau : volt\n g : 1\n gap : volt", precision = precision,
    threshold = "v > -50*mV", reset = "v = -62*mV", parameters = { E = -52*mV, tau = 12*ms }, method = "euler",
  }
  local input = net:population(40, ln.models.poisson { rate = 40*Hz }, { name = "input" })
  local p = net:population(23, cell, { name = "p", v = "-65*mV + 15*rand()*mV" })
  local a = net:project(input, p, {
    connect = ln.bernoulli(0.5), w = ln.uniform(0, 0.3), delay = "(0.1 + rand())*ms",
    equations = "g_post = w*s : 1 (summed)\n ds/dt = -s/(8*ms) : 1", transmit = "s += 0.1*(1 - s)",
    every = { { 5*ms, "w *= 0.99" }, { 3*ms, "w += 0.001*rand()" } },
  })
  net:project(p, p, { connect = ln.fixed_indegree(6), w = 0.1, drive = "gap_post = w*(v_pre - v_post) : volt (summed)" })
  net:run(100*ms)
  bits("swept w " .. precision, a.w:gather():raw())
  bits("swept s " .. precision, a.s:gather():raw())
  bits("swept v " .. precision, p.v:gather():raw())
end

swept "double"
swept "single"
-- Rewiring while spikes are on their way.
local function rewired(plastic, delay)
  local net = ln.network { dt = 0.1*ms, seed = 6 }
  local cell = ln.neuron { equations = "dv/dt = (E - v)/tau : volt", threshold = "v > -50*mV", reset = "v = -62*mV",
    parameters = { E = -49*mV, tau = 12*ms } }
  local p = net:population(31, cell, { name = "p", v = "-65*mV + 15*rand()*mV" })
  local a = net:project(p, p, {
    connect = ln.bernoulli(0.3), transmit = "v += w*mV", w = ln.uniform(0, 1), delay = delay or "(0.5 + 6*rand())*ms",
    rule = delay and ln.rule { equations = "dx/dt = -x/(20*ms) : 1 (event-driven)", on_pre = "x += 1; w = clip(w - 0.03, 0, 1)",
      on_post = "w = clip(w + 0.05*x, 0, 1)" } or plastic and ln.rules.stdp { A_p = 0.05, A_m = 0.05, pairing = plastic } or nil,
  })
  net:project(p, p, { connect = ln.fixed_indegree(3), transmit = "v += w*mV", w = 0.2, delay = 2*ms })
  net:every(20*ms, function()
    local n = a:prune(0.1)
    assert(a:grow(n) == n)
  end)
  net:every(30*ms, function()
    local n = a:prune { largest = 25, by = "w*abs(v_pre/mV + 55)" }
    assert(a:grow(n, { score = "v_pre*v_post + int(i % 3 == 0)*mV**2", w = "0.1 + 0.01*(j % 7)",
      delay = "1*ms + 0.2*ms*(i % 5)" }) == n)
    local go, come = {}, {}
    for k = 1, #p do go[k], come[k] = k % 4 == 0 and 2 or 0, k % 5 == 0 and 1 or 0 end
    a:grow(a:prune { outgoing = go, incoming = come })
  end)
  net:at(70*ms, function() print(a:prune "w > 0.9 and i < j", a:grow(ln.bernoulli(0.1), { w = 0.5, delay = 3*ms })) end)
  net:run(150*ms)
  local all = a:gather("w")
  bits("grown pre", all.pre:raw())
  bits("grown post", all.post:raw())
  bits("grown delay", all.delay:raw())
  bits("grown w", all.w:raw())
  if plastic then bits("grown x", a.x:gather():raw()) end
  bits("grown v", p.v:gather():raw())
  bits("grown degrees", a:indegree():raw())
  bits("grown degrees", a:outdegree():raw())
end

rewired()
rewired "all"
rewired "reduced"
rewired(true, { pre = "1*ms + 0.5*ms*(j % 3)", post = "0.3*ms*(1 + (i + j) % 3)" })
-- A signal, read by a rule and by neurons, driven by spikes and from the script.
local function modulated(precision)
  local net = ln.network { dt = 0.1*ms, seed = 8 }
  local input = net:population(30, ln.models.poisson { rate = 40*Hz }, { name = "input" })
  local reward = net:population(5, ln.models.poisson { rate = 20*Hz }, { name = "reward" })
  local d = net:signal("dopamine", { equations = "dd/dt = -d/(50*ms) : 1", initial = 0.25, on_spike_of = reward,
    on_spike = "d += 0.1", delay = 1*ms })
  local p = net:population(17, ln.neuron { equations = "dv/dt = (E + 5*mV*dopamine - v)/(10*ms) : volt\n dopamine : 1 (linked)",
    threshold = "v > -50*mV", reset = "v = -62*mV", parameters = { E = -53*mV }, precision = precision, method = "euler" },
    { name = "p", v = "-65*mV + 10*rand()*mV" })
  local a = net:project(input, p, { connect = ln.bernoulli(0.5), transmit = "v += w*mV", w = 0.5, delay = "(1 + rand())*ms",
    rule = ln.rule { equations = [[ dx/dt = -x/(20*ms) : 1 (pre)
                                    dy/dt = -y/(20*ms) : 1 (post)
                                    dc/dt = -c/(100*ms) : 1 (event-driven)
                                    dw/dt = c*dopamine*Hz : 1 (clock-driven) ]],
      on_pre = "c -= A*y*dopamine", pre_spike = "x += 1", on_post = "c += A*x", post_spike = "y += 1",
      on_signal = { dopamine = "w += 0.01*c*dopamine + 0.001*rand()" }, parameters = { A = 0.1 } } })
  net:at(60*ms, function() d:pulse(0.5) end)
  net:run(150*ms)
  print(d.value > 0 and "signal", ("%a"):format(d.value))
  bits("modulated w " .. precision, a.w:gather():raw())
  bits("modulated c " .. precision, a.c:gather():raw())
  bits("modulated v " .. precision, p.v:gather():raw())
end

modulated "double"
modulated "single"

-- Stored, and gone back to, with spikes on their way along all pathways.
local function restored()
  local net = ln.network { dt = 0.1*ms, seed = 8 }
  local input = net:population(30, ln.models.poisson { rate = 40*Hz }, { name = "input" })
  local p = net:population(17, ln.neuron { equations = "dv/dt = (E - v)/(10*ms) : volt", threshold = "v > -50*mV",
    reset = "v = -62*mV", parameters = { E = -51*mV } }, { v = "-65*mV + 10*rand()*mV" })
  local a = net:project(input, p, {
    connect = ln.bernoulli(0.5), transmit = { act = "v += w*mV", late = "w *= 0.999" }, w = 0.5,
    delay = { act = "(1 + rand())*ms", late = 3*ms, post = 2*ms },
    rule = ln.rule {
      equations = [[
        dx/dt = -x/(20*ms) : 1 (pre)
        dy/dt = -y/(20*ms) : 1 (post)
        dc/dt = -c/(100*ms) : 1 (event-driven)
      ]],
      on_pre = "c -= 0.1*y; w = clip(w - 0.01*y, 0, 1)", pre_spike = "x += 1",
      on_post = "c += 0.1*x; w = clip(w + 0.01*x + 0.001*c, 0, 1)", post_spike = "y += 1",
    },
  })
  local function state()
    local out = {}
    for _, n in ipairs { "w", "c", "x", "y" } do
      local v = a[n]:gather():raw()
      for k = 1, #v do out[#out + 1] = ("%a"):format(v[k]) end
    end
    local v = p.v:gather():raw()
    for k = 1, #v do out[#out + 1] = ("%a"):format(v[k]) end
    return table.concat(out, " ")
  end
  net:run(50*ms)
  local s = net:store()
  net:run(40*ms)
  local first = state()
  a.plastic = false
  net:run(10*ms)
  net:restore(s)
  assert(a.plastic)
  net:run(40*ms)
  assert(first == state(), "a restored run differs")
  print("restored", first)
end

restored()

-- An event of the targets, at random, and what synapses do of it.
local function by_events(precision)
  local net = ln.network { dt = 0.1*ms, seed = 9 }
  local input = net:population(30, ln.models.poisson { rate = 40*Hz }, { name = "input" })
  local p = net:population(17, ln.neuron { equations = "dv/dt = (E - v)/(10*ms) : volt", threshold = "v > -50*mV",
    reset = "v = -62*mV", parameters = { E = -53*mV }, precision = precision,
    events = { taught = "rand() < 0.01", high = "v > -50.5*mV" } }, { name = "p", v = "-65*mV + 10*rand()*mV" })
  local a = net:project(input, p, { connect = ln.bernoulli(0.5), transmit = "v += w*mV", w = 0.5, delay = "(1 + rand())*ms",
    rule = ln.rule { equations = "dx/dt = -x/(20*ms) : 1 (pre)", pre_spike = "x += 1",
      on_event = { taught = "w = clip(w + 0.1*rand()*x, 0, 1)", high = "w = clip(w - 0.02*x, 0, 1)" } } })
  net:run(150*ms)
  bits("events w " .. precision, a.w:gather():raw())
  bits("events v " .. precision, p.v:gather():raw())
end

by_events "double"
by_events "single"
