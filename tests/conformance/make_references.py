#!/usr/bin/python3
"""Reference numbers from Brian2 for the conformance tests.

    /usr/bin/python3 tests/conformance/make_references.py [case ...]

Each function below is one case: a network without chance (connections, delays, initial values and inputs
come from `u`, a hash that compare.lua computes too), run in Brian2 and written to reference/<case>.txt.
tests/conformance/<case>.lua builds the same network in Lunate and compares: states to 1e-9 relative,
spikes to the step. The files are committed; Brian2 (Debian: python3-brian) is needed only to remake them.

A file holds sections, each of one head line and its data:

    spikes <name> <lines>                                 step neuron neuron ...
    trace <name> <variable> <every> <samples> <neuron> .. one line a sample: a value a neuron
    final <name> <variable> <values>                      one value a line

Steps count from 0, neurons from 1; `every` is in steps; values are in SI units.
"""
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

warnings.filterwarnings("ignore")
import numpy as np
from brian2 import (BrianLogger, Mohm, Network, NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, StateMonitor,
                    Synapses, TimedArray, __version__, defaultclock, mV, ms, nA, nS, pA, pF, prefs, second)

prefs.codegen.target = "cython"  # statements run synapse by synapse, in order
BrianLogger.suppress_name("only_threshold")
BrianLogger.suppress_name("base")  # its warning about statements whose order matters: that is what is tested
FOLDER = Path(__file__).parent / "reference"
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


# ------------------------------------------------------------------------- numbers that look like chance

def hash32(x):
    """The finaliser of MurmurHash3 on 32-bit integers."""
    x = np.asarray(x, dtype=np.uint64) & np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(16)
    x = (x * np.uint64(0x85EBCA6B)) & np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(13)
    x = (x * np.uint64(0xC2B2AE35)) & np.uint64(0xFFFFFFFF)
    return x ^ (x >> np.uint64(16))


def u(stream, k):
    """[0, 1): number k (from 0) of a stream."""
    return hash32(np.uint64(stream * 0x9E3779B1) + np.asarray(k, dtype=np.uint64)) / 2.0**32


def below(n, stream, k):
    """0 .. n - 1."""
    return np.floor(u(stream, k) * n).astype(int)


def pairs(n_pre, n_post, p, stream):
    """Each pair with probability p, by source, then target."""
    chosen = u(stream, np.arange(n_pre * n_post)) < p
    return np.divmod(np.flatnonzero(chosen), n_post)


def trains(n, per_neuron, duration, stream):
    """Spike times: neuron i's k-th falls somewhere in the k-th of per_neuron equal windows."""
    k = np.arange(n * per_neuron)
    window = duration / per_neuron
    times = (k % per_neuron) * window + u(stream, k) * (window - 1 * ms)
    return SpikeGeneratorGroup(n, k // per_neuron, times, sorted=False)


# ----------------------------------------------------------------------------------------------- sections

def spikes(name, monitor):
    step = np.round(np.asarray(monitor.t) / float(defaultclock.dt)).astype(int)
    lines = []
    for s in np.unique(step):
        neurons = np.sort(np.asarray(monitor.i)[step == s]) + 1
        lines.append(" ".join(map(str, [s, *neurons])))
    return [f"spikes {name} {len(lines)}"] + lines


def trace(name, monitor, *variables):
    every = int(round(float(monitor.clock.dt) / float(defaultclock.dt)))
    neurons = " ".join(str(k + 1) for k in monitor.record)
    lines = []
    for variable in variables:
        values = np.asarray(getattr(monitor, variable)).T
        lines.append(f"trace {name} {variable} {every} {len(values)} {neurons}")
        lines += [" ".join("%.17g" % v for v in row) for row in values]
    return lines


def final(name, group, *variables):
    lines = []
    for variable in variables:
        values = np.asarray(getattr(group, variable)[:])
        lines.append(f"final {name} {variable} {len(values)}")
        lines += ["%.17g" % v for v in values]
    return lines


# ------------------------------------------------------------------------------------ the two benchmarks

def brette_connections(p, on_exc, on_inh):
    """Every neuron sends to 80 of the 4,000 (2 %), some of them twice."""
    synapses = []
    for source, first, statement, weights in ((p[:3200], 0, *on_exc), (p[3200:], 3200, *on_inh)):
        s = Synapses(source, p, "", on_pre=statement, delay=0.1*ms, namespace=weights)
        k = np.arange(source.N * 80)
        s.connect(i=k // 80, j=below(4000, 1, first * 80 + k))
        synapses.append(s)
    return synapses


@case
def cuba():
    """Brette et al. 2007, benchmark 2: integrate-and-fire, current-based synapses; exact."""
    p = NeuronGroup(4000, """dv/dt  = (ge + gi - (v - E_L))/tau_m : volt (unless refractory)
                             dge/dt = -ge/tau_e : volt
                             dgi/dt = -gi/tau_i : volt""",
                    threshold="v > v_th", reset="v = v_r", refractory=5*ms, method="exact",
                    namespace=dict(tau_m=20*ms, tau_e=5*ms, tau_i=10*ms, E_L=-49*mV, v_th=-50*mV, v_r=-60*mV))
    p.v = -60*mV + u(2, np.arange(4000))*10*mV
    s = brette_connections(p, ("ge += we", dict(we=1.62*mV)), ("gi += wi", dict(wi=-9*mV)))
    m, x = SpikeMonitor(p), StateMonitor(p, ["v", "ge", "gi"], record=[0, 1999, 3999], dt=2*ms)
    Network(p, s, m, x).run(200*ms)
    return spikes("p", m) + trace("p", x, "v", "ge", "gi")


@case
def coba():
    """Brette et al. 2007, benchmark 1: conductance-based synapses, self-sustained; exponential Euler."""
    p = NeuronGroup(4000, """
        dv/dt  = (ge*(E_e - v) + gi*(E_i - v) - (v - E_L))/tau_m : volt (unless refractory)
        dge/dt = -ge/tau_e : 1
        dgi/dt = -gi/tau_i : 1""",
                    threshold="v > v_th", reset="v = v_r", refractory=5*ms, method="exponential_euler",
                    namespace=dict(tau_m=20*ms, tau_e=5*ms, tau_i=10*ms, E_L=-60*mV, E_e=0*mV, E_i=-80*mV,
                                   v_th=-50*mV, v_r=-60*mV))
    k = np.arange(4000)
    p.v = -70*mV + u(2, k)*20*mV
    p.ge = 1 + 6*u(3, k)
    p.gi = 40*u(4, k)
    s = brette_connections(p, ("ge += we", dict(we=0.6)), ("gi += wi", dict(wi=6.7)))
    m, x = SpikeMonitor(p), StateMonitor(p, ["v", "ge", "gi"], record=[0, 1999, 3999], dt=2*ms)
    Network(p, s, m, x).run(200*ms)
    return spikes("p", m) + trace("p", x, "v", "ge", "gi")


# ------------------------------------------------------------------------------------- ten small networks

@case
def lif_steps():
    """Integrate-and-fire without synapses, a current that changes between runs; exact."""
    p = NeuronGroup(10, """dv/dt = (E_L - v + R*I)/tau : volt
                           I : amp""",
                    threshold="v > v_th", reset="v = v_r", method="exact",
                    namespace=dict(tau=17*ms, E_L=-70*mV, R=80*Mohm, v_th=-51*mV, v_r=-68.5*mV))
    p.v = -70*mV
    m, x = SpikeMonitor(p), StateMonitor(p, "v", record=[0, 4, 9], dt=1*ms)
    net = Network(p, m, x)
    for low, slope, duration in ((0, 0, 20), (0.2, 0.03, 80), (0.45, -0.02, 60.3), (-0.1, 0, 20)):
        p.I = (low + slope*np.arange(1, 11))*nA
        net.run(duration*ms)
    return spikes("p", m) + trace("p", x, "v") + final("p", p, "v")


@case
def lif_delays():
    """Integrate-and-fire driven by spike sources: exponential currents, a delay for each synapse; exact."""
    source = trains(20, 12, 150*ms, 1)
    p = NeuronGroup(10, """dv/dt  = (E_L - v + ge + gi)/tau_m : volt (unless refractory)
                           dge/dt = -ge/tau_e : volt
                           dgi/dt = -gi/tau_i : volt""",
                    threshold="v > v_th", reset="v = v_r", refractory=2*ms, method="exact",
                    namespace=dict(tau_m=12*ms, tau_e=2.5*ms, tau_i=6*ms, E_L=-65*mV, v_th=-56*mV,
                                   v_r=-63*mV))
    p.v = -65*mV
    synapses = []
    for statement, strength, stream in (("ge += w", 8.2*mV, 2), ("gi += w", -1.3*mV, 5)):
        i, j = pairs(20, 10, 0.6, stream)
        k = np.arange(len(i))
        s = Synapses(source, p, "w : volt", on_pre=statement)
        s.connect(i=i, j=j)
        s.w = (0.5 + u(stream + 1, k))*strength
        halves = below(101, stream + 2, k)  # of a step: every second delay lies between two steps
        s.delay = np.where(halves == 1, 0, halves)*0.05*ms
        synapses.append(s)
    m, g = SpikeMonitor(p), SpikeMonitor(source)
    x = StateMonitor(p, ["v", "ge", "gi"], record=[0, 3, 8], dt=1*ms)
    Network(source, p, synapses, m, g, x).run(150*ms)
    return (spikes("source", g) + spikes("p", m) + trace("p", x, "v", "ge", "gi")
            + final("p", p, "v", "ge", "gi"))


@case
def alpha_synapse():
    """Alpha-shaped currents of two time constants: a degenerate linear system; exact."""
    source = trains(12, 10, 120*ms, 1)
    p = NeuronGroup(6, """dv/dt = (E_L - v)/tau_m + (R*g)/tau_m : volt
                          dg/dt = (x - g)/tau_s : amp
                          dx/dt = -x/tau_s : amp""",
                    threshold="v > v_th", reset="v = v_r", refractory=1*ms, method="exact",
                    namespace=dict(tau_m=10*ms, tau_s=3*ms, E_L=-70*mV, R=100*Mohm, v_th=-54*mV, v_r=-70*mV))
    p.v = -70*mV
    i, j = pairs(12, 6, 0.7, 2)
    s = Synapses(source, p, "w : amp", on_pre="x_post += w", delay=1.3*ms)
    s.connect(i=i, j=j)
    s.w = (0.2 + u(3, np.arange(len(i))))*0.6*nA
    m, y = SpikeMonitor(p), StateMonitor(p, ["v", "g", "x"], record=[0, 2, 5], dt=1*ms)
    Network(source, p, s, m, y).run(120*ms)
    return spikes("p", m) + trace("p", y, "v", "g", "x") + final("p", p, "v", "g", "x")


@case
def conductance():
    """Conductance-based integrate-and-fire; exponential Euler."""
    source = trains(30, 15, 150*ms, 1)
    p = NeuronGroup(8, """
        dv/dt  = (g_L*(E_L - v) + ge*(E_e - v) + gi*(E_i - v) + I)/C : volt (unless refractory)
        dge/dt = -ge/tau_e : siemens
        dgi/dt = -gi/tau_i : siemens
        I : amp (constant)""",
                    threshold="v > v_th", reset="v = v_r", refractory=3*ms, method="exponential_euler",
                    namespace=dict(C=200*pF, g_L=10*nS, E_L=-70*mV, E_e=0*mV, E_i=-75*mV, tau_e=4*ms,
                                   tau_i=8*ms, v_th=-52*mV, v_r=-66*mV))
    p.v = "E_L"
    p.I = 10*np.arange(1, 9)*pA
    synapses = []
    for first, last, statement, strength, stream in ((0, 20, "ge += w", 5*nS, 2),
                                                     (20, 30, "gi += w", 6*nS, 4)):
        i, j = pairs(last - first, 8, 0.5, stream)
        s = Synapses(source, p, "w : siemens", on_pre=statement, delay=0.8*ms)
        s.connect(i=first + i, j=j)
        s.w = (0.5 + u(stream + 1, np.arange(len(i))))*strength
        synapses.append(s)
    m, x = SpikeMonitor(p), StateMonitor(p, ["v", "ge", "gi"], record=[0, 3, 7], dt=1*ms)
    Network(source, p, synapses, m, x).run(150*ms)
    return spikes("p", m) + trace("p", x, "v", "ge", "gi") + final("p", p, "v", "ge", "gi")


@case
def hodgkin_huxley():
    """Hodgkin-Huxley (Traub and Miles) with units inside the equations, by three methods, dt 0.01 ms;
    the refractory condition is the spike itself."""
    defaultclock.dt = 0.01*ms
    sections = []
    for method in ("euler", "rk4", "exponential_euler"):
        p = NeuronGroup(4, """
            dv/dt = (g_L*(E_L - v) - g_Na*m**3*h*(v - E_Na) - g_K*n**4*(v - E_K) + I)/C : volt
            dm/dt = alpha_m*(1 - m) - beta_m*m : 1
            dn/dt = alpha_n*(1 - n) - beta_n*n : 1
            dh/dt = alpha_h*(1 - h) - beta_h*h : 1
            alpha_m = 1.28/exprel((13*mV - v + V_T)/(4*mV))/ms : Hz
            beta_m  = 1.4/exprel((v - V_T - 40*mV)/(5*mV))/ms : Hz
            alpha_n = 0.16/exprel((15*mV - v + V_T)/(5*mV))/ms : Hz
            beta_n  = 0.5*exp((10*mV - v + V_T)/(40*mV))/ms : Hz
            alpha_h = 0.128*exp((17*mV - v + V_T)/(18*mV))/ms : Hz
            beta_h  = 4/(1 + exp((40*mV - v + V_T)/(5*mV)))/ms : Hz
            I : amp (constant)""",
                        threshold="v > -20*mV", reset="", refractory="v > -20*mV", method=method,
                        namespace=dict(C=200*pF, g_L=10*nS, E_L=-60*mV, g_Na=20000*nS, E_Na=50*mV,
                                       g_K=6000*nS, E_K=-90*mV, V_T=-63*mV))
        p.v = -63*mV
        p.h = 1
        p.I = 100*np.arange(1, 5)*pA
        m, x = SpikeMonitor(p), StateMonitor(p, ["v", "m", "n", "h"], record=[0, 3], dt=1*ms)
        Network(p, m, x).run(60*ms)
        sections += (spikes(method, m) + trace(method, x, "v", "m", "n", "h")
                     + final(method, p, "v", "m", "n", "h"))
    return sections


@case
def nonlinear_euler():
    """Quadratic and exponential integrate-and-fire, driven by values sampled in time (a column for each
    neuron, and one for all); Euler."""
    k = np.arange(60*5)
    drive = TimedArray(-0.5 + 3*u(1, k).reshape(60, 5), dt=2.5*ms)
    current = TimedArray((0.1 + 0.5*u(2, np.arange(40)))*nA, dt=3.7*ms)
    quadratic = NeuronGroup(5, "dx/dt = (x**2 + drive(t, i))/tau : 1", threshold="x > 12", reset="x = -12",
                            method="euler", namespace=dict(tau=10*ms, drive=drive))
    quadratic.x = -1
    exponential = NeuronGroup(3, """dv/dt = (E_L - v + D*exp((v - V_T)/D) + R*current(t))/tau : volt
                                    R : ohm (constant)""",
                              threshold="v > -35*mV", reset="v = -66*mV", refractory=1.5*ms, method="euler",
                              namespace=dict(tau=12*ms, E_L=-68*mV, V_T=-55*mV, D=1.8*mV, current=current))
    exponential.v = -68*mV
    exponential.R = (40 + 15*np.arange(1, 4))*Mohm
    m1, m2 = SpikeMonitor(quadratic), SpikeMonitor(exponential)
    x1 = StateMonitor(quadratic, "x", record=[0, 2, 4], dt=1*ms)
    x2 = StateMonitor(exponential, "v", record=[0, 1, 2], dt=1*ms)
    Network(quadratic, exponential, m1, m2, x1, x2).run(150*ms)
    return (spikes("quadratic", m1) + trace("quadratic", x1, "x") + final("quadratic", quadratic, "x")
            + spikes("exponential", m2) + trace("exponential", x2, "v")
            + final("exponential", exponential, "v"))


@case
def adex():
    """Adaptive exponential integrate-and-fire, v clamped while refractory; fourth-order Runge-Kutta."""
    p = NeuronGroup(6, """
        dv/dt = (g_L*(E_L - v) + g_L*D*exp((v - V_T)/D) - w + I)/C : volt (unless refractory)
        dw/dt = (a*(v - E_L) - w)/tau_w : amp
        I : amp (constant)
        b : amp (constant)""",
                    threshold="v > -40*mV", reset="v = V_r; w += b", refractory=2*ms, method="rk4",
                    namespace=dict(C=281*pF, g_L=30*nS, E_L=-70.6*mV, V_T=-50.4*mV, D=2*mV, tau_w=144*ms,
                                   a=4*nS, V_r=-60.6*mV))
    p.v = "E_L"
    p.I = (0.55 + 0.12*np.arange(1, 7))*nA
    p.b = (0.02 + 0.02*np.arange(1, 7))*nA
    m, x = SpikeMonitor(p), StateMonitor(p, ["v", "w"], record=[0, 2, 5], dt=1*ms)
    Network(p, m, x).run(200*ms)
    return spikes("p", m) + trace("p", x, "v", "w") + final("p", p, "v", "w")


@case
def refractory():
    """What refractory times and conditions do: constant, between two steps, one a neuron, without
    `unless refractory`, a condition on a variable; all kicked by the same spikes while refractory."""
    source = trains(6, 25, 120*ms, 1)
    lif = "dv/dt = (drive - v)/tau : 1 (unless refractory)\n"
    common = dict(tau=9*ms)
    groups = dict(
        constant=NeuronGroup(5, lif + "drive : 1", threshold="v > 1", reset="v = 0", refractory=5*ms,
                             method="exact", namespace=common),
        between=NeuronGroup(5, lif + "drive : 1", threshold="v > 1", reset="v = 0", refractory=2.57*ms,
                            method="exact", namespace=common),
        each=NeuronGroup(5, lif + "drive : 1\nrest : second", threshold="v > 1", reset="v = 0",
                         refractory="rest", method="exact", namespace=common),
        running=NeuronGroup(5, "dv/dt = (drive - v)/tau : 1\ndrive : 1", threshold="v > 1", reset="v -= 0.4",
                            refractory=4*ms, method="exact", namespace=common),
        condition=NeuronGroup(5, lif + "da/dt = -a/tau : 1\ndrive : 1", threshold="v > 1",
                              reset="v = 0; a += 1", refractory="a > 0.35", method="exact", namespace=common),
    )
    objects, sections = [source], []
    for place, (name, p) in enumerate(groups.items()):
        p.drive = 1.02 + 0.17*np.arange(1, 6)
        if name == "each":
            p.rest = 1.3*np.arange(5)*ms
        i, j = pairs(6, 5, 0.5, 2)
        s = Synapses(source, p, "w : 1", on_pre="v_post += w", delay=0.2*ms)
        s.connect(i=i, j=j)
        s.w = 0.02 + 0.1*u(3, np.arange(len(i)))
        m, x = SpikeMonitor(p), StateMonitor(p, "v", record=[0, 4], dt=1*ms)
        groups[name] = p, m, x
        objects += [p, s, m, x]
    Network(objects).run(120*ms)
    for name, (p, m, x) in groups.items():
        sections += spikes(name, m) + trace(name, x, "v") + final(name, p, "v")
    return sections


@case
def delta_order():
    """Twenty neurons kicking each other, many without delay: who is updated, kicked and reset first.
    The second projection's statement does not commute, so that the order of its events is seen as well."""
    lif = """dv/dt = (drive - v)/tau : 1
             drive : 1 (constant)"""
    sections = []
    for name, statement, strength in (("adding", "v_post += w", 0.16),
                                      ("mixing", "v_post = 0.93*v_post + w", 0.24)):
        p = NeuronGroup(20, lif, threshold="v > 1", reset="v = 0", method="exact", namespace=dict(tau=20*ms))
        p.v = u(1, np.arange(20))
        p.drive = 1.05 + 0.6*u(2, np.arange(20))
        i, j = pairs(20, 20, 0.35, 3)
        k = np.arange(len(i))
        s = Synapses(p, p, "w : 1", on_pre=statement)
        s.connect(i=i, j=j)
        s.w = strength*(u(4, k) - 0.35)
        s.delay = np.array([0, 0, 0.1, 0.3, 1.5])[below(5, 5, k)]*ms
        m, x = SpikeMonitor(p), StateMonitor(p, "v", record=[0, 9, 19], dt=1*ms)
        Network(p, s, m, x).run(200*ms)
        sections += spikes(name, m) + trace(name, x, "v") + final(name, p, "v")
    return sections


@case
def synapse_statements():
    """Statements of several lines on variables of the synapse and of both neurons: short-term plasticity by
    event times, and synapses that read the target's voltage and change their own weight."""
    source = trains(10, 16, 150*ms, 1)
    p = NeuronGroup(5, """dv/dt = (E_L - v + g)/tau_m : volt
                          dg/dt = -g/tau_s : volt""",
                    threshold="v > v_th", reset="v = v_r", method="exact",
                    namespace=dict(tau_m=15*ms, tau_s=4*ms, E_L=-70*mV, v_th=-55*mV, v_r=-65*mV))
    p.v = -70*mV
    i, j = pairs(10, 5, 0.8, 2)
    k = np.arange(len(i))
    depressing = Synapses(source, p, """w : volt
                                        x : 1
                                        y : 1
                                        last : second""",
                          on_pre="""y = U + (y - U)*exp(-(t - last)/tau_f)
                                    x = 1 + (x - 1)*exp(-(t - last)/tau_d)
                                    y += U*(1 - y)
                                    g_post += w*x*y
                                    x -= x*y
                                    last = t""",
                          namespace=dict(U=0.25, tau_f=60*ms, tau_d=90*ms))
    depressing.connect(i=i, j=j)
    depressing.w = (25 + 50*u(3, k))*mV
    depressing.x = 1
    depressing.y = 0.25
    depressing.delay = below(30, 4, k)*0.1*ms
    i, j = pairs(5, 5, 0.6, 5)
    k = np.arange(len(i))
    recurrent = Synapses(p, p, "w : 1", on_pre="""v_post += w*(E - v_post)
                                                  w = clip(w + eta*(v_post - v_mid)/mV - 0.1*w, 0, 0.2)
                                                  g_post *= 0.9""",
                         delay=0.7*ms, namespace=dict(E=-52*mV, eta=0.004, v_mid=-62*mV))
    recurrent.connect(i=i, j=j)
    recurrent.w = 0.02 + 0.1*u(6, k)
    recurrent.pre.order = 1  # Lunate delivers in the order of creation; Brian2 by order, then by name
    m, y = SpikeMonitor(p), StateMonitor(p, ["v", "g"], record=[0, 2, 4], dt=1*ms)
    Network(source, p, depressing, recurrent, m, y).run(150*ms)
    return (spikes("p", m) + trace("p", y, "v", "g") + final("p", p, "v", "g")
            + final("depressing", depressing, "x", "y", "last") + final("recurrent", recurrent, "w"))


def main(names):
    for name in names or CASES:
        defaultclock.dt = 0.1*ms
        sections = CASES[name]()
        head = f"# {name}: made by {Path(sys.argv[0]).name} with Brian2 {__version__}"
        text = "\n".join([head] + sections) + "\n"
        (FOLDER / f"{name}.txt").write_text(text)
        counts = [line for line in sections if line.startswith("spikes")]
        print(f"{name}: {len(text)} bytes; " + "; ".join(counts))


# ------------------------------------------------------------------------------------------- learning rules

def driven_cells(n, stream, drive):
    """Integrate-and-fire neurons that fire by themselves, each at its own rate."""
    p = NeuronGroup(n, """dv/dt = (E_L - v + g + I)/tau_m : volt
                          dg/dt = -g/tau_s : volt
                          I : volt (constant)""",
                    threshold="v > v_th", reset="v = v_r", method="exact",
                    namespace=dict(tau_m=15*ms, tau_s=4*ms, E_L=-70*mV, v_th=-55*mV, v_r=-65*mV))
    p.v = "E_L"
    p.I = drive*(1 + u(stream, np.arange(n)))
    return p


@case
def stdp():
    """Pair STDP as usually written (Apre, Apost, event-driven), all-to-all, a delay for all."""
    source = trains(20, 20, 300*ms, 1)
    p = driven_cells(8, 2, 10*mV)
    s = Synapses(source, p, """w : 1
                               dApre/dt = -Apre/taupre : 1 (event-driven)
                               dApost/dt = -Apost/taupost : 1 (event-driven)""",
                 on_pre="""g_post += w*3*mV
                           Apre += dApre
                           w = clip(w + Apost, 0, wmax)""",
                 on_post="""Apost += dApost
                            w = clip(w + Apre, 0, wmax)""",
                 delay=1.5*ms,
                 namespace=dict(taupre=18*ms, taupost=23*ms, dApre=0.02, dApost=-0.021, wmax=1))
    s.connect()
    s.w = u(3, np.arange(160))
    m, x = SpikeMonitor(p), StateMonitor(s, "w", record=[0, 7, 33, 100, 159], dt=5*ms)
    Network(source, p, s, m, x).run(300*ms)
    return spikes("p", m) + trace("s", x, "w") + final("p", p, "v", "g") + final("s", s, "w")


@case
def stdp_delays():
    """The same in a recurrent network: a delay for each synapse, another delay back from the target, pairs that
    are connected twice, a time constant and a trace for each synapse."""
    p = driven_cells(12, 2, 18*mV)
    i, j = pairs(12, 12, 0.4, 3)
    i, j = np.append(i, i[::3]), np.append(j, j[::3])
    k = np.arange(len(i))
    s = Synapses(p, p, """w : 1
                          tau : second
                          dApre/dt = -Apre/taupre : 1 (event-driven)
                          dApost/dt = (A0 - Apost)/taupost : 1 (event-driven)
                          dc/dt = -c/tau : 1 (event-driven)""",
                 on_pre="""g_post += w*2*mV
                           w = clip(w + Apost*0.5, 0, wmax)
                           Apre += dApre
                           c += w*Apost
                           w = clip(w + Apost*0.5, 0, wmax)""",
                 on_post="""w = clip(w + Apre + 0.1*c, 0, wmax)
                            Apost += dApost
                            c *= 0.5""",
                 namespace=dict(taupre=18*ms, taupost=23*ms, dApre=0.02, dApost=-0.021, wmax=1, A0=-0.002))
    s.connect(i=i, j=j)
    s.w = u(4, k)
    s.tau = (5 + 20*u(5, k))*ms
    s.pre.delay = below(40, 6, k)*0.1*ms
    s.post.delay = 0.8*ms
    m = SpikeMonitor(p)
    Network(p, s, m).run(300*ms)
    order = np.lexsort((s.pre.delay, s.j, s.i))  # as Lunate lists them
    values = {"w": np.asarray(s.w)[order], "c": np.asarray(s.c)[order]}
    return spikes("p", m) + final("p", p, "v", "g") + final("s", SimpleNamespace(**values), "w", "c")


@case
def triplet():
    """Triplets of spikes (Pfister and Gerstner 2006): what a spike does depends on the traces just before it."""
    source = trains(15, 25, 300*ms, 1)
    p = driven_cells(6, 2, 12*mV)
    i, j = pairs(15, 6, 0.7, 3)
    k = np.arange(len(i))
    s = Synapses(source, p, """w : 1
                               dr1/dt = -r1/tau_p : 1 (event-driven)
                               dr2/dt = -r2/tau_x : 1 (event-driven)
                               do1/dt = -o1/tau_m : 1 (event-driven)
                               do2/dt = -o2/tau_y : 1 (event-driven)""",
                 on_pre="""g_post += w*3*mV
                           w = clip(w - o1*(A2m + A3m*r2), 0, wmax)
                           r1 += 1
                           r2 += 1""",
                 on_post="""w = clip(w + r1*(A2p + A3p*o2), 0, wmax)
                            o1 += 1
                            o2 += 1""",
                 namespace=dict(tau_p=16.8*ms, tau_x=101*ms, tau_m=33.7*ms, tau_y=125*ms, A2p=5e-3, A3p=6.2e-3,
                                A2m=7e-3, A3m=2.3e-4, wmax=1))
    s.connect(i=i, j=j)
    s.w = u(4, k)
    s.delay = (1 + below(12, 5, k))*0.1*ms
    m = SpikeMonitor(p)
    Network(source, p, s, m).run(300*ms)
    return spikes("p", m) + final("p", p, "v", "g") + final("s", s, "w")


@case
def pathways():
    """Several pathways: two of sources with delays of their own, two of targets, all on one weight and trace."""
    source = trains(15, 15, 300*ms, 1)
    p = driven_cells(6, 2, 12*mV)
    i, j = pairs(15, 6, 0.7, 3)
    k = np.arange(len(i))
    s = Synapses(source, p, """w : 1
                               dx/dt = -x/(20*ms) : 1 (event-driven)
                               dy/dt = -y/(30*ms) : 1 (event-driven)""",
                 on_pre={"act": "g_post += w*3*mV\nx += 1", "learn": "w -= 0.02*y\nx *= 0.9"},
                 on_post={"early": "w += 0.02*x\ny += 1", "late": "w *= 1 - 0.01*y\ny += 0.5"})
    s.connect(i=i, j=j)
    s.w = u(4, k)
    s.act.delay = (1 + below(25, 5, k))*0.1*ms
    s.learn.delay = 3.1*ms
    s.early.delay = 0*ms
    s.late.delay = 2*ms
    m = SpikeMonitor(p)
    Network(source, p, s, m).run(300*ms)
    return spikes("p", m) + final("p", p, "v", "g") + final("s", s, "w")


@case
def summed():
    """Clock-driven synapses (saturating, two coupled equations, and an exact one) whose sum is a conductance of the
    target; gap junctions that read both voltages; weights that change every 7 ms."""
    source = trains(12, 12, 200*ms, 1)
    p = NeuronGroup(7, """dv/dt = (E_L - v + I - g*(v - E_s) + gap + f)/tau_m : volt
                          g : 1
                          f : volt
                          gap : volt
                          I : volt (constant)""",
                    threshold="v > v_th", reset="v = v_r", method="exponential_euler",
                    namespace=dict(tau_m=15*ms, E_L=-70*mV, v_th=-55*mV, v_r=-65*mV, E_s=0*mV))
    p.v = "E_L"
    p.I = 9*mV*(1 + u(2, np.arange(7)))
    i, j = pairs(12, 7, 0.6, 3)
    s = Synapses(source, p, """w : 1
                               g_post = w*s : 1 (summed)
                               ds/dt = -s/tau_s + alpha*x*(1 - s) : 1 (clock-driven)
                               dx/dt = -x/tau_x : 1 (clock-driven)""",
                 on_pre="x += 1", delay=1.2*ms, method="euler",
                 namespace=dict(tau_s=50*ms, tau_x=2*ms, alpha=0.5/ms))
    s.connect(i=i, j=j)
    s.w = 0.1*u(4, np.arange(len(i)))
    s.run_regularly("w += 0.01*(0.05 - w)", dt=7*ms)
    i, j = pairs(12, 7, 0.5, 5)
    q = Synapses(source, p, """f_post = w*y : volt (summed)
                               dy/dt = (y0 - y)/tau_y : 1 (clock-driven)
                               w : volt
                               tau_y : second""",
                 on_pre="y += 1", namespace=dict(y0=0.2))
    q.connect(i=i, j=j)
    q.w = 2*mV*(u(6, np.arange(len(i))) - 0.3)
    q.tau_y = (3 + 9*u(7, np.arange(len(i))))*ms
    i, j = pairs(7, 7, 0.5, 8)
    gap = Synapses(p, p, """gap_post = w*(v_pre - v_post) : volt (summed)
                            w : 1""")
    gap.connect(i=i, j=j)
    gap.w = 0.1*u(9, np.arange(len(i)))
    m, x = SpikeMonitor(p), StateMonitor(p, ["v", "g", "gap"], record=[0, 3, 6], dt=1*ms)
    Network(source, p, s, q, gap, m, x).run(200*ms)
    return (spikes("p", m) + trace("p", x, "v", "g", "gap") + final("p", p, "v", "g", "f", "gap")
            + final("s", s, "w", "s", "x") + final("q", q, "y"))


if __name__ == "__main__":
    main(sys.argv[1:])
