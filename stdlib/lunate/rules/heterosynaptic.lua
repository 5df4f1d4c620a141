--- Heterosynaptic plasticity: bursts of the target pull all its synapses, active or not, back to where they were, so that what
-- Hebbian rules do cannot run away; and each spike of a source adds a little, so that silent synapses do not die out.
--
-- At a spike of the target w changes by -beta*(w - w_ref)*burst^3, where burst is the trace of the target's spikes before; at
-- one of the source by delta.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | beta | strength | 0.05 |
-- | tau | trace of the target's spikes | 20 ms |
-- | delta | what a spike of the source adds, as a part of w_max | 2e-5 |
-- | w_0 | where weights are pulled to, likewise | 0 |
-- | w_max | unit of the weight | 1 |
-- | tau_c | consolidating: time in which the reference follows the weight | 1200 s |
-- | P, w_P | consolidating: strength, and upper of the reference's two stable values (0 is the other) | 20, 0.5 |
-- | period | consolidating: step of the reference (`every`) | 1.2 s |
--
-- Choice: `reference`: "fixed" (w_ref is w_0), "consolidating" (w_ref is a variable of each synapse, which follows the weight
-- slowly and is drawn to 0 or w_P: tau_c dw_ref/dt = w - w_ref - P w_ref (w_P/2 - w_ref)(w_P - w_ref), in parts of w_max).
-- It goes with another rule: `rules = { ln.rules.triplet(), ln.rules.heterosynaptic { w_0 = 0.5 } }`.
-- References: Zenke, Agnes & Gerstner 2015, Nat Commun 6:6922 (its form and values; w there from 0 to 5); Chen, Lonjers, Lee,
-- Chistiakova, Volgushev & Bazhenov 2013, J Neurosci 33:15915-15929 (no runaway).
-- @module lunate.rules.heterosynaptic
local ln = require "lunate"

return {
  choices = { reference = { "fixed", "consolidating" } },
  define = function(choice)
    local fixed = choice.reference == "fixed"
    local def = {
      equations = "dburst/dt = -burst/tau : 1 (post)",
      on_pre = "w += delta*w_max", post_spike = "burst += 1",
      on_post = ("w -= beta*(w - %s*w_max)*burst**3"):format(fixed and "w_0" or "w_ref"),
      parameters = { beta = 0.05, tau = 20 * ln.ms, delta = 2e-5, w_max = 1 },
    }
    if fixed then
      def.parameters.w_0 = 0
    else
      def.equations = def.equations .. "\nw_ref : 1"
      def.parameters.tau_c, def.parameters.P, def.parameters.w_P = 1200 * ln.second, 20, 0.5
      def.parameters.period = 1.2 * ln.second
      def.every = { def.parameters.period, "w_ref += period/tau_c*(w/w_max - w_ref - P*w_ref*(w_P/2 - w_ref)*(w_P - w_ref))" }
    end
    return def
  end,
}
