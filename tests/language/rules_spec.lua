-- The learning rules of the standard library: closed forms, and the numbers of their papers.
local ln = require "lunate"
local ms, mV, Hz, second = ln.ms, ln.mV, ln.Hz, ln.second
local close = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").close

-- ---------------------------------------------------------------- one synapse between two neurons that fire when told

local function source(net, times)
  local indices = {}
  for k = 1, #times do indices[k] = 1 end
  return net:population(1, ln.spike_source { indices = indices, times = times })
end

local relay = ln.neuron { equations = "dv/dt = -v/ms : 1", threshold = "v > 0.5", reset = "v = 0", method = "exact" }

-- The weight after spikes at these times (ms) of the source and of the target; the projection, too.
local function after(rule, pre, post, w, options)
  options = options or {}
  local net = ln.network { dt = (options.dt or 0.1) * ms }
  local a, b = {}, {}
  for k, t in ipairs(pre) do a[k] = (t + (options.dt or 0.1)) * ms end -- the target is told one step before
  for k, t in ipairs(post) do b[k] = t * ms end
  local target = net:population(1, options.model or relay)
  if #b > 0 then net:project(source(net, b), target, { connect = ln.all_to_all(), transmit = "v += 1" }) end
  local p = net:project(source(net, a), target, { connect = ln.all_to_all(), transmit = options.transmit or "", w = w,
    rule = rule, delay = options.delay })
  net:run(options.duration and options.duration * ms or (math.max(pre[#pre] or 0, post[#post] or 0) + 5) * ms)
  return p.w:gather():raw()[1], p
end

describe("pair STDP", function()
  it("has the exponential window, with the delay on the side of the source", function()
    for _, lag in ipairs { -45, -20, -7.5, -0.1, 0.1, 3, 20, 60 } do
      local expected = lag > 0 and 0.5 + 0.005 * math.exp(-lag / 20) or 0.5 - 0.00525 * math.exp(lag / 20)
      close(expected, after(ln.rules.stdp(), { 100 }, { 100 + lag }, 0.5), 1e-12, "lag " .. lag)
      close(expected, after(ln.rules.stdp(), { 100 }, { 103 + lag }, 0.5, { delay = 3 * ms }), 1e-12, "delay, lag " .. lag)
    end
  end)

  it("depends on the weight as chosen", function()
    local function change(choice, w, lag)
      return after(ln.rules.stdp(choice), { 100 }, { 100 + lag }, w) - w
    end
    local up, down = 0.005 * math.exp(-0.5), -0.00525 * math.exp(-0.5)
    close(up * 0.8, change({ dependence = "multiplicative" }, 0.2, 10))
    close(down * 0.2, change({ dependence = "multiplicative" }, 0.2, -10))
    close(up * 0.8 ^ 0.4, change({ dependence = "power" }, 0.2, 10))
    close(down * 0.2 ^ 0.3, change({ dependence = "power", mu_m = 0.3 }, 0.2, -10))
    close(0, change(nil, 1, 10)) -- the bound is hard
    close(0, change(nil, 0, -10))
  end)

  -- Pairs by their definition: which spikes of the other side a spike is paired with.
  local function by_definition(pairing, pre, post)
    local events, w = {}, 0.5
    for _, t in ipairs(pre) do events[#events + 1] = { t = t, pre = true } end
    for _, t in ipairs(post) do events[#events + 1] = { t = t } end
    table.sort(events, function(a, b) return a.t < b.t end)
    for k, event in ipairs(events) do
      local met_own, met_other = false, false
      for q = k - 1, 1, -1 do
        local other = events[q]
        if (other.pre or false) ~= (event.pre or false) then
          local counts = pairing == "all" or not met_other
          if pairing == "reduced" then counts = counts and not met_own end
          if pairing == "pre_centred" then
            -- a spike of the source meets the last of the target; one of the target meets all since the one before it
            counts = event.pre and not met_other or not event.pre and not met_own
          end
          local size = math.exp(-(event.t - other.t) / 20)
          if counts then w = w + (event.pre and -0.00525 or 0.005) * size end
          met_other = true
        else
          met_own = true
        end
      end
    end
    return w
  end

  it("pairs spikes as chosen", function()
    local pre, post = { 10, 12, 30, 41, 60, 61, 62 }, { 15, 20, 21, 35, 50, 55, 70 }
    for _, pairing in ipairs { "all", "nearest", "pre_centred", "reduced" } do
      close(by_definition(pairing, pre, post), after(ln.rules.stdp { pairing = pairing }, pre, post, 0.5), 1e-12, pairing)
    end
  end)
end)

describe("triplet STDP", function()
  -- 60 pairs at a frequency, 10 ms apart (Sjöström, Turrigiano & Nelson 2001): the relative change. The weight begins where
  -- the bounds are far.
  local function sjostrom(rule, rate, lag, w)
    local pre, post = {}, {}
    for k = 1, 60 do
      pre[k] = 50 + math.floor((k - 1) * 1000 / rate + 0.5)
      post[k] = pre[k] + lag
    end
    return (after(rule, pre, post, w, { dt = 0.5 }) - w) / 100
  end

  -- Pfister & Gerstner 2006, Table 1: frequency, lag, relative change and its standard error.
  local data = {
    { 0.1, 10, -0.04, 0.05 }, { 10, 10, 0.14, 0.10 }, { 20, 10, 0.29, 0.14 }, { 40, 10, 0.53, 0.11 }, { 50, 10, 0.56, 0.26 },
    { 0.1, -10, -0.29, 0.08 }, { 10, -10, -0.41, 0.11 }, { 20, -10, -0.34, 0.10 }, { 40, -10, 0.56, 0.32 },
    { 50, -10, 0.75, 0.19 },
  }

  local function misfit(rule) -- the paper's measure: mean of squares, in standard errors
    local sum = 0
    for _, row in ipairs(data) do
      local got = sjostrom(rule, row[1], row[2], row[3] < 0 and 60 or 10)
      sum = sum + ((got - row[3]) / row[4]) ^ 2
    end
    return sum / #data
  end

  it("of visual cortex has the data's dependence on frequency", function()
    for pairing, most in pairs { all = 0.35, nearest = 0.24 } do -- fits of eight parameters to ten points, as printed
      local got = misfit(ln.rules.triplet { w_max = 100, pairing = pairing })
      assert.is_true(got < most, ("%s: mean squared error in standard errors: %.3f"):format(pairing, got))
    end
  end)

  it("turns depression into potentiation as the frequency grows, which pairs of the same windows do not", function()
    local rule = ln.rules.stdp { w_max = 100, tau_p = 16.8 * ms, tau_m = 33.7 * ms, A_p = 5e-3, A_m = 7e-3 }
    local slow, fast = sjostrom(rule, 10, -10, 60), sjostrom(rule, 50, -10, 60)
    assert.is_true(slow < 0 and fast < 0, ("%.2f, %.2f"):format(slow, fast))
    rule = ln.rules.triplet { w_max = 100 }
    slow, fast = sjostrom(rule, 10, -10, 60), sjostrom(rule, 50, -10, 10)
    assert.is_true(slow < -0.3 and fast > 0.5, ("%.2f, %.2f"):format(slow, fast))
  end)

  it("takes other fits", function()
    local r = tostring(ln.rules.triplet { fit = "hippocampus", pairing = "nearest" })
    assert.truthy(r:find("r1 = 1", 1, true))
    assert.error_matches(function() ln.rules.triplet { fit = "cerebellum" } end, "choose from visual_cortex, hippocampus")
    assert.error_matches(function() ln.rules.triplet { tau = 1 } end, "has no parameter 'tau'")
    assert.error_matches(function() ln.rules.triplet(3) end, "ln.rules.triplet takes a table {.*}, got 3")
  end)
end)

describe("symmetric plasticity", function()
  it("strengthens in either order and weakens by spikes alone", function()
    local function change(lag) return after(ln.rules.symmetric_stdp(), { 100 }, { 100 + lag }, 0.5) - 0.5 end
    for _, lag in ipairs { -12, 12 } do close(0.01 * (math.exp(-12 / 20) - 0.2), change(lag)) end
    close(-0.002, after(ln.rules.symmetric_stdp(), { 100 }, {}, 0.5) - 0.5)
  end)
end)

describe("inhibitory plasticity", function()
  -- The rate to which targets of Poisson excitation settle, and the largest weight.
  local function settled(goal)
    local net = ln.network { dt = 0.2 * ms, seed = 4 }
    local cell = ln.neuron {
      equations = [[dv/dt = (E_L - v + e - g)/(15*ms) : volt (unless refractory)
                    de/dt = -e/(5*ms) : volt
                    dg/dt = -g/(10*ms) : volt]],
      threshold = "v > -50*mV", reset = "v = -60*mV", refractory = 2 * ms, parameters = { E_L = -65 * mV },
    }
    local targets = net:population(20, cell, { v = -60 * mV })
    net:project(ln.poisson_input { n = 100, rate = 10 * Hz }, targets, { transmit = "e += w", w = 7 * mV })
    local inhibitory = net:population(100, ln.models.poisson { rate = 10 * Hz })
    local p = net:project(inhibitory, targets, { connect = ln.all_to_all(), transmit = "g += w", w = 0 * mV,
      rule = ln.rules.vogels { rate = goal * Hz, eta = 4e-3, w_max = 10 * mV } })
    net:run(30 * second)
    local spikes = net:record(targets, "spikes")
    net:run(20 * second)
    return #spikes:gather().steps / 20 / 20, p.w:max() / mV
  end

  it("brings the target to its rate, whatever that is (Vogels et al. 2011)", function()
    for goal, within in pairs { [6] = 0.6, [12] = 0.8 } do
      local rate, largest = settled(goal)
      assert.is_true(math.abs(rate - goal) < within, ("%.2f Hz, not %g"):format(rate, goal))
      assert.is_true(largest < 10)
    end
  end)
end)

describe("synaptic scaling", function()
  it("multiplies all weights until the target fires at its rate", function()
    local net = ln.network { dt = 0.2 * ms, seed = 4 }
    local cell = ln.neuron { equations = "dv/dt = -v/(20*ms) : 1", threshold = "v > 1", reset = "v = 0" }
    local targets = net:population(10, cell)
    local p = net:project(net:population(50, ln.models.poisson { rate = 20 * Hz }), targets, { connect = ln.all_to_all(),
      transmit = "v += w", w = "0.02 + 0.06*rand()", rule = ln.rules.scaling { rate = 8 * Hz, eta = 2e-1, tau_y = 1 * second } })
    net:build()
    local before = p.w:gather():raw()
    net:run(20 * second)
    local spikes = net:record(targets, "spikes")
    net:run(10 * second)
    local rate = #spikes:gather().steps / 10 / 10
    assert.is_true(math.abs(rate - 8) < 0.8, ("%.2f Hz"):format(rate))
    local now, n = p.w:gather():raw(), 10 -- in proportion: the ratio is the same for all synapses of a target
    for j = 1, n do
      for i = 1, 49 do
        close(now[j] / before[j], now[i * n + j] / before[i * n + j], 1e-9, "ratio")
      end
    end
  end)
end)

describe("calcium-based plasticity", function()
  it("moves while calcium is above its thresholds (Graupner & Brunel 2012)", function()
    local rule = ln.rules.calcium { C_pre = 2 }
    local above_p, above_d = 20e-3 * math.log(2 / 1.3), 20e-3 * math.log(2)
    local w, dt = 0.5, 1e-6
    for k = 0, math.floor(0.2 / dt) do
      local t = k * dt
      w = w + dt / 150 * (-w * (1 - w) * (0.5 - w) + (t < above_p and 321.808 * (1 - w) or 0) - (t < above_d and 200 * w or 0))
    end
    close(w, after(rule, { 10 }, {}, 0.5, { dt = 0.01, duration = 210 }), 3e-5)
  end)
end)

describe("voltage-based plasticity", function()
  it("depresses by the filtered voltage, potentiates by trace, voltage and filtered voltage (Clopath et al. 2010)", function()
    local held = ln.neuron {
      equations = "v = -40*mV : volt\nu_m = -60*mV : volt\nu_p = -50*mV : volt\ndx/dt = -x/ms : 1", method = "exact" }
    local rule = ln.rules.clopath()
    local function run(duration)
      return after(rule, { 10 }, {}, 0.5, { model = held, transmit = "", duration = duration })
    end
    local net_ltd = 3 * 14e-5 * 10.6
    close(0.5 - net_ltd, run(10.2), 1e-9)
    local ltp = 3 * 8e-5 * 5.3 * 20.6 * (1 - math.exp(-100 / 15)) -- integral of x is 1 - exp(-t/tau)
    close(0.5 - net_ltd + ltp, run(110.1), 5e-3 * ltp) -- in steps of dt
  end)
end)

describe("Oja's rule", function()
  it("finds the principal component (cosine above 0.99)", function()
    local net = ln.network { dt = 1 * ms, seed = 9 }
    local a = net:population(8, ln.neuron { equations = "r : 1\ncommon : 1 (shared)",
      every = { { 5 * ms, "common = randn()" }, { 5 * ms, "r = 0.3*i*common + randn()" } } })
    local b = net:population(1, ln.neuron { equations = "r : 1" })
    local p = net:project(a, b, { connect = ln.all_to_all(), w = "0.1*rand()", drive = "r_post = w*r_pre : 1 (summed)",
      rule = ln.rules.oja { eta = 0.02 * Hz } })
    net:run(400 * second)
    local w, product, norm, target = p.w:gather():raw(), 0, 0, 0
    for k = 1, 8 do product, norm, target = product + w[k] * k, norm + w[k] ^ 2, target + k * k end
    local cosine = math.abs(product) / math.sqrt(norm * target)
    assert.is_true(cosine > 0.99, ("cosine %.4f"):format(cosine))
    assert.is_true(math.abs(math.sqrt(norm) - 1) < 0.1, ("norm %.3f"):format(math.sqrt(norm)))
  end)
end)

describe("plastic = false", function()
  it("keeps weights of every kind of rule, those with an equation for w included", function()
    local cell = ln.neuron { threshold = "x > 1", reset = "x = 0", method = "exact",
      equations = "v = -40*mV : volt\nu_m = -60*mV : volt\nu_p = -50*mV : volt\nr : 1\ndx/dt = (2 - x)/(5*ms) : 1" }
    for _, name in ipairs { "calcium", "clopath", "oja", "reward_stdp", "stdp" } do
      local net = ln.network { dt = 0.1 * ms }
      net:signal("dopamine", { equations = "dd/dt = -d/(200*ms) : 1", initial = 0.5 })
      local sources = net:population(5, cell, { r = 1 })
      local p = net:project(sources, net:population(4, cell, { r = 0.5 }), { connect = ln.all_to_all(), transmit = "",
        w = "0.5 + 0.1*rand()", rule = ln.rules[name]() })
      net:build()
      p.plastic = false
      local before = p.w:mean()
      net:run(30 * ms)
      close(before, p.w:mean(), 0, name .. ", frozen")
      p.plastic = true
      net:run(30 * ms)
      assert.is_true(p.w:mean() ~= before, name)
    end
  end)
end)
