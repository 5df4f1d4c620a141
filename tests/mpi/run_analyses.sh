# Analyses print the same, to the last bit, on 1 to 4 ranks; and what they say of recordings of nothing.
set -eu
folder=$(mktemp -d "$PWD/analyses.XXXXXX")
trap 'rm -r "$folder"' EXIT
cd "$folder"
for ranks in 1 2 3 4; do
  mpirun --oversubscribe -n $ranks "$LUNATE" "$LUNATE_SOURCE/tests/mpi/analyses.lua" > $ranks.txt
  cmp 1.txt $ranks.txt
done
grep -q '^bootstrap' 1.txt
for ranks in 1 2 3 4; do
  mpirun --oversubscribe -n $ranks "$LUNATE" "$LUNATE_SOURCE/tests/mpi/spread.lua" > spread.$ranks.txt
  cmp spread.1.txt spread.$ranks.txt
done
grep -q '^assigned' spread.1.txt
for ranks in 1 2 3; do
  mpirun --oversubscribe -n $ranks "$LUNATE" "$LUNATE_SOURCE/tests/mpi/empty.lua" > empty.$ranks.txt
  cmp empty.1.txt empty.$ranks.txt
done
grep -q '^welch.*needs at least 2 samples' empty.1.txt
if grep -E 'attempt to|stdlib/lunate|lua/lunate' empty.1.txt; then exit 1; fi
