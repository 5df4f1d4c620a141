# Weights by the rules of the library: the same bits on any number of ranks.
. "$(dirname "$0")/check.bash"

for n in 1 2 3 4; do
  ranks $n "$here/rules.lua"
  expect "errors on $n ranks" "" "$err"
  expect "exit code on $n ranks" 0 "$code"
  expect "output on $n ranks" "${first:=$out}" "$out"
done
[ "$(wc -c <out.txt)" -gt 50000 ] || expect "characters of output" "over 50000" "$(wc -c <out.txt)"
finish
