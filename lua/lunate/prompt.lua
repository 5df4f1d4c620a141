--- The prompt, and scripts from standard input.
--
-- One loop for every number of ranks: rank 0 reads (with GNU readline at a terminal), all ranks run the same chunk, and
-- meet before the next, so that an error on one of them is shown once and leaves the others at the prompt too.
-- @module lunate.prompt
local kernel = require "lunate.kernel"
local runtime = require "lunate.runtime"
local system = require "lunate.system"

local M = {}

local WIDTH, MOST = 100, 200 -- columns; entries of a table that are shown

-- ------------------------------------------------------------------------------------------ showing values

local function introduces_itself(v)
  local metatable = debug.getmetatable(v)
  return type(metatable) == "table" and (metatable.__tostring or metatable.__name) ~= nil
end

local function brief(v)
  if type(v) == "string" then return (("%q"):format(v):gsub("\\\n", "\\n")) end
  if type(v) ~= "table" or introduces_itself(v) then return tostring(v) end
  return next(v) == nil and "{}" or "{...}"
end

local function is_name(s) return type(s) == "string" and s:find "^[%a_][%w_]*$" ~= nil end

local function entries(t)
  local list, expected = {}, 1
  for k, v in pairs(t) do
    if #list == MOST then
      list[#list + 1] = "..."
      break
    end
    if k == expected then
      list[#list + 1], expected = brief(v), expected + 1
    else
      list[#list + 1] = (is_name(k) and "%s = %s" or "[%s] = %s"):format(is_name(k) and k or brief(k), brief(v))
    end
  end
  return list
end

--- A value as the prompt shows it: a plain table one level deep and in order, all else by tostring.
-- @treturn string
function M.show(v)
  if type(v) ~= "table" or introduces_itself(v) then return tostring(v) end
  local list = entries(v)
  local line = "{" .. table.concat(list, ", ") .. "}"
  if #line <= WIDTH then return line end
  local lines = { "{" }
  line = " "
  for _, entry in ipairs(list) do
    if #line + #entry + 2 > WIDTH and line ~= " " then
      lines[#lines + 1], line = line, " "
    end
    line = line .. " " .. entry .. ","
  end
  lines[#lines + 1] = line
  lines[#lines + 1] = "}"
  return table.concat(lines, "\n")
end

-- ------------------------------------------------------------------------------------------ completion

local keywords = {
  "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not",
  "or", "repeat", "return", "then", "true", "until", "while",
}

local function add_names(found, list)
  for _, name in ipairs(list) do found[name] = true end
end

-- An object says its names by __complete(self, start) of its metatable, and that is all there is; else they are its list
-- __fields, a table's keys, and what follows through __index.
local function collect(found, object, start, depth)
  local metatable = debug.getmetatable(object)
  if type(metatable) ~= "table" then metatable = {} end
  if metatable.__complete then return add_names(found, metatable.__complete(object, start)) end
  if metatable.__fields then add_names(found, metatable.__fields) end
  if type(object) == "table" then
    for k in runtime.raw_next, object do found[k] = true end
  end
  if type(metatable.__index) == "table" and depth < 10 then collect(found, metatable.__index, start, depth + 1) end
end

--- The names that may follow a dot after object, in order; those with a leading underscore left out.
-- @param object
-- @string[opt=""] start what is typed of the name already, for objects with very many
-- @treturn {string,...}
function M.fields(object, start)
  local found, list = {}, {}
  collect(found, object, start or "", 0)
  for name in runtime.raw_next, found do
    if is_name(name) and name:sub(1, 1) ~= "_" then list[#list + 1] = name end
  end
  table.sort(list)
  return list
end

local function follow(path)
  local value = _G
  for name in path:gmatch "[^.:]+" do value = value[name] end
  return value
end

local function candidates(base, separator, start)
  if separator == "" then
    local list = M.fields(_G)
    table.move(keywords, 1, #keywords, #list + 1, list)
    table.sort(list)
    return list
  end
  local object, list = follow(base), {}
  if object == nil then return list end
  for _, name in ipairs(M.fields(object, start)) do
    if separator == "." or type(object[name]) == "function" then list[#list + 1] = name end
  end
  return list
end

--- What the text before the cursor, a name or a path such as "ln.mo" or "net:re", may become.
-- @treturn {string,...}
function M.complete(text)
  local base, separator, start = text:match "^(.*)([.:])([%w_]*)$"
  if not base then base, separator, start = "", "", text end
  local matches = {}
  for _, name in ipairs(candidates(base, separator, start)) do
    if name:sub(1, #start) == start then matches[#matches + 1] = base .. separator .. name end
  end
  return matches
end

-- ------------------------------------------------------------------------------------------ reading and running

-- A declaration that opens an input is one of the session: a chunk of its own would forget it at once.
local function keep_locals(text)
  return (text:gsub("^%s*local%s+([%a_][%w_,%s]*=)", "%1"):gsub("^%s*local%s+(function%s)", "%1"))
end

--- Compiles an input: as an expression whose values are wanted, else as statements.
-- @treturn ?func nil when it does not compile
-- @treturn ?string the error; nil when only the rest is missing
function M.compile(text)
  local chunk = load("return " .. text, "=prompt")
  if chunk then return chunk end
  local message
  chunk, message = load(keep_locals(text) .. "\n", "=prompt") -- the line end, lest a quote wait for more
  if chunk then return chunk end
  return nil, not message:find "<eof>$" and message or nil
end

local function run(chunk)
  local values = table.pack(chunk())
  for k = 1, values.n do values[k] = M.show(values[k]) end
  if values.n > 0 then print(table.concat(values, "\t")) end
end

local function complain(message)
  io.stdout:flush()
  io.stderr:write(tostring(message), "\n")
end

-- All ranks come here after an input. Where one failed, every rank learns of it: rank 0 shows the message, and all
-- start anew.
local function settle(ok, err)
  if ok then ok, err = pcall(kernel.meet, "the next line of the prompt", "") end
  if ok then return end
  kernel.meet_failed(tostring(err))
  complain(err)
  kernel.mend()
end

local function history_file()
  local state = os.getenv "XDG_STATE_HOME"
  if state and state:sub(1, 1) == "/" then return state .. "/lunate/history" end
  local home = os.getenv "HOME"
  return home and home .. "/.local/state/lunate/history"
end

-- Rank 0 knows who types; all ranks do as it says.
local function agreed(value)
  return kernel.bcast(kernel.rank == 0 and (value and "yes" or "no") or nil) == "yes"
end

-- A reader: read(prompt) gives a line, nil at the end of input, false when Ctrl-C cancelled it; remember(text)
-- keeps an input for later sessions.
local function terminal_reader()
  local file = history_file()
  if file then system.history_load(file) end
  system.completer(M.complete)
  return system.readline, function(text)
    local joinable = not text:find "%-%-" and not text:find "%[=*%[" -- a block comes back as one line
    local lines = joinable and text:gsub("%s*\n%s*", " ") or text
    for line in lines:gmatch "[^\n]+" do system.history_add(line, file) end
  end
end

local function plain_reader(shown)
  return function(prompt)
    if shown then io.write(prompt):flush() end
    local line, message = io.read()
    if message and agreed(system.take_interrupt()) then return false end
    return line
  end, function() end
end

-- The next input, of as many lines as it takes; nil at the end, false for one that was cancelled or is wrong.
local function next_chunk(read, remember)
  local text = read "> "
  if not text then return text end
  local chunk, message
  repeat
    chunk, message = M.compile(text)
    if not chunk and not message then
      local more = read ">> "
      if not more then return more end
      text = text .. "\n" .. more
    end
  until chunk or message
  remember(text)
  if message then complain(message) end
  return chunk or false
end

local function loop(read, remember)
  while true do
    local chunk = next_chunk(read, remember)
    if chunk == nil then return end
    system.take_interrupt()
    if chunk then settle(pcall(run, chunk)) end
  end
end

--- Makes `ln` and `help` globals, as whoever types code expects.
function M.prepare()
  local ok, language = pcall(require, "lunate")
  if ok then _G.ln = language else complain(language) end
  _G.help = require("lunate.help").help
end

--- Opens the prompt, until the end of input.
function M.interact()
  M.prepare()
  local shown = agreed(system.interactive())
  if shown then print(("Lunate %s - help() explains, Ctrl-D leaves"):format(system.version)) end
  if runtime.size == 1 and system.terminal() then loop(terminal_reader()) else loop(plain_reader(shown)) end
  if shown then print() end
end

--- Runs standard input as a script, with the program's arguments.
function M.script()
  local text = io.read "a"
  local chunk, message = load(text:gsub("^#[^\n]*", ""), "=stdin")
  if not chunk then error(message, 0) end
  chunk(table.unpack(arg))
end

--- What the program does without a script: the prompt where somebody types, else a script from a pipe.
function M.open()
  if agreed(system.interactive()) then M.interact() else M.script() end
end

return M
