#!/usr/bin/env bash
# What analyses, statistics and figures were not made for is refused alike on two ranks, and nobody waits.
set -eu
folder=$(mktemp -d "$PWD/wrong_analyses.XXXXXX")
trap 'rm -r "$folder"' EXIT
cd "$folder"
mpirun --oversubscribe -n 2 "$LUNATE" "$LUNATE_SOURCE/tests/language/run.lua" \
  "$LUNATE_SOURCE/tests/language/wrong_input_spec.lua" > out.txt || { cat out.txt; exit 1; }
grep -q ' 0 failures / 0 errors' out.txt
