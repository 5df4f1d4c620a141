#!/usr/bin/python3
"""Reference numbers from Brian2 for models that its own examples simulate.

    /usr/bin/python3 tests/conformance/example_references.py [case ...]

Cases as in make_references.py (which see). Each is named after an example of Brian2's (`examples/` and
`examples/frompapers/` in its repository) and has that example's model, parameters and method, written down
anew from the papers; networks are smaller and runs shorter, and what is drawn by chance there comes from `u`.
"""
import sys

import numpy as np
from brian2 import (EventMonitor, Hz, Network, NeuronGroup, SpikeMonitor, StateMonitor, Synapses, TimedArray, cm,
                    defaultclock, linked_var, mS, msiemens, mV, ms, nA, nS, pA, pF, second, siemens, uA, uF, ufarad, umetre,
                    umolar, mmolar)

from make_references import CASES, case, final, main, spikes, trace, trains, u

CASES.clear()


def observed(name, group, duration, variables, record, every, threshold=True):
    m = SpikeMonitor(group) if threshold else None
    x = StateMonitor(group, variables, record=record, dt=every)
    Network(*[it for it in (group, m, x) if it is not None]).run(duration)
    return (spikes(name, m) if threshold else []) + trace(name, x, *variables) + final(name, group, *variables)


@case
def if_curve_lif():
    """IF_curve_LIF: the rate of a leaky integrate-and-fire neuron against its input."""
    p = NeuronGroup(100, """
        dv/dt = (drive - v)/tau : volt (unless refractory)
        drive : volt""",
                    threshold="v > 10*mV", reset="v = 0*mV", refractory=5*ms, method="exact",
                    namespace=dict(tau=10*ms))
    p.drive = 20*mV*np.arange(100)/99
    return observed("p", p, 400*ms, ["v"], [0, 50, 60, 99], 5*ms)


@case
def if_curve_hodgkin_huxley():
    """IF_curve_Hodgkin_Huxley: no reset, refractory while above the threshold; exponential Euler."""
    area = 20000*umetre**2
    p = NeuronGroup(20, """
        dv/dt = (g_L*(E_L - v) + i_Na + i_K + I)/C : volt
        i_Na = g_Na*m**3*h*(E_Na - v) : amp
        i_K = g_K*n**4*(E_K - v) : amp
        dm/dt = a_m*(1 - m) - b_m*m : 1
        dh/dt = a_h*(1 - h) - b_h*h : 1
        dn/dt = a_n*(1 - n) - b_n*n : 1
        s = (v - V_T)/mV : 1
        a_m = 1.28/exprel((13 - s)/4)/ms : Hz
        b_m = 1.4/exprel((s - 40)/5)/ms : Hz
        a_h = 0.128*exp((17 - s)/18)/ms : Hz
        b_h = 4/(1 + exp((40 - s)/5))/ms : Hz
        a_n = 0.16/exprel((15 - s)/5)/ms : Hz
        b_n = 0.5*exp((10 - s)/40)/ms : Hz
        I : amp""",
                    threshold="v > -40*mV", refractory="v > -40*mV", reset="", method="exponential_euler",
                    namespace=dict(C=1*ufarad*cm**-2*area, g_L=5e-5*siemens*cm**-2*area, E_L=-65*mV, E_K=-90*mV,
                                   E_Na=50*mV, g_Na=100*msiemens*cm**-2*area, g_K=30*msiemens*cm**-2*area, V_T=-63*mV))
    p.v = -65*mV
    p.I = 0.7*nA*np.arange(20)/20
    return observed("p", p, 250*ms, ["v", "m", "n", "h"], [0, 8, 19], 5*ms)


@case
def brette_2004():
    """Brette_2004: phase locking of an integrate-and-fire neuron to a sinusoidal current; Euler, explicit time."""
    p = NeuronGroup(60, """
        dv/dt = (a - v + 2*sin(2*pi*t/period))/period : 1
        a : 1""", threshold="v > 1", reset="v = 0", method="euler", namespace=dict(period=100*ms))
    p.a = 2 + 2*np.arange(60)/59
    return observed("p", p, 1*second, ["v"], [0, 30, 59], 10*ms)


@case
def hindmarsh_rose_1984():
    """Hindmarsh_Rose_1984: bursts, three equations; fourth-order Runge-Kutta."""
    p = NeuronGroup(3, """
        dx/dt = (y + 3*x**2 - x**3 - z + I)/T : 1
        dy/dt = (1 - 5*x**2 - y)/T : 1
        dz/dt = slow*(4*(x - rest) - z)/T : 1
        I : 1 (constant)""", method="rk4",
                    namespace=dict(T=1*ms, rest=-1.6, slow=0.001))
    p.x = -1.6
    p.y = "1 - 5*x**2"
    p.z = "slow*4*(x - rest)"
    p.I = [0.4, 2, 4]
    return observed("p", p, 500*ms, ["x", "y", "z"], [0, 1, 2], 2*ms, threshold=False)


@case
def morris_lecar_1981():
    """Morris_Lecar_1981: the barnacle muscle fibre, its reduced system; exponential Euler."""
    defaultclock.dt = 0.01*ms
    p = NeuronGroup(17, """
        dv/dt = (g_L*(E_L - v) + g_Ca*open_Ca*(E_Ca - v) + g_K*w*(E_K - v) + I)/C : volt
        dw/dt = (open_K - w)*cosh(0.5*(v - v_3)/v_4)/tau_w : 1
        open_Ca = 0.5 + 0.5*tanh((v - v_1)/v_2) : 1
        open_K = 0.5 + 0.5*tanh((v - v_3)/v_4) : 1
        I : amp""", method="exponential_euler",
                    namespace=dict(g_L=2*mS, g_Ca=4*mS, g_K=8*mS, E_L=-50*mV, E_Ca=100*mV, E_K=-70*mV,
                                   tau_w=15*ms, v_1=10*mV, v_2=15*mV, v_3=-1*mV, v_4=14.5*mV, C=20*uF))
    p.I = (np.arange(17)*25 + 100)*uA
    p.v = -50*mV
    p.w = "open_K"
    return observed("p", p, 220*ms, ["v", "w"], [0, 4, 12, 15], 2*ms, threshold=False)


@case
def rothman_manis_2003():
    """Rothman_Manis_2003: a cochlear neuron of six currents, two cell types at once; exponential Euler."""
    p = NeuronGroup(2, """
        dv/dt = (i_L + i_Na + i_HT + i_LT + i_A + i_h + I)/C : volt
        x = v/mV + 60 : 1
        i_L = g_L*(E_L - v) : amp
        i_Na = g_Na*m**3*h*(E_Na - v) : amp
        i_HT = g_HT*(phi*n**2 + (1 - phi)*p)*(E_K - v) : amp
        i_LT = g_LT*w**4*z*(E_K - v) : amp
        i_A = g_A*a**4*b*c*(E_K - v) : amp
        i_h = g_h*r*(E_h - v) : amp
        dm/dt = (1/(1 + exp((22 - x)/7)) - m)/(10*ms/(5*exp(x/18) + 36*exp(-x/25)) + 0.04*ms) : 1
        dh/dt = (1/(1 + exp((x + 5)/6)) - h)/(100*ms/(7*exp(x/11) + 10*exp(-x/25)) + 0.6*ms) : 1
        dn/dt = ((1 + exp((45 - x)/5))**-0.5 - n)/(100*ms/(11*exp(x/24) + 21*exp(-x/23)) + 0.7*ms) : 1
        dp/dt = (1/(1 + exp((37 - x)/6)) - p)/(100*ms/(4*exp(x/32) + 5*exp(-x/22)) + 5*ms) : 1
        dr/dt = (1/(1 + exp((x + 16)/7)) - r)/(1e5*ms/(237*exp(x/12) + 17*exp(-x/14)) + 25*ms) : 1
        dw/dt = ((1 + exp((12 - x)/6))**-0.25 - w)/(100*ms/(6*exp(x/6) + 16*exp(-x/45)) + 1.5*ms) : 1
        dz/dt = (0.5 + 0.5/(1 + exp((x + 11)/10)) - z)/(1000*ms/(exp(x/20) + exp(-x/8)) + 50*ms) : 1
        da/dt = ((1 + exp((29 - x)/6))**-0.25 - a)/(100*ms/(7*exp(x/14) + 29*exp(-x/24)) + 0.1*ms) : 1
        db/dt = (inactive - b)/(1000*ms/(14*exp(x/27) + 29*exp(-x/24)) + 1*ms) : 1
        dc/dt = (inactive - c)/(90*ms/(1 + exp((-6 - x)/17)) + 10*ms) : 1
        inactive = (1 + exp((x + 6)/7))**-0.5 : 1
        g_LT : siemens
        g_A : siemens
        I : amp""", method="exponential_euler",
                    namespace=dict(C=12*pF, E_h=-43*mV, E_K=-70*mV, E_L=-65*mV, E_Na=50*mV, phi=0.85,
                                   g_Na=1000*nS, g_HT=150*nS, g_h=0.5*nS, g_L=2*nS))
    p.v = -65*mV
    p.g_LT = [0, 35]*nS
    p.g_A = [65, 0]*nS
    m = StateMonitor(p, ["v", "m", "w", "a"], record=[0, 1], dt=1*ms)
    net = Network(p, m)
    net.run(50*ms)
    p.I = 250*pA
    net.run(100*ms)
    return trace("p", m, "v", "m", "w", "a") + final("p", p, "v", "m", "h", "n", "p", "r", "w", "z", "a", "b", "c")


PATTERNS = (  # C (pF), g (nS), E (mV), a (nS), tau (ms), b (pA), reset_to (mV), I (pA)
    (200, 10, -70, 2, 30, 0, -58, 500), (200, 12, -70, 2, 300, 60, -58, 500), (130, 18, -58, 4, 150, 120, -50, 400),
    (200, 10, -58, 2, 120, 100, -46, 210), (200, 12, -70, -10, 300, 0, -58, 300), (100, 10, -65, -10, 90, 30, -47, 110),
    (100, 10, -65, 10, 90, 100, -47, 180), (100, 12, -60, -11, 130, 30, -48, 160))


@case
def naud_2008():
    """Naud_et_al_2008_adex_firing_patterns: the eight patterns, a neuron each; Euler. The irregular one is chaotic:
    the run ends before the last bits have grown."""
    p = NeuronGroup(8, """
        dv/dt = (g*(E - v) + g*D*exp((v - T)/D) - w + I)/C : volt
        dw/dt = (a*(v - E) - w)/tau : amp
        C : farad
        g : siemens
        E : volt
        a : siemens
        tau : second
        b : amp
        reset_to : volt
        I : amp""",
                    threshold="v > 0*mV", reset="v = reset_to; w += b", method="euler",
                    namespace=dict(D=2*mV, T=-50*mV))
    columns = [np.array(column) for column in zip(*PATTERNS)]
    units = (pF, nS, mV, nS, ms, pA, mV, pA)
    for name, column, unit in zip(("C", "g", "E", "a", "tau", "b", "reset_to", "I"), columns, units):
        setattr(p, name, column*unit)
    p.v = "E"
    return observed("p", p, 250*ms, ["v", "w"], list(range(8)), 4*ms)


@case
def jansen_rit_1995():
    """Jansen_Rit_1995_single_column: a cortical column for six connectivities, driven by values in time; Euler."""
    pulses = TimedArray((120 + 200*u(1, np.arange(600)))*Hz, dt=2*ms)
    p = NeuronGroup(6, """
        dy0/dt = z0 : 1
        dz0/dt = a*(A*S_p - 2*z0 - a*y0) : hertz
        dy1/dt = z1 : 1
        dz1/dt = a*(A*(pulses(t) + 0.8*C*S_e) - 2*z1 - a*y1) : hertz
        dy2/dt = z2 : 1
        dz2/dt = b*(B*0.25*C*S_i - 2*z2 - b*y2) : hertz
        S_p = 2*e0/(1 + exp(r*(v0 - y1 + y2))) : hertz
        S_e = 2*e0/(1 + exp(r*(v0 - C*y0))) : hertz
        S_i = 2*e0/(1 + exp(r*(v0 - 0.25*C*y0))) : hertz
        C : 1""", method="euler",
                    namespace=dict(a=100*Hz, b=50*Hz, e0=2.5*Hz, v0=6., r=0.56, A=3.25, B=22., pulses=pulses))
    p.C = [68, 128, 135, 270, 675, 1350]
    return observed("p", p, 1*second, ["y0", "y1", "y2"], list(range(6)), 10*ms, threshold=False)


@case
def izhikevich_2003():
    """Izhikevich_2003: a network of regular and fast-spiking neurons, coupled by pulses that last a step, with a
    current that is drawn anew each millisecond (here from a table)."""
    defaultclock.dt = 1*ms
    ne, ni = 40, 10
    n = ne + ni
    thalamus = TimedArray(np.where(np.arange(n) < ne, 5, 2)*3.4*(u(1, np.arange(300*n)).reshape(300, n) - 0.5), dt=1*ms)
    p = NeuronGroup(n, """
        dv/dt = (0.04*v**2 + 5*v + 140 - u + pulses + thalamic)/ms : 1
        du/dt = a*(b*v - u)/ms : 1
        pulses : 1
        thalamic : 1
        a : 1
        b : 1
        c : 1
        d : 1""", threshold="v >= 30", reset="v = c; u += d", method="euler",
                    namespace=dict(table=thalamus))
    r = u(2, np.arange(n))
    excitatory = np.arange(n) < ne
    p.v = -65
    p.a = np.where(excitatory, 0.02, 0.02 + 0.08*r)
    p.b = np.where(excitatory, 0.2, 0.25 - 0.05*r)
    p.c = np.where(excitatory, -65 + 15*r**2, -65)
    p.d = np.where(excitatory, 8 - 6*r**2, 2)
    p.u = "b*v"
    s = Synapses(p, p, "w : 1", on_pre={"up": "pulses += w", "down": "pulses -= w"}, delay={"up": 0*ms, "down": 1*ms})
    s.connect()
    k = np.arange(n*n)
    s.w = np.where(k // n < ne, 4*u(3, k), -8*u(3, k))
    p.run_regularly("thalamic = table(t, i)", dt=1*ms)
    m, x = SpikeMonitor(p), StateMonitor(p, ["v", "u"], record=[0, 20, 45], dt=5*ms)
    Network(p, s, m, x).run(300*ms)
    return spikes("p", m) + trace("p", x, "v", "u") + final("p", p, "v", "u")


@case
def touboul_brette_2008():
    """Touboul_Brette_2008: the adaptive exponential neuron where its spikes become chaotic; the default method."""
    defaultclock.dt = 0.01*ms
    p = NeuronGroup(20, """
        dv/dt = (g*(E - v) + g*D*exp((v - T)/D) - w + I)/C : volt
        dw/dt = (a*(v - E) - w)/tau : amp
        reset_to:volt""", threshold="v > T + 5*D", reset="v = reset_to; w += b",
                    namespace=dict(C=281*pF, g=30*nS, E=-70.6*mV, T=-50.4*mV, D=2*mV, tau=40*ms, a=4*nS, b=0.08*nA,
                                   I=.8*nA))
    p.v = -70.6*mV
    p.reset_to = -48.3*mV + 0.6*mV*np.arange(20)/19
    return observed("p", p, 200*ms, ["v", "w"], [0, 10, 19], 2*ms)


@case
def gchi_astrocyte():
    """Stimberg_et_al_2018, example 2: calcium in an astrocyte that transmitter activates, without its noise, by the
    milstein method that the noise asks for; the transmitter is a linked variable, as that example suggests."""
    defaultclock.dt = 1*ms
    source = NeuronGroup(1, "dY/dt = -clearance*Y : mmolar", method="exact", name="transmitter",
                         namespace=dict(clearance=40/second, release=0.5*mmolar))
    source.run_regularly("Y += release", dt=1.5*second)
    p = NeuronGroup(2, """
        # receptors that transmitter has bound
        dbound/dt = k_on*Y*(1 - bound)
                    - k_off*(1 + zeta*ca/(ca + K_PKC))*bound : 1
        # IP_3: made by PLC beta and delta, degraded by 3K and 5P, exchanged
        dip3/dt = v_beta*bound + by_delta - by_3K - r_5P*ip3 + exchange : mmolar
        by_delta = v_delta*ca**2/(ca**2 + K_delta**2)/(1 + ip3/k_delta) : mmolar/second
        by_3K = v_3K*ip3/(ip3 + K_3K)*ca**4/(ca**4 + K_D**4) : mmolar/second
        above = ip3 - bias : mmolar
        exchange = -0.5*v_ex*sign(above)*
                   (1 + tanh((abs(above) - theta)/width)) : mmolar/second
        bias : mmolar (constant)
        # calcium: released through open channels, leaking, pumped back
        dca/dt = (r_release*opening**3 + r_leak)*(total - (1 + ratio)*ca) - pump : mmolar
        opening = ip3/(ip3 + d_1)*ca/(ca + d_5)*clip(h, 0, 1) : 1
        pump = v_pump*ca**2/(ca**2 + K_pump**2) : mmolar/second
        dh/dt = (h_inf - clip(h, 0, 1))/tau_h*(1 + noise*xi*sqrt(tau_h)) : 1
        Q = d_2*(ip3 + d_1)/(ip3 + d_3) : mmolar
        h_inf = Q/(Q + ca) : 1
        tau_h = 1/(k_h*(Q + ca)) : second
        Y : mmolar (linked)
        noise : 1 (constant)""", method="milstein", name="u_astrocytes",
                    namespace=dict(v_pump=0.9*umolar/second, K_pump=0.1*umolar, total=2*umolar, ratio=0.18, r_release=6/second,
                                   r_leak=0.1/second, d_1=0.13*umolar, d_2=1.05*umolar, k_h=0.2/umolar/second,
                                   d_3=0.9434*umolar, d_5=0.08*umolar, v_beta=5*umolar/second, k_on=0.3/umolar/second,
                                   k_off=0.5/second, K_PKC=0.5*umolar, zeta=10, v_delta=0.2*umolar/second,
                                   k_delta=1.5*umolar, K_delta=0.3*umolar, r_5P=0.1/second, K_D=0.5*umolar,
                                   K_3K=1*umolar, v_3K=4.5*umolar/second, v_ex=0.09*umolar/second,
                                   theta=0.3*umolar, width=0.05*umolar))
    p.Y = linked_var(source, "Y", index=[0, 0])
    p.h = 0.9
    p.bias = [0, 1]*umolar
    p.noise = 0
    x = StateMonitor(p, ["bound", "ip3", "ca", "h"], record=[0, 1], dt=100*ms)
    Network(source, p, x).run(10*second)
    return trace("astrocytes", x, "bound", "ip3", "ca", "h") + final("astrocytes", p, "bound", "ip3", "ca", "h")


@case
def adaptive_threshold():
    """adaptive_threshold: a threshold that jumps with each spike; and custom_events: an event while a trace is
    above 1, once, which another neuron hears of; both driven by spikes."""
    source = trains(2, 120, 400*ms, 1)
    a = NeuronGroup(1, """dv/dt = -v/(10*ms) : volt
                          dbar/dt = (low - bar)/(15*ms) : volt""",
                    threshold="v > bar", reset="v = 0*mV; bar += 3*mV", name="a", namespace=dict(low=10*mV))
    a.bar = 10*mV
    g = NeuronGroup(1, """dv/dt = (g - v)/(50*ms) : 1
                          dg/dt = -g/(10*ms) : 1
                          armed : boolean""",
                    threshold="v > 1", reset="v = 0; g = 0; armed = True", name="g",
                    events={"above": "g > 1 and armed", "below": "g < 1 and not armed"})
    g.run_on_event("above", "armed = False")
    g.run_on_event("below", "armed = True")
    g.armed = True
    h = NeuronGroup(1, """dx/dt = -x/(10*ms) : 1
                          dy/dt = -y/(10*ms) : 1""", method="exact", name="h")
    s3 = Synapses(g, h, on_pre={"pre": "x += 1", "path": "y += 1"}, on_event={"pre": "spike", "path": "above"},
                  delay={"path": 0.7*ms})
    s3.connect()
    xh = StateMonitor(h, ["x", "y"], record=[0], dt=1*ms)
    s1, s2 = Synapses(source, a, on_pre="v += 5*mV"), Synapses(source, g, on_pre="g += 0.5")
    s1.connect(i=0, j=0)
    s2.connect(i=1, j=0)
    ma, mg = SpikeMonitor(a), SpikeMonitor(g)
    e1, e2 = EventMonitor(g, "above"), EventMonitor(g, "below")
    xa, xg = StateMonitor(a, ["v", "bar"], record=[0], dt=1*ms), StateMonitor(g, ["v", "g"], record=[0], dt=1*ms)
    Network(source, a, g, h, s1, s2, s3, ma, mg, e1, e2, xa, xg, xh).run(400*ms)
    return (spikes("a", ma) + spikes("g", mg) + spikes("above", e1) + spikes("below", e2)
            + trace("a", xa, "v", "bar") + trace("g", xg, "v", "g") + trace("h", xh, "x", "y"))


if __name__ == "__main__":
    main(sys.argv[1:])
