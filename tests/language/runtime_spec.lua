-- Scripts on one rank: order of tables, place and message of errors, options of the program.
local ln = require "lunate"
local runtime = require "lunate.runtime"
local lunate = os.getenv "LUNATE" or arg[-1]

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- What `lunate args...` prints on both streams, and its exit code.
local function program(args, input)
  local command = ("%s %s 2>&1"):format(quote(lunate), args)
  if input then command = ("printf %%s %s | %s"):format(quote(input), command) end
  local process = assert(io.popen(command))
  local text = process:read "a"
  local _, _, code = process:close()
  return text, code
end

local function script(text)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write(text)
  file:close()
  finally(function() os.remove(name) end)
  return name
end

local function keys(t)
  local list = {}
  for k in pairs(t) do list[#list + 1] = k end
  return list
end

describe("pairs", function()
  it("visits positive integers, other numbers, strings and booleans in ascending order", function()
    local t = { b = 1, ["a\0z"] = 1, a = 1, B = 1, [""] = 1, [true] = 1, [false] = 1, [-3] = 1, [0] = 1, [2.5] = 1,
      [7] = 1, [-math.huge] = 1, [math.maxinteger] = 1, "x", "y", "z" }
    local numbers = { 1, 2, 3, 7, math.maxinteger, -math.huge, -3, 0, 2.5 }
    local others = { "", "B", "a", "a\0z", "b", false, true }
    assert.same(table.move(others, 1, #others, #numbers + 1, numbers), keys(t))
  end)

  it("orders neighbouring integers and floats beyond 2^53 exactly", function()
    local big = 1 << 53
    local t = { [-big - 1] = 1, [-(2.0 ^ 53) - 2] = 1, [-big] = 1, [-1.5] = 1 }
    assert.same({ -big - 2, -big - 1, -big, -1.5 }, keys(t))
  end)

  it("orders strings by bytes, whatever the locale", function()
    assert.same({ "Z", "a", "z", "ä" }, keys { z = 1, ["ä"] = 1, Z = 1, a = 1 })
  end)

  it("visits every entry of a large table once", function()
    local t, count, last = {}, 0, ""
    for k = 1, 5000 do t[("k%d"):format(k * 7919 % 5003)] = k end
    for k, v in pairs(t) do
      assert.is_true(last < k)
      assert.equal(t[k], v)
      last, count = k, count + 1
    end
    assert.equal(5000, count)
  end)

  it("passes over what the loop removes, and does not see what it adds", function()
    local t, seen = { a = 1, b = 2, c = 3, 10, 20, 30 }, {}
    for k in pairs(t) do
      t.b, t[2] = nil, nil
      t["new" .. tostring(k)] = true
      seen[#seen + 1] = k
    end
    assert.same({ 1, 3, "a", "c" }, seen)
  end)

  it("respects __pairs and refuses what is no table", function()
    local function once(self, k) if not k then return 1, self end end
    local t = setmetatable({}, { __pairs = function(self) return once, self end })
    for k, v in pairs(t) do
      assert.equal(1, k)
      assert.equal(t, v)
    end
    assert.error_matches(function() pairs(nil) end, "bad argument #1 to 'pairs' %(table expected, got nil%)")
  end)

  it("orders objects by their serial", function()
    local meta = { __serial = function(o) return o.n end }
    local t, made = {}, {}
    for k = 1, 50 do made[k] = setmetatable({ n = runtime.serial() }, meta) end
    for k = 50, 1, -1 do t[made[k]] = true end
    assert.same(made, keys(t))
  end)

  it("orders Lunate's objects as they were made", function()
    local net = ln.network { dt = 0.1*ln.ms }
    local a, b = net:population(3, ln.models.poisson { rate = 1*ln.Hz }), net:population(3, ln.models.poisson { rate = 1*ln.Hz })
    local made = { net, a, b, a:slice(1, 2), net:project(a, b, { connect = ln.one_to_one(), on_pre = "w = 1", w = 0 }),
      net:signal("s", { equations = "ds/dt = -s/(1*ms) : 1" }), net:record(b, "spikes") }
    local t = {}
    for k = #made, 1, -1 do t[made[k]] = true end
    assert.same(made, keys(t))
  end)

  it("goes on with unordered keys last", function()
    local f = function() end
    local t = { [f] = 1, a = 1, [1] = 1 }
    assert.same({ 1, "a", f }, keys(t))
  end)

  it("starts over when its iterator is given nil", function()
    local step, t = pairs { 5, a = 6 }
    assert.equal(1, (step(t)))
    assert.equal("a", (step(t, 1)))
    assert.is_nil((step(t, "a")))
    assert.equal(1, (step(t, nil)))
  end)
end)

describe("next", function()
  it("walks in the order of pairs", function()
    local f = function() end
    local t = { 1, 2, 3, x = 1, y = 2, [-1] = 3, [true] = 1, [9] = 1, [f] = 1, [{}] = 2 }
    local expected, seen = keys(t), {}
    local k = next(t)
    while k ~= nil do
      seen[#seen + 1] = k
      k = next(t, k)
    end
    assert.same(expected, seen)
  end)

  it("tells an empty table", function()
    assert.is_nil(next {})
    assert.equal("a", (next { a = 1 }))
  end)

  it("goes on after a key that was removed", function()
    local t = { a = 1, b = 2, c = 3 }
    t.b = nil
    assert.equal("c", (next(t, "b")))
  end)
end)

describe("table.sort", function()
  it("is stable", function()
    local list = {}
    for k = 1, 1000 do list[k] = { key = k * 31 % 7, place = k } end
    table.sort(list, function(a, b) return a.key < b.key end)
    for k = 2, 1000 do
      local a, b = list[k - 1], list[k]
      assert.is_true(a.key < b.key or (a.key == b.key and a.place < b.place))
    end
  end)

  it("sorts numbers and strings by <, through metamethods of the list", function()
    local list = { 3, -1, 2.5, 10 }
    table.sort(list)
    assert.same({ -1, 2.5, 3, 10 }, list)
    local inner = { "b", "c", "a" }
    table.sort(setmetatable({}, {
      __index = inner, __len = function() return #inner end, __newindex = function(_, k, v) inner[k] = v end,
    }))
    assert.same({ "a", "b", "c" }, inner)
  end)

  it("leaves the list as it was when the comparison fails", function()
    local list = { 3, 1, {}, 2 }
    assert.error_matches(function() table.sort(list) end, "attempt to compare")
    assert.equal(3, list[1])
    assert.error_matches(function() table.sort({ 1, 2 }, 5) end, "function expected")
  end)
end)

describe("places of errors", function()
  it("are the user's line", function()
    local ok, message = pcall(runtime.fail, "no such %s", "thing")
    assert.is_false(ok)
    assert.matches("runtime_spec.lua:%d+: no such thing$", message)
    assert.matches("runtime_spec.lua:%d+$", runtime.where())
  end)

  it("takes a message without arguments as it is", function()
    assert.error_matches(function() runtime.fail "100 %" end, "100 %%$")
  end)
end)

describe("the program", function()
  it("runs code, a script with its arguments, and standard input", function()
    assert.equal("1\n2\n", (program "-e 'print(1)' -e 'print(2)'"))
    assert.equal("1.002 mV\n", (program "-e 'print(1*ln.mV + 2*ln.uV)'"))
    assert.matches("Makes a network.", (program "-e 'help(ln.network)'"), 1, true)
    local name = script "print(arg[0], #arg, ...)"
    assert.equal(name .. "\t2\ta\t-e\n", (program(name .. " a -e")))
    assert.equal("in\tx\n", (program("- x", "print('in', ...)")))
    assert.equal("piped\n", (program("", "print 'piped'")))
  end)

  it("finds modules beside the script, and its own", function()
    local name = script "return { answer = 42 }"
    local folder, base = name:match "^(.*)/(.*)$"
    os.rename(name, name .. ".lua")
    local main = script(("print(require '%s'.answer, require 'lunate.runtime'.size)"):format(base))
    assert.equal("42\t1\n", (program(main)))
    os.remove(name .. ".lua")
    assert.equal("/tmp", folder)
  end)

  it("says one line about an error, and leaves with 1", function()
    local text, code = program(script "local x\nprint 'so far'\nx.y = 1\n")
    assert.equal(1, code)
    assert.matches("^so far\nlunate: [^\n]+:3: attempt to index a nil value %(local 'x'%)\n$", text)
  end)

  it("shows the calls on request", function()
    assert.matches("stack traceback", (program "--traceback -e 'error(1)'"))
    assert.matches("stack traceback", (program "-e 'error(1)' --traceback"))
  end)

  it("shows errors that are no strings", function()
    assert.equal("lunate: (the error is a table)\n", (program "-e 'error {}'"))
    assert.equal("lunate: (the error is a nil)\n", (program "-e 'error()'"))
    local text = program [[-e 'error(setmetatable({}, { __tostring = function() return "plainly" end }))']]
    assert.equal("lunate: plainly\n", text)
  end)

  it("leaves with the code of os.exit, and closes what asked for it", function()
    for code, lua in pairs { [0] = "os.exit()", "os.exit(false)", [7] = "os.exit(7)" } do
      assert.equal(code, select(2, program(("-e '%s'"):format(lua))))
    end
    assert.equal("bye\n", (program [[-e 'require "lunate.runtime".at_exit(function() print "bye" end) os.exit(0)']]))
    assert.equal("bye\n", (program [[-e 'require "lunate.runtime".at_exit(function() print "bye" end)']]))
    assert.matches("os.exit takes true, false or an integer, not x", (program [[-e 'os.exit "x"']]))
  end)

  it("knows its options", function()
    local text, code = program "--version"
    assert.matches("^Lunate %d+%.%d+%.%d+ %(Lua 5%.4%.%d+, .*MPI.*, HDF5 1%.%d+%.%d+%)\n$", text)
    assert.equal(0, code)
    text, code = program "--help"
    assert.matches("^usage: lunate", text)
    assert.equal(0, code)
    for _, wrong in ipairs { "--nonsense", "-e", "-x script.lua" } do
      text, code = program(wrong)
      assert.matches("no such option", text)
      assert.equal(2, code)
    end
  end)

  it("names a script that is not there", function()
    local text, code = program "/nonexistent/script.lua"
    assert.matches("^lunate: cannot open /nonexistent/script.lua", text)
    assert.equal(1, code)
  end)

  it("says where it looked for its own files", function()
    local process = io.popen(("LUNATE_SHARE=/nonexistent %s -e 'print(1)' 2>&1"):format(quote(lunate)))
    assert.matches("Lunate's own Lua files are not in /nonexistent", process:read "a")
    assert.same({ nil, "exit", 1 }, { process:close() })
  end)

  it("runs from a prefix that was moved", function()
    local prefix = os.tmpname()
    os.remove(prefix)
    local share = package.searchpath("lunate.runtime", package.path):match "^(.*)/lua/lunate/runtime.lua$"
    assert.is_true(os.execute(("mkdir -p %s/bin %s/share && cp %s %s/bin/lunate && ln -s %s %s/share/lunate"):format(
      prefix, prefix, quote(lunate), prefix, quote(share), prefix)))
    finally(function() os.execute("rm -r " .. prefix) end)
    local process = io.popen(("env -u LUNATE_SHARE %s/bin/lunate -e 'print(1)' 2>&1"):format(prefix))
    assert.equal("1\n", process:read "a")
    process:close()
  end)

  it("stops Lua code at a signal, with an error that can be caught", function()
    local name = script [[
      local ok, message = pcall(function()
        os.execute "kill -USR1 $PPID" -- system() would keep SIGINT from us
        while true do end
      end)
      print(ok, message)]]
    assert.matches("^false\t.*:%d+: interrupted\n$", (program(name)))
  end)

  it("ends at the second signal", function()
    local text, code = program(script [[os.execute "kill -TERM $PPID; sleep 0.1; kill -TERM $PPID" print "still here"]])
    assert.equal("", (text:gsub("Terminated\n", "")))
    assert.equal(143, code)
  end)
end)
