--- Plots: what the functions of `ln.plot` return. Drawn by gnuplot to files, by us in a terminal.
-- @module lunate.plot.figure
local Q = require "lunate.quantity"
local guard = require "lunate.guard"
local options = require "lunate.options"
local runtime = require "lunate.runtime"
local data = require "lunate.plot.data"
local panels = require "lunate.plot.panel"

local M = {}

local Plot = { __name = "plot" }
local private = setmetatable({}, { __mode = "k" })
local methods = {}

local metre = Q.dim_of(Q.units.metre)
local point = 0.0254 / 72 -- of a printer, in metres

--- True for a plot.
function M.is(x) return getmetatable(x) == Plot end

--- The inner record of a plot: {rows = {{panel, …}, …}, title =, width =, height = (in points), letters =}.
function M.inner(x) return private[x] end

local function make(figure)
  local self = setmetatable({}, Plot)
  private[self] = figure
  return self
end

-- A width or height in points.
local function size(value, what)
  local x = data.positive(value, what, metre)
  if x and (x < 0.01 or x > 1) then error(("%s must be between 1 cm and 1 m"):format(what), 0) end
  return x and x / point
end

--- A plot of one panel, with what the user's options say about the whole.
-- @tab panel
-- @string summary what it shows: "raster of exc: 4120 spikes"
function M.single(panel, summary)
  panels.annotate(panel, panel.opts.annotations)
  return make {
    rows = { { panel } }, summary = summary, width = size(panel.opts.width, "width"),
    height = size(panel.opts.height, "height"),
  }
end

-- ---------------------------------------------------------------- several panels

local function check_grid(grid)
  local rows, count = {}, 0
  for r, row in ipairs(grid) do
    if M.is(row) then row = { row } end
    if data.kind_of(row) ~= "table" then data.refuse(row, ("row %d"):format(r), "a list of plots") end
    rows[r] = {}
    for c, plot in ipairs(row) do
      if not M.is(plot) then data.refuse(plot, ("panel %d of row %d"):format(c, r), "a plot of ln.plot") end
      local inner = private[plot]
      if #inner.rows ~= 1 or #inner.rows[1] ~= 1 then
        error(("panel %d of row %d has panels itself: put all into one grid"):format(c, r), 0)
      end
      rows[r][c], count = inner.rows[1][1], count + 1
    end
    if #rows[r] == 0 then error(("row %d has no panels"):format(r), 0) end
  end
  if count == 0 then error("ln.plot.panels takes rows of plots: { {a, b}, {c} }", 0) end
  return rows, count
end

local function shares(list, what, n)
  if list == nil then return nil end
  if #list ~= n then error(("%s: %d numbers were given for %d"):format(what, #list, n), 0) end
  local out = {}
  for k = 1, n do out[k] = data.positive(list[k], what, Q.dimensionless) end
  return out
end

-- Panels of a column get one x axis; only the lowest shows its numbers.
local function share_x(rows)
  local deepest = rows[#rows]
  for c = 1, #deepest do
    local span, first = { math.huge, -math.huge }, rows[1][c]
    for r = 1, #rows do
      local panel = rows[r][c]
      if #rows[r] ~= #deepest then error("share_x: all rows must have the same number of panels", 0) end
      if panel.x.dim ~= first.x.dim then error("share_x: the panels of a column differ in what x is", 0) end
      local own = panels.span_x(panel)
      span = { math.min(span[1], own[1]), math.max(span[2], own[2]) }
    end
    for r = 1, #rows do
      local copy = setmetatable({}, { __index = rows[r][c] })
      copy.x = setmetatable({ hidden = r < #rows, low = first.x.low, high = first.x.high }, { __index = rows[r][c].x })
      copy.also_x = span[1] <= span[2] and span or nil
      rows[r][c] = copy
    end
  end
end

--- Several plots in a grid: `ln.plot.panels { {a, b}, {c} }`; a row shares the width equally.
-- @tab grid rows of plots, and options: title, width, height, heights = {2, 1} (of rows, relative), widths,
-- share_x = true (one x axis a column), letters = false (no A, B, C)
function M.panels(grid)
  if data.kind_of(grid) ~= "table" then data.refuse(grid, "ln.plot.panels", "given rows of plots: { {a, b}, {c} }") end
  local opts = {}
  for key, value in pairs(grid) do
    if math.type(key) ~= "integer" then opts[key] = value end
  end
  options.check("ln.plot.panels", opts, { title = true, width = true, height = true, heights = { "table" },
    widths = { "table" }, share_x = { "boolean" }, letters = { "boolean" } })
  local rows, count = check_grid(grid)
  if opts.share_x then share_x(rows) end
  local columns = 1
  for _, row in ipairs(rows) do columns = math.max(columns, #row) end
  local letters = opts.letters
  if letters == nil then letters = count > 1 end
  return make {
    rows = rows, title = opts.title ~= nil and data.text(opts.title, "title") or nil, letters = letters,
    width = size(opts.width, "width"), height = size(opts.height, "height"),
    heights = shares(opts.heights, "heights", #rows), widths = shares(opts.widths, "widths", columns),
    summary = ("%d panel%s in %d row%s"):format(count, count == 1 and "" or "s", #rows, #rows == 1 and "" or "s"),
  }
end

-- ---------------------------------------------------------------- what a plot can do

--- Lays another plot's lines and points over this one; the axes must be of the same dimensions.
-- @treturn plot a new one
methods.over = guard.wrap("over", function(self, other)
  local a, b = private[self], M.is(other) and private[other]
  if not b then data.refuse(other, "over", "given a plot") end
  if #a.rows ~= 1 or #a.rows[1] ~= 1 or #b.rows ~= 1 or #b.rows[1] ~= 1 then
    error("over: only plots of one panel lie over each other", 0)
  end
  local one, two = a.rows[1][1], b.rows[1][1]
  for _, letter in ipairs { "x", "y" } do
    if one[letter].dim ~= two[letter].dim then
      error(("over: %s is in %s below and in %s above"):format(letter, one[letter].dim, two[letter].dim), 0)
    end
  end
  local merged = setmetatable({ layers = {}, z = one.z or two.z }, { __index = one })
  for _, panel in ipairs { one, two } do
    for _, layer in ipairs(panel.layers) do merged.layers[#merged.layers + 1] = layer end
  end
  return make { rows = { { merged } }, summary = a.summary .. "; " .. b.summary, width = a.width, height = a.height }
end)

--- Writes the picture: .png, .svg or .pdf by gnuplot; .gp is gnuplot's script with the data inside, to be edited.
-- Collective; rank 0 draws.
-- @string path
-- @tab[opt] opts {dpi = 300} dots an inch of a PNG
-- @treturn plot itself
methods.save = guard.wrap("save", function(self, path, opts)
  require("lunate.plot.gnuplot").save(private[self], path, opts)
  return self
end)

--- Shows it in a window where there is a display and gnuplot can, else in the terminal. Collective; rank 0 draws.
-- @tab[opt] opts {terminal = true (even where there is a display), width =, height = (characters), colour = boolean}
methods.show = guard.wrap("show", function(self, opts)
  opts = options.check("show", opts or {}, { terminal = { "boolean" }, width = true, height = true, colour = { "boolean" } })
  if not opts.terminal and require("lunate.plot.gnuplot").window(private[self]) then return end
  require("lunate.plot.terminal").show(private[self], opts)
end)

--- The picture as text in braille characters.
-- @tab[opt] opts {width = 80, height = 24, colour = false}
-- @treturn string
methods.text = guard.wrap("text", function(self, opts)
  opts = options.check("text", opts or {}, { width = true, height = true, colour = { "boolean" } })
  return runtime.on_root("draw a figure", function() return require("lunate.plot.terminal").draw(private[self], opts) end)
end)

--- gnuplot's script with the data inside, as `:save "x.gp"` writes it.
-- @treturn string
methods.script = guard.wrap("script", function(self)
  return runtime.on_root("draw a figure", function() return (require("lunate.plot.gnuplot").script(private[self])) end)
end)

Plot.__index = guard.wrap("field", function(_, key)
  if methods[key] then return methods[key] end
  if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
  local names = {}
  for name in pairs(methods) do names[#names + 1] = name end
  error(("a plot has no '%s'%s"):format(tostring(key), options.hint(key, names)), 0)
end)

Plot.__tostring = function(self)
  local figure = private[self]
  local title = figure.title or figure.rows[1][1].title
  if #figure.rows > 1 or #figure.rows[1] > 1 then title = figure.title end
  return ("plot%s: %s (:show(), :save \"x.png\")"):format(title and (" “%s”"):format(title) or "", figure.summary)
end

Plot.__complete = function() return { "over", "save", "script", "show", "text" } end
Plot.__help = [[A picture: plot:save "x.png" (or .svg, .pdf, .gp), plot:show() in a window or the terminal, plot:over(other),
plot:text{width=, height=} in braille, plot:script() for gnuplot; several together: ln.plot.panels{ {a, b}, {c} }.]]

return M
