#!/usr/bin/python3
"""Runs Brian2's own examples in Lunate, with their equations as they stand, and compares trajectories.

    /usr/bin/python3 tests/conformance/try_examples.py [--lunate build/bin/lunate] [--folder examples] [--keep DIR] [example ...]

Not a test that CI runs: it made the table of docs/coming-from-brian.md. The examples are those that Debian's package
python-brian-doc installs (--folder for another place); none of their text is kept here. Each is run in Brian2 until its
first `run`. What it has built by then (equations, statements, parameters, connections, delays and values) becomes a
Lunate script, equations pasted without a change. Both go on for the same time (at most TIME), then spikes and states
are compared. What Brian2 draws by chance at that point (spikes of Poisson groups, and groups whose threshold draws) is
replayed as spike sources; a network with other noise (`xi`, rand() in equations or synapses) is only run, and its
distributions are the business of the stochastic cases.
"""
import argparse
import builtins
import multiprocessing
import os
import re
import runpy
import subprocess
import sys
import warnings
from pathlib import Path

import matplotlib
matplotlib.use("Agg")
import numpy as np
import brian2
from brian2 import (Equations, Network, NeuronGroup, PoissonGroup, PoissonInput, Quantity, SpikeGeneratorGroup,
                    SpikeMonitor, Subgroup, Synapses, TimedArray, get_dimensions, ms, prefs)
from brian2.core.functions import DEFAULT_FUNCTIONS, DEFAULT_CONSTANTS, Function
from brian2.core.namespace import get_local_namespace
from brian2.core.operations import NetworkOperation
from brian2.equations.equations import DIFFERENTIAL_EQUATION, PARAMETER
from brian2.groups.group import Group
from brian2.units.fundamentalunits import DIMENSIONLESS
from brian2.utils.stringtools import get_identifiers

TIME = 50*ms
FOLDER = "/usr/share/doc/python-brian-doc/examples"
LARGEST = 2000000  # synapses
RANDOM = re.compile(r"\b(rand|randn|poisson|binomial|xi(_\w+)?)\b")
TEXTS = {}  # Equations -> the text they were made of


class Done(BaseException):
    pass


class Pool:
    """In place of multiprocessing.Pool: what it would do in other processes, here."""

    def __init__(self, *args, **kwds):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None

    def map(self, f, items):
        return [f(item) for item in items]


class Refused(Exception):
    pass


# ---------------------------------------------------------------------------------------------- what the example says

def watch_equations():
    init = Equations.__init__

    def noted(self, eqns="", **kwds):
        init(self, eqns, **kwds)
        if isinstance(eqns, str) and not kwds:
            TEXTS[id(self)] = (self, eqns)
    Equations.__init__ = noted


def written(units):
    """Dimensions in the words that equations may use."""
    names = ("metre", "kilogram", "second", "amp", "kelvin", "mole", "candela")
    return "*".join("%s**%r" % (n, e) for n, e in zip(names, units._dims) if e) or "1"


def text_of(model):
    """The equations as they were written; put together again where they were made from several."""
    if isinstance(model, str):
        return model
    if id(model) in TEXTS:
        return TEXTS[id(model)][1]
    lines = []
    for eq in model.values():
        unit = {"boolean": "boolean", "integer": "integer"}.get(eq.var_type) or written(eq.dim)
        flags = " (%s)" % ", ".join(sorted(eq.flags)) if eq.flags else ""
        left = {"differential equation": "d%s/dt" % eq.varname}.get(eq.type, eq.varname)
        right = " = %s" % eq.expr.code if eq.expr is not None else ""
        lines.append("%s%s : %s%s" % (left, right, unit, flags))
    return "\n".join(lines)


MODELS, REGULAR = {}, {}


def watch_groups():
    for cls, place in ((NeuronGroup, 1), (Synapses, 2)):
        def wrap(cls=cls, place=place, init=cls.__init__):
            def noted(self, *args, **kwds):
                MODELS[id(self)] = dict(kwds)
                names = {NeuronGroup: ("N", "model", "method", "threshold", "reset", "refractory", "events", "namespace"),
                         Synapses: ("source", "target", "model", "on_pre", "pre", "on_post", "post", "connect", "delay",
                                    "on_event")}[cls]
                MODELS[id(self)].update(zip(names, args))
                if isinstance(MODELS[id(self)].get("model"), Equations):
                    MODELS[id(self)]["model"] = text_of(MODELS[id(self)]["model"])
                init(self, *args, **kwds)
            cls.__init__ = noted
        wrap()
    regularly = Group.run_regularly

    def noted_regularly(self, code, dt=None, clock=None, when="start", order=0, **kwds):
        part = isinstance(self, Subgroup)
        REGULAR.setdefault(self.source.name if part else self.name, []).append((code, dt, when, part))
        return regularly(self, code, dt=dt, clock=clock, when=when, order=order, **kwds)
    Group.run_regularly = noted_regularly


# ----------------------------------------------------------------------------------------------------- as a Lunate script

def links_of(g):
    """Linked variables: name -> (the group read, its variable, the index of each neuron or None)."""
    out = {}
    for name in g._linked_variables:
        variable, index = g.variables[name], g.variables.indices[name]
        if index == "0":
            index = np.zeros(len(g), dtype=int)
        elif index == "_idx":
            index = None
        else:
            index = g.variables[index].get_value()
        out[name] = (variable.owner.name, variable.name, index)
    return out


class Script:
    def __init__(self, folder, namespace, dt):
        self.folder, self.namespace, self.dt = folder, namespace, dt
        self.lines, self.files, self.names, self.notes, self.random = [], 0, set(), [], False

    def add(self, line):
        self.lines.append(line)

    def number(self, x):
        x = float(x)
        return "math.huge" if x == np.inf else "-math.huge" if x == -np.inf else "0/0" if x != x else "%.17g" % x

    def quantity(self, x):
        if isinstance(x, (bool, np.bool_)):
            return "true" if x else "false"
        dims = get_dimensions(x)
        value = self.number(np.asarray(x).item())
        if dims.is_dimensionless:
            return value
        return "q(%s, %s)" % (value, ", ".join("%r" % d for d in dims._dims))

    def array(self, values, dims=None):
        values = np.atleast_1d(np.asarray(values, dtype=float))
        if values.ndim == 1 and (values == values[0]).all() if len(values) else False:
            return "q(%s, %s)" % (self.number(values[0]), ", ".join("%r" % d for d in dims._dims))
        path = self.folder / ("%d.txt" % self.files)
        self.files += 1
        np.savetxt(path, values.reshape(-1), fmt="%.17g")
        exponents = ", ".join("%r" % d for d in dims._dims) if dims is not None else "0"
        return "data(%r, %s)" % (path.name, exponents)

    def parameters(self, owner, texts):
        """A table of the names in these texts that are not the owner's variables."""
        out, names = [], set()
        for text in texts:
            names |= get_identifiers(text)
        for name in sorted(names):
            base = re.sub("_(pre|post)$", "", name)
            if name in owner.variables or name in ("xi", "t", "dt", "True", "False", "and", "or", "not", "lastspike"):
                continue
            value = None
            for space in (owner.namespace, self.namespace):
                if space is not None and name in space:
                    value = space[name]
                    break
            if value is None:
                continue
            if isinstance(value, TimedArray):
                out.append("%s = %s" % (name, self.timed(value)))
            elif isinstance(value, Function):
                if name not in DEFAULT_FUNCTIONS:
                    raise Refused("Python function %s()" % name)
            elif name in DEFAULT_CONSTANTS or isinstance(value, brian2.Unit):
                continue
            elif isinstance(value, (Quantity, int, float, bool, np.number, np.bool_)):
                if np.ndim(value) == 0:
                    out.append("%s = %s" % (name, self.quantity(value)))
            elif isinstance(value, np.ndarray) and value.ndim == 0:
                out.append("%s = %s" % (name, self.quantity(value)))
        return "{ %s }" % ", ".join(out)

    def timed(self, array):
        values = np.asarray(array.values)
        shape = " :reshape(%d, %d)" % values.shape if values.ndim == 2 else ""
        data = "data_array(%s)" % self.array_file(values, array.dim)
        return "ln.timed_array(%s%s, %s)" % (data, shape.replace(" ", ""), "q(%.17g, 0, 0, 1, 0, 0, 0, 0)" % array.dt)

    def array_file(self, values, dims):
        path = self.folder / ("%d.txt" % self.files)
        self.files += 1
        np.savetxt(path, values.reshape(-1), fmt="%.17g")
        return "%r, %s" % (path.name, ", ".join("%r" % d for d in dims._dims))

    def values(self, owner, equations, skip=()):
        out = []
        for eq in equations.values():
            if eq.type in (DIFFERENTIAL_EQUATION, PARAMETER) and eq.varname not in skip:
                values = np.atleast_1d(owner.variables[eq.varname].get_value())
                if (values != 0).any():
                    out.append("%s = %s" % (eq.varname, self.array(values, eq.dim)))
        return out

    # ------------------------------------------------------------------------------------------------------------ objects

    def neurons(self, g, replay):
        name = g.name
        self.names.add(name)
        if replay is not None:
            indices, steps = replay
            self.add("g.%s = net:population(%d, ln.spike_source { indices = ints(%s), times = data(%s) }, { name = %r })" % (
                name, len(g), self.array_file(np.asarray(indices) + 1, DIMENSIONLESS), self.array_file(np.asarray(steps)*self.dt, brian2.second.dim), name))
            return
        given = MODELS[id(g)]
        model = text_of(given["model"])
        texts = [model.replace("\\\n", " ")]
        fields = ["name = %r, equations = [==[\n%s\n]==]" % (name, model)]
        for key in ("threshold", "reset"):
            if given.get(key):
                fields.append("%s = [==[%s]==]" % (key, given[key]))
                texts.append(given[key])
        refractory = given.get("refractory", False)
        if isinstance(refractory, str):
            fields.append("refractory = [==[%s]==]" % refractory)
            texts.append(refractory)
        elif refractory is not False:
            fields.append("refractory = %s" % self.quantity(refractory))
        if isinstance(given.get("method"), str):
            fields.append("method = %r" % given["method"])
        events = {k: v for k, v in g.events.items() if k != "spike"}
        if events:
            fields.append("events = { %s }" % ", ".join("%s = [==[%s]==]" % item for item in sorted(events.items())))
            on = {k: v for k, v in g.event_codes.items() if k != "spike"}
            fields.append("on = { %s }" % ", ".join("%s = [==[%s]==]" % item for item in sorted(on.items())))
            texts += list(events.values()) + list(on.values())
        texts += self.every(g, fields)
        if RANDOM.search("\n".join(texts)):
            self.random = True
        fields.append("parameters = %s" % self.parameters(g, [Equations(model).eq_expressions
                                                               and "\n".join(str(e[1]) for e in Equations(model).eq_expressions)
                                                               or ""] + texts[1:]))
        links = links_of(g)
        start = self.values(g, g.user_equations, links)
        if g.order != 0:
            start.append("order = %d" % g.order)
        for key, (owner, variable, index) in links.items():
            if owner not in self.names:
                raise Refused("a variable linked to one of %s" % owner)
            view = "g.%s.%s" % (owner, variable)
            if index is not None:
                view = "ln.linked(%s, ints(%s))" % (view, self.array_file(
                    np.broadcast_to(np.asarray(index) + 1, len(g)), DIMENSIONLESS))
            start.append("%s = %s" % (key, view))
        self.add("g.%s = net:population(%d, ln.neuron { %s }, { %s })" % (
            name, len(g), ",\n  ".join(fields), ", ".join(["name = %r" % name] + start)))

    def every(self, owner, fields):
        out = []
        for code, dt, when, part in REGULAR.get(owner.name, []):
            if part:
                raise Refused("run_regularly of a part of a group: state it for the whole, with where() or a variable")
            fields_dt = self.quantity(dt) if dt is not None else "net_dt"
            if when != "start":
                self.notes.append("run_regularly at '%s'" % when)
            out.append((fields_dt, code))
        if out:
            fields.append("every = { %s }" % ", ".join("{ %s, [==[%s]==] }" % item for item in out))
        return [code for _, code in out]

    def side(self, group):
        if isinstance(group, Synapses):
            raise Refused("synapses onto synapses (%s)" % group.name)
        if isinstance(group, Subgroup):
            return "g.%s:slice(%d, %d)" % (self.known(group.source), group.start + 1, group.stop)
        return "g.%s" % self.known(group)

    def known(self, group):
        if group.name not in self.names:
            raise Refused("a source %s that is not in the network" % group.name)
        return group.name

    def orders(self, s, events):
        """Those that were changed, and where equations and sums onto slices come before the neurons by their name."""
        usual = {"pre": -1, "post": 1}
        out = {path.objname: path.order for path in s._pathways
               if path.order != usual[path.prepost] and (events is None or path.event in events)}
        neurons = min(getattr(side, "source", side).name for side in (s.source, s.target)) + "_stateupdater"
        if s.state_updater is not None and (s.state_updater.order, s.state_updater.name) < (0, neurons):
            out["equations"] = s.state_updater.order - 2
        elif s.state_updater is not None and s.state_updater.order != 0:
            out["equations"] = s.state_updater.order
        for updater in s.summed_updaters.values():
            if isinstance(updater.target, Subgroup) and updater.name < neurons:
                out["summed"] = updater.order - 1
            elif "equations" in out:
                out["summed"] = updater.order - 2
        return out

    def synapses(self, s, events=None):
        given = MODELS[id(s)]
        if len(s) == 0:
            return
        if len(s) > LARGEST:
            raise Refused("%d synapses: too many for this script" % len(s))
        model = text_of(given.get("model") or "")
        texts, fields = [], []
        if model.strip():
            fields.append("equations = [==[\n%s\n]==]" % model)
            texts += [str(e[1]) for e in Equations(model).eq_expressions]
        delays, event = [], None
        for key, short in (("on_pre", "pre"), ("on_post", "post")):
            code = given.get(key) or given.get(short)
            if not code:
                continue
            code = code if isinstance(code, dict) else {short: code}
            if events is not None:
                code = {path: c for path, c in code.items() if getattr(s, path).event in events}
            found = sorted({getattr(s, path).event for path in code})
            if len(found) > 1:  # a projection an event
                for e in found:
                    self.synapses(s, (e,))
                return
            texts += list(code.values())
            fields.append("%s = { %s }" % (key, ", ".join("%s = [==[%s]==]" % item for item in code.items())))
            for path in code:
                pathway = getattr(s, path)
                values = np.atleast_1d(pathway.variables["delay"].get_value())
                if values.any():
                    delays.append("%s = %s" % (path, self.array(values, brian2.second.dim)))
                if pathway.event != "spike":
                    event = pathway.event
        if delays:
            fields.append("delay = { %s }" % ", ".join(delays))
        order = self.orders(s, events)
        if order:
            fields.append("order = { %s }" % ", ".join("%s = %d" % item for item in order.items()))
        if event:
            fields.append("event = %r" % event)
        if isinstance(given.get("method"), str):
            fields.append("method = %r" % given["method"])
        texts += self.every(s, fields)
        if RANDOM.search("\n".join(texts)):
            self.random = True
        fields.append("parameters = %s" % self.parameters(s, texts))
        declared = Equations(model) if model.strip() else {}
        fields += self.values(s, declared)
        self.add("g.%s = net:project(%s, %s, { name = %r, connect = ln.pairs(ints(%s), ints(%s)),\n  %s })" % (
            s.name, self.side(s.source), self.side(s.target), s.name, self.array_file(s.i[:] + 1, DIMENSIONLESS),
            self.array_file(s.j[:] + 1, DIMENSIONLESS), ",\n  ".join(fields)))


HEAD = """local ln = require "lunate"
local Q = require "lunate.quantity"
local folder = %r
local function q(x, m, kg, s, A, K, mol, cd)
  return Q.new(x, Q.dim { m or 0, kg or 0, s or 0, A or 0, K or 0, mol or 0, cd or 0 })
end
local function numbers(path)
  local out = {}
  for line in io.lines(folder .. "/" .. path) do out[#out + 1] = tonumber(line) end
  return out
end
local function ints(path)
  local out = numbers(path)
  for k, x in ipairs(out) do out[k] = math.tointeger(x) end
  return out
end
local function data_array(path, ...) return ln.array(numbers(path)) * q(1, ...) end
local function data(path, ...)
  local out = numbers(path)
  for k, x in ipairs(out) do out[k] = q(x, ...) end
  return out
end
local g, recordings = {}, {}
"""


def build(objects, namespace, folder, replays):
    groups = [o for o in objects if isinstance(o, (NeuronGroup, PoissonGroup, SpikeGeneratorGroup))]
    dts = {float(o.clock.dt) for o in groups}
    if len(dts) > 1:
        raise Refused("several clocks")
    dt = dts.pop()
    script = Script(folder, namespace, dt)
    script.add(HEAD % str(folder))
    script.add("local net_dt = q(%.17g, 0, 0, 1)" % dt)
    script.add("local net = ln.network { dt = net_dt }")
    for o in objects:
        if isinstance(o, NetworkOperation):
            script.notes.append("network_operation")
        if type(o).__name__ == "SpatialNeuron":
            raise Refused("a morphology")
    waiting, rounds = list(groups), 0
    while waiting:  # a group that is linked to comes first
        g = waiting.pop(0)
        links = links_of(g) if isinstance(g, NeuronGroup) else {}
        rounds += 1
        if rounds < 200 and any(owner not in script.names for owner, _, _ in links.values()):
            waiting.append(g)
            continue
        script.neurons(g, replays.get(g.name))
    for s in sorted((o for o in objects if isinstance(o, Synapses)), key=lambda s: s.name):
        script.synapses(s)
    for o in objects:
        if isinstance(o, PoissonInput):
            script.random = True
            script.add("net:project(ln.poisson_input { n = %d, rate = %s }, %s, { transmit = [==[%s += %s]==], "
                       "parameters = %s })" % (
                o.N, script.quantity(o.rate), script.side(o._group), o.target_var,
                o.weight if isinstance(o.weight, str) else "weight_",
                script.parameters(o._group, [o.weight]) if isinstance(o.weight, str)
                else "{ weight_ = %s }" % script.quantity(o.weight)))
    return script


def finish(script, groups, duration, out):
    for g in groups:
        if not isinstance(g, NeuronGroup) or g.thresholder:
            script.add("recordings.%s = net:record(g.%s, 'spikes')" % (g.name, g.name))
    script.add("net:run(q(%.17g, 0, 0, 1))" % duration)
    script.add("local file = io.open(%r, 'w')" % str(out))
    script.add("for name, r in pairs(recordings) do local s = r:gather() local rows = {}\n"
               "  for k = 1, #s.steps do rows[k] = ('%d:%d'):format(s.steps[k], s.neurons[k]) end\n"
               "  file:write('spikes ', name, ' ', table.concat(rows, ' '), '\\n') end")
    for name, variables in script.compared:
        for v in variables:
            script.add("do local rows = {} for k, x in ipairs(g.%s.%s:gather():raw():flat():totable()) do "
                       "rows[k] = ('%%.17g'):format(x) end file:write('final %s %s ', table.concat(rows, ' '), '\\n') end"
                       % (name, v, name, v))
    script.add("file:close()")


# ------------------------------------------------------------------------------------------------------------- comparing

def compare(path, monitors, groups, synapses, dt):
    got = {}
    for line in path.read_text().splitlines():
        words = line.split(" ")
        if words[0] == "spikes":
            got["spikes", words[1]] = [w for w in words[2:] if w]
        else:
            got[words[1], words[2]] = np.array([float(w) for w in words[3:] if w])
    worst, where, spikes = 0, "", 0
    for name, m in monitors.items():
        if ("spikes", name) not in got:
            continue
        steps = np.round(np.asarray(m.t)/dt).astype(int)
        order = np.lexsort((np.asarray(m.i), steps))
        want = ["%d:%d" % (a, b + 1) for a, b in zip(steps[order], np.asarray(m.i)[order])]
        spikes += len(want)
        if want != got["spikes", name]:
            here = got["spikes", name]
            k = next((k for k, (a, b) in enumerate(zip(want, here)) if a != b), min(len(want), len(here)))
            return "spikes of %s differ from number %d of %d (Brian2 %s, Lunate %s)" % (
                name, k + 1, len(want), want[k:k + 1], got["spikes", name][k:k + 1])
    for owner in list(groups) + list(synapses):
        for (name, variable), values in got.items():
            if name != owner.name:
                continue
            want = np.atleast_1d(owner.variables[variable].get_value()).astype(float)
            if len(want) == 1:  # one for all
                want = np.repeat(want, len(values))
            if len(want) != len(values):
                return "%s.%s has %d values, Brian2 %d" % (name, variable, len(values), len(want))
            scale = np.maximum(np.abs(want), 1e-3*np.abs(want).max()) if len(want) else want
            off = np.where(want == values, 0, np.abs(want - values)/np.where(scale > 0, scale, 1))
            off[np.isnan(want) & np.isnan(values)] = 0
            if len(off) and not off.max() <= worst:
                worst, where = off.max(), "%s.%s" % (name, variable)
    return "%s, %d spikes, states within %.1e%s" % ("same" if worst < 1e-9 else "DIFFERENT", spikes, worst,
                                                    " (%s)" % where if worst >= 1e-9 else "")


# --------------------------------------------------------------------------------------------------------------- one example

def try_example(path, options):
    folder = options.keep/re.sub(r"[/.]", "_", str(path.relative_to(options.folder)))
    folder.mkdir(parents=True, exist_ok=True)
    original = Network.run

    def stopped(self, duration, report=None, report_period=None, namespace=None, profile=None, level=0):
        if duration <= 0*ms:
            return original(self, duration, namespace=namespace, level=level + 1)
        space = namespace if namespace is not None else get_local_namespace(level + 1)
        raise_after(self, duration, space, folder, options, original)
        raise Done

    Network.run = stopped
    os.chdir(path.parent)
    sys.path.insert(0, str(path.parent))
    sys.argv = [str(path)]
    brian2.set_device = lambda *a, **k: None
    multiprocessing.Pool = Pool
    try:
        runpy.run_path(str(path), run_name="__main__")
        print("%s: never runs" % path.name)
    except Done:
        pass


def statements_of(s):
    given = MODELS[id(s)]
    codes = [given.get(key) for key in ("on_pre", "pre", "on_post", "post")]
    return ([text for code in codes if code for text in (code.values() if isinstance(code, dict) else [code])]
            + [str(e[1]) for e in Equations(text_of(given.get("model") or "")).eq_expressions])


def raise_after(network, duration, namespace, folder, options, run):
    folder = folder/str(os.getpid())
    folder.mkdir(parents=True, exist_ok=True)
    duration = min(duration, options.time*ms)
    objects = [o for o in network.objects]
    objects = sorted({id(o): o for o in objects}.values(), key=lambda o: o.name)
    kept = [o for o in objects if isinstance(o, (NeuronGroup, PoissonGroup, SpikeGeneratorGroup, Synapses, PoissonInput,
                                                 NetworkOperation))]
    groups = [o for o in kept if isinstance(o, (NeuronGroup, PoissonGroup, SpikeGeneratorGroup))]
    try:
        script = build(kept, namespace, folder, {g.name: ([], []) for g in groups if not isinstance(g, NeuronGroup)})
    except Refused as why:
        print("refused: %s" % why)
        return
    synapses = [o for o in kept if isinstance(o, Synapses)]
    read = {id(s.source) for s in kept if isinstance(s, Synapses) and any(name.endswith("_pre") for text in statements_of(s)
                                                                         for name in get_identifiers(text))}
    drawing = {g.name for g in groups if isinstance(g, NeuronGroup) and id(g) not in read
               and RANDOM.search(str(MODELS[id(g)].get("threshold") or ""))}
    # Brian2 goes first: its random spikes are replayed
    monitors = {g.name: SpikeMonitor(g, name="watch_" + g.name) for g in groups
                if not isinstance(g, NeuronGroup) or g.thresholder}
    held = freeze(kept)
    Network.add(network, *monitors.values())
    run(network, duration, namespace=namespace)
    dt = float(groups[0].clock.dt)
    outcomes = []
    for replayed in ([False, True] if drawing else [False]):
        replays = {}
        for g in groups:
            if not isinstance(g, NeuronGroup) or (replayed and g.name in drawing):
                m = monitors[g.name]
                replays[g.name] = (np.asarray(m.i), np.round(np.asarray(m.t)/dt))
        after = thaw(kept, held)
        script = build(kept, namespace, folder, replays)
        thaw(kept, after)
        script.compared = []
        for o in kept:
            if o.name in replays or not isinstance(o, (NeuronGroup, Synapses)) or len(o) == 0:
                continue
            equations = o.user_equations if isinstance(o, NeuronGroup) else o.equations
            names = [eq.varname for eq in equations.values() if eq.type in (DIFFERENTIAL_EQUATION, PARAMETER)]
            if isinstance(o, Synapses):
                names = names if len(o) < 20000 else []
            script.compared.append((o.name, names))
        out = folder/"result.txt"
        finish(script, groups, float(duration), out)
        (folder/"script.lua").write_text("\n".join(script.lines) + "\n")
        done = subprocess.run([options.lunate, str(folder/"script.lua")], capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            outcomes.append("FAILS: " + done.stderr.strip().replace("\n", "\n      "))
            break
        outcomes.append("runs (noise: not compared)" if script.random
                        else compare(out, monitors, groups, synapses, dt))
    notes = "".join("; " + note for note in sorted(set(script.notes)))
    print("%s; %g ms%s" % ("; replayed: ".join(outcomes), duration/ms, notes))


def freeze(objects):
    """All values that can change, so that the script can be written from those of the start."""
    held = {}
    for o in objects:
        equations = getattr(o, "user_equations", None) or getattr(o, "equations", None)
        if isinstance(o, Synapses):
            names = [n for n, v in o.variables.items() if n in (o.equations or {}) or (o.event_driven and n in o.event_driven)]
        elif isinstance(o, NeuronGroup):
            names = list(equations)
        else:
            continue
        for n in names:
            v = o.variables[n]
            if isinstance(v, brian2.core.variables.ArrayVariable) and v.owner is not None and v.owner.name == o.name:
                held[o.name, n] = np.array(v.get_value())
    return held


def thaw(objects, held):
    now = freeze(objects)
    for o in objects:
        for (name, n), values in held.items():
            if name == o.name:
                target = o.variables[n].get_value()
                target[...] = values
    return now


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lunate", default=os.environ.get("LUNATE", "build/bin/lunate"))
    parser.add_argument("--folder", type=Path, default=Path(FOLDER))
    parser.add_argument("--keep", type=Path, default=Path("/tmp/examples"))
    parser.add_argument("--time", type=float, default=TIME/ms)
    parser.add_argument("examples", nargs="*")
    options = parser.parse_args()
    options.lunate = os.path.abspath(options.lunate)
    names = options.examples or sorted(str(p.relative_to(options.folder)) for p in options.folder.rglob("*.py"))
    if len(names) > 1:  # each in a process of its own
        for name in names:
            print(name, end=": ", flush=True)
            done = subprocess.run([sys.executable, os.path.abspath(__file__), "--lunate", options.lunate, "--folder",
                                   str(options.folder), "--keep", str(options.keep), "--time", str(options.time), name],
                                  capture_output=True, text=True)
            lines = done.stdout.strip().splitlines()
            error = "ERROR: " + (done.stderr.strip().splitlines() or ["?"])[-1]
            print("\n".join(lines) if done.returncode == 0 and lines else error)
        return
    warnings.simplefilter("ignore")
    prefs.codegen.target = "numpy"
    watch_equations()
    watch_groups()
    np.random.seed(1)
    builtins.input = lambda *a: ""
    try_example(options.folder/names[0], options)


if __name__ == "__main__":
    main()
