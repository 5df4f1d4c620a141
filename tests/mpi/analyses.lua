-- Analyses of one recorded network; what it prints must not depend on the number of ranks.
local ln = require "lunate"
local ms, Hz, A = ln.ms, ln.Hz, ln.analysis

local net = ln.network { dt = 0.1 * ms, seed = 5 }
local model = ln.neuron {
  equations = "dv/dt = (I - v)/tau : volt\n I : volt (constant)",
  threshold = "v > 10*mV", reset = "v = 0*mV", parameters = { tau = 10 * ms },
}
local exc = net:population(53, model, { name = "exc", I = "7*mV + 12*mV*rand()", v = "10*mV*rand()" })
local spikes = net:record(exc, "spikes")
local trace = net:record(exc, "v", { every = 0.5 * ms })
net:run(300 * ms) -- a quarter of the neurons is silent

local function show(name, ...)
  local out = {}
  for k = 1, select("#", ...) do
    local x = select(k, ...)
    if ln.array.is(x) then x = ("sum %.17g of %s"):format(x:raw():sum(), x) end
    out[k] = type(x) == "number" and ("%.17g"):format(x) or tostring(x)
  end
  print(name, table.concat(out, "; "))
end

local late = spikes:slice(100 * ms, 300 * ms):of(1, 20)
show("data", late, late:times(), late:senders())
show("rate", spikes:rate { window = 10 * ms, step = 5 * ms })
show("smooth", spikes:rate { window = 10 * ms, kernel = "gaussian" })
for _, name in ipairs { "isi", "cv", "cv2", "lv" } do show(name, A[name](spikes)) end
show("fano", A.fano(spikes, { window = 50 * ms }))
show("psth", A.psth(spikes, { 100 * ms, 200 * ms }))
show("correlation", A.count_correlation(spikes, { window = 10 * ms }))
show("synchrony", A.synchrony(trace.v), A.synchrony(spikes, { window = 5 * ms }), A.synchrony(late, { window = 9 * ms }))
show("correlogram", A.cross_correlogram(spikes:of(1, 10), spikes:of(11, 20)).corrected)
show("spike distance", A.spike_distance(spikes:of(3), spikes:of(40)))
show("avalanches", A.avalanches(spikes))
local lfp = A.lfp_membrane(trace.v)
show("welch", A.welch(lfp, { step = 0.5 * ms, segment = 100 * ms }))
show("filter", A.butterworth(lfp, { step = 0.5 * ms, low = 20 * Hz, high = 80 * Hz, zero_phase = true }))
local pca = A.pca(trace.v)
show("pca", pca.variances, pca.scores)
show("bootstrap", ln.statistics.bootstrap(A.isi(spikes), function(x) return x:median() end, { draws = 50 }).high)

-- What is made where the data lie, and what ranks share.
for _, name in ipairs { "van_rossum", "victor_purpura", "isi_distance", "spike_distance", "tiling" } do
  show(name, A[name](spikes:of(1, 12)))
end
show("latency", A.latency(spikes, { 100 * ms, 200 * ms }))
local n, length = 0, 0
for _, list in ipairs(A.bursts(spikes, { interval = 30 * ms })) do
  for _, burst in ipairs(list) do n, length = n + burst.count, length + (burst.stop - burst.start) / ms end
end
show("bursts", n, length)
show("autocorrelogram", A.autocorrelogram(spikes:of(5, 20)).corrected)
show("triggered average", A.triggered_average(spikes, lfp, { step = 0.5 * ms, before = 20 * ms }))
local _, phase = A.hilbert(A.butterworth(lfp, { step = 0.5 * ms, low = 20 * Hz, high = 80 * Hz, zero_phase = true }))
local locking = A.phase_locking(late, phase, { step = 0.5 * ms })
show("phase locking", locking.strength, locking.phase, locking.ppc, locking.n)
assert(trace:mean():equals(lfp) and A.lfp_membrane(trace):equals(lfp) and trace:sum("v"):equals(trace.v:sum(2)))
assert(A.synchrony(trace) == A.synchrony(trace.v))
show("magnitude", trace:sum("v", { absolute = true }))
show("spectra", A.welch(trace, { segment = 100 * ms }))
local one = A.welch(trace.v:column(7), { step = 0.5 * ms, segment = 100 * ms })
assert(A.welch(trace, { segment = 100 * ms }):column(7):equals(one))
show("counts", late:counts(), late:count(), late:rate())
show("mean correlation", spikes:correlation(), spikes:correlation { bin = 10 * ms, from = 50 * ms })

for _, pair in ipairs { { spikes:of(1, 10), spikes:of(11, 20) }, { late, late }, { spikes, spikes } } do
  show("correlogram where trials lie", A.cross_correlogram(pair[1], pair[2], { predictor = false, range = 20 * ms }).counts)
end
show("autocorrelogram where trials lie", A.autocorrelogram(spikes, { predictor = false, range = 20 * ms }).counts)
show("out of order", spikes:of({ 40, 3, 17, 3 }):isi():sort(), spikes:of({ 40, 3, 17, 3 }):senders())

-- Work that is divided: draws, folds, beginnings, neighbours, items.
local samples, labels = {}, {}
for k = 1, 90 do
  labels[k] = (k - 1) % 3 + 1
  samples[k] = { labels[k] * 0.8 + math.random(), math.random(), -labels[k] * 0.5 + math.random() }
end
for _, kind in ipairs { "centroid", "knn", "ridge", "logistic", "lda" } do
  local found = A.cross_validate(kind, samples, labels, { folds = 4 })
  show(kind, found.accuracy, found.folds, found.predicted, found.confusion)
end
show("scores", A.decoder("knn", samples, labels):scores(samples))
local clusters = A.kmeans(samples, 3)
show("kmeans", clusters.inertia, clusters.centres, clusters.labels)
show("rsa", A.rsa(samples, ln.array(samples):slice(1, 2, 2)), ln.statistics.rank_correlation(labels, ln.array(samples):column(1)))
show("matrix of given trains", A.van_rossum(late:trains()))
local means = ln.statistics.bootstrap({ 1, 2, 4, 3, 7 }, function(x) return x:mean() * ms end, { draws = 40 })
show("bootstrap of times", means.estimate, means.low, means.high, means.se)
show("bootstrap that reads recordings", ln.statistics.bootstrap(ln.array.range(1, 20, 1), function(x)
  return spikes:of(x:integer()):rate()
end, { draws = 20 }).low)
for k, item in ipairs(ln.share(7, function(k)
  return { k, k * ms, mask = ln.array { true, k > 3 }, text = ("x"):rep(k), drawn = math.random(),
    nested = ln.share(2, function(j) return j * k end) }
end)) do
  show("item " .. k, item[1], item[2], item.mask, item.text, item.drawn, item.nested[2])
end
show("drawn after", math.random())
show("items fail", select(2, pcall(ln.share, 9, function(k) if k >= 5 then error("item " .. k) end return k end)))
show("items hold functions", select(2, pcall(ln.share, 3, function(k) return k > 1 and print or k end)))
show("items meet", select(2, pcall(ln.share, 2, function(k) return k > 1 and spikes:count() end)))
show("no items", #ln.share(0, print), select(2, pcall(ln.share, 1.5, print)), select(2, pcall(ln.share, 2)))

-- Figures: rank 0 alone has the points of a raster, but what is said of it is the same.
local P = ln.plot
local figures = {
  P.raster(spikes), P.raster({ late, spikes }, { from = 50 * ms }), P.rate(spikes), P.isi(spikes), P.isi(late, { log = "x" }),
  P.correlogram(spikes), P.correlogram(spikes:of(1, 10), spikes:of(11, 20)),
  P.traces(trace, { neurons = { 30, 2 }, spikes = spikes }),
  P.traces(trace), P.spectrum(trace, { neurons = 40 }), P.histogram(spikes:isi()), P.histogram(trace.v:flat()),
}
for k, figure in ipairs(figures) do show("figure " .. k, figure, #figure:script(), figure:script(), figure:text()) end
show("panels", P.panels({ { figures[1] }, { figures[3] }, share_x = true }):script())

-- Files are written once, read by all, and what goes wrong is the same everywhere.
os.remove "lfp.h5"
lfp:to_hdf5("lfp.h5", "/signals/lfp")
lfp:to_csv("lfp.csv", { "v" })
assert(ln.array.from_hdf5("lfp.h5", "/signals/lfp"):equals(lfp))
assert((ln.array.from_csv("lfp.csv") * ln.volt):flat():equals(lfp))
show("again", select(2, pcall(lfp.to_hdf5, lfp, "lfp.h5", "/signals/lfp")))
show("no folder", select(2, pcall(lfp.to_csv, lfp, "no/such/folder.csv")))
