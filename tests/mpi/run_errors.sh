# Errors and divergence: one message, exit code 1 on all ranks, and never a hang.
. "$(dirname "$0")/check.bash"

rank='local rank = require "lunate.runtime".rank
'
for n in 1 2; do
  fails $n "an error" '
error "oops"' '^lunate: script.lua:2: oops$'
  fails $n "a runtime error" 'local x = nil + 1' '^lunate: script.lua:1: attempt to perform arithmetic'
  fails $n "a syntax error" 'x = = 1' "^lunate: script.lua:1: unexpected symbol near '='$"
done
for n in 2 4; do
  fails $n "an error on one rank" "$rank if rank == 1 then error 'mine' end os.time()" '^lunate: script.lua:2: mine$'
  fails $n "an error on one rank, others at the end" "$rank if rank == 1 then error 'mine' end" '^lunate: script.lua:2: mine$'
done
n=3
fails $n "an error on one rank, caught elsewhere" "$rank if rank == 1 then error 'mine' end
  pcall(os.time) pcall(os.time)" '^lunate: script.lua:2: mine$'
fails $n "different lines" "$rank if rank == 1 then
  os.time()
else
  os.time()
end" '^lunate: ranks diverged: rank 0 is in os.time \(script.lua:5\), rank 1 in os.time \(script.lua:3\)$'
fails $n "different calls" "$rank local _ = rank == $((n - 1)) and os.clock() or os.time()" \
  "^lunate: ranks diverged: rank 0 is in os.time \(script.lua:2\), rank $((n - 1)) in os.clock \(script.lua:2\)$"
fails $n "divergence, swallowed" "$rank pcall(rank == 0 and os.clock or os.time)" 'ranks diverged'
fails $n "an end too early" "$rank if rank == 0 then os.time() end" \
  '^lunate: ranks diverged: rank 0 is in os.time \(script.lua:2\), rank 1 in the end of the script'
fails $n "os.exit on one rank" "$rank if rank == 1 then os.exit(0) end" \
  'rank 0 is in the end of the script, rank 1 in os.exit\(0\) \(script.lua:2\)'
fails $n "different exit codes" "$rank os.exit(rank)" 'os.exit\(0\) \(script.lua:2\), rank 1 in os.exit\(1\)'
fails $n "files of different names" "$rank io.open('f' .. rank, 'w')" 'io.open\("f0"\) .*rank 1 in io.open\("f1"\)'
fails $n "keys without order" 'local t = { [{}] = 1, [{}] = 2 }
  for k in pairs(t) do print(k) end' '^lunate: script.lua:2: pairs: the table has several keys without an order'
fails $n "keys without order, next" 'local t = { [{}] = 1, [print] = 2 }
  print(next(t))' '^lunate: script.lua:2: next: the table has several keys without an order'
fails $n "an error value" 'error(setmetatable({}, { __tostring = function() return "an object" end }))' '^lunate: an object$'

wait
printf 'print(1) error "oops"' >script.lua
ranks 2 script.lua
expect "what came before the error" 1 "$out"
printf 'local t = { [{}] = 1, a = 2 } for k in pairs(t) do io.write(type(k), " ") end os.exit(3)' >script.lua
ranks 3 script.lua
expect "one key without order" "string table " "$out"
expect "an exit code" 3 "$code"

ranks 3 --nonsense
expect "usage, code" 2 "$code"
expect "usage, once" 1 "$(printf '%s\n' "$err" | grep -c 'no such option')"
ranks 3 --version
expect "version, once" 1 "$(printf '%s\n' "$out" | grep -c '^Lunate')"
LUNATE_SHARE=/nonexistent ranks 2 -e 'print(1)'
expect "no library" "1 lunate: Lunate's own Lua files are not in /nonexistent; LUNATE_SHARE may name their folder" "$code $err"
finish
