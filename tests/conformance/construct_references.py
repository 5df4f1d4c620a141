#!/usr/bin/python3
"""Reference numbers from Brian2 for constructs that its examples use and no other case had.

    /usr/bin/python3 tests/conformance/construct_references.py [case ...]

Cases as in make_references.py (which see).
"""
import sys

import numpy as np
from brian2 import (Network, NeuronGroup, SpikeMonitor, StateMonitor, Synapses, linked_var, mV, ms, nS, pA, pF,
                    prefs)

from make_references import CASES, case, final, main, pairs, spikes, trace, trains, u

CASES.clear()
prefs.codegen.target = "numpy"


@case
def clock_methods():
    """Clock-driven synapses by every method: a chain solved exactly (the default), rk2, rk4 with explicit time,
    exponential Euler, and, with noise that is switched off, heun and milstein."""
    source = trains(12, 12, 150*ms, 1)
    p = NeuronGroup(6, """dv/dt = (-v + a + b + c + d + g + h)/(10*ms) : 1
                          a : 1
                          b : 1
                          c : 1
                          d : 1
                          g : 1
                          h : 1""", threshold="v > 1.2", reset="v = 0", method="euler", name="p")
    i, j = pairs(12, 6, 0.5, 2)
    k = np.arange(len(i))

    def synapses(letter, equations, method, on_pre, stream, **values):
        s = Synapses(source, p, equations + "\nw : 1\n%s_post = w*y : 1 (summed)" % letter, on_pre=on_pre, method=method or ("exact", "euler", "heun"),
                     delay=0.7*ms, namespace=dict(tau_x=3*ms, tau_y=12*ms, x0=0.05, alpha=0.4/ms, noise=0), name="s_" + letter)
        s.connect(i=i, j=j)
        s.w = u(stream, k)
        for name, value in values.items():
            setattr(s, name, value)
        return s

    all_ = [
        synapses("a", """dx/dt = (x0 - x)/tau_x : 1 (clock-driven)
                         dy/dt = (tau_x*x/ms - y)/tau_y : 1 (clock-driven)""", None, "x += 0.6", 3, y=0.1),
        synapses("b", """dx/dt = -x/tau_x : 1 (clock-driven)
                         dy/dt = alpha*x*(1 - y) - y/tau_y : 1 (clock-driven)""", "rk2", "x += 0.2", 4),
        synapses("c", """dy/dt = (0.3*sin(t/(5*ms))*y - y**3)/ms : 1 (clock-driven)""", "rk4", "y += 0.3", 5, y=0.2),
        synapses("d", """dx/dt = -x/tau_x : 1 (clock-driven)
                         dy/dt = alpha*x*(1 - y) - y*(1 + x)/tau_y : 1 (clock-driven)""", "exponential_euler", "x += 0.2", 6),
        synapses("g", """dy/dt = -y/tau_y + noise*y*xi/ms**0.5 : 1 (clock-driven)""", "heun", "y += 0.25", 7),
        synapses("h", """dy/dt = -y**2/tau_y + noise*y*xi/ms**0.5 : 1 (clock-driven)""", "milstein", "y += 0.25", 8),
    ]
    m, x = SpikeMonitor(p), StateMonitor(p, ["v", "a", "b", "c", "d", "g", "h"], record=[0, 3, 5], dt=1*ms)
    Network(source, p, *all_, m, x).run(150*ms)
    out = spikes("p", m) + trace("p", x, "v", "a", "b", "c", "d", "g", "h")
    for s in all_:
        out += final(s.name, s, *(["x", "y"] if s.name in ("s_a", "s_b", "s_d") else ["y"]))
    return out


@case
def shared_of_linked():
    """Brette and Guigon 2003: subexpressions that are shared because the variable they read is linked to one neuron's."""
    source = NeuronGroup(1, "dx/dt = -x/(20*ms) + 0.2*sin(t/(3*ms))/ms : 1", method="rk4", name="a_source")
    p = NeuronGroup(8, """dv/dt = (v*I + 1)/tau : 1
                          I = 0.5 + 3*p*B : 1
                          B = 2./(1 + exp(-2*x)) - 1 : 1 (shared)
                          p : 1
                          x : 1 (linked)""", threshold="v > 1", reset="v = 0", method="euler", name="neurons",
                    namespace=dict(tau=33*ms))
    p.p = "1.0*i/N"
    p.v = "0.1*i"
    p.x = linked_var(source, "x")
    m, x = SpikeMonitor(p), StateMonitor(p, ["v", "B"], record=[0, 3, 7], dt=1*ms)
    Network(source, p, m, x).run(150*ms)
    return spikes("p", m) + trace("p", x, "v", "B") + final("p", p, "v")


@case
def nmda_rise():
    """Gates that open while a quickly decaying variable lasts, and saturate (Brunel and Wang 2001); the sum of them is blocked by
    magnesium."""
    source = trains(10, 15, 250*ms, 1)
    p = NeuronGroup(5, """dv/dt = (g_L*(E_L - v) + G/(1 + exp(-0.062*v/mV)/3.57)*(0*mV - v) + I_ext)/C_m : volt (unless refractory)
                          G : siemens
                          I_ext : amp""", threshold="v >= -50*mV", reset="v = -55*mV", refractory=2*ms, method="rk2", name="p",
                    namespace=dict(g_L=25*nS, E_L=-70*mV, C_m=500*pF))
    p.v = -70*mV
    p.I_ext = (150 + 60*np.arange(1, 6))*pA
    i, j = pairs(10, 5, 0.7, 2)
    s = Synapses(source, p, """dx/dt = -x/(2*ms) : 1 (clock-driven)
                               ds/dt = -s/(100*ms) + 0.5/ms*x*(1 - s) : 1 (clock-driven)
                               G_post = w*s : siemens (summed)
                               w : siemens""", on_pre="x += 1", method="rk2", delay=1*ms, name="s")
    s.connect(i=i, j=j)
    s.w = (1 + 5*u(3, np.arange(len(i))))*nS
    m, x = SpikeMonitor(p), StateMonitor(p, ["v", "G"], record=[0, 2, 4], dt=1*ms)
    Network(source, p, s, m, x).run(250*ms)
    return spikes("p", m) + trace("p", x, "v") + final("p", p, "v") + final("s", s, "x", "s")


@case
def coupled_synapses():
    """Clock-driven equations that are coupled in a ring, with rates of each synapse, and three of them in a chain, solved
    exactly; one of them is driven by the target."""
    source = trains(10, 12, 120*ms, 1)
    p = NeuronGroup(6, """dv/dt = (1.1 - v + g + h)/(10*ms) : 1
                          g : 1
                          h : 1""", threshold="v > 1", reset="v = 0", method="euler", name="p")
    i, j = pairs(10, 6, 0.5, 2)
    k = np.arange(len(i))
    ring = Synapses(source, p, """dq/dt = (r - q)/a : 1 (clock-driven)
                                  dr/dt = (0.5*q - r)/b + 0.02/ms : 1 (clock-driven)
                                  g_post = 0.1*q : 1 (summed)
                                  a : second (constant)
                                  b : second (constant)""", on_pre="r += 0.5", method="exact", name="ring")
    chain = Synapses(source, p, """dx/dt = (y - x)/(2*ms) : 1 (clock-driven)
                                   dy/dt = (z - y)/(3*ms) : 1 (clock-driven)
                                   dz/dt = -z/(5*ms) : 1 (clock-driven)
                                   h_post = -0.1*x : 1 (summed)""", on_pre="z += 0.6", method="exact", name="chain")
    for s in (ring, chain):
        s.connect(i=i, j=j)
    ring.a = (1 + 4*u(3, k))*ms
    ring.b = (2 + 3*u(4, k))*ms
    m, x = SpikeMonitor(p), StateMonitor(p, ["v", "g", "h"], record=[0, 2, 5], dt=1*ms)
    Network(source, p, ring, chain, m, x).run(120*ms)
    return (spikes("p", m) + trace("p", x, "v", "g", "h") + final("p", p, "v") + final("ring", ring, "q", "r") +
            final("chain", chain, "x", "y", "z"))


@case
def generators():
    """Pairs by generators, of which some neurons do not exist; three synapses a pair, whose delays and weights go by their
    number (indices from 0 here, from 1 in Lunate)."""
    p = NeuronGroup(12, "dv/dt = (I - v)/(20*ms) : 1\nI : 1 (constant)", threshold="v > 1", reset="v = 0", method="exact", name="p")
    p.v, p.I = u(1, np.arange(12)), 1.05 + 0.4*u(2, np.arange(12))
    near = Synapses(p, p, "w : 1", on_pre="v_post += w", delay=0.3*ms, name="near")
    near.connect(j="k for k in range(i - 3, i + 4, 2) if k != i and (i + k) % 5 != 0", skip_if_invalid=True)
    near.w = "0.02*(1 + (i + 1) % 3) - 0.003*(j + 1)"
    many = Synapses(p, p, "w : 1", on_pre="v_post += w", multisynaptic_index="k", name="many")
    many.connect(j="n for n in range(i % 4, i + 1, 4)", n=3)
    many.delay = "(k + 1)*0.7*ms + 0.1*ms*(j + 1)"
    many.w = "0.03/(k + 1)"
    m, x = SpikeMonitor(p), StateMonitor(p, "v", record=[0, 5, 11], dt=1*ms)
    Network(p, near, many, m, x).run(120*ms)
    return spikes("p", m) + trace("p", x, "v") + final("p", p, "v")


if __name__ == "__main__":
    main(sys.argv[1:])
