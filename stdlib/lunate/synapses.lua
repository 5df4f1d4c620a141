--- Ready-made synapses: what goes beyond "a spike adds a weight". Each takes the table of `net:project`, with values of its
-- own, and returns it completed:
--
--     net:project(exc, inh, ln.synapses.tsodyks_markram { connect = ln.bernoulli(0.1), to = "I_exc", w = 100*pA, U = 0.5,
--       tau_rec = 800*ms, tau_facil = 10*ms, delay = 1*ms })
--
-- `to` is the variable of the target that a spike adds to. All values can be numbers, distributions, arrays or expressions,
-- as any synaptic variable.
-- @module lunate.synapses
local guard = require "lunate.guard"

local M = {}

local function refuse(fmt, ...) error(fmt:format(...), 0) end

-- The user's table with what is missing; `needed` must be there.
local function complete(name, given, needed, defaults)
  if type(given) ~= "table" then
    refuse("ln.synapses.%s takes the table of net:project {connect = …, …}, got a %s", name, type(given))
  end
  for _, key in ipairs { "transmit", "on_pre" } do
    if given[key] ~= nil then refuse("ln.synapses.%s: %s is what it makes; give `to`, the target's variable", name, key) end
  end
  local out = {}
  for key, value in pairs(defaults) do out[key] = value end
  for key, value in pairs(given) do out[key] = value end
  for _, key in ipairs(needed) do
    if out[key] == nil then refuse("ln.synapses.%s: %s is missing", name, key) end
  end
  return out
end

local function finish(out, equations, transmit)
  out.equations = equations .. (out.equations and "\n" .. out.equations or "")
  out.transmit = transmit:gsub("TO", out.to or "")
  out.to = nil
  return out
end

--- Short-term plasticity of Tsodyks, Pawelzik & Markram 1998 (Neural Comput 10:821-835): a spike raises the utilization u by
-- U (1 - u), releases the part u of the resources x, and adds w u x to the target. Between spikes u decays with tau_facil and x
-- recovers with tau_rec.
--
-- | value | meaning | default |
-- |---|---|---|
-- | to | the target's variable | |
-- | w | efficacy, what all resources would give | |
-- | U | utilization by the first spike | 0.5 |
-- | tau_rec | recovery from depression | 800 ms |
-- | tau_facil | decay of facilitation (not 0: a small time for none) | 0.01 ms |
--
-- Variables: u, x (before the next spike's jump).
M.tsodyks_markram = guard.wrap("ln.synapses.tsodyks_markram", function(given)
  local ln = require "lunate"
  local out = complete("tsodyks_markram", given, { "to", "w" },
    { U = 0.5, tau_rec = 800 * ln.ms, tau_facil = 0.01 * ln.ms, x = 1, u = 0 })
  return finish(out, [[
    dx/dt = (1 - x)/tau_rec : 1 (event-driven)
    du/dt = -u/tau_facil : 1 (event-driven)
  ]], [[
    u += U*(1 - u)
    TO_post += w*u*x
    x -= u*x
  ]])
end)

-- Means of U, tau_rec (D) and tau_facil (F), in ms, by the types of source and target.
local maass = { EE = { 0.5, 1100, 50 }, EI = { 0.05, 125, 1200 }, IE = { 0.25, 700, 20 }, II = { 0.32, 144, 60 } }

--- The same dynamics with the values of Maass & Markram (2002, Neural Netw 15:155-161; Gupta, Wang & Markram 2000, Science
-- 287:273-278): `type` is "EE", "EI" (from excitatory to inhibitory), "IE" or "II"; U, tau_rec and tau_facil are drawn for
-- each synapse from normal distributions whose standard deviation is half of the mean, kept positive.
--
-- | value | meaning | default |
-- |---|---|---|
-- | to | the target's variable | |
-- | w | efficacy | |
-- | type | "EE", "EI", "IE" or "II" | |
-- | spread | standard deviation by mean | 0.5 |
M.maass_markram = guard.wrap("ln.synapses.maass_markram", function(given)
  local ln = require "lunate"
  local out = complete("maass_markram", given, { "to", "w", "type" }, { spread = 0.5 })
  local means = maass[out.type] or refuse("ln.synapses.maass_markram: type must be EE, EI, IE or II, got %s", tostring(out.type))
  local function drawn(mean, low, high)
    if out.spread == 0 then return mean end
    return ln.truncated(ln.normal(mean, out.spread * mean), low, high)
  end
  out.U = out.U or drawn(means[1], 0.001, 1)
  out.tau_rec = out.tau_rec or drawn(means[2] * ln.ms, 1 * ln.ms, 10 * means[2] * ln.ms)
  out.tau_facil = out.tau_facil or drawn(means[3] * ln.ms, 1 * ln.ms, 10 * means[3] * ln.ms)
  out.type, out.spread = nil, nil
  return M.tsodyks_markram(out)
end)

--- Probabilistic transmission: each spike adds w with probability p, or nothing.
--
-- | value | meaning | default |
-- |---|---|---|
-- | to | the target's variable | |
-- | w | what a release adds | |
-- | p | probability of release | 0.5 |
M.stochastic = guard.wrap("ln.synapses.stochastic", function(given)
  local out = complete("stochastic", given, { "to", "w" }, { p = 0.5 })
  return finish(out, "", "TO_post += w*int(rand() < p)")
end)

--- Quantal release from n sites (Fuhrmann, Segev, Markram & Tsodyks 2002, J Neurophysiol 87:140-148): at a spike each full site
-- releases with probability p and adds q; emptied sites are filled again after times of mean tau_rec. Its mean is the
-- depression of `tsodyks_markram` with w = n q, U = p.
--
-- | value | meaning | default |
-- |---|---|---|
-- | to | the target's variable | |
-- | q | what one site adds | |
-- | n | number of sites, 1 to 20 | 5 |
-- | p | probability of release of a full site | 0.5 |
-- | tau_rec | mean time to fill a site again | 800 ms |
--
-- Variables: full (sites), last (s, the last spike).
M.quantal = guard.wrap("ln.synapses.quantal", function(given)
  local ln = require "lunate"
  local out = complete("quantal", given, { "to", "q" }, { n = 5, p = 0.5, tau_rec = 800 * ln.ms, last = 0 * ln.ms })
  local n = math.type(out.n) == "integer" and out.n >= 1 and out.n <= 20 and out.n
    or refuse("ln.synapses.quantal: n must be a whole number from 1 to 20, got %s", tostring(out.n))
  local filled, released = {}, {}
  for k = 1, n do
    filled[k] = ("int(%d > full)*int(rand() > stays)"):format(k)
    released[k] = ("int(%d <= full)*int(rand() < p)"):format(k)
  end
  out.n, out.full = nil, n
  return finish(out, "", ([[
    stays = exp(-(t - last)/tau_rec)
    full += %s
    out = %s
    full -= out
    TO_post += q*out
    last = t
  ]]):format(table.concat(filled, " + "), table.concat(released, " + ")))
end)

--- NMDA synapses that saturate, onto `ln.models.brunel_wang` or any conductance that decays with tau_decay: each synapse has a
-- gate s, which a spike opens by the part 1 - exp(-alpha tau_rise) of what is still closed (Brunel & Wang 2001, with the rise of
-- 2 ms taken as immediate).
--
-- | value | meaning | default |
-- |---|---|---|
-- | to | the target's conductance | g_NMDA |
-- | w | conductance of the open gate | |
-- | tau_decay | decay of the gate, equal to that of the conductance | 100 ms |
-- | alpha, tau_rise | opening rate and duration | 0.5 /ms, 2 ms |
M.nmda = guard.wrap("ln.synapses.nmda", function(given)
  local ln = require "lunate"
  local out = complete("nmda", given, { "w" },
    { to = "g_NMDA", tau_decay = 100 * ln.ms, alpha = 0.5 / ln.ms, tau_rise = 2 * ln.ms })
  return finish(out, "    ds/dt = -s/tau_decay : 1 (event-driven)", [[
    opening = (1 - s)*(1 - exp(-alpha*tau_rise))
    TO_post += w*opening
    s += opening
  ]])
end)

--- NMDA synapses with their rise, as in Wang (1999, J Neurosci 19:9587-9603) and Brunel & Wang (2001, J Comput Neurosci
-- 11:63-85): a spike adds 1 to x, which decays within tau_rise and opens the gate, ds/dt = -s/tau_decay + alpha x (1 - s); the
-- target's conductance is the sum of w s over its synapses. Each synapse is stepped, also between spikes: `ln.synapses.nmda`,
-- which takes the rise as immediate, costs a spike only.
--
-- | value | meaning | default |
-- |---|---|---|
-- | to | the target's conductance, without an equation of its own | G_NMDA of `ln.models.brunel_wang` |
-- | w | conductance of the open gate | |
-- | tau_decay, tau_rise | decay of gate and of x | 100 ms, 2 ms |
-- | alpha | opening rate | 0.5 /ms |
-- | unit | unit of `to` | siemens |
M.nmda_rise = guard.wrap("ln.synapses.nmda_rise", function(given)
  local ln = require "lunate"
  local out = complete("nmda_rise", given, { "w" }, { to = "G_NMDA", unit = "siemens", method = "rk2",
    tau_decay = 100 * ln.ms, tau_rise = 2 * ln.ms, alpha = 0.5 / ln.ms })
  local equations = ([[
    dx/dt = -x/tau_rise : 1 (clock-driven)
    ds/dt = -s/tau_decay + alpha*x*(1 - s) : 1 (clock-driven)
    TO_post = w*s : UNIT (summed)]]):gsub("UNIT", out.unit):gsub("TO", out.to)
  out.unit = nil
  return finish(out, equations, "x += 1")
end)

--- Synapses between binary neurons (`ln.models.glauber`), which spike when their state changes: the weight is added when the
-- source becomes active, and taken back when it becomes inactive.
--
-- | value | meaning | default |
-- |---|---|---|
-- | to | the target's input | h |
-- | w | weight | |
--
-- Variables: state (of the source, as it has arrived).
M.binary = guard.wrap("ln.synapses.binary", function(given)
  local out = complete("binary", given, { "w" }, { to = "h", state = 0 })
  return finish(out, "    state : 1", [[
    state = 1 - state
    TO_post += w*(2*state - 1)
  ]])
end)

-- Continuous coupling: no spikes, a sum over synapses at each step.
local function continuous(name, given, needed, defaults, drive)
  local out = complete(name, given, needed, defaults)
  out.drive = drive:gsub("TO", out.to):gsub("FROM", out.from):gsub("UNIT", out.unit)
  out.to, out.from, out.unit = nil, nil, nil
  return out
end

--- Gap junctions: the current w (v_pre - v_post), summed into a variable that the target's equations leave to the user. Connect
-- both directions.
--
-- | value | meaning | default |
-- |---|---|---|
-- | to | the target's variable | I_ext |
-- | from | the potential | v |
-- | w | conductance | |
-- | unit | unit of `to` (amp/meter**2 where w is a density) | amp |
M.gap_junction = guard.wrap("ln.synapses.gap_junction", function(given)
  return continuous("gap_junction", given, { "w" }, { to = "I_ext", from = "v", unit = "amp" },
    "TO_post = w*(FROM_pre - FROM_post) : UNIT (summed)")
end)

--- Rate coupling: the sum of w r over the sources, for `ln.models.rate_tanh` and its like.
--
-- | value | meaning | default |
-- |---|---|---|
-- | to | the target's variable | I_syn |
-- | from | the source's variable | r |
-- | w | weight | |
-- | unit | unit of `to` | 1 |
M.rate = guard.wrap("ln.synapses.rate", function(given)
  return continuous("rate", given, { "w" }, { to = "I_syn", from = "r", unit = "1" }, "TO_post = w*FROM_pre : UNIT (summed)")
end)

--- Graded synapses: the current w s (E - v) of gates s that sources compute, as `ln.models.wang_buzsaki` does.
--
-- | value | meaning | default |
-- |---|---|---|
-- | to | the target's variable | I_syn |
-- | from | the source's gate | s |
-- | w | conductance of the open gate | |
-- | E | reversal potential | -75 mV |
-- | unit | unit of `to` | amp/meter**2 |
M.graded = guard.wrap("ln.synapses.graded", function(given)
  local ln = require "lunate"
  return continuous("graded", given, { "w" }, { to = "I_syn", from = "s", unit = "amp/meter**2", E = -75 * ln.mV },
    "TO_post = w*FROM_pre*(E - v_post) : UNIT (summed)")
end)

return require("lunate.options").strict("ln.synapses", M)
