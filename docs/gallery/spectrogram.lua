--- A signal whose frequency rises from 20 to 80 Hz, in noise.
local ln = require "lunate"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz
local dt = 1*ms
local signal = {}
for k = 1, 4000 do
  local t = k*dt/ln.second
  signal[k] = (math.sin(2*math.pi*(20*t + 7.5*t^2)) + 0.3*(math.random() - 0.5))*mV
end
ln.plot.spectrogram(signal, { dt = dt, segment = 256*ms, high = 120*Hz }):save(arg[1] or "spectrogram.png", { dpi = 180 })
