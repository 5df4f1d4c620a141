--- Discrete Fourier transforms along the last axis, by FFTW. A complex array is two arrays: real and imaginary parts.
-- Forward sum of x[j] exp(-2 pi i j k / n), not scaled; the inverse is divided by n.
-- @module lunate.array.fourier
local guard = require "lunate.guard"

local fftw
local function load()
  fftw = fftw or require "lunate.fft"
  return fftw
end

return function(M, methods, tools)
  local function pair(dim, re, im) return tools.wrap(re, dim), tools.wrap(im, dim) end
  local function part(what, a, im)
    if im ~= nil and (not M.is(im) or tools.dim_of(im) ~= tools.dim_of(a)) then
      error(("%s: %s is no imaginary part of %s"):format(what, tools.describe(im), tools.describe(a)), 0)
    end
    return im
  end

  --- `re, im = a:fft()`, or of a complex array `re:fft(im)`.
  methods.fft = guard.wrap("fft", function(self, im)
    return pair(tools.dim_of(self), load().transform(self, part("fft", self, im), false))
  end)

  --- The inverse: `re, im = re:ifft(im)`.
  methods.ifft = guard.wrap("ifft", function(self, im)
    return pair(tools.dim_of(self), load().transform(self, part("ifft", self, im), true))
  end)

  --- Of a real array, the frequencies 0 to n // 2 only: `re, im = a:rfft()`.
  methods.rfft = guard.wrap("rfft", function(self) return pair(tools.dim_of(self), load().real(self)) end)

  --- The real array of n elements (of the last axis) from its rfft: `re:irfft(im, n)`.
  methods.irfft = guard.wrap("irfft", function(self, im, n)
    if im == nil then error("irfft takes the imaginary part and the number of elements", 0) end
    return tools.wrap(load().real_inverse(self, part("irfft", self, im), n), tools.dim_of(self))
  end)

  --- The frequencies of `rfft` of n samples a step apart.
  M.frequencies = guard.wrap("ln.array.frequencies", function(n, step)
    return M.range(0, n // 2) / (n * step)
  end)
end
