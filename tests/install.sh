#!/bin/bash
# install.sh <build folder> - an installed Lunate works, also after its prefix was moved and by a link to it,
# from any folder, with an empty cache; and nothing in it remembers where it was built.
set -euo pipefail
build=${1:?the build folder}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cmake --install "$build" --prefix "$place/first" >"$place/log" || { cat "$place/log"; exit 1; }
mv "$place/first" "$place/moved there"
ln -s "$place/moved there/bin/lunate" "$place/link"
export LUNATE_CACHE="$place/cache"
unset LUNATE_SHARE
cat >"$place/script.lua" <<'LUA'
local ln = require "lunate"
local net = ln.network { seed = 1 }
local p = net:population(10, ln.models.lif_delta {}, { v = 10*ln.mV, I_ext = 0.5*ln.nA })
local spikes = net:record(p, "spikes")
net:run(50*ln.ms)
assert(#spikes >= 10, "no spikes")
print "it runs"
LUA
cd /
for program in "$place/moved there/bin/lunate" "$place/link"; do
  [ "$("$program" "$place/script.lua")" = "it runs" ] || { echo "$program does not run"; exit 1; }
done
cd "$place/moved there"
for file in LICENSE README.md; do [ -s "share/doc/lunate/$file" ] || { echo "$file is missing"; exit 1; }; done
[ -s share/lunate/examples/papers/data/celegans_synapses.csv ] || { echo "the examples' data are missing"; exit 1; }
if grep -rlF -e "$LUNATE_SOURCE" -e "$build" .; then echo "files name the folder they were built in"; exit 1; fi
