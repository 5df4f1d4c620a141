#!/usr/bin/python3
"""What Brian2's random constructs come to in distribution.

    /usr/bin/python3 tests/conformance/stochastic_references.py [case ...]

A case runs many independent neurons, synapses or targets, with seeds that are stated here, and writes of each quantity:

    sample NAME N MEAN VARIANCE FOURTH-MOMENT ROWS    then ROWS lines "x F(x)" of the empirical distribution function,
                                                      at up to 200 of its values

compare.lua's `case:distribution` holds a sample of the same quantity against it.
"""
import sys

import numpy as np
from brian2 import (Hz, Network, NeuronGroup, PoissonGroup, PoissonInput, SpikeMonitor, Synapses, TimedArray, defaultclock, ms,
                    prefs, seed)

from make_references import CASES, case, main, trains

CASES.clear()
prefs.codegen.target = "numpy"
N = 12000


def sample(name, values):
    values = np.sort(np.asarray(values, dtype=float))
    n, mean = len(values), values.mean()
    places = np.unique(values[np.unique(np.linspace(0, n - 1, 200).astype(int))])
    lines = ["sample %s %d %.9g %.9g %.9g %d" % (name, n, mean, values.var(), ((values - mean)**4).mean(), len(places))]
    return lines + ["%.17g %.9g" % (x, np.searchsorted(values, x, side="right")/n) for x in places]


def counts(monitor, n, start=0*ms, stop=None):
    t = np.asarray(monitor.t)
    kept = (t >= float(start)) & (t < (np.inf if stop is None else float(stop)))
    return np.bincount(np.asarray(monitor.i)[kept], minlength=n)


def intervals(monitor, most=20000):
    i, t = np.asarray(monitor.i), np.asarray(monitor.t)
    order = np.lexsort((t, i))
    i, t = i[order], t[order]
    gaps = np.diff(t)[np.diff(i) == 0]
    return np.round(gaps[:most]/float(defaultclock.dt))


@case
def stochastic_noise():
    """xi: added (an Ornstein-Uhlenbeck process), multiplied (heun, milstein), several of them, shared by two equations, and
    with a threshold and refractoriness."""
    seed(1)
    a = NeuronGroup(N, """dx/dt = -x/(10*ms) + xi*sqrt(2/(10*ms)) : 1
                          dy/dt = (x - y)/(5*ms) : 1""", method="euler", name="a")
    b = NeuronGroup(N, "dx/dt = -0.5*x/(10*ms) + 0.4*x*xi/sqrt(10*ms) : 1", method="heun", name="b")
    c = NeuronGroup(N, "dx/dt = -0.5*x/(10*ms) + 0.4*x*xi/sqrt(10*ms) : 1", method="milstein", name="c")
    d = NeuronGroup(N, """dx/dt = -x/(8*ms) + (xi_1 + 0.5*xi_2)/sqrt(8*ms) : 1
                          dy/dt = -y/(8*ms) + (0.5*xi_2 - xi_1)/sqrt(8*ms) : 1
                          dz/dt = -z/(8*ms) + xi_3/sqrt(8*ms) : 1""", method="euler", name="d")
    e = NeuronGroup(N, "dv/dt = (1.05 - v)/(10*ms) + 0.25*xi*sqrt(2/(10*ms)) : 1 (unless refractory)", threshold="v > 1",
                    reset="v = 0", refractory=2*ms, method="euler", name="e")
    f = NeuronGroup(N, """dx/dt = (0.5 - x)/(10*ms) + sqrt(x**2 + 0.1)*xi_a/sqrt(20*ms) + 0.3*x*xi_b/sqrt(20*ms) : 1
                          dy/dt = (x - y)/(5*ms) : 1""", method="heun", name="f")
    b.x = c.x = 1
    m = SpikeMonitor(e)
    Network(a, b, c, d, e, f, m).run(60*ms)
    x, y, z = d.x[:], d.y[:], d.z[:]
    return (sample("added", a.x) + sample("integrated", a.y) + sample("heun", b.x) + sample("milstein", c.x)
            + sample("two", x) + sample("shared", x + y) + sample("opposed", x - y) + sample("apart", z*x)
            + sample("several_heun", f.x) + sample("several_heun_y", f.y)
            + sample("spikes", counts(m, N)) + sample("intervals", intervals(m)) + sample("v", e.v))


@case
def stochastic_draws():
    """rand(), randn() and poisson() in equations (constant over dt), threshold, reset, refractory time, statements every so
    often, and initial values."""
    seed(2)
    p = NeuronGroup(N, """dv/dt = (1.2 + drift - v)/(10*ms) : 1 (unless refractory)
                          drift = 0.5*randn() : 1 (constant over dt)
                          steps : 1
                          wait : second""",
                    threshold="v > 1 + 0.2*rand()", reset="v = -0.3*rand() + 0.1*randn(); wait = 1*ms + 3*ms*rand()",
                    refractory="wait", method="euler", name="p")
    p.run_regularly("steps += poisson(0.7)", dt=1*ms)
    p.v = "clip(0.3 + 0.2*randn(), 0, 1)"
    q = NeuronGroup(N, "dv/dt = 1/(20*ms) : 1", threshold="rand() < exp((v - 1)/0.1)*dt/ms", reset="v -= 1 + 0.2*randn()",
                    method="euler", name="q")
    start = sample("start", p.v)
    m, k = SpikeMonitor(p), SpikeMonitor(q)
    Network(p, q, m, k).run(60*ms)
    return (start + sample("spikes", counts(m, N)) + sample("intervals", intervals(m)) + sample("v", p.v)
            + sample("wait", p.wait) + sample("steps", p.steps) + sample("escape_spikes", counts(k, N))
            + sample("escape_intervals", intervals(k)) + sample("escape_v", q.v))


@case
def stochastic_sources():
    """Poisson sources of one rate and of rates in time, inputs of many sources at once, regular and gamma sources."""
    seed(3)
    stimulus = TimedArray([20, 80, 0, 150]*Hz, dt=20*ms)
    a = PoissonGroup(N, rates=55*Hz, name="a")
    b = PoissonGroup(N, rates="stimulus(t)", name="b", namespace=dict(stimulus=stimulus))
    c = NeuronGroup(N, "dv/dt = -v/(10*ms) : 1", method="exact", name="c")
    into = PoissonInput(c, "v", N=200, rate=10*Hz, weight=0.1)
    # gaps of shape 3, the first one drawn alike
    longer = "next = next - log(rand())*4*ms"  # Brian2 has one rand() an expression
    g = NeuronGroup(N, "next : second", threshold="t >= next", reset="\n".join([longer]*3), name="g")
    for _ in range(3):
        g.next = "next - log(rand())*4*ms"
    ma, mb, mg = SpikeMonitor(a), SpikeMonitor(b), SpikeMonitor(g)
    Network(a, b, c, into, g, ma, mb, mg).run(80*ms)
    out = sample("poisson", counts(ma, N)) + sample("poisson_intervals", intervals(ma)) + sample("input", c.v)
    for k in range(4):
        out += sample("window_%d" % (k + 1), counts(mb, N, 20*k*ms, 20*(k + 1)*ms))
    return out + sample("gamma_intervals", intervals(mg)) + sample("gamma", counts(mg, N, 40*ms))


@case
def stochastic_synapses():
    """Random weights and delays, release with a probability, of many quanta, of random size; noise in clock-driven equations."""
    seed(4)
    source = trains(40, 8, 80*ms, 1)
    n = 400
    p = NeuronGroup(n, """dg/dt = -g/(10*ms) : 1
                          dh/dt = -h/(10*ms) : 1
                          dk/dt = -k/(10*ms) : 1
                          dl/dt = -l/(10*ms) : 1""", method="exact", name="p")
    s = Synapses(source, p, "w : 1", on_pre="g += w\nh += int(rand() < 0.3)\nk += poisson(1.7)\nl += 1 + 0.5*randn()", name="s")
    s.connect()
    s.w = "exp(0.5*randn())"
    s.delay = "1*ms + 4*ms*rand()"
    q = NeuronGroup(30, "", name="q")
    e = NeuronGroup(n, "", name="r")
    c = Synapses(q, e, """dx/dt = -x/(10*ms) + xi/sqrt(10*ms) : 1 (clock-driven)
                          dy/dt = -0.5*y/(10*ms) + 0.4*y*xi_y/sqrt(10*ms) : 1 (clock-driven)""", method="heun", name="c")
    c.connect()
    c.y = 1
    weights, delays = sample("weights", s.w), sample("delays", np.round(np.asarray(s.delay)/float(defaultclock.dt)))
    Network(source, p, s, q, e, c).run(85*ms)
    return (weights + delays + sample("g", p.g) + sample("release", p.h) + sample("quanta", p.k) + sample("sizes", p.l)
            + sample("noise", c.x) + sample("multiplied", c.y))


@case
def stochastic_connections():
    """connect(p=) and connect of a condition with a probability: indegrees and outdegrees."""
    seed(5)
    a, b = NeuronGroup(300, "x : 1", name="a"), NeuronGroup(4000, "x : 1", name="b")
    a.x, b.x = "i/299.0", "i/3999.0"
    p = Synapses(a, b, name="p")
    p.connect(p=0.05)
    q = Synapses(a, b, name="q")
    q.connect(condition="i % 2 == 0", p="0.3*exp(-(x_pre - x_post)**2/(2*0.2**2))")

    def degrees(s):
        return np.bincount(s.j[:], minlength=4000), np.bincount(s.i[:], minlength=300)
    (pin, pout), (qin, qout) = degrees(p), degrees(q)
    return sample("indegree", pin) + sample("outdegree", pout) + sample("place_indegree", qin) + sample("place_outdegree", qout[::2])


@case
def stochastic_glauber():
    """Binary neurons, each alone with an input of its own: activity, flips and the time between them."""
    seed(6)
    p = NeuronGroup(N, """p_on = 1/(1 + exp(-(h + drive - theta)/T)) : 1
                          s : 1
                          h : 1
                          drive : 1""", threshold="rand() < dt/tau*(s + (1 - 2*s)*p_on)", reset="s = 1 - s", name="p",
                    namespace=dict(tau=10*ms, theta=0.2, T=0.7))
    p.drive = "-1 + 2.0*i/(N - 1)"
    m = SpikeMonitor(p)
    Network(p, m).run(100*ms)
    return sample("flips", counts(m, N)) + sample("intervals", intervals(m, None)) + sample("state", p.s) + sample(
        "weighted", p.s*p.drive)


if __name__ == "__main__":
    main(sys.argv[1:])
