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
from brian2 import (Network, NeuronGroup, Quantity, SpikeMonitor, StateMonitor, Synapses, __version__, defaultclock, get_dimensions,
                    prefs, second)
from brian2.units.fundamentalunits import get_or_create_dimension, get_unit

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
        setattr(group, name, quantity(base) + quantity(slope)*np.arange(1, d["n"] + 1))
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
    p = NeuronGroup(d["n"], d["equations"], method=d["method"], namespace=namespace, **options)
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
    x = StateMonitor(p, d["variables"], record=sorted({0, (d["n"] + 1)//2 - 1, d["n"] - 1}), dt=d["every"]*second)
    objects.append(x)
    m = SpikeMonitor(p) if d["threshold"] else None
    Network(objects, *([m] if m is not None else [])).run(d["duration"]*second)
    return (spikes("p", m) if m is not None else []) + trace("p", x, *d["variables"]) + final("p", p, *d["variables"])


def main(args):
    lunate = args.pop(args.index("--lunate") + 1) if "--lunate" in args else "build/bin/lunate"
    names = [a for a in args if a != "--lunate"] or sorted(f.stem for f in HERE.glob("model_*.lua"))
    for name in names:
        text = subprocess.run([lunate, str(HERE / f"{name}.lua")], env={**os.environ, "LUNATE_DESCRIBE": "1"},
                              check=True, capture_output=True, text=True).stdout
        sections = run(json.loads(text))
        head = f"# {name}: made by make_model_references.py with Brian2 {__version__}"
        text = "\n".join([head] + sections) + "\n"
        (FOLDER / f"{name}.txt").write_text(text)
        print(f"{name}: {len(text)} bytes; " + "; ".join(s for s in sections if s.startswith("spikes")))


if __name__ == "__main__":
    main(sys.argv[1:])
