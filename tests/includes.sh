#!/bin/bash
# includes.sh - who may include what: the kernel knows no Lua, and only comm.c knows MPI. Generated code
# sees the headers of the ABI alone, so those include nothing but the C library.
set -euo pipefail
cd "${1:?the source folder}"
bad=0
complain() {
  if [ -n "$2" ]; then printf '%s:\n%s\n' "$1" "$2"; bad=1; fi
}
shopt -s nullglob
sources=(src/*.c src/*.h)
lua=$(grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"](lua|lualib|lauxlib|luaconf|l_[a-z]+)\.h' "${sources[@]}" || true)
mpi=$(grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]mpi\.h' "${sources[@]}" lua/*.c lua/*.h | grep -v '^src/comm\.c:' || true)
abi=$(grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' src/abi.h src/rng.h | grep -vE '"(rng|mathvec)\.h"' || true)
loud=$(grep -nE '(^|[^_[:alnum:]])(printf|puts|putchar|exit|_exit|abort|perror)[[:space:]]*\(' src/*.c | grep -vE '^src/comm\.c:.*(MPI_)?[Aa]bort|:[[:space:]]*(/?\*|//)' || true)
complain 'Lua in the kernel' "$lua"
complain 'mpi.h outside src/comm.c' "$mpi"
complain 'the ABI includes more than the C library' "$abi"
complain 'the kernel prints, exits or aborts' "$loud"
exit $bad
