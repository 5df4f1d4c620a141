#!/usr/bin/python3
"""Reference numbers from Brian2 for the models of the library.

    /usr/bin/python3 tests/conformance/make_model_references.py [--lunate build/bin/lunate] [model_case ...]

Each tests/conformance/model_*.lua describes itself as JSON (see support/models.lua): the model's equations as they
are in stdlib/, its parameters, the network about it. Brian2 runs the same equations; the numbers are written to
reference/model_*.txt in the format of make_references.py.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from brian2 import (Network, NeuronGroup, Quantity, SpikeMonitor, StateMonitor, Synapses, __version__, cmetre,
                    defaultclock, get_dimensions, mS, mV, ms, pA, pF, prefs, second, seed, uA, uF)
from brian2.units.fundamentalunits import get_or_create_dimension, get_unit

from stochastic_references import counts, intervals, sample
from make_references import FOLDER, final, pairs, spikes, trace, trains, u

HERE = Path(__file__).parent
prefs.codegen.target = "numpy"  # models are many and short: compiling each takes longer than running it


def quantity(x):
    """A number, or {value, dim} as a quantity."""
    if not isinstance(x, dict):
        return x
    dim = get_or_create_dimension(x["dim"])
    return Quantity(x["value"], dim=dim) if any(x["dim"]) else x["value"]


def start(group, d):
    constants = [(k, v) for k, v in d["initial"].items() if not isinstance(v, str)]
    expressions = [(k, v) for k, v in d["initial"].items() if isinstance(v, str)]
    for name, value in sorted(constants):
        setattr(group, name, quantity(value))
    for name, (base, slope) in sorted(d["values"].items()):
        setattr(group, name, quantity(base) + quantity(slope)*np.arange(1, len(group) + 1))
    for name, value in sorted(expressions):
        setattr(group, name, value)


def run(d):
    defaultclock.dt = d["dt"]*second
    namespace = {k: quantity(v) for k, v in d["parameters"].items()} if d["parameters"] else {}
    options = {}
    if d["threshold"]:
        refractory = d["refractory"]
        if isinstance(refractory, str) and refractory in namespace:
            refractory = namespace[refractory]
        elif refractory:
            refractory = quantity(refractory)
        options = dict(threshold=d["threshold"], reset=d["reset"], refractory=refractory)
    n = 3*d["n"] if d["distribution"] else d["n"]
    p = NeuronGroup(n, d["equations"], method=d["method"], namespace=namespace, events=dict(d["events"]), **options)
    for event in sorted(d["on"]):
        p.run_on_event(event, d["on"][event])
    for period, code in d["every"]:
        p.run_regularly(code, dt=quantity(period))
    start(p, d)
    objects = [p]
    if d["inputs"]:
        source = trains(d["sources"], d["spikes"], d["duration"]*second, 1)
        objects.append(source)
        for k, (variable, weight) in enumerate(sorted(d["inputs"].items()), 1):
            i, j = pairs(d["sources"], d["n"], d["p"], 2*k)
            unit = get_unit(get_dimensions(quantity(weight)))
            s = Synapses(source, p, f"w_syn : {unit!r}", on_pre=f"{variable}_post += w_syn", delay=d["delay"]*second)
            s.connect(i=i, j=j)
            s.w_syn = (0.5 + u(2*k + 1, np.arange(len(i))))*quantity(weight)
            objects.append(s)
    if d["distribution"]:
        seed(7)
        m = SpikeMonitor(p)
        Network(p, m).run(d["duration"]*second)
        return (sample("spikes", counts(m, n)) + sample("intervals", intervals(m, None))
                + [line for v in d["variables"] for line in sample(v, getattr(p, v + "_")[:])])
    x = StateMonitor(p, d["variables"], record=sorted({0, (d["n"] + 1)//2 - 1, d["n"] - 1}), dt=d["sampled"]*second)
    objects.append(x)
    m = SpikeMonitor(p) if d["threshold"] else None
    Network(objects, *([m] if m is not None else [])).run(d["duration"]*second)
    return (spikes("p", m) if m is not None else []) + trace("p", x, *d["variables"]) + final("p", p, *d["variables"])


def write(name, sections):
    head = f"# {name}: made by make_model_references.py with Brian2 {__version__}"
    text = "\n".join([head] + sections) + "\n"
    (FOLDER / f"{name}.txt").write_text(text)
    print(f"{name}: {len(text)} bytes; " + "; ".join(s for s in sections if s.startswith("spikes")), flush=True)


# -------------------------------------------------------------- cases of synapses, written out as a user of Brian2 would

def model_tsodyks_markram():
    defaultclock.dt = 0.1*ms
    source = trains(10, 20, 300*ms, 1)
    p = NeuronGroup(5, """
        dv/dt = (E_L - v)/tau_m + (I_exc + I_inh + I_ext)/C_m : volt (unless refractory)
        dI_exc/dt = -I_exc/tau_exc : amp
        dI_inh/dt = -I_inh/tau_exc : amp
        I_ext : amp""", threshold="v >= -50*mV", reset="v = -65*mV", refractory=2*ms, method="exact",
                    namespace=dict(tau_m=10*ms, C_m=250*pF, E_L=-65*mV, tau_exc=0.5*ms))
    p.v = -65*mV
    p.I_ext = (380 + 30*np.arange(1, 6))*pA
    i, j = pairs(10, 5, 0.7, 2)
    k = np.arange(len(i))
    s = Synapses(source, p, """dx/dt = (1 - x)/tau_rec : 1 (event-driven)
                               du/dt = -u/tau_facil : 1 (event-driven)
                               w : amp
                               U : 1
                               tau_rec : second""",
                 on_pre="u += U*(1 - u)\nI_exc_post += w*u*x\nx -= u*x", delay=1.3*ms,
                 namespace=dict(tau_facil=120*ms))
    s.connect(i=i, j=j)
    s.x = 1
    s.w = (200 + 600*u(3, k))*pA
    s.U = 0.1 + 0.6*u(4, k)
    s.tau_rec = (50 + 700*u(5, k))*ms
    m, x = SpikeMonitor(p), StateMonitor(p, ["v", "I_exc"], record=[0, 2, 4], dt=1*ms)
    Network(source, p, s, m, x).run(300*ms)
    return spikes("p", m) + trace("p", x, "v", "I_exc") + final("p", p, "v", "I_exc") + final("s", s, "u", "x")


def model_gap_junctions():
    defaultclock.dt = 0.01*ms
    cm2 = cmetre**2
    p = NeuronGroup(6, """
        dv/dt = (gNa*m**3*h*(ENa - v) + gK*n**4*(EK - v) + gL*(EL - v) + I_ext + I_syn)/C : volt
        dm/dt = alpha_m*(1 - m) - beta_m*m : 1
        dh/dt = alpha_h*(1 - h) - beta_h*h : 1
        dn/dt = alpha_n*(1 - n) - beta_n*n : 1
        alpha_m = 1/exprel(-(v + 40*mV)/(10*mV))/ms : Hz
        beta_m = 4*exp(-(v + 65*mV)/(18*mV))/ms : Hz
        alpha_h = 0.07*exp(-(v + 65*mV)/(20*mV))/ms : Hz
        beta_h = 1/(1 + exp(-(v + 35*mV)/(10*mV)))/ms : Hz
        alpha_n = 0.1/exprel(-(v + 55*mV)/(10*mV))/ms : Hz
        beta_n = 0.125*exp(-(v + 65*mV)/(80*mV))/ms : Hz
        I_ext : amp/meter**2
        I_syn : amp/meter**2""", threshold="v > 0*mV", refractory="v > 0*mV", reset="", method="exponential_euler",
                    namespace=dict(C=1*uF/cm2, gNa=120*mS/cm2, gK=36*mS/cm2, gL=0.3*mS/cm2, ENa=50*mV, EK=-77*mV,
                                   EL=-54.4*mV))
    p.v = -65*mV
    for gate in "mhn":
        setattr(p, gate, f"alpha_{gate}/(alpha_{gate} + beta_{gate})")
    p.I_ext = 2.5*np.arange(1, 7)*uA/cm2
    i, j = pairs(6, 6, 0.5, 1)
    s = Synapses(p, p, """w : siemens/meter**2
                          I_syn_post = w*(v_pre - v_post) : amp/meter**2 (summed)""")
    s.connect(i=i, j=j)
    s.w = 0.1*u(2, np.arange(len(i)))*mS/cm2
    m, x = SpikeMonitor(p), StateMonitor(p, ["v", "m", "h", "n", "I_syn"], record=[0, 3, 5], dt=1*ms)
    Network(p, s, m, x).run(60*ms)
    return spikes("p", m) + trace("p", x, "v", "m", "h", "n", "I_syn") + final("p", p, "v", "m", "h", "n")


WRITTEN = {f.__name__: f for f in (model_tsodyks_markram, model_gap_junctions)}


def main(args):
    lunate = args.pop(args.index("--lunate") + 1) if "--lunate" in args else "build/bin/lunate"
    names = [a for a in args if a != "--lunate"] or sorted(f.stem for f in HERE.glob("model_*.lua"))
    for name in names:
        if name in WRITTEN:
            write(name, WRITTEN[name]())
            continue
        text = subprocess.run([lunate, str(HERE / f"{name}.lua")], env={**os.environ, "LUNATE_DESCRIBE": "1"},
                              check=True, capture_output=True, text=True).stdout
        write(name, run(json.loads(text)))


if __name__ == "__main__":
    main(sys.argv[1:])
