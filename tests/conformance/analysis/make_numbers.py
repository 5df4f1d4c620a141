#!/usr/bin/python3
"""Numbers that the specs of ln.statistics and ln.analysis compare with: from SciPy, scikit-learn and PySpike.

Writes reference.lua beside itself; run by hand when something is added (Debian: python3-scipy, python3-sklearn,
python3-pyspike). The data are short and fixed, and stand in the file too.
"""
import os
import numpy as np
import pyspike
import scipy
import scipy.signal
import scipy.stats as st
import sklearn
from sklearn import cross_decomposition, decomposition, discriminant_analysis, linear_model, metrics

rng = np.random.default_rng(1)
out = {}


def put(name, value):
    out[name] = value


def lua(value):
    if isinstance(value, str):
        return '"%s"' % value
    if isinstance(value, (np.ndarray, list, tuple)):
        return "{ " + ", ".join(lua(v) for v in value) + " }"
    return repr(float(value)).replace("nan", "0/0").replace("inf", "math.huge")


# ---- statistics
a = np.round(rng.normal(0, 1, 25), 3)
b = np.round(rng.normal(0.7, 1.6, 30), 3)
c = np.round(0.5 * a + rng.normal(0, 0.5, 25), 3)
ties = np.round(a)
put("a", a), put("b", b), put("c", c)
put("pearson", st.pearsonr(a, c)), put("spearman", st.spearmanr(ties, c))
put("ks_one", st.kstest(a, "norm", mode="asymp")[:])
put("ks_two", [st.ks_2samp(a, b).statistic, st.kstwobign.sf(np.sqrt(25 * 30 / 55) * st.ks_2samp(a, b).statistic)])
put("t_one", st.ttest_1samp(a, 0.3)[:]), put("t_paired", st.ttest_rel(a, c)[:])
put("t_equal", st.ttest_ind(a, b)[:]), put("t_welch", st.ttest_ind(a, b, equal_var=False)[:])
put("mann_whitney", st.mannwhitneyu(a, b, method="asymptotic")[:])
put("mann_whitney_ties", st.mannwhitneyu(np.round(a), np.round(b), method="asymptotic")[:])
line = st.linregress(a, c)
put("line", [line.intercept, line.slope, line.rvalue ** 2, line.stderr, line.pvalue])
X = np.round(rng.normal(0, 1, (40, 3)), 3)
y = (X @ [1.0, -0.5, 0.2] + rng.logistic(0, 1, 40) > 0).astype(int)
put("X", X), put("y", y)
free = linear_model.LogisticRegression(penalty="none", tol=1e-12, max_iter=1000).fit(X, y)
held = linear_model.LogisticRegression(C=0.5, tol=1e-12, max_iter=1000).fit(X, y)
put("logistic", np.r_[free.intercept_, free.coef_[0]]), put("logistic_penalty", np.r_[held.intercept_, held.coef_[0]])

# ---- spike trains (ms)
trains = [np.round(np.sort(rng.uniform(0, 1000, n)), 1) for n in (12, 17, 9)]
trains[0][0] = trains[1][2]  # one coincidence
trains[0].sort()
put("trains", trains)
sp = [pyspike.SpikeTrain(t, (0, 1000)) for t in trains]
put("isi_distance", [pyspike.isi_distance(sp[i], sp[j]) for i, j in ((0, 1), (0, 2), (1, 2))])
put("spike_distance", [pyspike.spike_distance(sp[i], sp[j]) for i, j in ((0, 1), (0, 2), (1, 2))])
put("spike_synchronisation", [pyspike.spike_sync(sp[i], sp[j]) for i, j in ((0, 1), (0, 2), (1, 2))])

# ---- signals (1 kHz)
n = 512
t = np.arange(n) / 1000
s1 = np.round(np.sin(2 * np.pi * 40 * t) + 0.5 * rng.normal(0, 1, n), 4)
s2 = np.round(np.sin(2 * np.pi * 40 * t + 1) + 0.5 * rng.normal(0, 1, n), 4)
put("s1", s1), put("s2", s2)
f, p = scipy.signal.welch(s1, 1000, nperseg=128)
put("welch_f", f), put("welch", p)
put("welch_constant", scipy.signal.welch(s1, 1000, nperseg=100, noverlap=25, detrend=False, window="hamming")[1])
put("coherence", scipy.signal.coherence(s1, s2, 1000, nperseg=128)[1])
put("spectrogram", scipy.signal.spectrogram(s1, 1000, window="hann", nperseg=128, noverlap=64, detrend="constant")[2][:, 2])
for name, order, edges, kind in (("low", 4, 50, "lowpass"), ("high", 3, 20, "highpass"), ("band", 2, [30, 50], "bandpass"),
                                 ("stop", 2, [30, 50], "bandstop")):
    sos = scipy.signal.butter(order, edges, kind, fs=1000, output="sos")
    put("butter_" + name, scipy.signal.sosfilt(sos, s1))
    put("filtfilt_" + name, scipy.signal.sosfiltfilt(sos, s1))
    w, h = scipy.signal.sosfreqz(sos, [5, 25, 40, 60, 200], fs=1000)
    put("gain_" + name, abs(h))
h = scipy.signal.hilbert(s1)
put("hilbert_amplitude", abs(h)), put("hilbert_phase", np.angle(h))

# ---- populations
Z = np.round(rng.normal(0, 1, (30, 4)) @ rng.normal(0, 1, (4, 4)), 3)
W = np.round(Z[:, :2] @ rng.normal(0, 1, (2, 3)) + 0.5 * rng.normal(0, 1, (30, 3)), 3)
put("Z", Z), put("W", W)
pca = decomposition.PCA().fit(Z)
put("pca_variance", pca.explained_variance_), put("pca_ratio", pca.explained_variance_ratio_)


def canonical(P, R):
    qp, qr = np.linalg.qr(P - P.mean(0))[0], np.linalg.qr(R - R.mean(0))[0]
    return np.linalg.svd(qp.T @ qr)[1]


put("cca", canonical(Z, W))
cca = cross_decomposition.CCA(1, tol=1e-12, max_iter=100000).fit(Z, W)
u, v = cca.transform(Z, W)
put("cca_sklearn", np.corrcoef(u[:, 0], v[:, 0])[0, 1])
from sklearn.metrics.pairwise import rbf_kernel
rdm = lambda P: 1 - np.corrcoef(P)
upper = np.triu_indices(30, 1)
put("rsa", st.spearmanr(rdm(Z)[upper], rdm(W)[upper])[0])
Zc, Wc = Z - Z.mean(0), W - W.mean(0)
put("cka", np.linalg.norm(Wc.T @ Zc) ** 2 / (np.linalg.norm(Zc.T @ Zc) * np.linalg.norm(Wc.T @ Wc)))
labels = np.array([k % 3 for k in range(40)])
D = np.round(X + 1.2 * np.eye(3)[labels], 3)
put("D", D), put("labels", labels)
lda = discriminant_analysis.LinearDiscriminantAnalysis(solver="lsqr").fit(D, labels)
put("lda", lda.predict(D)), put("lda_decision", lda.decision_function(D))
put("ridge", linear_model.RidgeClassifier(alpha=2.0).fit(D, labels).predict(D))
multi = linear_model.LogisticRegression(C=1.0, tol=1e-10, max_iter=10000).fit(D, labels)
put("softmax", multi.predict_proba(D))
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
put("knn", KNeighborsClassifier(3).fit(D, labels).predict(D)), put("centroid", NearestCentroid().fit(D, labels).predict(D))
score = X[:, 0] + 0.1 * np.round(X[:, 1])
put("score", np.round(score, 1)), put("auc", metrics.roc_auc_score(y, np.round(score, 1)))
put("rand_index", metrics.adjusted_rand_score(labels, lda.predict(D)))
put("confusion", metrics.confusion_matrix(labels, lda.predict(D)))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference.lua"), "w") as file:
    file.write("-- Written by make_numbers.py: NumPy %s, SciPy %s, scikit-learn %s, PySpike 0.7. Do not edit.\n"
               % (np.__version__, scipy.__version__, sklearn.__version__))
    file.write("-- luacheck: ignore\nreturn {\n")
    for name, value in out.items():
        file.write("  %s = %s,\n" % (name, lua(value)))
    file.write("}\n")
