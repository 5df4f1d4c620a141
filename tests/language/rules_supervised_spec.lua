-- Rules that learn from a teacher: tempotron, ReSuMe, PSPM, dendritic prediction.
local ln = require "lunate"
local ms, nA, pA, second = ln.ms, ln.nA, ln.pA, ln.second
local close = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").close

-- A population that fires {neuron, ms} pairs.
local function source(net, n, spikes)
  local indices, times = {}, {}
  for k, s in ipairs(spikes) do indices[k], times[k] = s[1], s[2] * 1e-3 end
  return net:population(n, ln.spike_source { indices = indices, times = ln.array(times) * second })
end

-- {neuron, ms} pairs of n Poisson trains on whole ms, repeated.
local function frozen_noise(n, interval, duration, repeats, period)
  local base, all = {}, {}
  for i = 1, n do
    local t = 0
    repeat
      t = math.floor(t - math.log(1 - math.random()) * interval) + 1
      if t < duration then base[#base + 1] = { i, t } end
    until t >= duration
  end
  for k = 0, repeats - 1 do
    for _, s in ipairs(base) do all[#all + 1] = { s[1], s[2] + k * period } end
  end
  return all
end

-- Own spikes of a recording by cycle and neuron, in ms of the cycle.
local function by_cycle(recording, dt, n, cycles, period)
  local got, out = recording:gather(), {}
  for c = 1, cycles do
    out[c] = {}
    for k = 1, n do out[c][k] = {} end
  end
  for q = 1, #got.steps do
    local t = got.steps[q] * dt
    local c = math.floor(t / period) + 1
    if c <= cycles then
      local train = out[c][got.neurons[q]]
      train[#train + 1] = t - (c - 1) * period
    end
  end
  return out
end

-- van Rossum's distance (2001) with a time constant of 10 ms.
local function van_rossum(x, y)
  local function inner(a, b)
    local sum = 0
    for _, p in ipairs(a) do for _, q in ipairs(b) do sum = sum + math.exp(-math.abs(p - q) / 10) end end
    return sum
  end
  return (inner(x, x) + inner(y, y) - 2 * inner(x, y)) / 2
end

-- The same numbers whichever tests ran before.
before_each(function() math.randomseed(7) end)

describe("the tempotron", function()
  local tau, tau_s, T = 15, 3.75, 500
  local t_peak = math.log(tau / tau_s) * tau * tau_s / (tau - tau_s)
  local V_0 = 1 / (math.exp(-t_peak / tau) - math.exp(-t_peak / tau_s))
  local function kernel(t) return t > 0 and V_0 * (math.exp(-t / tau) - math.exp(-t / tau_s)) or 0 end

  it("changes weights by their part in the potential's maximum", function()
    -- several spikes a synapse, before and after the maximum, in trials with each kind of outcome
    local n, trials, eta, momentum = 8, 12, 0.05, 0.4
    local spikes, label, w, last = {}, {}, {}, {}
    for trial = 1, trials do
      label[trial] = trial % 2
      for i = 1, n do
        for k = 0, 3 do spikes[#spikes + 1] = { i, (trial - 1) * T + 10 + 110 * k + math.random(0, 90) } end
      end
    end
    for i = 1, n do w[i], last[i] = 0.3 * (i % 3 - 0.8), 0 end
    local net = ln.network { dt = 1 * ms }
    local cell = net:population(1, ln.models.tempotron())
    local p = net:project(source(net, n, spikes), cell, { connect = ln.all_to_all(), transmit = "m += w; s += w",
      w = { table.unpack(w) }, rule = ln.rules.tempotron { eta = eta, momentum = momentum } })
    local trial, missed, wrong = 1, 0, 0
    cell.label = label[1]
    net:every(T * ms, function()
      trial = trial + 1
      cell.label = label[trial] or 0
    end)
    net:run(trials * T * ms)
    net:run(1 * ms)
    for r = 1, trials do
      local top, t_max, fired = 0, 0, 0
      for t = 1, T - 1 do
        local v = 0
        for _, s in ipairs(spikes) do
          if s[2] >= (r - 1) * T and s[2] < r * T then v = v + w[s[1]] * kernel(t - s[2] + (r - 1) * T) end
        end
        if v > top then top, t_max = v, t end
        if v >= 1 then fired = 1 break end
      end
      local teach = label[r] - fired
      missed, wrong = missed + (teach > 0 and 1 or 0), wrong + (teach < 0 and 1 or 0)
      for i = 1, n do
        local sum = 0
        for _, s in ipairs(spikes) do
          if s[1] == i and s[2] >= (r - 1) * T and s[2] < r * T then sum = sum + kernel(t_max - s[2] + (r - 1) * T) end
        end
        if teach ~= 0 then
          last[i] = eta * teach * sum + momentum * last[i]
          w[i] = w[i] + last[i]
        end
      end
    end
    assert.is_true(missed > 0 and wrong > 0, ("%d missed, %d wrong"):format(missed, wrong))
    local got = p.w:gather():raw()
    for i = 1, n do close(w[i], got[i], 1e-10, "weight " .. i) end
  end)

  -- The part of wrong answers in each cycle: random latencies, random labels (Gütig & Sompolinsky 2006, Fig. 2).
  local function learn(n, patterns, cycles, cells, rule)
    local net = ln.network { dt = 1 * ms, seed = 2 }
    local latency, label, spikes = {}, {}, {}
    for k = 1, patterns do
      latency[k], label[k] = {}, {}
      for i = 1, n do latency[k][i] = math.random(1, T - 1) end
      for c = 1, cells do label[k][c] = math.random(0, 1) end
    end
    for trial = 0, cycles * patterns - 1 do
      for i = 1, n do spikes[#spikes + 1] = { i, trial * T + latency[trial % patterns + 1][i] } end
    end
    local cell = net:population(cells, ln.models.tempotron())
    net:project(source(net, n, spikes), cell, { connect = ln.all_to_all(), transmit = "m += w; s += w", w = ln.normal(0, 0.1),
      rule = rule })
    local trial = 1
    cell.label = label[1]
    net:every(T * ms, function()
      cell.label = label[trial % patterns + 1]
      trial = trial + 1
    end)
    local answers = net:record(cell, "teach", { every = T * ms })
    net:run(cycles * patterns * T * ms)
    net:run(1 * ms)
    local teach, errors = answers.teach:raw(), {}
    for c = 1, cycles do
      errors[c] = 0
      for k = 1, patterns do
        for q = 1, cells do errors[c] = errors[c] + math.abs(teach[(c - 1) * patterns + k + 1][q]) / patterns / cells end
      end
    end
    return errors
  end

  it("learns as many random patterns as it has synapses, and nearly twice as many", function()
    local errors = learn(60, 60, 70, 5, ln.rules.tempotron { eta = 0.01, momentum = 0.9 })
    assert.is_true(errors[1] > 0.35 and errors[70] == 0, ("load 1: %.3f to %.3f"):format(errors[1], errors[70]))
    errors = learn(60, 110, 60, 3, ln.rules.tempotron { eta = 0.01, momentum = 0.9 })
    assert.is_true(errors[1] > 0.35 and errors[60] < 0.1, ("load 1.8: %.3f to %.3f"):format(errors[1], errors[60]))
  end)
end)

describe("ReSuMe", function()
  it("adds at desired spikes, subtracts at own ones", function()
    local function change(own, desired)
      local net = ln.network { dt = 0.1 * ms }
      local cell = net:population(1, ln.models.taught_lif())
      net:project(source(net, 1, own), cell, { connect = ln.all_to_all(), transmit = "v = 0*mV" })
      net:project(source(net, 1, desired), cell, { connect = ln.all_to_all(), transmit = "taught += 1" })
      local p = net:project(source(net, 1, { { 1, 10 }, { 1, 12 } }), cell, { connect = ln.all_to_all(), transmit = "", w = 0.2,
        rule = ln.rules.resume { a = 0.01, A = 0.1 } })
      net:run(60 * ms)
      return p.w[1] - 0.2
    end
    local x = math.exp(-10 / 5) + math.exp(-8 / 5) -- both come a step after they were asked for
    close(-0.01 - 0.1 * x, change({ { 1, 19.9 } }, {}))
    close(0.01 + 0.1 * x, change({}, { { 1, 19.9 } }))
    close(0, change({ { 1, 19.9 } }, { { 1, 19.9 } }))
  end)

  it("learns a train of spikes: van Rossum's distance falls to a tenth (Ponulak & Kasinski 2010)", function()
    local n, cells, epochs, T, period = 400, 3, 60, 400, 500
    local net = ln.network { dt = 0.5 * ms, seed = 2 }
    local wanted, taught = {}, {}
    for c = 1, cells do
      wanted[c] = {}
      local t = 30
      while t < T - 10 do
        wanted[c][#wanted[c] + 1] = t
        for e = 0, epochs - 1 do taught[#taught + 1] = { c, t + e * period } end
        t = t + 15 + math.random(0, 60)
      end
    end
    local cell = net:population(cells, ln.models.taught_lif())
    net:project(source(net, cells, taught), cell, { connect = ln.one_to_one(), transmit = "taught += 1" })
    net:project(source(net, n, frozen_noise(n, 200, T, epochs, period)), cell, { connect = ln.all_to_all(),
      transmit = "I_syn += w", w = ln.normal(20 * pA, 10 * pA),
      rule = ln.rules.resume { w_min = -1 * nA, w_max = 1 * nA } })
    local recording = net:record(cell, "spikes")
    net:run(epochs * period * ms)
    local own = by_cycle(recording, 0.5, cells, epochs, period)
    local function distance(from, to)
      local sum = 0
      for e = from, to do
        for c = 1, cells do sum = sum + van_rossum(own[e][c], wanted[c]) / cells / (to - from + 1) end
      end
      return sum
    end
    local first, last = distance(1, 2), distance(51, 60)
    assert.is_true(first > 4 and last < 0.2 * first, ("%.2f to %.2f"):format(first, last))
    assert.error_matches(function() net:project(cell, cell, { connect = ln.one_to_one(), transmit = "", w = 0,
      rule = ln.rules.resume { event = "reward" } }) end, "has no event 'reward'; there are desired, extra")
  end)
end)

describe("pre-synaptic pool modification", function()
  it("changes what has just fired where a spike is missing or too many", function()
    local net = ln.network { dt = 0.1 * ms }
    local cells = net:population(4, ln.models.taught_lif())
    local function tell(spikes, transmit)
      net:project(source(net, 4, spikes), cells, { connect = ln.one_to_one(), transmit = transmit })
    end
    -- neuron 1: its spike is missing; 2: too many; 3: a desired spike 4 ms after its own; 4: 6 ms after, so one of each
    tell({ { 1, 30 }, { 3, 34 }, { 4, 36 } }, "taught += 1")
    tell({ { 2, 30 }, { 3, 30 }, { 4, 30 } }, "v = 0*mV")
    local p = net:project(source(net, 3, { { 1, 10 }, { 2, 22 }, { 3, 28 } }), cells, { connect = ln.all_to_all(), transmit = "",
      w = 0, rule = ln.rules.pspm { part = 1, eta = 0.1, pool = 15 * ms } })
    net:run(60 * ms)
    local w = p.w:gather():raw() -- by source, then target
    local function signs(i)
      local out = {}
      for k = 1, 4 do out[k] = w[(i - 1) * 4 + k] > 0 and 1 or w[(i - 1) * 4 + k] < 0 and -1 or 0 end
      return out
    end
    assert.same({ 0, 0, 0, 0 }, signs(1))
    assert.same({ 1, -1, 0 }, { table.unpack(signs(2), 1, 3) })
    assert.same({ 1, -1, 0 }, { table.unpack(signs(3), 1, 3) })
    assert.is_true(w[8] ~= 0 and w[12] ~= 0)
    for k = 1, 12 do assert.is_true(math.abs(w[k]) < 0.1) end
  end)

  local n, T, period, inputs = 30, 500, 600, 40

  -- Coincidence factor (Kistler, Gerstner & van Hemmen 1997), +-5 ms, all neurons together.
  local function coincidence(own, wanted)
    local hits, chance, spikes, rate = 0, 0, 0, 0
    for k = 1, n do
      local used = {}
      for _, t in ipairs(wanted[k]) do
        for q, s in ipairs(own[k]) do
          if not used[q] and math.abs(s - t) <= 5 then
            used[q], hits = true, hits + 1
            break
          end
        end
      end
      chance = chance + 2 * 5 * #own[k] / T * #wanted[k]
      spikes, rate = spikes + (#own[k] + #wanted[k]) / 2, rate + #own[k] / T / n
    end
    return (hits - chance) / spikes / (1 - 2 * 5 * rate)
  end

  -- A recurrent network learns what another one with other weights does of the same input; factors by cycle, weights.
  local function imitate(update, cycles, noise, wanted)
    local net = ln.network { dt = 0.5 * ms, seed = 2 }
    local drive = {}
    for c = 0, cycles - 1 do
      for _, s in ipairs(noise) do drive[#drive + 1] = { s[1], s[2] + c * period } end
    end
    local outside = source(net, inputs, drive)
    local cells = net:population(n, ln.models.taught_lif())
    net:project(outside, cells, { connect = ln.fixed_indegree(6, { multapses = false }), transmit = "I_syn += w", w = 170 * pA,
      delay = 1 * ms })
    local rule
    if wanted then
      local taught = {}
      for c = 0, cycles - 1 do
        for k = 1, n do
          for _, t in ipairs(wanted[k]) do taught[#taught + 1] = { k, t + c * period } end
        end
      end
      net:project(source(net, n, taught), cells, { connect = ln.one_to_one(), transmit = "taught += 1" })
      local options = { update = update, w_min = -0.5 * nA, w_max = 0.5 * nA }
      if update ~= "homeostatic" then options.eta, options.part = 0.04, 1 end
      rule = ln.rules.pspm(options)
    end
    local p = net:project(cells, cells, { connect = ln.all_to_all(), transmit = "I_syn += w", w = ln.normal(10 * pA, 150 * pA),
      delay = 1 * ms, rule = rule })
    if wanted and update ~= "homeostatic" then -- smaller and smaller steps
      net:every(10 * period * ms, function(t)
        p.rule.eta = 0.04 * math.max(0.02, 1 - (t / ms) / (cycles * period * 0.95))
      end)
    end
    local recording = net:record(cells, "spikes")
    net:run(cycles * period * ms)
    local own, gamma = by_cycle(recording, 0.5, n, cycles, period), {}
    for c = 1, wanted and cycles or 0 do gamma[c] = coincidence(own[c], wanted) end
    return gamma, p.w:gather():raw(), own[1]
  end

  it("makes a network imitate another, not its weights (Bagley et al. 2020)", function()
    local noise = frozen_noise(inputs, 50, T, 1, 0)
    local _, true_w, wanted = imitate(nil, 1, noise)
    local function mean(x, from, to)
      local sum = 0
      for k = from, to do sum = sum + x[k] / (to - from + 1) end
      return sum
    end
    local gamma, w = imitate("local", 300, noise, wanted)
    local first, last = gamma[1], mean(gamma, 281, 300)
    assert.is_true(first < 0.25 and last > 0.6, ("coincidence from %.3f to %.3f"):format(first, last))
    local scaled = mean(imitate("homeostatic", 100, noise, wanted), 81, 100)
    assert.is_true(last > scaled + 0.15, ("pools %.3f, scaling alone %.3f"):format(last, scaled))
    local a, b = ln.array(w), ln.array(true_w)
    local correlation = ((a - a:mean()) * (b - b:mean())):mean() / (a:sd() * b:sd())
    assert.is_true(math.abs(correlation) < 0.5, ("correlation of weights %.3f"):format(correlation))
  end)
end)

describe("dendritic prediction", function()
  it("changes weights by error, rate slope and PSP, averaged over 100 ms (Urbanczik & Senn 2014)", function()
    local net, dt = ln.network { dt = 0.1 * ms, seed = 5 }, 0.1
    local cell = net:population(1, ln.models.urbanczik_senn(), { I_ext = 8 * nA })
    local p = net:project(source(net, 1, { { 1, 10 }, { 1, 14 }, { 1, 60 } }), cell, { connect = ln.all_to_all(),
      transmit = "I_d += w", w = 0.6 * nA, rule = ln.rules.dendritic_prediction() })
    local state, spikes = net:record(cell, "v_star", { every = dt * ms }), net:record(cell, "spikes")
    net:run(300 * ms)
    local now = p.w[1]
    net:run(0.1 * ms)
    local v_star, fired, at = state.v_star:raw(), {}, { [100] = true, [140] = true, [600] = true }
    local got = spikes:gather()
    for q = 1, #got.steps do fired[got.steps[q]] = true end
    assert.is_true(#got.steps > 10)
    local a, b, delta, w = 0, 0, 0, 0
    for step = 0, 2999 do -- delta is exact where the rest is constant over a step, as exponential Euler has it
      local v = v_star[step + 2][1] -- after the neuron's update
      local rate = 150 / (1 + 0.5 * math.exp(1000 / 3 * (-0.055 - v)))
      local h = 5 * (1 - rate / 150)
      local psp = (a - b) / 7
      w = w + 0.07 * 0.15 * delta * dt
      delta = delta + dt / 100 * (-delta - rate * 1e-3 * h * psp)
      a, b = a * math.exp(-dt / 10), b * math.exp(-dt / 3)
      if at[step] then a, b = a + 1, b + 1 end
      if fired[step] then delta = delta + h * (a - b) / 7 / 100 end
    end
    local change = now / nA - 0.6
    assert.is_true(math.abs(w) > 1e-3, ("%g"):format(w))
    assert.is_true(math.abs(change - w) < 5e-3 * math.abs(w), ("expected %.9g nA, got %.9g nA"):format(w, change))
  end)

  it("lets the dendrite take over what a teacher did to the soma", function()
    local n, cycles, T = 100, 40, 1000
    local net = ln.network { dt = 0.5 * ms, seed = 3 }
    local inputs = source(net, n, frozen_noise(n, 100, T, cycles + 1, T))
    local clock = {}
    for k = 1, cycles * T do clock[k] = { 1, k - 1 } end -- the last cycle is without a teacher
    local cells = net:population(4, ln.models.urbanczik_senn())
    net:project(source(net, 1, clock), cells, { connect = ln.all_to_all(),
      transmit = "g_exc += 60*nS*(1 + 0.9*sin(2*pi*2*Hz*t)); g_inh += 240*nS" })
    local p = net:project(inputs, cells, { connect = ln.all_to_all(), transmit = "I_d += w", w = ln.normal(50 * pA, 30 * pA),
      rule = ln.rules.dendritic_prediction() })
    local record = net:record(cells, { "v", "v_star" }, { every = 5 * ms })
    net:run(cycles * T * ms)
    p.plastic = false
    local before = p.w:gather():raw()
    net:run(T * ms)
    local now = p.w:gather():raw()
    for k = 1, #before do assert.equal(before[k], now[k]) end
    local v, v_star = record.v:raw(), record.v_star:raw()
    local function correlation(a, from_a, b, from_b)
      local xs, ys = {}, {}
      for k = 21, T // 5 do
        for c = 1, 4 do xs[#xs + 1], ys[#ys + 1] = a[from_a * T // 5 + k][c], b[from_b * T // 5 + k][c] end
      end
      local x, y = ln.array(xs), ln.array(ys)
      return ((x - x:mean()) * (y - y:mean())):mean() / (x:sd() * y:sd())
    end
    local first, last = correlation(v_star, 0, v, 0), correlation(v_star, cycles - 1, v, cycles - 1)
    assert.is_true(first < 0.4 and last > 0.85, ("prediction of the soma: %.3f to %.3f"):format(first, last))
    local alone = correlation(v, cycles, v, cycles - 1)
    assert.is_true(alone > 0.85, ("without the teacher as with it: %.3f"):format(alone))
  end)
end)
