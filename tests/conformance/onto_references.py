#!/usr/bin/python3
"""Reference numbers from Brian2 for synapses that lead to synapses, or come from them.

    /usr/bin/python3 tests/conformance/onto_references.py [case ...]

Cases as in make_references.py (which see). Four are examples of Brian2's (`examples/frompapers/`), written down anew from
the papers, shorter, with given spikes where those draw them; `onto_statements` is the constructs one by one.
"""
import sys

import numpy as np
from brian2 import (Network, NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, StateMonitor, Synapses, defaultclock, mmolar, ms,
                    mV, second, umolar, volt)

from make_references import CASES, case, final, main, pairs, spikes, trace, trains, u

CASES.clear()  # those of make_references.py are made there


@case
def reward_izhikevich_2007():
    """Izhikevich_2007: pairs of spikes leave a trace in the eligibility of a synapse, which pulses of dopamine, that arrive at
    the synapse itself, turn into a change of its strength; the first run without dopamine's effect, the second with it."""
    times = np.array([50, 55, 100, 101, 150, 151, 350, 355, 400, 401, 450, 451])*ms
    drive = SpikeGeneratorGroup(2, [0, 1, 0, 1, 1, 0]*2, times, name="drive")
    cells = NeuronGroup(2, """dv/dt = (g*(E_e - v_r) + E_L - v)/tau : volt
                              dg/dt = -g/tau_e : 1""", threshold="v > v_th", reset="v = v_r", method="exact", name="cells",
                        namespace=dict(tau=10*ms, tau_e=5*ms, E_e=0*mV, E_L=-74*mV, v_r=-60*mV, v_th=-54*mV))
    cells.v = -60*mV
    kick = Synapses(drive, cells, on_pre="v += 100*mV", name="kick")
    kick.connect(j="i")
    learning = Synapses(cells, cells, """
        by_reward : 1
        dc/dt = -c/tau_c : 1 (clock-driven)
        dlevel/dt = -level/tau_d : 1 (clock-driven)
        dw/dt = by_reward*c*level/tau_s : 1 (clock-driven)
        dx/dt = -x/tau_pre : 1 (event-driven)
        dy/dt = -y/tau_pre : 1 (event-driven)""",
                        on_pre="""g += w
                                  x += up
                                  c = clip(c + by_reward*y, -most, most)
                                  w = clip(w + (1 - by_reward)*y, -most, most)""",
                        on_post="""y += down
                                   c = clip(c + by_reward*x, -most, most)
                                   w = clip(w + (1 - by_reward)*x, -most, most)""", method="euler", name="learning",
                        namespace=dict(tau_c=1*second, tau_d=200*ms, tau_s=1*ms, tau_pre=20*ms, most=0.01, up=1e-4,
                                       down=-1.05e-4))
    learning.connect(i=[0, 1], j=[1, 0])
    learning.w = 1e-10
    learning.c = 1e-10
    dopamine = SpikeGeneratorGroup(1, [0, 0, 0], [120, 352, 410]*ms, name="dopamine")
    reward = Synapses(dopamine, learning, on_pre="level_post += 5e-3", name="reward")
    reward.connect()
    m = SpikeMonitor(cells)
    x = StateMonitor(learning, ["w", "c", "level"], record=[0, 1], dt=5*ms)
    net = Network(drive, cells, kick, learning, dopamine, reward, m, x)
    net.run(250*ms)
    learning.by_reward = 1
    net.run(300*ms)
    return (spikes("cells", m) + trace("learning", x, "w", "c", "level") + final("learning", learning, "w", "c", "level")
            + final("cells", cells, "v", "g"))


# The astrocyte of examples 2 to 4, by which the calcium of each is a matter of what activates it and of its parameters.
CALCIUM = """
    dip3/dt = {made} + by_delta - by_3K - r_5P*ip3 + exchange : mmolar
    by_delta = v_delta*ca**2/(ca**2 + K_delta**2)/(1 + ip3/k_delta) : mmolar/second
    by_3K = v_3K*ip3/(ip3 + K_3K)*ca**4/(ca**4 + K_D**4) : mmolar/second
    above = ip3 - bias : mmolar
    exchange = -0.5*v_ex*sign(above)*(1 + tanh((abs(above) - theta)/width)) : mmolar/second
    bias : mmolar (constant)
    dca/dt = (r_release*opening**3 + r_leak)*(total - (1 + ratio)*ca) - pump : mmolar
    opening = ip3/(ip3 + d_1)*ca/(ca + d_5)*h : 1
    pump = v_pump*ca**2/(ca**2 + K_pump**2) : mmolar/second
    dh/dt = (Q/(Q + ca) - h)*k_h*(Q + ca) : 1
    Q = d_2*(ip3 + d_1)/(ip3 + d_3) : mmolar"""
BOUND = """
    dbound/dt = k_on*Y*(1 - bound) - k_off*(1 + zeta*ca/(ca + K_PKC))*bound : 1
    Y : mmolar"""
RELEASE = """
    dresource/dt = recycling*(1 - resource) : 1
    dG/dt = -clearance_G*G : mmolar"""


def astrocyte(**more):
    out = dict(v_pump=0.9*umolar/second, K_pump=0.05*umolar, total=2*umolar, ratio=0.18, r_release=6/second,
               r_leak=0.1/second, d_1=0.13*umolar, d_2=1.05*umolar, k_h=0.2/umolar/second, d_3=0.9434*umolar,
               d_5=0.08*umolar, v_delta=0.6*umolar/second, k_delta=1.5*umolar, K_delta=0.1*umolar, r_5P=0.05/second,
               K_D=0.7*umolar, K_3K=1*umolar, v_3K=4.5*umolar/second, v_ex=2*umolar/second, theta=0.3*umolar,
               width=0.05*umolar, v_beta=3.2*umolar/second, k_on=0.3/umolar/second, k_off=0.5/second, K_PKC=0.5*umolar,
               zeta=10, ca_th=0.5*umolar, recycling=0.6/second, part=0.6, vesicles=0.13*mmolar, clearance_G=60/second)
    out.update(more)
    return out


def release_sites(how):
    """Synapses of which the release is modulated by gliotransmitter: what examples 3 and 4 have."""
    return """dY/dt = -clearance*Y : mmolar (clock-driven)
              dmodulated/dt = k_G*G*(1 - modulated) - r_G*modulated : 1 (clock-driven)
              du/dt = -facilitation*u : 1 ({how})
              dx/dt = depression*(1 - x) : 1 ({how})
              released : 1
              G : mmolar""".format(how=how), dict(
                  clearance=40/second, k_G=1.5/umolar/second, r_G=0.5/(60*second), facilitation=3.33/second,
                  depression=2/second, u_rest=0.6, alpha=0.0, amount=2.5*mmolar)


SITE = """u_now = (1 - modulated)*u_rest + alpha*modulated
          u += u_now*(1 - u)
          released = u*x
          x -= released
          Y += amount*released"""


@case
def astrocyte_on_synapses():
    """Stimberg_et_al_2018, example 2: transmitter of a synapse activates two astrocytes, one of them biased, without noise."""
    defaultclock.dt = 1*ms
    source = SpikeGeneratorGroup(1, [0]*4, [500, 2500, 4500, 6500]*ms, name="source")
    target = NeuronGroup(1, "", name="target")
    s = Synapses(source, target, "dY/dt = -clearance*Y : mmolar (clock-driven)", on_pre="Y += amount", method="exact", name="s",
                 namespace=dict(clearance=40/second, amount=0.5*mmolar))
    s.connect()
    p = NeuronGroup(2, CALCIUM.format(made="v_beta*bound") + BOUND, method="rk4", name="astrocytes",
                    namespace=astrocyte(K_pump=0.1*umolar, v_delta=0.2*umolar/second, K_delta=0.3*umolar, r_5P=0.1/second,
                                        K_D=0.5*umolar, v_ex=0.09*umolar/second, v_beta=5*umolar/second))
    p.h = 0.9
    p.bias = [0, 1]*umolar
    onto = Synapses(s, p, "Y_post = Y_pre : mmolar (summed)", name="to_astrocytes")
    onto.connect()
    x = StateMonitor(p, ["bound", "ip3", "ca", "h", "Y"], record=[0, 1], dt=100*ms)
    Network(source, target, s, p, onto, x).run(8*second)
    names = ["bound", "ip3", "ca", "h", "Y"]
    return trace("astrocytes", x, *names) + final("astrocytes", p, *names) + final("s", s, "Y")


@case
def gliotransmission():
    """Stimberg_et_al_2018, example 3: three synapses between two neurons, two of which astrocytes modulate."""
    defaultclock.dt = 1*ms
    times = 1500 + np.array([0, 50, 100, 150, 200, 300, 310, 320, 330, 340, 350, 360, 370, 380, 390, 400])
    source = SpikeGeneratorGroup(1, np.zeros(len(times), dtype=int), times*ms, name="source")
    target = NeuronGroup(1, "", name="target")
    equations, names = release_sites("clock-driven")
    s = Synapses(source, target, equations, on_pre=SITE, method="exact", name="s", namespace=names)
    s.connect(True, n=3)
    p = NeuronGroup(2, CALCIUM.format(made="0*mmolar/second") + RELEASE, threshold="ca > ca_th", refractory="ca > ca_th",
                    reset="G += part*vesicles*resource; resource -= part*resource", method="rk4", name="astrocytes",
                    namespace=astrocyte())
    p.resource = 1
    p.h = 0.9
    p.ip3 = 0.4*umolar
    p.bias = [1.2, 2]*umolar
    onto = Synapses(p, s, "G_post = G_pre : mmolar (summed)", name="to_synapses")
    onto.connect(j="i+1")
    m = SpikeMonitor(p)
    x = StateMonitor(s, ["Y", "modulated", "G"], record=[0, 1, 2], dt=20*ms)
    Network(source, target, s, p, onto, m, x).run(2.2*second)
    return (spikes("astrocytes", m) + trace("s", x, "Y", "modulated", "G")
            + final("s", s, "Y", "modulated", "u", "x", "released", "G") + final("astrocytes", p, "ca", "G", "resource"))


@case
def gliotransmission_rates():
    """Stimberg_et_al_2018, example 4: synapses at many rates, a third of them in a closed loop with astrocytes, a third
    modulated by others, a third alone."""
    defaultclock.dt = 1*ms
    n = 7
    source = trains(n, 40, 2500*ms, 3)
    target = NeuronGroup(n, "", name="target")
    equations, names = release_sites("event-driven")
    s = Synapses(source, target, equations, on_pre=SITE, method="exact", name="s", namespace=names)
    s.connect(i=np.repeat(np.arange(n), 3), j=np.repeat(np.arange(n), 3))
    s.x = 1.0
    p = NeuronGroup(2*n, CALCIUM.format(made="v_beta*bound") + BOUND + RELEASE, threshold="ca > ca_th",
                    refractory="ca > ca_th", reset="G += part*vesicles*resource; resource -= part*resource", method="rk4",
                    name="astrocytes", namespace=astrocyte())
    p.h = 0.9
    p.resource = 1.0
    p.bias = np.r_[np.zeros(n), np.full(n, 2.0)]*umolar
    up = Synapses(s, p, "Y_post = Y_pre : mmolar (summed)", name="to_astrocytes")
    up.connect(i=3*np.arange(n), j=np.arange(n))
    down = Synapses(p, s, "G_post = G_pre : mmolar (summed)", name="to_synapses")
    down.connect(i=np.arange(2*n), j=np.r_[3*np.arange(n), 3*np.arange(n) + 1])
    m = SpikeMonitor(p)
    x = StateMonitor(s, ["Y", "G"], record=[0, 1, 2, 18, 19, 20], dt=50*ms)
    Network(source, target, s, p, up, down, m, x).run(2.5*second)
    return (spikes("astrocytes", m) + trace("s", x, "Y", "G") + final("s", s, "Y", "modulated", "u", "x", "released", "G")
            + final("astrocytes", p, "bound", "ip3", "ca", "G", "resource", "Y"))


@case
def glia_network():
    """Stimberg_et_al_2018, example 6, in small: neurons on one clock, astrocytes on a slower one, each in the middle of the
    synapses onto its neurons, with which it exchanges transmitters; neighbours are coupled."""
    n_e, n_i, n_a = 24, 6, 4
    cells = NeuronGroup(n_e + n_i, """
        dv/dt = (E_L - v + g_e*(E_e - v) + g_i*(E_i - v) + drive)/(20*ms) : volt (unless refractory)
        dg_e/dt = -g_e/(5*ms) : 1
        dg_i/dt = -g_i/(10*ms) : 1
        drive : volt (constant)""", threshold="v > -50*mV", reset="v = -60*mV", refractory=5*ms, method="euler", name="cells",
                        namespace=dict(E_L=-60*mV, E_e=0*mV, E_i=-80*mV))
    cells.v = -60*mV + 10*mV*u(1, np.arange(n_e + n_i))
    cells.drive = 11*mV + 8*mV*u(2, np.arange(n_e + n_i))
    equations, names = release_sites("event-driven")
    names["clearance"] = 40/second
    exc = Synapses(cells[:n_e], cells, equations + "\nastrocyte : integer (constant)", on_pre=SITE + "\ng_e_post += 0.4*released",
                   method="exact", name="exc", namespace=names)
    i, j = pairs(n_e, n_e + n_i, 0.3, 3)
    exc.connect(i=i, j=j)
    exc.x = 1.0
    exc.astrocyte = j % n_a
    inh = Synapses(cells[n_e:], cells, on_pre="g_i_post += 0.3", name="inh")
    k, l = pairs(n_i, n_e + n_i, 0.4, 4)
    inh.connect(i=k, j=l)
    p = NeuronGroup(n_a, CALCIUM.format(made="v_beta*bound + coupling") + BOUND + RELEASE + """
    coupling : mmolar/second""", threshold="ca > ca_th", refractory="ca > ca_th",
                    reset="G += part*vesicles*resource; resource -= part*resource", method="rk4", dt=2*ms, name="astrocytes",
                    namespace=astrocyte(v_ex=0*umolar/second, k_on=3/umolar/second))
    p.h = 0.9
    p.resource = 1.0
    p.ca = [0.45, 0.3, 0.1, 0.49]*umolar
    p.ip3 = [2, 1, 0.3, 2.5]*umolar
    down = Synapses(p, exc, "G_post = G_pre : mmolar (summed)", name="to_synapses")
    down.connect("i == astrocyte_post")
    up = Synapses(exc, p, "Y_post = Y_pre/N_incoming : mmolar (summed)", name="to_astrocytes")
    up.connect("astrocyte_pre == j")
    near = Synapses(p, p, """apart = ip3_post - ip3_pre : mmolar
        coupling_post = -(1 + tanh((abs(apart) - 0.3*umolar)/(0.05*umolar)))*sign(apart)*0.5*umolar/second : mmolar/second (summed)""",
                    name="near")
    near.connect("abs(i - j) == 1")
    m, q = SpikeMonitor(cells), SpikeMonitor(p)
    x = StateMonitor(p, ["bound", "ip3", "ca", "G", "Y"], record=[0, 1, 2, 3], dt=10*ms)
    Network(cells, exc, inh, p, down, up, near, m, q, x).run(150*ms)
    return (spikes("cells", m) + spikes("astrocytes", q) + trace("astrocytes", x, "bound", "ip3", "ca", "G", "Y")
            + final("exc", exc, "Y", "modulated", "released", "G") + final("cells", cells, "v", "g_e", "g_i")
            + final("astrocytes", p, "coupling", "Y"))


@case
def onto_statements():
    """What synapses onto and from synapses can read and write: pathways with delays, indices of the synapses' neurons,
    event-driven variables as of the last event, numbers of synapses, conditions on synaptic variables; statements at spikes
    of the target of synapses; synapses that lead from one projection to another, and to themselves."""
    a = trains(6, 10, 60*ms, 1)
    b = NeuronGroup(5, """dv/dt = (drive - v)/(8*ms) : 1
                          drive : 1
                          mean : 1""", threshold="v > 1", reset="v = 0", method="exact", name="b")
    b.drive = 1.1 + 0.9*u(2, np.arange(5))
    s = Synapses(a, b, """w : 1
                          x : 1
                          y : 1
                          z : 1
                          G : 1
                          other : 1
                          k : integer
                          dd/dt = (G - d)/(5*ms) : 1 (clock-driven)
                          dq/dt = -q/(10*ms) : 1 (event-driven)""",
                 on_pre="v_post += 0.05*w; q += w; x = 0.9*x + d + y; w += 0.01", on_post="y = 0.5*y + q", method="exact", name="s")
    i, j = pairs(6, 5, 0.6, 3)
    s.connect(i=i, j=j)
    n = len(i)
    s.w = 0.5 + u(4, np.arange(n))
    s.k = np.arange(n) % 5
    r = Synapses(b, b, """g : 1
                          w : 1""", on_pre="w += g", name="r")
    r.connect("i != j")
    t = trains(3, 8, 60*ms, 5)
    change = Synapses(t, s, """c : 1""",
                      on_pre=dict(down="z_post += 0.1*x_post - c + 0.01*(i_post + 10*j_post); w_post *= 0.99",
                                  up="y_post += 0.2*q_post; d_post += 0.1; c += 0.01*N_incoming"),
                      delay=dict(down=0.5*ms, up=1.3*ms), name="t_change")
    sources, targets = pairs(3, n, 0.5, 6)
    change.connect(i=sources, j=targets)
    mean = Synapses(s, b, "mean_post = x_pre*w_pre/N_incoming : 1 (summed)", name="u_mean")
    mean.connect("k_pre == j")
    back = Synapses(b, s, "G_post = v_pre*drive_pre/N_outgoing : 1 (summed)", name="v_back")
    back.connect("i == k_post")
    over = Synapses(s, r, "g_post = d_pre : 1 (summed)", name="w_over")
    over.connect("j_pre == i_post")
    same = Synapses(s, s, "other_post = x_pre - z_post : 1 (summed)", name="x_same")
    near = [(k, l) for k in range(n) for l in range(n) if k != l and k % 5 == l % 5]
    same.connect(i=[k for k, _ in near], j=[l for _, l in near])
    heard = Synapses(s, b, "h : 1", on_post="h = 0.8*h + x_pre + v_post", name="y_heard")
    heard.connect("j_pre == j")
    of_b = SpikeMonitor(b)
    x = StateMonitor(s, ["x", "y", "z", "d"], record=[0, n//2, n - 1], dt=1*ms)
    Network(a, b, s, r, t, change, mean, back, over, same, heard, of_b, x).run(60*ms)
    return (spikes("b", of_b) + trace("s", x, "x", "y", "z", "d") + final("s", s, "w", "x", "y", "z", "G", "d", "other")
            + final("r", r, "g", "w") + final("change", change, "c") + final("heard", heard, "h") + final("b", b, "mean"))


if __name__ == "__main__":
    main(sys.argv[1:])
