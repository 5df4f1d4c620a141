-- What the files of the rules say about themselves: every rule is listed, and its page has its parameters.
local ln = require "lunate"

local function folder() return package.searchpath("lunate.rules.stdp", package.path):match "^(.*)/" end

local function banner(name)
  local lines = {}
  for line in io.lines(folder() .. "/" .. name .. ".lua") do
    if line:sub(1, 2) ~= "--" then break end
    lines[#lines + 1] = line:gsub("^%-%-%-? ?", "")
  end
  return lines
end

-- The names in the first column of the table of parameters.
local function documented(name)
  local out = {}
  for _, line in ipairs(banner(name)) do
    local names = line:match "^| ([%w_, ]-) | "
    for key in (names or ""):gmatch "[%w_]+" do out[key] = true end
  end
  return out
end

-- Definitions for all combinations of choices.
local function definitions(file)
  local names, all = {}, { {} }
  for key in pairs(file.choices or {}) do names[#names + 1] = key end
  table.sort(names)
  for _, key in ipairs(names) do
    local more = {}
    for _, picked in ipairs(all) do
      for _, option in ipairs(file.choices[key]) do
        local with = { [key] = option }
        for k, v in pairs(picked) do with[k] = v end
        more[#more + 1] = with
      end
    end
    all = more
  end
  local out = {}
  for k, picked in ipairs(all) do out[k] = file.define(picked, file.names or {}) end
  return out
end

describe("ln.rules", function()
  it("lists every file of the folder, in alphabetical order", function()
    local found = {}
    for file in io.popen("ls '" .. folder() .. "'"):lines() do found[#found + 1] = file:match "^(.*)%.lua$" end
    table.sort(found)
    assert.same(found, ln.rules.names)
  end)

  it("are all in docs/rules.md", function()
    local text = assert(io.open((os.getenv "LUNATE_SOURCE" or ".") .. "/docs/rules.md")):read "a"
    for _, name in ipairs(ln.rules.names) do
      assert.truthy(text:find("| `" .. name .. "` |", 1, true), name .. " is not in docs/rules.md")
    end
  end)

  for _, name in ipairs(ln.rules.names) do
    it(name .. " has a page with its parameters, its choices and a reference", function()
      local file, known = require("lunate.rules." .. name), documented(name)
      local text = table.concat(banner(name), " ")
      local used = {}
      for _, def in ipairs(definitions(file)) do
        for key in pairs(def.parameters or {}) do
          used[key] = true
          assert.truthy(known[key], ("%s: the parameter %s is not on its page"):format(name, key))
        end
      end
      for key in pairs(known) do
        assert.truthy(used[key] or key == "parameter", ("%s: %s is on its page, but no parameter"):format(name, key))
      end
      for choice, options in pairs(file.choices or {}) do
        assert.truthy(text:find("`" .. choice .. "`", 1, true), ("%s: the choice %s is not on its page"):format(name, choice))
        for _, option in ipairs(options) do
          assert.truthy(type(option) ~= "string" or text:find(option, 1, true),
            ("%s: %s = %s is not on its page"):format(name, choice, tostring(option)))
        end
      end
      assert.truthy(text:find "References?: .-%d%d%d%d", name .. ": no reference")
      assert.truthy(getmetatable(ln.rules[name]()), name)
    end)
  end
end)
