-- Analyses of signals and populations: SciPy's and scikit-learn's numbers (tests/conformance/analysis), closed forms.
local ln = require "lunate"
local A = ln.analysis
local here = debug.getinfo(1, "S").source:match "^@(.*)language/"
local R = dofile(here .. "conformance/analysis/reference.lua")
local array, ms, Hz, mV, nA = ln.array, ln.ms, ln.Hz, ln.mV, ln.nA
local support = dofile(here .. "language/support/check.lua")
local refused, near, is_nan = support.refused, support.near, support.is_nan

describe("spectra", function()
  local x, y = array(R.s1) * mV, array(R.s2)
  local opts = { step = 1 * ms, segment = 128 * ms }

  it("as SciPy's", function()
    local p, f = A.welch(x, opts)
    near(R.welch, p / (mV ^ 2 / Hz), 1e-11)
    near(R.welch_f, f / Hz)
    near(R.welch_constant, (A.welch(array(R.s1), { step = 1 * ms, segment = 100 * ms, overlap = 0.25, detrend = false,
      window = "hamming" })) * Hz, 1e-11)
    near(R.coherence, (A.coherence(x, y, opts)), 1e-9)
    local s, _, t = A.spectrogram(x, opts)
    near(R.spectrogram, s[3] / (mV ^ 2 / Hz), 1e-11)
    near(64, t[1] / ms)
    near(128, t[2] / ms)
  end)

  it("hold the variance", function()
    local noise = array.random(ln.normal(0, 2), 4096, 5)
    local p, f = A.welch(noise, { step = 1 * ms, window = "boxcar", overlap = 0, segment = 4096 * ms })
    near(noise:var(), (p:sum() * (f[2] - f[1])), 1e-12)
    near(0, A.welch(array.ones(100), { step = 1 * ms }):sum() * Hz)
    near(1, A.coherence(noise, noise * 3, opts):min(), 1e-9)
    refused("a segment of 128 samples does not fit a signal of 10", A.welch, array.ones(10), opts)
    refused("welch needs the option step", A.welch, x)
    refused('the window is "hann", "hamming", "blackman" or "boxcar", not 100 ms; how long it is, segment says', A.welch, x,
      { step = 1 * ms, window = 100 * ms })
    refused("hold nan or inf", A.welch, array { 1, 0 / 0, 2 }, { step = 1 * ms })
    refused("an array of one dimension", A.welch, array.ones(3, 3), { step = 1 * ms })
  end)

  it("aperiodic part and peaks", function()
    local f = array.range(1, 100)
    local power = 10 ^ (2 - 1.5 * f:log10()) -- what 100/f^1.5 is
    local fit = A.aperiodic(power, f * Hz)
    near(1.5, fit.exponent)
    near(2, fit.offset)
    assert.are.equal(0, #fit.peaks)
    local bump = (-0.5 * ((f - 40) / 3) ^ 2):exp() * 0.8
    local noise = array.random(ln.normal(0, 0.02), 100, 1)
    fit = A.aperiodic(power * 10 ^ (bump + noise), f * Hz, { threshold = 4 })
    near(1.5, fit.exponent, 0.03)
    assert.are.equal(1, #fit.peaks)
    near(40, fit.peaks[1].frequency / Hz, 0.03)
    near(0.8, fit.peaks[1].height, 0.1)
    near(2.3548 * 3, fit.peaks[1].width / Hz, 0.2)
    refused("a power of 0 has no logarithm", A.aperiodic, array.zeros(10), array.range(10) * Hz)
  end)
end)

describe("filters and phases", function()
  local x = array(R.s1)

  it("Butterworth's, as SciPy's", function()
    for name, opts in pairs {
      low = { order = 4, high = 50 * Hz }, high = { order = 3, low = 20 * Hz },
      band = { order = 2, low = 30 * Hz, high = 50 * Hz },
      stop = { order = 2, low = 30 * Hz, high = 50 * Hz, stop = true } } do
      opts.step = 1 * ms
      near(R["butter_" .. name], A.butterworth(x, opts), 1e-9)
      opts.zero_phase = true
      near(R["filtfilt_" .. name], A.butterworth(x, opts), 1e-8)
    end
    near(3, A.butterworth(array.ones(100) * 3 * mV, { step = 1 * ms, high = 30 * Hz, zero_phase = true })[50] / mV)
    refused("must lie between 0 and half the sampling rate, 500 Hz", A.butterworth, x, { step = 1 * ms, high = 500 * Hz })
    refused("low must be below high", A.butterworth, x, { step = 1 * ms, high = 5 * Hz, low = 5 * Hz })
    refused("needs low or high", A.butterworth, x, { step = 1 * ms })
    refused("more than 15 samples", A.butterworth, array.ones(15), { step = 1 * ms, high = 30 * Hz, zero_phase = true })
  end)

  it("wide bands of odd order, by their gain at the edges", function()
    local n = 8192
    local impulse = array.zeros(n)
    impulse[1] = 1
    local re, im = A.butterworth(impulse, { step = 1 * ms, low = 1000 / 64 * Hz, high = 250 * Hz, order = 3 }):rfft()
    local power = re * re + im * im
    near(0.5, power[n // 64 + 1])
    near(0.5, power[n // 4 + 1])
    near(0, power[1])
    near(0, power[n // 2 + 1])
    near(1, power:max(), 1e-6)
  end)

  it("Hilbert's, as SciPy's", function()
    local amplitude, phase = A.hilbert(x * mV)
    near(R.hilbert_amplitude, amplitude / mV, 1e-10)
    near(R.hilbert_phase, phase, 1e-10)
    local t = (array.range(1000) - 1) / 1000
    local _, a = A.hilbert((t * (2 * math.pi * 10)):cos())
    local _, b = A.hilbert((t * (2 * math.pi * 10) - 0.7):cos())
    local value, difference = A.phase_locking_value(a, b)
    near(1, value)
    near(0.7, difference)
    local locked = ln.spikes { trains = { { 100 * ms, 200 * ms, 300 * ms } } } -- at the peaks
    local r = A.phase_locking(locked, a, { step = 1 * ms })
    near(1, r.strength)
    near(0, r.phase)
    near(1, r.ppc)
    assert.are.equal(3, r.n)
    r = A.phase_locking(ln.spikes { trains = { { 100 * ms, 125 * ms, 150 * ms, 175 * ms } } }, a, { step = 1 * ms })
    near(0, r.strength)
    near(-1 / 3, r.ppc)
    is_nan(A.phase_locking(ln.spikes { trains = { {} } }, a, { step = 1 * ms }).strength)
  end)

  it("LFP proxies", function()
    local e, i = array { { 1, 2 }, { 3, 4 }, { 5, 6 } } * nA, array { { -1, -1 }, { -2, -2 }, { -3, -3 } } * nA
    near({ 5, 11, 17 }, A.lfp_currents(e, i) / nA)
    near({ 1.5, 3.5, 5.5 }, A.lfp_membrane(e) / nA)
    local w, t = A.lfp_weighted_sum(e, i, { step = 6 * ms })
    near({ 3 + 1.65 * 4, 7 + 1.65 * 6 }, w / nA)
    near({ 6, 12 }, t / ms)
    refused("shorter than the delay", A.lfp_weighted_sum, e, i, { step = 1 * ms })
    refused("the currents are in A and V", A.lfp_currents, e, array.ones(3, 2) * mV)
  end)
end)

describe("populations", function()
  local Z, W = array(R.Z), array(R.W)

  it("components and representations", function()
    local p = A.pca(Z * mV)
    near(R.pca_variance, p.variances / mV ^ 2, 1e-10)
    near(R.pca_ratio, p.ratio, 1e-10)
    local back = p.scores:dot(p.components) + p.mean
    near(0, (back - Z * mV):abs():max() / mV)
    assert.are.same({ 30, 2 }, { A.pca(Z, { components = 2 }).scores:shape() })
    near(R.cca, A.cca(Z, W), 1e-10)
    near(R.cca_sklearn, A.cca(Z, W)[1], 1e-6)
    near({ 1, 1, 1, 1 }, A.cca(Z, Z:dot(array { { 1, 2, 0, 1 }, { 0, 1, 1, 0 }, { 1, 0, 1, 1 }, { 0, 0, 0, 1 } })), 1e-9)
    local r, mean = A.svcca(Z, W, { variance = 1 })
    near(R.cca, r, 1e-9)
    near(array(R.cca):mean(), mean)
    near(R.rsa, A.rsa(Z, W), 1e-10)
    near(1, A.rsa(Z, Z * 2))
    local d = A.dissimilarity(array { { 1, 2, 3 }, { 2, 4, 6 }, { 3, 2, 1 }, { 1, 3, 2 } })
    for i = 1, 4 do near(0, d[i][i]) end
    near(0, d[1][2])
    near(2, d[1][3])
    near(0.5, d[4][1])
    near(R.cka, A.cka(Z, W), 1e-10)
    near(1, A.cka(Z, Z * 3))
    is_nan(A.cka(Z, array.ones(30, 2)))
    local square = array { { 1, 0 }, { -1, 0 }, { 0, 1 }, { 0, -1 } }
    near(2, A.participation_ratio(square))
    near(2, A.effective_rank(square))
    near(1, A.participation_ratio(array { { 1, 2 }, { 2, 4 }, { 3, 6 } }))
    is_nan(A.participation_ratio(array.ones(4, 2)))
    is_nan(A.effective_rank(array.ones(4, 2)))
    refused("cca: an array is constant", A.cca, Z, array.ones(30, 2))
    refused("30 and 2 samples", A.cka, Z, array { { 1, 2 }, { 3, 5 } })
  end)

  it("clusters", function()
    local centres = array { { 0, 0 }, { 10, 0 }, { 0, 10 } }
    local truth = (array.range(90) - 1) % 3 + 1
    local x = centres:take(truth) + array.random(ln.normal(0, 1), { 90, 2 }, 2)
    local r = A.kmeans(x * mV, 3)
    near(1, A.rand_index(truth, r.labels))
    near(2 * 87, r.inertia / mV ^ 2, 0.25)
    assert.is_true(r.labels == A.kmeans(x, 3).labels)
    assert.are.equal(0, A.kmeans(array { { 1, 2 }, { 3, 4 } }, 2).inertia)
    near(R.rand_index, A.rand_index(R.labels, R.lda))
    near(1, A.rand_index({ 1, 1, 2 }, { 5, 5, 3 }))
    near(1, A.rand_index({ 1, 1 }, { 2, 2 }))
    refused("from 1 to the number of samples, 90, got 91", A.kmeans, x, 91)
  end)

  it("decoders, as scikit-learn's", function()
    local D, labels = array(R.D), array(R.labels)
    near(R.lda, A.decoder("lda", D, labels):predict(D))
    near(R.ridge, A.decoder("ridge", D, labels, { penalty = 2 }):predict(D))
    near(R.knn, A.decoder("knn", D, labels, { k = 3 }):predict(D))
    near(R.centroid, A.decoder("centroid", D, labels):predict(D))
    local chances = A.decoder("logistic", D, labels):scores(D):exp()
    for k = 1, #D do near(R.softmax[k], chances[k], 1e-4) end
    local m, classes = A.confusion(labels, R.lda)
    for k = 1, 3 do near(R.confusion[k], m[k]) end
    assert.are.same({ 0, 1, 2 }, classes:totable())
    assert.are.equal("integer", classes:kind())
    near(m:diagonal():sum() / 40, A.accuracy(labels, R.lda))
    near(R.auc, A.auc(R.y, R.score))
    near(0.5, A.auc({ 0, 1 }, { 1, 1 }))
  end)

  it("cross-validation", function()
    local D, labels = array(R.D), array(R.labels)
    for _, kind in ipairs { "centroid", "knn", "ridge", "logistic", "lda" } do
      local r = A.cross_validate(kind, D, labels, { folds = 4 })
      assert.are.equal(40, r.confusion:sum())
      near(r.confusion:diagonal():sum() / 40, r.accuracy)
      assert.is_true(r.accuracy > 0.4 and r.accuracy < 0.9)
    end
    local far = D + labels:reshape(-1, 1) * 100
    near(1, A.cross_validate("lda", far, labels).accuracy)
    local noise = array.random(ln.normal(0, 1), { 40, 3 }, 9)
    assert.is_true(A.cross_validate("centroid", noise, labels).accuracy < 0.6)
    refused("2 samples, fewer than the 5 folds", A.cross_validate, "lda", array.ones(4, 1), { 1, 1, 2, 2 })
    refused('the kind is "centroid"', A.decoder, "svm", D, labels)
    refused("at least two classes", A.decoder, "lda", D, array.ones(40))
    refused("40 samples, but 2 labels", A.decoder, "lda", D, { 1, 2 })
    local model = A.decoder("lda", D, labels)
    refused("knows 3 variables, these samples have 2", model.predict, model, array.ones(4, 2))
    assert.are.equal("lda decoder of 3 classes from 3 variables", tostring(model))
  end)
end)
