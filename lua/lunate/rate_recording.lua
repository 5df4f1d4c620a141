--- Recordings of a population's rate: how many of its neurons spiked, step by step. Made by `net:record(pop, "population_rate")`.
--
--     local rate = net:record(exc, "population_rate")
--     net:run(1*ln.second)
--     rate.rate, rate.t                                                -- arrays: of each step, spikes a neuron and dt
--     rate:smooth_rate { window = "gaussian", width = 5*ms }           -- as Brian2's PopulationRateMonitor has it
--
-- Spikes are counted while the network runs and not kept: a step costs 16 bytes a rank, however many there are. Everything is
-- the same on every rank.
-- @module lunate.rate_recording
local Q = require "lunate.quantity"
local array = require "lunate.array"
local guard = require "lunate.guard"
local kernel = require "lunate.kernel"
local options = require "lunate.options"
local runtime = require "lunate.runtime"

local M = {}

local second, hertz = Q.dim_of(Q.units.second), Q.dim_of(Q.units.Hz)
local Recording = { __name = "recorded rate" }
local private = setmetatable({}, { __mode = "k" })
local methods = {}

-- Spikes of all ranks in each step.
local function counts(r)
  runtime.collective("rate of " .. r.name)
  local _, own = r.kernel:own_counts()
  return kernel.array_total(kernel.array_tag(own))
end

local function rates(r) return counts(r) / (r.size * r.dt) end

--- How many spikes there were in each step: an array. Collective.
methods.counts = guard.wrap("counts", function(self) return kernel.array_tag(counts(private[self])) end)

-- Half to even, as NumPy rounds.
local function round(x)
  local up = math.floor(x + 0.5)
  return up - x == 0.5 and up % 2 == 1 and up - 1 or up
end

local shapes = { -- the weights of a window of this width, in steps
  flat = function(width)
    local out = {}
    for k = 1, math.floor(width / 2) * 2 + 1 do out[k] = 1 end
    return out
  end,
  gaussian = function(width)
    local out, reach = {}, math.tointeger(round(2 * width))
    for k = -reach, reach do out[#out + 1] = math.exp(-k ^ 2 / (2 * width ^ 2)) end
    return out
  end,
}

local function weights(r, opts)
  local window, width = opts.window or "gaussian", opts.width
  if type(window) ~= "string" then
    local w = array.is(window) and window or array.new(window)
    if width then error("smooth_rate: a width goes with \"flat\" and \"gaussian\", not with a window of your own", 0) end
    if select("#", w:shape()) ~= 1 or #w % 2 ~= 1 or w:dim() ~= Q.dimensionless then
      error("smooth_rate: a window is an array of an odd number of plain numbers, one a step", 0)
    end
    return w:double()
  end
  if not shapes[window] then
    error(("smooth_rate: the window is \"flat\", \"gaussian\" or an array, not %q"):format(window), 0)
  end
  if width == nil or Q.dim_of(width) ~= second or not (Q.value_of(width) > 0 and Q.value_of(width) < math.huge) then
    error(("smooth_rate: the width must be a positive time, got %s"):format(tostring(width)), 0)
  end
  return array.new(shapes[window](Q.value_of(width) / r.dt)):double()
end

--- The rate, smoothed by a window around each step whose weights sum to 1; what lies outside the recording counts as 0, as in
-- Brian2. An array as long as `rate`. Collective.
-- @tab opts window: "gaussian" (default; cut off at two widths), "flat" (as wide as an odd number of steps can be), or an array
-- of weights, one a step, an odd number; width (a time): the Gaussian's standard deviation, or how long the flat one is
methods.smooth_rate = guard.wrap("smooth_rate", function(self, opts)
  opts = options.check("smooth_rate", opts, { window = true, width = true })
  local r = private[self]
  local w = weights(r, opts)
  local sum = 0.0
  for k = 1, #w do sum = sum + w[k] end
  local all = rates(r)
  return #all == 0 and array.wrap(all, hertz) or array.wrap(all:convolve(w / sum, "same"), hertz)
end)

--- The mean rate of all steps. Collective.
methods.mean = guard.wrap("mean", function(self) return Q.new(rates(private[self]):mean(), hertz) end)

--- Forgets what was recorded so far.
methods.clear = guard.wrap("clear", function(self) private[self].kernel:clear() end)

guard.methods("rate", Recording, methods)

local fields = {
  rate = function(r) return array.wrap(rates(r), hertz) end,
  t = function(r) return array.wrap((r.kernel:own_counts()) * r.net.dt, second) end,
  population = function(r) return r.object end,
}
fields.times, fields.population_rate = fields.t, fields.rate

Recording.__index = guard.wrap("field", function(self, key)
  if fields[key] then return fields[key](private[self]) end
  if methods[key] then return methods[key] end
  if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
  error(("a recorded rate has no '%s'%s"):format(tostring(key),
    options.hint(tostring(key), { "rate", "t", "counts", "smooth_rate", "mean", "clear" })), 0)
end)
Recording.__len = function(self) return #private[self].kernel:own_counts() end
Recording.__tostring = guard.wrap("show", function(self)
  local r = private[self]
  return ("rate of %s: %d steps%s"):format(r.name, #self, #self > 0 and ", mean " .. tostring(self:mean()) or "")
end)
Recording.__complete = function()
  return { "clear", "counts", "mean", "population", "rate", "smooth_rate", "t", "times" }
end
Recording.__help = [[A population's rate, step by step: rate.rate and rate.t are arrays, rate:counts() the numbers of spikes,
rate:smooth_rate{window = "flat" | "gaussian" | weights, width = 5*ms}, rate:mean(), #rate.]]

--- See `net:record`.
function M.add(net, object, p, opts)
  for _, name in ipairs { "every", "neurons", "to", "variables" } do
    if opts[name] ~= nil then
      error(("net:record: population_rate takes no %s%s"):format(name, name == "neurons" and ": record a slice" or ""), 0)
    end
  end
  runtime.collective("record the rate of " .. p.name)
  local r = { net = net, object = object, name = p.name, size = p.hi - p.lo + 1, dt = p.clock.dt }
  r.kernel = net.kernel:recorder { population = p.kernel, lo = p.lo, hi = p.hi, spikes = true, counts = true, vars = {} }
  local self = setmetatable({ __serial = runtime.serial() }, Recording)
  private[self] = r
  return self
end

return M
