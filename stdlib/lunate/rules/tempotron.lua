--- Tempotron: learns by trial and error to fire, or not, to patterns of spikes. After a trial with the wrong answer every
-- weight changes by what its synapse contributed to the potential at its maximum: dw = ±eta sum K(t_max - t_i) over the spikes
-- before it.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | eta | learning rate | 0.01 |
-- | momentum | part of the last change that is made once more | 0 |
-- | tau, tau_s | those of the neuron, whose kernel K has a maximum of 1 | 15, 3.75 ms |
-- | period | length of a trial, as the neuron's (`every`) | 500 ms |
--
-- Nothing is computed between spikes: a synapse knows its kernel as it was at the last arrival, and looks only then, and at
-- the end of the trial, whether the target's maximum has moved since. The target is `ln.models.tempotron`, or a model with its
-- variables t_max, teach and t_teach.
-- Use: `net:project(inputs, cell, { connect = ln.all_to_all(), transmit = "m += w; s += w", w = ln.normal(0, 0.1),
-- rule = ln.rules.tempotron { eta = 0.02 } })`.
-- Reference: Gütig & Sompolinsky 2006, Nat Neurosci 9:420-428 (tau, tau_s, the trial; the rate is for weights of order 0.1).
-- @module lunate.rules.tempotron
local ln = require "lunate"

-- The kernel up to the target's maximum, where that came after the last arrival.
local function settle(maximum)
  return ([[
        since = clip(%s - t_last, 0*second, inf)
        k = where(%s >= t_last, a*exp(-since/tau) - b*exp(-since/tau_s), k)
]]):format(maximum, maximum)
end

return {
  define = function()
    return {
      equations = [[
        a : 1
        b : 1
        k : 1
        dw : 1
        t_last : second
      ]],
      on_pre = settle "t_max_post" .. [[
        a = a*exp((t_last - t)/tau) + 1
        b = b*exp((t_last - t)/tau_s) + 1
        t_last = t
      ]],
      every = { 500 * ln.ms, settle "t_teach_post" .. [[
        peak = log(tau/tau_s)*tau*tau_s/(tau - tau_s)
        dw = where(teach_post != 0, eta*teach_post*k/(exp(-peak/tau) - exp(-peak/tau_s)) + momentum*dw, dw)
        w += dw*abs(teach_post)
        a = 0
        b = 0
        k = 0
      ]] },
      parameters = { eta = 0.01, momentum = 0, tau = 15 * ln.ms, tau_s = 3.75 * ln.ms, period = 500 * ln.ms },
    }
  end,
}
