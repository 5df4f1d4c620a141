-- The pages of docs/ are true: links lead somewhere, files that they name exist, the Lua in them runs, docs/models.md is what
-- docs/make_models.lua makes. (tests/readme.sh runs the README's script, tests/mpi/run_plot.sh those of the gallery.)
local ln = require "lunate"
local root = os.getenv "LUNATE_SOURCE" or "."

local function read(path)
  local file = io.open(root .. "/" .. path)
  return file and file:read "a"
end

local function exists(path)
  local file = io.open(root .. "/" .. path)
  return file ~= nil and file:close()
end

local pages = { "README.md" }
for path in io.popen("ls '" .. root .. "'/docs/*.md"):lines() do pages[#pages + 1] = "docs/" .. path:match "[^/]*$" end

-- A page without its blocks of code, and these: {language =, text =, line =}.
local function parts(path)
  local prose, blocks, block, n = {}, {}, nil, 0
  for line in (read(path) .. "\n"):gmatch "(.-)\n" do
    n = n + 1
    if line:find "^```" then
      block = not block and { language = line:sub(4), line = n } or nil
      blocks[#blocks + 1] = block
    elseif block then
      block[#block + 1] = line
    else
      prose[#prose + 1] = line
    end
  end
  return table.concat(prose, "\n") .. "\n", blocks
end

-- ---------------------------------------------------------------- links and files

-- What a heading is called in links to it.
local function anchor(heading)
  return (heading:lower():gsub("[^%w%s_-]", ""):gsub("%s", "-"))
end

local function has_anchor(path, name)
  for heading in ("\n" .. parts(path)):gmatch "\n#+ ([^\n]*)" do
    if anchor(heading) == name then return true end
  end
end

describe("links and files", function()
  for _, page in ipairs(pages) do
    it("of " .. page .. " exist", function()
      local prose = parts(page)
      local folder = page:match "^.*/" or ""
      for link in prose:gmatch "%]%(([^)%s]+)%)" do
        local path, name = link:match "^([^#]*)#?(.*)$"
        local target = path == "" and page or folder .. path
        if not link:find "^https?:" then
          assert.truthy(exists(target), page .. ": no " .. link)
          assert.truthy(name == "" or has_anchor(target, name), page .. ": no heading for " .. link)
        end
      end
      for path in prose:gmatch "`([%w_]+/[%w_./-]+)`" do
        local top = path:match "^[^/]*"
        if top == "docs" or top == "examples" or top == "tests" or top == "src" or top == "stdlib" or top == "scripts" then
          assert.truthy(exists(path), page .. ": no file " .. path)
        end
      end
    end)
  end
end)

-- ---------------------------------------------------------------- code

-- Where the blocks of a page run, one after the other, as at the prompt. `given` is what the page takes for granted.
local function session(given)
  local env = setmetatable({}, { __index = _G })
  local printed
  function env.print(...)
    local texts = table.pack(...)
    for k = 1, texts.n do texts[k] = tostring(texts[k]) end
    printed = table.concat(texts, "\t")
  end
  -- A line `print(x) -- 5 mV` prints what stands behind it; `x -- an error: text` fails with that text.
  local function run(text, name)
    text = ("\n" .. text):gsub("\nlocal ", "\n"):sub(2)
    local chunk, message = load(text, name, "t", env)
    assert.truthy(chunk, message)
    local said = text:match "%-%- an error: ([^\n]*)"
    local expected = not text:find "\n" and text:match "^print.*%s%-%- (%-?%d.*)$"
    local ok, err = pcall(chunk)
    if said then
      assert.truthy(not ok and tostring(err):find(said, 1, true), ("%s: not the error '%s'"):format(name, said))
    else
      assert.truthy(ok, tostring(err))
    end
    if expected then assert.equal(expected, printed) end
  end
  return function(page, block)
    if given then given(env) end
    local kept = {}
    local function flush()
      if #kept > 0 then run(table.concat(kept, "\n"), ("=%s, the block of line %d"):format(page, block.line)) end
      kept = {}
    end
    for _, line in ipairs(block) do
      local alone = line:find "%-%- an error: " or line:find "^print.*%s%-%- %-?%d"
      if alone then flush() end
      kept[#kept + 1] = line
      if alone then flush() end
    end
    flush()
  end
end

-- What the guide takes for granted, once it has a network: populations a, b and p.
local given = {}

given["docs/guide.md"] = function(env)
  if not env.net or env.a then return end
  local neuron = ln.neuron {
    equations = [[
      dv/dt = (E_L - v)/tau : volt
      dg/dt = -g/tau        : siemens
      gap   : volt
      total : 1
    ]],
    threshold = "v > -50*mV", reset = "v = E_L", parameters = { E_L = -70*ln.mV, tau = 10*ln.ms },
  }
  for _, name in ipairs { "a", "b", "p" } do env[name] = env.net:population(20, neuron, { name = name }) end
end

describe("the Lua", function()
  for _, page in ipairs(pages) do
    local _, blocks = parts(page)
    local lua = {}
    for _, block in ipairs(blocks) do if block.language == "lua" then lua[#lua + 1] = block end end
    if page ~= "docs/gallery.md" and page ~= "README.md" and #lua > 0 then
      it("of " .. page .. " runs", function()
        local run = session(given[page])
        for _, block in ipairs(lua) do run(page, block) end
      end)
    end
  end
end)

describe("docs/models.md", function()
  it("is what docs/make_models.lua makes", function()
    local made = assert(loadfile(root .. "/docs/make_models.lua"))("text")
    assert.truthy(made == read "docs/models.md", "docs/models.md is old: run lunate docs/make_models.lua")
  end)
end)

describe("docs/analyses.md", function()
  it("says of every analysis, test and figure where it is made", function()
    local page = read "docs/analyses.md"
    for title, library in pairs { analysis = ln.analysis, statistics = ln.statistics, plot = ln.plot } do
      for name, f in pairs(library) do
        if type(f) == "function" then
          assert.truthy(page:find(("`%s[`(]"):format(name)), ("nothing of ln.%s.%s"):format(title, name))
        end
      end
    end
  end)
end)
