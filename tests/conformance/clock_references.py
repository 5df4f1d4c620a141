#!/usr/bin/python3
"""Reference numbers from Brian2 for objects with clocks of their own (`dt=`).

    /usr/bin/python3 tests/conformance/clock_references.py [case ...]

Cases as in make_references.py (which see); steps are those of the fastest clock, 0.1 ms.
"""
import sys

from brian2 import (Network, NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, StateMonitor, Synapses, TimedArray, linked_var,
                    ms, prefs)
import numpy as np

from make_references import CASES, case, final, main, pairs, spikes, trace, trains, u

CASES.clear()
prefs.codegen.target = "numpy"


@case
def clocks_neurons():
    """Groups that tick every 0.1, 0.3 and 1 ms: integration, refractoriness, timed arrays, what is constant over dt, events,
    statements every so often, links, spikes with delays both ways, recordings."""
    stimulus = TimedArray(0.3*u(9, np.arange(40)), dt=0.7*ms)
    names = dict(tau=7*ms, stimulus=stimulus)
    a = NeuronGroup(5, """dv/dt = (drive + stimulus(t) - v)/tau : 1 (unless refractory)
                          drive : 1
                          n : 1""", threshold="v > 1", reset="v = 0; n += t_in_timesteps", refractory=0.75*ms,
                    method="exponential_euler", name="a", namespace=names)
    b = NeuronGroup(5, """dv/dt = (drive + stimulus(t) - v)/tau : 1 (unless refractory)
                          du/dt = (0.2*x - u)/(4*ms) : 1
                          h = sin(t/(3*ms)) + v : 1 (constant over dt)
                          x : 1 (linked)
                          drive : 1
                          n : 1
                          last : second""", threshold="v > 1 + 0.1*u", reset="v = 0; last = t", refractory="1.3*ms + 0.5*ms*u",
                    events={"high": "v > 0.9 + 0.05*h"}, dt=0.3*ms, method="euler", name="b", namespace=names)
    b.run_on_event("high", "n += 1 + t_in_timesteps*dt/ms")
    b.run_regularly("v += 0.01*t/ms*int(not_refractory); n += dt/ms", dt=0.7*ms)
    c = NeuronGroup(3, """dv/dt = (1.3 - v + y*int(not_refractory))/tau : 1
                          y : 1 (linked)
                          n : 1""", threshold="v > 1", reset="v = 0", refractory=2*ms, dt=1*ms, method="euler", name="c",
                    namespace=names)
    c.run_regularly("n += 1 + 0.001*t/ms", dt=2*ms)
    a.drive = 1.05 + 0.06*np.arange(5)
    b.drive = 1.1 + 0.05*np.arange(5)
    b.x = linked_var(a, "v")
    c.y = linked_var(b, "u", index=np.array([4, 1, 2]))
    source = SpikeGeneratorGroup(4, [0, 1, 2, 3, 0], [1.4, 2.6, 10.5, 11, 20]*ms, dt=0.5*ms, name="source")
    i, j = pairs(5, 5, 0.6, 2)
    forth = Synapses(a, b, "w : 1", on_pre="v += w", delay=0.4*ms, name="s_forth")
    back = Synapses(b, a, "w : 1", on_pre="v -= w; n += 100*t/second", name="s_back")
    for s in (forth, back):
        s.connect(i=i, j=j)
        s.w = 0.2*u(3, np.arange(len(i)))
    back.delay = (0.2 + 2*u(4, np.arange(len(i))))*ms
    slow = Synapses(c, a, on_pre="v += 0.15", delay=1.7*ms, name="s_slow")
    slow.connect()
    given = Synapses(source, c, on_pre="v += 0.2", delay=0.8*ms, name="s_given")
    given.connect()
    ms_ = [SpikeMonitor(g) for g in (a, b, c, source)]
    x, y, z = (StateMonitor(a, "v", record=[0, 4], dt=0.5*ms), StateMonitor(b, ["v", "h"], record=True),
               StateMonitor(c, ["v", "n"], record=True, dt=0.4*ms))
    Network(a, b, c, source, forth, back, slow, given, *ms_, x, y, z).run(60*ms)
    out = []
    for name, m in zip(("a", "b", "c", "source"), ms_):
        out += spikes(name, m)
    return (out + trace("a", x, "v") + trace("b", y, "v", "h") + trace("c", z, "v", "n") + final("a", a, "v", "n")
            + final("b", b, "v", "u", "n", "last") + final("c", c, "v", "n"))


@case
def clocks_synapses():
    """Synapses that tick every 0.5 ms between a source of 0.1 ms, or one of 0.2 ms, and targets of 0.2 ms: clock-driven and
    event-driven equations, sums, what is constant over dt, spikes of targets with delays, t, dt and last spikes in statements,
    statements every so often; beside them synapses of 0.1 ms onto the same targets."""
    source = trains(10, 10, 100*ms, 1)
    p = NeuronGroup(4, """dv/dt = (-v + a + b)/(8*ms) : 1 (unless refractory)
                          a : 1
                          b : 1
                          n : 1""", threshold="v > 0.8", reset="v = 0", refractory=0.9*ms, dt=0.2*ms, method="euler", name="p")
    q = NeuronGroup(6, """dv/dt = (1.2 - v)/(9*ms) : 1
                          r = v**2 : 1""", threshold="v > 1", reset="v = 0.1", refractory=0.5*ms, dt=0.2*ms,
                    method="exact", name="q")
    q.v = 0.15*np.arange(6)
    i, j = pairs(10, 4, 0.7, 2)
    s = Synapses(source, p, """dx/dt = -x/(6*ms) : 1 (clock-driven)
                               dy/dt = -y/(15*ms) : 1 (event-driven)
                               dz/dt = -z/(20*ms) : 1 (event-driven)
                               h = cos(t/(10*ms)) : 1 (constant over dt)
                               a_post = w*x + 0.01*t/ms*dt/ms : 1 (summed)
                               w : 1
                               m : 1""",
                 on_pre="x += 0.5 + 0.1*h; v_post += 0.03*int(not_refractory_post); y += 1; w += 0.01*z; m += t/ms + dt/ms",
                 on_post={"post": "z += 1; w -= 0.02*y", "late": "m -= 0.1*t/ms*z"}, delay={"pre": 0.3*ms, "late": 0.7*ms},
                 dt=0.5*ms, method="euler", name="s")
    s.connect(i=i, j=j)
    s.w = 0.2 + 0.3*u(3, np.arange(len(i)))
    s.run_regularly("w = w*(1 - 0.01*dt/ms) + 1e-4*t_in_timesteps", dt=1.3*ms)
    k, l = pairs(6, 4, 0.8, 4)
    f = Synapses(q, p, """dy/dt = -y/(5*ms) : 1 (event-driven)
                          b_post = w*r_pre : 1 (summed)
                          w : 1
                          m : 1""",
                 on_pre="y += 1; v_post += 0.02*y; m += (t - lastspike_pre)/ms + 0.1*(t - lastspike_post)/ms*int(lastspike_post > 0*ms)",
                 on_post="w += 0.001*y", name="f")
    f.connect(i=k, j=l)
    f.w = 0.05 + 0.1*u(5, np.arange(len(k)))
    f.delay = 2*u(6, np.arange(len(k)))*ms
    m, o = SpikeMonitor(p), SpikeMonitor(q)
    x, y = StateMonitor(p, ["v", "a", "b"], record=True, dt=0.3*ms), StateMonitor(s, ["x", "w"], record=[0, 3, 5])
    Network(source, p, q, s, f, m, o, x, y).run(100*ms)
    return (spikes("p", m) + spikes("q", o) + trace("p", x, "v", "a", "b") + trace("s", y, "x", "w")
            + final("s", s, "x", "w", "m") + final("f", f, "w", "m"))


@case
def regular_parts():
    """Statements every so often of slices and of synapses, in every place of the step, one after the other by `order`; of a
    group that ticks every 0.3 ms also between its ticks."""
    p = NeuronGroup(12, """dv/dt = (drive - v)/(8*ms) : 1 (unless refractory)
                           drive : 1
                           m : 1
                           n : 1
                           g : 1
                           total : 1 (shared)""", threshold="v > 1", reset="v = 0; n += 1", refractory=1.1*ms, method="euler",
                    name="p")
    q = NeuronGroup(5, """dv/dt = (1.4 - v)/(6*ms) : 1
                          m : 1""", threshold="v > 1", reset="v = 0", refractory=0.8*ms, dt=0.3*ms, method="exact", name="q")
    p.drive = 1.1 + 0.04*np.arange(12)
    p[2:7].run_regularly("drive = 1.1 + 0.05*k*(i + 1) + 0.002*t/ms; m += N", dt=2*ms)
    p[5:12].run_regularly("v = v + 0.1*sin(i + 1.0); m *= 1.1", dt=1.3*ms, when="before_groups", order=2)
    p[5:12].run_regularly("m += v", dt=0.1*ms, when="before_groups", order=1)
    p.run_regularly("total += 0.5", dt=1*ms, when="before_start")
    p.run_regularly("m += 0.01*v*int(not_refractory) + 0.001*total", dt=0.7*ms, when="after_thresholds")
    p[:6].run_regularly("v += 0.02", dt=0.5*ms, when="before_synapses")
    p.run_regularly("v -= 0.01*g", dt=0.4*ms, when="after_synapses")
    p[3:4].run_regularly("v += 0.05*n", dt=3*ms, when="after_resets")
    p[1:].run_regularly("m += 0.1*(t - lastspike)/ms*int(lastspike > 0*ms); g *= 0.9", dt=0.6*ms, when="end")
    p.run_regularly("g = clip(g, 0, 0.25)", dt=0.1*ms, when="after_groups")
    q.run_regularly("m += int(not_refractory) + 0.01*t/ms", dt=0.1*ms)
    q[1:4].run_regularly("m += 0.001*(i + 1)*int(not_refractory)", dt=0.1*ms, when="after_thresholds")
    i, j = pairs(5, 12, 0.6, 2)
    s = Synapses(q, p, """w : 1
                          x : 1""", on_pre="g_post += w; x += 1", on_post="w += 0.01*x", delay=0.6*ms, name="s")
    s.connect(i=i, j=j)
    s.w = 0.05 + 0.1*u(3, np.arange(len(i)))
    s.run_regularly("w = clip(w*(1 - c*x) + 0.001*v_pre*g_post, 0, 0.3); x *= 0.8", dt=1.1*ms)
    s.run_regularly("w += 0.0001*(i + 1 + 10*(j + 1))", dt=5*ms, when="after_synapses")
    names = dict(k=0.7, c=0.002)
    m, o = SpikeMonitor(p), SpikeMonitor(q)
    x, y = StateMonitor(p, ["v", "m", "g"], record=[0, 3, 6, 11], dt=0.1*ms), StateMonitor(s, ["w", "x"], record=[0, 9], dt=0.5*ms)
    Network(p, q, s, m, o, x, y).run(40*ms, namespace=names)
    return (spikes("p", m) + spikes("q", o) + trace("p", x, "v", "m", "g") + trace("s", y, "w", "x")
            + final("p", p, "v", "m", "n", "g") + final("q", q, "v", "m") + final("s", s, "w", "x"))


if __name__ == "__main__":
    main(sys.argv[1:])
