--- Layers in gnuplot's words: their data, and how each is plotted.
-- @module lunate.plot.layers
local data = require "lunate.plot.data"

local M = {}

--- A string for gnuplot, in double quotes. Quotes, backslashes, backquotes and what begins a variable or a macro
-- become octal codes; a newline becomes \n.
function M.quoted(text)
  return '"' .. data.text(text, "text"):gsub("[\"\\`$@\n]", function(c)
    return c == "\n" and "\\n" or ("\\%03o"):format(c:byte())
  end) .. '"'
end
local quoted = M.quoted

-- A tick's label, which gnuplot takes for the format of a number; of those with % it shows no more than 50 bytes.
local function tic_label(text)
  if not text:find "%%" then return text end
  if #text > 48 then
    local last = 45
    while utf8.len(text, 1, last) == nil or text:byte(last + 1) & 0xC0 == 0x80 do last = last - 1 end
    text = text:sub(1, last) .. "…"
  end
  return (text:gsub("%%", "%%%%"))
end

--- The ticks of an axis, with their labels or bare.
function M.tic_list(axis, bare)
  local out = {}
  for k, t in ipairs(axis.ticks) do
    local text = bare and "" or tic_label(t[2])
    out[k] = ("%s %.10g%s"):format(quoted(text), t[1], t.minor and " 1" or "")
  end
  return table.concat(out, ", ")
end

-- ---------------------------------------------------------------- data

local function number(v)
  if v ~= v or v == math.huge or v == -math.huge then return "NaN" end
  return ("%.8g"):format(v)
end

-- Lines of columns; each column is {list, factor}. A line with NaN in it is a gap.
local function columns(out, name, ...)
  local lists = { ... }
  local rows = { name .. " << EOD" }
  local a, b = lists[1], lists[2]
  local x, fx, y, fy = a[1], a[2], b[1], b[2]
  local format, huge = string.format, math.huge
  for k = 1, #x do
    local u, v = x[k], y[k]
    local text
    if u == u and v == v and u < huge and u > -huge and v < huge and v > -huge then
      text = format("%.8g %.8g", u / fx, v / fy)
    else
      text = number(u / fx) .. " " .. number(v / fy)
    end
    for c = 3, #lists do text = text .. " " .. number(lists[c][1][k] / lists[c][2]) end
    rows[k + 1] = text
  end
  rows[#rows + 1] = "EOD\n"
  out[#out + 1] = table.concat(rows, "\n")
end

local writers = {}

function writers.line(out, layer, name, fx, fy) columns(out, name, { layer.x, fx }, { layer.y, fy }) end
writers.ticks, writers.dots = writers.line, writers.line

function writers.points(out, layer, name, fx, fy, fz)
  if layer.values then
    columns(out, name, { layer.x, fx }, { layer.y, fy }, { layer.values, fz })
  else
    columns(out, name, { layer.x, fx }, { layer.y, fy })
  end
end

function writers.bars(out, layer, name, fx, fy)
  local left, right = {}, {}
  for k = 1, #layer.heights do left[k], right[k] = layer.edges[k], layer.edges[k + 1] end
  columns(out, name, { left, fx }, { layer.heights, fy }, { right, fx })
end

function writers.band(out, layer, name, fx, fy)
  columns(out, name, { layer.x, fx }, { layer.low, fy }, { layer.high, fy })
end

function writers.errors(out, layer, name, fx, fy)
  columns(out, name, { layer.x, fx }, { layer.y, fy }, { layer.low, fy }, { layer.high, fy })
end

function writers.edges(out, layer, name, fx, fy)
  columns(out, name, { layer.x1, fx }, { layer.y1, fy }, { layer.x2, fx }, { layer.y2, fy })
end

function writers.image(out, layer, name, _, _, fz)
  if layer.rows == 0 or layer.columns == 0 then return end
  local rows, flat = { name .. " << EOD" }, layer.flat
  for i = 1, layer.rows do
    local row, base = {}, (i - 1) * layer.columns
    for j = 1, layer.columns do row[j] = number(flat[base + j] / fz) end
    rows[i + 1] = table.concat(row, " ")
  end
  rows[#rows + 1] = "EOD\n"
  out[#out + 1] = table.concat(rows, "\n")
end

--- Appends a layer's data to a script, in the units that the axes show.
function M.data(out, layer, name, cell)
  local write = writers[layer.kind]
  if write then write(out, layer, name, cell.x.factor, cell.y.factor, cell.z and cell.z.factor or 1) end
end

-- ---------------------------------------------------------------- how they are plotted

local shapes = { circle = 7, square = 5, triangle = 9, diamond = 13, ring = 6 }

-- A colour with an opacity from 0 to 1.
local function shade(colour, opacity)
  if not opacity or opacity == 1 then return quoted(colour) end
  return ('"#%02X%s"'):format(math.floor((1 - opacity) * 255 + 0.5), colour:sub(2))
end

local function title(layer, cell)
  if layer.label and cell.panel.legend then return "title " .. quoted(layer.label) end
  return "notitle"
end

local plotters = {}

function plotters.line(layer, name, cell)
  return ("%s using 1:2 with %s lc rgb %s lw %g dt %d %s"):format(name, layer.steps and "steps" or "lines",
    shade(layer.colour, layer.opacity), layer.width or 1, layer.dash or 1, title(layer, cell))
end

-- A stroke in the legend for what is too small there.
local function swatch(layer, cell)
  if not (layer.label and cell.panel.legend) then return "" end
  return (", \\\n     NaN with lines lw 3 lc rgb %s %s"):format(quoted(layer.colour), title(layer, cell))
end

-- Many dots are short strokes: as small as these they look the same, and draw several times faster.
function plotters.dots(layer, name, cell)
  if #layer.x <= 4000 then
    return ("%s using 1:2 with points pt 7 ps %g lw 0.1 lc rgb %s notitle"):format(name, layer.size, quoted(layer.colour))
      .. swatch(layer, cell)
  end
  local length = layer.size * 4 * math.abs(cell.y.to - cell.y.from) / (cell.top - cell.bottom) -- in units of the axis
  return ("%s using 1:($2-%.6g):(0):(%.6g) with vectors nohead lw %g lc rgb %s notitle"):format(name, length / 2, length,
    layer.size * 4, quoted(layer.colour)) .. swatch(layer, cell)
end

function plotters.points(layer, name, cell)
  local colour = layer.values and "palette" or "rgb " .. shade(layer.colour, layer.opacity)
  return ("%s using 1:2%s with points pt %d ps %g lw %g lc %s %s"):format(name, layer.values and ":3" or "",
    shapes[layer.shape or "circle"], layer.size or 0.5, layer.shape == "ring" and 0.8 or 0.1, colour, title(layer, cell))
end

function plotters.ticks(layer, name, cell)
  local height = layer.height or 0.8
  local stroke = ("%s using 1:($2-%g):(0):(%g) with vectors nohead lc rgb %s lw 0.8 notitle"):format(name,
    height / 2 / cell.y.factor, height / cell.y.factor, quoted(layer.colour))
  return stroke .. swatch(layer, cell)
end

function plotters.bars(layer, name, cell)
  local base = cell.y.log and cell.y.from or 0
  if layer.outline then
    return ("%s using 1:2 with steps lc rgb %s lw 1 %s"):format(name, quoted(layer.colour), title(layer, cell))
  end
  return ("%s using (($1+$3)/2):($2):1:3:(%g):2 with boxxyerror fs transparent solid %g noborder lc rgb %s %s"):format(name,
    base, layer.opacity or 1, quoted(layer.colour), title(layer, cell))
end

function plotters.band(layer, name, cell)
  return ("%s using 1:2:3 with filledcurves fs transparent solid 0.25 noborder lc rgb %s %s"):format(name,
    quoted(layer.colour), title(layer, cell))
end

function plotters.errors(layer, name, cell)
  return ("%s using 1:3:(0):($4-$3) with vectors heads size graph 0.01,90 lw 0.8 lc rgb %s %s"):format(name,
    quoted(layer.colour), title(layer, cell))
end

function plotters.edges(layer, name)
  return ("%s using 1:2:($3-$1):($4-$2) with vectors %s lc rgb %s lw %g notitle"):format(name,
    layer.arrows and "head size screen 0.008,18 filled" or "nohead", shade(layer.colour, layer.opacity), layer.width or 0.5)
end

function plotters.image(layer, name, cell)
  if layer.rows == 0 or layer.columns == 0 then return end
  local fx, fy = cell.x.factor, cell.y.factor
  local pixels = cell.as_pixels and layer.rows * layer.columns <= 20000 and " pixels" or ""
  return ("%s matrix using (%.10g+%.10g*$1):(%.10g+%.10g*$2):3 with image%s notitle"):format(name, layer.x0 / fx,
    layer.dx / fx, layer.y0 / fy, layer.dy / fy, pixels)
end

--- Appends the element of gnuplot's plot command for a layer; annotations have none.
function M.plot(out, layer, name, cell)
  local write = plotters[layer.kind]
  out[#out + 1] = write and write(layer, name, cell) or nil
end

-- ---------------------------------------------------------------- annotations

local annotate = {}

-- How a text above x, in the axis's unit, is set: about it, but inwards near an end, where it would leave the figure.
local function inwards(axis, x)
  local from, to = axis.from, axis.to
  if axis.log then from, to, x = math.log(from), math.log(to), math.log(x) end
  local place = (x - from)/(to - from)
  if axis.reversed then place = 1 - place end
  return place < 0.05 and "left" or place > 0.95 and "right" or "center"
end

function annotate.rule(layer, cell)
  local at = ("%.10g"):format(layer.at / cell[layer.axis].factor)
  local vertical = layer.axis == "x"
  local from = vertical and at .. ", graph 0" or "graph 0, first " .. at
  local to = vertical and at .. ", graph 1" or "graph 1, first " .. at
  local text = ""
  if layer.text then
    text = vertical and ("\nset label %s at %s, graph 1 %s offset character 0, 0.75 textcolor rgb %s"):format(
      quoted(layer.text), at, inwards(cell.x, layer.at / cell.x.factor), quoted(layer.colour))
      or ("\nset label %s at graph 0.99, first %s right offset character 0, 0.75 textcolor rgb %s"):format(
        quoted(layer.text), at, quoted(layer.colour))
  end
  return ("set arrow from %s to %s nohead lw 0.8 dt 2 lc rgb %s %s%s"):format(from, to, quoted(layer.colour),
    layer.front and "front" or "back", text)
end

function annotate.span(layer, cell)
  local factor = cell[layer.axis].factor
  local from, to = ("%.10g"):format(layer.from / factor), ("%.10g"):format(layer.to / factor)
  local vertical = layer.axis == "x"
  local object = vertical and ("set object rectangle from %s, graph 0 to %s, graph 1"):format(from, to)
    or ("set object rectangle from graph 0, first %s to graph 1, first %s"):format(from, to)
  object = ("%s behind fc rgb %s fs transparent solid 0.4 noborder"):format(object, quoted(layer.colour))
  if not layer.text then return object end
  local middle = (layer.from + layer.to) / 2 / factor
  if vertical then
    return ("%s\nset label %s at %.10g, graph 1 %s offset character 0, 0.75"):format(object, quoted(layer.text), middle,
      inwards(cell.x, middle))
  end
  return ("%s\nset label %s at graph 0.99, first %.10g right"):format(object, quoted(layer.text), middle)
end

-- How long a stretch of the y axis is, right of the panel.
function annotate.scalebar(layer, cell)
  local from, to = layer.from / cell.y.factor, layer.to / cell.y.factor
  local arrow = ("set arrow from graph 1.02, first %.10g to graph 1.02, first %.10g nohead lw 0.8"):format(from, to)
  return ("%s\nset label %s at graph 1.035, first %.10g left"):format(arrow, quoted(layer.text), (from + to) / 2)
end

function annotate.note(layer, cell)
  return ("set label %s at %.10g, %.10g %s%s textcolor rgb %s front"):format(quoted(layer.text), layer.x / cell.x.factor,
    layer.y / cell.y.factor, layer.align or "left", layer.align and "" or " offset character 0.6, 0.3", quoted(layer.colour))
end

--- Appends the commands for a panel's annotations.
function M.annotations(out, cell)
  for _, layer in ipairs(cell.panel.layers) do
    local write = annotate[layer.kind]
    if write then out[#out + 1] = write(layer, cell) end
  end
end

return M
