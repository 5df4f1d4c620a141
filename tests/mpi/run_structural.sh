# Homeostatic structural plasticity: the same synapses, elements and states on any number of ranks.
. "$(dirname "$0")/check.bash"

for n in 1 2 3 4; do
  ranks $n "$here/structural.lua"
  expect "errors on $n ranks" "" "$err"
  expect "exit code on $n ranks" 0 "$code"
  expect "output on $n ranks" "${first:=$out}" "$out"
done
[ "$(wc -c <out.txt)" -gt 10000 ] || expect "characters of output" "over 10000" "$(wc -c <out.txt)"
finish
