#!/usr/bin/env bash
# make bench: the networks of examples/benchmarks in one table, beside the machine's roofline, the prototype of the
# design and Brian2 where they are to be had.
#
#   tests/bench/run.sh BUILD RANKS [scale of the microcircuit and the sparse network; 1]
#
# BENCH_REALTIME=1 runs the networks with real-time priority (root), for a machine that is busy otherwise.
# BENCH_BRIAN2=0 leaves Brian2 out (its networks take a minute to compile), BENCH_PROTOTYPE names the prototype.
set -euo pipefail
build=$1 ranks=$2 scale=${3:-1}
here=$(cd "$(dirname "$0")" && pwd)
peers=$build/bench/peers.txt
mkdir -p "$build/bench"
: > "$peers"

# The prototype's best window of 50 ms. It wants AVX-512.
prototype=${BENCH_PROTOTYPE:-$here/../../../shared/prototypes/pd14_calendar.c}
if [ -f "$prototype" ] && grep -qs avx512bw /proc/cpuinfo; then
  mpicc -O3 -march=native -w -o "$build/bench/prototype" "$prototype" -lm
  mpirun -n "$ranks" "$build/bench/prototype" "$scale" 0.5 > "$build/bench/prototype.txt" &
  if [ "${BENCH_REALTIME:-0}" = 1 ]; then # once it has built its synapses
    until grep -q build "$build/bench/prototype.txt" || ! kill -0 $! 2> /dev/null; do sleep 0.2; done
    for process in $(pgrep -P $!); do chrt -r -p 1 "$process"; done
  fi
  wait $!
  sed -n 's/^best 50ms window: RTF \([0-9.]*\).*/pd14 prototype \1/p' "$build/bench/prototype.txt" >> "$peers"
fi
if [ "${BENCH_BRIAN2:-1}" = 1 ] && /usr/bin/python3 -c 'import brian2' 2> /dev/null; then
  for network in cuba coba cobahh; do
    /usr/bin/python3 "$here/brian2_network.py" "$network" 2> /dev/null >> "$peers" || echo "Brian2 failed on $network" >&2
  done
fi

# Measured beforehand on the machine that Lunate was written on, since they are not installed everywhere.
cat >> "$peers" << 'end'
brunel_plastic Brian2 17.7 (Auryn 31, GeNN 44; one core each)
vogels Auryn 0.40 (one core; 0.22 on two)
end
plastic=brunel_plastic,vogels,zenke

mpirun -n "$ranks" "$build/bin/lunate" "$here/suite.lua" --scale "$scale" --peers "$peers"
"$build/bin/lunate" "$here/suite.lua" --peers "$peers" --networks cuba,cuba_double,coba,coba_double,cobahh,cobahh_double
for n in 1 2; do
  mpirun -n "$n" "$build/bin/lunate" "$here/suite.lua" --peers "$peers" --networks "$plastic"
done

# Whole-array operations of scripts, beside plain loops over the same arrays.
# shellcheck disable=SC2046 # several words each
gcc -O3 -fPIC -shared -o "$build/bench/plain.so" "$here/plain.c" -I"$here/../../lua" -I"$here/../../src" \
  $(pkg-config --cflags --libs lua5.4 fftw3 openblas) -lm
"$build/bin/lunate" "$here/arrays.lua" "$build/bench"

# Analyses of five million spikes, and of a variable of 2,000 neurons: where they lie.
echo
echo "analysis         ranks  seconds  MiB a rank  value"
for what in "isi mean" "isi median" cv fano bursts synchrony autocorrelogram "raster of 1 s" "trace mean" "trace synchrony"; do
  for n in 1 "$ranks"; do
    mpirun -n "$n" "$build/bin/lunate" "$here/analyses.lua" "$what"
  done
done
