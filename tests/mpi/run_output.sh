# Output of a script happens once, whatever the number of ranks, and all ranks are told the same.
. "$(dirname "$0")/check.bash"

for n in 1 2 3 4; do
  rm -f ./*.txt
  printf 'first\n1 2.5\nlast\nlines\n' >in.data
  ranks $n "$here/output.lua" <in.data
  expect "exit code on $n ranks" 0 "$code"
  expect "output on $n ranks" $'printed\t1\t2.5\tnil\ttrue\nwritten 1\nto stdout\nobject\nlast|lines' "$out"
  expect "stderr on $n ranks" "lunate: to stderr" "$err"
  sum=$(cat ?.txt h.bin | md5sum)
  expect "files on $n ranks" "${first_sum:=$sum}" "$sum"
done
finish
