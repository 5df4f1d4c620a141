--- Errors in the user's equations: message, line and column, and the line itself with a caret.
-- @module lunate.compiler.diagnose

local M = {}

local Diagnosis = { __name = "diagnosis" }
Diagnosis.__index = Diagnosis

-- Line number, text of the line, and byte position in it, of the byte at `pos`.
local function locate(text, pos)
  local line, start = 1, 1
  for newline in text:gmatch "()\n" do
    if newline >= pos then break end
    line, start = line + 1, newline + 1
  end
  return line, text:match("^[^\n]*", start), pos - start + 1
end

-- Columns count characters, not bytes.
local function column_of(line, byte)
  return (utf8.len(line, 1, math.min(byte - 1, #line), true) or byte - 1) + 1
end

function Diagnosis:__tostring()
  if not self.line then return self.message end
  local shown = self.source_line:gsub("[\t\r]", " ")
  local caret = (" "):rep(self.column - 1) .. "^"
  local where = self.name and self.name .. ", " or ""
  return ("%s\n  %sline %d, column %d:\n    %s\n    %s"):format(self.message, where, self.line, self.column,
    shown, caret)
end

--- Raises an error about a place in the user's text.
-- @tparam ?table source `{ text =, name = "the reset of 'lif'" }`; nil where there is no text to show
-- @tparam ?integer pos 1-based byte position in `source.text`; nil for the text as a whole
-- @tparam string fmt, … the message
function M.raise(source, pos, fmt, ...)
  local diag = { message = select("#", ...) > 0 and fmt:format(...) or fmt }
  if source then diag.text, diag.name = source.text, source.name end
  if source and pos then
    local byte
    diag.line, diag.source_line, byte = locate(source.text, math.min(pos, #source.text + 1))
    diag.column = column_of(diag.source_line, byte)
  end
  error(setmetatable(diag, Diagnosis), 0)
end

--- True for what `raise` raised.
function M.is(x)
  return getmetatable(x) == Diagnosis
end

-- Edits (insert, delete, replace, swap neighbours) that make b of a.
local function distance(a, b)
  local before, previous = {}, {}
  for k = 0, #b do previous[k] = k end
  for i = 1, #a do
    local current = { [0] = i }
    for k = 1, #b do
      local same = a:byte(i) == b:byte(k)
      local edits = math.min(previous[k] + 1, current[k - 1] + 1, previous[k - 1] + (same and 0 or 1))
      if i > 1 and k > 1 and a:byte(i) == b:byte(k - 1) and a:byte(i - 1) == b:byte(k) then
        edits = math.min(edits, before[k - 2] + 1)
      end
      current[k] = edits
    end
    before, previous = previous, current
  end
  return previous[#b]
end

--- " (did you mean 'x'?)" with the most similar of the candidates, or "" where none is similar.
-- @tparam string name
-- @tparam {string,…} candidates
function M.did_you_mean(name, candidates)
  local best, best_edits
  for _, candidate in ipairs(candidates) do
    local edits = distance(name:lower(), candidate:lower())
    -- a longer name that begins the same (tau, tau_m) is near as well
    if #name >= 3 and candidate:sub(1, #name) == name then edits = math.min(edits, 1.5) end
    local near = edits < #name and (edits <= math.max(1, #name // 3) or edits == 1.5)
    if near and candidate ~= name
      and (not best or edits < best_edits or edits == best_edits and candidate < best) then
      best, best_edits = candidate, edits
    end
  end
  return best and (" (did you mean '%s'?)"):format(best) or ""
end

return M
