--- Proxies of the local field potential of a network of point neurons. They take recorded variables, time by neuron, or
-- already summed over neurons, and give a signal in the unit of the variables: a proxy has the shape of an LFP, not its
-- scale. They sum over neurons where those are: of `trace.v`, `trace.ge` nothing is gathered.
-- @module lunate.analysis.lfp
local array = require "lunate.array"
local input = require "lunate.analysis.input"

local M = {}

-- A signal in time: the sum over neurons of an array of one or two dimensions, or of its magnitudes, and its unit.
local function pooled(what, x, magnitudes)
  local function each(a) return magnitudes and a:abs() or a end
  if array.is(x) and select("#", x:shape()) == 2 then
    return each((input.matrix(what, x))):sum(2), x:dim()
  end
  local signal, dim = input.signal(what, x)
  return each(signal), dim
end

local function check_pair(what, a, b, da, db)
  if da ~= db then error(("%s: the currents are in %s and %s"):format(what, da, db), 0) end
  if #a ~= #b then error(("%s: the currents have %d and %d samples"):format(what, #a, #b), 0) end
end

--- The mean membrane potential over neurons, one of the proxies that Mazzoni et al. (2015) compare.
-- @param v array, time by neuron; or a recording of variables, of which nothing is gathered
-- @string[opt] variable of a recording; may be left out where there is one
-- @return array of the variable's unit
function M.lfp_membrane(v, variable)
  if input.is_trace(v) then return v:mean(variable) end
  return array.wrap(input.matrix("lfp_membrane", v):mean(2), v:dim())
end

--- The sum over neurons of the absolute values of excitatory and inhibitory currents (Mazzoni et al. 2008, PLoS Comput
-- Biol 4:e1000239).
-- @param excitatory array, time by neuron; or in time, `trace:sum("I_e", { absolute = true })`
-- @param inhibitory array of the same shape
-- @return array of the currents' unit
function M.lfp_currents(excitatory, inhibitory)
  local x, dx = pooled("lfp_currents", excitatory, true)
  local y, dy = pooled("lfp_currents", inhibitory, true)
  check_pair("lfp_currents", x, y, dx, dy)
  return array.wrap(x + y, dx)
end

--- The reference weighted sum of Mazzoni et al. (2015, PLoS Comput Biol 11:e1004584): the neurons' summed excitatory
-- (AMPA) currents 6 ms before, less 1.65 times their inhibitory (GABA) currents now. The two have opposite signs, so that
-- their magnitudes add; this takes the magnitudes, whatever signs the model gives them.
-- @param ampa array, time by neuron or summed already
-- @param gaba array
-- @tab opts step (time between samples), delay_ampa (default 6 ms), delay_gaba (0 ms), alpha (1.65)
-- @return array, shorter by the longer delay
-- @return array of times from the first sample given
function M.lfp_weighted_sum(ampa, gaba, opts)
  opts = input.options("lfp_weighted_sum", opts, { step = true, delay_ampa = true, delay_gaba = true, alpha = { "number" } })
  local x, dx = pooled("lfp_weighted_sum", ampa)
  local y, dy = pooled("lfp_weighted_sum", gaba)
  check_pair("lfp_weighted_sum", x, y, dx, dy)
  local step = input.positive("lfp_weighted_sum", opts, "step")
  local function delay(key, default)
    local t = input.seconds(key, opts[key], default)
    if t < 0 then error(("lfp_weighted_sum: %s must not be negative"):format(key), 0) end
    return math.floor(t / step + 0.5)
  end
  local da, dg = delay("delay_ampa", 6e-3), delay("delay_gaba", 0)
  local lead, n = math.max(da, dg), #x
  if lead >= n then error("lfp_weighted_sum: the signal is shorter than the delay", 0) end
  local out = x:abs():slice(lead - da + 1, n - da) + (opts.alpha or 1.65) * y:abs():slice(lead - dg + 1, n - dg)
  return array.wrap(out, dx), array.wrap((array.range(n - lead) - 1 + lead) * step, input.second)
end

return M
