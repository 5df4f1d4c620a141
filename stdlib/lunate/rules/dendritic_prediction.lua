--- Learning by the dendritic prediction of somatic spiking: synapses of the dendrite change until it predicts by itself what the
-- soma, which may have other inputs, does.
--
--     dw/dt = eta*scale*delta,  tau_Delta ddelta/dt = -delta + (S - phi(v*)) h(v*) PSP
--
-- S: the soma's spikes; phi(v*): the rate that the dendrite alone would give; h = u d ln phi/dv*; PSP: what a spike of this
-- source does to the dendrite.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | eta | learning rate | 0.07 |
-- | tau_Delta | time over which changes are averaged | 100 ms |
-- | tau_L, tau_s | time constants of the PSP, the dendrite's C_d/g_L_d and the neuron's tau_syn | 10, 3 ms |
-- | u | voltage that the paper counts as 1 | 15 mV |
-- | scale | weight that the paper counts as 1: C_d u ms/(tau_L tau_s) | 0.15 nA |
-- | w_min, w_max | bounds | -10, 10 nA |
--
-- The target is `ln.models.urbanczik_senn`; it must have rate_star, and the parameters phi_max and beta.
-- Learns in every step, at every synapse.
-- Use: `net:project(inputs, cells, { connect = ln.all_to_all(), transmit = "I_d += w", w = 0.1*nA,
-- rule = ln.rules.dendritic_prediction() })`.
-- Reference: Urbanczik & Senn 2014, Neuron 81:521-528 (eta and tau_Delta; g, E and phi are the neuron's).
-- @module lunate.rules.dendritic_prediction
local ln = require "lunate"

return {
  define = function()
    return {
      equations = [[
        da/dt = -a/tau_L : 1 (pre)
        db/dt = -b/tau_s : 1 (pre)
        delta : 1
        psp = (a - b)*ms/(tau_L - tau_s) : 1
        slope = u*beta_post*(1 - rate_star_post/phi_max_post) : 1
      ]],
      pre_spike = "a += 1; b += 1",
      on_step = [[
        w = clip(w + dt*eta*scale*delta/ms, w_min, w_max)
        delta -= dt*(delta + rate_star_post*ms*slope*psp)/tau_Delta
      ]],
      on_post = "delta += slope*psp*ms/tau_Delta",
      parameters = { eta = 0.07, tau_Delta = 100 * ln.ms, tau_L = 10 * ln.ms, tau_s = 3 * ln.ms, u = 15 * ln.mV,
        scale = 0.15 * ln.nA, w_min = -10 * ln.nA, w_max = 10 * ln.nA },
    }
  end,
}
