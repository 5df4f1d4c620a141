# Order of tables and random numbers: the same on all ranks, at all numbers of ranks, in every process.
. "$(dirname "$0")/check.bash"

for n in 1 1 2 3 4; do
  ranks $n "$here/order.lua"
  expect "exit code on $n ranks" 0 "$code"
  expect "output on $n ranks" "${first:=$out}" "$out"
done
[ "$(wc -l <out.txt)" -gt 5000 ] || expect "lines of output" "over 5000" "$(wc -l <out.txt)"
finish
