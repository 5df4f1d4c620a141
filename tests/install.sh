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
# The library's models are there, compiled: no compiler is needed, nor a cache of one's own.
cat >"$place/models.lua" <<'LUA'
local ln = require "lunate"
for _, name in ipairs(ln.models.names) do
  for _, precision in ipairs { "double", "single" } do
    local net = ln.network { seed = 1 }
    net:population(3, ln.models[name] { precision = precision })
    if name:find "^lif" then net:run(1*ln.ms) end
  end
end
local ok, message = pcall(function() ln.network {}:population(1, ln.neuron { equations = "x : 1" }) end)
assert(not ok and message:find("/nonexistent", 1, true), message)
print "no compiler was needed"
LUA
mkdir "$place/empty"
if grep -q '^LUNATE_PRECOMPILE:BOOL=OFF' "$build/CMakeCache.txt"; then
  echo "built without LUNATE_PRECOMPILE: not tested without a compiler"
elif [ "$(LUNATE_CC=/nonexistent LUNATE_CACHE="$place/empty" "$place/link" "$place/models.lua")" != "no compiler was needed" ]; then
  echo "the models are not compiled"
  exit 1
fi
[ -z "$(ls "$place/empty")" ] || { echo "the models were compiled again"; exit 1; }
cd "$place/moved there"
for file in LICENSE README.md; do [ -s "share/doc/lunate/$file" ] || { echo "$file is missing"; exit 1; }; done
[ -s share/lunate/examples/papers/data/celegans_synapses.csv ] || { echo "the examples' data are missing"; exit 1; }
if grep -rlF -e "$LUNATE_SOURCE" -e "$build" .; then echo "files name the folder they were built in"; exit 1; fi
