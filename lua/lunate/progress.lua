--- A line that shows how far long work has come and how long it will take, on rank 0's terminal.
-- @module lunate.progress
local kernel = require "lunate.kernel"
local system = require "lunate.system"

local M = {}

local patience = 2.0 -- seconds before anything is shown
local quiet = os.getenv "LUNATE_PROGRESS" == "0"

local function duration(s)
  if s < 60 then return ("%.0f s"):format(s) end
  if s < 3600 then return ("%d min %02d s"):format(s // 60, s % 60 // 1) end
  return ("%d h %02d min"):format(s // 3600, s % 3600 // 60)
end

--- A new line: `update(what, fraction)` and `done()`.
-- On a terminal it is rewritten in place; elsewhere a line is printed for every tenth of work longer than 10 s.
function M.line()
  local start, shown, tenth, current = kernel.wtime(), false, 0, nil
  local terminal = system.stderr_is_terminal()
  local line = {}
  function line.update(what, fraction)
    if quiet or kernel.rank ~= 0 or not what then return end
    if what ~= current then current, start, tenth = what, kernel.wtime(), 0 end
    local elapsed = kernel.wtime() - start
    if elapsed < patience or fraction <= 0 then return end
    local left = elapsed * (1 - fraction) / fraction
    local text = ("%s: %3.0f %%, %s left"):format(what, 100 * fraction, duration(left))
    if terminal then
      io.stderr:write("\r\27[K", text)
      shown = true
    elseif (elapsed > 10 or elapsed + left > 10) and fraction * 10 // 1 > tenth then
      tenth = fraction * 10 // 1
      io.stderr:write("lunate: ", text, "\n")
    end
  end
  function line.done()
    if shown then io.stderr:write "\r\27[K" end
    shown = false
  end
  return line
end

return M
