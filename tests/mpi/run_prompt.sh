# The prompt on several ranks: rank 0 reads, all run, an error on any of them is shown once and the session goes on.
. "$(dirname "$0")/check.bash"

cat >in.data <<'END'
rank = require "lunate.runtime".rank
1 + 1
for k = 1, 2 do
  print(k)
end
error "everywhere"
if rank == 1 then error "on rank 1" end
if rank == 1 then os.clock() else os.time() end
if rank == 1 then error "while others wait" else os.time() end
os.time() > 0
x x
local kept = { 1, a = 2 }
kept
END
for n in 1 2 3; do
  ranks $n -i <in.data
  expect "exit code on $n ranks" 0 "$code"
  expect "values on $n ranks" $'2\n1\n2\ntrue\n{1, a = 2}' "$out"
done
expect "messages" "prompt:1: everywhere
prompt:1: on rank 1
ranks diverged: rank 0 is in os.time (prompt:1), rank 1 in os.clock (prompt:1)
prompt:1: while others wait
prompt:1: syntax error near 'x'" "$(grep -E '^(prompt|ranks)' err.txt)"

ranks 2 - a b < <(echo 'print("a script from a pipe", ...)')
expect "a script" $'a script from a pipe\ta\tb' "$out"
ranks 2 < <(echo 'print "a script from a pipe"')
expect "a script without options" "a script from a pipe" "$out"
ranks 3 -e 'x = 1' -i < <(printf 'x\nos.exit(4)\n')
expect "os.exit at the prompt" "1 4" "$out $code"
finish
