# What the scripts beside this share. $LUNATE is the program; they run in a scratch folder.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${LUNATE:?the path of lunate}"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export LUNATE_PROGRESS=0 # its lines, on a slow machine, are no errors
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failures=0

# ranks N args...: lunate on N ranks. What it wrote is in $out and $err (our own lines only), its code in $code.
ranks() {
  local n=$1
  shift
  timeout 60 mpirun --oversubscribe -n "$n" "$LUNATE" "$@" >out.txt 2>err.txt
  code=$?
  out=$(cat out.txt)
  err=$(grep '^lunate:' err.txt)
}

# expect NAME EXPECTED GOT
expect() {
  [ "$2" == "$3" ] && return
  printf 'FAILED %s\n  expected: %s\n  got:      %s\n' "$1" "$2" "$3"
  failures=$((failures + 1))
}

# same_output SCRIPT CHARACTERS: the script beside this prints the same, and more than so many characters, on 1 to 4 ranks.
same_output() {
  local n first
  for n in 1 2 3 4; do
    ranks $n "$here/$1"
    expect "errors on $n ranks" "" "$err"
    expect "exit code on $n ranks" 0 "$code"
    expect "output on $n ranks" "${first:=$out}" "$out"
  done
  [ "$(wc -c <out.txt)" -gt "$2" ] || expect "characters of output" "over $2" "$(wc -c <out.txt)"
}

# fails N NAME SCRIPT PATTERN [VARIABLE=value...]: the script on N ranks leaves with 1, soon, and with one message
# that matches. Four at a time, each in a folder of its own (from which $scratch is ..); `finish` waits for them.
fails() {
  while [ "$(jobs -rp | wc -l)" -ge 4 ]; do wait -n; done
  fail_alone "$@" &
}

fail_alone() {
  local n=$1 name="$2 on $1 ranks" began=$SECONDS
  failures=0
  cd "$(mktemp -d -p "$scratch")" || exit 1
  printf '%s' "$3" >script.lua
  [ $# -gt 4 ] && export "${@:5}"
  ranks "$n" script.lua
  expect "$name: exit code" 1 "$code"
  expect "$name: one message" 1 "$(printf '%s\n' "$err" | grep -c .)"
  printf '%s' "$err" | grep -qE "$4" || expect "$name: message" "$4" "$err"
  [ $((SECONDS - began)) -lt 18 ] || expect "$name: time" "below 18 s" "$((SECONDS - began)) s"
  [ $failures == 0 ] || touch "$PWD.failed"
}

finish() {
  wait
  failures=$((failures + $(find "$scratch" -maxdepth 1 -name '*.failed' | wc -l)))
  [ $failures == 0 ] && echo "all passed"
  exit $((failures > 0))
}
