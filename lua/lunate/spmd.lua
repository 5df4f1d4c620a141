--- Input and output of a script that runs on several ranks: it happens once, on rank 0.
--
-- `print`, `warn`, `io.write`, `io.stdout`, `io.stderr` and files opened for writing act on rank 0; the other ranks
-- hold sinks that take the same calls. Files are read on every rank. Standard input, processes, and what changes or
-- names files act on rank 0, and all ranks get its answer, as they do from `os.time()`, `os.clock()` and `os.date()`.
-- Whatever answers for all ranks is a collective call: opening and closing a file that is written, reading standard
-- input, `io.popen` and everything of `os` but `getenv`, `difftime` and `setlocale`. Closing is where the others wait
-- until rank 0 has written, so that all of them can read the file afterwards.
-- @module lunate.spmd
local kernel = require "lunate.kernel"
local parcel = require "lunate.parcel"
local runtime = require "lunate.runtime"
local system = require "lunate.system"

local root = kernel.rank == 0

-- ------------------------------------------------------------------------------------------ answers for all ranks

local plain = { ["nil"] = true, boolean = true, number = true, string = true }

local function pack(...)
  local parts = { string.pack("<I4", select("#", ...)) }
  for k = 1, select("#", ...) do
    local v = select(k, ...)
    if not plain[type(v)] then v = nil end
    parts[#parts + 1] = parcel.pack(v)
  end
  return table.concat(parts)
end

local function unpack_values(text)
  local n, at = string.unpack("<I4", text)
  local values = {}
  for k = 1, n do
    values[k], at = parcel.unpack(text, at)
  end
  return table.unpack(values, 1, n)
end

local function finish(ok, ...)
  if not ok then error((...), 0) end
  return ...
end

-- f(...) on rank 0, its results (or its error) on all. The ranks have met.
local function on_root(f, ...)
  local answer = root and pack(pcall(f, ...)) or nil
  return finish(unpack_values(kernel.bcast(answer)))
end

local function collectively(name, f)
  return function(...)
    runtime.collective(name)
    return on_root(f, ...)
  end
end

function runtime.on_root(what, f)
  runtime.collective(what)
  return on_root(f)
end

-- ------------------------------------------------------------------------------------------ files

-- luacheck: push ignore 121 122
local stdin, metatable = io.stdin, getmetatable(io.stdin)
local methods = metatable.__index
local raw = {
  open = io.open, popen = io.popen, output = io.output, io_lines = io.lines, print = print,
  close = methods.close, read = methods.read, lines = methods.lines, gc = metatable.__gc,
  tmpname = os.tmpname, remove = os.remove, time = os.time, date = os.date,
}
local written = setmetatable({}, { __mode = "k" }) -- file -> name: opened for writing, by all ranks
local outcome = setmetatable({}, { __mode = "k" }) -- file -> what its close returns: the output of a process

local function quoted(what, name) return ('%s("%s")'):format(what, name) end

-- The other ranks' own copy of a file that is both read and written, without a name.
local function scratch(name, mode)
  local own = raw.tmpname()
  local source = not mode:find "w" and raw.open(name, "rb")
  if source then
    local copy = assert(raw.open(own, "wb"))
    copy:write(raw.read(source, "a"))
    raw.close(copy)
    raw.close(source)
  end
  local file, message = raw.open(own, mode)
  raw.remove(own)
  return assert(file, message)
end

local opened -- rank 0's file, while the others are told
local function open_writer(name, mode)
  local message, code
  opened, message, code = raw.open(name, mode)
  if not opened then return false, message, code end
  return true, mode:find "a" and opened:seek "end" or 0
end

function io.open(name, mode)
  if type(name) == "number" then name = tostring(name) end
  if type(name) ~= "string" or (mode or "r"):find "^rb?$" then return raw.open(name, mode) end
  if not mode:find "^[rwa]%+?b?$" then runtime.fail("io.open: '%s' is no mode such as \"r\" or \"w\"", mode) end
  runtime.collective(quoted("io.open", name))
  local ok, size, code = on_root(open_writer, name, mode)
  if not ok then return nil, size, code end
  local file = opened
  if mode:find "+" then
    if not root then file = scratch(name, mode) end
    kernel.barrier() -- until all have copied what rank 0 may now change
  elseif not root then
    file = system.sink(size, mode:find "a" ~= nil)
  end
  opened, written[file] = nil, name
  return file
end

local function close(file)
  if outcome[file] then
    raw.close(file)
    return unpack_values(outcome[file])
  end
  local name = written[file]
  if not name or io.type(file) ~= "file" then return raw.close(file) end
  runtime.collective(quoted("close", name))
  written[file] = nil
  if root then return on_root(raw.close, file) end
  raw.close(file)
  return on_root()
end

methods.close = close
function io.close(file) return close(file or raw.output()) end

-- A file left by an error is closed by each rank for itself.
metatable.__close = function(file, err)
  if err == nil and io.type(file) == "file" then close(file) else raw.gc(file) end
end

function io.output(file)
  if type(file) ~= "string" then return raw.output(file) end
  local to, message = io.open(file, "w")
  if not to then runtime.fail("%s", message) end
  return raw.output(to)
end

function io.popen(command, mode)
  if type(command) ~= "string" or not (mode or "r"):find "^[rw]$" then return raw.popen(command, mode) end
  runtime.collective(quoted("io.popen", command))
  if mode == "w" then
    local file = root and assert(raw.popen(command, mode)) or system.sink()
    written[file] = command
    return file
  end
  local output, closed = on_root(function()
    local process = assert(raw.popen(command, "r"))
    return raw.read(process, "a"), pack(raw.close(process))
  end)
  local file = assert(io.tmpfile())
  file:write(output)
  file:seek "set"
  outcome[file] = closed
  return file
end

-- ------------------------------------------------------------------------------------------ standard streams

function methods.read(file, ...)
  if file ~= stdin then return raw.read(file, ...) end
  runtime.collective "read of standard input"
  return on_root(raw.read, file, ...)
end

function methods.lines(file, ...)
  if file ~= stdin then return raw.lines(file, ...) end
  local formats = table.pack(...)
  return function() return file:read(table.unpack(formats, 1, formats.n)) end
end

function io.read(...) return io.input():read(...) end

function io.lines(name, ...)
  if name ~= nil or io.input() ~= stdin then return raw.io_lines(name, ...) end
  return stdin:lines(...)
end

-- All ranks ask for the text, since a __tostring may be collective.
function print(...)
  local n = select("#", ...)
  local texts = { ... }
  for k = 1, n do texts[k] = tostring(texts[k]) end
  if root then raw.print(table.unpack(texts, 1, n)) end
end

if not root then
  io.stdout, io.stderr = system.sink(), system.sink()
  raw.output(io.stdout)
  function warn() end
end

-- ------------------------------------------------------------------------------------------ the operating system

for _, name in ipairs { "execute", "remove", "rename", "tmpname", "clock" } do
  os[name] = collectively("os." .. name, os[name])
end

local time_now = collectively("os.time", raw.time)
function os.time(t) return t == nil and time_now() or raw.time(t) end
function os.date(format, t) return raw.date(format, t or time_now()) end
-- luacheck: pop

return {}
