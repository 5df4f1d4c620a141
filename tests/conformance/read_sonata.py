#!/usr/bin/python3
"""Reads a file that Lunate wrote with h5py, and says whether it is SONATA and holds what it should.

    read_sonata.py FILE [EXPECTED]

EXPECTED is JSON, or the name of a file that holds it; all of it is optional:

    {"attributes": {"seed": "42"},
     "spikes": {"exc": {"n": 3, "dt": 1e-4, "first": [[0.1, 7]], "last": [[0.3, 7]], "counts": {"7": 2}}},
     "reports": {"exc": {"shape": [300, 120], "dtype": "float32", "units": "V", "variable": "v",
                         "time": [0, 150, 0.5], "node_ids": [5, 82], "values": [[0, 1, 11.7]]}}}

first, last: spikes as [ms, 0-based neuron]; counts: spikes of a neuron; node_ids: the first ones;
values: [sample, column, value]. Populations and reports named must be all there are. Ends with 1 and a
message at the first thing that is wrong.
"""
import json
import os
import sys

import h5py
import numpy as np


def check(condition, message):
    if not condition:
        sys.exit("%s: %s" % (sys.argv[1], message))


def same(found, expected, what):
    check(found == expected, "%s is %r, not %r" % (what, found, expected))


def check_root(f, expected):
    same(f.attrs["magic"], 0x0A7A, "magic")
    same(f.attrs["magic"].dtype, np.dtype("<u4"), "type of magic")
    same(f.attrs["version"].tolist(), [0, 1], "version")
    same(f.attrs["version"].dtype, np.dtype("<u4"), "type of version")
    for key, text in expected.items():
        check(isinstance(f.attrs[key], str), "attribute %s is not text" % key)
        same(f.attrs[key], text, "attribute " + key)


def check_spikes(name, group, expected):
    where = "/spikes/" + name
    variables = expected.get("variables", {})  # name: units
    same(set(group), {"timestamps", "node_ids"} | ({"variables"} if variables else set()), "contents of " + where)
    if variables:
        same(set(group["variables"]), set(variables), "variables of " + where)
    for variable, units in variables.items():
        values = group["variables"][variable]
        same(values.dtype, np.dtype("<f8"), "type of " + variable)
        same(values.attrs["units"], units, "units of " + variable)
        same(values.shape, group["timestamps"].shape, "shape of " + variable)
        check(np.isfinite(values[:]).all(), "a value of " + variable)
    times, nodes = group["timestamps"], group["node_ids"]
    same(times.dtype, np.dtype("<f8"), "type of timestamps")
    same(nodes.dtype, np.dtype("<u8"), "type of node_ids")
    same(times.attrs["units"], "milliseconds", "units of timestamps")
    enumeration = h5py.check_enum_dtype(group.attrs.get_id("sorting").dtype)
    same(enumeration, {"none": 0, "by_id": 1, "by_time": 2}, "enumeration of sorting")
    same(group.attrs["sorting"], 2, "sorting of " + where)
    same(times.shape, nodes.shape, "shape of timestamps in " + where)
    times, nodes = times[:], nodes[:]
    later = np.diff(times)
    check((later >= 0).all(), where + " is not in order of time")
    check((np.diff(nodes.astype(np.int64))[later == 0] > 0).all(), where + ": spikes of one time are not in order")
    pairs = [[t, n] for t, n in zip(times.tolist(), nodes.tolist())]
    if "n" in expected:
        same(len(pairs), expected["n"], "number of spikes in " + where)
    if "dt" in expected:
        same(group.attrs["dt"], expected["dt"], "dt of " + where)
    for side, part in (("first", pairs[: len(expected.get("first", []))]),
                       ("last", pairs[len(pairs) - len(expected.get("last", [])):])):
        if side in expected:
            same(part, expected[side], "%s spikes of %s" % (side, where))
    for neuron, count in expected.get("counts", {}).items():
        same(int((nodes == int(neuron)).sum()), count, "spikes of neuron %s in %s" % (neuron, where))


def check_report(name, group, expected):
    where = "/report/" + name
    data, mapping = group["data"], group["mapping"]
    n_samples, n_elements = data.shape
    check(data.dtype in ("<f4", "<f8"), where + "/data is neither float32 nor float64")
    for key in ("units", "variable", "population"):
        check(isinstance(data.attrs[key], str), "attribute %s of %s/data is not text" % (key, where))
    for key, kind, length in (("node_ids", "<u8", n_elements), ("index_pointers", "<u8", n_elements + 1),
                              ("element_ids", "<u4", n_elements), ("time", "<f8", 3)):
        same(mapping[key].dtype, np.dtype(kind), "type of %s/mapping/%s" % (where, key))
        same(mapping[key].shape, (length,), "shape of %s/mapping/%s" % (where, key))
    same(mapping["index_pointer"][:].tolist(), list(range(n_elements + 1)), "index_pointer of " + where)
    same(mapping["index_pointers"], mapping["index_pointer"], "index_pointers of " + where)
    check((mapping["element_ids"][:] == 0).all(), where + " has element ids other than 0")
    same(mapping["time"].attrs["units"], "ms", "units of time in " + where)
    start, stop, step = mapping["time"][:]
    check(step > 0 and abs((stop - start) / step - n_samples) < 1e-6, "time of %s does not fit its samples" % where)
    ascending = bool((np.diff(mapping["node_ids"][:].astype(np.int64)) > 0).all())
    same(bool(mapping["node_ids"].attrs["sorted"]), ascending, "sorted of " + where)
    for key, found in (("shape", list(data.shape)), ("dtype", str(data.dtype)), ("units", data.attrs["units"]),
                       ("variable", data.attrs["variable"]), ("population", data.attrs["population"]),
                       ("time", [start, stop, step])):
        if key in expected:
            same(found, expected[key], "%s of %s" % (key, where))
    if "node_ids" in expected:
        same(mapping["node_ids"][: len(expected["node_ids"])].tolist(), expected["node_ids"], "node_ids of " + where)
    for sample, column, value in expected.get("values", []):
        same(float(data[sample, column]), float(data.dtype.type(value)), "%s/data[%d, %d]" % (where, sample, column))


def main():
    check(len(sys.argv) in (2, 3), "one file and what it should hold are expected")
    expected = {}
    if len(sys.argv) == 3:
        text = sys.argv[2]
        expected = json.load(open(text)) if os.path.exists(text) else json.loads(text)
    with h5py.File(sys.argv[1], "r") as f:
        check_root(f, expected.get("attributes", {}))
        for folder, key, one in (("spikes", "spikes", check_spikes), ("report", "reports", check_report)):
            there = set(f[folder]) if folder in f else set()
            if key in expected:
                same(there, set(expected[key]), "what there is under /" + folder)
            for name in sorted(there):
                one(name, f[folder][name], expected.get(key, {}).get(name, {}))
    print("%s: SONATA as expected" % sys.argv[1])


if __name__ == "__main__":
    main()
