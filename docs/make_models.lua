--- Writes docs/models.md from the descriptions in stdlib/lunate: models, inputs, synapses.
--
--   lunate docs/make_models.lua
--
-- Called as a chunk with "text", it returns the page and writes nothing.
local wanted = ...
local ln = require "lunate"

local function path_of(name) return assert(package.searchpath(name, package.path)) end

-- The comment that begins a file, as lines of text, without LDoc's tags.
local function banner(path)
  local lines = {}
  for line in io.lines(path) do
    if line:sub(1, 2) ~= "--" then break end
    local text = line:gsub("^%-%-%-? ?", "")
    if not text:find "^@" then lines[#lines + 1] = text end
  end
  return lines
end

-- A table keeps its lines; everything else is a paragraph, each label (Variables, Use, …) one of its own.
local labels = { "Variables:", "Use, ", "Patterns:", "References?:" }
local function paragraphs(lines)
  local out = {}
  for _, line in ipairs(lines) do
    for _, label in ipairs(labels) do
      if line:find("^" .. label) and out[#out] ~= "" then out[#out + 1] = "" end
    end
    out[#out + 1] = line
  end
  return table.concat(out, "\n")
end

local function has_rows(text) return text:find "|%-%-%-|%-%-%-|%-%-%-|\n| " end

-- A table of patterns: what each sets, and its input.
local function patterns(definition)
  if not definition.patterns then return "" end
  local rows = { "\n\n| pattern | parameters | input with `stimulus` |\n|---|---|---|" }
  for _, pattern in ipairs(definition.patterns) do
    local names, values = {}, {}
    for key in pairs(pattern.parameters) do names[#names + 1] = key end
    table.sort(names)
    for k, key in ipairs(names) do values[k] = key .. " = " .. tostring(pattern.parameters[key]) end
    rows[#rows + 1] = ("| %s | %s | `%s` |"):format(pattern.name, table.concat(values, ", "), pattern.stimulus)
  end
  return table.concat(rows, "\n")
end

local function model(name)
  local text = paragraphs(banner(path_of("lunate.models." .. name)))
  if not has_rows(text) then text = text:gsub("|[^\n]*\n|%-%-%-[^\n]*\n\n?", "") end
  local definition = require("lunate.models." .. name)
  local equations = {}
  for line in definition.equations:gmatch "[^\n]+" do
    if line:find "%S" then equations[#equations + 1] = (line:gsub("^    ", "")) end
  end
  if #definition.equations > 3000 then equations = { "(see stdlib/lunate/models/" .. name .. ".lua)" } end
  if definition.threshold then equations[#equations + 1] = "threshold: " .. definition.threshold end
  if definition.reset then equations[#equations + 1] = "reset:     " .. definition.reset:gsub("\n", "\n           ") end
  text = text .. patterns(definition)
  return ("## %s\n\n%s\n\n```\n%s\n```\n"):format(name, text, table.concat(equations, "\n"))
end

-- The functions of a module with the comments above them.
local function functions(module, prefix)
  local out, comment = {}, {}
  for line in io.lines(path_of(module)) do
    local name = line:match "^M%.([%w_]+) = guard%.wrap"
    if line:sub(1, 2) == "--" then
      comment[#comment + 1] = (line:gsub("^%-%-%-? ?", ""))
    else
      if name then out[#out + 1] = ("### %s.%s\n\n%s\n"):format(prefix, name, table.concat(comment, "\n")) end
      comment = {}
    end
  end
  return table.concat(out, "\n")
end

local out = { [[
# The models of the library

This page is made from the files in `stdlib/lunate` by `lunate docs/make_models.lua`; each line "Use" is run by
`tests/language/models_spec.lua`, which also has numbers of the papers.

]] .. table.concat(banner(path_of "lunate.models"), "\n") .. "\n" }
local toc = {}
for _, name in ipairs(ln.models.names) do toc[#toc + 1] = ("[%s](#%s)"):format(name, name) end
out[#out + 1] = table.concat(toc, " · ") .. "\n"
for _, name in ipairs(ln.models.names) do out[#out + 1] = model(name) end
for _, library in ipairs { "currents", "synapses" } do
  local lines = banner(path_of("lunate." .. library))
  out[#out + 1] = ("# ln.%s\n\n%s\n"):format(library, table.concat(lines, "\n"))
  out[#out + 1] = functions("lunate." .. library, "ln." .. library)
end
local page = table.concat(out, "\n")
if wanted == "text" then return page end
local file = assert(io.open((arg[0]:match "^.*/" or "") .. "models.md", "w"))
file:write(page)
file:close()
print(("docs/models.md: %d models"):format(#ln.models.names))
