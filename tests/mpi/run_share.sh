# Work and memory of a rank fall in proportion to the number of ranks: counted on 1, 2 and 4.
set -eu
for ranks in 1 2 4; do
  mpirun --oversubscribe -n $ranks "$LUNATE" "$LUNATE_SOURCE/tests/mpi/share.lua" > share.$ranks.txt
  cmp <(head -1 share.1.txt) <(head -1 share.$ranks.txt) # the same work in all
done
bytes() { sed -n 's/^bytes //p' share.$1.txt; }
for ranks in 2 4; do
  # A rank's synapses take an equal share of what one rank takes, and its directory: rows get shorter with more
  # ranks, not fewer. With 160 synapses a row and 40 delays, as on 4 ranks here, that is a third more.
  [ $((10 * ranks * $(bytes $ranks))) -le $((14 * $(bytes 1))) ] ||
    { echo "synapses: $(bytes 1) bytes on one rank, $(bytes $ranks) on each of $ranks"; exit 1; }
done
cat share.*.txt
