"""Lunate's random numbers in Brian2, so that networks with noise can be compared number by number.

Lunate has no generator state: a number is a function of the seed, of what draws it (object, neuron or synapse, call) and of
the step. Here the same functions (src/rng.h, src/drive.c and the generated code's mathvec.h, compiled into a library) stand
in for NumPy's wherever Brian2 draws while it runs: `xi`, rand(), randn(), poisson() in equations, thresholds, resets,
statements and synapses, and the counts of PoissonInput (binomial there, Poisson here). First values that are drawn,
connections and delays stay Brian2's. Brian2's numpy target is needed, and one `Replay` a network:

    replay = Replay(seed, populations=[a, b], synapses=[s], inputs=[p])   # in the order of Lunate's script
    net.run(...)                                                          # prepares itself

The rule for calls is Lunate's compiler's: the calls of a population are numbered from 1 in the order state update,
threshold, reset, statements of every so often, events and their actions; those of synapses pre, post, statements, equations. Statements of parts
(chores, by their place among Lunate's) have numbers of their own.
"""
import ctypes
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from brian2 import Network, NeuronGroup, PoissonInput, Subgroup, Synapses
from brian2.codegen.generators import base
from brian2.codegen.runtime.numpy_rt.numpy_rt import NumpyCodeObject
from brian2.core.functions import DEFAULT_FUNCTIONS, Function
from brian2.groups.group import CodeRunner
from brian2.input.binomial import BinomialFunction

ROOT = Path(__file__).parents[2]
POPULATION, SYNAPSES, INPUT, CHORE = 1, 3, 4, 6  # kinds of objects in keys.h
STEP, ARRIVALS = 1, 2                  # purposes
CALL = re.compile(r"\b(rand|randn|poisson|_?poissoninput_binomial\w*)\(.*?_vectorisation_idx\)")
C = r"""
#include "abi.h"
#include "mathvec.h"
#include "rng.c"
#include "drive.c"
#define OUT __attribute__((visibility("default")))
OUT uint64_t object_key(uint64_t seed, int kind, int index, uint64_t purpose) {
  return ln_object_key(seed, kind, index, purpose);
}
OUT uint64_t mixed(uint64_t key, uint64_t a, uint64_t b) { return ln_key(key, a, b); }
OUT void uniforms(uint64_t key, const uint64_t *a, const uint64_t *b, int64_t n, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = ln_uniform(key, a[k], b[k]);
}
OUT void normals(uint64_t key, const uint64_t *a, const uint64_t *b, int64_t n, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = ln_normal(key, a[k], b[k]);
}
OUT void poissons(uint64_t key, const uint64_t *a, const uint64_t *b, int64_t n, const double *mean, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = ln_poisson_at(key, a[k], b[k], mean[k]);
}
OUT void arrivals(uint64_t key, double mean, uint32_t nid, int64_t n, uint64_t step, double *out) {
  static ln_drive d;
  static double made_for = -1;
  if (mean != made_for && mean < TABLE_MEAN) make_table(&d.table, mean);
  d.arrivals_key = key, d.nid0 = nid, d.one_mean = true, d.mean = made_for = mean;
  for (int64_t done = 0; done < n; done += CHUNK - SHARING) {
    int many = (int)(n - done < CHUNK - SHARING ? n - done : CHUNK - SHARING);
    const uint16_t *count = mean < TABLE_MEAN ? count_by_table(&d, nid + (uint32_t)done, many, step)
                                              : count_one_by_one(&d, done, many, step);
    for (int k = 0; k < many; k++) out[done + k] = count[k];
  }
}
"""


def library():
    folder = Path(tempfile.mkdtemp(prefix="replay"))
    (folder/"replay.c").write_text(C)
    subprocess.run(["cc", "-std=gnu11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-ffunction-sections", "-w",
                    "-Wl,--gc-sections", "-I", str(ROOT/"src"), str(folder/"replay.c"), "-o", str(folder/"replay.so"), "-lm"],
                   check=True)
    lib = ctypes.CDLL(str(folder/"replay.so"))
    lib.object_key.restype = lib.mixed.restype = ctypes.c_uint64
    return lib


LIBRARY = None


def pointer(array):
    return array.ctypes.data_as(ctypes.c_void_p)


def key_of(seed, kind, index, purpose):
    return LIBRARY.object_key(ctypes.c_uint64(seed), kind, index, ctypes.c_uint64(purpose))


def drawn(name, key, a, b, mean=None):
    a, b = np.ascontiguousarray(a, dtype=np.uint64), np.ascontiguousarray(b, dtype=np.uint64)
    out = np.empty(len(a))
    arguments = [ctypes.c_uint64(key), pointer(a), pointer(b), ctypes.c_int64(len(a))]
    if name == "poisson":
        mean = np.ascontiguousarray(np.broadcast_to(np.asarray(mean, dtype=float), len(a)))
        LIBRARY.poissons(*arguments, pointer(mean), pointer(out))
    else:
        {"rand": LIBRARY.uniforms, "randn": LIBRARY.normals}[name](*arguments, pointer(out))
    return out


class Replay:
    """Whose draws are replayed, by their places in Lunate's script. One at a time is the current one."""
    current = None

    def __init__(self, seed, populations, synapses=(), inputs=(), chores=(), dt=None):
        self.seed, self.dt = seed, dt
        self.place, self.nid, self.sites = {}, {}, {}
        nid = 0
        for k, g in enumerate(populations):
            self.place[g.name], self.nid[g.name] = k, nid
            own = [e for e in getattr(g, "events", {}) if e != "spike"]
            nid += len(g)*(1 + len(own))
        for k, s in enumerate(synapses):
            self.place[s.name] = k
        for k, p in enumerate(inputs):
            self.place[p.name] = k
        self.inputs = {}
        self.chores, self.chore = list(chores), {}  # chore: name of a code object -> place
        Replay.current = self

    def prepare(self, network):
        """Numbers the calls of every object; the code is there by now."""
        self.network = network
        self.dt = self.dt or min(float(c.dt) for c in network._clocks)
        for k, runner in enumerate(self.chores):
            name = runner.codeobj.name
            self.sites[name], self.chore[name] = range(1, 1 + len(CALL.findall(runner.codeobj.code.run))), k
        for o in network.objects:
            if isinstance(o, PoissonInput):
                self.inputs[o.codeobj.name] = o
            elif o.name in self.place and isinstance(o, (NeuronGroup, Synapses)) or type(o).__name__ == "PoissonGroup":
                site = 1
                for codeobj in in_order(o):
                    if codeobj.name in self.chore:
                        continue
                    calls = len(CALL.findall(codeobj.code.run))
                    self.sites[codeobj.name] = [site + k for k in noises_first(o, codeobj.code.run, calls)]
                    site += calls

    def tick(self, clock):
        """The number of an object's tick (between two: of the next one), and steps of the network since the last: clock.h."""
        step = int(round(self.network.t_/self.dt))
        stride = max(1, int(round(float(clock.dt)/self.dt)))
        return -(-step//stride), step % stride

    def neurons(self, owner, name, site, index, mean, chore=None):
        """chore: its place; a part's neurons are counted in it."""
        whole, offset = (owner.source, owner.start) if isinstance(owner, Subgroup) else (owner, 0)
        tick, beside = self.tick(whole.clock)
        key = key_of(self.seed, POPULATION, self.place[whole.name], STEP + (beside << 8))
        if chore is not None:
            key, offset = key_of(self.seed, CHORE, chore, STEP + (beside << 8)), 0
        b = tick | site << 32
        if isinstance(index, int):  # one for all
            return drawn(name, key, [2**64 - 1], [b], mean)[0]
        gid = np.asarray(index) + offset
        return drawn(name, key, gid, np.full(len(gid), b, dtype=np.uint64), mean)

    def synapses(self, owner, name, site, index, mean, chore=None):
        tick, beside = self.tick(owner.clock)
        key = key_of(self.seed, SYNAPSES, self.place[owner.name], 0)
        if chore is not None:
            key = key_of(self.seed, CHORE, chore, STEP)
        if beside:
            key = LIBRARY.mixed(ctypes.c_uint64(key), ctypes.c_uint64(beside), ctypes.c_uint64(0))
        which = np.asarray(index)
        ends = []
        for group, of in ((owner.source, owner.i), (owner.target, owner.j)):
            whole, offset = (group.source, group.start) if isinstance(group, Subgroup) else (group, 0)
            ends.append(np.asarray(of[:])[which].astype(np.uint64) + np.uint64(offset + self.nid[whole.name]))
        pair = ends[0] | ends[1] << np.uint64(32)
        occurrence = np.zeros(len(pair), dtype=np.uint64)
        seen = {}
        for k, p in enumerate(pair.tolist()):
            occurrence[k] = seen[p] = seen.get(p, -1) + 1
        occurrence += first_occurrence(owner, which)
        b = np.uint64(tick) | (occurrence*np.uint64(256) + np.uint64(site)) << np.uint64(32)
        return drawn(name, key, pair, b, mean)

    def input(self, o, index):
        group = o.group
        whole, offset = (group.source, group.start) if isinstance(group, Subgroup) else (group, 0)
        out = np.empty(len(group))
        key = key_of(self.seed, INPUT, self.place[o.name], ARRIVALS)
        tick, _ = self.tick(group.clock)
        mean = float(o.N)*float(o.rate)*float(group.clock.dt)
        LIBRARY.arrivals(ctypes.c_uint64(key), ctypes.c_double(mean), ctypes.c_uint32(self.nid[whole.name] + offset),
                         ctypes.c_int64(len(out)), ctypes.c_uint64(tick), pointer(out))
        return out[np.asarray(index)]  # without those that are refractory


def first_occurrence(s, which):
    """Where Lunate begins to count synapses of a pair: those whose other pathways' delays differ stand apart."""
    start = np.zeros(len(which), dtype=np.uint64)
    pathways = sorted((p for p in s._pathways if p.prepost == "pre"), key=lambda p: p.objname)
    for path in pathways[1:] + [p for p in s._pathways if p.prepost == "post"]:
        delay = np.asarray(path.variables["delay"].get_value())
        if delay.size > 1 and (delay != delay[0]).any():
            steps = np.round(delay[which]/Replay.current.dt).astype(np.uint64)
            start = np.uint64(31)*start + steps
    return start % np.uint64(65536)*np.uint64(64)


def noises_first(o, text, calls):
    """The places of a text's calls among Lunate's: Brian2 draws noises by name, Lunate as the equations mention them."""
    names = re.findall(r"^\s*(xi\w*) = .*\brandn\(", text, re.M)
    if len(names) < 2:
        return range(calls)
    equations = " ".join(str(expression) for _, expression in o.equations.eq_expressions)
    mentioned = list(dict.fromkeys(re.findall(r"\bxi\w*\b", equations)))
    noisy = [m.group(1) for m in re.finditer(r"(?:^\s*(xi\w*) = .*)?" + CALL.pattern, text, re.M)]
    places = [k for k, name in enumerate(noisy) if name]
    return [places[mentioned.index(name)] if name else k for k, name in enumerate(noisy)]


def in_order(o):
    """The code objects of a group or of synapses, as Lunate numbers their calls."""
    contained = list(o.contained_objects)
    def those(test):
        return [c.codeobj for c in contained if test(c) and getattr(c, "codeobj", None) is not None]
    regularly = those(lambda c: type(c) is CodeRunner and "run_regularly" in c.name)
    if isinstance(o, Synapses):
        pre = [p.codeobj for p in o._pathways if p.prepost == "pre"]
        post = [p.codeobj for p in o._pathways if p.prepost == "post"]
        update = [o.state_updater.codeobj] if o.state_updater is not None else []
        return [c for c in pre + post + regularly + update if c is not None]
    update = those(lambda c: type(c).__name__ == "StateUpdater")
    update = update or [c.codeobj for c in [getattr(o, "state_updater", None)] if c is not None and c.codeobj is not None]
    events = [e for e in getattr(o, "events", {"spike": None}) if e != "spike"]
    thresholds, resets = getattr(o, "thresholder", {}), getattr(o, "resetter", {})
    out = update
    out = out + [t.codeobj for e, t in thresholds.items() if e == "spike"]
    out = out + [r.codeobj for e, r in resets.items() if e == "spike"] + regularly
    out = out + [thresholds[e].codeobj for e in events] + [resets[e].codeobj for e in events if e in resets]
    return [c for c in out if c is not None]


class Draw:
    """Stands for rand, randn or poisson in the namespace of a code object: call k of a step is call k of its text."""

    def __init__(self, codeobj, name, original):
        self.codeobj, self.name, self.original = codeobj, name, original

    def __call__(self, *arguments):
        replay, codeobj = Replay.current, self.codeobj
        owner = codeobj.owner
        if replay is None or codeobj.name not in replay.sites:
            return self.original(*arguments)
        index, mean = arguments[-1], arguments[0] if len(arguments) > 1 else None
        site = replay.sites[codeobj.name][codeobj.calls]
        codeobj.calls += 1
        of = replay.synapses if isinstance(owner, Synapses) else replay.neurons
        return of(owner, self.name, site, index, mean, replay.chore.get(codeobj.name))


class Arrivals:
    def __init__(self, codeobj, original):
        self.codeobj, self.original = codeobj, original

    def __call__(self, index):
        replay = Replay.current
        o = replay.inputs.get(self.codeobj.name) if replay else None
        return self.original(index) if o is None or isinstance(index, int) else replay.input(o, index)


# ------------------------------------------------------------------------------------------------- synapses one by one

ORDERED = re.compile(r"(?P<head>.*?)(?P<indent>[ ]*)# vector code\n(?P<body>.*?)(?P<tail>[ ]*# Advance the spike queue.*)", re.S)


def in_turn(text):
    """The code of a pathway with the synapses that are due one after the other."""
    m = ORDERED.match(text)
    indent = m["indent"]
    body = m["body"].replace("_idx = _spiking_synapses", "_idx = _numpy.array([_one])")
    lines = ["for _one in _spiking_synapses:"] + ["    " + line[len(indent):] for line in body.rstrip().split("\n")]
    lines.insert(1, "    _draws.calls = 0")
    return m["head"] + "\n".join(indent + line for line in lines) + "\n\n" + m["tail"]


def watch_order():
    """Statements whose outcome depends on the order of synapses (one writes at a neuron what another reads) go through the
    synapses one by one, as in Brian2's compiled targets and Lunate; NumPy's go statement by statement."""
    check, init, compile_block = base.check_for_order_independence, NumpyCodeObject.__init__, NumpyCodeObject.compile_block
    found = []

    def noted(*args, **kwds):
        try:
            check(*args, **kwds)
        except base.OrderDependenceError:
            found.append(True)
            raise

    def with_note(self, *args, **kwds):
        self.in_turn = bool(found)
        found.clear()
        init(self, *args, **kwds)
        self.namespace["_draws"] = self

    def compiled(self, block):
        if block == "run" and self.in_turn and self.template_name == "synapses":
            self.code.run = in_turn(self.code.run)
        return compile_block(self, block)

    base.check_for_order_independence = noted
    NumpyCodeObject.__init__, NumpyCodeObject.compile_block = with_note, compiled


def install():
    """Once a process, before networks are made."""
    global LIBRARY
    LIBRARY = library()
    watch_order()
    names = {id(DEFAULT_FUNCTIONS[name]): name for name in ("rand", "randn", "poisson")}
    to_namespace, run_block, before_run = NumpyCodeObject.variables_to_namespace, NumpyCodeObject.run_block, Network.before_run

    def with_draws(self):
        to_namespace(self)
        for name, var in self.variables.items():
            if isinstance(var, BinomialFunction):
                self.namespace[name] = Arrivals(self, self.namespace[name])
            elif isinstance(var, Function) and id(var) in names:
                self.namespace[name] = Draw(self, names[id(var)], self.namespace[name])

    def from_first(self, block):
        self.calls = 0
        return run_block(self, block)

    def prepared(self, *args, **kwds):
        before_run(self, *args, **kwds)
        if Replay.current:
            Replay.current.prepare(self)

    NumpyCodeObject.variables_to_namespace = with_draws
    NumpyCodeObject.run_block = from_first
    Network.before_run = prepared
