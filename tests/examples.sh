#!/bin/bash
# examples.sh <script> [arguments] - runs an example on 1, 2, 3 and 4 ranks: it must end well, print the same, and print
# what examples_criteria.lua expects. RANKS="1 3" chooses the ranks; 1 is the first.
set -euo pipefail
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for ranks in ${RANKS:-1 2 3 4}; do
  mpirun --oversubscribe -n $ranks "${LUNATE:?the program}" "$@" >"$out/$ranks" || { cat "$out/$ranks"; exit 1; }
  [ -s "$out/$ranks" ] || { echo "nothing printed on $ranks ranks"; exit 1; }
  diff "$out/1" "$out/$ranks" || { echo "1 and $ranks ranks print different numbers"; exit 1; }
done
"$LUNATE" "$(dirname "$0")/examples_criteria.lua" "$(basename "$1" .lua)" "$out/1"
cat "$out/1"
