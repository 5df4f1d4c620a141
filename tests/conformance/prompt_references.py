#!/usr/bin/python3
"""Reference numbers from Brian2 for what scripts ask for around a network: parts of variables, monitors, spike generators.

    /usr/bin/python3 tests/conformance/prompt_references.py [case ...]

Cases as in make_references.py (which see).
"""
import sys
from types import SimpleNamespace

import numpy as np
from brian2 import (EventMonitor, Hz, Network, NeuronGroup, PopulationRateMonitor, SpikeGeneratorGroup, SpikeMonitor,
                    StateMonitor, Synapses, linked_var, mV, ms, prefs, second)

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


@case
def spike_variables():
    """What neurons are like when they spike, and at a custom event: stored variables, subexpressions, a linked variable; before the
    spikes arrive and before the reset."""
    clock = NeuronGroup(8, "dw/dt = 1*mV/ms : volt", method="euler", name="clock")
    source = trains(10, 12, 120*ms, 1)
    p = NeuronGroup(8, """dv/dt = (I - v)/(10*ms) : volt
                          I : volt (constant)
                          u = I - v : volt
                          k : integer
                          x : volt (linked)""", threshold="v > 10*mV + 0.02*x", reset="v = 0*mV; k += 1",
                    events={"high": "v > 9.9*mV"}, method="exact", name="p")
    p.I = "11*mV + 0.3*mV*i"
    p.x = linked_var(clock, "w")
    s = Synapses(source, p, "w : volt", on_pre="v_post += w", delay=0.4*ms, name="s")
    i, j = pairs(10, 8, 0.5, 2)
    s.connect(i=i, j=j)
    s.w = 1*mV*u(3, np.arange(len(i)))
    m = SpikeMonitor(p, variables=["v", "u", "k", "x"])
    high = EventMonitor(p, "high", variables=["v", "x"])
    Network(clock, source, p, s, m, high).run(120*ms)
    order, events = np.lexsort((m.i, m.t)), np.lexsort((high.i, high.t))
    value = m.values("v")[2] / mV  # by neuron
    return (spikes("p", m) + spikes("high", high)
            + numbers("spike", v=m.v[order], u=m.u[order], k=m.k[order], x=m.x[order], third=value)
            + numbers("event", v=high.v[events], x=high.x[events]))


@case
def spike_periods():
    """Spikes that come again after a period, other spikes between runs, a slower clock."""
    k = np.arange(40)
    source = SpikeGeneratorGroup(6, k % 6, 7*ms*(k // 6)/7 + 0.9*ms*u(1, k), period=7.3*ms, name="source")
    slow = SpikeGeneratorGroup(3, [0, 1, 2, 0], [0, 1, 2.5, 3]*ms, period=4*ms, dt=0.5*ms, name="slow")
    p = NeuronGroup(4, "dv/dt = -v/(8*ms) : 1", threshold="v > 1", reset="v = 0", method="exact", name="p")
    i, j = pairs(6, 4, 0.7, 2)
    s = Synapses(source, p, "w : 1", on_pre="v += w", delay=0.5*ms, name="s")
    s.connect(i=i, j=j)
    s.w = 0.3*u(3, np.arange(len(i)))
    t = Synapses(slow, p, on_pre="v += 0.11", name="t")
    t.connect()
    m, given, slowly = SpikeMonitor(p), SpikeMonitor(source), SpikeMonitor(slow)
    x = StateMonitor(p, "v", record=True, dt=1*ms)
    net = Network(source, slow, p, s, t, m, given, slowly, x)
    net.run(25*ms)
    source.set_spikes([5, 0, 3], [3, 30.2, 28]*ms)  # the first is past
    net.run(17*ms)  # to a multiple of 3 ms: elsewhere Brian2 makes up for what of the period is past
    source.set_spikes([1, 2, 4], [0, 1.1, 2]*ms, period=3*ms)
    slow.set_spikes([], []*ms)
    net.run(20*ms)
    return spikes("p", m) + spikes("source", given) + spikes("slow", slowly) + trace("p", x, "v")


@case
def population_rate():
    """Rates of a population, of a part of it and of a group with a slower clock, step by step and smoothed."""
    source = trains(30, 20, 100*ms, 1)
    slow = SpikeGeneratorGroup(4, [0, 1, 1, 3, 2, 0], [0, 0.5, 3, 7.5, 7.5, 20]*ms, dt=0.5*ms, name="slow")
    p = NeuronGroup(10, "dv/dt = -v/(5*ms) : 1", threshold="v > 1", reset="v = 0", method="exact", name="p")
    s = Synapses(source, p, on_pre="v += 0.4", name="s")
    i, j = pairs(30, 10, 0.3, 2)
    s.connect(i=i, j=j)
    all_, part, slowly = PopulationRateMonitor(p), PopulationRateMonitor(p[2:7]), PopulationRateMonitor(slow)
    Network(source, slow, p, s, all_, part, slowly).run(30*ms)
    k = np.arange(7)
    return (numbers("p", rate=all_.rate, t=all_.t, flat=all_.smooth_rate("flat", 5*ms), wide=all_.smooth_rate("flat", 1.27*ms),
                    gaussian=all_.smooth_rate("gaussian", 2.33*ms), own=all_.smooth_rate(np.exp(-k)))
            + numbers("part", rate=part.rate, gaussian=part.smooth_rate("gaussian", 0.1*ms))
            + numbers("slow", rate=slowly.rate, t=slowly.t, flat=slowly.smooth_rate("flat", 3*ms)))


if __name__ == "__main__":
    main(sys.argv[1:])
