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
show("synchrony", A.synchrony(trace.v))
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

-- Files are written once, read by all, and what goes wrong is the same everywhere.
os.remove "lfp.h5"
lfp:to_hdf5("lfp.h5", "/signals/lfp")
lfp:to_csv("lfp.csv", { "v" })
assert(ln.array.from_hdf5("lfp.h5", "/signals/lfp"):equals(lfp))
assert((ln.array.from_csv("lfp.csv") * ln.volt):flat():equals(lfp))
show("again", select(2, pcall(lfp.to_hdf5, lfp, "lfp.h5", "/signals/lfp")))
show("no folder", select(2, pcall(lfp.to_csv, lfp, "no/such/folder.csv")))
