"""A Brian2 network as a Lunate script: equations and statements as they were written, connections and values as they are.

For try_examples.py, which see. `watch()` notes what objects are made of; `Script(...).network(objects)` writes the network as
it stands, `Script.changes(...)` what was assigned since. What Lunate refuses, or this cannot write, raises Refused.
"""
import re

import brian2
import numpy as np
from brian2 import (Equations, NeuronGroup, PoissonGroup, PoissonInput, Quantity, SpikeGeneratorGroup, Subgroup, Synapses,
                    TimedArray, get_dimensions)
from brian2.core.functions import DEFAULT_CONSTANTS, DEFAULT_FUNCTIONS, Function
from brian2.core.operations import NetworkOperation
from brian2.core.variables import ArrayVariable
from brian2.equations.equations import DIFFERENTIAL_EQUATION, PARAMETER
from brian2.groups.group import Group
from brian2.units.fundamentalunits import DIMENSIONLESS
from brian2.utils.stringtools import get_identifiers

LARGEST = 2000000  # synapses
SOURCES = (NeuronGroup, PoissonGroup, SpikeGeneratorGroup)
TEXTS = {}                 # id of Equations -> (they, the text they were made of)
MODELS, REGULAR = {}, {}   # id of a group -> its arguments; name of a group -> its statements of every so often
RATES = {}                 # id of a Poisson group -> its rates as they were given


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


def watch_arguments(cls, names):
    init = cls.__init__

    def noted(self, *args, **kwds):
        given = MODELS[id(self)] = dict(kwds)
        given.update(zip(names, args))
        if isinstance(given.get("model"), Equations):
            given["model"] = text_of(given["model"])
        init(self, *args, **kwds)
    cls.__init__ = noted


def watch():
    """Before an example runs."""
    watch_equations()
    watch_arguments(NeuronGroup, ("N", "model", "method", "threshold", "reset", "refractory", "events", "namespace"))
    watch_arguments(Synapses, ("source", "target", "model", "on_pre", "pre", "on_post", "post", "connect", "delay", "on_event"))
    regularly, poisson = Group.run_regularly, PoissonGroup.__init__

    def noted_regularly(self, code, dt=None, clock=None, when="start", order=0, **kwds):
        runner = regularly(self, code, dt=dt, clock=clock, when=when, order=order, **kwds)
        whole = self.source if isinstance(self, Subgroup) else self
        REGULAR.setdefault(whole.name, []).append((self, code, runner))
        return runner

    def noted_poisson(self, N, rates, *args, **kwds):
        RATES[id(self)] = rates
        poisson(self, N, rates, *args, **kwds)
    Group.run_regularly, PoissonGroup.__init__ = noted_regularly, noted_poisson


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


def equations_of(o):
    return o.user_equations if isinstance(o, NeuronGroup) else o.equations if isinstance(o, Synapses) else None


def stored(o):
    """Names of the variables that a group or synapses hold themselves and that a script may set, event-driven ones last."""
    equations = equations_of(o) or {}
    links = o._linked_variables if isinstance(o, NeuronGroup) else ()
    return [eq.varname for eq in equations.values() if eq.type in (DIFFERENTIAL_EQUATION, PARAMETER)
            and eq.varname not in links] + [n for n in (getattr(o, "event_driven", None) or {}) if n not in equations]


def in_lunates_order(s):
    """Lunate lists synapses by source, target and delay."""
    delay = np.zeros(len(s))
    for path in s._pathways:
        if path.prepost == "pre":
            delay = np.broadcast_to(np.asarray(path.variables["delay"].get_value()), len(s))
            break
    return np.lexsort((np.round(delay/1e-9), np.asarray(s.j[:]), np.asarray(s.i[:])))


def places(group, indices):
    """What elements of a group are numbered in Lunate."""
    if not isinstance(group, Synapses):
        return np.asarray(indices) + 1
    place = np.empty(len(group), dtype=int)
    place[in_lunates_order(group)] = np.arange(len(group)) + 1
    return place[np.asarray(indices)]


def ends_first(synapses):
    """Synapses that others lead to or come from stand before those."""
    out = []

    def add(s):
        for side in (s.source, s.target):
            if isinstance(side, Synapses) and side is not s:
                add(side)
        if s not in out:
            out.append(s)
    for s in synapses:
        add(s)
    return out


# ----------------------------------------------------------------------------------------------------- as a Lunate script

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
local function data(path, ...) return ln.array(numbers(path)) * q(1, ...) end
local g, recordings = {}, {}
local file = io.open(folder .. "/result.txt", "w")
local function final(name, object, run, variable)
  local rows = {}
  for k, x in ipairs(object[variable]:gather():raw():flat():totable()) do rows[k] = ("%%.17g"):format(x) end
  file:write("final ", name, " ", run, " ", variable, " ", table.concat(rows, " "), "\\n")
end"""

TAIL = """for name, r in pairs(recordings) do
  local s, rows = r:gather(), {}
  for k = 1, #s.steps do rows[k] = ("%d:%d"):format(s.steps[k], s.neurons[k]) end
  file:write("spikes ", name, " ", table.concat(rows, " "), "\\n")
end
file:close()"""


class Script:
    """The lines of a script, and the files with its arrays; `populations`, `synapses` and `inputs` in its order."""

    def __init__(self, folder, namespace, seed):
        self.folder, self.namespace, self.seed = folder, namespace, seed
        self.lines, self.files, self.notes = [], 0, set()
        self.populations, self.projections, self.inputs, self.parameters_of = [], [], [], {}
        self.chores = []  # (group or part, statements, runner)

    def add(self, line):
        self.lines.append(line)

    def write(self):
        (self.folder/"script.lua").write_text("\n".join(self.lines + [TAIL]) + "\n")

    # ------------------------------------------------------------------------------------------------------------- values

    def number(self, x):
        x = float(x)
        return "math.huge" if x == np.inf else "-math.huge" if x == -np.inf else "0/0" if x != x else "%.17g" % x

    def quantity(self, x, dims=None):
        if isinstance(x, (bool, np.bool_)):
            return "true" if x else "false"
        dims = dims if dims is not None else get_dimensions(x)
        value = self.number(np.asarray(x).item())
        return value if dims.is_dimensionless else "q(%s, %s)" % (value, ", ".join("%r" % d for d in dims._dims))

    def file(self, values):
        path = self.folder/("%d.txt" % self.files)
        self.files += 1
        np.savetxt(path, np.asarray(values).reshape(-1), fmt="%.17g")
        return path.name

    def array(self, values, dims):
        values = np.atleast_1d(np.asarray(values, dtype=float))
        if len(values) and (values == values[0]).all():
            return self.quantity(values[0], dims)
        return "data(%r, %s)" % (self.file(values), ", ".join("%r" % d for d in dims._dims))

    def ints(self, values):
        return "ints(%r)" % self.file(values)

    def timed(self, array):
        values = np.asarray(array.values)
        shape = ":reshape(%d, %d)" % values.shape if values.ndim == 2 else ""
        data = "(data(%r, %s))%s" % (self.file(values), ", ".join("%r" % d for d in array.dim._dims), shape)
        return "ln.timed_array(%s, q(%.17g, 0, 0, 1))" % (data, array.dt)

    def parameter(self, value):
        """A value of the namespace in Lua, or None where it is none that equations can use."""
        if isinstance(value, TimedArray):
            return self.timed(value)
        if isinstance(value, (Quantity, int, float, bool, np.number, np.bool_)) and np.ndim(value) == 0:
            return self.quantity(value)
        return self.quantity(value) if isinstance(value, np.ndarray) and value.ndim == 0 else None

    def parameters(self, owner, texts, namespace=None):
        """name -> value of the names in these texts that are not the owner's variables."""
        out, names = {}, set()
        for text in texts:
            names |= get_identifiers(text)
        for name in sorted(names):
            if name in owner.variables or name in ("xi", "t", "dt", "True", "False", "and", "or", "not", "lastspike"):
                continue
            for space in (owner.namespace, namespace or self.namespace):
                if space is not None and name in space:
                    value = space[name]
                    if isinstance(value, Function) and not isinstance(value, TimedArray) and name not in DEFAULT_FUNCTIONS:
                        raise Refused("Python function %s()" % name)
                    if name not in DEFAULT_CONSTANTS and name not in DEFAULT_FUNCTIONS and not isinstance(value, brian2.Unit):
                        out[name] = value
                    break
        return out

    def table(self, owner, texts, note=True):
        """The same as a Lua table; changes() compares with it later."""
        values = self.parameters(owner, texts)
        if note:
            self.parameters_of[owner.name] = (owner, texts, values)
        pairs = [(name, self.parameter(value)) for name, value in values.items()]
        return "{ %s }" % ", ".join("%s = %s" % pair for pair in pairs if pair[1] is not None)

    def clock(self, owner):
        """`dt` of an object that is not on the fastest clock, and the order of a group."""
        dt, order = float(owner.clock.dt), owner.order if isinstance(owner, SOURCES) else 0
        return (["dt = q(%.17g, 0, 0, 1)" % dt] if dt > 1.000001*self.dt else []) + ["order = %d" % order]*(order != 0)

    def first_values(self, owner):
        out = self.clock(owner)
        for name in stored(owner):
            variable = owner.variables[name]
            values = np.atleast_1d(variable.get_value())
            if (values != 0).any():
                # pairs and their values stand in Brian2's order: Lunate sorts both
                out.append("%s = %s" % (name, self.array(values, variable.dim)))
        return out

    def counted(self, owner, text):
        """Statements whose `i` and `j` count from 0, but those that choose a column of a timed array."""
        out = text
        for name in ("i", "j"):
            own = owner.variables.get(name)
            part = isinstance(owner, Subgroup) and name == "i"  # which counts in it
            if part or own is not None and own.owner is not None and own.owner.name == owner.name:
                out = re.sub(r"(?<!, )\b%s\b(?!\s*=[^=])" % name, "(%s - 1)" % name, out)
        if out != text:
            self.notes.add("i written i - 1")
        return out

    # ------------------------------------------------------------------------------------------------------------ objects

    def neurons(self, g):
        self.populations.append(g)
        if isinstance(g, SpikeGeneratorGroup):
            return self.spike_source(g)
        if isinstance(g, PoissonGroup):
            return self.poisson_group(g)
        given = MODELS[id(g)]
        model = text_of(given["model"])
        texts = [str(e[1]) for e in Equations(model).eq_expressions]
        fields = ["name = %r, equations = [==[\n%s\n]==]" % (g.name, model)]
        for key in ("threshold", "reset"):
            if given.get(key):
                fields.append("%s = [==[%s]==]" % (key, self.counted(g, given[key])))
                texts.append(given[key])
        refractory = given.get("refractory", False)
        if isinstance(refractory, str):
            fields.append("refractory = [==[%s]==]" % refractory)
            texts.append(refractory)
        elif refractory is not False:
            fields.append("refractory = %s" % self.quantity(refractory))
        if isinstance(given.get("method"), str):
            fields.append("method = %r" % given["method"])
        texts += self.events(g, fields) + self.every(g, fields)
        if any(v.dtype == np.float32 for v in g.variables.values() if isinstance(v, ArrayVariable) and v.name in stored(g)):
            fields.append("precision = 'single'")
        fields.append("parameters = %s" % self.table(g, texts))
        self.add("g.%s = net:population(%d, ln.neuron { %s }, { %s })" % (
            g.name, len(g), ",\n  ".join(fields), ", ".join(["name = %r" % g.name] + self.first_values(g))))

    def events(self, g, fields):
        events = {k: v for k, v in g.events.items() if k != "spike"}
        if not events:
            return []
        on = {k: v for k, v in g.event_codes.items() if k != "spike"}
        for key, texts in (("events", events), ("on", on)):
            fields.append("%s = { %s }" % (key, ", ".join("%s = [==[%s]==]" % item for item in sorted(texts.items()))))
        return list(events.values()) + list(on.values())

    def links(self, g):
        for key, (owner, variable, index) in links_of(g).items():
            if owner not in {p.name for p in self.populations}:
                raise Refused("a variable linked to one of %s" % owner)
            view = "g.%s.%s" % (owner, variable)
            if index is not None:
                view = "ln.linked(%s, %s)" % (view, self.ints(np.broadcast_to(np.asarray(index) + 1, len(g))))
            self.add("g.%s.%s = %s" % (g.name, key, view))

    def spike_source(self, g):
        times = np.asarray(g.variables["spike_time"].get_value())
        indices = np.asarray(g.variables["neuron_index"].get_value())
        period = float(g.variables["period"].get_value().item())
        period = ", period = q(%.17g, 0, 0, 1)" % period if 0 < period < 1e6 else ""
        self.add("g.%s = net:population(%d, ln.spike_source { indices = %s, times = data(%r, 0, 0, 1)%s }, { %s })" % (
            g.name, len(g), self.ints(indices + 1), self.file(times), period, ", ".join(["name = %r" % g.name] + self.clock(g))))

    def poisson_group(self, g):
        rates = RATES[id(g)]
        if isinstance(rates, str):
            equations, first = "rates = %s : Hz" % rates, []
        else:
            equations = "rates : Hz"
            first = ["rates = %s" % self.array(g.variables["rates"].get_value(), brian2.Hz.dim)]
        self.add("g.%s = net:population(%d, ln.neuron { equations = %r, threshold = \"rand() < rates*dt\", parameters = %s }, "
                 "{ %s })" % (g.name, len(g), equations, self.table(g, [str(rates)] if isinstance(rates, str) else []),
                              ", ".join(["name = %r" % g.name] + first + self.clock(g))))

    def every(self, owner, fields):
        """With the models, or as chores of what there is where some is of a part, or elsewhere in the step: for then its turn
        among the others matters."""
        given = REGULAR.get(owner.name, [])
        if any(isinstance(group, Subgroup) or (runner.when, runner.order) != ("start", 0)
               for those in REGULAR.values() for group, _, runner in those):
            self.chores += given
        elif given:
            items = [(self.quantity(runner.clock.dt), self.counted(owner, code)) for _, code, runner in given]
            fields.append("every = { %s }" % ", ".join("{ %s, [==[%s]==] }" % item for item in items))
        return [code for _, code, _ in given]

    def chore(self, group, code, runner):
        whole = group.source if isinstance(group, Subgroup) else group
        part = ":slice(%d, %d)" % (group.start + 1, group.stop) if whole is not group else ""
        self.add("g.%s%s:every(%s, [==[%s]==], { when = %r, order = %d })" % (
            whole.name, part, self.quantity(runner.clock.dt), self.counted(group, code), runner.when, runner.order))

    def side(self, group):
        if isinstance(group, Synapses):
            return "g.%s" % group.name
        whole = group.source if isinstance(group, Subgroup) else group
        if whole.name not in {p.name for p in self.populations}:
            raise Refused("a source %s that is not in the network" % whole.name)
        return "g.%s" % whole.name + (":slice(%d, %d)" % (group.start + 1, group.stop) if whole is not group else "")

    def codes(self, s):
        """on_pre and on_post: key -> {pathway: statements}."""
        given, out = MODELS[id(s)], {}
        for key, short in (("on_pre", "pre"), ("on_post", "post")):
            code = given.get(key) or given.get(short)
            if code:
                out[key] = code if isinstance(code, dict) else {short: code}
        return out

    def orders(self, s, events):
        """Those that were changed, and where equations and sums onto slices come before the neurons by their name."""
        usual = {"pre": -1, "post": 1}
        out = {path.objname: path.order for path in s._pathways
               if path.order != usual[path.prepost] and (events is None or path.event in events)}
        sides = [side.source if isinstance(side, Subgroup) else side for side in (s.source, s.target)]
        neurons = min(side.name for side in sides) + "_stateupdater"
        if s.state_updater is not None and (s.state_updater.order, s.state_updater.name) < (0, neurons):
            out["equations"] = s.state_updater.order - 2
        elif s.state_updater is not None and s.state_updater.order != 0:
            out["equations"] = s.state_updater.order
        for updater in s.summed_updaters.values():
            if isinstance(updater.target, Subgroup) and updater.name < neurons:
                out["summed"] = updater.order - 1
            elif "equations" in out:
                out["summed"] = updater.order - 2
        return ["order = { %s }" % ", ".join("%s = %d" % item for item in out.items())] if out else []

    def synapses(self, s, events=None):
        if len(s) == 0:
            return
        if len(s) > LARGEST:
            raise Refused("%d synapses: too many for this script" % len(s))
        given, model = MODELS[id(s)], text_of(MODELS[id(s)].get("model") or "")
        texts, fields, delays, event = [], [], [], None
        if model.strip():
            fields.append("equations = [==[\n%s\n]==]" % model)
            texts += [str(e[1]) for e in Equations(model).eq_expressions]
        for key, code in self.codes(s).items():
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
                event = pathway.event if pathway.event != "spike" else event
        if delays:
            fields.append("delay = { %s }" % ", ".join(delays))
        fields += self.orders(s, events)
        if event:
            fields.append("event = %r" % event)
        if isinstance(given.get("method"), str):
            fields.append("method = %r" % given["method"])
        texts += self.every(s, fields)
        fields.append("parameters = %s" % self.table(s, texts))
        self.projections.append(s)
        self.add("g.%s = net:project(%s, %s, { name = %r, connect = ln.pairs(%s, %s),\n  %s })" % (
            s.name, self.side(s.source), self.side(s.target), s.name, self.ints(places(s.source, s.i[:])),
            self.ints(places(s.target, s.j[:])),
            ",\n  ".join(fields + self.first_values(s))))

    def poisson_input(self, o):
        self.inputs.append(o)
        weight = o.weight if isinstance(o.weight, str) else repr(o.weight)  # as Brian2 writes it, to eight digits
        parameters = self.table(o._group, [weight], note=False)
        self.add("net:project(ln.poisson_input { n = %d, rate = %s }, %s, { transmit = [==[%s += %s]==], parameters = %s })" % (
            o.N, self.quantity(o.rate), self.side(o._group), o.target_var, weight, parameters))

    # ------------------------------------------------------------------------------------------------------------ networks

    def network(self, objects):
        groups = [o for o in objects if isinstance(o, SOURCES)]
        if any(type(o).__name__ == "SpatialNeuron" for o in objects):
            raise Refused("a morphology")
        dts = {float(o.clock.dt) for o in groups + [o for o in objects if isinstance(o, Synapses)]}
        self.dt, self.slowest = min(dts), max(dts)
        self.add(HEAD % str(self.folder))
        self.add("local net_dt = q(%.17g, 0, 0, 1)" % self.dt)
        self.add("local net = ln.network { dt = net_dt, seed = %d }" % self.seed)
        if any(isinstance(o, NetworkOperation) for o in objects):
            self.notes.add("network_operation")
        for g in sorted(groups, key=lambda g: g.name + "_stateupdater"):  # the order in which Brian2 advances them
            self.neurons(g)
        for g in groups:
            if isinstance(g, NeuronGroup):
                self.links(g)
        for s in ends_first(sorted((o for o in objects if isinstance(o, Synapses)), key=lambda s: s.name)):
            self.synapses(s)
        for o in objects:
            if isinstance(o, PoissonInput):
                self.poisson_input(o)
        self.chores.sort(key=lambda chore: chore[2].name)  # as Brian2 has those of one order
        for chore in self.chores:
            self.chore(*chore)
        for g in groups:
            if not isinstance(g, NeuronGroup) or g.thresholder:
                self.add("recordings.%s = net:record(g.%s, 'spikes')" % (g.name, g.name))

    def changes(self, objects, before, now, namespace):
        """Assignments that turn the values of freeze() `before` into those of `now`, and changed parameters."""
        for o in objects:
            for name in stored(o):
                old, new = before.get((o.name, name)), now.get((o.name, name))
                if old is not None and not np.array_equal(old, new, equal_nan=old.dtype.kind == "f"):
                    values = new[in_lunates_order(o)] if isinstance(o, Synapses) and new.size > 1 else new
                    self.add("g.%s.%s = %s" % (o.name, name, self.array(values, o.variables[name].dim)))
        for owner, texts, values in list(self.parameters_of.values()):
            for name, value in self.parameters(owner, texts, namespace).items():
                old = values.get(name)
                if old is value or np.ndim(value) == 0 and not isinstance(value, TimedArray) and old == value:
                    continue
                values[name] = value
                if self.parameter(value) is not None:
                    self.add("g.%s.%s = %s" % (owner.name, name, self.parameter(value)))
            self.parameters_of[owner.name] = (owner, texts, values)

    def run(self, duration, number, compared):
        self.add("net:run(q(%.17g, 0, 0, 1))" % duration)
        for name, variables in compared:
            for v in variables:
                self.add("final(%r, g.%s, %d, %r)" % (name, name, number, v))


def freeze(objects):
    """Copies of all values that can change."""
    held = {}
    for o in objects:
        for name in stored(o):
            variable = o.variables[name]
            if isinstance(variable, ArrayVariable) and variable.owner is not None and variable.owner.name == o.name:
                held[o.name, name] = np.array(variable.get_value())
    return held
