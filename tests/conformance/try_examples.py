#!/usr/bin/python3
"""Runs Brian2's own examples in Lunate, with their equations as they stand, and compares trajectories.

    /usr/bin/python3 tests/conformance/try_examples.py [--lunate build/bin/lunate] [--folder examples] [--keep DIR] [example ...]

Not a test that CI runs: it made the table of docs/coming-from-brian.md. The examples are those that Debian's package
python-brian-doc installs (--folder for another place); none of their text is kept here. Each runs in Brian2. At its first
`run` what it has built by then (equations, statements, parameters, connections, delays and values) becomes a Lunate script,
equations pasted without a change (as_lunate.py); at each later `run` what it has assigned in between. A run is cut to TIME,
or to what Brian2 manages in WALL seconds if that is more, and an example to RUNS runs. Random numbers of running networks are
Lunate's in both (replay.py). Then spikes are compared to the step, and states at the end of every run.
"""
import argparse
import builtins
import multiprocessing
import os
import re
import subprocess
import sys
import time
import warnings
from pathlib import Path

import matplotlib
matplotlib.use("Agg")
import numpy as np
import brian2
from brian2 import Network, NeuronGroup, PoissonInput, SpikeMonitor, Synapses, ms, prefs
from brian2.core.namespace import get_local_namespace
from brian2.core.operations import NetworkOperation

import as_lunate
import replay
from as_lunate import SOURCES, Refused, Script, freeze, in_lunates_order, stored

TIME, WALL, RUNS, SEED = 50, 5.0, 12, 1  # ms, seconds
FOLDER = "/usr/share/doc/python-brian-doc/examples"
LISTED = 20000  # synapses whose variables are compared
SMALLER = {  # what a Python process can hold: text -> text
    "frompapers/Brunel_2000.py": [("N_E = 10000", "N_E = 2000"), ("N_I = 2500", "N_I = 500"), ("C_E = N_E", "C_E = N_E")],
    "frompapers/Brunel_Hakim_1999.py": [("N = 5000", "N = 1000")],
}


class Done(BaseException):
    pass


class Session:
    """One network of an example: Brian2 runs it, the Lua script grows along."""

    def __init__(self, network, namespace, options, run, number):
        self.network, self.options, self.original = network, options, run
        self.folder = options.keep/("network%d" % number)
        self.folder.mkdir(parents=True, exist_ok=True)
        found = {id(o): o for o in network.objects}.values()
        self.objects = sorted((o for o in found if isinstance(o, SOURCES + (Synapses, PoissonInput, NetworkOperation))),
                              key=lambda o: o.name)
        self.script = Script(self.folder, namespace, SEED)
        self.script.network(self.objects)
        self.replay = replay.Replay(SEED, self.script.populations, self.script.projections, self.script.inputs,
                                    dt=self.script.dt)
        self.monitors = {g.name: SpikeMonitor(g, name="watch_" + g.name) for g in self.objects
                         if isinstance(g, SOURCES) and (not isinstance(g, NeuronGroup) or g.thresholder)}
        self.compared = []
        for o in self.objects:
            if isinstance(o, NeuronGroup) or isinstance(o, Synapses) and 0 < len(o) < LISTED:
                self.compared.append((o.name, stored(o)))
        self.held, self.ends, self.time = None, [], 0.0

    def same_as(self, network):
        found = {id(o) for o in network.objects}
        return network is self.network or all(id(o) in found for o in self.objects)

    def run(self, network, duration, namespace):
        if self.held is not None:
            self.script.changes(self.objects, self.held, freeze(self.objects), namespace)
        self.network, replay.Replay.current = network, self.replay
        objects = set(network.objects) | set(self.monitors.values())
        done, began = 0.0, time.time()
        chunk = min(duration, self.options.time*1e-3)
        while True:
            steps = max(1, int(round(chunk/self.script.dt)))
            network.objects = set(objects)  # after a run, the magic network forgets them
            self.original(network, steps*self.script.dt*brian2.second, namespace=namespace)
            done += steps*self.script.dt
            spent = time.time() - began
            left = min(duration - done, 0.7*done*(self.options.wall - spent)/spent)
            if left < 0.2*done and left < duration - done or left < 0.5*self.script.dt:
                break
            chunk = left
        replay.Replay.current = None
        self.time += done
        self.script.run(done, len(self.ends), self.compared)
        self.held = freeze(self.objects)
        self.ends.append(self.held)

    def finish(self):
        """Runs the script; what came out, in words."""
        self.script.write()
        done = subprocess.run([self.options.lunate, str(self.folder/"script.lua")], capture_output=True, text=True, timeout=900)
        if done.returncode != 0:
            return "FAILS: " + done.stderr.strip().replace("\n", "\n      ")
        notes = "".join("; " + note for note in sorted(self.script.notes))
        runs = "%d runs, " % len(self.ends) if len(self.ends) > 1 else ""
        return "%s; %s%g ms%s" % (compare(self), runs, self.time*1e3, notes)


# ------------------------------------------------------------------------------------------------------------- comparing

def results(path):
    got = {}
    for line in path.read_text().splitlines():
        words = line.split(" ")
        if words[0] == "spikes":
            got["spikes", words[1]] = [tuple(int(x) for x in w.split(":")) for w in words[2:] if w]
        else:
            got[words[1], int(words[2]), words[3]] = np.array([float(w) for w in words[4:] if w])
    return got


def first_other_spike(session, got):
    """The earliest spike that only one has, over all groups: (step, words), or None; and how many spikes were compared."""
    found, count = None, 0
    for name, m in session.monitors.items():
        steps = np.round(np.asarray(m.t)/session.script.dt).astype(int)
        want = sorted(zip(steps.tolist(), (np.asarray(m.i) + 1).tolist()))
        have = sorted(got["spikes", name])
        count += len(want)
        if want != have:
            k = next((k for k, (a, b) in enumerate(zip(want, have)) if a != b), min(len(want), len(have)))
            step = min(x[k][0] for x in (want, have) if k < len(x))
            if found is None or step < found[0]:
                found = step, "%s: number %d of %d (Brian2 %s, Lunate %s)" % (name, k + 1, len(want), want[k:k + 1], have[k:k + 1])
    return found, count


def distance(want, got):
    """The largest relative difference; of values much smaller than the largest, relative to a thousandth of that."""
    if len(want) == 1:  # one for all
        want = np.repeat(want, len(got))
    if len(want) != len(got):
        return np.inf
    scale = np.maximum(np.abs(want), 1e-3*np.abs(want).max()) if len(want) else want
    off = np.where(want == got, 0, np.abs(want - got)/np.where(scale > 0, scale, 1))
    off[np.isnan(want) & np.isnan(got)] = 0
    return off.max() if len(off) else 0


def compare(session):
    got = results(session.folder/"result.txt")
    other, spikes = first_other_spike(session, got)
    worst, where = 0, ""
    objects = {o.name: o for o in session.objects}
    for (name, run, variable), values in ((k, v) for k, v in got.items() if len(k) == 3):
        want = np.atleast_1d(session.ends[run][name, variable]).astype(float)
        if isinstance(objects[name], Synapses) and len(want) > 1:
            want = want[in_lunates_order(objects[name])]
        off = distance(want, values)
        if not off <= worst:
            worst, where = off, "%s.%s, run %d" % (name, variable, run + 1)
    if other:
        return "DIFFERENT spikes from %g ms on, of %s" % (other[0]*session.script.dt*1e3, other[1])
    return "%s, %d spikes, states within %.1e%s" % ("same" if worst < 1e-9 else "DIFFERENT", spikes, worst,
                                                    " (%s)" % where if worst >= 1e-9 else "")


# --------------------------------------------------------------------------------------------------------------- one example

class Serial:
    """Stands for multiprocessing.Pool."""

    def __init__(self, *args, **kwds):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return False

    def map(self, f, things):
        return [f(thing) for thing in things]


def try_example(path, options):
    name = str(path.relative_to(options.folder))
    options.keep = options.keep/re.sub(r"[/.]", "_", name)
    original, sessions, count = Network.run, [], [0]

    def finish():
        if sessions:
            print(sessions.pop().finish(), flush=True)

    def stand_in(self, duration, report=None, report_period=None, namespace=None, profile=None, level=0):
        if duration <= 0*ms:
            return original(self, duration, namespace=namespace, level=level + 1)
        space = namespace if namespace is not None else get_local_namespace(level + 1)
        if sessions and not (sessions[-1].same_as(self) and abs(float(self.t) - sessions[-1].time) < 1e-9):
            finish()
        if count[0] == options.runs:
            raise Done
        count[0] += 1
        if not sessions:
            sessions.append(Session(self, space, options, original, count[0]))
        sessions[-1].run(self, float(duration), space)

    Network.run = stand_in
    brian2.set_device = lambda *a, **k: None
    multiprocessing.Pool = Serial
    text = path.read_text()
    for old, new in SMALLER.get(name, []):
        assert old in text, (name, old)
        text = text.replace(old, new)
    os.chdir(path.parent)
    sys.path.insert(0, str(path.parent))
    sys.argv = [str(path)]
    try:
        exec(compile(text, str(path), "exec"), {"__name__": "__main__", "__file__": str(path)})
    except Refused as why:
        print("refused: %s" % why)
        sessions.clear()
    except Done:
        pass
    except Exception as error:  # its figures, of runs that were cut
        if not sessions:
            print("%s: %s" % (type(error).__name__, error))
    finish()
    if count[0] == 0:
        print("never runs")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lunate", default=os.environ.get("LUNATE", "build/bin/lunate"))
    parser.add_argument("--folder", type=Path, default=Path(FOLDER))
    parser.add_argument("--keep", type=Path, default=Path("/tmp/examples"))
    parser.add_argument("--time", type=float, default=TIME)
    parser.add_argument("--wall", type=float, default=WALL)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("examples", nargs="*")
    options = parser.parse_args()
    options.lunate = os.path.abspath(options.lunate)
    names = options.examples or sorted(str(p.relative_to(options.folder)) for p in options.folder.rglob("*.py"))
    if len(names) > 1:  # each in a process of its own
        for name in names:
            print(name, end=": ", flush=True)
            done = subprocess.run([sys.executable, os.path.abspath(__file__), "--lunate", options.lunate, "--folder",
                                   str(options.folder), "--keep", str(options.keep), "--time", str(options.time), "--wall",
                                   str(options.wall), "--runs", str(options.runs), name], capture_output=True, text=True)
            lines = done.stdout.strip().splitlines()
            error = "ERROR: " + (done.stderr.strip().splitlines() or ["?"])[-1]
            print("\n    ".join(lines) if done.returncode == 0 and lines else error, flush=True)
        return
    warnings.simplefilter("ignore")
    prefs.codegen.target = "numpy"
    as_lunate.watch()
    replay.install()
    np.random.seed(1)
    builtins.input = lambda *a: ""
    try_example(options.folder/names[0], options)


if __name__ == "__main__":
    main()
