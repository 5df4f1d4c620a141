#!/usr/bin/python3
"""Reference numbers from Brian2 for models that draw random numbers, number by number.

    /usr/bin/python3 tests/conformance/noise_references.py [case ...]

Cases as in make_references.py (which see), after examples of Brian2's own as in example_references.py. What Brian2 draws
while it runs are Lunate's numbers (replay.py): its integration, thresholds, resets, statements and synapses then do with them
what they do with any others. Where Lunate's generator or its numbering of draws changes, these are to be made anew.
"""
import sys

import numpy as np
from brian2 import (Hz, Network, NeuronGroup, PoissonInput, SpikeMonitor, StateMonitor, Synapses, defaultclock, linked_var,
                    mV, ms, nS, pF, prefs, second)

import replay
from make_references import CASES, case, final, main, pairs, spikes, trace, u

CASES.clear()
prefs.codegen.target = "numpy"
replay.install()


@case
def reliability():
    """reliability and non_reliability: neurons that share a noisy input, which they read through a link, and have noise of
    their own; and others, which hold still while refractory."""
    shared = NeuronGroup(1, "dx/dt = -x/(5*ms) + (2/(5*ms))**.5*xi : 1", method="euler", name="a_shared")
    driven = NeuronGroup(12, """dx/dt = (0.9 + 0.5*I - x)/tau + 0.015*(2/tau)**.5*xi : 1
                                I : 1 (linked)""", threshold="x > 1", reset="x = 0", refractory=5*ms, method="euler",
                         name="b_driven", namespace=dict(tau=10*ms))
    driven.I = linked_var(shared, "x")
    driven.x = u(1, np.arange(12))
    lone = NeuronGroup(12, "dx/dt = (1.1 - x)/tau + 0.02*(2/tau)**.5*xi : 1 (unless refractory)", threshold="x > 1",
                       reset="x = 0", refractory=5*ms, method="euler", name="c_lone", namespace=dict(tau=10*ms))
    m, n = SpikeMonitor(driven), SpikeMonitor(lone)
    y, x, z = (StateMonitor(g, "x", record=k, dt=5*ms) for g, k in ((shared, [0]), (driven, [0, 11]), (lone, [0, 11])))
    replay.Replay(11, [shared, driven, lone])
    Network(shared, driven, lone, m, n, x, y, z).run(300*ms)
    return (spikes("driven", m) + spikes("lone", n) + trace("shared", y, "x") + trace("driven", x, "x")
            + trace("lone", z, "x") + final("driven", driven, "x") + final("lone", lone, "x"))


@case
def stochastic_odes():
    """stochastic_odes: geometric Brownian motion, its noise multiplied by what it moves, by milstein and by heun; and
    Ornstein_Uhlenbeck, noise that is added, with two noises beside."""
    defaultclock.dt = 1*ms
    geometric = "dX/dt = (mu - 0.5*second*sigma**2)*X + X*sigma*xi*second**.5 : 1"
    milstein, heun = (NeuronGroup(6, geometric, method=method, name=method, namespace=dict(mu=0.5/second, sigma=0.8/second))
                      for method in ("milstein", "heun"))
    milstein.X = heun.X = 1
    added = NeuronGroup(6, """dy/dt = -y/tau + sqrt(2*sigma**2/tau)*xi_slow + 0.3*tau**-0.5*xi_other : 1
                              dz/dt = (y - z)/tau - 0.2*tau**-0.5*xi_slow : 1
                              tau : second (constant)
                              sigma : 1""", method="euler", name="added")
    added.tau = (10 + 90*u(1, np.arange(6)))*ms
    added.sigma = 0.1 + u(2, np.arange(6))
    added.y = 1
    x = [StateMonitor(g, v, record=[0, 5], dt=20*ms) for g, v in ((milstein, "X"), (heun, "X"), (added, ["y", "z"]))]
    replay.Replay(12, [milstein, heun, added])
    Network(milstein, heun, added, *x).run(500*ms)
    return (trace("milstein", x[0], "X") + trace("heun", x[1], "X") + trace("added", x[2], "y", "z")
            + final("milstein", milstein, "X") + final("heun", heun, "X") + final("added", added, "y", "z"))


@case
def brunel_2000():
    """Brunel_2000: a network of pulses with 100 Poisson trains a neuron, which it does not hear while refractory; the regime
    of fast irregular firing, at a fortieth of its size."""
    n_e, n_i, pulse, g = 240, 60, 0.4*mV, 5
    p = NeuronGroup(n_e + n_i, "dv/dt = -v/tau : volt (unless refractory)", threshold="v > 20*mV", reset="v = 10*mV",
                    refractory=2*ms, method="exact", name="p", namespace=dict(tau=20*ms))
    p.v = 20*mV*u(1, np.arange(n_e + n_i))
    e = Synapses(p[:n_e], p, on_pre="v += pulse", delay=1.5*ms, name="e", namespace=dict(pulse=pulse))
    i = Synapses(p[n_e:], p, on_pre="v += -g*pulse", delay=1.5*ms, name="i", namespace=dict(pulse=pulse, g=g))
    for s, n, stream in ((e, n_e, 2), (i, n_i, 3)):
        a, b = pairs(n, n_e + n_i, 0.1, stream)
        s.connect(i=a, j=b)
    outside = PoissonInput(p, "v", 100, 28*Hz, weight=pulse)
    m, x = SpikeMonitor(p), StateMonitor(p, "v", record=[0, 100, 299], dt=1*ms)
    replay.Replay(13, [p], [e, i], [outside])
    Network(p, e, i, outside, m, x).run(120*ms)
    return spikes("p", m) + trace("p", x, "v") + final("p", p, "v")


@case
def brunel_hakim_1999():
    """Brunel_Hakim_1999: inhibitory neurons in noise, each with pulses from a tenth of them two milliseconds later."""
    n = 300
    p = NeuronGroup(n, "dV/dt = (-V + 25*mV + 1*mV*sqrt(tau)*xi)/tau : volt", threshold="V > 20*mV", reset="V = 10*mV",
                    refractory=0*ms, method="euler", name="p", namespace=dict(tau=20*ms))
    p.V = 10*mV
    s = Synapses(p, p, on_pre="V += -0.4*mV", delay=2*ms, name="s")
    i, j = pairs(n, n, 0.1, 1)
    s.connect(i=i, j=j)
    m, x = SpikeMonitor(p), StateMonitor(p, "V", record=[0, 150, 299], dt=1*ms)
    replay.Replay(14, [p], [s])
    Network(p, s, m, x).run(100*ms)
    return spikes("p", m) + trace("p", x, "V") + final("p", p, "V")


@case
def graupner_brunel_2012():
    """Graupner_Brunel_2012: a synapse that calcium drives between two stable states, with noise in its own equation while
    calcium is high; heun, clock-driven, pre- and postsynaptic delays. The pairings come every 60 ms."""
    pre = NeuronGroup(2, "", threshold="t >= 10*ms", refractory=60*ms, name="a_pre")
    post = NeuronGroup(6, "late : second", threshold="t > late", refractory=60*ms, name="b_post")
    post.late = [0, 4, 8, 12, 20, 30]*ms
    s = Synapses(pre, post, """
        drho/dt = (-rho*(1 - rho)*(rho_star - rho) + gamma_p*(1 - rho)*int((c - theta_p) > 0)
                   - gamma_d*rho*int((c - theta_d) > 0)
                   + sigma*sqrt(tau)*sqrt(int((c - theta_d) > 0) + int((c - theta_p) > 0))*xi)/tau : 1 (clock-driven)
        dc/dt = -c/tau_Ca : 1 (clock-driven)
        tau : second (constant, shared)""", on_pre="c += 1", on_post="c += 2", method="heun", name="s",
                 namespace=dict(rho_star=0.5, gamma_p=321.808, gamma_d=200, theta_p=1.3, theta_d=1, sigma=2.8284,
                                tau_Ca=20*ms))
    s.connect()
    s.pre.delay = 13.7*ms
    s.tau = 10*second
    s.rho = "int(i == 1)"
    m, x = SpikeMonitor(post), StateMonitor(s, ["rho", "c"], record=np.arange(12), dt=5*ms)
    replay.Replay(15, [pre, post], [s])
    Network(pre, post, s, m, x).run(250*ms)
    return spikes("post", m) + trace("s", x, "rho", "c") + final("s", s, "rho", "c")


@case
def clopath_2010_homeostasis():
    """Clopath_et_al_2010_homeostasis: voltage-based plasticity that keeps a rate. Inputs fire by rand() in their threshold;
    which of them does is drawn every so often. (There the last line of on_post reads v_lowpass2 by another name.)"""
    defaultclock.dt = 0.5*ms
    common = dict(V_rest=-70*mV, taux=15*ms, E_syn=0*mV, g_L=30*nS, C=300*pF)
    inputs = NeuronGroup(5, """dx_trace/dt = -x_trace/taux : 1
                               rates : Hz
                               chosen : integer (shared)""",
                         threshold="rand() < rates*dt", reset="x_trace += 1/(taux/ms)", method="exact", name="a_inputs",
                         namespace=common)
    inputs.run_regularly("""chosen = int(floor(rand()*5))
                            rates = 90*Hz*int(chosen == i) + 10*Hz*rand()""", dt=50*ms)
    cell = NeuronGroup(1, """dv/dt = (g_L*(V_rest - v) + g_ampa*(E_syn - v))/C : volt
                             dv_lowpass1/dt = (v - v_lowpass1)/(40*ms) : volt
                             dv_lowpass2/dt = (v - v_lowpass2)/(30*ms) : volt
                             dv_homeo/dt = (v - V_rest - v_homeo)/(1*second) : volt
                             dg_ampa/dt = -g_ampa/(2*ms) : siemens""",
                       threshold="v > -55*mV", reset="v = V_rest", method="euler", name="b_cell", namespace=common)
    cell.v = cell.v_lowpass1 = cell.v_lowpass2 = -70*mV
    s = Synapses(inputs, cell, "w : 1", name="s", namespace=dict(low=-70*mV, w_max=1, target=12*(mV**2)),
                 on_pre="""g_ampa_post += w*60*nS
                           down = 0.015*(v_homeo**2/target)*(v_lowpass1/mV - low/mV)*int(v_lowpass1/mV - low/mV > 0)
                           w = clip(w - 0.01*down, 0, w_max)""",
                 on_post="""v_lowpass1 += 10*mV
                            v_lowpass2 += 10*mV
                            v_homeo += 0.1*mV
                            up = 0.015*x_trace_pre*(v_lowpass2/mV - low/mV)*int(v_lowpass2/mV - low/mV > 0)
                            w = clip(w + up, 0, w_max)""")
    s.connect()
    s.w = 0.5
    m, n = SpikeMonitor(inputs), SpikeMonitor(cell)
    x = StateMonitor(cell, ["v", "v_lowpass1", "v_lowpass2", "v_homeo"], record=[0], dt=10*ms)
    replay.Replay(16, [inputs, cell], [s])
    Network(inputs, cell, s, m, n, x).run(1*second)
    return (spikes("inputs", m) + spikes("cell", n) + trace("cell", x, "v", "v_lowpass1", "v_lowpass2", "v_homeo")
            + final("s", s, "w") + final("inputs", inputs, "x_trace", "rates"))


if __name__ == "__main__":
    main(sys.argv[1:])
