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


if __name__ == "__main__":
    main(sys.argv[1:])
