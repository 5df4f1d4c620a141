# Signals: a run stops at a step on all ranks and the script goes on; a second stops it again; Ctrl-C of mpirun ends all.
. "$(dirname "$0")/check.bash"
script=$scratch/signals.lua
cp "$here/signals.lua" "$script"
set -m # jobs that a signal reaches as from a terminal

await() {
  for _ in $(seq 300); do
    [ -e ready ] && sleep 0.3 && return
    sleep 0.1
  done
  expect "$1: ready" "within 30 s" "no"
}

# stopped NAME SIGNAL COMMAND...: the command, signalled while its network runs.
stopped() {
  local name=$1 signal=$2
  shift 2
  rm -f ready
  "$@" >out.txt 2>err.txt &
  local job=$!
  await "$name"
  kill "-$signal" $job
  if [ "${again:-}" ]; then
    sleep 1
    kill "-$signal" $job
  fi
  wait $job
  code=$?
  out=$(cat out.txt)
  err=$(grep '^lunate:' err.txt)
}
message=$'false\t'"$script:14: interrupted at t = ..."$'\nwent on'

for signal in INT TERM USR1; do
  stopped "$signal" $signal "$LUNATE" "$script"
  expect "$signal with one rank" "0 $message" "$code $out"
done
again=yes
stopped "twice" INT "$LUNATE" "$script" again
expect "the second run stops too" "1 $message" "$code $out"
expect "its message" 1 "$(printf '%s' "$err" | grep -cE '^lunate: .*signals.lua:25: interrupted at t = ')"
again=
for n in 2 3; do
  stopped "USR1" USR1 mpirun --oversubscribe -n $n "$LUNATE" "$script"
  expect "USR1 with $n ranks" "0 $message" "$code $(grep -v '^mpirun:' <<<"$out")"
done
stopped "Ctrl-C of mpirun" INT mpirun --oversubscribe -n 2 "$LUNATE" "$script" again
[ $code != 0 ] || expect "Ctrl-C of mpirun, code" "not 0" $code
sleep 0.5
expect "processes left" "" "$(pgrep -f "$script")"
finish
