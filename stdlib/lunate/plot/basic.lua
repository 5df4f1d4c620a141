--- Figures of numbers: lines, points, histograms, matrices, curves with error bands.
-- @module lunate.plot.basic
local Q = require "lunate.quantity"
local axes = require "lunate.plot.axis"
local data = require "lunate.plot.data"
local figure = require "lunate.plot.figure"
local numerics = require "lunate.plot.numerics"
local palette = require "lunate.plot.palette"
local panels = require "lunate.plot.panel"

local M = {}

local none = Q.dimensionless

local function same_length(x, y, what)
  if #x ~= #y then error(("%s: x has %d elements and y has %d"):format(what, #x, #y), 0) end
end

local function count(n, noun) return ("%d %s%s"):format(n, noun, n == 1 and "" or "s") end
M.count = count

local function counting(n)
  local out = {}
  for k = 1, n do out[k] = k end
  return out
end

-- The series of a figure: x shared or 1, 2, 3 …; y one list, several, or the columns of a matrix.
local function series_of(what, x, y)
  local series, dim = {}, nil
  local function add(list, d)
    if dim and d ~= dim then error(("%s: a series is in %s, but those before it are in %s"):format(what, d, dim), 0) end
    dim, series[#series + 1] = d, list
  end
  if data.kind_of(y) == "array" and data.is_matrix(y) then
    local m = data.matrix(y, "y")
    for j = 1, m.columns do add(data.column(m, j), m.dim) end
  elseif data.is_matrix(y) then
    for k, one in ipairs(y) do add(data.numbers(one, ("series %d"):format(k))) end
  else
    add(data.numbers(y, "y"))
  end
  local xs, x_dim
  if x == nil then xs, x_dim = counting(#series[1]), none else xs, x_dim = data.numbers(x, "x") end
  for k = 1, #series do same_length(xs, series[k], what) end
  return xs, x_dim, series, dim
end

-- Functions take (y, options), (x, y) or (x, y, options): what is a table of named options stands last.
local function is_options(x)
  return data.kind_of(x) == "table" and #x == 0 and next(x) ~= nil
end

local function arguments(x, y, opts)
  if opts == nil and (y == nil or is_options(y)) then return nil, x, y end
  return x, y, opts
end

-- y less and plus its errors.
local function given_error(err, ys, dim)
  local e, d = data.numbers(err, "error")
  if d ~= dim then error(("error is in %s, but y is in %s"):format(d, dim), 0) end
  same_length(ys, e, "error")
  local low, high = {}, {}
  for k = 1, #ys do low[k], high[k] = ys[k] - e[k], ys[k] + e[k] end
  return low, high
end

--- A line, or several: `line(y)`, `line(x, y)`, `line(x, {y1, y2}, {labels = {"a", "b"}})`; columns of a matrix are
-- lines, too. Lines break where a value is not a number.
-- @param[opt] x
-- @param y
-- @tab[opt] opts steps = true, and those of all kinds
function M.line(x, y, opts)
  x, y, opts = arguments(x, y, opts)
  opts = panels.options("line", opts, { steps = { "boolean" } })
  local xs, x_dim, series, dim = series_of("line", x, y)
  local panel = panels.new("line", opts, { x = { dim = x_dim, tight = true }, y = { dim = dim } })
  if x == nil then panel.x.whole = true end
  for k, ys in ipairs(series) do
    panels.add(panel, { kind = "line", x = xs, y = ys, colour = panels.colour(panel, k), steps = opts.steps,
      label = panels.label(panel, k), dash = #series > 1 and palette.dashes(k) or nil })
  end
  return figure.single(panel, ("%s of %s"):format(count(#series, "line"), count(#xs, "point")))
end

--- Points, coloured by `values` where given: `scatter(x, y, {values = z, zlabel = "…", fit = true})`. With `fit`, the
-- line of least squares and r are shown.
-- @param x
-- @param y
-- @tab[opt] opts values, size, shape = "circle"|"square"|"triangle"|"diamond"|"ring", fit, error (of y: bars)
function M.scatter(x, y, opts)
  opts = panels.options("scatter", opts, { values = true, size = { "number" }, shape = { "string" }, fit = { "boolean" },
    error = true })
  local xs, x_dim = data.numbers(x, "x")
  local ys, y_dim = data.numbers(y, "y")
  same_length(xs, ys, "scatter")
  local values, z_dim
  if opts.values ~= nil then
    values, z_dim = data.numbers(opts.values, "values")
    if #values ~= #xs then error(("scatter: values has %d elements, x has %d"):format(#values, #xs), 0) end
  end
  if opts.shape and not ({ circle = 1, square = 1, triangle = 1, diamond = 1, ring = 1 })[opts.shape] then
    error("scatter: shape must be \"circle\", \"square\", \"triangle\", \"diamond\" or \"ring\"", 0)
  end
  local panel = panels.new("scatter", opts, { x = { dim = x_dim }, y = { dim = y_dim }, z = values and { dim = z_dim } })
  panels.add(panel, { kind = "points", x = xs, y = ys, values = values, colour = panels.colour(panel, 1),
    label = panels.label(panel, 1), shape = opts.shape, opacity = #xs > 200 and 0.6 or nil,
    size = data.positive(opts.size, "size", none, #xs > 1000 and 0.3 or 0.55) })
  if opts.error ~= nil then
    local low, high = given_error(opts.error, ys, y_dim)
    panels.add(panel, { kind = "errors", x = xs, y = ys, low = low, high = high, colour = panels.colour(panel, 1) })
  end
  if opts.fit then
    local a, b, r = numerics.least_squares(xs, ys)
    if not a then error("scatter: a fit needs two points with different x", 0) end
    local lo, hi = numerics.range(xs)
    panels.add(panel, { kind = "line", x = { lo, hi }, y = { a + b * lo, a + b * hi }, colour = "#000000" })
    panel.corner = ("r = %.2f"):format(r):gsub("%-", "−")
  end
  return figure.single(panel, ("scatter of %s"):format(count(#xs, "point")))
end

--- A histogram of one or several sets of numbers. The bins are the same for all; several sets are outlined.
-- @param x array, or list of arrays
-- @tab[opt] opts bins (default 30), low, high (edges), density = true (area 1 rather than counts)
function M.histogram(x, opts)
  opts = panels.options("histogram", opts, { bins = true, low = true, high = true, density = { "boolean" } })
  local sets, dim = {}, nil
  for k, one in ipairs(data.is_matrix(x) and data.kind_of(x) == "table" and x or { x }) do
    local list, d = data.numbers(one, data.is_matrix(x) and ("set %d"):format(k) or "the data")
    if dim and d ~= dim then error(("histogram: set %d is in %s, but those before it in %s"):format(k, d, dim), 0) end
    dim, sets[k] = d, list
  end
  local bins = data.whole(opts.bins, "bins", 1, 30)
  local lo, hi = numerics.range(table.unpack(sets))
  lo, hi = data.number(opts.low, "low", dim, lo), data.number(opts.high, "high", dim, hi)
  if lo == hi then lo, hi = lo - (lo == 0 and 0.5 or math.abs(lo) * 0.05), hi + (hi == 0 and 0.5 or math.abs(hi) * 0.05) end
  if lo > hi and (opts.low ~= nil or opts.high ~= nil) then error("histogram: low must be below high", 0) end
  local y = { label = "count", from_zero = true }
  if opts.density then
    local unit, factor = axes.suit(math.max(math.abs(lo), math.abs(hi)), dim)
    y.label, y.dim, y.unit, y.factor, y.shown = "density", none / dim, unit and "1/" .. unit, 1 / factor, true
  end
  local panel = panels.new("histogram", opts, { x = { dim = dim, tight = true }, y = y })
  local n = 0
  for k, list in ipairs(sets) do
    n = n + #list
    if lo < hi then
      local edges, heights = numerics.histogram(list, bins, lo, hi, opts.density)
      local layer = { kind = "bars", edges = edges, heights = heights, colour = panels.colour(panel, k),
        label = panels.label(panel, k) }
      if #sets > 1 then layer.opacity = 0.5 end
      panels.add(panel, layer)
    end
  end
  return figure.single(panel, ("histogram of %s"):format(count(n, "number")))
end

--- A matrix in colours, the first row on top. Values of both signs get a scale that is white at 0.
-- @param matrix array of two dimensions, or list of rows
-- @tab[opt] opts x, y (places of columns and rows, equally spaced), zlabel, palette, origin = "top"|"bottom"
function M.heatmap(matrix, opts)
  opts = panels.options("heatmap", opts, { x = true, y = true, origin = { "string" } })
  local m = data.matrix(matrix, "the matrix")
  local x = numerics.places(opts.x, m.columns, "x")
  local y = numerics.places(opts.y, m.rows, "y")
  if opts.origin ~= nil and opts.origin ~= "top" and opts.origin ~= "bottom" then
    error("origin must be \"top\" or \"bottom\"", 0)
  end
  local top = opts.origin == "top" or opts.origin == nil and opts.y == nil
  local panel = panels.new("heatmap", opts, {
    x = { dim = x.dim, tight = true, whole = opts.x == nil }, z = { dim = m.dim }, scale = "auto", no_log = true,
    y = { dim = y.dim, tight = true, whole = opts.y == nil, reversed = top },
  })
  panels.add(panel, { kind = "image", rows = m.rows, columns = m.columns, flat = m.flat, x0 = x.first, dx = x.step,
    y0 = y.first, dy = y.step })
  return figure.single(panel, ("heat map of %d × %d"):format(m.rows, m.columns))
end

-- ---------------------------------------------------------------- curves with errors

-- Mean and error of each column of a matrix, of what is a number in it.
local function summarise(m, kind)
  local means, low, high = {}, {}, {}
  for j = 1, m.columns do
    local mean, sd, n = numerics.moments(data.column(m, j))
    local e = kind == "sd" and sd or sd / math.sqrt(n)
    means[j], low[j], high[j] = mean, mean - e, mean + e
  end
  return means, low, high
end

-- One curve: y a list, with opts.error a list or none; or a matrix of repetitions (rows) by places (columns).
local function curve(y, err, what)
  if data.is_matrix(y) then
    if err ~= nil and err ~= "sd" and err ~= "sem" then
      error(("%s: error must be \"sem\" or \"sd\" where y has repetitions"):format(what), 0)
    end
    local m = data.matrix(y, "y")
    local means, low, high = summarise(m, err)
    return means, m.dim, low, high, m.rows
  end
  local ys, dim = data.numbers(y, "y")
  if err == nil then return ys, dim end
  if type(err) == "string" then error(("%s: \"%s\" needs y as repetitions by places"):format(what, err), 0) end
  local low, high = given_error(err, ys, dim)
  return ys, dim, low, high
end

local function draw_curve(kind, x, y, opts, markers)
  opts = panels.options(kind, opts, { error = true })
  local several = data.kind_of(y) == "table" and data.is_matrix(y) and data.is_matrix(y[1])
  local xs, x_dim
  if x ~= nil then xs, x_dim = data.numbers(x, "x") end
  local panel, repetitions
  for k, one in ipairs(several and y or { y }) do
    local ys, dim, low, high, n = curve(one, opts.error, kind)
    if not xs then xs, x_dim = counting(#ys), none end
    same_length(xs, ys, kind)
    panel = panel or panels.new(kind, opts, { x = { dim = x_dim, whole = x == nil, tight = not markers }, y = { dim = dim } })
    if dim ~= panel.y.dim then error(("%s: curve %d is in %s, those before it in %s"):format(kind, k, dim, panel.y.dim), 0) end
    local colour, label = panels.colour(panel, k), panels.label(panel, k)
    if low then panels.add(panel, { kind = "band", x = xs, low = low, high = high, colour = colour }) end
    panels.add(panel, { kind = "line", x = xs, y = ys, colour = colour, label = label, width = 1.4,
      dash = several and palette.dashes(k) or nil })
    if markers then
      local shapes = { "circle", "square", "triangle", "diamond", "ring" }
      panels.add(panel, { kind = "points", x = xs, y = ys, colour = colour, size = 0.65, shape = shapes[(k - 1) % 5 + 1] })
    end
    repetitions = n
  end
  if not panel then error(kind .. ": y has no curves", 0) end
  local over = repetitions and (", mean of %s with %s"):format(count(repetitions, "repetition"), opts.error or "sem") or ""
  return figure.single(panel, ("%s curve of %s%s"):format(kind, count(#xs, "point"), over))
end

--- A tuning curve: responses over stimuli, with markers and an error band.
-- @param x stimuli
-- @param y responses; or repetitions × stimuli, of which the mean is drawn; or a list of several such
-- @tab[opt] opts error = array | "sem" (default) | "sd"
function M.tuning(x, y, opts) return draw_curve("tuning", x, y, opts, true) end

--- A learning curve: `learning(y)` over trials or `learning(x, y)`; as `tuning`, without markers.
function M.learning(x, y, opts)
  x, y, opts = arguments(x, y, opts)
  opts = opts or {}
  local plot = draw_curve("learning", x, y, opts, false)
  if opts.xlabel == nil and x == nil then figure.inner(plot).rows[1][1].x.label = "trial" end
  return plot
end

return M
