--- Figures in a terminal: braille for points and lines, blocks for matrices, colours where the terminal has them.
-- @module lunate.plot.terminal
local canvases = require "lunate.plot.canvas"
local data = require "lunate.plot.data"
local layout = require "lunate.plot.layout"
local palette = require "lunate.plot.palette"
local panels = require "lunate.plot.panel"

local M = {}

local function length(text) return utf8.len(text) or #text end

local function cut(text, width)
  if length(text) <= width then return text end
  return width < 1 and "" or text:sub(1, utf8.offset(text, width) - 1) .. "…"
end

local function pad(text, width)
  text = cut(text, width)
  return text .. (" "):rep(width - length(text))
end

local function centre(text, width)
  text = cut(text, width)
  return pad((" "):rep((width - length(text)) // 2) .. text, width)
end

local function one_line(text) return (text:gsub("\n", " ")) end

-- ---------------------------------------------------------------- places

-- From SI to dots along an axis of n dots; nil for what cannot be drawn.
local function scale_of(axis, n, downwards)
  local from, to, factor = axis.from, axis.to, axis.factor
  if axis.log then from, to = math.log(from), math.log(to) end
  local flip = (axis.reversed or false) ~= (downwards or false)
  return function(v)
    v = v / factor
    if axis.log then v = v > 0 and math.log(v) or 0 / 0 end
    local u = (v - from) / (to - from)
    if u ~= u or u > 1e6 or u < -1e6 then return nil end
    return (flip and 1 - u or u) * (n - 1)
  end
end

local function whole(v) return math.floor(v + 0.5) end

-- ---------------------------------------------------------------- layers

local draw = {}

function draw.line(c, layer, at)
  local last_x, last_y
  for k = 1, #layer.x do
    local x, y = at.x(layer.x[k]), at.y(layer.y[k])
    if x and y then
      if not last_x then
        c:line(x, y, x, y, layer.colour)
      elseif layer.steps then
        c:line(last_x, last_y, x, last_y, layer.colour)
        c:line(x, last_y, x, y, layer.colour)
      else
        c:line(last_x, last_y, x, y, layer.colour)
      end
    end
    last_x, last_y = y and x, x and y
  end
end

function draw.points(c, layer, at, cell)
  local z = layer.values and cell.z
  for k = 1, #layer.x do
    local x, y = at.x(layer.x[k]), at.y(layer.y[k])
    local colour = layer.colour
    if z then
      local u = (layer.values[k] / z.factor - z.from) / (z.to - z.from)
      colour = u == u and { palette.at(z.scale, u) } or nil
    end
    if x and y and colour then c:dot(whole(x), whole(y), colour) end
  end
end
draw.dots = draw.points

function draw.ticks(c, layer, at)
  for k = 1, #layer.x do
    local x, a, b = at.x(layer.x[k]), at.y(layer.y[k] - 0.3), at.y(layer.y[k] + 0.3)
    if x and a and b then c:line(x, a, x, b, layer.colour) end
  end
end

function draw.bars(c, layer, at)
  local floor = at.y(0) or at.bottom
  for k = 1, #layer.heights do
    local a, b, top = at.x(layer.edges[k]), at.x(layer.edges[k + 1]), at.y(layer.heights[k])
    if a and b and top and layer.heights[k] ~= 0 then
      for x = whole(a), math.max(whole(a), whole(b) - 1) do c:line(x, floor, x, top, layer.colour) end
    end
  end
end

function draw.band(c, layer, at)
  for _, edge in ipairs { layer.low, layer.high } do
    local last_x, last_y
    for k = 1, #layer.x do
      local x, y = at.x(layer.x[k]), at.y(edge[k])
      if x and y and last_x then c:line(last_x, last_y, x, y, layer.colour, 3) end
      last_x, last_y = y and x, x and y
    end
  end
end

function draw.errors(c, layer, at)
  for k = 1, #layer.x do
    local x, a, b = at.x(layer.x[k]), at.y(layer.low[k]), at.y(layer.high[k])
    if x and a and b then c:line(x, a, x, b, layer.colour) end
  end
end

function draw.edges(c, layer, at)
  for k = 1, #layer.x1 do
    local x1, y1, x2, y2 = at.x(layer.x1[k]), at.y(layer.y1[k]), at.x(layer.x2[k]), at.y(layer.y2[k])
    if x1 and y1 and x2 and y2 then c:line(x1, y1, x2, y2, layer.colour, 2) end
  end
end

function draw.rule(c, layer, at)
  local v = at[layer.axis](layer.at)
  if not v then return end
  local w, h = 2 * c.width - 1, 4 * c.height - 1
  if layer.axis == "x" then c:line(v, 0, v, h, layer.colour, 3) else c:line(0, v, w, v, layer.colour, 3) end
  if layer.text and layer.axis == "x" then c:text(whole(v) // 2 + 1, 0, one_line(layer.text), layer.colour) end
  if layer.text and layer.axis == "y" then
    c:text(c.width, math.max(whole(v) // 4 - 1, 0), one_line(layer.text), layer.colour)
  end
end

function draw.span(c, layer, at)
  for _, edge in ipairs { "from", "to" } do
    draw.rule(c, { axis = layer.axis, at = layer[edge], text = edge == "from" and layer.text, colour = "#888888" }, at)
  end
end

function draw.scalebar(c, layer, at)
  local a, b = at.y(layer.from), at.y(layer.to)
  if not (a and b) then return end
  local x = 2 * c.width - 1
  c:line(x, a, x, b, layer.colour)
  c:text(c.width - length(layer.text) - 1, whole(a + b) // 8, layer.text)
end

function draw.note(c, layer, at)
  local x, y = at.x(layer.x), at.y(layer.y)
  if x and y then c:text(whole(x) // 2 + 1, whole(y) // 4, one_line(layer.text), layer.colour) end
end

-- ---------------------------------------------------------------- matrices

-- The mean of a matrix's elements between two rows and columns (fractions count whole), or nil.
local function mean_of(layer, i1, i2, j1, j2)
  local sum, n = 0, 0
  for i = math.max(i1, 1), math.min(i2, layer.rows) do
    for j = math.max(j1, 1), math.min(j2, layer.columns) do
      local v = layer.flat[(i - 1) * layer.columns + j]
      if data.finite(v) then sum, n = sum + v, n + 1 end
    end
  end
  return n > 0 and sum / n or nil
end

-- Which elements lie between two places of an axis shown over n cells; cell k of them, from 0.
local function elements(axis, k, n, flip, first, step)
  local a, b = k / n, (k + 1) / n
  if flip then a, b = 1 - b, 1 - a end
  local lo = ((axis.from + (axis.to - axis.from) * a) * axis.factor - first) / step + 1
  local hi = ((axis.from + (axis.to - axis.from) * b) * axis.factor - first) / step + 1
  local i, j = math.floor(lo + 0.5 + 1e-9), math.ceil(hi - 0.5 - 1e-9)
  return i, math.max(i, j)
end

local shades = { " ", "░", "▒", "▓", "█" }

function draw.image(c, layer, _, cell, coloured)
  local x, y, z = cell.x, cell.y, cell.z
  local halves = coloured and 2 or 1
  local function shade(row, column, n)
    local i1, i2 = elements(y, row, n, not y.reversed, layer.y0, layer.dy)
    local j1, j2 = elements(x, column, c.width, x.reversed, layer.x0, layer.dx)
    local v = mean_of(layer, i1, i2, j1, j2)
    return v and math.max(0, math.min((v / z.factor - z.from) / (z.to - z.from), 1))
  end
  for row = 0, c.height - 1 do
    for column = 0, c.width - 1 do
      local u = shade(row * halves, column, c.height * halves)
      if coloured then
        local v = shade(row * 2 + 1, column, c.height * 2)
        if u and v then c:glyph(column, row, "▀", { palette.at(z.scale, u) }, { palette.at(z.scale, v) }) end
      elseif u then
        c:glyph(column, row, shades[math.min(math.floor(u * 5), 4) + 1])
      end
    end
  end
end

-- ---------------------------------------------------------------- a panel

local function tick_rows(cell, canvas, at, left)
  local labels, last = {}, -1
  local ticks = {}
  for _, t in ipairs(cell.y.ticks) do
    local place = at.y(t[1] * cell.y.factor)
    if place and t[2] ~= "" then
      local row = math.floor(place / 4)
      if row >= 0 and row < canvas.height and not labels[row] then labels[row] = cut(t[2], left - 1) end
    end
  end
  local axis, numbers = {}, {}
  for column = 0, canvas.width - 1 do axis[column + 1] = "─" end
  for _, t in ipairs(cell.x.ticks) do
    local place = at.x(t[1] * cell.x.factor)
    if place and t[2] ~= "" then
      local column = math.floor(place / 2)
      local start = math.max(column - length(t[2]) // 2, 0)
      start = math.min(start, math.max(0, canvas.width - length(t[2])))
      if column >= 0 and column < canvas.width and start > last then
        axis[column + 1], last = "┬", start + length(t[2])
        ticks[#ticks + 1] = { start, t[2] }
      end
    end
  end
  local at_column = 0
  for _, t in ipairs(ticks) do
    numbers[#numbers + 1] = (" "):rep(t[1] - at_column) .. t[2]
    at_column = t[1] + length(t[2])
  end
  return labels, table.concat(axis), table.concat(numbers)
end

local function legend_of(panel, coloured)
  local parts, width = {}, 0
  for k, layer in ipairs(layout.legend(panel)) do
    local text = one_line(layer.label)
    parts[k] = canvases.paint("━━", layer.colour, coloured) .. " " .. text
    width = width + length(text) + 5
  end
  return table.concat(parts, "  "), math.max(width - 2, 0)
end

local function colour_legend(cell, coloured)
  local z = cell.z
  local parts = {}
  for k = 1, coloured and 12 or 5 do
    local r, g, b = palette.at(z.scale, (k - 1) / 11)
    parts[k] = coloured and canvases.paint("█", { r, g, b }, true) or shades[k]
  end
  local from, to = ("%.4g"):format(z.from), ("%.4g"):format(z.to)
  local text = ("%s %s %s %s"):format(one_line(z.text), from, table.concat(parts), to)
  return text, length(one_line(z.text)) + #from + #to + #parts + 3
end

-- One panel as lines of exactly `width` characters.
local function draw_panel(panel, width, height, coloured, letter)
  local cell = { panel = panel }
  cell.x, cell.y, cell.z = panels.settle(panel, math.max(2, width // 14), math.max(2, height // 4))
  local out, left = {}, 1
  local function line(text, shown) out[#out + 1] = text .. (" "):rep(math.max(0, width - (shown or length(text)))) end
  for _, t in ipairs(cell.y.ticks) do left = math.max(left, math.min(length(t[2]) + 1, width // 4)) end
  if panel.bare then left = 0 end
  if panel.title or letter then line(centre((letter and letter .. "  " or "") .. one_line(panel.title or ""), width)) end
  local legend, legend_width = legend_of(panel, coloured)
  if cell.z then legend, legend_width = colour_legend(cell, coloured) end
  local y_text = panel.bare and "" or cut(one_line(cell.y.text), width)
  if y_text ~= "" and length(y_text) + legend_width + 2 > width and legend_width > 0 then
    line(y_text)
    y_text = ""
  end
  if legend_width > width then legend, legend_width = "", 0 end
  if y_text ~= "" or legend_width > 0 then
    local gap = math.max(0, width - length(y_text) - legend_width)
    line(y_text .. (" "):rep(gap) .. legend, length(y_text) + gap + legend_width)
  end
  local below = panel.bare and 0 or cell.x.hidden and 1 or (cell.x.text ~= "" and 3 or 2)
  local canvas = canvases.new(math.max(4, width - left - (panel.bare and 0 or 1)), math.max(2, height - #out - below))
  local at = { x = scale_of(cell.x, 2 * canvas.width), y = scale_of(cell.y, 4 * canvas.height, true),
    bottom = 4 * canvas.height - 1 }
  for _, layer in ipairs(panel.layers) do draw[layer.kind](canvas, layer, at, cell, coloured) end
  if panels.empty(panel) then
    local text = panel.nothing or "nothing to draw"
    canvas:text((canvas.width - length(text)) // 2, canvas.height // 2, text)
  end
  if panel.corner then canvas:text(canvas.width, 0, panel.corner) end
  local labels, axis, numbers = tick_rows(cell, canvas, at, left)
  for row, text in ipairs(canvas:rows(coloured)) do
    local label = labels[row - 1]
    local margin = panel.bare and "" or (" "):rep(left - length(label or "")) .. (label or "") .. (label and "┤" or "│")
    line(margin .. text, length(margin) + canvas.width)
  end
  if not panel.bare then
    line((" "):rep(left) .. "└" .. axis)
    if not cell.x.hidden then line((" "):rep(left + 1) .. numbers) end
    if cell.x.text ~= "" and not cell.x.hidden then line((" "):rep(left + 1) .. centre(one_line(cell.x.text), canvas.width)) end
  end
  return out
end

-- ---------------------------------------------------------------- figures

local function beside(blocks, width)
  local lines, most = {}, 0
  for _, block in ipairs(blocks) do most = math.max(most, #block) end
  for k = 1, most do
    local parts = {}
    for c, block in ipairs(blocks) do parts[c] = block[k] or (" "):rep(width) end
    lines[k] = table.concat(parts, "  ")
  end
  return lines
end

--- A figure as text: lines ended by newlines.
-- @tab figure
-- @tab opts {width = 80, height = 24 (of a figure with one row; more rows take more), colour = false}
function M.draw(figure, opts)
  local width = data.whole(opts.width, "width", 20, 80)
  local height = data.whole(opts.height, "height", 8, #figure.rows == 1 and 24 or 14 * #figure.rows)
  local out, k = {}, 0
  if figure.title then out[1] = centre(one_line(figure.title), width) end
  local relative = 0
  for r = 1, #figure.rows do relative = relative + (figure.heights and figure.heights[r] or 1) end
  for r, row in ipairs(figure.rows) do
    local share = (figure.heights and figure.heights[r] or 1) / relative
    local blocks, each = {}, (width - 2 * (#row - 1)) // #row
    if each < 10 then error(("%d panels do not fit side by side in %d characters"):format(#row, width), 0) end
    for c, panel in ipairs(row) do
      k = k + 1
      local letter = figure.letters and string.char(64 + (k - 1) % 26 + 1) or nil
      blocks[c] = draw_panel(panel, each, math.max(8, math.floor(height * share)), opts.colour, letter)
    end
    for _, line in ipairs(beside(blocks, each)) do out[#out + 1] = line end
  end
  for i, line in ipairs(out) do out[i] = line:gsub("%s+$", "") end
  return table.concat(out, "\n") .. "\n"
end

-- Whether rank 0's output is a terminal, and its size. Under mpirun it always seems to be one, so there it is not.
local function look()
  if not (os.execute and io.popen) or require("lunate").ranks > 1 then return false end
  if not os.execute "[ -t 1 ]" then return false end
  local process = io.popen "stty size 2>/dev/null </dev/tty"
  local rows, columns = process:read("a"):match "^(%d+) (%d+)"
  process:close()
  local plain = not os.execute "[ -z \"$NO_COLOR\" ]"
  return true, tonumber(columns), tonumber(rows), plain
end

--- Draws a figure to the standard output of rank 0.
function M.show(figure, opts)
  local terminal, columns, rows, plain = look()
  local given = { width = opts.width, height = opts.height, colour = opts.colour }
  if given.colour == nil then given.colour = terminal and not plain end
  if given.width == nil and columns then given.width = math.max(40, math.min(columns, 120)) end
  if given.height == nil and rows and #figure.rows == 1 then given.height = math.max(12, math.min(rows - 2, 30)) end
  io.write(require("lunate.runtime").on_root("draw a figure", function() return M.draw(figure, given) end))
end

return M
