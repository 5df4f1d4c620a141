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
import contextlib
import io
import multiprocessing
import os
import pickle
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

TIME, WALL, RUNS, SEED, CLOSE = 50, 5.0, 12, 1, 1e-9  # ms, seconds; relative
FOLDER = "/usr/share/doc/python-brian-doc/examples"
LISTED = 20000  # synapses whose variables are compared
CHANGED = {  # text -> text, in the examples that the table marks
    # smaller, for what a Python process can hold
    "frompapers/Brunel_2000.py": [("N_E = 10000", "N_E = 2000")],
    "frompapers/Brunel_Hakim_1999.py": [("N = 5000", "N = 1000")],
    "frompapers/Kremer_et_al_2011_barrel_cortex.py": [("barrelarraysize = 5", "barrelarraysize = 2")],
    # Brian2 reads v_lowpass2_post apart from v_lowpass2, which the statement before has changed
    "frompapers/Clopath_et_al_2010_homeostasis.py": [("v_lowpass2_post/mV", "v_lowpass2/mV")],
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
                                    chores=[runner for _, _, runner in self.script.chores], dt=self.script.dt)
        self.monitors = {g.name: SpikeMonitor(g, name="watch_" + g.name) for g in self.objects
                         if isinstance(g, SOURCES) and (not isinstance(g, NeuronGroup) or g.thresholder)}
        self.compared = []
        for o in self.objects:
            if isinstance(o, NeuronGroup) or isinstance(o, Synapses) and 0 < len(o) < LISTED:
                later = getattr(o, "event_driven", None) or {}  # as of their last event, which Lunate need not note
                self.compared.append((o.name, [name for name in stored(o) if name not in later]))
        self.held, self.ends, self.time = None, [], 0.0
        self.nudge = [NetworkOperation(self.move, dt=self.script.dt*brian2.second, name="nudge")] if options.nudge else []

    def move(self):
        """Moves values by one unit in their last place, up or down, in Brian2 alone."""
        for o in self.objects:
            for name in stored(o):
                values = o.variables[name].get_value()
                if values.dtype.kind == "f" and not o.variables[name].constant:
                    to = np.where(np.arange(values.size) % 2, np.inf, -np.inf).reshape(values.shape)
                    values[...] = np.where(values == 0, 0, np.nextafter(values, to.astype(values.dtype)))

    def same_as(self, network):
        found = {id(o) for o in network.objects}
        return network is self.network or all(id(o) in found for o in self.objects)

    def run(self, network, duration, namespace):
        if self.held is not None:
            self.script.changes(self.objects, self.held, freeze(self.objects), namespace)
        self.network, replay.Replay.current = network, self.replay
        objects = set(network.objects) | set(self.monitors.values()) | set(self.nudge)
        done, began = 0.0, time.time()
        chunk = min(duration, self.options.time*1e-3)
        while True:
            steps = max(1, int(round(chunk/self.script.slowest)))*int(round(self.script.slowest/self.script.dt))
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
        """Runs the script; what came out, in words. With --nudge: Brian2 as it was without, from the run before."""
        if self.options.nudge:
            return "Brian2 against itself: %s; %g ms" % (compare(self, pickle.loads((self.folder/"brian2").read_bytes())),
                                                         self.time*1e3)
        (self.folder/"brian2").write_bytes(pickle.dumps(self.results()))
        self.script.write()
        done = subprocess.run([self.options.lunate, str(self.folder/"script.lua")], capture_output=True, text=True, timeout=900)
        if done.returncode != 0:
            return "FAILS: " + done.stderr.strip().replace("\n", "\n      ")
        notes = "".join("; " + note for note in sorted(self.script.notes))
        runs = "%d runs, " % len(self.ends) if len(self.ends) > 1 else ""
        return "%s; %s%g ms%s" % (compare(self, results(self.folder/"result.txt")), runs, self.time*1e3, notes)

    def results(self):
        """Brian2's, in the form in which results() reads Lunate's."""
        objects, out = {o.name: o for o in self.objects}, {}
        for name, m in self.monitors.items():
            steps = np.round(np.asarray(m.t)/self.script.dt).astype(int)
            out["spikes", name] = sorted(zip(steps.tolist(), (np.asarray(m.i) + 1).tolist()))
        for run, held in enumerate(self.ends):
            for name, variables in self.compared:
                for variable in variables:
                    values = np.atleast_1d(held[name, variable]).astype(float)
                    in_order = isinstance(objects[name], Synapses) and len(values) > 1
                    out[name, run, variable] = values[in_lunates_order(objects[name])] if in_order else values
        return out


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


def first_other_spike(wanted, got, dt):
    """The earliest spike that only one has, in words; None where they are the same."""
    found = None
    for name in (key[1] for key in wanted if key[0] == "spikes" and len(key) == 2):
        want, have = wanted["spikes", name], sorted(got["spikes", name])
        if want != have:
            k = next((k for k, (a, b) in enumerate(zip(want, have)) if a != b), min(len(want), len(have)))
            step = min(x[k][0] for x in (want, have) if k < len(x))
            if found is None or step < found[0]:
                found = step, "DIFFERENT spikes from %g ms on, of %s: number %d of %d (Brian2 %s, Lunate %s)" % (
                    step*dt*1e3, name, k + 1, len(want), want[k:k + 1], have[k:k + 1])
    return found and found[1]


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


def compare(session, got):
    wanted, worst, where = session.results(), 0, ""
    other = first_other_spike(wanted, got, session.script.dt)
    if other:
        return other
    for key in (key for key in wanted if len(key) == 3):
        off = distance(wanted[key], got[key])
        if not off <= worst:
            worst, where = off, "%s, run %d, %s" % (key[0], key[1] + 1, key[2])
    spikes = sum(len(x) for key, x in wanted.items() if len(key) == 2)
    return "%s, %d spikes, states within %.1e%s" % ("same" if worst < CLOSE else "DIFFERENT", spikes, worst,
                                                    " (%s)" % where if worst >= CLOSE else "")


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
    original, sessions, count, out = Network.run, [], [0], sys.stdout

    def finish():
        if sessions:
            print(sessions.pop().finish(), file=out, flush=True)

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
    for old, new in CHANGED.get(name, []):
        assert old in text, (name, old)
        text = text.replace(old, new)
    os.chdir(path.parent)
    sys.path.insert(0, str(path.parent))
    sys.argv = [str(path)]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(text, str(path), "exec"), {"__name__": "__main__", "__file__": str(path)})
    except Refused as why:
        print("refused: %s" % why, file=out)
        sessions.clear()
    except Done:
        pass
    except Exception as error:  # its figures, of runs that were cut
        if not sessions:
            print("%s: %s" % (type(error).__name__, error), file=out)
    finish()
    if count[0] == 0:
        print("never runs", file=out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lunate", default=os.environ.get("LUNATE", "build/bin/lunate"))
    parser.add_argument("--folder", type=Path, default=Path(FOLDER))
    parser.add_argument("--keep", type=Path, default=Path("/tmp/examples"))
    parser.add_argument("--time", type=float, default=TIME)
    parser.add_argument("--wall", type=float, default=WALL)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--nudge", action="store_true", help="move Brian2's values by a unit in the last place each "
                        "step: how far the network itself carries errors of rounding")
    parser.add_argument("examples", nargs="*")
    options = parser.parse_args()
    options.lunate = os.path.abspath(options.lunate)
    names = options.examples or sorted(str(p.relative_to(options.folder)) for p in options.folder.rglob("*.py"))
    if len(names) > 1:  # each in a process of its own
        for name in names:
            print(name, end=": ", flush=True)
            done = subprocess.run([sys.executable, os.path.abspath(__file__), "--lunate", options.lunate, "--folder",
                                   str(options.folder), "--keep", str(options.keep), "--time", str(options.time), "--wall",
                                   str(options.wall), "--runs", str(options.runs), name]
                                  + ["--nudge"]*options.nudge, capture_output=True, text=True)
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
