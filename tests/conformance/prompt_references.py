#!/usr/bin/python3
"""Reference numbers from Brian2 for what scripts ask for around a network: parts of variables, monitors, spike generators.

    /usr/bin/python3 tests/conformance/prompt_references.py [case ...]

Cases as in make_references.py (which see).
"""
import sys
from types import SimpleNamespace

import numpy as np
from brian2 import (EventMonitor, Hz, Network, NeuronGroup, PopulationRateMonitor, SpikeGeneratorGroup, SpikeMonitor,
                    StateMonitor, Synapses, mV, ms, prefs, second)

from make_references import CASES, case, final, main, pairs, spikes, trace, trains, u

CASES.clear()
prefs.codegen.target = "numpy"


def numbers(name, **lists):
    """Lists of numbers that belong to no group, as sections of one."""
    return final(name, SimpleNamespace(**{key: np.asarray(x) for key, x in lists.items()}), *lists)


@case
def parts():
    """Values assigned to and read from parts: by condition, index, list, slice; of neurons, of slices, of synapses."""
    source = trains(8, 10, 100*ms, 1)
    p = NeuronGroup(12, """dv/dt = (I - v)/tau : volt
                           I : volt
                           tau : second
                           k : integer
                           b : boolean""", threshold="v > 10*mV", reset="v = 0*mV", method="exact", name="p")
    p.tau = "(5 + i)*ms"
    p.I = 8*mV
    p.I["tau > 9*ms"] = "9*mV + 0.5*mV*i"
    p.I[3] = 12*mV
    p.I[[1, 5, 11]] = [11*mV, 13*mV, 14*mV]
    p.v[2:6] = "i*mV"
    p.k["I > 10*mV and tau < 12*ms"] = "i**2"
    p.b["k > 10"] = True
    p.v["b"] = -5*mV
    part = p[4:9]
    part.v["i > 2"] = "1*mV*i"
    part.v[0] = 7*mV
    sources, targets = pairs(8, 12, 0.6, 2)
    s = Synapses(source, p, """w : volt
                               u : 1
                               double = 2*w : volt""", on_pre="v_post += w*u", name="s")
    s.connect(i=sources, j=targets)
    s.delay = "0.3*ms*(1 + i % 3)"
    s.w = "0.1*mV*(i + j)"
    s.u = 1
    s.w["i == 3"] = 2*mV
    s.w["tau_post > 10*ms and j < 9"] = "w + 0.5*mV"
    s.w[np.flatnonzero((s.delay[:] > 0.5*ms) & (s.w[:] < 1*mV))] = -1*mV
    s.w[7] = 3*mV
    s.w[4, 5] = 4*mV
    s.w[6, :] = "0.2*mV*j"
    s.u["I_post > 12*mV"] = "0.5 + 0.01*i"
    s.u[10:14] = [0.1, 0.2, 0.3, 0.4]
    m = SpikeMonitor(p)
    x = StateMonitor(p, "v", record=[0, 5, 11], dt=1*ms)
    read = numbers("read", high=p.I["I > 11*mV"], some=p.tau[[2, 7]], one=s.w["i == 4 and j == 5"],
                   double=s.double["j == 7"], later=s.delay["i > 5"], target=s.w[:, 3])
    Network(source, p, s, m, x).run(100*ms)
    return (spikes("p", m) + trace("p", x, "v") + final("p", p, "v", "I", "k") + final("s", s, "w", "u") + read
            + numbers("after", late=p.v["v > I/2"]))


if __name__ == "__main__":
    main(sys.argv[1:])
