--- Spike response model (SRM0) with escape noise: the potential is the input filtered by the membrane, plus a response
-- to the last own spike; spikes are drawn by a rate that depends on its distance to the threshold.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau_m | membrane time constant | 10 ms |
-- | R_m | membrane resistance | 100 Mohm |
-- | E_L | resting potential | -70 mV |
-- | eta_0 | depth of the response to a spike | 15 mV |
-- | tau_eta | its decay | 20 ms |
-- | theta | threshold | -55 mV |
-- | rho_0 | escape rate at threshold | 0.1 /ms |
-- | Delta_u | sharpness of the escape rate | 1 mV |
-- | t_ref | refractory time | 2 ms |
-- | tau_syn | decay of the synaptic current | 5 ms |
--
-- Variables: h (V, the filtered input), eta (V, response to the last spike), v (V, their sum with E_L), rho (Hz, escape
-- rate), I_syn (A), I_ext (A, one a neuron).
-- Use, dt = 0.1 ms: `net:population(10, ln.models.srm0(), { I_ext = 200*pA })` fires at about 40 Hz.
-- Reference: Gerstner & Kistler 2002, Spiking Neuron Models, Cambridge University Press, chapters 4 and 5.
-- @module lunate.models.srm0
local ln = require "lunate"

return {
  equations = [[
    dh/dt = (-h + R_m*(I_syn + I_ext)) / tau_m : volt
    deta/dt = -eta / tau_eta : volt
    dI_syn/dt = -I_syn / tau_syn : amp
    v = E_L + h + eta : volt
    rho = rho_0*exp((v - theta)/Delta_u) : Hz
    I_ext : amp
  ]],
  threshold = "rand() < 1 - exp(-rho*dt)", reset = "eta = -eta_0", refractory = "t_ref", method = "exact",
  parameters = { tau_m = 10 * ln.ms, R_m = 100 * ln.Mohm, E_L = -70 * ln.mV, eta_0 = 15 * ln.mV, tau_eta = 20 * ln.ms,
    theta = -55 * ln.mV, rho_0 = 0.1 / ln.ms, Delta_u = 1 * ln.mV, t_ref = 2 * ln.ms, tau_syn = 5 * ln.ms },
}
