--- Spike-timing dependent plasticity of pairs of spikes.
--
-- A pair with the source's spike dt before the target's changes w by A_p*w_max*exp(-dt/tau_p), one with the target's spike
-- first by -A_m*w_max*exp(-dt/tau_m).
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | tau_p, tau_m | time constants of potentiation and depression | 20 ms |
-- | A_p, A_m | change of one pair, as a part of w_max | 0.005, 0.00525 |
-- | w_max | largest weight | 1 |
-- | mu_p, mu_m | exponents of the power law | 0.4 |
--
-- Choices:
--
-- * `dependence`: "additive" (bounds are hard), "multiplicative" (potentiation times 1 - w/w_max, depression times
--   w/w_max), "power" (these factors to the powers mu_p and mu_m).
-- * `pairing`: "all" pairs of spikes; "nearest": each spike with the last one of the other side; "pre_centred": each spike
--   of the source with the last and the next one of the target; "reduced": immediate neighbours only.
--
-- Use: `net:project(a, b, { connect = …, transmit = "g += w", w = 0.5*mV, rule = ln.rules.stdp { w_max = 1*mV } })`.
-- References: Song, Miller & Abbott 2000, Nat Neurosci 3:919-926 (its values); Gütig, Aharonov, Rotter & Sompolinsky 2003,
-- J Neurosci 23:3697-3714 (power law); Morrison, Diesmann & Gerstner 2008, Biol Cybern 98:459-478, Fig. 7 (pairings).
-- @module lunate.rules.stdp
local ln = require "lunate"

local up = { additive = "", multiplicative = "*(1 - w/w_max)", power = "*(1 - w/w_max)**mu_p" }
local down = { additive = "", multiplicative = "*(w/w_max)", power = "*(w/w_max)**mu_m" }

-- What a spike of the source does to the traces x and y, and one of the target.
local traces = {
  all = { pre = "x += 1", post = "y += 1" },
  nearest = { pre = "x = 1", post = "y = 1" },
  pre_centred = { pre = "x += 1", post = "x = 0; y = 1" },
  reduced = { pre = "x = 1; y = 0", post = "x = 0; y = 1" },
}

return {
  choices = { dependence = { "additive", "multiplicative", "power" }, pairing = { "all", "nearest", "pre_centred", "reduced" } },
  define = function(choice)
    local by_neuron = choice.pairing == "all" or choice.pairing == "nearest"
    local trace = traces[choice.pairing]
    local def = {
      equations = ([[
        dx/dt = -x/tau_p : 1 (%s)
        dy/dt = -y/tau_m : 1 (%s)
      ]]):format(by_neuron and "pre" or "event-driven", by_neuron and "post" or "event-driven"),
      on_pre = ("w = clip(w - A_m*w_max*y%s, 0, w_max)"):format(down[choice.dependence]),
      on_post = ("w = clip(w + A_p*w_max*x%s, 0, w_max)"):format(up[choice.dependence]),
      parameters = { tau_p = 20 * ln.ms, tau_m = 20 * ln.ms, A_p = 0.005, A_m = 0.00525, w_max = 1 },
    }
    if choice.dependence == "power" then def.parameters.mu_p, def.parameters.mu_m = 0.4, 0.4 end
    if by_neuron then
      def.pre_spike, def.post_spike = trace.pre, trace.post
    else
      def.on_pre, def.on_post = def.on_pre .. "; " .. trace.pre, def.on_post .. "; " .. trace.post
    end
    return def
  end,
}
