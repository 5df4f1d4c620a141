-- Output happens once, and what happened is the same for all ranks. Run by run_output.sh at 1 to 4 ranks.
local kernel = require "lunate.kernel"

-- All ranks hold the same text.
local function same(what, text)
  for rank, other in ipairs(kernel.allgather(tostring(text))) do
    if other ~= tostring(text) then error(("%s: %q here, %q on rank %d"):format(what, text, other, rank - 1)) end
  end
end

local function read(name)
  local file <close> = assert(io.open(name))
  return file:read "a"
end

print("printed", 1, 2.5, nil, true)
io.write("written ", 1, "\n")
io.stdout:write "to stdout\n"
io.stderr:write "lunate: to stderr\n"
warn("@on")
local shown = 0
print(setmetatable({}, { __tostring = function() shown = shown + 1 return "object" end }))
same("__tostring is called on every rank", shown)

-- a file, read back by all ranks at once
local file = assert(io.open("a.txt", "w"))
assert(io.type(file) == "file")
for k = 1, 1000 do assert(file:write("line ", k, "\n") == file) end
assert(file:seek() == 8893 and file:seek("set", 5) == 5)
file:write "X"
same("place", file:seek "end")
assert(file:close())
assert(io.type(file) == "closed file")
same("content", read "a.txt")
assert(#read "a.txt" == 8893 and read("a.txt"):sub(1, 8) == "line X\nl")
assert(not pcall(file.close, file))

-- appended, updated in place, both
file = assert(io.open("a.txt", "a"))
assert(file:write "more":seek() == 8897)
file:close()
file = assert(io.open("a.txt", "r+"))
assert(file:read() == "line X")
file:seek "set"
file:write "LINE"
file:seek "set"
same("what was written over", file:read())
file:close()
file = assert(io.open("a.txt", "a+"))
file:write "!"
file:seek "set"
same("all of it", file:read "a")
file:close()
assert(read("a.txt"):find "^LINE X\n.*more!$")
file = assert(io.open("b.txt", "w+"))
file:write "abc":seek "set"
assert(file:read "a" == "abc")
file:close()

-- left by a block, and as standard output
do
  local other <close> = assert(io.open("c.txt", "w"))
  other:write "closed by the block"
end
assert(read "c.txt" == "closed by the block")
io.output "d.txt"
io.write "through io.output"
io.close()
io.output(io.stdout)
assert(read "d.txt" == "through io.output")
for line in io.lines "c.txt" do assert(line == "closed by the block") end

-- failures are everybody's
local ok, message, number = io.open("missing/x", "w")
assert(ok == nil)
same("reason", message .. number)
assert(io.open "missing" == nil)
same("bad mode", select(2, pcall(io.open, "x", "wr")))
same("io.output", select(2, pcall(io.output, "missing/x")))

-- processes and the system
local process = io.popen "echo $$; exit 3"
same("a process", process:read "l")
local done, how, status = process:close()
assert(done == nil and how == "exit" and status == 3)
process = assert(io.popen("cat >e.txt", "w"))
process:write "into a process"
assert(process:close() == true)
assert(read "e.txt" == "into a process")
assert(os.execute "echo once >>f.txt")
assert(read "f.txt" == "once\n")
same("os.execute", table.concat({ select(2, os.execute "exit 4") }, " "))
local name = os.tmpname()
same("name", name)
assert(os.remove(name))
same("gone", select(2, os.remove(name)))
assert(os.rename("f.txt", "g.txt") and read "g.txt" == "once\n")
same("time", os.time())
same("clock", os.clock())
same("date", os.date())
assert(os.time { year = 2000, month = 1, day = 1, hour = 12 } == os.time { year = 2000, month = 1, day = 1 })
assert(os.date("!%H", 3600) == "01")

-- standard input
same("first line", io.read())
same("two numbers", table.concat({ io.stdin:read("n", "n", "l") }, " "))
local rest = {}
for line in io.lines() do rest[#rest + 1] = line end
same("the rest", table.concat(rest, "|"))
print(table.concat(rest, "|"))
same("the end", io.read())

-- a big answer, and bytes of all values
local all = {}
for k = 0, 255 do all[#all + 1] = string.char(k) end
file = assert(io.open("h.bin", "wb"))
file:write(table.concat(all):rep(1000))
file:close()
process = io.popen "cat h.bin"
assert(process:read "a" == table.concat(all):rep(1000))
process:close()
