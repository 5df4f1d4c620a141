#!/usr/bin/python3
"""Reference numbers from Brian2 for the learning rules of the library.

    /usr/bin/python3 tests/conformance/make_rule_references.py [case ...]

Every rule is written here anew, from its paper's equations, in Brian2's usual form: traces at each synapse, rules that
learn in every step by `run_regularly` after the neurons' update. rules_of_spikes.lua and rules_of_rates.lua build the same
networks with ln.rules; all weights must agree to 1e-9. Formats and the numbers that look like chance are those of
make_references.py.
"""
import sys

import numpy as np
from brian2 import (BrianLogger, Network, NeuronGroup, SpikeMonitor, Synapses, __version__, defaultclock, mV, ms, prefs, second, Hz)

from make_references import FOLDER, below, final, pairs, spikes, trains, u

prefs.codegen.target = "numpy"  # many short pieces of code: compiling each takes longer than running it
BrianLogger.suppress_name("only_threshold")
BrianLogger.suppress_name("base")
CASES, DURATION = {}, 300*ms


def case(function):
    CASES[function.__name__] = function
    return function


# ------------------------------------------------------------------------------------------------- spikes

class Rules:
    """Projections from the same sources to the same cells, one a rule, none of which moves the cells."""

    def __init__(self, source, cells):
        self.source, self.cells, self.made, self.sections = source, cells, [], []

    def add(self, name, model, on_pre, on_post="", step="", every=None, w=(0, 1), delays=True, values={}, events=None,
            also=(), **constants):
        number = len(self.made)
        i, j = pairs(self.source.N, self.cells.N, 0.6, 100 + number)
        post = {"post": on_post} if on_post else {}
        on_event = {}
        for event, statements in (events or {}).items():
            post[event], on_event[event] = statements, event
        s = Synapses(self.source, self.cells, "w : 1\n" + model, on_pre=on_pre, on_post=post or None, on_event=on_event or "spike",
                     name=f"s{number}_{name}", namespace=constants)
        s.connect(i=i, j=j)
        k = np.arange(len(i))
        s.w = w[0] + (w[1] - w[0])*u(200 + number, k)
        if delays:
            s.pre.delay = (1 + below(12, 300 + number, k))*0.1*ms
        for variable, value in values.items():
            setattr(s, variable, value)
        if step:
            s.run_regularly(step, dt=defaultclock.dt, when="after_groups")
        if every:
            s.run_regularly(every[1], dt=every[0])
        self.made.append((name, s, ("w",) + tuple(also)))

    def run(self, *others):
        Network(self.source, self.cells, [s for _, s, _ in self.made], *others).run(DURATION)
        return [line for name, s, variables in self.made for line in final(name, s, *variables)]


def cells_of_rules():
    """Cells that fire by themselves, with what voltage-based rules read, a signal, a teacher's event."""
    p = NeuronGroup(6, """dv/dt = (E_L - v + I)/tau_m : volt
                          du_m/dt = (v - u_m)/(10*ms) : volt
                          du_p/dt = (v - u_p)/(7*ms) : volt
                          I : volt (constant)
                          taught : 1
                          rate_star = phi_max/(1 + 0.5*exp(beta*(-60*mV - v))) : Hz
                          ddopamine/dt = -dopamine/(200*ms) : 1""",
                    threshold="v > v_th", reset="v = v_r", method="exact", name="b_cells", events={"desired": "taught > 0.5"},
                    namespace=dict(tau_m=15*ms, E_L=-70*mV, v_th=-55*mV, v_r=-65*mV, phi_max=150*Hz, beta=0.3/mV))
    p.v = p.u_m = p.u_p = "E_L"
    p.I = 16*mV*(1 + u(2, np.arange(6)))
    p.dopamine = 0.8
    p.run_on_event("desired", "taught = 0")
    teacher = trains(6, 12, DURATION, 3)
    t = Synapses(teacher, p, on_pre="taught_post += 1", name="t_taught")
    t.connect(j="i")
    return p, [teacher, t]


@case
def rules_of_spikes():
    """Rules of spikes and voltages on fixed spike trains."""
    p, others = cells_of_rules()
    r = Rules(trains(15, 20, DURATION, 1), p)
    both = """dx/dt = -x/(20*ms) : 1 (event-driven)
              dy/dt = -y/(tau_m) : 1 (event-driven)"""
    r.add("stdp_nearest", both, "w = clip(w - 0.00525*y, 0, 1); x = 1", "w = clip(w + 0.005*x, 0, 1); y = 1", tau_m=30*ms)
    r.add("stdp_pre_centred", both, "w = clip(w - 0.03*w*y, 0, 1); x += 1", "w = clip(w + 0.02*(1 - w)*x, 0, 1); x = 0; y = 1",
          tau_m=20*ms)
    r.add("stdp_reduced", both, "w = clip(w - 0.02*w**0.3*y, 0, 1); x = 1; y = 0",
          "w = clip(w + 0.02*(1 - w)**0.4*x, 0, 1); x = 0; y = 1", tau_m=20*ms)
    r.add("symmetric_stdp", both, "w = clip(w + 0.02*(y - 0.7), 0, 2); x += 1", "w = clip(w + 0.02*x, 0, 2); y += 1",
          tau_m=20*ms, w=(0.5, 1.5))
    r.add("vogels", both, "w = clip(w + 0.01*(y - 2*40*Hz*20*ms), 0, 1); x += 1", "w = clip(w + 0.01*x, 0, 1); y += 1",
          tau_m=20*ms)
    r.add("triplet", """dr1/dt = -r1/(16.8*ms) : 1 (event-driven)
                        dr2/dt = -r2/(575*ms) : 1 (event-driven)
                        do1/dt = -o1/(33.7*ms) : 1 (event-driven)
                        do2/dt = -o2/(47*ms) : 1 (event-driven)""",
          "w = clip(w - o1*(3e-3 + 7.5e-9*r2), 0, 1); r1 = 1; r2 = 1",
          "w = clip(w + r1*(4.6e-3 + 9.1e-3*o2), 0, 1); o1 = 1; o2 = 1")
    # what decays between spikes and acts in every step: its value at the last spike, and when that was
    r.add("calcium", "c0 : 1\nt0 : second\nc = c0*exp(-(t - t0)/(20*ms)) : 1",
          "c0 = c + 1; t0 = t", "c0 = c + 2; t0 = t",
          step="w += dt/(150*second)*(-w*(1 - w)*(0.5 - w) + 321.808*(1 - w)*int(c > 1.3) - 200*w*int(c > 1))")
    r.add("clopath", "x0 : 1\nt0 : second\nx = x0*exp(-(t - t0)/(15*ms)) : 1",
          "w = clip(w - 3*14e-5/mV*clip(u_m_post - (-66*mV), 0*mV, inf*mV), 0, 3); x0 = x + 1/15.0; t0 = t",
          step="""above = clip(v_post - (-60*mV), 0*mV, inf*mV)
                  w = clip(w + dt*3*8e-5/(mV*mV*ms)*x*above*clip(u_p_post - (-66*mV), 0*mV, inf*mV), 0, 3)""", w=(0.5, 2))
    r.add("reward_stdp", both + "\nc0 : 1\nt0 : second\nc = c0*exp(-(t - t0)/second) : 1",
          "c0 = c - 1.5*y; t0 = t; x += 1", "c0 = c + x; t0 = t; y += 1",
          step="w = clip(w + dt*Hz*c*dopamine_post, 0, 4)", tau_m=20*ms, w=(1, 3))
    r.add("scaling", "y0 : Hz\nt0 : second\nowed : 1\ny = y0*exp(-(t - t0)/(50*ms)) : Hz", "", "y0 = y + 1/(50*ms); t0 = t",
          every=(10*ms, "owed += 10*ms*(30*Hz - y); w += w*10*ms*(0.1*(30*Hz - y) + 0.4*Hz*owed)"), delays=False)
    r.add("heterosynaptic", "w_ref : 1\ndy/dt = -y/(20*ms) : 1 (event-driven)", "w += 2e-5", "w -= 0.05*(w - w_ref)*y**3; y += 1",
          every=(5*ms, "w_ref += 5*ms/(300*ms)*(w - w_ref - 20*w_ref*(0.25 - w_ref)*(0.5 - w_ref))"), also=["w_ref"])
    r.add("diehl_cook", """dx/dt = -x/(20*ms) : 1 (event-driven)
                           dy1/dt = -y1/(20*ms) : 1 (event-driven)
                           dy2/dt = -y2/(40*ms) : 1 (event-driven)""",
          "w = clip(w - 0.01*y1, 0, 1); x = 1", "w = clip(w + 0.02*x*y2, 0, 1); y1 = 1; y2 = 1")
    r.add("bcm", """dx/dt = -x/(50*ms) : Hz (event-driven)
                    dy/dt = -y/(50*ms) : Hz (event-driven)
                    dtheta/dt = -theta/(100*ms) : Hz (event-driven)""",
          "x += 1/(50*ms)", """w = clip(w + 1e-5*second**2*x*(y - theta), 0, 5)
                               theta += y/(30*Hz*100*ms)
                               y += 1/(50*ms)""")
    r.add("resume", "dx/dt = -x/(5*ms) : 1 (event-driven)", "x += 1", "w = clip(w - (0.0005 + 0.01*x), -1, 1)", w=(-1, 1),
          events={"desired": "w = clip(w + (0.0005 + 0.01*x), -1, 1)"})
    r.add("consolidation", both + "\nu2 : 1\nu3 : 1",
          "w = clip(w - 0.00525*y, 0, 1); x += 1", "w = clip(w + 0.005*x, 0, 1); y += 1", tau_m=20*ms,
          every=(10*ms, """f1 = (w - u2)/8*10/40
                           f2 = (u2 - u3)/16*10/40
                           f3 = (u3 - 0.3)/32*10/40
                           w -= f1
                           u2 += (f1 - f2)/2
                           u3 += (f2 - f3)/4"""), also=["u2", "u3"], values=dict(u2=0.4, u3=0.2))
    r.add("dendritic_prediction", """a0 : 1
                                     b0 : 1
                                     t0 : second
                                     delta : 1
                                     psp = (a0*exp(-(t - t0)/(10*ms)) - b0*exp(-(t - t0)/(3*ms)))/7 : 1
                                     h = 15*mV*0.3/mV*(1 - rate_star_post/(150*Hz)) : 1""",
          "a0 = a0*exp(-(t - t0)/(10*ms)) + 1; b0 = b0*exp(-(t - t0)/(3*ms)) + 1; t0 = t", "delta += h*psp*0.01",
          step="w += dt*0.07*delta/ms; delta += dt/(100*ms)*(-delta - rate_star_post*ms*h*psp)", also=["delta"], phi_max=150*Hz, beta=0.3/mV)
    r.add("short_and_long", """ds/dt = (1 - s)/(200*ms) : 1 (event-driven)
                               du/dt = -u/(50*ms) : 1 (event-driven)
                               dx/dt = -x/(20*ms) : 1 (event-driven)
                               dy/dt = -y/(20*ms) : 1 (event-driven)
                               U : 1
                               g : 1""",
          """u += U*(1 - u)
             g += w*u*s
             s -= u*s
             w = clip(w - 0.00525*y, 0, 1)
             U -= 0.02*U*y
             x += 1""",
          """w = clip(w + 0.005*x, 0, 1)
             U += 0.03*(1 - U)*x
             y += 1""", values=dict(U=0.4, s=1), also=["g", "U"])
    m = SpikeMonitor(p)
    weights = r.run(others, m)
    return spikes("p", m) + final("p", p, "v") + weights


# -------------------------------------------------------------------------------------------------- rates

@case
def rules_of_rates():
    """Rules of rates, which learn in every step, from inputs that change, to targets that their synapses do not move."""
    source = NeuronGroup(7, """dr/dt = (0.5 + 0.5*sin(2*pi*f*t + k) - r)/(20*ms) : 1
                               dm/dt = (r - m)/(50*ms) : 1
                               f : Hz
                               k : 1""", method="euler", name="a_source")
    source.f = (5 + 20*u(1, np.arange(7)))*Hz
    source.k = 6*u(2, np.arange(7))
    target = NeuronGroup(5, """dr/dt = (1 + cos(2*pi*f*t) - r)/(10*ms) : 1
                               dm/dt = (r - m)/(50*ms) : 1
                               dtheta/dt = (r**2 - theta)/(40*ms) : 1
                               target = 0.3 + 0.1*sin(2*pi*3*Hz*t) : 1
                               f : Hz""", method="euler", name="b_target")
    target.f = (5 + 20*u(3, np.arange(5)))*Hz
    rules = {
        "hebb": "w = clip(w + dt*(2*Hz*r_pre*r_post - 3*Hz*w), -1, 1)",
        "anti_hebb": "w = clip(w - dt*2*Hz*(r_pre*r_post - 0.2**2), -1, 0)",
        "covariance": "w += dt*5*Hz*(r_pre - m_pre)*(r_post - m_post)",
        "oja": "w += dt*3*Hz*r_post*(r_pre - r_post*w)",
        "bcm": "w = clip(w + dt*4*Hz*r_pre*r_post*(r_post - theta_post), 0, 2)",
        "delta": "w += dt*10*Hz*(target_post - r_post)*r_pre",
    }
    made, sections = [], []
    for number, (name, step) in enumerate(rules.items()):
        s = Synapses(source, target, "w : 1", name=f"s{number}_{name}")
        i, j = pairs(7, 5, 0.7, 100 + number)
        s.connect(i=i, j=j)
        s.w = u(200 + number, np.arange(len(i))) - (name == "anti_hebb")
        s.run_regularly(step, dt=defaultclock.dt, when="after_groups")
        made.append((name, s))
    Network(source, target, [s for _, s in made]).run(200*ms)
    for name, s in made:
        sections += final(name, s, "w")
    return final("source", source, "r") + final("target", target, "r", "theta") + sections


def main(names):
    for name in names or CASES:
        defaultclock.dt = 0.1*ms
        sections = CASES[name]()
        head = f"# {name}: made by make_rule_references.py with Brian2 {__version__}"
        text = "\n".join([head] + sections) + "\n"
        (FOLDER / f"{name}.txt").write_text(text)
        print(f"{name}: {len(text)} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
