# ranks.sh: every conformance case agrees with its reference, and has the same bits, on 1, 2, 3 and 4 ranks.
. "$(dirname "$0")/../../mpi/check.bash"
cases=$(cd "$here/../conformance" && pwd)

for n in 1 2 3 4; do
  timeout 400 mpirun --oversubscribe -n $n "$LUNATE" "$cases/support/ranks.lua" $(find "$cases" -maxdepth 1 -name '*.lua' \
    ! -name compare.lua | sort) >$n.txt 2>err.txt
  expect "exit code on $n ranks" 0 $?
  grep '^lunate:' err.txt
  cmp -s 1.txt $n.txt || { expect "digests on $n ranks: the same" "as on one" "others"; diff 1.txt $n.txt | head -6 | cut -c1-300; }
done
echo "$(cut -d'|' -f1 <1.txt | sort -u | wc -l) networks, $(wc -l <1.txt) digests compared"
[ "$(wc -l <1.txt)" -ge 400 ] || expect "digests" "400 or more" "$(wc -l <1.txt)"
finish
