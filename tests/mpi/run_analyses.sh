# Analyses print the same, to the last bit, on 1 to 4 ranks.
set -eu
folder=$(mktemp -d "$PWD/analyses.XXXXXX")
trap 'rm -r "$folder"' EXIT
cd "$folder"
for ranks in 1 2 3 4; do
  mpirun --oversubscribe -n $ranks "$LUNATE" "$LUNATE_SOURCE/tests/mpi/analyses.lua" > $ranks.txt
  cmp 1.txt $ranks.txt
done
grep -q '^bootstrap' 1.txt
