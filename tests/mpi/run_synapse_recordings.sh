# Recordings of synapses, which come and go, are the same on 1, 2, 3 and 4 ranks.
. "$(dirname "$0")/check.bash"

same_output synapse_recordings.lua 200
finish
