--- Where the panels of a figure lie on the page, in points from the lower left corner.
-- @module lunate.plot.layout
local panels = require "lunate.plot.panel"

local M = {}

M.font = 7 -- points: of labels; ticks and legends are a little smaller
local digit, line = 4.1, 10 -- width of a character and height of a line at that size
local cm = 72 / 2.54

--- How many characters a text takes in one line.
function M.columns(text)
  local most = 0
  for part in (text .. "\n"):gmatch "(.-)\n" do most = math.max(most, utf8.len(part) or #part) end
  return most
end

function M.lines(text)
  local _, n = text:gsub("\n", "\n")
  return n + 1
end

--- The layers that stand in the legend.
function M.legend(panel)
  local out = {}
  if not panel.legend then return out end
  for _, layer in ipairs(panel.layers) do
    if layer.label then out[#out + 1] = layer end
  end
  return out
end

local function widest(ticks)
  local n = 0
  for _, t in ipairs(ticks) do n = math.max(n, M.columns(t[2])) end
  return n
end

-- The room a settled panel needs around its axes.
local function margins(cell, figure)
  local panel, x, y, z = cell.panel, cell.x, cell.y, cell.z
  local m = { left = 5, right = 9, top = 7, bottom = 2 }
  if panel.bare then
    m.bottom = 7
  else
    m.left = m.left + 6 + widest(y.ticks) * digit + (y.text ~= "" and line * M.lines(y.text) + 2 or 0)
    m.bottom = m.bottom + 4
    if not x.hidden then
      m.bottom = m.bottom + 11 + (x.text ~= "" and line * M.lines(x.text) + 1 or 0)
    end
  end
  if panel.title then m.top = m.top + line * M.lines(panel.title) + 2 end
  for _, layer in ipairs(panel.layers) do -- texts above the axes
    if (layer.kind == "rule" or layer.kind == "span") and layer.axis == "x" and layer.text then
      m.top, cell.headed = m.top + line, true
      break
    end
  end
  for _, layer in ipairs(panel.layers) do
    if layer.kind == "scalebar" then m.right = m.right + 6 + M.columns(layer.text) * digit end
  end
  if figure.letters then m.top = math.max(m.top, line + 6) end
  if z then
    cell.bar = 10
    m.right = m.right + 8 + cell.bar + widest(z.ticks) * digit + 6 + (z.text ~= "" and line + 6 or 0)
  elseif panel.legend == "right" then
    local longest = 0
    local entries = M.legend(panel)
    for _, layer in ipairs(entries) do longest = math.max(longest, M.columns(layer.label)) end
    if #entries > 0 then m.right = m.right + 26 + longest * digit end
  end
  return m
end

local function most(cells, side)
  local out = 0
  for _, cell in ipairs(cells) do out = math.max(out, cell.margins[side]) end
  return out
end

-- Shares of what is left of a length, equal or as `relative` says.
local function parts(left, n, relative)
  local out, sum = {}, 0
  for k = 1, n do sum = sum + (relative and relative[k] or 1) end
  for k = 1, n do out[k] = left * (relative and relative[k] or 1) / sum end
  return out
end

local function level(cells, side)
  local m = most(cells, side)
  for _, cell in ipairs(cells) do cell.margins[side] = m end
end

-- Panels of a row stand on one line, those of a column beneath each other; and so do the outer edges of all rows.
local function align(rows, columns)
  local first, last = {}, {}
  for _, row in ipairs(rows) do
    level(row, "top")
    level(row, "bottom")
    first[#first + 1], last[#last + 1] = row[1], row[#row]
  end
  for c = 1, columns do
    local column = {}
    for _, row in ipairs(rows) do
      if #row == columns then column[#column + 1] = row[c] end
    end
    level(column, "left")
    level(column, "right")
  end
  level(first, "left")
  level(last, "right")
end

-- Axes of a row share its width, rows the height, once the margins have what they need.
local function place(figure, out, rows)
  local head = figure.title and line * M.lines(figure.title) + 8 or 0
  local room = out.height - head
  for _, row in ipairs(rows) do room = room - row[1].margins.top - row[1].margins.bottom end
  local heights, top = parts(room, #rows, figure.heights), out.height - head
  for r, row in ipairs(rows) do
    local free, left = out.width, 0
    for _, cell in ipairs(row) do free = free - cell.margins.left - cell.margins.right end
    local widths = parts(free, #row, #row == out.columns and figure.widths or nil)
    for c, cell in ipairs(row) do
      local m = cell.margins
      if widths[c] < 20 or heights[r] < 15 then
        error("the figure is too small for its panels and labels: give it a larger width and height", 0)
      end
      cell.left, cell.right = left + m.left, left + m.left + widths[c]
      cell.top, cell.bottom = top - m.top, top - m.top - heights[r]
      cell.corner = { left + 4, top - 4 }
      left = cell.right + m.right
    end
    top = row[1].bottom - row[1].margins.bottom
  end
end

-- Space where one unit is as long along x as along y.
local function equalise(cell)
  if not cell.panel.equal then return end
  local w, h = cell.right - cell.left, cell.top - cell.bottom
  local x, y = cell.x, cell.y
  local per_x, per_y = (x.to - x.from) * x.factor / w, (y.to - y.from) * y.factor / h
  local axis, factor = x, per_y / per_x
  if factor < 1 then axis, factor = y, 1 / factor end
  local middle, half = (axis.from + axis.to) / 2, (axis.to - axis.from) / 2 * factor
  axis.from, axis.to = middle - half, middle + half
end

--- Settles all panels of a figure and places them.
-- @treturn table {width =, height =, cells = {{panel, x, y, z, left, right, top, bottom, corner, bar}, …}}
function M.place(figure)
  local columns, n_rows = 1, #figure.rows
  for _, row in ipairs(figure.rows) do columns = math.max(columns, #row) end
  local out = { columns = columns, cells = {} }
  out.width = figure.width or (columns == 1 and 8.9 or math.min(8.9 * columns, 18.3)) * cm
  out.height = figure.height or (n_rows == 1 and 6.2 or math.min(4.8 * n_rows, 23)) * cm
  local nx = math.max(2, math.floor(out.width / columns / 48))
  local ny = math.max(2, math.floor(out.height / n_rows / 36))
  local rows = {}
  for r, row in ipairs(figure.rows) do
    rows[r] = {}
    for c, panel in ipairs(row) do
      local cell = { panel = panel }
      cell.x, cell.y, cell.z = panels.settle(panel, math.max(2, nx * columns // #row), ny)
      cell.margins = margins(cell, figure)
      rows[r][c], out.cells[#out.cells + 1] = cell, cell
    end
  end
  align(rows, columns)
  place(figure, out, rows)
  for _, cell in ipairs(out.cells) do equalise(cell) end
  return out
end

return M
