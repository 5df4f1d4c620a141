# Weights by the rules of the library: the same bits on any number of ranks.
. "$(dirname "$0")/check.bash"

same_output rules.lua 50000
finish
