# What synapses read and do, in every pathway: the same bits on any number of ranks.
. "$(dirname "$0")/check.bash"

same_output synapses.lua 50000
finish
