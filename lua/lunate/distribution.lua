--- Distributions of values: `ln.normal(-60*mV, 5*mV)` and kin, for states, parameters, weights and delays.
--
-- Each neuron or synapse draws its own number, which does not depend on the number of ranks.
-- @module lunate.distribution
local Q = require "lunate.quantity"

local M = {}

local Distribution = { __name = "distribution" }
Distribution.__index = Distribution

function Distribution:__tostring()
  local function show(x) return tostring(Q.new(x, self.unit)) end
  local a, b = show(self.a), show(self.b)
  if self.kind == "lognormal" then a, b = show(math.exp(self.a)), ("%g"):format(self.b) end
  if self.kind == "gamma" then a = ("%g"):format(self.a) end
  local text = ("%s(%s%s)"):format(self.kind, a, self.kind == "exponential" and "" or ", " .. b)
  if self.low > -math.huge or self.high < math.huge then
    text = text .. (" truncated to [%s, %s]"):format(show(self.low), show(self.high))
  end
  return text
end

local function make(kind, a, b, dim)
  return setmetatable({ kind = kind, a = a, b = b, unit = dim, low = -math.huge, high = math.huge }, Distribution)
end

local function number(name, which, x)
  if type(x) ~= "number" and not Q.is(x) then
    error(("ln.%s: %s must be a number or quantity, got %s"):format(name, which, type(x)), 3)
  end
  local v = Q.value_of(x)
  if v ~= v then error(("ln.%s: %s is not a number"):format(name, which), 3) end
  return v
end

-- Two numbers of one dimension (a zero fits any).
local function pair(name, first, x, second, y)
  local a, b = number(name, first, x), number(name, second, y)
  local dx, dy = Q.dim_of(x), Q.dim_of(y)
  local dim = (a == 0 and dx == Q.dimensionless) and dy or dx
  if dx ~= dy and not (b == 0 and dy == Q.dimensionless) and dim ~= dy then
    error(("ln.%s: %s is in %s, %s in %s"):format(name, first, dx, second, dy), 3)
  end
  return a, b, dim
end

--- Whether x is a distribution.
function M.is(x) return getmetatable(x) == Distribution end

--- Uniform on [low, high).
function M.uniform(low, high)
  local a, b, dim = pair("uniform", "the lower bound", low, "the upper bound", high)
  if a > b then error("ln.uniform: the lower bound is above the upper bound", 2) end
  return make("uniform", a, b, dim)
end

--- Normal with a mean and a standard deviation.
function M.normal(mean, sd)
  local a, b, dim = pair("normal", "the mean", mean, "the standard deviation", sd)
  if b < 0 then error("ln.normal: the standard deviation is negative", 2) end
  return make("normal", a, b, dim)
end

--- Lognormal: median (a quantity) and the standard deviation of the logarithm (a number).
function M.lognormal(median, sigma)
  local m, s = number("lognormal", "the median", median), number("lognormal", "sigma", sigma)
  if m <= 0 then error("ln.lognormal: the median must be positive", 2) end
  if Q.is(sigma) or s < 0 then error("ln.lognormal: sigma is a plain number, not negative", 2) end
  return make("lognormal", math.log(m), s, Q.dim_of(median))
end

--- Exponential with a mean.
function M.exponential(mean)
  local m = number("exponential", "the mean", mean)
  if m < 0 then error("ln.exponential: the mean is negative", 2) end
  return make("exponential", m, 0, Q.dim_of(mean))
end

--- Gamma with a shape (a number) and a scale (a quantity); its mean is shape * scale.
function M.gamma(shape, scale)
  local k, theta = number("gamma", "the shape", shape), number("gamma", "the scale", scale)
  if Q.is(shape) or k <= 0 then error("ln.gamma: the shape is a positive plain number", 2) end
  if theta < 0 then error("ln.gamma: the scale is negative", 2) end
  return make("gamma", k, theta, Q.dim_of(scale))
end

--- The same distribution, redrawn until low <= x <= high; either bound may be nil.
function M.truncated(dist, low, high)
  if not M.is(dist) then error("ln.truncated: the first argument must be a distribution", 2) end
  local out = make(dist.kind, dist.a, dist.b, dist.unit)
  out.low, out.high = dist.low, dist.high
  for key, bound in pairs { low = low or false, high = high or false } do
    if bound then
      local v = number("truncated", "the bound", bound)
      if Q.dim_of(bound) ~= dist.unit and v ~= 0 and v ~= math.huge and v ~= -math.huge then
        error(("ln.truncated: the bound is in %s, the distribution in %s"):format(Q.dim_of(bound), dist.unit), 2)
      end
      out[key] = v
    end
  end
  if out.low > out.high then error("ln.truncated: the lower bound is above the upper bound", 2) end
  return out
end

--- `dist:truncated(low, high)`: the method form of `ln.truncated`.
function Distribution:truncated(low, high) return M.truncated(self, low, high) end

function Distribution.__mul(x, y)
  local d, f = x, y
  if not M.is(d) then d, f = y, x end
  local c = Q.value_of(f)
  if d.kind == "lognormal" and c <= 0 or c < 0 and d.kind ~= "normal" then
    error("a distribution can be scaled by a positive quantity only", 2)
  end
  local out = make(d.kind, d.a * c, d.b * c, d.unit * Q.dim_of(f))
  if d.kind == "normal" then out.b = math.abs(d.b * c) end
  if d.kind == "lognormal" then out.a, out.b = d.a + math.log(c), d.b end
  if d.kind == "gamma" then out.a = d.a end
  out.low, out.high = d.low * c, d.high * c
  if c < 0 then out.low, out.high = out.high, out.low end
  return out
end

--- The dimension of what it draws.
function M.dim(dist) return dist.unit end

--- The kernel's description of it.
function M.describe(d)
  return { kind = d.kind, a = d.a, b = d.b, low = d.low, high = d.high }
end

return M
