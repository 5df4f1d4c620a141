--- Rate units with the response of leaky integrate-and-fire neurons to white noise (the Siegert formula), for mean-field
-- theories of spiking networks; each element is one population.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau | time constant of the rate | 1 ms |
-- | tau_m | membrane time constant | 20 ms |
-- | tau_syn | decay of synaptic currents, small against tau_m | 0 ms |
-- | t_ref | refractory time | 2 ms |
-- | V_th, V_reset | threshold and reset, above rest | 20, 10 mV |
--
-- Variables: r (Hz), phi (Hz, the response), mu, sigma (V, mean and diffusion of the input: the membrane without threshold
-- would have the mean mu and the standard deviation sigma/sqrt(2); one an element). In a network of rates,
-- mu = tau_m sum of J r and sigma^2 = tau_m sum of J^2 r.
-- The formula's integral is that of exp(-u^2) (exp(2 y_th u) - exp(2 y_r u))/u over u > 0, by 32 Gauss-Legendre nodes
-- (to 1e-7 for y_th below 5).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.siegert(), { mu = 15*mV, sigma = 5*mV })` reaches r = 9.4608 Hz.
-- References: Siegert 1951, Phys Rev 81:617-623; Amit & Brunel 1997, Network 8:373-404; Fourcaud & Brunel 2002, Neural Comput
-- 14:2057-2110 (synapses that decay).
-- @module lunate.models.siegert
local ln = require "lunate"

-- Nodes on [0, 1] and weights of Gauss-Legendre quadrature, by Newton's method on the polynomial of order n.
local function gauss_legendre(n)
  local nodes, weights = {}, {}
  for k = 1, n do
    local x, slope = math.cos(math.pi * (k - 0.25) / (n + 0.5)), nil
    for _ = 1, 100 do
      local p0, p1 = 1, x
      for j = 2, n do p0, p1 = p1, ((2 * j - 1) * x * p1 - (j - 1) * p0) / j end
      slope = n * (x * p1 - p0) / (x * x - 1)
      local step = p1 / slope
      x = x - step
      if math.abs(step) < 1e-15 then break end
    end
    nodes[k], weights[k] = (1 + x) / 2, 1 / ((1 - x * x) * slope * slope)
  end
  return nodes, weights
end

-- Beyond 9 standard deviations from the threshold the rate is below 1e-33 Hz: farther is taken as 9, so that exp(y**2) is a
-- number in single precision, too.
--
-- The integral over u = scale*s^2, s from 0 to 1.
local function integral(n)
  local nodes, weights = gauss_legendre(n)
  local terms = {}
  for k = 1, n do
    local s = nodes[k]
    terms[k] = ("%.17g*(exp(%.17g*scale*(2*y_th - %.17g*scale)) - exp(%.17g*scale*(2*y_r - %.17g*scale)))"):format(
      2 * weights[k] / s, s * s, s * s, s * s, s * s)
  end
  return table.concat(terms, "\n              + ")
end

return {
  equations = [[
    dr/dt = (phi - r) / tau : Hz
    phi = 1/(t_ref + tau_m*integral) : Hz
    integral = ]] .. integral(32) .. [[ : 1
    scale = (clip(y_th, 0, inf) + 6)/(1 + 0.3*clip(-y_th, 0, inf)) : 1
    distance = (V_th - mu)/sigma + colour : 1
    y_th = clip(distance, -inf, 9) : 1
    y_r = y_th - (V_th - V_reset)/sigma : 1
    colour = 1.0326526*sqrt(tau_syn/tau_m) : 1
    mu : volt
    sigma : volt
  ]],
  method = "exponential_euler", initial = { sigma = 1 * ln.mV }, input = "mu",
  parameters = { tau = 1 * ln.ms, tau_m = 20 * ln.ms, tau_syn = 0 * ln.ms, t_ref = 2 * ln.ms, V_th = 20 * ln.mV,
    V_reset = 10 * ln.mV },
}
