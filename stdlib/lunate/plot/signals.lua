--- Figures of signals: traces, spectra, spectrograms.
-- @module lunate.plot.signals
local Q = require "lunate.quantity"
local array = require "lunate.array"
local axes = require "lunate.plot.axis"
local basic = require "lunate.plot.basic"
local data = require "lunate.plot.data"
local figure = require "lunate.plot.figure"
local numerics = require "lunate.plot.numerics"
local panels = require "lunate.plot.panel"
local spike_data = require "lunate.plot.spike_data"

local M = {}

local second = Q.dim_of(Q.units.second)
local hertz = Q.dim_of(Q.units.Hz)
local count = basic.count

-- The one variable of a recording of states, or the one named.
local function variable_of(trace, name)
  if name ~= nil then return name end
  local found
  for _, key in ipairs(getmetatable(trace).__complete(trace)) do
    if not ({ neurons = 1, population = 1, t = 1, times = 1, clear = 1, from = 1, to = 1, sum = 1, mean = 1 })[key] then
      if data.kind_of(trace[key]) == "array" then
        if found then error(("this recording has %s and %s: name one by variable = \"%s\""):format(found, key, found), 0) end
        found = key
      end
    end
  end
  return found
end

-- The places of the neurons that are drawn: only those are gathered.
local function wanted_columns(neurons, wanted)
  local places, chosen = {}, wanted and {}
  for _, i in ipairs(type(wanted) == "table" and wanted or { wanted }) do chosen[i] = true end
  for k, i in ipairs(neurons) do
    if not chosen or chosen[i] then places[#places + 1] = k end
  end
  return places
end

-- Times, a matrix (time by neuron), and names of its columns.
local function read_traces(x, y, opts, what)
  if data.kind_of(x) == "trace" then
    local name = variable_of(x, opts.variable)
    local places, neurons, names = wanted_columns(x.neurons, opts.neurons), {}, {}
    for k, place in ipairs(places) do neurons[k], names[k] = x.neurons[place], ("neuron %d"):format(x.neurons[place]) end
    return (data.numbers(x.t, "t")), data.matrix(x[name]:take(places, 2), name), names, name, neurons
  end
  local t, dim = data.numbers(x, "times")
  if dim ~= second and #t > 0 then error(("%s: times are in %s, expected s"):format(what, dim), 0) end
  local m
  if data.is_matrix(y) then
    m = data.matrix(y, "the signals")
  else
    local list, d = data.numbers(y, "the signal")
    m = { rows = #list, columns = 1, flat = list, dim = d }
  end
  if m.rows ~= #t then error(("%s: there are %d times, but the signals have %d samples"):format(what, #t, m.rows), 0) end
  return t, m, {}, nil, nil
end

local function pick(m, names, numbers, wanted)
  local columns = {}
  if wanted == nil then
    for j = 1, m.columns do columns[j] = j end
    return columns
  end
  if type(wanted) == "number" then wanted = { wanted } end
  for k, i in ipairs(wanted) do
    for j = 1, m.columns do
      if (numbers and numbers[j] or j) == i then columns[k] = j end
    end
    if not columns[k] then error(("neuron %s is not in this recording"):format(tostring(i)), 0) end
  end
  return columns, names
end

-- Strokes where the neurons of a trace spiked, above its line.
local function mark_spikes(panel, spikes, lines, tops)
  local groups = spike_data.read("traces", spikes, {})
  spike_data.only(groups[1], lines)
  spike_data.each(groups[1], function(t, neuron)
    local x = tops[lines[neuron]]
    if x then x.x[#x.x + 1], x.y[#x.y + 1] = t, x.at end
  end)
  for _, x in ipairs(tops) do
    panels.add(panel, { kind = "points", x = x.x, y = x.y, colour = x.colour, shape = "triangle", size = 0.6 })
  end
end

-- What traces above each other need for a y axis: each one's number, and a bar for the scale.
local function stack(panel, columns, numbers, offset, variable, dim)
  local length = axes.step(offset, 2)
  local _, middle = numerics.range(panel.layers[#columns].y)
  local most = math.max(1, #columns // 12)
  panel.y.ticks = {}
  for k, j in ipairs(columns) do
    if k % most == 0 then
      panel.y.ticks[#panel.y.ticks + 1] = { (numerics.moments(panel.layers[k].y)), tostring(numbers[j]) }
    end
  end
  if not panel.y.own_label then panel.y.label, panel.y.own_label = variable and variable .. " of neuron" or "signal", true end
  panel.y.shown = true
  panels.add(panel, { kind = "scalebar", from = middle - length, to = middle, colour = "#000000",
    text = Q.format(Q.new(length, dim), 3) })
end

--- Recorded variables over time: `traces(trace)`, `traces(trace, {variable = "v"})`, `traces(times, signals)`. Several
-- are drawn above each other at an offset, unless offset = false.
-- @param x a recording of variables, or times
-- @param[opt] y signals: an array, or times × signals
-- @tab[opt] opts variable, neurons = {1, 5} (as numbered in the population), offset (a quantity, or false), spikes (a
-- recording of the same population's, marked above the lines)
function M.traces(x, y, opts)
  if data.kind_of(x) == "trace" then y, opts = nil, y end
  opts = panels.options("traces", opts, { variable = { "string" }, neurons = true, offset = true, spikes = true })
  local t, m, names, variable, numbers = read_traces(x, y, opts, "traces")
  local columns = pick(m, names, numbers, opts.neurons)
  local offset = 0
  if opts.offset ~= false then
    offset = data.number(opts.offset, "offset", m.dim)
    if not offset then
      offset = 0
      for _, j in ipairs(columns) do
        local lo, hi = numerics.range(data.column(m, j))
        if #columns > 1 and hi > lo then offset = math.max(offset, (hi - lo) * 1.15) end
      end
    end
  end
  local panel = panels.new("traces", opts, { x = { label = "time", dim = second, tight = true },
    y = { label = variable, dim = m.dim } })
  panel.nothing = "no samples"
  local lines, tops = {}, {}
  for k, j in ipairs(columns) do
    local ys = data.column(m, j)
    for i = 1, #ys do ys[i] = ys[i] + (#columns - k) * offset end
    local colour = panels.colour(panel, offset ~= 0 and #columns > 7 and 1 or k)
    local default = #columns > 1 and offset == 0 and #columns <= 12 and names[j] or nil
    panels.add(panel, { kind = "line", x = t, y = ys, colour = colour, label = panels.label(panel, k, default), width = 0.8 })
    local _, hi = numerics.range(ys)
    lines[numbers and numbers[j] or j] = k
    tops[k] = { x = {}, y = {}, at = hi + (offset ~= 0 and offset or math.abs(hi) * 0.05) * 0.07, colour = colour }
  end
  if opts.spikes then mark_spikes(panel, opts.spikes, lines, tops) end
  if offset ~= 0 and #columns > 1 then stack(panel, columns, numbers or columns, offset, variable, m.dim) end
  return figure.single(panel, ("traces of %s, %s"):format(count(#columns, "signal"), count(#t, "sample")))
end

-- ---------------------------------------------------------------- spectra

-- Signals for spectra: lists, samples a second, dimension, labels.
local function read_signals(what, x, opts)
  local kind = data.kind_of(x)
  if kind == "spikes" or kind == "spike data" or kind == "table" and x.times ~= nil then
    local bin = data.positive(opts.dt, "dt", second, 0.001)
    local groups, from, to = spike_data.read(what, x, opts)
    local n = math.floor((to - from) / bin + 1e-6)
    local g = groups[1]
    local rates = spike_data.bin(g, from, bin, n)
    for k = 1, n do rates[k] = rates[k] / (bin * (g.last - g.first + 1)) end
    return { rates }, 1 / bin, hertz, {}, from
  end
  if kind == "trace" then
    local t, m, names, _, numbers = read_traces(x, nil, opts, what)
    if #t < 2 then return { {} }, 1, m.dim, names, 0 end
    local signals, labels = {}, {}
    for k, j in ipairs(pick(m, names, numbers, opts.neurons)) do
      signals[k], labels[k] = data.column(m, j), m.columns > 1 and names[j] or nil
    end
    return signals, (#t - 1) / (t[#t] - t[1]), m.dim, labels, t[1]
  end
  local dt = data.positive(opts.dt, "dt", second)
  if not dt then error(what .. ": give the time between samples, dt = 0.1*ms", 0) end
  if data.is_matrix(x) then
    local m, signals = data.matrix(x, "the signals"), {}
    for j = 1, m.columns do signals[j] = data.column(m, j) end
    return signals, 1 / dt, m.dim, {}, 0
  end
  local list, dim = data.numbers(x, "the signal")
  return { list }, 1 / dt, dim, {}, 0
end

local function check_signal(what, list)
  if #list < 16 then error(("%s: at least 16 samples are needed, there are %d"):format(what, #list), 0) end
  for k = 1, #list do
    if not data.finite(list[k]) then error(("%s: sample %d is not a finite number"):format(what, k), 0) end
  end
end

-- Options for the estimates of ln.analysis, by the names they have there; a segment is by default a share of the signal. Scripts
-- that call its length window, as these functions did, go on.
local function welch_options(what, n, fs, opts, share, overlap)
  local segment, window = opts.segment, opts.window
  if type(window) ~= "string" then segment, window = segment or window, nil end
  segment = data.positive(segment, "segment", second)
  local length = segment and math.floor(segment * fs + 1e-6) or math.max(16, n // share)
  if length < 16 then error(what .. ": the segment has fewer than 16 samples", 0) end
  if length > n then error(what .. ": the segment is longer than the signal", 0) end
  return { step = Q.new(1 / fs, second), segment = Q.new(length / fs, second), overlap = opts.overlap or overlap,
    window = window }
end

-- "mV²/Hz", and how many SI units it is, for a signal of which the largest density is `most`.
local function density_unit(most, dim)
  if dim == hertz then return "Hz²/Hz", 1 end
  if dim == Q.dimensionless then return "1/Hz", 1 end
  local unit, factor = axes.suit(math.sqrt(most), dim)
  return unit and (unit:find "[ /]" and ("(%s)²/Hz"):format(unit) or unit .. "²/Hz"), factor ^ 2
end

--- The power density of a signal by Welch's method, as `ln.analysis.welch` has it: segments that overlap, windows, means taken
-- away. Of spikes: of their population's rate.
-- @param x a recording (of variables or spikes), an array (with dt), or times × signals (with dt)
-- @tab[opt] opts dt, segment (a time; default: a quarter of the signal), overlap (default 0.5), window ("hann" by default),
-- variable, neurons, low, high (frequencies); log = "y" is the default, log = false is linear
function M.spectrum(x, opts)
  opts = opts or {}
  local linear = data.kind_of(opts) == "table" and opts.log == false
  if linear then
    local copy = {}
    for key, value in pairs(opts) do copy[key] = value end
    copy.log = nil
    opts = copy
  end
  opts = panels.options("spectrum", opts, { dt = true, segment = true, overlap = { "number" }, window = true,
    variable = { "string" }, neurons = true, low = true, high = true, from = true, to = true })
  local analysis = require "lunate.analysis"
  local signals, fs, dim, names = read_signals("spectrum", x, opts)
  local low, high = data.number(opts.low, "low", hertz, 0), data.number(opts.high, "high", hertz, math.huge)
  local most, lines = 0, {}
  for k, list in ipairs(signals) do
    check_signal("spectrum", list)
    local power, f = analysis.welch(array.new(list), welch_options("spectrum", #list, fs, opts, 4, 0.5))
    power, f = power:raw(), f:raw()
    local line = { x = {}, y = {} }
    for i = 2, #f do -- the mean, at 0 Hz, was taken away
      if f[i] >= low and f[i] <= high then line.x[#line.x + 1], line.y[#line.y + 1] = f[i], power[i] end
    end
    local _, hi = numerics.range(line.y)
    most, lines[k] = math.max(most, hi), line
  end
  local unit, factor = density_unit(most, dim)
  local panel = panels.new("spectrum", opts, { x = { label = "frequency", dim = hertz, tight = true },
    y = { label = "power density", dim = dim ^ 2 / hertz, unit = unit, factor = factor, shown = true } })
  if not opts.log and not linear and most > 0 then panel.y.log = true end
  if most == 0 then panel.y.from_zero = true end
  for k, line in ipairs(lines) do
    panels.add(panel, { kind = "line", x = line.x, y = line.y, colour = panels.colour(panel, k),
      label = panels.label(panel, k, names[k]) })
  end
  return figure.single(panel, ("spectrum of %s"):format(count(#signals, "signal")))
end

--- The power density of a signal over time and frequency, in decibels relative to 1 (unit)²/Hz.
-- @param x as for `spectrum`; the first signal of several
-- @tab[opt] opts dt, segment (a time; default: about 1/16 of the signal), overlap (default 0.75), window ("hann" by default),
-- high (largest frequency), variable, neurons
function M.spectrogram(x, opts)
  opts = panels.options("spectrogram", opts, { dt = true, segment = true, overlap = { "number" }, window = true,
    variable = { "string" }, neurons = true, high = true, from = true, to = true })
  local signals, fs, dim, _, start = read_signals("spectrogram", x, opts)
  local list = signals[1]
  check_signal("spectrogram", list)
  local density, f, times = require("lunate.analysis").spectrogram(array.new(list),
    welch_options("spectrogram", #list, fs, opts, 16, 0.75))
  density, f, times = density:raw(), f:raw(), times:raw()
  local high, shown = data.positive(opts.high, "high", hertz, math.huge), 0
  for k = 2, #f do -- the mean, at 0 Hz, was taken away
    if f[k] <= high then shown = k - 1 end
  end
  if shown == 0 then error("spectrogram: no frequency lies below high", 0) end
  density = density:slice(2, shown + 1, 2):transpose()
  local most = density:max()
  local unit, factor = density_unit(most, dim)
  local flat, windows = density:flat():totable(), #times
  for k, p in ipairs(flat) do
    flat[k] = p > 0 and 10 * math.log(math.max(p, most * 1e-12) / factor, 10) or 0 / 0
  end
  local panel = panels.new("spectrogram", opts, { no_log = true, x = { label = "time", dim = second, tight = true },
    y = { label = "frequency", dim = hertz, tight = true },
    z = { label = ("dB re 1 %s"):format(unit or "1/Hz"), own_label = true, shown = true } })
  panel.nothing = "a constant signal has no power"
  panels.add(panel, { kind = "image", rows = shown, columns = windows, flat = flat, x0 = start + times[1],
    dx = windows > 1 and times[2] - times[1] or #list / fs, y0 = f[2], dy = f[2] })
  return figure.single(panel, ("spectrogram of %s at %s"):format(count(windows, "window"), count(shown, "frequency")))
end

return M
