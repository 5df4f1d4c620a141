--- What figures compute: ranges, bins, smoothing, spectra.
-- @module lunate.plot.numerics
local data = require "lunate.plot.data"

local M = {}

--- The smallest and largest number of some lists, without what is not finite; inf, -inf where there is none.
function M.range(...)
  local lo, hi = math.huge, -math.huge
  for _, list in ipairs { ... } do
    for k = 1, #list do
      local v = list[k]
      if data.finite(v) then
        if v < lo then lo = v end
        if v > hi then hi = v end
      end
    end
  end
  return lo, hi
end

--- Mean, standard deviation (over n - 1) and number of what is finite.
function M.moments(list)
  local n, sum = 0, 0
  for k = 1, #list do
    if data.finite(list[k]) then n, sum = n + 1, sum + list[k] end
  end
  local mean, squares = sum / n, 0
  for k = 1, #list do
    if data.finite(list[k]) then squares = squares + (list[k] - mean) ^ 2 end
  end
  return mean, n > 1 and math.sqrt(squares / (n - 1)) or 0.0, n
end

--- The line of least squares, y = a + b x, and Pearson's r; nil where x does not vary.
function M.least_squares(x, y)
  local n, mx, my = 0, 0, 0
  for k = 1, #x do
    if data.finite(x[k]) and data.finite(y[k]) then n, mx, my = n + 1, mx + x[k], my + y[k] end
  end
  mx, my = mx / n, my / n
  local xx, xy, yy = 0, 0, 0
  for k = 1, #x do
    if data.finite(x[k]) and data.finite(y[k]) then
      local u, v = x[k] - mx, y[k] - my
      xx, xy, yy = xx + u * u, xy + u * v, yy + v * v
    end
  end
  if n < 2 or xx == 0 then return nil end
  local b = xy / xx
  return my - b * mx, b, yy == 0 and 0 or xy / math.sqrt(xx * yy)
end

--- Counts (or density) in equal bins; the last bin holds its upper edge. What lies outside is not counted.
-- @return edges, heights
function M.histogram(list, bins, lo, hi, density)
  local edges, heights, inside = {}, {}, 0
  for k = 0, bins do edges[k + 1] = lo + (hi - lo) * k / bins end
  for k = 1, bins do heights[k] = 0 end
  local per = bins / (hi - lo)
  for k = 1, #list do
    local v = list[k]
    if v >= lo and v <= hi then
      local bin = math.min(math.floor((v - lo) * per), bins - 1) + 1
      heights[bin], inside = heights[bin] + 1, inside + 1
    end
  end
  if density then
    for k = 1, bins do heights[k] = inside > 0 and heights[k] * per / inside or 0 end
  end
  return edges, heights
end

--- Places of n columns or rows: 1, 2, 3 … or the user's, which must be equally spaced.
-- @treturn table {first =, step =, dim =}
function M.places(x, n, what)
  if x == nil then return { first = 1, step = 1 } end
  local list, dim = data.numbers(x, what)
  if #list ~= n then error(("%s has %d elements, the matrix has %d"):format(what, #list, n), 0) end
  if n < 2 then return { first = list[1] or 1, step = 1, dim = dim } end
  local step = (list[n] - list[1]) / (n - 1)
  for k = 2, n do
    if not (step > 0 and math.abs(list[k] - list[k - 1] - step) < 1e-6 * step * n) then
      error(what .. " must rise in equal steps", 0)
    end
  end
  return { first = list[1], step = step, dim = dim }
end

--- A list smoothed by a Gaussian whose standard deviation is `sd` elements; at the ends, by what is there of it.
function M.smooth(list, sd)
  local reach, n, out, weights = math.ceil(4 * sd), #list, {}, {}
  for d = -reach, reach do weights[d] = math.exp(-0.5 * (d / sd) ^ 2) end
  for k = 1, n do
    local sum, weight = 0, 0
    for d = math.max(-reach, 1 - k), math.min(reach, n - k) do
      sum, weight = sum + weights[d] * list[k + d], weight + weights[d]
    end
    out[k] = sum / weight
  end
  return out
end

-- ---------------------------------------------------------------- spectra

-- The Fourier transform of 2^m complex numbers, in place (decimation in time).
local function fft(re, im)
  local n, j = #re, 1
  for i = 1, n do
    if j > i then re[i], re[j], im[i], im[j] = re[j], re[i], im[j], im[i] end
    local m = n // 2
    while m >= 1 and j > m do j, m = j - m, m // 2 end
    j = j + m
  end
  local half = 1
  while half < n do
    for k = 0, half - 1 do
      local angle = -math.pi * k / half
      local c, s = math.cos(angle), math.sin(angle)
      for a = k + 1, n, 2 * half do
        local b = a + half
        local u, v = re[b] * c - im[b] * s, re[b] * s + im[b] * c
        re[b], im[b], re[a], im[a] = re[a] - u, im[a] - v, re[a] + u, im[a] + v
      end
    end
    half = 2 * half
  end
end

--- The largest power of two that is not above n.
function M.power_of_two(n)
  local p = 1
  while 2 * p <= n do p = 2 * p end
  return p
end

local function hann(n)
  local w, power = {}, 0
  for k = 1, n do
    w[k] = 0.5 - 0.5 * math.cos(2 * math.pi * (k - 1) / n)
    power = power + w[k] ^ 2
  end
  return w, power
end

-- One-sided power density of signal[first + 1 .. first + n], its mean taken away.
local function periodogram(signal, first, n, fs, window, power)
  local re, im, mean = {}, {}, 0
  for k = 1, n do mean = mean + signal[first + k] end
  mean = mean / n
  for k = 1, n do re[k], im[k] = (signal[first + k] - mean) * window[k], 0.0 end
  fft(re, im)
  local out, half = {}, n // 2
  for k = 0, half do
    local twice = (k == 0 or k == half) and 1 or 2
    out[k + 1] = twice * (re[k + 1] ^ 2 + im[k + 1] ^ 2) / (fs * power)
  end
  return out
end

--- Power densities of segments that overlap by half, each with a Hann window, its mean taken away.
-- @param signal list of n numbers
-- @number fs samples a second
-- @int n samples a segment, a power of two
-- @int step samples from one segment to the next
-- @return list of spectra (each of n/2 + 1 numbers), list of frequencies
function M.segments(signal, fs, n, step)
  local window, power = hann(n)
  local spectra, frequencies = {}, {}
  for first = 0, #signal - n, step do spectra[#spectra + 1] = periodogram(signal, first, n, fs, window, power) end
  for k = 0, n // 2 do frequencies[k + 1] = k * fs / n end
  return spectra, frequencies
end

--- Welch's estimate: the mean of the segments' spectra.
function M.welch(signal, fs, n)
  local spectra, frequencies = M.segments(signal, fs, n, n // 2)
  local mean = {}
  for k = 1, #frequencies do
    local sum = 0
    for _, s in ipairs(spectra) do sum = sum + s[k] end
    mean[k] = sum / #spectra
  end
  return mean, frequencies, #spectra
end

return M
