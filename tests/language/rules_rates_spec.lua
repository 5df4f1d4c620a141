-- Rules of rates: closed forms, convergence theorems, principal components, selectivity.
local ln = require "lunate"
local ms, Hz, second = ln.ms, ln.Hz, ln.second
local support = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua")
local close, random = support.close, support.random

-- Rates r of sources: a pattern a step, in turn; and what a target is taught then.
local function in_turn(P) return ("(t_in_timesteps %% %d)*dt"):format(P) end

local function patterns(net, rows)
  return net:population(#rows[1], ln.neuron { equations = ("r = stim(%s, i) : 1 (constant over dt)"):format(in_turn(#rows)),
    parameters = { stim = ln.timed_array(ln.array(rows), net.dt) } })
end

local function pupil(net, targets, equations)
  return net:population(1, ln.neuron { equations = ("target = teach(%s) : 1 (constant over dt)\n"):format(in_turn(#targets))
    .. equations, parameters = { teach = ln.timed_array(ln.array(targets), net.dt) }, method = "euler" })
end

-- Correlated inputs of known covariance, held for some steps: r = A * normal numbers.
local function correlated(net, mixing, hold)
  local n, sum = #mixing, {}
  for j = 1, n do
    local row = {}
    for k = 1, n do row[k] = ("%.17g*c%d*int(i == %d)"):format(mixing[j][k], k, j) end
    sum[j] = table.concat(row, " + ")
  end
  local shared, draws = {}, {}
  for k = 1, n do shared[k], draws[k] = ("c%d : 1 (shared)"):format(k), ("c%d = randn()"):format(k) end
  return net:population(n, ln.neuron { equations = table.concat(shared, "\n") .. "\nr : 1",
    every = { { hold, table.concat(draws, "; ") .. "; r = " .. table.concat(sum, " + ") } } })
end

describe("Hebb's rule", function()
  it("is the product of the rates, with forgetting and bounds", function()
    local net = ln.network { dt = 1 * ms }
    local a = net:population(2, ln.neuron { equations = "r : 1" }, { r = ln.array { 2, 0.5 } })
    local b = net:population(1, ln.neuron { equations = "r : 1" }, { r = 3 })
    local p = net:project(a, b, { connect = ln.all_to_all(), transmit = "", w = 0.1,
      rule = ln.rules.hebb { eta = 2 * Hz, decay = 4 * Hz, w_max = 2 } })
    net:run(100 * ms)
    local w = p.w:gather():raw()
    for k, r in ipairs { 2, 0.5 } do -- towards eta*r*r/decay in steps of dt
      local goal = 2 * r * 3 / 4
      close(math.min(goal + (0.1 - goal) * (1 - 0.004) ^ 100, 2), w[k], 1e-12, "weight")
    end
    net:run(1 * second)
    close(2, p.w[1], 1e-15, "bound")
    p.plastic = false
    p.w = 1
    net:run(10 * ms)
    close(1, p.w[1], 0, "frozen")
  end)

  it("makes weights grow along the principal component, at its eigenvalue", function()
    -- inputs of fixed correlations [[2, 1], [1, 2]]: two patterns, a step each; eigenvalues 3 and 1
    local net = ln.network { dt = 1 * ms }
    local s = math.sqrt(3)
    local a = patterns(net, { { s, s }, { 1, -1 } })
    local b = net:population(1, ln.neuron { equations = "r : 1" })
    local p = net:project(a, b, { connect = ln.all_to_all(), w = ln.array { 1, 0 }, drive = "r_post = w*r_pre : 1 (summed)",
      rule = ln.rules.hebb { eta = 1 * Hz } })
    net:run(2 * second)
    local w = p.w:gather():raw() -- each pattern v multiplies the component along v by 1 + dt*eta*|v|^2, a thousand times
    local up, down = 0.5 * (1 + 6e-3) ^ 1000, 0.5 * (1 + 2e-3) ^ 1000
    close(up + down, w[1], 1e-9 * w[1], "w1")
    close(up - down, w[2], 1e-9 * w[1], "w2")
  end)

  it("learns from spikes behind rate detectors", function()
    local net = ln.network { dt = 1 * ms, seed = 3 }
    local a = net:population(40, ln.models.poisson { rate = 20 * Hz })
    local b = net:population(40, ln.models.poisson { rate = 10 * Hz })
    local p = net:project(a, b, { connect = ln.all_to_all(), transmit = "", w = 0,
      rules = { ln.rules.rate_detector { tau = 50 * ms }, ln.rules.hebb { pre = "x", post = "y", eta = 1e-3 / Hz } } })
    net:run(20 * second)
    close(1e-3 * 20 * 10 * 20, p.w:mean(), 0.04 * 4, "mean weight") -- eta r_pre r_post T
  end)
end)

describe("rate detectors", function()
  it("have the mean and the variance of a filtered Poisson train", function()
    local net = ln.network { dt = 0.5 * ms, seed = 5 }
    local a = net:population(2000, ln.models.poisson { rate = 30 * Hz })
    local b = net:population(1, ln.models.poisson { rate = 12 * Hz })
    local p = net:project(a, b, { connect = ln.all_to_all(), transmit = "",
      rules = { ln.rules.rate_detector { tau = 100 * ms },
        ln.rules.rate_detector { tau = 20 * ms, pre = "fast", post = "y2" },
        ln.rule { equations = "now : Hz\nfast_now : Hz", on_step = "now = x; fast_now = fast" } } }) -- x is of the last spike
    net:run(1 * second)
    local function check(view, tau)
      local x = view:gather():raw()
      local mean, var = 0, 0
      for k = 1, #x do mean = mean + x[k] / #x end
      for k = 1, #x do var = var + (x[k] - mean) ^ 2 / #x end
      close(30, mean, 4 * math.sqrt(30 / (2 * tau) / 2000), "mean")
      close(30 / (2 * tau), var, 0.15 * 30 / (2 * tau), "variance")
    end
    check(p.now, 0.1)
    check(p.fast_now, 0.02)
  end)
end)

describe("the anti-Hebbian rule", function()
  it("decorrelates two neurons at the weight of Földiák's theory", function()
    local c, up, down, hold = 0.8, math.sqrt(1.8), math.sqrt(0.2), 40
    local rows = {} -- of unit variance and correlation c
    for k = 1, hold do rows[k], rows[hold + k] = { up, up }, { down, -down } end
    local net = ln.network { dt = 1 * ms }
    local inputs = patterns(net, rows)
    local cells = net:population(2, ln.neuron { equations = "r = x + lateral : 1 (constant over dt)\nx : 1\nlateral : 1" })
    net:project(inputs, cells, { connect = ln.one_to_one(), drive = "x_post = r_pre : 1 (summed)" })
    local p = net:project(cells, cells, { connect = ln.pairs({ 1, 2 }, { 2, 1 }), w = 0,
      drive = "lateral_post = w*r_pre : 1 (summed)", rule = ln.rules.anti_hebb { eta = 1 * Hz } })
    net:run(20 * second)
    local w = p.w:gather():raw()
    for k = 1, 2 do close((math.sqrt(1 - c * c) - 1) / c, w[k], 0.02, "weight") end -- -0.5
    local trace = net:record(cells, "r", { every = hold * ms })
    p.plastic = false
    p.w = -0.5
    net:run(3 * hold * ms)
    local sum = 0
    for k = 2, 3 do sum = sum + trace.r[k][1] * trace.r[k][2] end
    close(0, sum, 1e-9, "correlation at the theory's weight")
  end)
end)

describe("the covariance rule", function()
  it("sums the covariance, whatever the means (Sejnowski 1977)", function()
    local rand, rows, teach, n = random(7), {}, {}, 2000
    for k = 1, n do
      local c, d = rand() - 0.5, rand() - 0.5
      rows[k], teach[k] = { 5 + c, 1 - c, 3 + d }, 10 + 2 * c -- with, against, independent of the target
    end
    local net = ln.network { dt = 1 * ms }
    local a = net:population(3, ln.neuron { equations = "r = stim(t, i) : 1 (constant over dt)\nm : 1",
      parameters = { stim = ln.timed_array(ln.array(rows), net.dt) } }, { m = ln.array { 5, 1, 3 } })
    local b = pupil(net, teach, "r = target : 1\nm : 1")
    b.m = 10
    local p = net:project(a, b, { connect = ln.all_to_all(), transmit = "", w = 0,
      rule = ln.rules.covariance { eta = 1 * Hz } })
    net:run(n * ms)
    local w = p.w:gather():raw()
    for j, mean in ipairs { 5, 1, 3 } do
      local sum = 0
      for k = 1, n do sum = sum + (rows[k][j] - mean) * (teach[k] - 10) * 1e-3 end
      close(sum, w[j], 1e-12, "covariance")
    end
    close(2 / 12 * 2, w[1], 0.03, "covariance times time") -- var of uniform 1/12, target 2c, two seconds
    close(-2 / 12 * 2, w[2], 0.03, "covariance times time")
    close(0, w[3], 0.03, "independent")
  end)
end)

describe("Sanger's rule", function()
  -- Orthonormal rows by Gram and Schmidt: the true components.
  local function basis(n, seed)
    local rand, rows = random(seed), {}
    for i = 1, n do
      local v = {}
      for k = 1, n do v[k] = rand() - 0.5 end
      for _, u in ipairs(rows) do
        local c = 0
        for k = 1, n do c = c + u[k] * v[k] end
        for k = 1, n do v[k] = v[k] - c * u[k] end
      end
      local norm = 0
      for k = 1, n do norm = norm + v[k] ^ 2 end
      for k = 1, n do v[k] = v[k] / math.sqrt(norm) end
      rows[i] = v
    end
    return rows
  end

  it("is Sanger's update of matrices, step by step", function()
    local n, k, T, eta = 4, 3, 200, 20
    local rand, rows = random(3), {}
    for t = 1, T do
      rows[t] = {}
      for j = 1, n do rows[t][j] = rand() - 0.5 end
    end
    local W, flat = {}, {}
    for i = 1, k do
      W[i] = {}
      for j = 1, n do
        W[i][j] = rand() - 0.5
        flat[#flat + 1] = W[i][j]
      end
    end
    local net = ln.network { dt = 1 * ms }
    local outputs
    local inputs = patterns(net, rows)
    outputs = net:population(k, ln.neuron { equations = "y : 1" })
    local p = ln.rules.sanger_network(net, inputs, outputs, { eta = eta * Hz, w = ln.array(flat) })
    net:run(T * ms)
    for t = 1, T do
      local x, y = rows[t], {}
      for i = 1, k do
        y[i] = 0
        for j = 1, n do y[i] = y[i] + W[i][j] * x[j] end
      end
      for j = 1, n do
        local explained, old = 0, {}
        for i = 1, k do old[i] = W[i][j] end
        for i = 1, k do
          explained = explained + old[i] * y[i]
          W[i][j] = old[i] + 1e-3 * eta * y[i] * (x[j] - explained)
        end
      end
    end
    local w = p.w:gather():raw()
    for i = 1, k do
      for j = 1, n do close(W[i][j], w[(i - 1) * n + j], 1e-12, "weight") end
    end
  end)

  it("finds the first three components in order (each cosine above 0.99)", function()
    local n, k = 6, 3
    local U, mixing = basis(n, 11), {}
    local spread = { 3, 2.2, 1.5, 0.6, 0.4, 0.3 } -- standard deviations
    for j = 1, n do
      mixing[j] = {}
      for q = 1, n do mixing[j][q] = U[q][j] * spread[q] end
    end
    local net = ln.network { dt = 1 * ms, seed = 8 }
    local inputs = correlated(net, mixing, 1 * ms)
    local outputs = net:population(k, ln.neuron { equations = "y : 1" })
    local p, back = ln.rules.sanger_network(net, inputs, outputs, { eta = 5 * Hz })
    net:run(5 * second)
    p.rule.eta, back.rule.eta = 0.5 * Hz, 0.5 * Hz
    net:run(10 * second)
    local w = p.w:gather():raw()
    for i = 1, k do
      local product, norm = 0, 0
      for j = 1, n do
        product, norm = product + w[(i - 1) * n + j] * U[i][j], norm + w[(i - 1) * n + j] ^ 2
      end
      local cosine = math.abs(product) / math.sqrt(norm)
      assert.is_true(cosine > 0.99, ("component %d: cosine %.4f"):format(i, cosine))
      close(1, math.sqrt(norm), 0.1, "norm")
    end
  end)
end)

describe("BCM", function()
  it("weakens below the threshold, strengthens above, and is still at it and at 0", function()
    local net = ln.network { dt = 1 * ms }
    local a = net:population(1, ln.neuron { equations = "r : 1" }, { r = 2 })
    local b = net:population(5, ln.neuron { equations = "r : 1\ntheta : 1" }, { r = ln.array { 0, 0.5, 1, 1.5, 2 }, theta = 1 })
    local p = net:project(a, b, { connect = ln.all_to_all(), transmit = "", w = 1, rule = ln.rules.bcm { eta = 1 * Hz } })
    net:run(1 * ms)
    local w = p.w:gather():raw()
    for k, y in ipairs { 0, 0.5, 1, 1.5, 2 } do close(1 + 1e-3 * 2 * y * (y - 1), w[k], 1e-15, "rate " .. y) end
  end)

  it("has a threshold that is the square of the rate, crossed at r_0", function()
    -- held at rate y, theta becomes y^2/r_0: the change y*(y - theta) is positive below r_0 and negative above
    local net = ln.network { dt = 1 * ms }
    local a = net:population(1, ln.neuron { equations = "r : 1" }, { r = 1 })
    local b = net:population(3, ln.neuron { equations = "r : 1\ndtheta/dt = (r**2/2 - theta)/(50*ms) : 1" },
      { r = ln.array { 1, 2, 3 } })
    local p = net:project(a, b, { connect = ln.all_to_all(), transmit = "", w = 1,
      rule = ln.rules.bcm { eta = 1 * Hz, w_min = -math.huge } })
    net:run(2 * second)
    local before = p.w:gather():raw()
    net:run(1 * second)
    local after = p.w:gather():raw()
    for k, y in ipairs { 1, 2, 3 } do close(y * (y - y * y / 2), after[k] - before[k], 1e-9, "drift at " .. y) end
  end)

  it("becomes selective for one pattern of four: selectivity 1 - 1/K (Bienenstock et al. 1982)", function()
    local K, n, rand = 4, 6, random(21)
    local rows = {}
    for k = 1, K do
      rows[k] = {}
      for j = 1, n do rows[k][j] = 0.6 * rand() + (j == k and 0.8 or 0) end
    end
    local net = ln.network { dt = 1 * ms }
    local a = patterns(net, rows)
    local b = net:population(3, ln.neuron { equations = "r : 1\ndtheta/dt = (r**2 - theta)/(200*ms) : 1" }, { theta = 0.5 })
    local w0 = {}
    for k = 1, 3 * n do w0[k] = 0.2 + 0.4 * rand() end
    local p = net:project(a, b, { connect = ln.all_to_all(), w = ln.array(w0), drive = "r_post = w*r_pre : 1 (summed)",
      rule = ln.rules.bcm { eta = 1 * Hz, w_min = -math.huge } })
    net:run(90 * second)
    local w = p.w:gather():raw()
    for target = 1, 3 do
      local mean, max = 0, 0
      for k = 1, K do
        local response = 0
        for j = 1, n do response = response + w[(j - 1) * 3 + target] * rows[k][j] end
        mean, max = mean + response / K, math.max(max, response)
      end
      close(1 - 1 / K, 1 - mean / max, 0.01, "selectivity")
      close(K, max, 0.1, "largest response")
    end
  end)

  it("of spikes has the same threshold and mean change", function()
    local net = ln.network { dt = 1 * ms, seed = 4 }
    local a = net:population(50, ln.models.poisson { rate = 20 * Hz })
    local drift = {}
    for _, rate in ipairs { 5, 10, 20 } do
      local b = net:population(40, ln.models.poisson { rate = rate * Hz })
      drift[#drift + 1] = { rate, net:project(a, b, { connect = ln.all_to_all(), transmit = "", w = 0,
        rule = ln.rules.bcm { neurons = "spiking", w_min = -math.huge } }) }
    end
    net:run(10 * second) -- the threshold settles
    for _, item in ipairs(drift) do item[3] = item[2].w:mean() end
    net:run(20 * second)
    for _, item in ipairs(drift) do
      local y, got = item[1], (item[2].w:mean() - item[3]) / 20
      local expected = 1e-6 * 20 * y * (y - y * y / 10) -- per second
      close(expected, got, 1e-6 * 20 * (2 + 0.06 * y * y * y / 10), "drift at " .. y .. " Hz")
    end
  end)
end)

describe("the delta rule", function()
  it("reaches the least-squares solution, exactly where there is one", function()
    local n, P, rand = 5, 4, random(5)
    local rows, teach = {}, {}
    for k = 1, P do
      rows[k] = { 1 } -- the first input is the bias
      for j = 2, n do rows[k][j] = rand() - 0.5 end
      teach[k] = rand() - 0.5
    end
    local net = ln.network { dt = 1 * ms }
    local a, b = patterns(net, rows), pupil(net, teach, "r : 1")
    local p = net:project(a, b, { connect = ln.all_to_all(), w = 0, drive = "r_post = w*r_pre : 1 (summed)",
      rule = ln.rules.delta { eta = 800 * Hz } })
    net:run(20 * second)
    local w = p.w:gather():raw()
    for k = 1, P do
      local r = 0
      for j = 1, n do r = r + w[j] * rows[k][j] end
      close(teach[k], r, 1e-9, "pattern " .. k)
    end
  end)

  it("averages where patterns contradict each other", function()
    local net = ln.network { dt = 1 * ms }
    -- one input of 1 and targets 1, 1, 4: the least squares are their mean
    local a, b = patterns(net, { { 1, 0 }, { 1, 0 }, { 1, 0 } }), pupil(net, { 1, 1, 4 }, "r : 1")
    local p = net:project(a, b, { connect = ln.all_to_all(), w = 0, drive = "r_post = w*r_pre : 1 (summed)",
      rule = ln.rules.delta { eta = 1 * Hz } })
    net:run(15 * second)
    close(2, p.w[1], 3e-3, "mean")
    close(0, p.w[2], 0, "silent input")
  end)
end)

describe("the perceptron", function()
  -- Random patterns of 1 and -1 and random classes, shown in turn.
  local function learn(n, P, epochs, seed)
    local rand, rows, class = random(seed), {}, {}
    for k = 1, P do
      rows[k] = {}
      for j = 1, n do rows[k][j] = rand() < 0.5 and 1 or -1 end
      class[k] = rand() < 0.5 and 1 or -1
    end
    local net = ln.network { dt = 1 * ms }
    local a, b = patterns(net, rows), pupil(net, class, "h : 1\ndmistakes/dt = int(target*h <= 0)/ms : 1")
    local p = net:project(a, b, { connect = ln.all_to_all(), w = 0, drive = "h_post = w*r_pre : 1 (summed)",
      rule = ln.rules.perceptron() })
    net:run(epochs * P * ms)
    local w, wrong, smallest, norm = p.w:gather():raw(), 0, math.huge, 0
    for j = 1, n do norm = norm + w[j] ^ 2 end
    for k = 1, P do
      local h = 0
      for j = 1, n do h = h + w[j] * rows[k][j] end
      if class[k] * h <= 0 then wrong = wrong + 1 end
      smallest = math.min(smallest, class[k] * h)
    end
    return wrong, b.mistakes[1], smallest / math.sqrt(norm)
  end

  it("separates what can be separated, within Novikoff's number of mistakes", function()
    for seed, load in ipairs { 0.5, 1, 1.4 } do
      local n = 50
      local wrong, mistakes, margin = learn(n, math.floor(load * n), 200, seed)
      assert.equal(0, wrong, ("load %g: %d patterns wrong"):format(load, wrong))
      assert.is_true(mistakes > 0 and mistakes <= n / margin ^ 2 + 1e-6,
        ("load %g: %g mistakes, at most %g"):format(load, mistakes, n / margin ^ 2))
    end
  end)

  it("does not separate random patterns well above the capacity of 2 a synapse", function()
    local wrong = learn(50, 150, 200, 4)
    assert.is_true(wrong > 0, "150 random patterns of 50 inputs were separated")
  end)
end)
