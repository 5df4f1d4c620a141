--- CSV files with a header, read strictly: a file that is cut off or out of step is refused with its line.
--
-- Fields are separated by commas and may stand in double quotes (`""` is one quote; commas and line ends are then part
-- of the field). Lines that begin with `#` are comments; empty lines are passed over. The last line needs its line end:
-- without one, `12` cannot be told from the beginning of `120`. A column holds numbers where every one of its fields is
-- a number, else texts.
-- @module lunate.csv
local kernel = require "lunate.kernel"

local M = {}

local function fail(path, line, format, ...)
  error(("%s:%d: %s"):format(path, line, format:format(...)), 0)
end

-- One row from position `at` of text. Returns its fields, the position after its line end, the next line's number, and
-- whether the line end was there.
local function read_row(path, text, at, line)
  local fields, start = {}, line
  while true do
    local field, stop
    if text:byte(at) == 34 then -- a quote
      local parts, from = {}, at + 1
      while true do
        local quote = text:find('"', from, true)
        if not quote then fail(path, start, "a quoted field is not closed; was the file cut off?") end
        if text:byte(quote + 1) ~= 34 then
          parts[#parts + 1] = text:sub(from, quote - 1)
          stop = quote + 1
          break
        end
        parts[#parts + 1] = text:sub(from, quote)
        from = quote + 2
      end
      field = table.concat(parts)
      line = line + select(2, field:gsub("\n", ""))
    else
      stop = text:find("[,\r\n]", at) or #text + 1
      field = text:sub(at, stop - 1)
      if field:find('"', 1, true) then
        fail(path, line, "a quote stands inside the field '%s'; quote the whole field", field)
      end
      field = field:match "^%s*(.-)%s*$"
    end
    fields[#fields + 1] = field
    local ending = text:match("^\r?\n", stop)
    if ending then return fields, stop + #ending, line + 1, true end
    if stop > #text then return fields, stop, line, false end
    if text:sub(stop, stop) ~= "," then
      fail(path, line, "a comma or the end of the line was expected after the field '%s'", field)
    end
    at = stop + 1
  end
end

local function check_header(path, line, names)
  local seen, numbers = {}, 0
  for k, name in ipairs(names) do
    if name == "" then fail(path, line, "column %d has no name; the first line must name the columns", k) end
    if seen[name] then fail(path, line, "two columns are named '%s'", name) end
    seen[name] = true
    numbers = numbers + (tonumber(name) and 1 or 0)
  end
  if numbers == #names then
    fail(path, line, "the first line holds numbers; a line with the names of the columns was expected before it")
  end
end

-- The numbers of a column; nil where one of its fields is not a number.
local function to_numbers(column)
  local out = {}
  for k, field in ipairs(column) do
    local x = not field:find "[xXnN]" and tonumber(field) -- neither hexadecimal nor inf and nan
    if not x then return nil end
    out[k] = x
  end
  return out
end

-- The position after blank lines and comments at `at`, and the number of the line there.
local function pass_over(text, at, line)
  while true do
    local next = text:match("^[ \t]*\r?\n()", at) or text:match("^#[^\n]*\n?()", at)
    if not next or at > #text then return at, line end
    at, line = next, line + 1
  end
end

local function cut_off(path, line)
  fail(path, line, "the last line has no line end, so that it may be cut off; add one if it is whole")
end

-- The names of the columns, the position after them, and the next line's number.
local function read_header(text, path)
  local at = text:sub(1, 3) == "\xEF\xBB\xBF" and 4 or 1 -- after a byte order mark
  if text:find("\0", 1, true) then fail(path, 1, "this is not a text file") end
  local first, line = pass_over(text, at, 1)
  if first > #text then fail(path, line, "the file is empty; a line with the names of the columns was expected") end
  local names, behind, below, complete = read_row(path, text, first, line)
  if not complete then cut_off(path, line) end
  check_header(path, line, names)
  return names, behind, below
end

--- Reads text as `read` reads a file.
-- @string text
-- @string path names it in messages
function M.parse(text, path)
  local names, at, line = read_header(text, path)
  local columns, n = {}, 0
  for k = 1, #names do columns[k] = {} end
  at, line = pass_over(text, at, line)
  while at <= #text do
    local here = line
    local fields, behind, below, complete = read_row(path, text, at, line)
    if not complete and #fields == #names then cut_off(path, here) end
    if #fields ~= #names then
      fail(path, here, "%d field%s where the header has %d%s", #fields, #fields == 1 and "" or "s", #names,
        complete and "" or "; was the file cut off?")
    end
    n = n + 1
    for k = 1, #names do columns[k][n] = fields[k] end
    at, line = pass_over(text, behind, below)
  end
  local by_name = {}
  for k, name in ipairs(names) do by_name[name] = to_numbers(columns[k]) or columns[k] end
  return { columns = by_name, names = names, n = n }
end

local function read_text(path)
  local file, message = io.open(path, "rb")
  if not file then error(("cannot read %s"):format(message), 0) end
  local text, reason = file:read "a"
  file:close()
  if not text then error(("cannot read %s: %s"):format(path, reason), 0) end
  return text
end

--- Reads a CSV file.
-- @string path
-- @treturn table columns (name -> list of numbers or texts), names (in order), n (rows)
function M.read(path) return M.parse(read_text(path), path) end

--- Reads a CSV file of numbers (nan, inf and -inf among them) fast.
-- @string path
-- @return an array of rows by columns, or nil: what `parse` reads, or refuses
-- @return the names of the columns, or the text
-- @return a list: which columns hold whole numbers only
function M.read_numbers(path)
  local text = read_text(path)
  local names, at = read_header(text, path)
  local rows, whole = kernel.array_parse_csv(text, at, #names)
  return rows, rows and names or text, whole
end

return M
