# Noise, events, links and what else a neuron may have: the same bits on any number of ranks.
. "$(dirname "$0")/check.bash"

same_output neurons.lua 50000
finish
