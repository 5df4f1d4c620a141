--- What the prompt tells about things: `help()`, `help "name"`, `help(object)`.
--
-- Modules register a page of text under the name that users write after `ln.` ("bernoulli", "models.lif"); objects
-- explain themselves by `__help` of their metatable, a text or a function of the object that returns one.
-- @module lunate.help
local M = {}

local pages = {}
local aliases = {} -- word -> the name of a page

--- Registers the page of a public name; at most a screen of text.
-- @string name as after `ln.`
-- @string text
function M.register(name, text)
  pages[name] = text:gsub("^\n+", ""):gsub("%s+$", "")
end

--- Makes a word that has no page of its own lead to one.
-- @string word
-- @string name of the page
function M.alias(word, name) aliases[word] = name end

local loaded = false
local function load_pages() -- those of the sources, once they are wanted
  if loaded or not package.loaded["lunate"] then return end
  loaded = true
  require("lunate.pages").load(M)
  require("lunate.topics").load(M)
  for word, here in pairs(require "lunate.brian_words") do
    if word:find "%u" or word:find "_" then aliases[word] = here[1] end
  end
end

local function names()
  load_pages()
  local list = {}
  for name in pairs(pages) do list[#list + 1] = name end
  table.sort(list)
  return list
end

-- The names in columns, 96 characters wide.
local function columns(list)
  local width = 0
  for _, name in ipairs(list) do width = math.max(width, #name + 2) end
  local lines, line = {}, " "
  for k, name in ipairs(list) do
    line = line .. " " .. name .. (" "):rep(width - #name - 1)
    if #line + width > 96 or k == #list then
      lines[#lines + 1], line = line:gsub("%s+$", ""), " "
    end
  end
  return table.concat(lines, "\n")
end

local function overview()
  local language, methods, inner, libraries = {}, {}, {}, {}
  for _, name in ipairs(names()) do
    local library = name:match "^(.-)%."
    if library then
      if not inner[library] then libraries[#libraries + 1] = library end
      inner[library] = (inner[library] or 0) + 1
    else
      local list = name:find ":" and methods or language
      list[#list + 1] = name
    end
  end
  for k, library in ipairs(libraries) do libraries[k] = ("%s.… (%d)"):format(library, inner[library]) end
  return "help \"name\" explains one of the names below, help(x) a value.\n\n" .. columns(language) .. "\n\n"
    .. columns(methods) .. "\n\n" .. columns(libraries) .. "\n\n"
    .. "TAB completes names and fields. Ctrl-C stops a run at the next step boundary, Ctrl-D leaves."
end

-- Pages that have the text in their name, or as whole words.
local function similar(name)
  local found = {}
  local text = name:lower()
  local words = "%f[%w_]" .. text:gsub("%p", "%%%0") .. "%f[^%w_]"
  for _, other in ipairs(names()) do
    if other:lower():find(text, 1, true) or pages[other]:lower():find(words) then
      found[#found + 1] = other
    end
  end
  return found
end

local function by_name(name)
  name = name:gsub("^ln%.", "")
  load_pages()
  local page = pages[name] or pages[aliases[name]] or require("lunate.pages").unit(name)
  if page and pages[name] and aliases[name] then page = page .. ("\n\nIn equations: help %q."):format(aliases[name]) end
  if page then return page end
  local found = similar(name)
  if #found == 0 then return ("There is no help on '%s'; help() lists what there is."):format(name) end
  return ("There is no page '%s'; it is mentioned in:\n\n%s"):format(name, columns(found))
end

local function resolve(name)
  local value = package.loaded["lunate"]
  if name:find(":", 1, true) or type(value) ~= "table" or rawget(value, name:match "^[^.]+") == nil then return nil end
  for field in name:gmatch "[^.]+" do
    local ok, inner = pcall(function() return value[field] end)
    if not ok then return nil end
    value = inner
  end
  return value
end

local function by_value(x)
  for _, name in ipairs(names()) do
    if rawequal(resolve(name), x) then return pages[name] end
  end
end

local function about_object(x)
  local metatable = debug.getmetatable(x) or {}
  local text = type(metatable) == "table" and metatable.__help
  if type(text) == "function" then text = text(x) end
  return text
end

-- What can be said of anything: how it introduces itself, and its fields.
local function plainly(x)
  local fields = require("lunate.prompt").fields(x)
  local text = ("%s (a %s)"):format(tostring(x), type(x))
  return #fields > 0 and text .. ", with\n\n" .. columns(fields) or text
end

--- The help on a name (a string) or a value.
-- @treturn string
function M.of(x)
  if type(x) == "string" then return by_name(x) end
  return about_object(x) or by_value(x) or require("lunate.pages").of_value(x) or plainly(x)
end

-- A paragraph in lines of at most `width` columns; those of a list's item or an argument hang.
local function fill(text, width)
  local lines, line = {}, text:match "^ *"
  local indent = line .. ((text:find "^ *%* " or text:find "^ +[%w_%[%]]+: ") and "  " or "")
  local begun = false
  for word in text:gmatch "%S+" do
    if begun and utf8.len(line .. " " .. word) > width then
      lines[#lines + 1], line, begun = line, indent, false
    end
    line, begun = line .. (begun and " " or "") .. word, true
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

-- Is a line of a source the rest of a paragraph that was wrapped there?
local function goes_on(paragraph, last, line)
  local in_list = paragraph:find "^%* " and line:find "^  %S"
  if not in_list and not line:find "^[%w(`\"]" or line:find "^%u%l+: " then return false end
  return #last > 85 and #last + #line:match "^ *%S+" > 99
end

--- A page with lines of at most `width` columns. Sources wrap their comments late: where they did, the paragraph is filled
-- anew; lines that were meant to end, and tables, stay.
function M.wrap(text, width)
  local paragraphs, last = {}, ""
  for line in (text .. "\n"):gmatch "(.-)\n" do
    local n = #paragraphs
    if n > 0 and goes_on(paragraphs[n], last, line) then
      paragraphs[n] = paragraphs[n] .. " " .. line:match "^ *(.*)$"
    else
      paragraphs[n + 1] = line
    end
    last = line
  end
  for k, paragraph in ipairs(paragraphs) do
    local in_columns = paragraph:find "^ .*%S   *%S"
    if (utf8.len(paragraph) or 0) > width and not in_columns then paragraphs[k] = fill(paragraph, width) end
  end
  return table.concat(paragraphs, "\n")
end

--- Prints the help on x, or the list of pages.
function M.help(...)
  print(select("#", ...) == 0 and overview() or M.wrap(M.of((...)), 100))
end

M.register("prompt", [[
The prompt runs Lua, a line or an unfinished block at a time, and prints the values of an expression.
`ln` is the language (require "lunate"). A variable declared `local` at the beginning of an input lives on,
so that lines of a script can be pasted. Lines are kept in ~/.local/state/lunate/history.
Under `mpirun -n N lunate` what you type runs on all ranks.

  TAB      completes names, fields and methods
  Ctrl-C   cancels the line, or stops a run at the next step boundary
  Ctrl-D   leaves]])

M.register("ranks", [[
mpirun -n N lunate script.lua   runs the script on N ranks, with the same results for every N.

Every rank runs the whole script; a network's neurons and synapses are divided among them.
Output (print, io.write, files opened for writing) happens on rank 0. math.random and the order of pairs
are the same everywhere. Calls in which the ranks work together (making populations, running, reading values
of neurons) must be reached by all ranks; where they diverge, the script stops with both lines named.
A signal USR1 to mpirun stops the run at its next step boundary, as Ctrl-C does with one rank: the script
sees the error "interrupted" from net:run. Ctrl-C itself makes mpirun end all ranks.]])

M.register("random", [[
math.random() in [0, 1), math.random(n) in 1..n, math.random(m, n) in m..n: as in Lua, but the same on all
ranks and in every run. math.randomseed(x) sets another seed; math.randomseed(os.time()) differs every time.
A function that is called for each neuron or synapse draws numbers that depend only on which one it is.]])

return M
