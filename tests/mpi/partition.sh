# partition.sh PART: partition.lua prints the same bits, and writes the same bytes, on 1, 2, 3 and 4 ranks.
. "$(dirname "$0")/check.bash"
part=$1

for n in 1 2 3 4; do
  mkdir "$n"
  cd "$n" || exit 1
  timeout 250 mpirun --oversubscribe -n $n "$LUNATE" "$here/partition.lua" "$part" >out.txt 2>err.txt
  expect "exit code on $n ranks" 0 $?
  grep '^lunate:' err.txt
  cd ..
  for file in 1/*.txt 1/*.h5 1/*.csv; do
    case $file in 1/err.txt | *'*'*) continue ;; esac
    cmp -s "$file" "$n/${file#1/}" && continue
    expect "${file#1/} on $n ranks: the same" "as on one" "another"
    [ "${file##*.}" == txt ] && diff "$file" "$n/out.txt" | head -6 | cut -c1-300
  done
done
echo "$(wc -l <1/out.txt) digests compared"
[ "$(wc -l <1/out.txt)" -ge 30 ] || expect "digests" "30 or more" "$(wc -l <1/out.txt)"
finish
