#!/usr/bin/python3
"""Reference numbers from Brian2 for what goes first within a step: `order` of objects and pathways, sums onto slices.

    /usr/bin/python3 tests/conformance/order_references.py [case ...]

Cases as in make_references.py (which see). Statements do not commute, so that another order is other numbers.
"""
import sys

import numpy as np
from brian2 import (Network, NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, StateMonitor, Synapses, linked_var, ms)

from make_references import CASES, case, final, main, pairs, spikes, trace, trains, u

CASES.clear()
STATEMENTS = {"scale": "v_post = 0.8*v_post + w", "kick": "v_post += w", "pull": "v_post += 0.3*(w - v_post)"}


def cells(n, name, stream, equations="", **options):
    p = NeuronGroup(n, "dv/dt = (I - v)/tau : 1\nI : 1 (constant)\n" + equations, threshold="v > 1", reset="v = 0",
                    method="exact", namespace=dict(tau=20*ms), name=name, **options)
    p.v = u(stream, np.arange(n))
    p.I = 1 + 0.5*u(stream + 1, np.arange(n))
    return p


@case
def orders():
    """Five projections onto the same neurons, three of them with the same statement, in other orders than those of their
    creation; pathways up and down, and targets' spikes before those of sources."""
    by_time, p = trains(12, 20, 150*ms, 1), cells(8, "p", 2)
    # of one step Brian2's generators emit the earliest spike first, other neurons the lowest index
    source = SpikeGeneratorGroup(12, by_time._neuron_index, np.floor(np.asarray(by_time._spike_time)/1e-4 + 1e-6)*0.1*ms)
    all_ = []
    for k, (statement, order) in enumerate([("scale", 3), ("kick", -4), ("scale", -2), ("pull", 0), ("scale", -7)]):
        i, j = pairs(12, 8, 0.4, 10 + k)
        s = Synapses(source if k % 2 else p, p, "w : 1", on_pre=STATEMENTS[statement], name="s%d" % k)
        s.connect(i=i[i < s.N_pre], j=j[i < s.N_pre])
        s.w = 0.4*u(20 + k, np.arange(len(s))) - 0.1
        s.pre.order = order
        all_.append(s)
    i, j = pairs(8, 8, 0.5, 30)
    s = Synapses(p, p, "w : 1", on_pre={"down": "v_post = 0.9*v_post - 0.1*w", "up": "v_post += w"},
                 on_post="w = 0.95*w + 0.02*v_post + 0.01", name="t")
    s.connect(i=i, j=j)
    s.w = 0.2*u(31, np.arange(len(i)))
    s.down.order, s.up.order, s.post.order = 5, -3, -6
    m, x = SpikeMonitor(p), StateMonitor(p, "v", record=[0, 3, 7], dt=1*ms)
    Network(source, p, *all_, s, m, x).run(150*ms)
    return spikes("p", m) + trace("p", x, "v") + final("p", p, "v") + final("t", s, "w")


@case
def group_orders():
    """Neurons that read others by links, updated after them (as created), and before them (by order); resets likewise."""
    a = cells(6, "a", 1)
    out = []
    b = NeuronGroup(6, "dy/dt = (x - y)/(5*ms) : 1\nx : 1 (linked)", threshold="y > 0.5", reset="y = 0.5*x", method="euler",
                    name="b")
    c = NeuronGroup(6, "dy/dt = (x - y)/(5*ms) : 1\nx : 1 (linked)", threshold="y > 0.5", reset="y = 0.5*x", method="euler",
                    name="c", order=-1)
    b.x, c.x = linked_var(a, "v"), linked_var(a, "v")
    m, n = SpikeMonitor(b), SpikeMonitor(c)
    x, y = StateMonitor(b, "y", record=[0, 2, 5], dt=1*ms), StateMonitor(c, "y", record=[0, 2, 5], dt=1*ms)
    Network(a, b, c, m, n, x, y).run(150*ms)
    for name, group, spiked, states in (("b", b, m, x), ("c", c, n, y)):
        out += spikes(name, spiked) + trace(name, states, "y") + final(name, group, "y")
    return out


@case
def slice_sums():
    """Sums onto slices are made after the neurons have advanced, so that they act a step later than those onto a whole group;
    of clock-driven synapses after these; where the neurons are of order 1, sums onto the whole group are made after what is
    of order 0. (Names as Brian2 gives them: neurongroup before synapses.)"""
    source = trains(6, 30, 150*ms, 1)
    p = cells(10, "neurongroup_p", 2, "a : 1\nb : 1\nc : 1\ndu/dt = (a + 2*b + c - u)/(3*ms) : 1")
    q = cells(5, "neurongroup_q", 4, "c : 1\ndu/dt = (c - u)/(3*ms) : 1", order=1)
    first = Synapses(p[:5], p[5:], "a_post = w*(v_pre - v_post) : 1 (summed)\nw : 1", name="synapses_1")
    second = Synapses(source, p[:5], """b_post = w*g : 1 (summed)
                                        dg/dt = -g/(4*ms) : 1 (clock-driven)
                                        w : 1""", on_pre="g += 1", method="exact", name="synapses_2")
    third = Synapses(p, p, "c_post = w*v_pre : 1 (summed)\nw : 1", name="synapses_3")
    fourth = Synapses(source, q, """c_post = w*g : 1 (summed)
                                    dg/dt = -g/(4*ms) : 1 (clock-driven)
                                    w : 1""", on_pre="g += 1", method="exact", name="r")
    all_ = [first, second, third, fourth]
    for k, s in enumerate(all_):
        i, j = pairs(s.N_pre, s.N_post, 0.6, 10 + k)
        s.connect(i=i, j=j)
        s.w = 0.3*u(20 + k, np.arange(len(i)))
    x = StateMonitor(p, ["v", "u", "a", "b", "c"], record=[0, 4, 5, 9], dt=1*ms)
    y = StateMonitor(q, ["u", "c"], record=[0, 4], dt=1*ms)
    m = SpikeMonitor(p)
    Network(source, p, q, *all_, m, x, y).run(150*ms)
    return (spikes("p", m) + trace("p", x, "v", "u", "a", "b", "c") + trace("q", y, "u", "c") + final("p", p, "v", "u") +
            final("q", q, "u"))


if __name__ == "__main__":
    main(sys.argv[1:])
