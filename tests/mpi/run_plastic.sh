# Weights, traces and states after learning: the same bits on any number of ranks.
. "$(dirname "$0")/check.bash"

same_output plastic.lua 50000
finish
