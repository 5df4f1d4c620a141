#!/usr/bin/python3
"""Scripts with something wrong: every one must end by itself, with one message that names its line.

    /usr/bin/python3 tests/fuzz/mutations.py SCRIPT... [--first SEED] [--count N] [--ranks R]

Each seed takes one of the scripts and deletes, doubles, exchanges or replaces a word or a number or two. Reported are
crashes, runs that do not end, and messages that do not begin with a line of the script or show Lunate's inside. What is
reported stays as mutation<SEED>.lua in the current folder. tests/fuzz/everything.lua is a script made for this. Needs
Python only; no part of CI. The program is build/bin/lunate of this tree, or $LUNATE.
"""
import argparse
import os
import random
import re
import resource
import subprocess
from pathlib import Path

LUNATE = os.environ.get("LUNATE") or str(Path(__file__).parents[2] / "build/bin/lunate")
TOKEN = re.compile(r'\[\[|\]\]|"|[A-Za-z_]\w*|\d+\.?\d*(?:e-?\d+)?|\s+|.')
PIECES = ['nil', '-1', '0', '1e300', '1e9', '{}', '"x"', 'function() end', '0/0', 'math.huge', 'mV', 'ms', 'nS', 'v', 'w',
          'rand()', 't', 'i', 'true', 'ln', 'net', '3', '-0.5', "'é'", '1e-12', '2^53', '#', 'and', '..', '%', '^', '//']
NUMBERS = ["0", "-1", "1e6", "1e12", "0.5", "-3.7", "1e-9"]
MEMORY, PATIENCE = 6 << 30, 60  # bytes, seconds


def mutated(text, r):
    tokens = TOKEN.findall(text)
    solid = [k for k, token in enumerate(tokens) if not token.isspace()]
    for _ in range(r.choice([1, 1, 1, 2])):
        k = r.choice(solid)
        words = [j for j in solid if re.match(r"[A-Za-z_]", tokens[j])]
        numbers = [j for j in solid if re.match(r"\d", tokens[j])]
        what = r.choices(["delete", "replace", "copy", "double", "word", "number"], [6, 6, 3, 2, 2, 1])[0]
        if what == "delete":
            tokens[k] = ""
        elif what == "replace":
            tokens[k] = r.choice(PIECES)
        elif what == "copy":
            tokens[k] = tokens[r.choice(solid)]
        elif what == "double":
            tokens[k] *= 2
        elif what == "word" and words:
            tokens[r.choice(words)] = tokens[r.choice(words)]
        elif numbers:
            tokens[r.choice(numbers)] = r.choice(NUMBERS)
    return "".join(tokens)


def run(path, ranks):
    command = [LUNATE, path] if ranks == 1 else ["mpirun", "--oversubscribe", "-n", str(ranks), LUNATE, path]
    env = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", GNUTERM="dumb")
    limit = None if ranks > 1 else lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=PATIENCE, env=env, preexec_fn=limit)


def complaint(path, ranks):
    """What is wrong with how the script ended, or nil."""
    try:
        ended = run(path, ranks)
    except subprocess.TimeoutExpired:
        return f"does not end within {PATIENCE} s"
    message = ended.stderr.strip()
    if ended.returncode not in (0, 1):
        return f"ends with {ended.returncode}: {message[:300]}"
    if ended.returncode == 0:
        return None
    if not re.search(rf"^lunate: {re.escape(path)}:\d+: ", message, re.MULTILINE):
        return f"no line: {message[:300]}"
    if re.search(r"stack traceback|undefined reference|\.c:\d+|share/lunate/\S+:\d+:", message):
        return f"shows the inside: {message[:300]}"
    return None


def main():
    parser = argparse.ArgumentParser(description="Scripts with something wrong.")
    parser.add_argument("script", nargs="+")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--ranks", type=int, default=1)
    option = parser.parse_args()
    texts, bad = [Path(script).read_text() for script in option.script], 0
    for seed in range(option.first, option.first + option.count):
        r, path = random.Random(seed), f"mutation{seed}.lua"
        # Shell commands of a script gone wrong are not run.
        Path(path).write_text("os.execute, os.remove, os.rename = nil, nil, nil; " + mutated(r.choice(texts), r))
        found = complaint(path, option.ranks)
        if found:
            bad += 1
            print(f"{path}: {found}", flush=True)
        else:
            os.unlink(path)
    print(f"{option.count - bad} of {option.count} end as they should")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
