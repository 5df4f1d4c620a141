#!/bin/bash
# The same recordings written by 1, 2, 3 and 4 ranks, flushed at different times: the files are the same, byte for
# byte, and h5py reads in them what was recorded.
set -eu
program="$(dirname "$LUNATE")/../tests/mpi_store"
python=/usr/bin/python3
folder=$(mktemp -d store_bytes.XXXXXX)
trap 'rm -r "$folder"' EXIT
for ranks in 1 2 3 4; do
  mpirun --oversubscribe -n $ranks "$program" --write "$folder/$ranks.h5"
  cmp "$folder/1.h5" "$folder/$ranks.h5"
done
if $python -c 'import h5py' 2> /dev/null; then
  $python "$LUNATE_SOURCE/tests/conformance/read_sonata.py" "$folder/4.h5" "$LUNATE_SOURCE/tests/mpi/store_standard.json"
else
  echo "no h5py: the file was compared, but not read"
fi
