#!/usr/bin/python3
"""Reference numbers from Brian2 for what a neuron can be told beside equations, threshold and reset.

    /usr/bin/python3 tests/conformance/neuron_references.py [case ...]

Cases as in make_references.py (which see), one a construct: custom events, statements run every so often, values
constant over dt, linked variables, timed arrays wherever they may stand, adaptive steps.
"""
import sys

import numpy as np
from brian2 import (EventMonitor, Network, NeuronGroup, SpikeMonitor, StateMonitor, Synapses, TimedArray,
                    defaultclock, linked_var, mV, ms)

from make_references import CASES, below, case, final, main, pairs, spikes, trace, trains, u

CASES.clear()  # those of make_references.py are made there


@case
def custom_events():
    """Events beside spikes: found after the threshold, acted upon after the reset, while refractory too; a spike
    source drives the neurons in between."""
    source = trains(12, 14, 150*ms, 1)
    p = NeuronGroup(6, """dv/dt = (drive - v)/tau : 1 (unless refractory)
                          dw/dt = -w/tau_w : 1
                          bursts : 1
                          pauses : 1
                          drive : 1""",
                    threshold="v > 1", reset="v = 0; w += 0.5", refractory=2*ms, method="exact",
                    events={"burst": "w > 0.9 and not_refractory", "pause": "t - lastspike > 12*ms and v < 0.95"},
                    namespace=dict(tau=8*ms, tau_w=25*ms))
    p.run_on_event("burst", "w -= 0.6*w; bursts += 1; v -= 0.3")
    p.run_on_event("pause", "v += 0.02*int(not_refractory); pauses += t_in_timesteps/1000")
    p.drive = 0.7 + 0.15*np.arange(1, 7)
    i, j = pairs(12, 6, 0.6, 2)
    s = Synapses(source, p, "g : 1", on_pre="v_post += g", delay=0.3*ms)
    s.connect(i=i, j=j)
    s.g = 0.05 + 0.2*u(3, np.arange(len(i)))
    m, b, q = SpikeMonitor(p), EventMonitor(p, "burst"), EventMonitor(p, "pause")
    x = StateMonitor(p, ["v", "w"], record=[0, 2, 5], dt=1*ms)
    Network(source, p, s, m, b, q, x).run(150*ms)
    return (spikes("p", m) + spikes("burst", b) + spikes("pause", q) + trace("p", x, "v", "w")
            + final("p", p, "v", "w", "bursts", "pauses"))


@case
def run_regularly():
    """Statements every so often, of neurons (held while refractory) and of a shared variable, and subexpressions
    constant over dt, one of them shared; recorded at every step, so that the order within a step shows."""
    p = NeuronGroup(5, """dv/dt = (drive + boost + pulse - v)/tau : 1 (unless refractory)
                          pulse = 0.3*sin(2*pi*t/(7*ms)) + 0.1*phase*i : 1 (constant over dt)
                          phase = sin(t/(3*ms)) + 0.01*count : 1 (shared, constant over dt)
                          boost : 1
                          drive : 1
                          count : 1 (shared)""",
                    threshold="v > 1", reset="v = 0", refractory=3*ms, method="euler", namespace=dict(tau=9*ms))
    p.drive = 1.2 + 0.2*np.arange(1, 6)
    p.run_regularly("boost = 0.9*boost + 0.05*v; v = 0.95*v", dt=2*ms)
    p.run_regularly("count = count + 1", dt=5*ms)
    p.run_regularly("""down = v - 0.5
                       boost -= 0.1*down*int(not_refractory)""", dt=0.3*ms)
    m, x = SpikeMonitor(p), StateMonitor(p, ["v", "boost", "pulse"], record=[0, 2, 4])
    y = StateMonitor(p, ["phase", "count"], record=[0])
    Network(p, m, x, y).run(60*ms)
    return (spikes("p", m) + trace("p", x, "v", "boost", "pulse") + trace("p", y, "phase", "count")
            + final("p", p, "v", "boost"))


@case
def linked_variables():
    """Variables of one population read by others: one to one, by a list of indices, shared; in equations, threshold
    and reset."""
    a = NeuronGroup(6, """dv/dt = (drive - v)/tau : 1 (unless refractory)
                          du/dt = -u/(30*ms) : 1
                          drive : 1
                          gain : 1 (shared)""",
                    threshold="v > 1", reset="v = 0; u += 0.4", refractory=1*ms, method="exact",
                    namespace=dict(tau=11*ms), name="a")
    a.drive = 1.05 + 0.1*np.arange(6)
    a.u = 0.1*np.arange(6)
    a.gain = 0.8
    a.run_regularly("gain = 1.6 - gain", dt=17*ms)
    b = NeuronGroup(6, """dy/dt = (k*u + v_a - y)/tau : 1
                          n : 1
                          u : 1 (linked)
                          v_a : 1 (linked)
                          k : 1 (linked)""",
                    threshold="y > 0.2 + u", reset="y -= 0.5*v_a; n += u", method="euler",
                    namespace=dict(tau=6*ms), name="b")
    b.u, b.v_a, b.k = linked_var(a, "u"), linked_var(a, "v"), linked_var(a, "gain")
    c = NeuronGroup(9, """dz/dt = (1.5*v_a - z)/tau : 1
                          v_a : 1 (linked)""",
                    threshold="z > 0.6 + 0.1*v_a", reset="z = -0.2*v_a", method="euler",
                    namespace=dict(tau=5*ms), name="c")
    index = below(6, 1, np.arange(9))
    c.v_a = linked_var(a, "v", index=index)
    objects = [a, b, c]
    sections = []
    for group, names in ((a, ["v", "u"]), (b, ["y", "u", "v_a"]), (c, ["z", "v_a"])):
        m, x = SpikeMonitor(group), StateMonitor(group, names, record=[0, 3, 5], dt=0.5*ms)
        objects += [m, x]
        sections.append((group, m, x, names))
    Network(*objects).run(80*ms)
    out = []
    for group, m, x, names in sections:
        out += spikes(group.name, m) + trace(group.name, x, *names)
    return out + final("b", b, "y", "n") + final("c", c, "z")


@case
def timed_arrays():
    """Timed arrays in equations, subexpressions, threshold, reset and refractoriness, a column a neuron or one for
    all; a step of one is not a multiple of dt."""
    level = TimedArray(0.7 + 0.6*u(1, np.arange(30)), dt=3.3*ms)
    drive = TimedArray((1 + u(2, np.arange(25*6)).reshape(25, 6)), dt=4*ms)
    rest = TimedArray((1 + 4*u(3, np.arange(20)))*ms, dt=5*ms)
    p = NeuronGroup(6, """dv/dt = (amplified - v)/tau : 1 (unless refractory)
                          amplified = 1.2*drive(t, i) : 1""",
                    threshold="v > level(t)", reset="v = 0.1*level(t) - 0.05*drive(t, i)", refractory="rest(t)",
                    method="exact", namespace=dict(tau=10*ms, level=level, drive=drive, rest=rest))
    m, x = SpikeMonitor(p), StateMonitor(p, "v", record=[0, 3, 5], dt=0.5*ms)
    Network(p, m, x).run(110*ms)
    return spikes("p", m) + trace("p", x, "v") + final("p", p, "v")


@case
def adaptive():
    """What adaptive steps must come to: the van der Pol oscillator and a Hodgkin-Huxley neuron by the classical
    Runge-Kutta method with steps so small that they are exact to 1e-10."""
    defaultclock.dt = 0.0005*ms
    vdp = NeuronGroup(3, """dx/dt = y/ms : 1
                            dy/dt = (mu*(1 - x**2)*y - x + 0.3*sin(t/(2*ms)))/ms : 1
                            mu : 1 (constant)""", method="rk4", name="vdp")
    vdp.x = 2
    vdp.mu = [1, 3, 5]
    hh = NeuronGroup(2, """
        dv/dt = (0.3*(-54.4*mV - v) + 120*m**3*h*(50*mV - v) + 36*n**4*(-77*mV - v) + I*mV)/ms : volt
        dm/dt = (1/exprel(-(v + 40*mV)/(10*mV))*(1 - m) - 4*exp(-(v + 65*mV)/(18*mV))*m)/ms : 1
        dh/dt = (0.07*exp(-(v + 65*mV)/(20*mV))*(1 - h) - h/(1 + exp(-(v + 35*mV)/(10*mV))))/ms : 1
        dn/dt = (0.1/exprel(-(v + 55*mV)/(10*mV))*(1 - n) - 0.125*exp(-(v + 65*mV)/(80*mV))*n)/ms : 1
        I : 1 (constant)""", method="rk4", name="hh")
    hh.v, hh.m, hh.h, hh.n = -65*mV, 0.0529, 0.5961, 0.3177
    hh.I = [0, 12]
    out, values = [], {}
    net = Network(vdp, hh)
    for k in range(41):
        for group, name in ((vdp, "x"), (vdp, "y"), (hh, "v"), (hh, "m"), (hh, "n")):
            values.setdefault((group.name, name), []).append(np.array(getattr(group, name)[:]))
        if k < 40:
            net.run(0.5*ms)
    for (group, name), rows in values.items():
        neurons = " ".join(str(k + 1) for k in range(len(rows[0])))
        out.append(f"trace {group} {name} 1 {len(rows)} {neurons}")
        out += [" ".join("%.17g" % v for v in row) for row in rows]
    return out


if __name__ == "__main__":
    main(sys.argv[1:])
