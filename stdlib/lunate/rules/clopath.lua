--- Voltage-based plasticity: depression at spikes of the source while the target is depolarised, potentiation while the
-- target's voltage is high after spikes of the source.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau_x | trace of the source's spikes | 15 ms |
-- | A_LTD | depression | 14e-5 / mV |
-- | A_LTP | potentiation | 8e-5 / (mV^2 ms) |
-- | theta_m | threshold of the filtered voltages | -70.6 mV |
-- | theta_p | threshold of the voltage itself | -45.3 mV |
-- | w_max | largest weight | 3 |
--
-- The target must have v and the filtered voltages `du_m/dt = (v - u_m)/(10*ms) : volt`, `du_p/dt = (v - u_p)/(7*ms) : volt`.
-- Reference: Clopath, Büsing, Vasilaki & Gerstner 2010, Nat Neurosci 13:344-352 (values for visual cortex).
-- @module lunate.rules.clopath
local ln = require "lunate"

return {
  define = function()
    return {
      equations = "dx/dt = -x/tau_x : 1 (pre)",
      on_step = "w = clip(w + dt*w_max*A_LTP*x*clip(v_post - theta_p, 0, inf)*clip(u_p_post - theta_m, 0, inf), 0, w_max)",
      on_pre = "w = clip(w - w_max*A_LTD*clip(u_m_post - theta_m, 0, inf), 0, w_max)", pre_spike = "x += 1/(tau_x/ms)",
      parameters = { tau_x = 15 * ln.ms, A_LTD = 14e-5 / ln.mV, A_LTP = 8e-5 / (ln.mV * ln.mV * ln.ms) , theta_m = -70.6 * ln.mV,
        theta_p = -45.3 * ln.mV, w_max = 3 },
    }
  end,
}
