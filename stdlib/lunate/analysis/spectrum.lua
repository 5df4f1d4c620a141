--- Spectra of signals: Welch's, coherence, spectrograms, the aperiodic part with peaks.
-- @module lunate.analysis.spectrum
local Q = require "lunate.quantity"
local array = require "lunate.array"
local input = require "lunate.analysis.input"
local kernel = require "lunate.kernel"

local M = {}

local shapes = { -- of n samples, periodic
  hann = function(t) return 0.5 - 0.5 * t:cos() end,
  hamming = function(t) return 0.54 - 0.46 * t:cos() end,
  blackman = function(t) return 0.42 - 0.5 * t:cos() + 0.08 * (2 * t):cos() end,
  boxcar = function(t) return 0 * t + 1 end,
}

local allowed = { step = true, segment = true, overlap = { "number" }, window = true, detrend = { "boolean" } }
local allowed_of_trace = { variable = { "string" }, segment = true, overlap = { "number" }, window = true,
  detrend = { "boolean" } }

-- What the segments of n samples are: their length, the distance of one from the next, window, scale.
local function plan(what, n, opts)
  opts = input.options(what, opts, allowed)
  local step, overlap = input.positive(what, opts, "step"), opts.overlap or 0.5
  local length = opts.segment and math.floor(input.positive(what, opts, "segment") / step + 0.5) or math.min(256, n)
  if length < 2 or length > n then
    error(("%s: a segment of %d samples does not fit a signal of %d"):format(what, length, n), 0)
  end
  if not (overlap >= 0 and overlap < 1) then error(what .. ": overlap is from 0 to below 1, a part of a segment", 0) end
  local shape = shapes[opts.window or "hann"]
  if not shape then
    error(('%s: the window is "hann", "hamming", "blackman" or "boxcar", not %s; how long it is, segment says'):format(what,
      tostring(opts.window)), 0)
  end
  local window = shape((array.range(length) - 1) * (2 * math.pi / length))
  local hop = length - math.floor(length * overlap)
  local doubled = array.ones(length // 2 + 1) * 2 -- one-sided: all frequencies but 0 and the highest stand for two
  doubled[1] = 1
  if length % 2 == 0 then doubled[#doubled] = 1 end
  return {
    step = step, length = length, hop = hop, window = window, detrend = opts.detrend ~= false, count = (n - length) // hop + 1,
    scale = doubled * (step / (window * window):sum()), frequencies = array.frequencies(length, Q.new(step, input.second)),
  }
end

-- Fourier transforms of the segments: two arrays, segments by frequencies.
local function transforms(x, p)
  local rows = {}
  for k = 1, p.count do
    local part = x:slice((k - 1) * p.hop + 1, (k - 1) * p.hop + p.length)
    if p.detrend then part = part - part:mean() end
    rows[k] = part * p.window
  end
  return array.stack(rows):rfft()
end

local function density(signal, p)
  local re, im = transforms(signal, p)
  return (re * re + im * im):mean(1) * p.scale
end

-- Of a recording of variables: each neuron's spectrum, made where its samples are.
local function welch_of_trace(x, opts)
  local own = {}
  for key, value in pairs(input.options("welch", opts, allowed_of_trace)) do own[key] = value end
  local c = input.columns(x, "welch", own.variable)
  own.variable, own.step = nil, Q.new(c.step, input.second)
  local p = plan("welch", #c.own, own)
  local out = array.zeros(c.n, #p.frequencies)
  for k, place in ipairs(c.places) do
    local row, mine = out[place // 1 | 0], density(input.signal("welch", c.own:column(k)), p)
    for j = 1, #mine do row[j] = mine[j] end
  end
  return array.wrap(kernel.array_merge(out):transpose(), c.dim ^ 2 / input.hertz), p.frequencies
end

--- Power spectral density by Welch's method (1967): the mean over overlapping segments, each less its mean and times a
-- window. The sum over frequencies times their distance is the variance. A constant signal has none: zeros.
-- @param x signal; or a recording of variables, of which each rank transforms its own neurons
-- @tab opts step (time between samples; of a recording its own), segment (a time; default 256 samples, or all), overlap
-- (part of a segment, default 0.5), window ("hann", "hamming", "blackman", "boxcar"), detrend (default true: less its
-- mean), variable (of a recording)
-- @return array, in the signal's unit squared by Hz; of a recording frequencies by neurons
-- @return array of frequencies
function M.welch(x, opts)
  if input.is_trace(x) then return welch_of_trace(x, opts or {}) end
  local signal, dim = input.signal("welch", x, 2)
  local p = plan("welch", #signal, opts)
  return array.wrap(density(signal, p), dim ^ 2 / input.hertz), p.frequencies
end

--- Spectrogram: the power spectral density of each of Welch's (1967) segments.
-- @param x signal
-- @tab opts as `welch`
-- @return array, times by frequencies; array of frequencies; array of times (the middles of the segments, from the first sample)
function M.spectrogram(x, opts)
  local signal, dim = input.signal("spectrogram", x, 2)
  local p = plan("spectrogram", #signal, opts)
  local re, im = transforms(signal, p)
  local times = ((array.range(p.count) - 1) * p.hop + p.length / 2) * p.step
  return array.wrap((re * re + im * im) * p.scale, dim ^ 2 / input.hertz), p.frequencies, array.wrap(times, input.second)
end

--- Magnitude-squared coherence of two signals (Carter et al. 1973, IEEE Trans Audio 21:337): |Pxy|^2/(Pxx Pyy) of Welch's
-- spectra; 1 everywhere of a single segment,
-- nan at frequencies without power.
-- @param x signal
-- @param y signal, as long
-- @tab opts as `welch`
-- @return array; array of frequencies
function M.coherence(x, y, opts)
  local a, b = input.signal("coherence", x, 2), input.signal("coherence", y, 2)
  if #a ~= #b then error(("coherence: the signals have %d and %d samples"):format(#a, #b), 0) end
  local p = plan("coherence", #a, opts)
  local ar, ai = transforms(a, p)
  local br, bi = transforms(b, p)
  local re, im = (ar * br + ai * bi):mean(1), (ar * bi - ai * br):mean(1)
  return (re * re + im * im) / ((ar * ar + ai * ai):mean(1) * (br * br + bi * bi):mean(1)), p.frequencies
end

-- Peaks above a line: runs of places with a local maximum above the threshold, the highest of each run.
local function find_peaks(rest, frequencies, threshold)
  local out = {}
  local k = 2
  while k < #rest do
    if rest[k] > threshold and rest[k] >= rest[k - 1] and rest[k] > rest[k + 1] then
      local low, high, half = k, k, rest[k] / 2
      while low > 1 and rest[low - 1] > half do low = low - 1 end
      while high < #rest and rest[high + 1] > half do high = high + 1 end
      local f = frequencies
      out[#out + 1] = { at = k, low = low, high = high, frequency = Q.new(f[k], input.hertz), height = rest[k],
        width = Q.new(f[high] - f[low] + (f[2] - f[1]), input.hertz) }
      k = high
    end
    k = k + 1
  end
  return out
end

--- The aperiodic part of a spectrum, P = 10^offset / f^exponent, and the peaks above it (as in Donoghue et al. 2020, Nat
-- Neurosci 23:1655, without a knee): a line through log P by log f, fitted again without what stands out above it.
-- @param power array of power spectral density, as of `welch`
-- @param frequencies array
-- @tab[opt] opts low, high (frequencies; default: all but 0), threshold (standard deviations of the residuals, default 2)
-- @treturn table exponent, offset (log10 of power at 1 Hz in SI units), peaks: list of {frequency, height (log10 above the
-- line), width (at half height)}
function M.aperiodic(power, frequencies, opts)
  opts = input.options("aperiodic", opts, { low = true, high = true, threshold = { "number" } })
  local p, f = input.signal("aperiodic", power, 3), input.signal("aperiodic: the frequencies", frequencies, 3)
  if #p ~= #f then error(("aperiodic: %d powers and %d frequencies do not pair"):format(#p, #f), 0) end
  local function limit(key, default)
    local v = opts[key]
    if v == nil then return default end
    if Q.dim_of(v) ~= input.hertz then error(("aperiodic: %s must be a frequency"):format(key), 0) end
    return Q.value_of(v)
  end
  local mask = f:gt(0) * f:ge(limit("low", 0)) * f:le(limit("high", math.huge))
  p, f = p:where(mask), f:where(mask)
  if #p < 3 then error("aperiodic: fewer than 3 frequencies lie between low and high", 0) end
  if p:min() <= 0 then error("aperiodic: a power of 0 has no logarithm (is the signal constant?)", 0) end
  local x, y, used = f:log10(), p:log10(), array.ones(#p)
  local slope, offset, rest, spread
  local peaks
  for _ = 1, 5 do
    local a, b = x:where(used), y:where(used)
    local da, db = a - a:mean(), b - b:mean()
    slope = (da * db):sum() / (da * da):sum()
    offset = b:mean() - slope * a:mean()
    rest = y - (x * slope + offset)
    spread = (b - (a * slope + offset)):abs():median() / 0.6745 -- the standard deviation, unmoved by the peaks
    peaks = find_peaks(rest, f, math.max((opts.threshold or 2) * spread, 1e-9))
    used = array.ones(#p)
    for _, peak in ipairs(peaks) do
      local reach = peak.high - peak.low + 1
      for k = math.max(1, peak.low - reach), math.min(#p, peak.high + reach) do used[k] = 0 end
    end
    if used:sum() < 3 then used = rest:le(rest:median()) end
  end
  for _, peak in ipairs(peaks) do peak.at, peak.low, peak.high = nil, nil, nil end
  return { exponent = -slope, offset = offset, peaks = peaks }
end

return M
