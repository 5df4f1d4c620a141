-- The prompt's parts: what it shows, completes and compiles; and sessions through a pipe.
local prompt = require "lunate.prompt"
local help = require "lunate.help"
local lunate = os.getenv "LUNATE" or arg[-1]

-- What `lunate -i` prints on both streams when it reads these lines.
local function session(...)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write(table.concat({ ... }, "\n"), "\n")
  file:close()
  local process = io.popen(("'%s' -i <%s 2>&1"):format(lunate, name))
  local text = process:read "a"
  local _, _, code = process:close()
  os.remove(name)
  return text, code
end

describe("shown values", function()
  it("are tables one level deep, in order", function()
    assert.equal([[{1, 2, "three", [-1] = {...}, a_b = {}, ["not a name"] = false, [true] = nil}]],
      (prompt.show { 1, 2, "three", a_b = {}, [-1] = { 1 }, ["not a name"] = false, [true] = 0 }
        :gsub("%[true%] = 0", "[true] = nil")))
    assert.equal("{}", prompt.show {})
    assert.equal([["a\nb"]], prompt.show { "a\nb" }:sub(2, -2))
  end)

  it("introduce themselves", function()
    local thing = setmetatable({ 1 }, { __tostring = function() return "a thing" end })
    assert.equal("a thing", prompt.show(thing))
    assert.equal("{a thing, x = a thing}", prompt.show { thing, x = thing })
    assert.matches("^named: 0x", prompt.show(setmetatable({}, { __name = "named" })))
    assert.equal("text", prompt.show "text")
    assert.equal("nil", prompt.show(nil))
  end)

  it("fill lines, and stop after 200 entries", function()
    local list = {}
    for k = 1, 1000 do list[k] = k end
    local text = prompt.show(list)
    assert.matches("^{\n  1, 2, 3,.* 200, %.%.%.,\n}$", text)
    for line in text:gmatch "[^\n]+" do assert.is_true(#line <= 100) end
  end)

  it("may contain themselves", function()
    local t = {}
    t.t = t
    assert.equal("{t = {...}}", prompt.show(t))
  end)
end)

describe("completion", function()
  local object = setmetatable({ own = 1, _hidden = 2, method = function() end }, {
    __fields = { "listed", "not a name" },
    __index = setmetatable({ inherited = print }, { __index = { deeper = 1 } }),
  })

  before_each(function() _G.the_object = object end)
  after_each(function() _G.the_object = nil end)

  it("knows globals and keywords", function()
    assert.same({ "package", "pairs", "pcall", "print" }, prompt.complete "p")
    assert.same({ "the_object", "then" }, prompt.complete "the")
    assert.same({}, prompt.complete "nothing_like_it")
  end)

  it("follows tables, metatables and their protocol", function()
    assert.same({ "the_object.deeper", "the_object.inherited", "the_object.listed", "the_object.method",
      "the_object.own" }, prompt.complete "the_object.")
    assert.same({ "the_object.inherited" }, prompt.complete "the_object.inh")
    assert.same({ "math.random", "math.randomseed" }, prompt.complete "math.rand")
    assert.same({}, prompt.complete "the_object.own.")
    assert.same({}, prompt.complete "missing.")
    assert.error(function() prompt.complete "missing.field." end) -- which the editor takes for nothing
  end)

  it("leaves it to an object that completes itself", function()
    _G.the_object = setmetatable({ own = 1 }, {
      __complete = function(self, start) return start == "" and { "short" } or { "long" .. self.own, "list" } end,
    })
    assert.same({ "the_object.short" }, prompt.complete "the_object.")
    assert.same({ "the_object.list", "the_object.long1" }, prompt.complete "the_object.l")
  end)

  it("offers only functions after a colon", function()
    assert.same({ "the_object:inherited", "the_object:method" }, prompt.complete "the_object:")
    assert.same({ "io.stdout:seek", "io.stdout:setvbuf" }, prompt.complete "io.stdout:se")
  end)
end)

describe("compilation", function()
  it("tries an expression first", function()
    assert.equal(3, prompt.compile "1 + 2"())
    assert.is_function(prompt.compile "x = 1")
    assert.is_function(prompt.compile "")
  end)

  it("tells the unfinished from the wrong", function()
    for _, text in ipairs { "for i = 1, 3 do", "f(", "x =", "s = [[", "t = {1,", "--[[", "if x then\ny()" } do
      assert.same({ nil, nil }, { prompt.compile(text) })
    end
    for _, text in ipairs { "x x", "end", "= 3", "for i = 1 3", [["abc]] } do
      local chunk, message = prompt.compile(text)
      assert.is_nil(chunk)
      assert.matches("^prompt:1: ", message)
    end
  end)

  it("keeps what is declared local at the beginning", function()
    prompt.compile "local spec_a, spec_b = 1, 2"()
    prompt.compile "local function spec_f() return spec_a + spec_b end"()
    assert.equal(3, prompt.compile "spec_f()"())
    _G.spec_a, _G.spec_b, _G.spec_f = nil, nil, nil
    assert.equal(5, prompt.compile "do local spec_c = 5 return spec_c end"())
    assert.is_nil(rawget(_G, "spec_c"))
  end)
end)

describe("a session", function()
  it("prints values, goes on after errors, and ends with the input", function()
    local text, code = session("1 + 1, 'x'", "x x", "error 'oops'", "for i = 1, 2 do", "print(i)", "end",
      "local a = 4", "a")
    assert.equal(0, code)
    assert.equal("2\tx\nprompt:1: syntax error near 'x'\nprompt:1: oops\n1\n2\n4\n", text)
  end)

  it("has the language and help", function()
    assert.matches("^function: 0x", (session "help"))
    assert.matches("TAB +completes", (session "help 'prompt'"))
  end)

  it("leaves by os.exit", function()
    assert.same({ "", 5 }, { session("os.exit(5)", "print 'not reached'") })
  end)
end)

describe("help", function()
  it("has pages by name, with and without ln.", function()
    help.register("zebra_page", "\nAbout zebras.\n")
    assert.equal("About zebras.", help.of "zebra_page")
    assert.equal("About zebras.", help.of "ln.zebra_page")
    assert.matches("^There is no page 'zebra'; it is mentioned in:\n\n  zebra_page$", help.of "zebra")
    assert.matches("^There is no help on 'zzz'", help.of "zzz")
  end)

  it("asks objects", function()
    assert.equal("fixed", help.of(setmetatable({}, { __help = "fixed" })))
    assert.equal("of a", help.of(setmetatable({ n = "a" }, { __help = function(o) return "of " .. o.n end })))
    assert.matches("%(a table%), with\n\n  x  y$", help.of { x = 1, y = 2 })
    assert.equal("7 (a number)", help.of(7))
  end)

  it("explains what stands in equations", function()
    assert.matches("standard deviation sigma", help.of "xi")
    assert.matches("unless refractory %(held", help.of "unless refractory")
    assert.matches("In equations: help \"functions\"%.$", help.of "exp")
    local page = help.of "functions"
    for name in pairs(require "lunate.compiler.functions") do
      assert.truthy(page:find("%f[%w]" .. name .. "%f[^%w]"), name .. " is not on the page of functions")
      assert.matches("functions", help.of(name))
    end
    for _, method in ipairs { "exact", "exponential_euler", "euler", "rk2", "rk4", "heun", "milstein", "rkf45" } do
      assert.equal(help.of "methods", help.of(method))
    end
  end)

  it("fills paragraphs that sources have wrapped, and nothing else", function()
    local word = ("x"):rep(9) .. " "
    local long, short = word:rep(10):sub(1, -2), "and so on."
    assert.equal(word:rep(6):sub(1, -2) .. "\n" .. word:rep(4) .. short, help.wrap(long .. "\n" .. short, 65))
    for _, text in ipairs { "a list\n  b    c\nd", "one\n\ntwo", "  a" .. (" "):rep(90) .. long } do
      assert.equal(text, help.wrap(text, 65))
    end
  end)

  it("has a page for everything public", function()
    local ln, units = require "lunate", require("lunate.quantity").units
    local missing = {}
    local function ask(name, value)
      local text = help.of(name)
      if text:find "^There is no" or #text < 20 then missing[#missing + 1] = name end
      if type(value) == "function" and #help.of(value) < 40 then missing[#missing + 1] = "the value of " .. name end
    end
    for name, value in pairs(ln) do
      if not units[name] then ask(name, value) end
    end
    for _, name in ipairs(ln.models.names) do ask("ln.models." .. name, ln.models[name]) end
    for _, name in ipairs {
      "net:population", "net:project", "net:record", "net:run", "net:every", "net:at", "net:store", "net:restore", "pop:slice",
      "proj:gather", "view:mean", "recording:rate", "array:histogram", "file:report", "model:with",
    } do
      ask(name)
    end
    assert.same({}, missing)
    local net = ln.network {}
    assert.matches("duration", help.of(net.run))
    assert.matches("^ln.mV: a unit, 0.001 V", help.of "mV")
    assert.matches("n sources for every target", help.of "fixed_indegree")
    assert.matches("Potjans", help.of "models.lif_exp_current")
    assert.matches("net:run", help.of "run")
  end)

  it("finds the page of a public value", function()
    local language = package.loaded["lunate"]
    local value = {}
    package.loaded["lunate"] = { spec_models = { it = value } }
    finally(function() package.loaded["lunate"] = language end)
    help.register("spec_models.it", "It.")
    assert.equal("It.", help.of(value))
  end)
end)
