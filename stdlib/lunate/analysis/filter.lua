--- Filters and phases of signals: Butterworth, Hilbert, phase locking.
-- @module lunate.analysis.filter
local Q = require "lunate.quantity"
local array = require "lunate.array"
local kernel = require "lunate.kernel"
local input = require "lunate.analysis.input"

local M = {}

-- ---------------------------------------------------------------- complex numbers: {re, im}

local function multiply(a, b) return { a[1] * b[1] - a[2] * b[2], a[1] * b[2] + a[2] * b[1] } end
local function divide(a, b)
  local d = b[1] ^ 2 + b[2] ^ 2
  return { (a[1] * b[1] + a[2] * b[2]) / d, (a[2] * b[1] - a[1] * b[2]) / d }
end
local function root(a)
  local r = math.sqrt(a[1] ^ 2 + a[2] ^ 2)
  local re = math.sqrt(math.max(0, (r + a[1]) / 2))
  local im = math.sqrt(math.max(0, (r - a[1]) / 2))
  return { re, a[2] < 0 and -im or im }
end

-- ---------------------------------------------------------------- design

-- The poles of an analogue filter of some order, from those of the low pass with edge 1 rad/s (upper half plane and real
-- ones; the others are their conjugates).
local function analogue_poles(kind, order, low, high)
  local out = {}
  for k = 1, (order + 1) // 2 do
    local angle = math.pi * (2 * k + order - 1) / (2 * order)
    local p = { math.cos(angle), 2 * k - 1 == order and 0 or math.sin(angle) }
    if kind == "low" then
      out[#out + 1] = { p[1] * high, p[2] * high }
    elseif kind == "high" then
      out[#out + 1] = divide({ low, 0 }, p)
    else -- s^2 - p b s + w^2 = 0, or with 1/p for a stop
      local b, w2 = high - low, low * high
      local q = kind == "band" and { p[1] * b / 2, p[2] * b / 2 } or divide({ b / 2, 0 }, p)
      local square = multiply(q, q)
      local d = root { square[1] - w2, square[2] }
      local one, two = { q[1] + d[1], q[2] + d[2] }, { q[1] - d[1], q[2] - d[2] }
      if p[2] ~= 0 then -- each stands for itself and its conjugate
        out[#out + 1], out[#out + 2] = one, two
      elseif math.abs(d[2]) > 0 then -- of a real pole: a conjugate pair
        out[#out + 1] = one
      else
        out[#out + 1] = { one[1], 0, two[1] } -- or two real ones, in one section
      end
    end
  end
  return out
end

-- Second-order sections {b0, b1, b2, a1, a2} of a digital Butterworth filter, each with gain 1 where the filter passes.
local function design(kind, order, low, high, step)
  local function warp(f) return f and 2 / step * math.tan(math.pi * f * step) end
  local wl, wh = warp(low), warp(high)
  local function digital(p) return divide({ 2 / step + p[1], p[2] }, { 2 / step - p[1], -p[2] }) end
  local centre = 0 -- the angle where the gain is 1
  if kind == "high" then centre = math.pi end
  local middle = wl and wh and 2 * math.atan(math.sqrt(wl * wh) * step / 2)
  if kind == "band" then centre = middle end
  local sections = {}
  for _, pole in ipairs(analogue_poles(kind, order, wl, wh)) do
    local z = digital(pole)
    local first = pole[2] == 0 and not pole[3] -- a section of order one
    local a1, a2 = -2 * z[1], z[1] ^ 2 + z[2] ^ 2
    if pole[3] then
      local other = digital { pole[3], 0 }
      a1, a2 = -z[1] - other[1], z[1] * other[1]
    elseif first then
      a1, a2 = -z[1], 0
    end
    local b
    if kind == "low" then b = first and { 1, 1, 0 } or { 1, 2, 1 }
    elseif kind == "high" then b = first and { 1, -1, 0 } or { 1, -2, 1 }
    elseif kind == "band" then b = { 1, 0, -1 }
    else b = { 1, -2 * math.cos(middle), 1 } end
    sections[#sections + 1] = { b[1], b[2], b[3], a1, a2 }
  end
  -- the gain of the whole at the centre is 1; spread over the sections
  local c1, s1, c2, s2 = math.cos(centre), -math.sin(centre), math.cos(2 * centre), -math.sin(2 * centre)
  for _, s in ipairs(sections) do
    local top = { s[1] + s[2] * c1 + s[3] * c2, s[2] * s1 + s[3] * s2 }
    local bottom = { 1 + s[4] * c1 + s[5] * c2, s[4] * s1 + s[5] * s2 }
    local g = divide(top, bottom)
    local gain = math.sqrt(g[1] ^ 2 + g[2] ^ 2)
    for k = 1, 3 do s[k] = s[k] / gain end
  end
  return sections
end

-- The signal through all sections; with `settled` each begins as if the first sample had always been.
local function run(sections, x, settled)
  local level = x[1]
  for _, s in ipairs(sections) do
    local state = array.zeros(2)
    if settled then
      local gain = (s[1] + s[2] + s[3]) / (1 + s[4] + s[5])
      state[2] = (s[3] - s[5] * gain) * level
      state[1] = (gain - s[1]) * level
      level = level * gain
    end
    x = kernel.array_filter(array.new { s[1], s[2], s[3] }, array.new { 1, s[4], s[5] }, x, state)
  end
  return x
end

local function reversed(x) return x:take(array.range(#x, 1, -1)) end

--- A Butterworth filter (1930), by the bilinear transform. With `low` alone what is above passes, with `high` alone what is
-- below, with both what is between (or outside, stop = true). At the edges the power is half.
-- @param x signal
-- @tab opts step (time between samples), low, high (frequencies), order (default 4; of bands twice as many poles),
-- stop = true, zero_phase = true (forwards and backwards, the signal continued by its mirror image: no delay, gain squared)
-- @return array of the signal's unit
function M.butterworth(x, opts)
  opts = input.options("butterworth", opts,
    { step = true, low = true, high = true, order = { "integer" }, stop = { "boolean" }, zero_phase = { "boolean" } })
  local signal, dim = input.signal("butterworth", x)
  local step, order = input.positive("butterworth", opts, "step"), opts.order or 4
  if order < 1 or order > 20 then error("butterworth: the order is from 1 to 20", 0) end
  local function edge(key)
    local f = opts[key]
    if f == nil then return nil end
    if Q.dim_of(f) ~= input.hertz then error(("butterworth: %s must be a frequency, got %s"):format(key, tostring(f)), 0) end
    f = Q.value_of(f)
    if not (f > 0 and f < 0.5 / step) then
      error(("butterworth: %s must lie between 0 and half the sampling rate, %s"):format(key,
        tostring(Q.new(0.5 / step, input.hertz))), 0)
    end
    return f
  end
  local low, high = edge "low", edge "high"
  if not (low or high) then error("butterworth needs low or high, or both", 0) end
  if low and high and low >= high then error("butterworth: low must be below high", 0) end
  local kind = low and high and (opts.stop and "stop" or "band") or low and "high" or "low"
  if opts.stop and kind ~= "stop" then error("butterworth: stop needs low and high", 0) end
  local sections = design(kind, order, low, high, step)
  if not opts.zero_phase then return array.wrap(run(sections, signal, false), dim) end
  local pad = 3 * (2 * #sections + 1 - ((kind == "low" or kind == "high") and order % 2 or 0))
  if #signal <= pad then error(("butterworth: without delay this needs more than %d samples"):format(pad), 0) end
  local raw = signal:totable()
  local before, after = {}, {}
  for k = 1, pad do
    before[k] = 2 * raw[1] - raw[pad + 2 - k]
    after[k] = 2 * raw[#raw] - raw[#raw - k]
  end
  local long = array.concatenate { array.new(before), signal, array.new(after) }
  local y = reversed(run(sections, reversed(run(sections, long, true)), true))
  return array.wrap(y:slice(pad + 1, pad + #raw):copy(), dim)
end

--- The analytic signal (Gabor 1946, J IEE 93:429) by Hilbert's transform: amplitude and phase (-pi to pi, 0 at the peaks).
-- Filter to a band before.
-- @return array of the signal's unit; array of phases
function M.hilbert(x)
  local signal, dim = input.signal("hilbert", x)
  local n = #signal
  local re, im = signal:fft()
  local weight = array.zeros(n)
  weight[1] = 1
  for k = 2, (n + 1) // 2 do weight[k] = 2 end
  if n % 2 == 0 then weight[n // 2 + 1] = 1 end
  local a, b = (re * weight):ifft(im * weight)
  return array.wrap((a * a + b * b):sqrt(), dim), b:atan2(a)
end

-- Length and angle of the mean of unit vectors.
local function resultant(phases)
  local c, s = phases:cos():mean(), phases:sin():mean()
  return math.sqrt(c * c + s * s), math.atan(s, c)
end

--- Phase-locking value of two phases (Lachaux et al. 1999, Hum Brain Mapp 8:194): the length of the mean of
-- exp(i (a - b)), 0 to 1.
-- @param a array of phases, as of `hilbert`
-- @param b array, as long
-- @treturn number value
-- @treturn number the mean difference
function M.phase_locking_value(a, b)
  local x, y = input.signals("phase_locking_value", a, b, "phases")
  return resultant(x - y)
end

--- Phase locking of spikes to a signal's phase. Each rank looks at its own neurons.
-- @param spikes whose spikes count alike
-- @param phase array of phases, as of `hilbert`
-- @tab opts step (time between samples), start (time of the first, default 0)
-- @treturn table strength (length of the mean vector, 0 to 1), phase (its angle), ppc (pairwise phase consistency, which
-- does not depend on the number of spikes, Vinck et al. 2010, NeuroImage 51:112), p (Rayleigh's test, Zar's
-- approximation), n; nan where there is no spike (ppc: fewer than two)
function M.phase_locking(spikes, phase, opts)
  opts = input.options("phase_locking", opts, { step = true, start = true })
  local phases = input.signal("phase_locking", phase)
  local step, start = input.positive("phase_locking", opts, "step"), input.seconds("start", opts.start, 0)
  local p, n = input.own("phase_locking", spikes), 0
  local sums = input.sums(p, 2) -- of cosines and sines
  for _, train in ipairs(p.trains) do
    for _, t in ipairs(train) do
      local k = math.floor((t - start) / step + 0.5) + 1
      if k >= 1 and k <= #phases then
        sums.add(1, math.cos(phases[k]))
        sums.add(2, math.sin(phases[k]))
        n = n + 1
      end
    end
  end
  n = input.total(p, { n })[1]
  local c, s = table.unpack((sums.total() / n):totable())
  local strength, angle = math.sqrt(c * c + s * s), math.atan(s, c)
  local r = n * strength
  return {
    strength = strength, phase = angle, n = n, ppc = n > 1 and (r * r - n) / (n * (n - 1)) or 0 / 0,
    p = n > 0 and math.min(1, math.exp(math.sqrt(1 + 4 * n + 4 * (n * n - r * r)) - (1 + 2 * n))) or 0 / 0,
  }
end

return M
