--- Tables of named options: unknown names and wrong types are refused with what was meant.
-- @module lunate.options
local brian_words = require "lunate.brian_words"

local M = {}

local function distance(a, b) -- Levenshtein's, and two letters exchanged count once
  local row, before = {}, {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal, left, above = row[0], i, {}
    for j = 0, #b do above[j] = row[j] end
    row[0] = i
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      local value = math.min(row[j] + 1, left + 1, diagonal + cost)
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        value = math.min(value, before[j - 2] + 1)
      end
      diagonal, row[j], left = row[j], value, value
    end
    before = above
  end
  return row[#b]
end

--- The nearest of names to a misspelt one, or nil.
function M.nearest(name, names)
  local best, score = nil, math.max(1, #name // 3) + 1
  for _, candidate in ipairs(names) do
    local d = distance(name:lower(), candidate:lower())
    if d < score then best, score = candidate, d end
  end
  return best
end

-- The names, at most 8, that begin so: what is left out is more likely than a slip of one letter.
local function beginning(start, names)
  local found = {}
  for _, candidate in ipairs(names) do
    if #start >= 3 and candidate:sub(1, #start):lower() == start:lower() then found[#found + 1] = candidate end
  end
  return #found <= 8 and found or {}
end

--- " (did you mean 'x'?)", or what one of Brian2's words is here, or "".
function M.hint(name, names)
  name = tostring(name)
  local brian, meant = brian_words[name], beginning(name, names)
  if #meant == 0 and brian then return (" (Brian2's %s is %s)"):format(name, brian[2]) end
  if #meant == 0 then meant = { M.nearest(name, names) } end
  if #meant == 0 then return "" end
  local last = table.remove(meant)
  local others = #meant > 0 and "'" .. table.concat(meant, "', '") .. "' or " or ""
  return (" (did you mean %s'%s'?)"):format(others, last)
end

--- A library whose misspelt names are errors that say what was meant.
-- @string what names it in errors
-- @tab library
-- @return library
function M.strict(what, library)
  return setmetatable(library, {
    __index = function(_, key)
      if type(key) ~= "string" or key:sub(1, 2) == "__" then return nil end
      local names = {}
      for name in pairs(library) do names[#names + 1] = name end
      table.sort(names)
      local where = require("lunate.runtime").where()
      error(("%s%s has no '%s'%s"):format(where and where .. ": " or "", what, key, M.hint(key, names)), 0)
    end,
  })
end

--- Refuses what is no plain table, such as a quantity.
-- @string what names the call in errors
-- @param given what it got
-- @string shape what was expected
function M.plain(what, given, shape)
  local meta = getmetatable(given)
  if type(given) == "table" and not meta then return end
  local text = type(given) == "number" or type(meta) == "table" and meta.__tostring
  error(("%s takes a table %s, got %s"):format(what, shape, text and tostring(given) or "a " .. type(given)), 0)
end

--- Checks a table's keys and types.
-- @string what names the call in errors
-- @tab options the user's table
-- @tab allowed name -> list of Lua types, or true for any
function M.check(what, options, allowed)
  local meta = type(options) == "table" and getmetatable(options)
  if type(options) ~= "table" or meta then
    error(("%s takes a table of options, got %s"):format(what, type(meta) == "table" and meta.__name or type(options)), 0)
  end
  local names = {}
  for name in pairs(allowed) do names[#names + 1] = name end
  table.sort(names)
  for key, value in pairs(options) do
    local types = allowed[key]
    if types == nil then
      error(("%s: unknown option '%s'%s; the options are %s"):format(what, tostring(key), M.hint(key, names),
        table.concat(names, ", ")), 0)
    end
    if types ~= true then
      local ok = false
      for _, t in ipairs(types) do ok = ok or type(value) == t or math.type(value) == t end
      if not ok then
        local wanted = ("a " .. table.concat(types, " or a ")):gsub("a integer", "a whole number")
        error(("%s: option '%s' must be %s, got %s"):format(what, key, wanted,
          type(value) == "number" and tostring(value) or "a " .. type(value)), 0)
      end
    end
  end
  return options
end

return M
