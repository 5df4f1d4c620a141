-- Figures: every kind draws, to every format and in the terminal; what they compute; hostile strings; wrong input.
local ln = require "lunate"
local numerics = require "lunate.plot.numerics"
local spike_data = require "lunate.plot.spike_data"

local ms, mV, Hz = ln.ms, ln.mV, ln.Hz

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  return text
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

local function scratch(ending)
  local name = os.tmpname()
  os.remove(name)
  return name .. ending
end

-- The text between two marks of gnuplot's script, or nil.
local function line_with(script, what)
  for line in script:gmatch "[^\n]+" do
    if line:find(what, 1, true) then return line end
  end
end

-- Spikes by hand: neuron 1 every 10 ms, neuron 3 at 5 and 25 ms.
local function spikes()
  return { times = ln.array { 5*ms, 10*ms, 20*ms, 25*ms, 30*ms, 40*ms }, neurons = { 3, 1, 1, 3, 1, 1 }, name = "hand" }
end

local sine = {}
for k = 1, 1024 do sine[k] = 2*mV*math.sin(2*math.pi*50*(k - 1)*0.001) end

local kinds = {
  line = function() return ln.plot.line({ 1, 2, 3 }, { 1*mV, 4*mV, 2*mV }, { title = "T" }) end,
  scatter = function() return ln.plot.scatter({ 1, 2, 3 }, { 2, 4, 7 }, { fit = true, values = { 1*mV, 2*mV, 3*mV } }) end,
  histogram = function() return ln.plot.histogram { 1, 1, 2, 5 } end,
  heatmap = function() return ln.plot.heatmap { { 1, -2 }, { 3, 4 }, { 5, 6 } } end,
  tuning = function() return ln.plot.tuning({ 0, 90 }, { { 1*Hz, 2*Hz }, { 3*Hz, 5*Hz } }) end,
  learning = function() return ln.plot.learning({ 0.5, 0.7, 0.8 }, { error = { 0.1, 0.1, 0.05 } }) end,
  raster = function() return ln.plot.raster(spikes()) end,
  rate = function() return ln.plot.rate(spikes(), { bin = 10*ms }) end,
  isi = function() return ln.plot.isi(spikes()) end,
  correlogram = function() return ln.plot.correlogram(spikes(), { window = 20*ms, bin = 5*ms }) end,
  traces = function() return ln.plot.traces({ 0*ms, 1*ms, 2*ms }, { { 1*mV, 2*mV }, { 2*mV, 3*mV }, { 3*mV, 1*mV } }) end,
  spectrum = function() return ln.plot.spectrum(sine, { dt = 1*ms }) end,
  spectrogram = function() return ln.plot.spectrogram(sine, { dt = 1*ms, segment = 64*ms }) end,
  connectivity = function() return ln.plot.connectivity({ pre = { 1, 2, 2 }, post = { 1, 1, 3 } }) end,
  layout = function()
    return ln.plot.layout({ { 0, 0 }, { 1, 0 }, { 0, 1 } }, { synapses = { pre = { 1, 2 }, post = { 2, 3 } }, names = { "a" } })
  end,
}

describe("every kind", function()
  it("has a test here", function()
    local names = {}
    for name in pairs(kinds) do names[#names + 1] = name end
    table.sort(names)
    assert.are.same(ln.plot.kinds, names)
  end)

  for _, name in ipairs(ln.plot.kinds) do
    it(("%s: introduces itself, draws by gnuplot and in the terminal"):format(name), function()
      local plot = kinds[name]()
      assert.is_truthy(tostring(plot):find "^plot")
      assert.are.equal("plot", getmetatable(plot).__name)
      local path = scratch ".png"
      assert.are.equal(plot, plot:save(path, { dpi = 60 }))
      local png = read(path)
      assert.are.equal("\137PNG", png:sub(1, 4))
      assert.is_truthy(#png > 1000)
      os.remove(path)
      for _, colour in ipairs { false, true } do
        local text = plot:text { width = 50, height = 14, colour = colour }
        local lines = 0
        for line in text:gmatch "([^\n]*)\n" do
          lines = lines + 1
          local bare = line:gsub("\27%[[%d;]*m", "")
          assert.is_truthy(utf8.len(bare) <= 50, bare)
        end
        assert.is_truthy(lines <= 14 and lines >= 12)
        assert.are.equal(colour, text:find "\27" ~= nil and true or (not colour and false or colour))
      end
    end)
  end
end)

describe("files", function()
  it("are PNG, SVG, PDF and gnuplot's script", function()
    local plot = kinds.line()
    for ending, begins in pairs { png = "\137PNG", svg = "<?xml", pdf = "%PDF", gp = "# A figure of Lunate's" } do
      local path = scratch("." .. ending)
      plot:save(path)
      assert.are.equal(begins, read(path):sub(1, #begins))
      assert.is_false(exists(path .. ".part"))
      os.remove(path)
    end
  end)

  it("keep matrices inside an SVG: cell by cell, which no viewer smooths, but very large ones", function()
    local path = scratch ".svg"
    ln.plot.heatmap({ { 1, 2, 3 }, { 4, 5, 6 } }):save(path)
    assert.is_nil(read(path):find("data:image/png;base64", 1, true))
    ln.plot.heatmap(ln.array.range(160*160):reshape(160, 160)):save(path)
    assert.is_truthy(read(path):find("data:image/png;base64", 1, true))
    os.remove(path)
  end)

  it("redraw from the .gp alone", function()
    local gp, svg = scratch ".gp", scratch ".svg"
    kinds.raster():save(gp)
    assert.is_true(os.execute(("gnuplot -e 'set terminal svg; set output \"%s\"' %s"):format(svg, gp)))
    assert.is_truthy(read(svg):find("</svg>", 1, true))
    os.remove(gp)
    os.remove(svg)
  end)

  it("hold the data in the units of the axes", function()
    local script = ln.plot.line({ 0*ms, 20*ms }, { -70*mV, -50*mV }):script()
    assert.is_truthy(script:find("$d1_1 << EOD\n0 -70\n20 -50\nEOD", 1, true))
    assert.is_truthy(line_with(script, 'set xlabel "ms"'))
    assert.is_truthy(line_with(script, 'set ylabel "mV"'))
  end)

  it("may have any name the system takes", function()
    local folder = scratch ""
    assert.is_true(os.execute("mkdir " .. folder))
    for _, name in ipairs { "it's.png", "a \"b\".png", "$(touch hacked).png", "`touch hacked`.png", "a\\b.png", "-x.png",
      "a;touch hacked;.png", "new\nline.png", "ü.png" } do
      kinds.line():save(folder .. "/" .. name, { dpi = 40 })
      assert.are.equal("\137PNG", read(folder .. "/" .. name):sub(1, 4))
      os.remove(folder .. "/" .. name)
    end
    assert.is_true(os.execute("rmdir " .. folder)) -- nothing else was made there
    assert.is_false(exists "hacked")
  end)

  it("have every one of 100,000 spikes", function() -- how long that takes, make bench shows
    local times, neurons = {}, {}
    for k = 1, 100000 do times[k], neurons[k] = k*1e-5, k*7919 % 5000 + 1 end
    local plot = ln.plot.raster { times = ln.array(times, ln.second), neurons = ln.array(neurons) }
    local path = scratch ".png"
    plot:save(path)
    assert.is_true(exists(path))
    local _, points = plot:script():gsub("\n[%d.e+-]+ %d+", "")
    assert.are.equal(100000, points)
    os.remove(path)
  end)
end)

describe("strings from a script", function()
  local hostile = "'\"\\`touch hacked` $(touch hacked) $d1_1 @x %d %s {/Bold b} a_b^c & <b> \27[2J\7\0 \255 ü ; ! system(\"x\")"

  it("sets texts above the ends of the x axis inwards, where they stay in the figure", function()
    local path = scratch ".gp"
    ln.plot.line({ 0, 10 }, { 1, 2 }, { xlim = { 0, 10 }, annotations = { { x = 9.9, text = "end" }, { x = 5, text = "middle" },
      { x = { 0, 0.2 }, text = "start" } } }):save(path)
    local text = read(path)
    for name, align in pairs { ["end"] = "right", middle = "center", start = "left" } do
      assert.truthy(text:find(('set label "%s" at [%%d.]+, graph 1 %s offset'):format(name, align)), text)
    end
    os.remove(path)
  end)

  it("stand in pictures as they are, and do nothing", function()
    local plot = ln.plot.line({ 1, 2 }, { { 1, 2 }, { 2, 3 } }, {
      title = hostile, xlabel = hostile, ylabel = hostile, labels = { hostile, hostile .. "\nsecond line" },
      annotations = { { x = 1.5, text = hostile }, { x = { 1, 1.2 }, text = hostile }, { y = 2, text = hostile },
        { x = 1.5, y = 2, text = hostile } },
    })
    local both = ln.plot.panels { { plot, ln.plot.heatmap({ { 1, 2 } }, { zlabel = hostile }) }, title = hostile,
      width = 60*ln.cm, height = 20*ln.cm }
    for _, ending in ipairs { ".png", ".pdf", ".svg" } do
      local path = scratch(ending)
      both:save(path)
      if ending == ".svg" then
        local mark = "`touch hacked` $(touch hacked) $d1_1 @x %d %s {/Bold b} a_b^c &amp; &lt;b>"
        local _, shown = read(path):gsub(mark:gsub("%p", "%%%0"), "")
        assert.are.equal(11, shown) -- titles, labels, legend, annotations: all of them
      end
      os.remove(path)
    end
    assert.is_false(exists "hacked")
    local script = both:script()
    assert.is_nil(script:find "`")
    assert.is_nil(script:find "[%z\1-\8\11-\31\127]")
    assert.is_truthy(utf8.len(script))
  end)

  it("end no line of a script", function()
    local plain = ln.plot.line({ 1, 2 }, { title = "a b" }):script()
    local broken = ln.plot.line({ 1, 2 }, { title = "a\nEOD\nsystem 'x'\rexit" }):script()
    local function count(text) return select(2, text:gsub("\n", "")) end
    assert.are.equal(count(plain), count(broken))
    assert.is_truthy(broken:find([[set title "a\nEOD\nsystem 'x'\nexit"]], 1, true))
  end)

  it("do not steer the terminal", function()
    local text = ln.plot.line({ 1, 2 }, { title = "\27[2Ja\rb\u{9B}c" }):text { colour = false }
    assert.is_nil(text:find "[\27\r]")
    assert.is_nil(text:find "\u{9B}")
  end)
end)

describe("what is computed:", function()
  local function group(times) return spike_data.read("test", { times = times }, {})[1] end

  -- What a spectrum draws: {{frequency, power}, …} in the units of its axes.
  local function drawn(plot)
    local out = {}
    for f, p in plot:script():match "<< EOD\n(.-)EOD":gmatch "(%S+) (%S+)\n" do out[#out + 1] = { tonumber(f), tonumber(p) } end
    return out
  end

  it("Welch's estimate of a sine has its power at its frequency", function()
    local signal = {}
    for k = 1, 4096 do signal[k] = 3*math.sin(2*math.pi*125*(k - 1)/1000) end
    local line = drawn(ln.plot.spectrum(signal, { dt = 1*ms, segment = 256*ms }))
    local sum, peak = 0, 1
    for k = 1, #line do
      sum = sum + line[k][2]*(line[2][1] - line[1][1])
      if line[k][2] > line[peak][2] then peak = k end
    end
    assert.are.equal(125, line[peak][1])
    assert.is_near(4.5, sum, 1e-6) -- half the square of the amplitude
    local function same(opts)
      opts.dt = 1*ms
      assert.are.same(line, drawn(ln.plot.spectrum(signal, opts)))
    end
    same { window = 256*ms } -- the length, as it was called before
    same { segment = 256*ms, window = "hann", overlap = 0.5 }
    assert.are.not_same(line, drawn(ln.plot.spectrum(signal, { dt = 1*ms, segment = 256*ms, window = "boxcar" })))
  end)

  it("and of a constant is nothing, of white noise its variance", function()
    local flat, noise = {}, {}
    for k = 1, 8192 do flat[k], noise[k] = 7, math.random() - 0.5 end
    for _, p in ipairs(drawn(ln.plot.spectrum(flat, { dt = 100*ms, segment = 6.4*ln.second }))) do
      assert.is_near(0, p[2], 1e-20)
    end
    local line, sum = drawn(ln.plot.spectrum(noise, { dt = 2*ms, segment = 256*ms })), 0
    for k = 1, #line do sum = sum + line[k][2]*(line[2][1] - line[1][1]) end
    assert.is_near(1/12, sum, 0.005)
  end)

  it("parts of recordings and spikes from elsewhere are drawn as what they are", function()
    local data = ln.spikes { trains = { { 1*ms, 12*ms }, {}, { 5*ms } }, to = 20*ms }
    local points = ln.plot.raster(data):script()
    assert.is_truthy(points:find("EOD\n1 1\n12 1\n5 3\nEOD", 1, true))
    assert.is_truthy(ln.plot.raster(data:slice(2*ms, 10*ms)):script():find("EOD\n5 3\nEOD", 1, true))
    assert.is_truthy(ln.plot.raster(data:of(3)):script():find("EOD\n5 3\nEOD", 1, true))
    assert.is_truthy(ln.plot.rate(data, { bin = 10*ms }):script():find("EOD\n0 66.66", 1, true))
    assert.is_truthy(tostring(ln.plot.isi(data)):find("1 interval", 1, true))
    for _, kind in ipairs { "correlogram", "spectrum" } do
      assert.is_string(ln.plot[kind](data, kind == "spectrum" and { dt = 1*ms } or nil):script())
    end
  end)

  it("rates count spikes a neuron and bin", function()
    local script = ln.plot.rate({ times = { 1*ms, 2*ms, 12*ms, 15*ms, 19*ms }, neurons = { 1, 2, 1, 1, 2 } },
      { bin = 10*ms, to = 20*ms }):script()
    assert.is_truthy(script:find("EOD\n0 100\n10 150\n20 150\nEOD", 1, true))
  end)

  it("a spike on the edge of a bin belongs to the bin it begins", function()
    local times = {}
    for k = 0, 99 do times[k + 1] = k*0.0001*3*ln.second end
    local counts = spike_data.bin(group(times), 0, 0.0003, 100)
    for k = 1, 100 do assert.are.equal(1, counts[k]) end
  end)

  it("a smoothed rate keeps a constant and the area within", function()
    local out = numerics.smooth({ 2, 2, 2, 2, 2 }, 1.5)
    for k = 1, 5 do assert.is_near(2, out[k], 1e-12) end
    local pulse = {}
    for k = 1, 101 do pulse[k] = k == 51 and 1 or 0 end
    local sum = 0
    for _, v in ipairs(numerics.smooth(pulse, 4)) do sum = sum + v end
    assert.is_near(1, sum, 1e-6)
  end)

  it("the autocorrelogram of a clock has its peaks at multiples of the period, at the rate of one a bin", function()
    local times = {}
    for k = 1, 100 do times[k] = (k*0.01 - 0.005)*ln.second end
    local rates = spike_data.correlate(group(times), nil, 25, 0.001, 0, 1)
    for lag = -25, 25 do
      local expected = lag ~= 0 and lag % 10 == 0 and 1000 or 0
      assert.is_near(expected, rates[lag + 26], 1e-6)
    end
  end)

  it("the cross-correlogram of independent Poisson trains is flat at the target's rate", function()
    local function train(n)
      local times = {}
      for k = 1, n do times[k] = math.random()*100*ln.second end
      return group(times)
    end
    local rates = spike_data.correlate(train(4000), train(3000), 20, 0.005, 0, 100)
    local sum = 0
    for k = 1, 41 do sum = sum + rates[k]/41 end
    assert.is_near(30, sum, 1.5)
  end)

  it("a histogram's last bin holds its edge, and a density has area 1", function()
    local _, heights = numerics.histogram({ 0, 0.5, 1, 2 }, 2, 0, 2)
    assert.are.same({ 2, 2 }, heights)
    local edges, density = numerics.histogram({ 0, 0.5, 1, 2 }, 4, 0, 2, true)
    local area = 0
    for k = 1, 4 do area = area + density[k]*(edges[k + 1] - edges[k]) end
    assert.is_near(1, area, 1e-12)
  end)

  it("a fit is that of least squares", function()
    local a, b, r = numerics.least_squares({ 1, 2, 3, 0/0 }, { 3, 5, 7, 1 })
    assert.is_near(1, a, 1e-12)
    assert.is_near(2, b, 1e-12)
    assert.is_near(1, r, 1e-12)
    assert.is_nil(numerics.least_squares({ 1, 1 }, { 1, 2 }))
  end)

  it("errors are y less and plus them", function()
    local script = ln.plot.scatter({ 1, 2 }, { 5*mV, 6*mV }, { error = { 1*mV, 2*mV } }):script()
    assert.is_truthy(script:find("EOD\n1 5 4 6\n2 6 4 8\nEOD", 1, true))
  end)

  it("a raster's rows have the names that are given", function()
    local script = ln.plot.raster(spikes(), { names = { "AVA", "50%", "PVC" } }):script()
    assert.is_truthy(script:find([[set ytics ("AVA" 1, "50%%" 2, "PVC" 3)]], 1, true))
  end)

  it("a tuning curve is the mean with the standard error, or deviation", function()
    local y = { { 1*Hz, 10*Hz }, { 3*Hz, 10*Hz } }
    local script = ln.plot.tuning({ 0, 1 }, y):script()
    assert.is_truthy(script:find("EOD\n0 1 3\n1 10 10\nEOD", 1, true))
    script = ln.plot.tuning({ 0, 1 }, y, { error = "sd" }):script()
    assert.is_truthy(script:find(("EOD\n0 %.8g %.8g\n1 10 10\nEOD"):format(2 - 2^0.5, 2 + 2^0.5), 1, true))
  end)

  it("a large projection is counted in cells, which the label says", function()
    local pre, post = {}, {}
    for k = 1, 40 do pre[k], post[k] = k, k end
    local script = ln.plot.connectivity({ pre = pre, post = post }, { cells = 4 }):script()
    assert.is_truthy(script:find("EOD\n10 0 0 0\n0 10 0 0\n0 0 10 0\n0 0 0 10\nEOD", 1, true))
    assert.is_truthy(script:find("synapses per 10 × 10 neurons", 1, true))
  end)
end)

describe("recordings", function()
  local net = ln.network { dt = 0.1*ms, seed = 5 }
  local lif = ln.neuron { equations = "dv/dt = (20*mV - v)/(10*ms) : volt", threshold = "v > 15*mV", reset = "v = 0*mV" }
  local pop = net:population(20, lif, { name = "cells", v = "i*0.5*mV" })
  local all, v = net:record(pop, "spikes"), net:record(pop, "v", { neurons = { 2, 5 } })
  local ring = net:project(pop, pop, { connect = ln.one_to_one(), transmit = "v += w", w = 0.1*mV, name = "ring" })
  local early = ln.plot.raster(all)
  net:run(100*ms)

  it("give rasters, rates, intervals and correlograms over the run", function()
    assert.are.equal(0*ms, all.from)
    assert.are.equal(100*ms, all.to)
    local script = ln.plot.raster(all):script()
    assert.is_truthy(line_with(script, "set xrange [0:100]"))
    assert.is_truthy(line_with(script, "set yrange [20.5:0.5]"))
    for _, kind in ipairs { "rate", "isi", "correlogram", "raster" } do
      assert.is_truthy(#ln.plot[kind](all, {}):script() > 500)
    end
  end)

  it("that are empty give a frame that says so", function()
    assert.is_truthy(early:text():find("no spikes", 1, true))
    assert.is_truthy(early:script():find("no spikes", 1, true))
    local path = scratch ".png"
    early:save(path)
    os.remove(path)
  end)

  it("of variables give traces and spectra", function()
    assert.is_truthy(tostring(ln.plot.traces(v, { spikes = all })):find("2 signals, 1000 samples", 1, true))
    assert.is_truthy(tostring(ln.plot.traces(v, { neurons = 5 })):find("1 signal", 1, true))
    assert.is_truthy(tostring(ln.plot.spectrum(v)):find("2 signals", 1, true))
    assert.has_error(function() ln.plot.traces(v, { neurons = 7 }) end)
  end)

  it("projections and views are drawn as they are", function()
    assert.is_truthy(tostring(ln.plot.connectivity(ring, { variable = "w" })):find("20 synapses", 1, true))
    assert.is_truthy(tostring(ln.plot.histogram(pop.v)):find("20 numbers", 1, true))
  end)
end)

describe("degenerate input is drawn:", function()
  local nan, inf = 0/0, math.huge
  local cases = {
    ["nothing"] = function() return ln.plot.line({}, {}) end,
    ["one point"] = function() return ln.plot.line({ 1 }, { 1 }) end,
    ["a constant"] = function() return ln.plot.line { 2*mV, 2*mV, 2*mV } end,
    ["nothing but NaN"] = function() return ln.plot.line { nan, nan } end,
    ["NaN and inf among numbers"] = function() return ln.plot.line { 1, nan, 2, inf, 3, -inf } end,
    ["huge numbers"] = function() return ln.plot.line { 1e300, -1e300 } end,
    ["tiny numbers"] = function() return ln.plot.line { 1e-300, 2e-300 } end,
    ["close numbers"] = function() return ln.plot.line { 1, 1 + 1e-15 } end,
    ["zeros on a logarithmic axis"] = function() return ln.plot.line({ 0, 1, 10 }, { log = "y" }) end,
    ["nothing on a logarithmic axis"] = function() return ln.plot.line({ 0, -1 }, { log = "y" }) end,
    ["an empty histogram"] = function() return ln.plot.histogram {} end,
    ["a histogram of one number"] = function() return ln.plot.histogram { 3*mV } end,
    ["a histogram of NaN"] = function() return ln.plot.histogram { nan, nan } end,
    ["a matrix of one number"] = function() return ln.plot.heatmap { { 1 } } end,
    ["a matrix of NaN"] = function() return ln.plot.heatmap { { nan, nan } } end,
    ["a matrix of zeros"] = function() return ln.plot.heatmap { { 0, 0 }, { 0, 0 } } end,
    ["a constant signal's spectrum"] = function()
      local x = {}
      for k = 1, 64 do x[k] = 1*mV end
      return ln.plot.spectrum(x, { dt = 1*ms })
    end,
    ["a constant signal's spectrogram"] = function()
      local x = {}
      for k = 1, 64 do x[k] = 1 end
      return ln.plot.spectrogram(x, { dt = 1*ms })
    end,
    ["no spikes"] = function() return ln.plot.raster { times = {}, neurons = {} } end,
    ["no spikes' rate"] = function() return ln.plot.rate { times = {}, neurons = {} } end,
    ["no spikes' intervals"] = function() return ln.plot.isi { times = {}, neurons = {} } end,
    ["no spikes' correlogram"] = function() return ln.plot.correlogram { times = {}, neurons = {} } end,
    ["one spike"] = function() return ln.plot.raster { times = { 5*ms }, neurons = { 1 } } end,
    ["one spike's intervals"] = function() return ln.plot.isi { times = { 5*ms }, neurons = { 1 } } end,
    ["one spike's correlogram"] = function() return ln.plot.correlogram { times = { 5*ms }, neurons = { 1 } } end,
    ["equal intervals"] = function() return ln.plot.isi({ 5*ms, 5*ms }, { log = "x" }) end,
    ["a projection without synapses"] = function()
      return ln.plot.connectivity { pre = {}, post = {}, n_pre = 3, n_post = 2 }
    end,
    ["a neuron in space"] = function() return ln.plot.layout { { 1, 1 } } end,
  }
  for name, make in pairs(cases) do
    it(name, function()
      local plot = make()
      local path = scratch ".svg"
      plot:save(path)
      assert.is_truthy(read(path):find("</svg>", 1, true))
      os.remove(path)
      assert.is_truthy(utf8.len(plot:text { width = 40, height = 10, colour = true }))
    end)
  end
end)

describe("panels", function()
  it("share an axis of time", function()
    local a = ln.plot.line({ 0*ms, 50*ms }, { 1, 2 })
    local b = ln.plot.line({ 20*ms, 100*ms }, { 1, 2 })
    local script = ln.plot.panels({ { a }, { b }, share_x = true }):script()
    local _, n = script:gsub("set xrange %[0:100%]", "")
    assert.are.equal(2, n)
    local _, labels = script:gsub("\nset xlabel", "")
    assert.are.equal(1, labels)
  end)

  it("leave the plots they are made of alone", function()
    local a = kinds.line()
    local before = a:script()
    ln.plot.panels { { a }, { a }, share_x = true }
    assert.are.equal(before, a:script())
  end)

  it("lie over each other", function()
    local plot = ln.plot.line({ 1, 2 }, { 1*mV, 2*mV }):over(ln.plot.scatter({ 1, 2 }, { 1*mV, 3*mV }))
    assert.is_truthy(plot:script():find "with lines.*with points")
  end)
end)

-- Wrong calls, and what the message says; each begins with this file and its line.
local wrong = {
  { function() ln.plot.histgram() end, "ln.plot has no 'histgram' (did you mean 'histogram'?)" },
  { function() ln.plot.line() end, "y must be an array or a list of numbers or quantities, not a nil" },
  { function() ln.plot.line { 1, "a" } end, "element 2 of y is a string, not a number" },
  { function() ln.plot.line { 1*mV, 2*ms } end, "element 2 of y is in s, but the elements before it are in V" },
  { function() ln.plot.line({ 1, 2 }, { 1 }, {}) end, "line: x has 2 elements and y has 1" },
  { function() ln.plot.line({ 1 }, { titl = "x" }) end, "unknown option 'titl' (did you mean 'title'?)" },
  { function() ln.plot.line({ 1 }, { title = {} }) end, "title must be a string, not a table" },
  { function() ln.plot.line({ 1*mV }, { ylim = { 0*ms, 1*ms } }) end, "ylim is in s, expected V" },
  { function() ln.plot.line({ 1 }, { ylim = { 2, 1 } }) end, "ylim: the first limit must be below the second" },
  { function() ln.plot.line({ 1 }, { xlim = 3 }) end, "xlim must be two limits: {low, high}" },
  { function() ln.plot.line({ 1*mV }, { yunit = ms }) end, "yunit must be a unit of V" },
  { function() ln.plot.line({ 1 }, { log = "z" }) end, "log must be \"x\", \"y\" or \"xy\", not 'z'" },
  { function() ln.plot.line({ 1 }, { colour = "bluee" }) end, "no colour 'bluee' (did you mean 'blue'?)" },
  { function() ln.plot.line({ 1 }, { legend = "here" }) end, "legend must be false" },
  { function() ln.plot.line({ 1 }, { width = 3 }) end, "width is in 1, expected m" },
  { function() ln.plot.line({ 1 }, { annotations = { { x = 1*mV } } }) end, "annotation 1 is in V, expected 1" },
  { function() ln.plot.heatmap { 1, 2 } end, "the matrix has 1 dimension; two were expected" },
  { function() ln.plot.heatmap({ { 1, 2 } }, { log = "x" }) end, "heatmap has no logarithmic axes" },
  { function() ln.plot.heatmap({ { 1, 2, 3 } }, { x = { 1, 2, 4 } }) end, "x must rise in equal steps" },
  { function() ln.plot.scatter({ 1, 2 }, { 1, 2 }, { values = { 1 } }) end, "values has 1 elements, x has 2" },
  { function() ln.plot.scatter({ 1, 1 }, { 1, 2 }, { fit = true }) end, "a fit needs two points with different x" },
  { function() ln.plot.raster(3) end, "raster must be given a recording of spikes" },
  { function() ln.plot.raster {} end, "raster was given no recordings" },
  { function() ln.plot.raster { times = { 1*mV } } end, "times are in V, expected s" },
  { function() ln.plot.raster { times = { 1*ms }, neurons = { 1, 2 } } end, "there are 1 times and 2 neurons" },
  { function() ln.plot.raster { times = { 1*ms }, neurons = { 0 } } end, "neurons are numbered from 1, not 0" },
  { function() ln.plot.raster(spikes(), { names = { "a" } }) end, "1 names were given for 3 rows" },
  { function() ln.plot.raster(spikes(), { labels = "a" }) end, "option 'labels' must be a table, got a string" },
  { function() ln.plot.scatter({ 1 }, { 1*mV }, { error = { 1*ms } }) end, "error is in s, but y is in V" },
  { function() ln.plot.rate(spikes(), { bin = 0*ms }) end, "bin must be positive" },
  { function() ln.plot.rate(spikes(), { bin = 1*ln.second }) end, "the bin is longer than the recording" },
  { function() ln.plot.rate(spikes(), { bin = 1e-12*ln.second }) end, "bins are too many to draw" },
  { function() ln.plot.isi { 1*mV } end, "the intervals are in V, expected s" },
  { function() ln.plot.spectrum(sine) end, "give the time between samples" },
  { function() ln.plot.spectrum({ 1, 2, 3 }, { dt = 1*ms }) end, "at least 16 samples are needed, there are 3" },
  { function() ln.plot.spectrum(sine, { dt = 1*ms, segment = 9*ln.second }) end, "the segment is longer than the signal" },
  { function()
    local x = {}
    for k = 1, 20 do x[k] = k == 7 and 0/0 or k end
    ln.plot.spectrum(x, { dt = 1*ms })
  end, "spectrum: sample 7 is not a finite number" },
  { function() ln.plot.traces({ 1*ms }, { 1*mV, 2*mV }) end, "there are 1 times, but the signals have 2 samples" },
  { function() ln.plot.connectivity { pre = { 1 }, post = { 9 }, n_post = 3 } end, "joins neurons 1 and 9, which do not exist" },
  { function() ln.plot.layout { { 1 } } end, "positions have 2 or 3 columns, these have 1" },
  { function() ln.plot.layout({ { 1, 2 } }, { synapses = { pre = { 1 }, post = { 2 } } }) end, "but there are 1 positions" },
  { function() ln.plot.panels { { 3 } } end, "panel 1 of row 1 must be a plot of ln.plot, not a number" },
  { function() ln.plot.panels {} end, "ln.plot.panels takes rows of plots" },
  { function() ln.plot.panels { { kinds.line() }, heights = { 1, 2 } } end, "heights: 2 numbers were given for 1" },
  { function() kinds.line():over(kinds.raster()) end, "over: x is in 1 below and in s above" },
  { function() kinds.line():save "x.gif" end, "a picture is .png, .svg, .pdf or .gp, not 'x.gif'" },
  { function() kinds.line():save() end, "save must be given a file name" },
  { function() kinds.line():save "/no/such/folder/x.png" end, "cannot write /no/such/folder/x.png: No such file or directory" },
  { function() kinds.line():save "/no/such/folder/x.gp" end, "cannot write /no/such/folder/x.gp: No such file or directory" },
  { function() kinds.line():save("x.png", { dpi = 1e6 }) end, "dpi must be between 30 and 1200" },
  { function() kinds.line():sho() end, "a plot has no 'sho' (did you mean 'show'?)" },
  { function() kinds.line():text { width = 3 } end, "width must be a whole number, at least 20" },
  { function() ln.plot.line({ 1 }, { width = 1*ln.cm, height = 1*ln.cm, title = "T" }):script() end, "the figure is too small" },
}

describe("wrong calls say so at their line:", function()
  for _, case in ipairs(wrong) do
    it(case[2], function()
      local ok, message = pcall(case[1])
      assert.is_false(ok)
      assert.is_truthy(message:find "^[^\n]*plot_spec.lua:%d+: ", message)
      assert.is_truthy(message:find(case[2], 1, true), message)
    end)
  end
end)
