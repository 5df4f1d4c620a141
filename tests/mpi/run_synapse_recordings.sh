# Recordings of synapses, which come and go, are the same on 1, 2, 3 and 4 ranks.
set -eu
for ranks in 1 2 3 4; do
  mpirun --oversubscribe -n $ranks "$LUNATE" "$LUNATE_SOURCE/tests/mpi/synapse_recordings.lua" > synapse_recordings.$ranks.txt
  cmp synapse_recordings.1.txt synapse_recordings.$ranks.txt
done
cat synapse_recordings.1.txt
