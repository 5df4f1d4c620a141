# What a script records to a file is what it records in memory; the file has the same bytes from any number of
# ranks, and h5py reads it.
set -eu
folder=$(mktemp -d "$PWD/recorded.XXXXXX")
trap 'rm -r "$folder"' EXIT
cd "$folder"
for ranks in 1 2 3 4; do
  mpirun --oversubscribe -n $ranks "$LUNATE" "$LUNATE_SOURCE/tests/mpi/recorded.lua" result.h5
  mv result.h5 $ranks.h5
  cmp 1.h5 $ranks.h5
done
if /usr/bin/python3 -c 'import h5py' 2> /dev/null; then
  /usr/bin/python3 "$LUNATE_SOURCE/tests/conformance/read_sonata.py" 3.h5 '{
    "attributes": {"seed": "7", "arguments": "result.h5"},
    "spikes": {"exc": {"dt": 1e-4, "variables": {"v": "V", "u": "V"}}, "inh": {"dt": 1e-4},
               "exc[11..60]__high": {"dt": 1e-4, "variables": {"I": "V"}},
               "exc__late": {"dt": 1e-4, "n": 0}},
    "reports": {"exc": {"shape": [400, 4], "units": "V", "variable": "v", "time": [0, 200, 0.5], "node_ids": [2, 39, 76, 100]},
                "exc__u": {"shape": [400, 4], "units": "V", "variable": "u"}}}'
else
  echo "no h5py: the file was compared, but not read"
fi
