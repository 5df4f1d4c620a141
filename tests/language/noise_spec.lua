-- Noise in equations: the formulas of the methods number by number, and what they come to in distribution.
local ln = require "lunate"
local ms = ln.ms

local dt = 0.1e-3
local root = math.sqrt(dt)

local function run(n, def, options, duration, seed)
  local net = ln.network { dt = dt * ln.second, seed = seed or 5 }
  local p = net:population(n, ln.neuron(def), options)
  net:run(duration)
  return p
end

-- The values of variables at each step, one neuron.
local function path(def, options, steps)
  local net = ln.network { dt = dt * ln.second, seed = 11 }
  local p = net:population(3, ln.neuron(def), options)
  local names = {}
  for _, var in ipairs(ln.neuron(def).ir.variables) do names[#names + 1] = var.name end
  local trace = net:record(p, names, { neurons = { 2 } })
  net:run((steps + 1) * dt * ln.second)
  local out = {}
  for _, name in ipairs(names) do
    local column, rows = {}, trace[name]:raw()
    for k = 1, #rows do column[k] = rows[k][1] end
    out[name] = column
  end
  return out
end

local function close(expected, actual, tolerance)
  local off = math.abs(actual - expected)
  if off > tolerance * math.max(math.abs(expected), 1e-3) or off ~= off then
    error(("expected %.17g, got %.17g"):format(expected, actual), 2)
  end
end

describe("the stochastic methods step", function()
  -- the same xi drives z, whose steps are the noise itself
  local witness = "\ndz/dt = xi : second**0.5"

  it("as Euler and Maruyama do", function()
    local x = path({ equations = "dx/dt = (1 - x)/tau + s*xi/tau**0.5 : 1" .. witness, parameters = { tau = 5*ms, s = 0.7 } },
      { x = 0.3 }, 50)
    for k = 1, 50 do
      local dW = x.z[k + 1] - x.z[k]
      close(x.x[k] + dt * (1 - x.x[k]) / 5e-3 + 0.7 / math.sqrt(5e-3) * dW, x.x[k + 1], 1e-12)
    end
  end)

  it("as Heun does, with two noises in one equation", function()
    local tau, s = 5e-3, 0.7
    local x = path({
      equations = "dx/dt = (1 - x)/tau + s*x**2*(1 + t/tau)*xi/tau**0.5 + u*xi_2/tau**0.5 : 1\ndu/dt = -u/tau : 1" .. witness
        .. "\ndy/dt = xi_2 : second**0.5", parameters = { tau = tau * ln.second, s = s },
    }, { x = 0.3, u = 0.5 }, 50)
    for k = 1, 50 do
      local dW, dV, t = x.z[k + 1] - x.z[k], x.y[k + 1] - x.y[k], (k - 1) * dt
      local function g(v, at) return s * v^2 * (1 + at / tau) / math.sqrt(tau) end
      local h = x.u[k] / math.sqrt(tau)
      local support = x.x[k] + g(x.x[k], t) * dW + h * dV
      close(x.x[k] + dt * (1 - x.x[k]) / tau + 0.5 * dW * (g(x.x[k], t) + g(support, t + dt)) + h * dV, x.x[k + 1], 1e-11)
    end
  end)

  it("as Milstein does: the noise found from one state is normal, and makes the other state", function()
    local tau, s = 5e-3, 1.3
    local x = path({ method = "milstein", equations = "dx/dt = -x/tau + s*x*xi/tau**0.5 : 1", parameters = {
      tau = tau * ln.second, s = s } }, { x = 1 }, 2000)
    local sum, square, n = 0, 0, 0
    for k = 1, 2000 do
      local f, g = -x.x[k] / tau, s * x.x[k] / math.sqrt(tau)
      local slope = (s * (x.x[k] + dt * f + root * g) / math.sqrt(tau) - g) / (2 * root)
      -- x' = x + dt f + g w + slope w^2: the smaller root is the noise
      local c = x.x[k] + dt * f - x.x[k + 1]
      local w = (-g + math.sqrt(g * g - 4 * slope * c)) / (2 * slope)
      sum, square, n = sum + w / root, square + w * w / dt, n + 1
    end
    assert.is_true(math.abs(sum / n) < 4 / math.sqrt(n))
    assert.is_true(math.abs(square / n - 1) < 4 * math.sqrt(2 / n))
  end)

  it("holds what is refractory", function()
    local x = path({ equations = "dv/dt = xi/tau**0.5 : 1 (unless refractory)", threshold = "v > -10", reset = "v += 1",
      refractory = 1*ms, parameters = { tau = 5*ms } }, {}, 40)
    local moved = 0
    for k = 1, 40 do moved = moved + (x.v[k + 1] ~= x.v[k] and 1 or 0) end
    assert.equal(4, moved) -- a spike each 10 steps, and nothing in between
  end)
end)

describe("noise", function()
  it("gives the Ornstein-Uhlenbeck process its mean, variance and independence", function()
    local n, s = 4000, 1.5
    local p = run(n, { equations = "dx/dt = (mu - x)/tau + s*(2/tau)**0.5*xi_x : 1\ndy/dt = -y/tau + s*(2/tau)**0.5*xi_y : 1",
      parameters = { tau = 2*ms, mu = 3, s = s } }, {}, 20*ms)
    -- of the Euler scheme, exactly: the variance is s^2 / (1 - dt / (2 tau))
    local variance = s^2 / (1 - dt / (2 * 2e-3))
    assert.is_true(math.abs(p.x:mean() - 3) < 4 * math.sqrt(variance / n))
    assert.is_true(math.abs(p.x:variance() / variance - 1) < 4 * math.sqrt(2 / n))
    local x, y, covariance = p.x:gather():raw(), p.y:gather():raw(), 0
    for k = 1, n do covariance = covariance + (x[k] - 3) * y[k] / n end
    assert.is_true(math.abs(covariance) < 4 * variance / math.sqrt(n))
  end)

  it("that is multiplied follows Stratonovich, by heun (the default) and milstein", function()
    for _, method in ipairs { "heun", "milstein" } do
      local p = run(4000, { method = method, equations = "dx/dt = s*x*xi/tau**0.5 : 1", parameters = { tau = 10*ms, s = 0.4 } },
        { x = 1 }, 20*ms)
      local sum = 0
      for _, x in p.x:gather():iterate() do sum = sum + math.log(x) end
      local sd = 0.4 * math.sqrt(2)
      assert.is_true(math.abs(sum / 4000) < 4 * sd / math.sqrt(4000), method) -- of log x; Ito: -0.16
      assert.is_true(math.abs(p.x:mean() / math.exp(sd^2 / 2) - 1) < 0.045, method)
    end
  end)

  it("is new with each seed and neuron, the same again with the same", function()
    local def = { equations = "dx/dt = xi/tau**0.5 : 1", parameters = { tau = 1*ms } }
    local a, b = run(3, def, {}, 1*ms, 1).x:gather():raw(), run(3, def, {}, 1*ms, 1).x:gather():raw()
    local c = run(3, def, {}, 1*ms, 2).x:gather():raw()
    for k = 1, 3 do
      assert.equal(a[k], b[k])
      assert.not_equal(a[k], c[k])
    end
    assert.not_equal(a[1], a[2])
  end)
end)

describe("poisson()", function()
  it("counts in equations, reset and events with the mean it is given", function()
    local p = run(2000, {
      equations = "n : 1\nm : 1\nk = poisson(0.5 + rate*dt) : 1 (constant over dt)\nrate : hertz",
      events = { always = "k >= 0" }, on = { always = "n += k; m += poisson(20)" },
    }, { rate = 1500 * ln.Hz }, 10*ms)
    assert.is_true(math.abs(p.n:mean() / 100 - 0.65) < 4 * math.sqrt(0.65 / 2e5))
    assert.is_true(math.abs(p.m:mean() / 100 - 20) < 4 * math.sqrt(20 / 2e5))
    assert.is_true(math.abs(p.m:variance() / 2000 - 1) < 4 * math.sqrt(2 / 2000))
  end)
end)
