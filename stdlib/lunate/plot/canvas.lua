--- A canvas of braille characters: two by four dots a character, a colour a character, and texts over them.
-- @module lunate.plot.canvas
local palette = require "lunate.plot.palette"

local M = {}

local Canvas = {}
Canvas.__index = Canvas

local bits = { { 0x01, 0x02, 0x04, 0x40 }, { 0x08, 0x10, 0x20, 0x80 } } -- by column, then row

--- A canvas of so many characters.
function M.new(width, height)
  return setmetatable({ width = width, height = height, dots = {}, colours = {}, texts = {} }, Canvas)
end

--- Sets the dot at x, y: from 0 to 2 width - 1 and 4 height - 1, y downwards. Outside nothing happens.
function Canvas:dot(x, y, colour)
  if x < 0 or y < 0 or x >= 2 * self.width or y >= 4 * self.height then return end
  local cell = (y >> 2) * self.width + (x >> 1) + 1
  self.dots[cell] = (self.dots[cell] or 0) | bits[(x & 1) + 1][(y & 3) + 1]
  self.colours[cell] = colour
end

-- Cuts a line to 0 .. w, 0 .. h (Liang and Barsky); nil where nothing is left.
local function clip(x1, y1, x2, y2, w, h)
  local from, to, dx, dy = 0.0, 1.0, x2 - x1, y2 - y1
  for _, side in ipairs { { -dx, x1 }, { dx, w - x1 }, { -dy, y1 }, { dy, h - y1 } } do
    local p, q = side[1], side[2]
    if p == 0 then
      if q < 0 then return nil end
    elseif p < 0 then
      from = math.max(from, q / p)
    else
      to = math.min(to, q / p)
    end
  end
  if from > to then return nil end
  return x1 + from * dx, y1 + from * dy, x1 + to * dx, y1 + to * dy
end

--- A line between two places, cut at the edges. `every`: only each so-manieth dot.
function Canvas:line(x1, y1, x2, y2, colour, every)
  x1, y1, x2, y2 = clip(x1, y1, x2, y2, 2 * self.width - 1, 4 * self.height - 1)
  if not x1 then return end
  local n = math.max(math.abs(x2 - x1), math.abs(y2 - y1))
  n = math.max(1, math.ceil(n))
  for k = 0, n, every or 1 do
    self:dot(math.floor(x1 + (x2 - x1) * k / n + 0.5), math.floor(y1 + (y2 - y1) * k / n + 0.5), colour)
  end
end

--- Writes text over the dots; column and row from 0. What does not fit is cut.
function Canvas:text(column, row, text, colour)
  row = math.max(0, math.min(row, self.height - 1))
  column = math.max(0, math.min(column, self.width - utf8.len(text)))
  for _, code in utf8.codes(text) do
    if column < self.width then self:glyph(column, row, utf8.char(code), colour) end
    column = column + 1
  end
end

--- One character, with a colour and the colour behind it.
function Canvas:glyph(column, row, char, colour, behind)
  self.texts[row * self.width + column + 1] = { char, colour, behind }
end

-- The nearest of a terminal's 216 colours.
local function code(colour)
  local r, g, b
  if type(colour) == "table" then r, g, b = colour[1], colour[2], colour[3] else r, g, b = palette.rgb(colour) end
  local function level(v) return math.floor(v / 51 + 0.5) end
  return 16 + 36 * level(r) + 6 * level(g) + level(b)
end

--- Text in a colour, where colours are wanted.
function M.paint(text, colour, coloured)
  if not coloured or not colour or colour == "#000000" then return text end
  return ("\27[38;5;%dm%s\27[0m"):format(code(colour), text)
end

--- The rows, as strings of `width` characters.
function Canvas:rows(coloured)
  local out = {}
  for row = 0, self.height - 1 do
    local parts = {}
    for column = 1, self.width do
      local cell = row * self.width + column
      local text = self.texts[cell]
      if text and text[3] and coloured then
        parts[column] = ("\27[38;5;%d;48;5;%dm%s\27[0m"):format(code(text[2]), code(text[3]), text[1])
      elseif text then
        parts[column] = M.paint(text[1], text[2], coloured)
      elseif self.dots[cell] then
        parts[column] = M.paint(utf8.char(0x2800 + self.dots[cell]), self.colours[cell], coloured)
      else
        parts[column] = " "
      end
    end
    out[row + 1] = table.concat(parts)
  end
  return out
end

return M
