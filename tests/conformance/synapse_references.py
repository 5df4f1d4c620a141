#!/usr/bin/python3
"""Reference numbers from Brian2 for what synapses can read and when their pathways run.

    /usr/bin/python3 tests/conformance/synapse_references.py [case ...]

Cases as in make_references.py (which see), one a construct.
"""
import sys

import numpy as np
from brian2 import (Network, NeuronGroup, SpikeMonitor, StateMonitor, Synapses, TimedArray, linked_var, ms)

from make_references import CASES, below, case, final, main, pairs, spikes, trace, u

CASES.clear()  # those of make_references.py are made there

CELL = """dv/dt = (drive - v)/tau : 1 (unless refractory)
          drive : 1
          k : integer
          slow = 0.01*(i + k*N) : 1"""


def cells(n, stream, refractory):
    p = NeuronGroup(n, CELL, threshold="v > 1", reset="v = 0", refractory=refractory, method="exact",
                    namespace=dict(tau=8*ms))
    p.drive = 1.1 + 0.9*u(stream, np.arange(n))
    p.k = np.arange(n) % 3
    return p


@case
def synapse_names():
    """What statements of synapses can read: timed arrays, linked variables, the sources' last spikes and
    refractoriness, subexpressions and whole numbers of the sources, sizes, indices in slices; in on_pre, on_post,
    sums and statements every so often."""
    a = cells(9, 1, "2*ms + 0.1*k*ms")
    store = NeuronGroup(7, "dy/dt = -y/(20*ms) : 1", method="exact")
    store.y = 0.5 + u(2, np.arange(7))
    b = NeuronGroup(7, CELL + """
                       x : 1 (linked)
                       total : 1""", threshold="v > 1", reset="v = 0", refractory=3*ms, method="euler",
                    namespace=dict(tau=9*ms))
    b.x = linked_var(store.y)
    b.drive = 1.05 + 0.7*u(3, np.arange(7))
    stim = TimedArray(u(4, np.arange(5*20)).reshape(20, 5), dt=2.3*ms)
    gain = TimedArray(0.5 + u(5, np.arange(15)), dt=3*ms)
    # each statement has a variable of its own: no result depends on the order of synapses
    s = Synapses(a[2:7], b[1:6], """total_post = 0.1*slow_pre*x_post*gain(t) : 1 (summed)
                                    w : 1
                                    z : 1
                                    r : 1
                                    c : 1""",
                 on_pre="""v_post += 0.03*w*stim(t, j)*x_post
                           z = 0.9*z + stim(t, i)*slow_pre + k_pre/N_pre
                           r += (t - lastspike_pre)/ms + gain(t)*N_post + i - 2*j""",
                 on_post="""c += 0.5*int(not_refractory_pre) + exp(-(t - lastspike_pre)/(5*ms)) + 0.01*t_in_timesteps
                            w = clip(w + 0.01*gain(t)*x_post - 0.02*v_pre, 0, 2)""", method="euler",
                 namespace=dict(stim=stim, gain=gain))
    sources, targets = pairs(5, 5, 0.7, 6)
    s.connect(i=sources, j=targets)
    s.w = u(7, np.arange(len(sources)))
    for updater in s.summed_updaters.values():
        updater.order = -1  # as onto whole groups: before the neurons' update; onto slices Brian2 sums after it
    s.pre.delay = below(15, 8, np.arange(len(sources)))*0.1*ms
    s.run_regularly("c += 0.01*int(not_refractory_pre)*stim(t, N_post - 1 - j)", dt=5*ms)
    m, n = SpikeMonitor(a), SpikeMonitor(b)
    y = StateMonitor(b, ["v", "total"], record=[1, 3, 5], dt=1*ms)
    Network(a, store, b, s, m, n, y, *s.contained_objects).run(80*ms)
    return (spikes("a", m) + spikes("b", n) + trace("b", y, "v", "total") + final("s", s, "w", "z", "r", "c"))


FUNCTIONS = ["sin(x) + cos(2*x)*tan(0.3*x)",
             "arcsin(0.4*x) - arccos(0.3*x)*arctan(x)",
             "sinh(x) - cosh(0.5*x) + tanh(x)",
             "exp(x) + log(3 + x) + log10(4 + x)",
             "expm1(0.01*x) + log1p(0.3*x) + exprel(x)",
             "sqrt(3 + x)*abs(x) + sign(x - 0.1)",
             "ceil(3*x) + 10*floor(5*x) + 0.1*int(4*x)",
             "clip(x, -0.5, 0.7) + clip(2*x, x, 1)",
             "timestep(abs(x)*ms, 0.1*ms) + timestep(t, dt)",
             "x % 0.3 + (3*x) // 0.7 + x**3 + int(x > 0 and not x > 1 or x < -1)"]


@case
def functions():
    """Every function of Brian2's default list, of numbers of both signs: in subexpressions, differential equations,
    resets, statements of synapses and first values."""
    x = np.linspace(-1.9, 1.9, 24)
    p = NeuronGroup(24, "".join(f"f{k} = {text} : 1\n" for k, text in enumerate(FUNCTIONS, 1))
                    + "".join(f"r{k} : 1\nw{k} : 1\n" for k in range(1, len(FUNCTIONS) + 1))
                    + "x : 1\ndy/dt = (" + " + ".join(f"0.1*f{k}" for k in range(1, len(FUNCTIONS) + 1)) + " - y)/(5*ms) : 1",
                    threshold="t > 4.95*ms and t < 5.05*ms",
                    reset="".join(f"r{k} = {text}\n" for k, text in enumerate(FUNCTIONS, 1)), method="euler")
    p.x = x
    for k, text in enumerate(FUNCTIONS, 1):
        setattr(p, f"w{k}", text)
    s = Synapses(p, p, "".join(f"s{k} : 1\n" for k in range(1, len(FUNCTIONS) + 1)),
                 on_pre="".join(f"s{k} = {text}\n".replace("x", "x_pre").replace("ex_pre", "ex")
                                for k, text in enumerate(FUNCTIONS, 1)))
    s.connect(j="i")
    Network(p, s).run(10*ms)
    every = range(1, len(FUNCTIONS) + 1)
    return (final("p", p, "y", *(f"f{k}" for k in every), *(f"r{k}" for k in every), *(f"w{k}" for k in every))
            + final("s", s, *(f"s{k}" for k in every)))


@case
def slices():
    """Indices and sizes of subgroups: in first values, conditions of connecting, values of synapses and statements."""
    p = NeuronGroup(20, """x : 1
                           y : 1
                           got : 1
                           a = i + 100*N : 1""", threshold="t > 0.95*ms and t < 1.05*ms", reset="y = a + 3*i")
    a, b = p[4:11], p[8:20]
    p.x = "i + 10*N"
    a.x = "1000 + i + 10*N"
    b.x = "2000*x + a"
    s = Synapses(a, b, """w : 1
                          v : 1""", on_pre="v = i + 100*j + 1000*N_pre + 10000*N_post + a_pre; got_post += i*j")
    s.connect(condition="(i + j) % 3 == 1 or i == N_pre - 1")
    s.w = "i + 10*j + 100*N_pre + 1000*N_post"
    s.delay = "(i + j)*0.1*ms"
    Network(p, s).run(5*ms)
    return final("p", p, "x", "y", "got") + final("s", s, "w", "v")


@case
def held_synapses():
    """Subexpressions of synapses that are constant over dt, which others read: in on_pre, on_post, sums and statements
    every so often."""
    a, b = cells(8, 31, 2*ms), cells(6, 32, 1*ms)
    sources, targets = pairs(8, 6, 0.7, 33)
    stim = TimedArray(u(34, np.arange(60)).reshape(10, 6), dt=3.7*ms)
    s = Synapses(a, b, """w : 1
                          x : 1
                          y : 1
                          z : 1
                          h = w*stim(t, j) + v_pre*v_post : 1 (constant over dt)
                          k2 = 0.5*h + x : 1 (constant over dt)""",
                 on_pre="v_post += 0.02*h; x = 0.9*x + k2", on_post="y = 0.8*y + h - v_pre", namespace=dict(stim=stim))
    s.connect(i=sources, j=targets)
    s.w = u(35, np.arange(len(sources)))
    s.run_regularly("z = 0.5*z + h + k2", dt=2*ms)
    m, n = SpikeMonitor(a), SpikeMonitor(b)
    Network(a, b, s, m, n, *s.contained_objects).run(60*ms)
    return spikes("a", m) + spikes("b", n) + final("s", s, "x", "y", "z", "h", "k2")


@case
def pathway_delays():
    """Every pathway with delays of its own that differ from synapse to synapse, learning rule and all."""
    a, b = cells(8, 11, 2*ms), cells(6, 12, 1*ms)
    sources, targets = pairs(8, 6, 0.7, 13)
    k = np.arange(len(sources))
    s = Synapses(a, b, """w : 1
                          x : 1
                          y : 1
                          seen : 1
                          dA/dt = -A/(15*ms) : 1 (event-driven)
                          dB/dt = -B/(20*ms) : 1 (event-driven)""",
                 on_pre={"down": "A += 1; w = clip(w - 0.02*B, 0, 1); x = 0.8*x + t/ms",
                         "up": "v_post += 0.02*w; y = 0.9*y + (t - 2*ms)/ms"},
                 on_post={"late": "B += 0.5; w = clip(w + 0.03*A, 0, 1); seen = 0.7*seen + t/ms",
                          "post": "seen += 0.01*v_pre"})
    s.connect(i=sources, j=targets)
    s.w = u(14, k)
    s.down.delay = below(25, 15, k)*0.1*ms
    s.up.delay = (1 + below(12, 16, k))*0.1*ms
    s.late.delay = below(40, 17, k)*0.1*ms
    s.post.delay = 0.3*ms
    m, n = SpikeMonitor(a), SpikeMonitor(b)
    Network(a, b, s, m, n).run(100*ms)
    return spikes("a", m) + spikes("b", n) + final("s", s, "w", "x", "y", "seen")


@case
def writing_source():
    """What Lunate refuses, and its way out: statements that write variables of the source."""
    a, b = cells(8, 21, 2*ms), cells(6, 22, 1*ms)
    sources, targets = pairs(8, 6, 0.6, 23)
    s = Synapses(a, b, "w : 1", on_pre="v_pre -= 0.02*w", on_post="v_pre += 0.03*w*v_post + 0.01*w",
                 delay={"pre": 0.4*ms, "post": 0.7*ms})
    s.connect(i=sources, j=targets)
    s.w = u(24, np.arange(len(sources)))
    m, n = SpikeMonitor(a), SpikeMonitor(b)
    x = StateMonitor(a, "v", record=[0, 3, 7], dt=1*ms)
    Network(a, b, s, m, n, x).run(100*ms)
    return spikes("a", m) + spikes("b", n) + trace("a", x, "v")


if __name__ == "__main__":
    main(sys.argv[1:])
