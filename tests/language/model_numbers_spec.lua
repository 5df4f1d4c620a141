-- The models of the standard library have the numbers of their papers: rheobases, rates, bifurcations, firing patterns,
-- statistics; and ln.currents and ln.synapses theirs.
local ln = require "lunate"
local ms, mV, pA, nA = ln.ms, ln.mV, ln.pA, ln.nA
local close = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").close

-- Times in ms of one neuron's spikes.
local function spike_times(model, opts)
  local dt = (opts.dt or 0.1) * ms
  local net = ln.network { dt = dt }
  local p = net:population(1, model, opts.values)
  local spikes = net:record(p, "spikes")
  net:run((opts.duration or 400) * ms)
  local out = {}
  for k, step in spikes:gather().steps:iterate() do out[k] = step * (dt / ms) end
  return out
end

local function intervals(times)
  local out = {}
  for k = 2, #times do out[k - 1] = times[k] - times[k - 1] end
  return out
end

-- The number of spikes of each burst: spikes less than `gap` ms apart.
local function bursts(times, gap)
  local out = {}
  for k, t in ipairs(times) do
    if k > 1 and t - times[k - 1] < gap then out[#out] = out[#out] + 1 else out[#out + 1] = 1 end
  end
  return out
end

local function steady(list, tolerance) -- the later ones are equal
  for k = 3, #list do
    if math.abs(list[k] - list[#list]) > tolerance * list[#list] then return false end
  end
  return #list > 3
end

local function ascending(list)
  for k = 2, #list do if list[k] < list[k - 1] - 0.11 then return false end end
  return true
end

local function fires(name, current, opts)
  opts = opts or {}
  opts.values = { I_ext = current }
  return #spike_times(ln.models[name](opts.model), opts) > 1
end

describe("integrate-and-fire models", function()
  it("leaky: the rate of a constant current", function()
    -- tau = 20 ms from 10 to 20 mV towards 30 mV: T = t_ref + tau ln(20/10)
    local gaps = intervals(spike_times(ln.models.lif_delta(), { dt = 0.01, values = { I_ext = 0.3*nA } }))
    close(2 + 20 * math.log(2), gaps[#gaps], 0.011, "interval in ms")
  end)

  it("quadratic: rheobase g_L (V_T - E_L)/4, and the interval between finite resets", function()
    assert.is_false(fires("qif", 37.4*pA, { duration = 3000 }))
    assert.is_true(fires("qif", 37.6*pA, { duration = 3000 }))
    local gaps = intervals(spike_times(ln.models.qif(), { dt = 0.005, values = { I_ext = 100*pA } }))
    local alpha, beta = 1/(15e-3 * 10e-3), (100 - 37.5)*1e-12 / 100e-12 -- dx/dt = alpha x^2 + beta, x from the middle
    local s, mid = math.sqrt(alpha/beta), -57.5e-3
    local T = (math.atan((20e-3 - mid)*s) - math.atan((-80e-3 - mid)*s)) / math.sqrt(alpha*beta)
    close(T*1e3, gaps[#gaps], 0.02, "interval in ms")
  end)

  it("exponential: rheobase g_L (V_T - E_L - Delta_T)", function()
    local rheobase = 10 * (65 - 59.9 - 3.48) -- pA
    assert.is_false(fires("eif", (rheobase - 0.1)*pA, { duration = 3000 }))
    assert.is_true(fires("eif", (rheobase + 0.1)*pA, { duration = 3000 }))
  end)

  it("currents and conductances of two time constants: the peak is the weight", function()
    for _, case in ipairs {
      { "lif_biexp_current", "x_exc", "I_exc", 100*pA }, { "lif_alpha_current", "x", "I_syn", 100*pA },
      { "lif_biexp_conductance", "x_inh", "g_inh", 1*ln.nS }, { "lif_alpha_conductance", "x_exc", "g_exc", 1*ln.nS },
    } do
      local net = ln.network { dt = 0.001*ms }
      local p = net:population(1, ln.models[case[1]](), { [case[2]] = case[4] })
      local trace = net:record(p, { case[3] }, { every = 0.001*ms })
      net:run(8*ms)
      local max = 0
      for _, x in trace[case[3]]:raw():flat():iterate() do max = math.max(max, x) end
      close(1, max / require("lunate.quantity").value_of(case[4]), 1e-5, case[1] .. ": peak")
    end
  end)
end)

describe("integrate-and-fire with adaptation", function()
  it("GLIF: the interval without adaptation, the reset rules, the jumps of the currents", function()
    -- tau = C/g, towards I/g above E_L, threshold 27.17 mV above it
    local tau, drive = 58.72/9.43, 400/9.43
    local gaps = intervals(spike_times(ln.models.glif1(), { dt = 0.01, values = { I_ext = 400*pA } }))
    close(3.75 + tau*math.log(drive/(drive - 27.17)), gaps[#gaps], 0.015, "interval in ms")
    local net = ln.network { dt = 0.01*ms }
    local p = net:population(1, ln.models.glif5(), { I_ext = 400*pA })
    local spikes = net:record(p, "spikes")
    while spikes:count() == 0 do net:run(0.01*ms) end
    close(-78.85 + 0.2*27.17 + 18.51, p.v[1]/mV, 0.1, "v after the reset") -- v was at its threshold, V_th + theta_v
    close(0.37, p.theta_s[1]/mV, 1e-9, "spike component of the threshold")
    close(-9.18, p.I_1[1]/pA, 1e-9, "slow current")
    close(-198.94, p.I_2[1]/pA, 1e-9, "fast current")
  end)
  it("MAT2: four types of firing", function()
    local function of(name)
      return spike_times(ln.models.mat2 { pattern = name, stimulus = true }, { duration = 500 })
    end
    local gaps = intervals(of "regular spiking")
    assert.is_true(ascending(gaps) and gaps[#gaps] > 2*gaps[1])
    local sizes = bursts(of "intrinsic bursting", 25)
    assert.is_true(sizes[1] >= 3)
    for k = 2, #sizes do assert.equal(1, sizes[k]) end
    gaps = intervals(of "fast spiking")
    assert.is_true(#gaps > 100 and gaps[#gaps] < 1.2*gaps[5])
    sizes = bursts(of "chattering", 10)
    assert.is_true(#sizes > 5)
    for k = 1, #sizes do assert.is_true(sizes[k] >= 2) end
  end)
  it("SRM0: held at the threshold without a response to spikes, it fires with rho_0", function()
    local net = ln.network { dt = 0.1*ms, seed = 14 }
    local p = net:population(300, ln.models.srm0 { eta_0 = 0*mV, initial = { h = 15*mV } }, { I_ext = 150*pA })
    local spikes = net:record(p, "spikes")
    net:run(1000*ms)
    close(1000/(2 + 10), spikes:rate()/ln.Hz, 1.2, "rate")
  end)
end)

describe("sources", function()
  it("regular: the rate is kept where intervals are no whole number of steps", function()
    local net = ln.network { dt = 0.1*ms }
    local p = net:population(1, ln.models.regular { rate = 333*ln.Hz, start = 5*ms })
    local spikes = net:record(p, "spikes")
    net:run(1005*ms)
    assert.equal(333, spikes:count())
    assert.equal(50, spikes:gather().steps[1])
  end)
  it("Poisson: variance of counts equal to their mean; rates that differ by neuron and in time", function()
    local net = ln.network { dt = 0.1*ms, seed = 15 }
    local p = net:population(2000, ln.models.poisson { rate = 50*ln.Hz })
    local stepped = net:population(2000, ln.models.inhomogeneous_poisson {
      rate = ln.timed_array({ 20*ln.Hz, 100*ln.Hz }, 200*ms),
    })
    local own = net:population(2000, ln.models.inhomogeneous_poisson(), { rate = "i/N*100*Hz" })
    local a, b, c = net:record(p, "spikes"), net:record(stepped, "spikes"), net:record(own, "spikes")
    net:run(400*ms)
    local mean, square = 0, 0
    for _, n in a:counts():raw():iterate() do mean, square = mean + n/2000, square + n*n/2000 end
    close(20, mean, 0.5, "mean count")
    close(20, square - mean^2, 2.5, "variance of counts")
    close(20, b:rate { to = 200*ms }/ln.Hz, 1, "first rate")
    close(100, b:rate { from = 200*ms }/ln.Hz, 2.5, "second rate")
    local counts, late = c:counts():raw(), 0
    for k = 1001, 2000 do late = late + counts[k]/1000 end
    close(30, late, 0.8, "count of the faster half")
  end)
end)

describe("AdEx patterns", function()
  local function times(name) return spike_times(ln.models.adex { pattern = name, stimulus = true }, { dt = 0.02 }) end

  it("are the eight of Naud et al. 2008", function()
    assert.same({ "tonic spiking", "adaptation", "initial burst", "regular bursting", "delayed accelerating",
      "delayed regular bursting", "transient spiking", "irregular spiking" }, ln.models.patterns "adex")
  end)
  it("tonic spiking: equal intervals", function() assert.is_true(steady(intervals(times "tonic spiking"), 0.05)) end)
  it("adaptation: intervals that grow", function()
    local gaps = intervals(times "adaptation")
    assert.is_true(ascending(gaps))
    assert.is_true(gaps[#gaps] > 3*gaps[1])
  end)
  it("initial burst: several spikes, then single ones", function()
    local sizes = bursts(times "initial burst", 20)
    assert.is_true(sizes[1] >= 3)
    for k = 2, #sizes do assert.equal(1, sizes[k]) end
    assert.is_true(#sizes > 3)
  end)
  it("regular bursting: bursts throughout", function()
    local sizes = bursts(times "regular bursting", 30)
    assert.is_true(#sizes >= 3)
    for k = 1, #sizes do assert.is_true(sizes[k] >= 2) end
  end)
  it("delayed accelerating: intervals that shrink", function()
    local t = times "delayed accelerating"
    local gaps = intervals(t)
    assert.is_true(t[1] > 25)
    for k = 2, #gaps do assert.is_true(gaps[k] <= gaps[k - 1] + 0.1) end
    assert.is_true(gaps[1] > 1.3*gaps[#gaps])
  end)
  it("delayed regular bursting: a long wait, then bursts of equal size", function()
    local t = times "delayed regular bursting"
    local sizes = bursts(t, 20)
    assert.is_true(t[1] > 50)
    for k = 2, #sizes - 1 do assert.equal(sizes[2], sizes[k]) end
    assert.is_true(sizes[2] >= 3 and #sizes >= 4)
  end)
  it("transient spiking: stops under the lasting current", function()
    local t = times "transient spiking"
    assert.is_true(#t >= 1 and t[#t] < 100)
  end)
  it("irregular spiking: intervals that vary widely, with no period", function()
    local gaps = intervals(times "irregular spiking")
    local mean, var = 0, 0
    for _, g in ipairs(gaps) do mean = mean + g/#gaps end
    for _, g in ipairs(gaps) do var = var + (g - mean)^2/#gaps end
    assert.is_true(#gaps > 10 and math.sqrt(var)/mean > 0.4)
  end)
end)

describe("Izhikevich patterns", function()
  local function times(name, duration)
    return spike_times(ln.models.izhikevich { pattern = name, stimulus = true }, { dt = 0.05, duration = duration or 400 })
  end
  local function count(name, n, duration)
    local t = times(name, duration)
    assert.equal(n, #t, name)
    return t
  end

  it("are the 20 of the second paper, and five cell types of the first", function()
    assert.equal(25, #ln.models.patterns "izhikevich")
  end)
  it("tonic spiking", function() assert.is_true(steady(intervals(times "tonic spiking"), 0.02)) end)
  it("phasic spiking: one spike", function() count("phasic spiking", 1) end)
  it("tonic bursting: bursts of equal size", function()
    local sizes = bursts(times "tonic bursting", 15)
    assert.is_true(#sizes > 4)
    for k = 3, #sizes - 1 do assert.is_true(sizes[k] > 3 and math.abs(sizes[k] - sizes[2]) <= 1) end
  end)
  it("phasic bursting: one burst", function()
    local sizes = bursts(times "phasic bursting", 15)
    assert.is_true(#sizes == 1 and sizes[1] > 3)
  end)
  it("mixed mode: a burst, then single spikes", function()
    local sizes = bursts(times "mixed mode", 15)
    assert.is_true(sizes[1] >= 3)
    for k = 2, #sizes do assert.equal(1, sizes[k]) end
  end)
  it("spike frequency adaptation: intervals that grow", function()
    local gaps = intervals(times("spike frequency adaptation", 85))
    assert.is_true(ascending(gaps) and gaps[#gaps] > 5*gaps[1])
  end)
  it("class 1: rates begin low and grow with the ramp", function()
    local gaps = intervals(times("class 1", 300))
    assert.is_true(gaps[1] > 2*gaps[#gaps])
  end)
  it("class 2: rates begin high", function()
    local gaps = intervals(times("class 2", 300))
    assert.is_true(#gaps > 5 and gaps[1] < 25)
  end)
  it("spike latency: one spike, well after the pulse began", function()
    assert.is_true(count("spike latency", 1)[1] > 15)
  end)
  it("subthreshold oscillations: one spike, then v swings about its rest", function()
    local net = ln.network { dt = 0.05*ms }
    local p = net:population(1, ln.models.izhikevich { pattern = "subthreshold oscillations", stimulus = true })
    local spikes, trace = net:record(p, "spikes"), net:record(p, { "v" }, { every = 1*ms })
    net:run(200*ms)
    assert.equal(1, spikes:count())
    local v, turns = trace.v:raw():flat(), 0
    for k = 62, 198 do
      if (v[k] - v[k - 1])*(v[k + 1] - v[k]) < 0 then turns = turns + 1 end
    end
    assert.is_true(turns >= 4)
  end)
  it("resonator: answers the doublet at its own frequency alone", function()
    assert.is_true(count("resonator", 1)[1] > 320)
  end)
  it("integrator: answers the close doublet alone", function()
    assert.is_true(count("integrator", 1, 100)[1] < 30)
  end)
  it("rebound spike: one, after the inhibition", function() assert.is_true(count("rebound spike", 1)[1] > 25) end)
  it("rebound burst: one burst, after the inhibition", function()
    local t = times "rebound burst"
    local sizes = bursts(t, 15)
    assert.is_true(t[1] > 25 and #sizes == 1 and sizes[1] > 3)
  end)
  it("threshold variability: only the pulse after inhibition brings a spike", function()
    assert.is_true(count("threshold variability", 1, 100)[1] > 80)
  end)
  it("bistability: the first pulse switches spiking on, the second off", function()
    local t = times("bistability", 400)
    assert.is_true(#t > 3 and t[1] > 37 and t[#t] < 214)
  end)
  it("depolarizing after-potential: v is above rest after the spike", function()
    local net = ln.network { dt = 0.05*ms }
    local p = net:population(1, ln.models.izhikevich { pattern = "depolarizing after-potential", stimulus = true })
    local spikes = net:record(p, "spikes")
    net:run(14*ms)
    assert.is_true(p.v[1] > -58*mV) -- reset to -60 mV, rest at -70 mV
    net:run(36*ms)
    assert.equal(1, spikes:count())
    assert.is_true(p.v[1] < -69*mV)
  end)
  it("accommodation: the steep ramp alone brings a spike", function()
    assert.is_true(count("accommodation", 1)[1] > 300)
  end)
  it("inhibition-induced spiking", function()
    local t = times "inhibition-induced spiking"
    assert.is_true(#t >= 3 and t[1] > 50 and t[#t] < 260)
  end)
  it("inhibition-induced bursting", function()
    local t = times "inhibition-induced bursting"
    local sizes = bursts(t, 20)
    assert.is_true(#sizes >= 2 and sizes[1] > 4 and t[1] > 50 and t[#t] < 290)
  end)
  it("2007: regular spiking has the rheobase (b + k (v_t - v_r))^2/(4k)", function()
    assert.is_false(fires("izhikevich_2007", 51.3*pA, { duration = 3000 }))
    assert.is_true(fires("izhikevich_2007", 51.6*pA, { duration = 5000 }))
  end)
  it("2007: cell types", function()
    local function of(name) return spike_times(ln.models.izhikevich_2007 { pattern = name, stimulus = true }, { dt = 0.05 }) end
    assert.is_true(steady(intervals(of "regular spiking"), 0.02))
    assert.is_true(bursts(of "intrinsically bursting", 20)[1] >= 2)
    local sizes = bursts(of "chattering", 20)
    for k = 1, #sizes do assert.is_true(sizes[k] >= 2) end
    local gaps = intervals(of "low-threshold spiking")
    assert.is_true(gaps[#gaps] > 1.3*gaps[1])
    gaps = intervals(of "fast spiking")
    assert.is_true(gaps[#gaps] < 30)
  end)
end)

describe("conductance-based models", function()
  local uA = ln.uA / ln.cm^2
  local function rate(name, current, opts) -- Hz, once settled
    opts = opts or {}
    local net = ln.network { dt = (opts.dt or 0.02)*ms }
    local p = net:population(1, ln.models[name](opts.model), { [opts.input or "I_ext"] = current })
    net:run((opts.settle or 300)*ms)
    local spikes = net:record(p, "spikes")
    net:run((opts.duration or 1000)*ms)
    return spikes:rate() / ln.Hz
  end

  it("squid axon: fires repetitively from 6.3 uA/cm^2, with 68 Hz at 10", function()
    assert.equal(0, rate("hodgkin_huxley_squid", 6.1*uA, { dt = 0.01 }))
    assert.is_true(rate("hodgkin_huxley_squid", 6.4*uA, { dt = 0.01 }) > 50)
    close(68.5, rate("hodgkin_huxley_squid", 10*uA, { dt = 0.01 }), 1, "rate")
  end)
  it("Wang-Buzsaki: rheobase 0.16 uA/cm^2, arbitrarily low rates, 400 Hz at 20", function()
    assert.equal(0, rate("wang_buzsaki", 0.15*uA))
    local low = rate("wang_buzsaki", 0.17*uA, { duration = 2000 })
    assert.is_true(low > 0 and low < 6)
    close(400, rate("wang_buzsaki", 20*uA), 12, "rate")
  end)
  it("FitzHugh-Nagumo: oscillates between its Hopf points 0.331 and 1.419", function()
    for current, fires_there in pairs { [0.32] = false, [0.34] = true, [1.41] = true, [1.43] = false } do
      local r = rate("fitzhugh_nagumo", current, { dt = 0.05, settle = 3000 })
      assert.equal(fires_there, r > 0, "I = " .. current)
    end
  end)
  it("Morris-Lecar: class 2 begins with a finite rate at 88 uA/cm^2, class 1 with none at 40", function()
    assert.equal(0, rate("morris_lecar", 85*uA, { dt = 0.05, settle = 1000 }))
    assert.is_true(rate("morris_lecar", 92*uA, { dt = 0.05, settle = 1000 }) > 8)
    local snic = { model = { pattern = "snic" }, dt = 0.05, settle = 1000, duration = 4000 }
    assert.equal(0, rate("morris_lecar", 39.9*uA, snic))
    local low = rate("morris_lecar", 40.1*uA, snic)
    assert.is_true(low > 0 and low < 3)
    for _, name in ipairs(ln.models.patterns "morris_lecar") do
      local model = ln.models.morris_lecar { pattern = name, stimulus = true }
      assert.is_true(#spike_times(model, { dt = 0.05, duration = 1000 }) > 5, name)
    end
  end)
  it("Hindmarsh-Rose: bursts at 2, spikes at 4", function()
    local function sizes(current)
      return bursts(spike_times(ln.models.hindmarsh_rose(), { dt = 0.05, duration = 2000, values = { I_ext = current } }), 50)
    end
    local s = sizes(2)
    assert.is_true(#s > 5)
    for k = 3, #s - 1 do assert.equal(2, s[k]) end
    assert.equal(1, #sizes(4))
  end)
  it("Pinsky-Rinzel: bursts at 0.75 uA/cm^2, about twice a second, and spikes at 2.5", function()
    local function times(current)
      return spike_times(ln.models.pinsky_rinzel(), { dt = 0.02, duration = 2000, values = { I_s = current*uA } })
    end
    local t = times(0.75)
    local s = bursts(t, 30)
    assert.is_true(#s >= 4 and #s <= 6)
    for k = 2, #s - 1 do assert.equal(2, s[k]) end
    local gaps = intervals(times(2.5))
    for k = #gaps - 20, #gaps do close(gaps[#gaps], gaps[k], 0.5, "interval in ms") end
  end)
end)

describe("mean-field, binary, stochastic models", function()
  it("Siegert: the formula's rates, by another quadrature", function()
    -- 1/(t_ref + tau sqrt(pi) integral of exp(u^2)(1 + erf(u)) from y_r to y_th), by scipy's quad and erfcx
    for _, case in ipairs {
      { 15, 5, 0, 9.460799805759121 }, { 25, 3, 0, 44.070591773628905 }, { 10, 5, 0, 0.8819234559756665 },
      { -20, 10, 0, 1.2286829026865634e-05 }, { 15, 5, 0.5, 7.2302767828008285 },
    } do
      local net = ln.network { dt = 0.1*ms }
      local p = net:population(1, ln.models.siegert { tau_syn = case[3]*ms }, { mu = case[1]*mV, sigma = case[2]*mV })
      close(case[4], p.phi[1]/ln.Hz, 1e-5*case[4], "rate at mu = " .. case[1])
    end
  end)

  it("Siegert: the rate of neurons with white noise", function()
    local net = ln.network { dt = 0.01*ms, seed = 3 }
    local p = net:population(400, ln.neuron {
      equations = "dv/dt = (mu - v)/tau + sigma/sqrt(tau)*xi : volt (unless refractory)", threshold = "v > 20*mV",
      reset = "v = 10*mV", refractory = 2*ms, parameters = { mu = 18*mV, sigma = 5*mV, tau = 20*ms },
    }, { v = ln.uniform(0*mV, 20*mV) })
    net:run(100*ms)
    local spikes = net:record(p, "spikes")
    net:run(300*ms)
    local theory = net:population(1, ln.models.siegert(), { mu = 18*mV, sigma = 5*mV }).phi[1]
    close(theory/ln.Hz, spikes:rate()/ln.Hz, 0.05*theory/ln.Hz, "rate") -- steps miss some crossings
  end)

  it("McCulloch-Pitts: a ring passes a pulse on, one neuron a step; AND needs both inputs", function()
    local net = ln.network { dt = 1*ms }
    local ring = net:population(5, ln.models.mcculloch_pitts(), { h = "int(i == 1)" })
    local i, j = {}, {}
    for k = 1, 5 do i[k], j[k] = k, k % 5 + 1 end
    net:project(ring, ring, { connect = ln.pairs(i, j), transmit = "input += w", w = 1 })
    local sources = net:population(2, ln.spike_source { indices = { 1, 2, 2 }, times = { 2*ms, 2*ms, 4*ms } })
    local gate = net:population(1, ln.models.mcculloch_pitts { theta = 2 })
    net:project(sources, gate, { connect = ln.all_to_all(), transmit = "input += w", w = 1 })
    local pulse, out = net:record(ring, "spikes"), net:record(gate, "spikes")
    net:run(10*ms)
    local got = pulse:gather()
    for k = 1, 10 do
      assert.equal(k - 1, got.steps[k])
      assert.equal((k - 1) % 5 + 1, got.neurons[k])
    end
    assert.equal(10, pulse:count())
    assert.equal(1, out:count())
    assert.equal(3, out:gather().steps[1])
  end)

  it("Glauber: single neurons have the mean p_on, pairs the distribution of Boltzmann", function()
    local net = ln.network { dt = 0.1*ms, seed = 5 }
    local n, w, theta = 4000, 2, 1.5
    local p = net:population(n, ln.models.glauber { theta = theta, tau = 2*ms })
    local i, j = {}, {}
    for k = 1, n do i[k], j[k] = k, k % 2 == 1 and k + 1 or k - 1 end
    net:project(p, p, ln.synapses.binary { connect = ln.pairs(i, j), w = w })
    local both, one, samples = 0, 0, 0
    net:run(40*ms)
    for _ = 1, 20 do
      net:run(10*ms)
      local s = p.s:gather():raw()
      for k = 1, n, 2 do
        samples = samples + 1
        if s[k] + s[k + 1] == 2 then both = both + 1 elseif s[k] + s[k + 1] == 1 then one = one + 1 end
      end
    end
    local e1, e2 = math.exp(-theta), math.exp(w - 2*theta)
    local z = 1 + 2*e1 + e2
    close(2*e1/z, one/samples, 0.01, "one active")
    close(e2/z, both/samples, 0.01, "both active")
  end)

  it("GIF: without adaptation the escape rate at threshold is lambda_0", function()
    local net = ln.network { dt = 0.1*ms, seed = 4 }
    local p = net:population(300, ln.models.gif {
      q_stc_1 = 0*pA, q_stc_2 = 0*pA, q_sfa_1 = 0*mV, q_sfa_2 = 0*mV, lambda_0 = 0.05/ms, V_reset = -40*mV, V_T = -40*mV,
      initial = { v = -40*mV },
    }, { I_ext = 3.7*27*pA }) -- holds v at the threshold
    local spikes = net:record(p, "spikes")
    net:run(3000*ms)
    close(1000/(4 + 20), spikes:rate()/ln.Hz, 0.6, "rate")
    close(20/24, (spikes:cv_isi()), 0.03, "CV")
  end)

  it("gamma: CV = 1/sqrt(order), for orders above and below 1", function()
    for _, order in ipairs { 0.5, 1, 4 } do
      local net = ln.network { dt = 0.1*ms, seed = 6 }
      local p = net:population(200, ln.models.gamma { rate = 50*ln.Hz, order = order })
      local spikes = net:record(p, "spikes")
      net:run(4000*ms)
      close(50, spikes:rate()/ln.Hz, 1.2/math.sqrt(order), "rate")
      close(1/math.sqrt(order), (spikes:cv_isi()), 0.05, "CV")
    end
  end)

  it("pulse packets: one spike a neuron and packet, with the spread", function()
    local net = ln.network { dt = 0.1*ms, seed = 8 }
    local p = net:population(1000, ln.models.pulse_packets { spread = 2*ms })
    local spikes = net:record(p, "spikes")
    net:run(300*ms)
    assert.equal(3000, spikes:count())
    local sum, square = 0, 0
    for _, step in spikes:gather().steps:iterate() do
      local t = (step*0.1) % 100 - 50
      sum, square = sum + t/3000, square + t*t/3000
    end
    close(0, sum, 0.2, "mean in ms")
    close(2, math.sqrt(square - sum*sum), 0.1, "spread in ms")
  end)

  it("NMDA segments: below threshold nothing, above it a plateau of I_plateau tau_m/C_m for 60 ms", function()
    local net = ln.network { dt = 0.1*ms }
    local p = net:population(2, ln.models.nmda_segments())
    local source = net:population(1, ln.spike_source { indices = { 1 }, times = { 5*ms } })
    net:project(source, p, { connect = ln.all_to_all(), transmit = "I_2 += w", w = "(50 + 20*int(j == 2))*pA" })
    local starts = net:record(p, "nmda_2")
    net:run(60*ms)
    close(-70, p.v[1]/mV, 1e-9, "v without")
    close(-62, p.v[2]/mV, 0.1, "v in the plateau")
    assert.equal(1, p.active_2[2])
    net:run(60*ms)
    close(-70, p.v[2]/mV, 0.1, "v after")
    assert.equal(1, starts:count())
  end)

  it("Brunel-Wang: the block is 1/(1 + [Mg] exp(-0.062 v)/3.57), half gone near -20 mV", function()
    local net = ln.network { dt = 0.1*ms }
    local p = net:population(2, ln.models.brunel_wang(), { v = "-70*mV + (i - 1)*49.5*mV" })
    close(1/(1 + math.exp(4.34)/3.57), p.block[1], 1e-12, "at -70 mV")
    close(0.5, p.block[2], 0.01, "at -20.5 mV")
  end)

  it("Wilson-Cowan: a limit cycle at P = 1.25, rest at P = 0.5", function()
    for P, size in pairs { [0.5] = 0, [1.25] = 0.167 } do
      local net = ln.network { dt = 0.1*ms }
      local p = net:population(1, ln.models.wilson_cowan(), { P = P })
      net:run(500*ms)
      local trace = net:record(p, { "E" })
      net:run(100*ms)
      local min, max = math.huge, 0
      for _, x in trace.E:raw():flat():iterate() do min, max = math.min(min, x), math.max(max, x) end
      close(size, max - min, 0.002, "swing of E at P = " .. P)
    end
  end)

  it("rate units: their responses", function()
    for name, expected in pairs {
      rate_linear = -3, rate_threshold_linear = 0, rate_tanh = (math.exp(-6) - 1)/(math.exp(-6) + 1),
      rate_sigmoid = 1/(1 + math.exp(3)),
    } do
      local net = ln.network { dt = 0.1*ms }
      local p = net:population(1, ln.models[name] { gain = 2 }, { I_ext = -1.5 })
      close(expected, p.phi[1], 1e-12, name)
    end
  end)

  it("Li-Rinzel: slow inward current drives a neuron", function()
    local net = ln.network { dt = 1*ms }
    local astrocyte = net:population(1, ln.models.li_rinzel(), { Ca = 0.5*ln.umolar })
    local cell = net:population(1, ln.models.lif_exp_current())
    net:project(astrocyte, cell, ln.synapses.rate { connect = ln.one_to_one(), from = "SIC", to = "I_ext", w = 100*pA,
      unit = "amp" })
    net:run(1*ms)
    close(100*math.log(500 - 196.69), cell.I_ext[1]/pA, 5, "current in pA")
  end)

  it("Urbanczik-Senn: phi_max/(1 + k) at theta", function()
    local net = ln.network { dt = 0.1*ms, seed = 2 }
    local p = net:population(1, ln.models.urbanczik_senn(), { v = -55*mV })
    close(100, p.rate[1]/ln.Hz, 1e-6, "rate")
  end)

  it("Li-Rinzel: calcium oscillates for IP3 from 0.36 to 0.64 uM only", function()
    for level, oscillates in pairs { [0.33] = false, [0.37] = true, [0.6] = true, [0.67] = false } do
      local net = ln.network { dt = 10*ms }
      local p = net:population(1, ln.models.li_rinzel { IP3_0 = level*ln.umolar })
      net:run(400*ln.second)
      local trace = net:record(p, { "Ca" }, { every = 100*ms })
      net:run(40*ln.second)
      local min, max = math.huge, 0
      for _, x in trace.Ca:raw():flat():iterate() do min, max = math.min(min, x), math.max(max, x) end
      assert.equal(oscillates, max > 1.2*min, "IP3 = " .. level)
    end
  end)

  it("Jansen-Rit: the alpha rhythm, 10 to 12 Hz, ends at a Hopf point near p = 315 Hz", function()
    local function swing(rate)
      local net = ln.network { dt = 1*ms }
      local p = net:population(1, ln.models.jansen_rit(), { p = rate*ln.Hz })
      net:run(20*ln.second)
      local trace = net:record(p, { "v" })
      net:run(5*ln.second)
      local v, crossings = trace.v:raw():flat(), 0
      local min, max, mean = math.huge, 0, 0
      for k = 1, #v do min, max, mean = math.min(min, v[k]), math.max(max, v[k]), mean + v[k]/#v end
      for k = 2, #v do if v[k - 1] < mean and v[k] >= mean then crossings = crossings + 1 end end
      return max - min, crossings/5
    end
    local size, frequency = swing(220)
    assert.is_true(size > 2e-3 and frequency >= 10 and frequency <= 12)
    assert.is_true(swing(330) < 1e-4)
  end)
end)

describe("inputs of ln.currents", function()
  local function values(input, at)
    local net = ln.network { dt = 0.1*ms, seed = 11 }
    local p = net:population(2000, ln.models.lif_delta { I_ext = input })
    local out = {}
    for k, t in ipairs(at) do
      net:run(t*ms - net.t)
      out[k] = p.I_ext:mean()/pA
      out.sd = p.I_ext:sd()/pA
    end
    return out
  end
  it("step, ac, ramp, timed array, expression", function()
    local step = values(ln.currents.step { amplitude = 100*pA, offset = 10*pA, from = 1*ms, to = 2*ms }, { 0.9, 1, 1.9, 2 })
    for k, expected in ipairs { 10, 110, 110, 10 } do close(expected, step[k], 1e-9, "step " .. k) end
    local ac = values(ln.currents.ac { amplitude = 100*pA, frequency = 50*ln.Hz, offset = 5*pA }, { 5, 10, 15 })
    close(105, ac[1], 1e-9, "peak")
    close(5, ac[2], 1e-9, "middle")
    close(-95, ac[3], 1e-9, "trough")
    local ramp = values(ln.currents.ramp { slope = 10*pA/ms, from = 2*ms, to = 4*ms }, { 1, 3, 6 })
    for k, expected in ipairs { 0, 10, 20 } do close(expected, ramp[k], 1e-9, "ramp " .. k) end
    local net = ln.network { dt = 0.1*ms }
    local p = net:population(2, ln.models.lif_delta { I_ext = ln.timed_array({ 1*pA, 2*pA, 3*pA }, 1*ms), tau_m = 0.01*ms,
      R_m = 1*ln.Mohm }) -- v follows at once
    net:run(2.5*ms)
    close(3e-3, p.v[1]/mV, 1e-9, "third row")
    close(4, values("2*pA*t/ms", { 2 })[1], 1e-12, "expression")
  end)
  it("noise: mean, standard deviation", function()
    local white = values(ln.currents.noise { mean = 50*pA, sd = 20*pA }, { 5 })
    close(50, white[1], 2, "mean")
    close(20, white.sd, 1, "sd")
    local slow = values(ln.currents.noise { mean = 50*pA, sd = 20*pA, tau = 2*ms }, { 20 })
    close(50, slow[1], 2, "mean")
    close(20, slow.sd, 1.2, "sd")
  end)
  it("refuses what it does not know", function()
    assert.error_matches(function() ln.currents.step {} end, "ln.currents.step needs amplitude")
    assert.error_matches(function() ln.currents.ac { amplitude = 1*pA, frequency = 1*ln.Hz, fase = 1 } end,
      "unknown option 'fase'")
  end)
end)

describe("ln.synapses", function()
  local cell = ln.neuron { equations = "g : 1" }
  local function responses(times, make, n) -- mean g after each spike's arrival, of n targets
    local net = ln.network { dt = 0.1*ms, seed = 9 }
    local indices, at = {}, {}
    for k, t in ipairs(times) do indices[k], at[k] = 1, t*ms end
    local source = net:population(1, ln.spike_source { indices = indices, times = at })
    local p = net:population(n or 1, cell)
    local spec = make { connect = ln.all_to_all(), to = "g" }
    local synapses = net:project(source, p, spec)
    local out = { synapses = synapses }
    for k, t in ipairs(times) do
      net:run((t + 0.1)*ms - net.t)
      out[k], out.sd = p.g:mean(), p.g:sd()
      p.g = 0
    end
    return out
  end

  it("tsodyks_markram: the iteration of the paper", function()
    local times, U, D, F = { 10, 30, 50, 70, 170 }, 0.2, 100, 300
    local got = responses(times, function(spec)
      spec.w, spec.U, spec.tau_rec, spec.tau_facil = 3, U, D*ms, F*ms
      return ln.synapses.tsodyks_markram(spec)
    end)
    local u, R = U, 1
    for k, t in ipairs(times) do
      if k > 1 then
        local gap = t - times[k - 1]
        R = 1 + (R - u*R - 1)*math.exp(-gap/D) -- Maass & Markram's form
        u = U + u*(1 - U)*math.exp(-gap/F)
      end
      close(3*u*R, got[k], 1e-9, "response " .. k)
    end
  end)
  it("maass_markram: excitatory pairs depress, excitatory-inhibitory ones facilitate; values are spread", function()
    local function ratio(kind)
      local r = responses({ 10, 30 }, function(spec)
        spec.w, spec.type = 1, kind
        return ln.synapses.maass_markram(spec)
      end, 200)
      return r[2]/r[1], r.sd
    end
    local ee, sd = ratio "EE"
    assert.is_true(ee < 1 and sd > 0)
    assert.is_true(ratio "EI" > 1.5)
  end)
  it("stochastic: mean p w, variance p (1 - p) w^2", function()
    local r = responses({ 10 }, function(spec)
      spec.w, spec.p = 2, 0.3
      return ln.synapses.stochastic(spec)
    end, 20000)
    close(0.6, r[1], 0.025, "mean")
    close(2*math.sqrt(0.21), r.sd, 0.02, "sd")
  end)
  it("quantal: binomial at first, then depressed as tsodyks_markram", function()
    local times = { 10, 40, 70, 270 }
    local quanta = responses(times, function(spec)
      spec.q, spec.n, spec.p, spec.tau_rec = 1, 5, 0.4, 150*ms
      return ln.synapses.quantal(spec)
    end, 20000)
    local mean = responses(times, function(spec)
      spec.w, spec.U, spec.tau_rec = 5, 0.4, 150*ms
      return ln.synapses.tsodyks_markram(spec)
    end)
    for k = 1, 4 do close(mean[k], quanta[k], 0.03, "mean response " .. k) end
  end)
  it("nmda: saturates", function()
    local times = {}
    for k = 1, 30 do times[k] = 10 + 2*k end
    local r = responses(times, function(spec)
      spec.w = 1
      return ln.synapses.nmda(spec)
    end)
    close(1 - math.exp(-1), r[1], 1e-12, "first opening")
    assert.is_true(r[30] < 0.1*r[1] and r.synapses.s[1] < 1)
  end)
  it("gap_junction: two cells relax to their mean, as exp(-t (1/tau_m + 2 w/C_m))", function()
    local net = ln.network { dt = 0.01*ms }
    local p = net:population(2, ln.models.lif_exp_current(), { v = "-65*mV + 4*mV*(i - 1.5)" })
    net:project(p, p, ln.synapses.gap_junction { connect = ln.pairs({ 1, 2 }, { 2, 1 }), w = 10*ln.nS })
    net:run(5*ms)
    local rate = 1/10 + 2*10e-9/250e-12*1e-3 -- a ms
    close(4*math.exp(-5*rate), (p.v[2] - p.v[1])/mV, 2e-3, "difference in mV")
  end)
  it("rate: the fixed point of a linear network", function()
    local net = ln.network { dt = 0.1*ms }
    local p = net:population(2, ln.models.rate_linear(), { I_ext = 1 })
    net:project(p, p, ln.synapses.rate { connect = ln.pairs({ 1, 2 }, { 2, 1 }), w = 0.5 })
    net:run(300*ms)
    close(2, p.r[1], 1e-6, "r = 1/(1 - w)")
  end)
  it("graded: Wang and Buzsaki's interneurons synchronize by mutual inhibition", function()
    local uA, mS = ln.uA/ln.cm^2, ln.mS/ln.cm^2
    local net = ln.network { dt = 0.05*ms, seed = 12 }
    local p = net:population(10, ln.models.wang_buzsaki(), { I_ext = 1*uA, v = ln.uniform(-70*mV, -55*mV) })
    net:project(p, p, ln.synapses.graded { connect = ln.all_to_all { autapses = false }, w = 0.1/9*mS })
    net:run(400*ms)
    local spikes = net:record(p, "spikes")
    net:run(200*ms)
    local steps, first, last = spikes:gather().steps, {}, nil
    for _, step in steps:iterate() do -- volleys: spikes less than 3 ms apart
      if last and step - last < 60 then first[#first] = first[#first] + 1 else first[#first + 1] = 1 end
      last = step
    end
    assert.is_true(#first > 4)
    for k = 2, #first - 1 do assert.equal(10, first[k]) end
  end)
  it("refuse what is missing", function()
    assert.error_matches(function() ln.synapses.tsodyks_markram { w = 1 } end, "ln.synapses.tsodyks_markram: to is missing")
    assert.error_matches(function() ln.synapses.stochastic { transmit = "g += w" } end, "transmit is what it makes")
    assert.error_matches(function() ln.synapses.maass_markram { to = "g", w = 1, type = "PV" } end, "type must be EE")
    assert.error_matches(function() ln.synapses.quantal { to = "g", q = 1, n = 0 } end, "a whole number from 1 to 20")
  end)
end)
