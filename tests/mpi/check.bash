# What the scripts beside this share. $LUNATE is the program; they run in a scratch folder.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${LUNATE:?the path of lunate}"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
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

finish() {
  [ $failures == 0 ] && echo "all passed"
  exit $((failures > 0))
}
