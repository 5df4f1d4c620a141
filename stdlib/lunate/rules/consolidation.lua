--- Consolidation by a chain of hidden variables: the weight is the first of m vessels, each twice as large as the one before and
-- joined to it by a tube half as wide, so that changes flow into slower and slower ones, and back. A memory fades as one over the
-- square root of the time, not exponentially; noise grows with the logarithm of m only.
--
--     C_k du_k/dt = g_(k-1) (u_(k-1) - u_k) - g_k (u_k - u_(k+1)),  C_k = 2^(k-1),  g_k = 2^(-k-2)/tau
--
-- with u_1 = w/w_max and u_(m+1) = w_0.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau | unit of time: the weight flows to the second vessel with 8 tau | 1 s |
-- | w_0 | weight at rest, as a part of w_max | 0 |
-- | w_max | unit of the weight | 1 |
-- | period | step of the flow (`every`), not above tau | 1 s |
--
-- Choice: `m`, the number of vessels: 8, or 2 to 12. The slowest time is about 2^(2 m + 1) tau.
-- It learns nothing by itself: give it after the rule that changes w,
-- `rules = { ln.rules.stdp { … }, ln.rules.consolidation { … } }`.
-- Variables: u2 … um, parts of w_max, which begin at 0: give them the weights' beginning where this is not 0 (`u2 = 0.5, …`).
-- Reference: Benna & Fusi 2016, Nat Neurosci 19:1697-1706.
-- @module lunate.rules.consolidation
local ln = require "lunate"

return {
  choices = { m = { 8, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12 } },
  define = function(choice)
    local m = choice.m
    local declared, flows, changes = {}, {}, {}
    local function u(k) return k == 1 and "w/w_max" or k > m and "w_0" or "u" .. k end
    for k = 1, m do
      if k > 1 then declared[k - 1] = u(k) .. " : 1" end
      flows[k] = ("f%d = %.17g*(%s - %s)*period/tau"):format(k, 2.0 ^ (-k - 2), u(k), u(k + 1))
      changes[k] = k == 1 and "w -= w_max*f1" or ("%s += %.17g*(f%d - f%d)"):format(u(k), 2.0 ^ (1 - k), k - 1, k)
    end
    return {
      equations = table.concat(declared, "\n"),
      every = { 1 * ln.second, table.concat(flows, "\n") .. "\n" .. table.concat(changes, "\n") },
      parameters = { tau = 1 * ln.second, w_0 = 0, w_max = 1, period = 1 * ln.second },
    }
  end,
}
