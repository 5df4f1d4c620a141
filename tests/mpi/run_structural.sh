# Homeostatic structural plasticity: the same synapses, elements and states on any number of ranks.
. "$(dirname "$0")/check.bash"

same_output structural.lua 10000
finish
