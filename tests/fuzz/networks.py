#!/usr/bin/python3
"""Random networks in Lunate and in Brian2, number by number: finds what nobody thought of testing.

    /usr/bin/python3 tests/fuzz/networks.py [--first SEED] [--count N] [--ranks R]

Each seed makes one network without chance: neurons with random equations, method, refractoriness and statements,
synapses among them with random statements, delays and learning. Both programs run it for 60 ms; final states
must agree to 1e-8 relative, spikes to the step; with --ranks every third network must print the same on R ranks.
A network that differs stays as seed<SEED>.lua in the current folder. Needs Debian's python3-brian; no part of CI.
The program is build/bin/lunate of this tree, or $LUNATE.
"""
import argparse
import os
import random
import signal
import subprocess
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
import numpy as np
from brian2 import BrianLogger, Network, NeuronGroup, SpikeMonitor, Synapses, defaultclock, ms, prefs, second, start_scope

prefs.codegen.target = "numpy"
BrianLogger.log_level_error()
LUNATE = os.environ.get("LUNATE") or str(Path(__file__).parents[2] / "build/bin/lunate")
DURATION, TOLERANCE, PATIENCE = 60, 1e-8, 40  # ms of the network; relative; seconds that Brian2's symbolic maths may take
METHODS = ["exact", "euler", "rk2", "rk4", "exponential_euler"]
BOUNDED = {  # functions with arguments kept where they are defined and smooth enough
    "sin": "sin({})", "cos": "cos({})", "tanh": "tanh({})", "arctan": "arctan({})", "abs": "abs({})", "sign": "sign({})",
    "floor": "floor({})", "ceil": "ceil({})", "exp": "exp(-abs({}))", "expm1": "expm1(-abs({}))", "log1p": "log1p(abs({}))",
    "sqrt": "sqrt(abs({}))", "log": "log(1.1 + abs({}))", "log10": "log10(1.1 + abs({}))", "sinh": "sinh(clip({}, -1, 1))",
    "arcsin": "arcsin(clip({}, -1, 1))", "exprel": "exprel(clip({}, -3, 3))", "clip": "clip({}, -1, 0.8)",
}


class Case:
    """One random network: texts and numbers that both programs get."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        r = self.r
        self.n = r.randint(3, 9)
        self.method = r.choice(METHODS)
        self.states = ["a", "b", "c"][:r.randint(1, 2 if self.method == "exact" else 3)]  # exp of 3 x 3 takes SymPy minutes
        self.refractory = r.choice([None, None, "1.3*ms", "(1 + 2*q)*ms", "a > 0.6 + 0*q"])
        self.neurons()
        self.synapses()

    def uniform(self, low=0.0, high=1.0):
        return low + (high - low) * self.r.random()

    def number(self):
        return self.r.choice(["0.5", "1.3", "2", "0.07", "-0.4", "3", "1/3.0"])

    def expression(self, depth, names):
        r = self.r
        if depth == 0 or r.random() < 0.2:
            return r.choice(names + [self.number(), self.number()])
        a, b = self.expression(depth - 1, names), self.expression(depth - 1, names)
        return r.choice([
            f"({a} + {b})", f"({a} - {b})", f"({a} * {b})", f"({a})/(1.5 + abs({b}))", f"(-{a})",
            BOUNDED[r.choice(sorted(BOUNDED))].format(a), BOUNDED[r.choice(sorted(BOUNDED))].format(b),
            f"int({a} {r.choice(['<', '>', '<=', '>='])} {b})", f"(({a}) % 1.7)", f"(({a}) // 0.9)",
            f"({a})**{r.choice('23')}", f"abs({a})**{r.choice(['0.5', '1.5'])}",
        ])

    def right_side(self, state, names):
        """What stands above the time constant."""
        r, others = self.r, [x for x in names if x != state]
        if self.method == "exact":
            linear = "".join(f" + {self.number()}*{x}" for x in self.states if x != state and r.random() < 0.6)
            return f"(-{state}*{r.choice(['1', '2', '0.7'])}{linear} + {r.choice(['p', 'q*1.5', 'p*q', '2'])})"
        if self.method == "exponential_euler":
            plain = [x for x in others if x != "s0"]
            return f"(({self.expression(2, plain)}) - {state}*(0.3 + abs({self.expression(1, plain)})))"
        return f"(1.5*p - {state} + sin({self.expression(3, names)}))"

    def neurons(self):
        r, names, lines = self.r, self.states + ["p", "q"], []
        if self.method != "exact" and r.random() < 0.5:
            lines.append(f"s0 = {self.expression(2, names)} : 1")
            names = names + ["s0"]
        for k, state in enumerate(self.states):
            flag = " (unless refractory)" if self.refractory and r.random() < 0.7 else ""
            lines.append(f"d{state}/dt = {self.right_side(state, names)}/tau{k} : 1{flag}")
            lines.append(f"tau{k} : second{' (constant)' if self.method == 'exact' or r.random() < 0.5 else ''}")
        self.equations = "\n".join(lines + ["p : 1", "q : 1", f"count : {r.choice(['integer', '1'])}"])
        self.threshold = f"a > {r.choice(['0.9', '0.8 + 0.2*q'])}"
        reset = [r.choice(["a = 0", "a -= 1", "a = 0.2*q", "a *= 0.3"]), "count += 1"]
        if "b" in self.states:
            self.threshold += r.choice(["", " and b < 5"])
            reset.append(r.choice(["b += 0.3", "b = clip(b + p, -1, 1)", "half = b*0.5\nb = 2*b - half"]))
        r.shuffle(reset)
        self.reset = "\n".join(reset)
        self.every = f"{r.choice(self.states)} += 0.05*p" if r.random() < 0.3 else None
        self.values = {"p": [self.uniform(0, 1.5) for _ in range(self.n)], "q": [self.uniform() for _ in range(self.n)]}
        for k, state in enumerate(self.states):
            self.values[state] = [self.uniform() for _ in range(self.n)]
            self.values[f"tau{k}"] = [self.uniform(2e-3, 10e-3) for _ in range(self.n)]

    def synapses(self):
        r = self.r
        self.pairs = [(i, j) for i in range(self.n) for j in range(self.n) if r.random() < 0.5] or [(0, 0)]
        target = r.choice(self.states)
        on_pre = [f"{target}_post += {r.choice(['w*0.3', '0.2*w*w', '0.1*w + 0.05*p_post', '0.1*w*q_pre'])}"]
        self.learns, on_post, lines = r.random() < 0.7, [], ["w : 1"]
        if self.learns:
            lines += ["taux : second", "dx/dt = -x/taux : 1 (event-driven)", "dy/dt = -y/tauy : 1 (event-driven)"]
            # Brian2's numpy code goes through the synapses statement by statement: what one writes at the target, another
            # must not read in the same step.
            factors = ["1", "w", "(1 - w)", "p_pre"] + (["a_post"] if target != "a" else [])
            on_pre += [r.choice(["x += 1", "x = 1", "x += 0.3*(1-x)"]), f"w = clip(w - 0.1*y*{r.choice(factors)}, 0, 1)"]
            on_post = [r.choice(["y += 1", "y = 1"]), f"w = clip(w + 0.1*x*{r.choice(['1', 'w', 'a_post', 'q_pre'])}, 0, 1)"]
            r.shuffle(on_pre)
            r.shuffle(on_post)
        self.synapse_equations, self.on_pre, self.on_post = lines, "\n".join(on_pre), "\n".join(on_post)
        delay = r.choice([lambda: 0, lambda: 5, lambda: r.randint(0, 15)])
        self.delays = [delay() for _ in self.pairs]
        self.post_delay = r.choice([0, 0.3, 0.7]) if self.learns else 0
        self.w = [self.uniform() for _ in self.pairs]
        one = self.uniform(3e-3, 12e-3)
        self.taux = [self.uniform(3e-3, 12e-3) for _ in self.pairs] if r.random() < 0.5 else [one] * len(self.pairs)


# ------------------------------------------------------------------------------------------------ Brian2

def in_brian(c):
    """Final values by variable, and spikes as (step, neuron)."""
    start_scope()
    defaultclock.dt = 0.1 * ms
    refractory = 1.3 * ms if c.refractory == "1.3*ms" else c.refractory
    group = NeuronGroup(c.n, c.equations, threshold=c.threshold, reset=c.reset, method=c.method, name="g",
                        **({"refractory": refractory} if refractory is not None else {}))
    for name, values in c.values.items():
        setattr(group, name, np.array(values) * (second if name.startswith("tau") else 1))
    synapses = Synapses(group, group, "\n".join(c.synapse_equations), on_pre=c.on_pre, on_post=c.on_post or None,
                        namespace={"tauy": 6 * ms}, name="s")
    synapses.connect(i=[i for i, _ in c.pairs], j=[j for _, j in c.pairs])
    synapses.pre.delay = np.array(c.delays) * 0.1 * ms
    if c.on_post:
        synapses.post.delay = c.post_delay * ms
    synapses.w = c.w
    if c.learns:
        synapses.taux = np.array(c.taux) * second
    if c.every:
        group.run_regularly(c.every, dt=2 * ms)
    monitor = SpikeMonitor(group)
    Network(group, synapses, monitor).run(DURATION * ms)
    final = {name: np.array(getattr(group, name), dtype=float) for name in c.states + ["count"]}
    final["w"] = np.array(synapses.w)
    return final, sorted((int(round(float(t) / 1e-4)), int(i) + 1) for t, i in zip(monitor.t / second, monitor.i))


# ------------------------------------------------------------------------------------------------ Lunate

def lua_list(values, unit=""):
    return "ln.array {" + ", ".join("%.17g" % x for x in values) + "}" + unit


def lua_script(c):
    refractory = "nil" if not c.refractory else c.refractory if c.refractory == "1.3*ms" else f'"{c.refractory}"'
    every = f'{{ {{ 2*ms, "{c.every}" }} }}' if c.every else "nil"
    same = len(set(c.delays)) == 1
    delay = f"{c.delays[0]}*0.1*ms" if same else lua_list(c.delays, "*0.1*ms")
    learning = "" if not c.learns else f"""
  on_post = [[{c.on_post}]], parameters = {{ tauy = 6*ms }},
  taux = {lua_list(c.taux, "*ln.second") if len(set(c.taux)) > 1 else "%.17g*ln.second" % c.taux[0]},"""
    equations = "\n".join(line for line in c.synapse_equations if line.startswith("d"))
    return f"""local ln = require "lunate"
local ms = ln.ms
local net = ln.network {{ dt = 0.1*ms }}
local model = ln.neuron {{
  equations = [[{c.equations}]], threshold = "{c.threshold}", reset = [[{c.reset}]],
  method = "{c.method}", refractory = {refractory}, every = {every},
}}
local g = net:population({c.n}, model, {{ name = "g" }})
{"".join(f"g.{name} = {lua_list(v, '*ln.second' if name.startswith('tau') else '')}" + chr(10) for name, v in c.values.items())}
local s = net:project(g, g, {{
  connect = ln.pairs({lua_list([i + 1 for i, _ in c.pairs])}, {lua_list([j + 1 for _, j in c.pairs])}),
  transmit = [[{c.on_pre}]], equations = [[{equations}]], w = {lua_list(c.w)},
  delay = {f"{{ pre = {delay}, post = {c.post_delay}*ms }}" if c.on_post else delay},{learning}
}})
local spikes = net:record(g, "spikes")
net:run({DURATION}*ms)
for _, name in ipairs {{ {", ".join(f'"{name}"' for name in c.states + ["count", "w"])} }} do
  local a, text = (name == "w" and s.w or g[name]):gather():raw(), {{}}
  for k = 1, #a do text[k] = ("%.17g"):format(a[k]) end
  print(name .. " " .. table.concat(text, " "))
end
local t, n, text = spikes:times(), spikes:senders(), {{}}
for k = 1, #t do text[k] = ("%d:%d"):format(math.floor(t[k]/ms*10 + 0.5), n[k]) end
print("spikes " .. table.concat(text, " "))
"""


def in_lunate(path, ranks=1):
    command = [LUNATE, path] if ranks == 1 else ["mpirun", "--oversubscribe", "-n", str(ranks), LUNATE, path]
    env = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    return subprocess.run(command, capture_output=True, text=True, env=env)


# --------------------------------------------------------------------------------------------- comparison

def distance(a, b):
    if a.shape != b.shape or (np.isnan(a) != np.isnan(b)).any():
        return np.inf
    return np.nanmax(np.abs(a - b) / np.maximum(np.abs(b), 1e-3), initial=0)


def differences(c, output, final, spikes):
    """What differs, and the largest relative error."""
    found, worst = [], 0
    by_target = sorted(range(len(c.pairs)), key=lambda k: c.pairs[k][::-1])
    for line in output.splitlines():
        name, *texts = line.split()
        if name == "spikes":
            ours = sorted(tuple(int(x) for x in text.split(":")) for text in texts)
            if ours != spikes:
                found.append(f"{len(ours)} spikes, {len(spikes)} in Brian2; only one has {sorted(set(ours) ^ set(spikes))[:3]}")
            continue
        ours = np.array([float(x) for x in texts])
        error = distance(ours, final[name])
        if name == "w":  # in either order of listing
            error = min(error, distance(ours, final[name][by_target]))
        worst = max(worst, error)
        if error > TOLERANCE:
            found.append(f"{name} by {error:.2g}")
    return found, worst


def too_slow(*_):
    raise TimeoutError("Brian2 took too long")


def check(seed, ranks):
    """Whether nothing is wrong; says what it found."""
    c, path = Case(seed), f"seed{seed}.lua"
    signal.alarm(PATIENCE)
    try:
        final, spikes = in_brian(c)
    except Exception as error:  # some trees are beyond SymPy
        print(f"{seed}: Brian2 cannot: {str(error.__cause__ or error).splitlines()[0]}")
        return True
    finally:
        signal.alarm(0)
    Path(path).write_text(lua_script(c))
    run = in_lunate(path)
    found, worst = [run.stderr.strip()], 0
    if run.returncode == 0:
        found, worst = differences(c, run.stdout, final, spikes)
        if ranks > 1 and seed % 3 == 0 and in_lunate(path, ranks).stdout != run.stdout:
            found.append(f"{ranks} ranks print something else")
    print(f"{seed}: {c.method}, {len(spikes)} spikes, " + ("; ".join(found) or f"the same within {worst:.1g}"), flush=True)
    if not found:
        os.unlink(path)
    return not found


def main():
    parser = argparse.ArgumentParser(description="Random networks in Lunate and in Brian2.")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--ranks", type=int, default=1)
    option = parser.parse_args()
    signal.signal(signal.SIGALRM, too_slow)
    bad = [seed for seed in range(option.first, option.first + option.count) if not check(seed, option.ranks)]
    print(f"{option.count - len(bad)} of {option.count} networks agree" + (f"; not {bad}" if bad else ""))
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
