#!/usr/bin/python3
"""Damaged files: every reader must end with a value or one message, the same on every rank.

    /usr/bin/python3 tests/fuzz/files.py [--first SEED] [--count N] [--ranks R]

Good files of every kind that Lunate reads (results in HDF5, arrays in HDF5, CSV, IDX, IDX compressed) are cut short, have
bytes changed, zeroed, exchanged or put in, N of each. One process (and one run on R ranks) reads all of them by every
reader. Reported are crashes, runs that do not end, messages that show Lunate's inside, and ranks or numbers of ranks that
differ. A file that is reported stays in the current folder. Needs Python only; no part of CI. The program is build/bin/lunate
of this tree, or $LUNATE.
"""
import argparse
import gzip
import os
import random
import resource
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

LUNATE = os.environ.get("LUNATE") or str(Path(__file__).resolve().parents[2] / "build/bin/lunate")
MEMORY, PATIENCE = 6 << 30, 120  # bytes, seconds for a hundred files

MAKE = """
local ln = require "lunate"
local ms, mV = ln.ms, ln.mV
local net = ln.network { dt = 0.1*ms, seed = 1 }
local model = ln.neuron { equations = "dv/dt = (E - v)/tau : volt", threshold = "v > -50*mV", reset = "v = -60*mV",
  events = { up = "v > -52*mV" }, parameters = { E = -45*mV, tau = 20*ms } }
local p = net:population(20, model, { name = "p", v = "-60*mV + rand()*10*mV" })
net:record(p, "spikes", { to = "result.h5", variables = "v" })
net:record(p, "up", { to = "result.h5" })
net:record(p, { "v" }, { to = "result.h5", every = 1*ms, neurons = { 3, 1, 7 } })
net:run(60*ms)
net:close()
ln.array.random(ln.normal(0, 1), 30, 7):reshape(6, 5):to_hdf5("array.h5", "/a/b")
ln.array.random(ln.normal(0, 1), 30, 7):reshape(6, 5):to_csv("table.csv", { "a", "b", "c", "d", "e" })
"""

READ = """
local ln = require "lunate"
local function show(value)
  if type(value) ~= "table" or getmetatable(value) then return tostring(value) end
  local parts = {}
  for key, x in pairs(value) do parts[#parts + 1] = ("%s = %s"):format(key, show(x)) end
  return "{" .. table.concat(parts, ", ") .. "}"
end
local function try(path, what, f)
  local ok, value = pcall(f)
  local text = ok and show(value) or "error: " .. tostring(value)
  print(path, what, (text:gsub("\\n", "\\\\n")))
end
local cells = ln.network {}:population(9, ln.models.lif_delta())
for path in io.lines(arg[1]) do
  local kind = path:match "%.(.*)$"
  if kind == "h5" then
    try(path, "array", function() return ln.array.from_hdf5(path, "/a/b"):sum() end)
    try(path, "open", function()
      local file = ln.open(path)
      try(path, "populations", function() return table.concat(file:populations(), " ") end)
      try(path, "spikes", function() return file:spikes "p" end)
      try(path, "events", function() return file:events("p", "up") end)
      try(path, "report", function() return file:report("p", "v") end)
      file:close()
      return "closed"
    end)
  elseif kind == "csv" then
    try(path, "array", function() return ln.array.from_csv(path) end)
    try(path, "columns", function() return ln.array.from_csv(path, { "a", "c" }) end)
    try(path, "connector", function()
      local net = ln.network {}
      local p = net:population(9, ln.models.lif_delta())
      return net:project(p, p, { connect = ln.from_csv(path), transmit = "v += 1*mV" }):count()
    end)
  else
    try(path, "idx", function() return ln.array.from_idx(path):sum() end)
  end
end
print "the end"
"""


def damaged(data, r):
    data = bytearray(data)
    for _ in range(r.choice([1, 1, 1, 2, 8])):
        if not data:
            break
        at, length = r.randrange(len(data)), r.choice([1, 1, 2, 4, 8, 64])
        how = r.choice(["flip", "set", "set", "zero", "ones", "cut", "put", "swap", "remove"])
        if how == "flip":
            data[at] ^= 1 << r.randrange(8)
        elif how == "set":
            data[at:at + length] = bytes(r.randrange(256) for _ in data[at:at + length])
        elif how == "zero":
            data[at:at + length] = bytes(len(data[at:at + length]))
        elif how == "ones":
            data[at:at + length] = b"\xff" * len(data[at:at + length])
        elif how == "cut":
            del data[at:]
        elif how == "put":
            data[at:at] = bytes(r.randrange(256) for _ in range(length))
        elif how == "remove":
            del data[at:at + length]
        else:
            to = r.randrange(len(data))
            data[at], data[to] = data[to], data[at]
    return bytes(data)


def run(arguments, folder):
    env = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", LUNATE_TRACEBACK="0")
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        done = subprocess.run(arguments, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=PATIENCE, preexec_fn=limit)
    except subprocess.TimeoutExpired as late:
        return "no end", (late.stdout or b"").decode(errors="replace").split("\n"), ""
    return done.returncode, done.stdout.decode(errors="replace").split("\n"), done.stderr.decode(errors="replace")


def good_files(folder):
    (folder / "make.lua").write_text(MAKE)
    subprocess.run([LUNATE, "make.lua"], cwd=folder, check=True)
    pixels = bytes(range(2 * 3 * 4))
    idx = struct.pack(">HBBIII", 0, 8, 3, 2, 3, 4) + pixels
    (folder / "images.idx").write_bytes(idx)
    (folder / "images.gz").write_bytes(gzip.compress(idx, mtime=0))
    (folder / "pairs.csv").write_text("pre,post,w\n1,2,1\n3,4,0.5\n5,6,1e-3\n9,1,-2\n")
    return ["result.h5", "array.h5", "table.csv", "pairs.csv", "images.idx", "images.gz"]


def inside(line):  # what no message should show
    return any(word in line for word in ["attempt to", "stack traceback", "bad argument", "(nil)", ".lua:0"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=100, help="damaged files of each kind")
    parser.add_argument("--ranks", type=int, default=2)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    bad = 0

    def report(name, what):
        nonlocal bad
        bad += 1
        if (folder / name).is_file():
            shutil.copy(folder / name, name)
        print(f"{name}: {what}", flush=True)

    kinds = good_files(folder)
    (folder / "read.lua").write_text(READ)
    for kind in kinds:
        data, stem = (folder / kind).read_bytes(), kind.split(".")
        names = []
        for seed in range(options.first, options.first + options.count):
            name = f"{stem[0]}{seed}.{stem[1]}"
            (folder / name).write_bytes(damaged(data, random.Random(f"{kind}{seed}")))
            names.append(name)
        (folder / "list").write_text("\n".join([kind] + names) + "\n")
        outcomes = []
        for ranks in [1, options.ranks]:
            program = [LUNATE] if ranks == 1 else ["mpirun", "--oversubscribe", "-n", str(ranks), LUNATE]
            code, lines, errors = run(program + ["read.lua", "list"], folder)
            last = lines[-2].split("\t")[0] if len(lines) > 1 else "?"
            if code != 0 or "the end" not in lines:
                report(last, f"on {ranks} ranks after this or in the next: {code} {errors.strip()[:500]}")
            for line in lines:
                if inside(line):
                    report(line.split("\t")[0], line)
            outcomes.append(lines)
        for one, other in zip(*outcomes):
            if one != other:
                report(one.split("\t")[0], f"1 and {options.ranks} ranks differ\n  {one}\n  {other}")
        errors = sum("\terror: " in line for line in outcomes[0])
        print(f"{kind}: {options.count} damaged, {errors} readings of {len(outcomes[0]) - 2} refused", flush=True)
    shutil.rmtree(folder)
    print(f"{bad} to look at")


if __name__ == "__main__":
    main()
