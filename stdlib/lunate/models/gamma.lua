--- Renewal neurons with gamma-distributed intervals: more regular than Poisson neurons for orders above 1, where the CV
-- of the intervals is 1/sqrt(order), more bursty below.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | rate | firing rate | 10 Hz |
-- | order | shape of the distribution, any positive number | 3 |
--
-- Variables: next (s, time of the next spike). They begin in equilibrium, not with a common spike.
-- Intervals are drawn by Marsaglia & Tsang's method for shape order + 1, scaled down by a power of a uniform number; of
-- three tries the last is taken as it comes, which happens less than once in 10,000 intervals.
-- Use, dt = 0.1 ms: `net:population(100, ln.models.gamma { rate = 20*Hz })` fires at about 20 Hz.
-- References: Cox 1962, Renewal Theory, Methuen; Marsaglia & Tsang 2000, ACM Trans Math Softw 26:363-372.
-- @module lunate.models.gamma
local ln = require "lunate"

local try = [[
  z = randn()
  x_# = clip((1 + z/sqrt(9*d))**3, 1e-9, inf)
  good_# = int(log(rand()) < z**2/2 + d*(1 - x_# + log(x_#)))
]]

return {
  equations = [[
    next : second
    d = order + 2/3 : 1
  ]],
  threshold = "t > next - 0.5*dt",
  reset = try:gsub("#", "1") .. try:gsub("#", "2") .. "x_3 = clip((1 + randn()/sqrt(9*d))**3, 1e-9, inf)\n"
    .. "next += d*where(good_1 > 0, x_1, where(good_2 > 0, x_2, x_3)) * rand()**(1/order) / (order*rate)",
  initial = { next = "rand() * d*clip(1 + randn()/sqrt(9*d), 0, inf)**3 / (order*rate)" },
  parameters = { rate = 10 * ln.Hz, order = 3 },
}
