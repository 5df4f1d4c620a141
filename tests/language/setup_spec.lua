-- Setting up is quick and done once: the program starts, what was compiled is found again, whoever wants it.
local lunate = os.getenv "LUNATE" or arg[-1]

local folder -- of a test, with its cache

local function quoted(text) return "'" .. text .. "'" end

before_each(function()
  folder = os.tmpname()
  os.remove(folder)
  assert(os.execute("mkdir " .. quoted(folder)))
end)
after_each(function() os.execute("rm -rf " .. quoted(folder)) end)

-- What the program says when it runs a script, with variables of the environment before it.
local function run(script, variables)
  local name = folder .. "/script.lua"
  local file <close> = assert(io.open(name, "w"))
  file:write(script)
  file:close()
  local process = io.popen(("LUNATE_VERBOSE=1 LUNATE_CACHE=%s/cache %s %s %s 2>&1"):format(quoted(folder), variables or "",
    quoted(lunate), quoted(name)))
  local text = process:read "a"
  local ok = process:close()
  return text, ok
end

local function count(text, pattern) return select(2, text:gsub(pattern, "")) end

local function files(pattern)
  local process = io.popen("cd " .. quoted(folder) .. " && ls -A " .. pattern .. " 2>/dev/null")
  local list = {}
  for line in process:lines() do list[#list + 1] = line end
  process:close()
  return list
end

-- A network whose numbers are arguments: none of them is part of the code.
local function network(changes)
  local values = { n = 20, tau = 10, w = 1, delay = 0.5, name = "pop", seed = 1, dt = 0.1, rate = 10 }
  for key, value in pairs(changes or {}) do values[key] = value end
  local text = [[
    local ln = require "lunate"
    local ms, mV = ln.ms, ln.mV
    local net = ln.network { dt = DT*ms, seed = SEED }
    local model = ln.neuron { equations = "dv/dt = (I - v)/tau : volt\nI : volt", threshold = "v > 10*mV",
      reset = "v = 0*mV", parameters = { tau = TAU*ms } }
    local pop = net:population(N, model, { name = "NAME of N", v = "10*mV*rand()", I = W*mV })
    net:project(pop, pop, { connect = ln.bernoulli(0.1), transmit = "v += w", w = W*mV, delay = DELAY*ms })
    net:project(ln.poisson_input { n = N, rate = "RATE*Hz*int(I > 0*mV)" }, pop, { transmit = "v += w", w = W*mV })
    net:run(1*ms)
    print "done"
  ]]
  return (text:gsub("%u+", function(key) return values[key:lower()] and tostring(values[key:lower()]) end))
end

describe("starting", function()
  it("takes less than 0.2 s of the processor", function()
    local name = folder .. "/start.sh"
    local file <close> = io.open(name, "w")
    file:write("TIMEFORMAT='%U %S'; time ", quoted(lunate), " -e 'local ln = require \"lunate\" assert(ln.mV)'\n")
    file:close()
    local best = math.huge
    for _ = 1, 5 do
      local process = io.popen("bash " .. name .. " 2>&1")
      local user, system = process:read("n", "n")
      process:close()
      best = math.min(best, user + system)
    end
    assert.is_true(best < 0.2, ("it took %.2f s"):format(best))
  end)
end)

describe("what was compiled", function()
  it("is found by the next run, which needs no compiler", function()
    local first, ok = run(network())
    assert.is_true(ok, first)
    assert.equal(4, count(first, "compiled in"), first) -- neurons, two expressions, synapses (and the input's)
    local again
    again, ok = run(network(), "LUNATE_CC=/nonexistent")
    assert.is_true(ok, again)
    assert.equal(0, count(again, "compiled in"), again)
    assert.equal(4, count(again, "found in the cache"), again)
  end)

  it("serves other numbers, sizes and seeds", function()
    run(network())
    local other, ok = run(network { n = 33, tau = 12.5, w = 2.25, delay = 1, seed = 9, dt = 0.05 },
      "LUNATE_CC=/nonexistent")
    assert.is_true(ok, other)
    assert.equal(0, count(other, "compiled in"), other)
  end)

  it("is compiled once for one script that defines it twice", function()
    local text, ok = run("do " .. network() .. " end do " .. network { tau = 30, name = "other" } .. " end")
    assert.is_true(ok, text)
    assert.equal(4, count(text, "compiled in"), text)
  end)

  it("is taken from the same place by several runs at once", function()
    run "" -- writes an empty script, so that the folder is there
    local name = folder .. "/script.lua"
    local file <close> = io.open(name, "w")
    file:write(network())
    file:close()
    local one = ("LUNATE_CACHE=%s/cache %s %s >%s/out.$k 2>&1 &"):format(folder, quoted(lunate), name, folder)
    assert(os.execute("for k in 1 2 3 4; do " .. one .. " done; wait"))
    for k = 1, 4 do
      local out <close> = io.open(("%s/out.%d"):format(folder, k))
      assert.equal("done\n", out:read "a")
    end
    assert.equal(4, #files "cache")
  end)

  it("is made anew where a file is damaged", function()
    run(network())
    for _, name in ipairs(files "cache") do os.execute(("truncate -s 100 %s/cache/%s"):format(folder, name)) end
    local text, ok = run(network())
    assert.is_true(ok, text)
    assert.equal("done", text:match "(done)\n$")
    text, ok = run(network())
    assert.is_true(ok, text)
    assert.equal(0, count(text, "compiled in"), text)
  end)

  it("can be read: LUNATE_KEEP_C keeps the C with the user's equations", function()
    local _, ok = run(network(), ("LUNATE_KEEP_C=%s/c"):format(folder))
    assert.is_true(ok)
    local all = {}
    for _, name in ipairs(files "c") do
      local file <close> = io.open(folder .. "/c/" .. name)
      all[#all + 1] = file:read "a"
    end
    local text = table.concat(all)
    assert.equal(4, #all)
    for _, line in ipairs { "dv/dt = (I - v)/tau : volt", "v > 10*mV", "v = 0*mV", "v += w", "10*mV*rand()" } do
      assert.is_truthy(text:find(line, 1, true), line)
    end
  end)

  it("may live below XDG_CACHE_HOME or HOME", function()
    run "" -- makes the script
    for _, place in ipairs { { "XDG_CACHE_HOME", "xdg/lunate" }, { "HOME", "home/.cache/lunate" } } do
      local root = folder .. "/" .. place[2]:match "^%w+"
      local text, ok = run(network(), ("-u LUNATE_CACHE -u XDG_CACHE_HOME %s=%s"):format(place[1], root):gsub("^", "env "))
      assert.is_true(ok, text)
      assert.equal(4, #files(place[2]))
    end
  end)
end)
