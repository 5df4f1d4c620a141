#!/bin/bash
# readme.sh <README.md> - the README's words are true: its script prints, on 1 and 3 ranks, what stands below it, and its
# example of -e runs.
set -euo pipefail
readme=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# The n-th block between ``` lines.
block() { awk -v n="$1" '/^```/ { inside = !inside; if (inside) k++; next } inside && k == n' "$readme"; }
block 1 >"$out/script.lua"
block 2 >"$out/expected"
[ -s "$out/expected" ] || { echo "no output stands below the script"; exit 1; }
for ranks in 1 3; do
  mpirun --oversubscribe -n $ranks "${LUNATE:?the program}" "$out/script.lua" >"$out/$ranks"
  diff "$out/expected" "$out/$ranks" || { echo "on $ranks ranks the script prints something else"; exit 1; }
done
code=$(sed -n "s/^ *lunate -e '\(.*\)'$/\1/p" "$readme")
[ -n "$code" ] || { echo "no example of -e"; exit 1; }
"$LUNATE" -e "$code"
