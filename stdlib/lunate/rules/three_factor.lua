--- Three-factor learning: what source and target do together marks a synapse, and the mark becomes a change of weight
-- when a signal of success or surprise reaches everyone; with attention, only where feedback from the chosen action
-- arrives.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | rate | change of w a second where mark and signal are 1 | 1 Hz |
-- | baseline | subtracted from the signal | 0 |
-- | tau_e | decay of the mark; 0 s: it is that of the moment | 1 s; "rates" and "attention" 0 s |
-- | w_min, w_max | bounds of the weight | none |
-- | tau_p, tau_m, A_p, A_m | "stdp": time constants and sizes of pairs | 20 ms, 20 ms, 1, 1 |
--
-- In each step w changes by dt*rate*(signal - baseline)*mark. `signal` is the name of the network's signal, "success" by
-- default, `net:signal("success", { equations = "success : 1" })`, made before the projection. Choices: `form`:
--
-- * "rates": the mark is the mean of pre*post over tau_e.
-- * "attention": the mark is the mean of pre*post*gate: the error-modulated rule with an attentional gate. `gate` is the
--   feedback that the target gets from the winning output, `drive = "fb_post = w*z_pre : 1 (summed)"`.
-- * "stdp": pairs of spikes add A_p*exp(-lag/tau_p) to the mark or take A_m*exp(lag/tau_m) from it.
--
-- `pre`, `post` and `gate` name variables, "r_pre", "r_post" and "fb_post" by default. The mean change is
-- rate*(cov(signal, mark) + (mean signal - baseline)*mean mark): only with a baseline that is the expected reward does the
-- first term, the one that learns from reward, stand alone. Such a signal is `net:signal("success", { equations = [[
-- reward : 1; dmean/dt = (reward - mean)/(10*second) : 1; success = reward - mean : 1 (constant over dt) ]] })`, each
-- on a line of its own.
--
-- AGREL: an output z_k wins with its softmax probability; then delta = 1 - probability if it was right, else -1, and
-- the signal is delta/(1 - delta) if delta >= 0, else -1. Outputs learn by "rates" with post = 1 for the winner, else
-- 0; hidden units by "attention" with post = r*(1 - r). The mean change is then that of back-propagation.
-- References: Roelfsema & van Ooyen 2005, Neural Comput 17:2176-2214; Roelfsema & Holtmaat 2018, Nat Rev Neurosci
-- 19:166-180; Frémaux & Gerstner 2016, Front Neural Circuits 9:85; Frémaux, Sprekeler & Gerstner 2010, J Neurosci
-- 30:13326-13337.
-- @module lunate.rules.three_factor
local ln = require "lunate"

local change = "w = clip(w + dt*rate*({signal} - baseline)*%s, w_min, w_max)"
local marked = "mark = exp(-dt/tau_e)*mark + (1 - exp(-dt/tau_e))*%s\n"

local forms = {
  rates = { equations = "mark : 1", on_step = marked:format "{pre}*{post}" .. change:format "mark" },
  attention = { equations = "mark : 1", on_step = marked:format "{pre}*{post}*{gate}" .. change:format "mark" },
  stdp = {
    equations = [[
      dx/dt = -x/tau_p : 1 (pre)
      dy/dt = -y/tau_m : 1 (post)
      dmark/dt = -mark/tau_e : 1 (event-driven)
    ]],
    on_step = change:format "mark",
    on_pre = "mark -= A_m*y", pre_spike = "x += 1", on_post = "mark += A_p*x", post_spike = "y += 1",
  },
}

return {
  choices = { form = { "rates", "attention", "stdp" } },
  names = { signal = "success", pre = "r_pre", post = "r_post", gate = "fb_post" },
  define = function(choice, name)
    local def = {}
    for key, text in pairs(forms[choice.form]) do def[key] = text:gsub("{([%w_]+)}", name) end
    def.parameters = { rate = 1 * ln.Hz, baseline = 0, tau_e = 0 * ln.second, w_min = -math.huge, w_max = math.huge }
    if choice.form == "stdp" then
      local p = def.parameters
      p.tau_e, p.tau_p, p.tau_m, p.A_p, p.A_m = 1 * ln.second, 20 * ln.ms, 20 * ln.ms, 1, 1
    end
    return def
  end,
}
