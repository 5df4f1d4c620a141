#!/usr/bin/python3
"""Random Brian2 networks of everything at once, moved to Lunate as try_examples.py moves Brian2's own, number by number.

    /usr/bin/python3 tests/fuzz/brian_networks.py [--first SEED] [--count N] [--ranks R] [--keep DIR]

Where networks.py draws expressions, this draws constructs: noise of every kind (replayed), several pathways with delays,
events, linked variables, timed arrays, values held for a step, integers and truth, sums, clock-driven and event-driven
synapses, statements every so often of groups, parts and synapses, refractoriness of each kind, several clocks, synapses onto
synapses, Poisson groups and inputs, given spikes, and values and parameters that change between runs. Spikes must be the
same to the step and states to 1e-8 relative; with --ranks every network must give the same bits on R ranks. Scripts of
networks that differ stay in DIR (/tmp/brian_networks). Needs Debian's python3-brian; no part of CI.
"""
import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

warnings.filterwarnings("ignore")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT/"tests/conformance"))
import numpy as np
from brian2 import (BrianLogger, Hz, Network, NeuronGroup, PoissonGroup, PoissonInput, SpikeGeneratorGroup, Synapses, TimedArray,
                    defaultclock, linked_var, ms, prefs, second, start_scope)

import as_lunate
import replay
import try_examples
from as_lunate import Refused

LUNATE = os.environ.get("LUNATE") or str(ROOT/"build/bin/lunate")
DURATION, TOLERANCE, PATIENCE = 25, 1e-8, 90  # ms a run; relative; seconds


class Case:
    """One random network in Brian2."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.np = np.random.RandomState(seed)
        r = self.r
        self.space = dict(gain=r.choice([0.3, 0.5, 1.1]), level=r.choice([0.2, 0.4]),
                          slow=TimedArray(self.np.rand(8), dt=r.choice([3, 7.3])*ms),
                          wide=TimedArray(self.np.rand(8, 12), dt=r.choice([2, 5])*ms))
        self.noise = r.random() < 0.6
        clock = r.choice([0.1, 0.1, 0.2, 0.3])
        self.a = self.group("a_cells", r.randint(3, 8), 0.1)
        self.b = self.group("b_cells", r.randint(2, 6), clock, self.a if r.random() < 0.6 else None)
        self.objects = [self.a, self.b]
        self.sources()
        self.first = self.project("c_forth", self.a, self.b)
        second_ = self.project("d_back", self.b, self.a[1:] if r.random() < 0.4 else self.a)
        self.objects += [self.first, second_]
        if r.random() < 0.4:
            self.objects.append(self.onto(self.first))
        if r.random() < 0.4:
            self.objects.append(PoissonInput(r.choice([self.a, self.b]), "x", r.choice([10, 300]), 20*Hz,
                                             weight=r.choice([0.04, "0.02*(1 + p)"])))

    def maybe(self, p, *texts):
        return self.r.choice(texts) if self.r.random() < p else ""

    def group(self, name, n, dt, seen=None):
        r, noise, lines = self.r, "", []
        held = self.maybe(0.4, " (constant over dt)")
        lines.append("s = %s : 1%s" % (r.choice(["p*sin(x)", "gain*y - x*p", "wide(t, i)*p", "clip(x + y, 0, 1)"]), held))
        method = r.choice(["euler", "rk2", "rk4"])
        if self.noise and r.random() < 0.7:
            noise, method = r.choice([(" + 0.3*xi*tau**-0.5", "euler"), (" + 0.2*xi*tau**-0.5", "heun"),
                                      (" + 0.3*x*xi*tau**-0.5", "milstein"), (" + 0.3*(x + 0.2)*xi*tau**-0.5", "heun"),
                                      (" + (0.1*xi_1 + 0.2*xi_2)*tau**-0.5", "euler")])
        drive = r.choice(["1.6*p", "slow(t)*2", "p + wide(t, i)", "1.4*int(flag) + level"]) + self.maybe(0.3, " + 0.2*rand()")
        if noise or method in ("rk2", "rk4"):
            drive = drive.replace(" + 0.2*rand()", "")
        hold = self.maybe(0.5, " (unless refractory)")
        lines.append("dx/dt = (%s - x + gain*s + total%s)/tau%s : 1%s" % (drive, " + 0.3*z" if seen is not None else "", noise, hold))
        lines.append("dy/dt = (x - y)/(7*ms) : 1")
        lines += ["tau : second (constant)", "p : 1 (constant)", "total : 1", "k : integer", "flag : boolean", "m : 1"]
        if seen is not None:
            lines.append("z : 1 (linked)")
        if r.random() < 0.5:
            lines.append("shared_one : 1 (shared)")
        refractory = r.choice([False, 1.2*ms, "x > 0.7", "(1 + p)*ms", "tau/5"] + ["rand()*2*ms"]*self.noise)
        reset = [r.choice(["x = 0", "x -= 1", "x = 0.1*p"]), "k += 1", self.maybe(0.5, "y += 0.2", "flag = k % 2 == 0"),
                 self.maybe(0.4*self.noise, "m += rand()", "y = 0.2*randn()")]
        threshold = "x > 0.9" + self.maybe(0.3, " and y < 3", " + 0.1*p") + self.maybe(0.3*self.noise, " and rand() < 0.6")
        events = {"high": r.choice(["y > 0.45 and x < 0.6", "x > 0.5 and k % 3 == 1"])} if r.random() < 0.5 else None
        g = NeuronGroup(n, "\n".join(lines), threshold=threshold, reset="\n".join(t for t in reset if t), refractory=refractory,
                        method=method, events=events, dt=dt*ms, name=name)
        if events:
            g.run_on_event("high", r.choice(["m += 1", "y *= 0.8", "m += 0.5\nflag = not flag"]))
        if r.random() < 0.4:
            g.run_regularly(r.choice(["m += 0.1*p", "x *= 0.95", "k += 2"] + ["y += 0.1*randn()"]*self.noise), dt=3*ms)
        if r.random() < 0.3:
            g[:2].run_regularly(r.choice(["m += p", "y += 0.02"] + ["m += rand()"]*self.noise), dt=6*ms)
        g.x, g.y = self.np.rand(n), self.np.rand(n)
        g.p, g.tau = self.np.rand(n), (3 + 8*self.np.rand(n))*ms
        g.flag, g.k = self.np.rand(n) < 0.5, self.np.randint(0, 5, n)
        if seen is not None:
            name = r.choice(["x", "m", "y"])
            if "unless refractory" in seen.equations[name].flags:
                name = "y"  # Brian2 2.5.1 would write `not_refractory` at the places of the link, not at its own
            g.z = linked_var(seen, name, index=self.np.randint(0, len(seen), n))
        return g

    def sources(self):
        r = self.r
        if r.random() < 0.4:
            n = 4
            times = np.sort(self.np.rand(20)*50)
            keep = np.unique(np.stack([self.np.randint(0, n, 20), np.round(times, 1)*10]).astype(int), axis=1)
            given = SpikeGeneratorGroup(n, keep[0], keep[1]*0.1*ms + 0.02*ms, name="e_given")
            s = Synapses(given, self.a, on_pre="x_post += 0.2", delay=0.5*ms, name="f_given")
            s.connect(p=0.6)
            self.objects += [given, s]
        if self.noise and r.random() < 0.4:
            poisson = PoissonGroup(5, r.choice([40*Hz, "slow(t)*100*Hz"]), name="g_poisson")
            s = Synapses(poisson, self.b, "w : 1", on_pre="y_post += w", name="h_poisson")
            s.connect(p=0.6)
            s.w = self.np.rand(len(s))*0.3 if len(s) else 0
            self.objects += [poisson, s]

    def project(self, name, source, target):
        r, lines = self.r, ["w : 1", "last_x : 1"]
        whole = getattr(target, "source", target)
        on_pre = {"pre": r.choice(["x_post += 0.2*w", "y_post += w*p_pre*0.3", "x_post += 0.1*w*(1 + p_post)"])}
        learns, drives = r.random() < 0.5, r.random() < 0.5
        if learns:
            lines += ["dapre/dt = -apre/(9*ms) : 1 (event-driven)", "dapost/dt = -apost/(6*ms) : 1 (event-driven)"]
            on_pre["pre"] += "\napre += 1\nw = clip(w - 0.1*apost, 0, 1)"
        if drives:
            noise = " + 0.1*xi*(5*ms)**-0.5" if self.noise and r.random() < 0.4 else ""
            lines += ["du/dt = (%s - u)/(5*ms)%s : 1 (clock-driven)" % (r.choice(["0", "x_pre*0.3", "w"]), noise)]
            on_pre["pre"] += "\nu += 0.4"
            if not any(isinstance(s, Synapses) and s.summed_updaters for s in [getattr(self, "first", None)] if s is not None):
                lines.append("total_post = 0.1*w*u : 1 (summed)")
        if r.random() < 0.5:
            on_pre["late"] = r.choice(["last_x += x_post", "y_post += 0.05*w"] + ["y_post += 0.1*rand()"]*self.noise)
        on_post = r.choice(["last_x = t/second"] + ["last_x += lastspike_pre/second*0 + 1"]*("lastspike" in source.variables))
        if learns:
            on_post = "apost += 1\nw = clip(w + 0.1*apre, 0, 1)"
        s = Synapses(source, target, "\n".join(lines), on_pre=on_pre, on_post=on_post, name=name,
                     method="euler" if drives else ("exact", "euler", "heun"))
        s.connect(i=[i for i in range(len(source)) for _ in range(len(target))], j=list(range(len(target)))*len(source))
        s.w = self.np.rand(len(s))
        steps = float(getattr(source, "source", source).clock.dt)
        for path in on_pre:
            getattr(s, path).delay = r.choice([0, 4, self.np.randint(0, 12, len(s))])*steps*second
        if r.random() < 0.4:
            s.post.delay = 3*float(whole.clock.dt)*second
        if r.random() < 0.3:
            s.run_regularly(r.choice(["w *= 0.99", "last_x += 0.1*w"] + ["last_x += rand()"]*self.noise), dt=6*ms)
        return s

    def onto(self, target):
        s = Synapses(self.b, target, "strength : 1", on_pre=self.r.choice(["w_post = clip(w_post + 0.1*strength, 0, 1)",
                                                                             "last_x_post += strength"]), name="i_onto")
        s.connect(p=0.4)
        if len(s):
            s.strength = self.np.rand(len(s)) - 0.5
            s.delay = self.r.choice([0, 3])*float(self.b.clock.dt)*second
        return s

    def between(self):
        """What changes from one run to the next."""
        r = self.r
        if r.random() < 0.5:
            self.a.x = self.np.rand(len(self.a))
        if r.random() < 0.5:
            self.space["gain"] = 0.7
        if r.random() < 0.5:
            self.first.w = self.np.rand(len(self.first))


def in_ranks(script, ranks):
    """Whether the script gives the same on this many ranks."""
    result = script.parent/"result.txt"
    one = result.read_text()
    env = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    done = subprocess.run(["mpirun", "--oversubscribe", "-n", str(ranks), LUNATE, str(script)], capture_output=True, env=env)
    return done.returncode == 0 and result.read_text() == one


def check(seed, option):
    """Whether nothing is wrong; says what it found."""
    folder = option.keep/("seed%d" % seed)
    options = SimpleNamespace(keep=folder, time=DURATION, wall=0, nudge=False, lunate=LUNATE)
    as_lunate.MODELS.clear(), as_lunate.REGULAR.clear(), as_lunate.RATES.clear(), as_lunate.TEXTS.clear()
    start_scope()
    defaultclock.dt = 0.1*ms
    signal.alarm(PATIENCE)
    try:
        case = Case(seed)
        network = Network(*case.objects)
        session = try_examples.Session(network, case.space, options, Network.run, 1)
        for run in range(2):
            if run:
                case.between()
            session.run(network, DURATION*1e-3, case.space)
        text = session.finish()
    except Refused as why:
        text = "same (not written: %s)" % why
    except Exception as error:
        text = "same? Brian2: %s" % str(error.__cause__ or error).splitlines()[-1]
    finally:
        signal.alarm(0)
    if "same," in text and option.ranks > 1 and not in_ranks(folder/"network1"/"script.lua", option.ranks):
        text = "DIFFERENT on %d ranks" % option.ranks
    print("%d: %s" % (seed, text), flush=True)
    good = text.startswith("same")
    if good:
        shutil.rmtree(folder, ignore_errors=True)
    return good


def too_slow(*_):
    raise TimeoutError("took too long")


def main():
    parser = argparse.ArgumentParser(description="Random Brian2 networks of everything at once, in Lunate.")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("/tmp/brian_networks"))
    option = parser.parse_args()
    signal.signal(signal.SIGALRM, too_slow)
    prefs.codegen.target = "numpy"
    BrianLogger.log_level_error()
    as_lunate.watch()
    replay.install()
    try_examples.CLOSE = TOLERANCE
    bad = [seed for seed in range(option.first, option.first + option.count) if not check(seed, option)]
    print("%d of %d networks agree%s" % (option.count - len(bad), option.count, "; not %s" % bad if bad else ""))
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
