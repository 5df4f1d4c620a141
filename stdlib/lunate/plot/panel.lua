--- A panel: axes and the layers drawn on them, before anybody knows where they will be drawn.
--
-- Layers hold SI numbers; settling a panel finds limits, units and ticks. Kinds of layers:
--
--    line    {x, y, steps =}                points  {x, y, values =, shape =, size =}
--    ticks   {x, y}: spikes as strokes      dots    {x, y, size}: spikes as dots
--    bars    {edges, heights}
--    band    {x, low, high}                 errors  {x, y, low, high}
--    image   {rows, columns, flat, x0, dx, y0, dy}: cell centres
--    edges   {x1, y1, x2, y2}               rule    {axis = "x"|"y", at, text =}
--    span    {axis, from, to}               note    {x, y, text}
--    scalebar {from, to, text}: along y
-- @module lunate.plot.panel
local options = require "lunate.options"
local axes = require "lunate.plot.axis"
local data = require "lunate.plot.data"
local palette = require "lunate.plot.palette"

local M = {}

local common = {
  title = true, xlabel = true, ylabel = true, zlabel = true, xlim = true, ylim = true, zlim = true, xunit = true,
  yunit = true, zunit = true, log = { "string" }, legend = true, width = true, height = true, annotations = { "table" },
  palette = { "string" }, colour = true, colours = { "table" }, label = true, labels = { "table" },
}

local places = {
  ["top right"] = true, ["top left"] = true, ["bottom right"] = true, ["bottom left"] = true, right = true,
}

--- Checks a kind's options: those of all kinds and its own.
-- @string kind "raster"
-- @tab opts the user's
-- @tab own name -> list of Lua types, or true
function M.options(kind, opts, own)
  local allowed = {}
  for name, types in pairs(common) do allowed[name] = types end
  for name, types in pairs(own or {}) do allowed[name] = types end
  return options.check("ln.plot." .. kind, opts == nil and {} or opts, allowed)
end

local function apply_log(panel, log)
  if log == nil then return end
  if not log:find "^x?y?$" or log == "" then
    error(("log must be \"x\", \"y\" or \"xy\", not '%s'"):format(data.text(log, "log")), 0)
  end
  if panel.no_log then error(("%s has no logarithmic axes: its cells are of equal size"):format(panel.kind), 0) end
  panel.x.log, panel.y.log = log:find "x" ~= nil, log:find "y" ~= nil
end

local function apply_legend(panel, legend)
  if legend == nil then return end
  if legend ~= false and not places[legend] then
    error("legend must be false, \"right\", \"top right\", \"top left\", \"bottom right\" or \"bottom left\"", 0)
  end
  panel.legend = legend
end

--- A new panel.
-- @string kind
-- @tab opts the user's options, checked
-- @tab spec {x = axis, y = axis, z = axis of colours}
function M.new(kind, opts, spec)
  local panel = {
    kind = kind, layers = {}, x = axes.new(spec.x or {}), y = axes.new(spec.y or {}), z = spec.z and axes.new(spec.z),
    scale = spec.scale or "viridis", legend = "right", no_log = spec.no_log, opts = opts, equal = spec.equal, bare = spec.bare,
  }
  if opts.title ~= nil then panel.title = data.text(opts.title, "title") end
  axes.apply(panel.x, "x", opts)
  axes.apply(panel.y, "y", opts)
  if panel.z then axes.apply(panel.z, "z", opts) end
  apply_log(panel, opts.log)
  apply_legend(panel, opts.legend)
  if opts.palette then
    if not palette.scales[opts.palette] then error("palette must be \"viridis\", \"blues\" or \"diverging\"", 0) end
    panel.scale = opts.palette
  end
  return panel
end

--- Adds a layer.
function M.add(panel, layer)
  layer.colour = layer.colour or palette.series(1)
  panel.layers[#panel.layers + 1] = layer
  return layer
end

--- The colour of series k of a panel: the user's, or of the palette.
function M.colour(panel, k)
  local opts = panel.opts
  local given = opts.colours and opts.colours[k] or k == 1 and opts.colour or nil
  if given ~= nil then return palette.colour(given, "ln.plot." .. panel.kind) end
  return palette.series(k)
end

--- The label of series k: the user's, or `default`.
function M.label(panel, k, default)
  local opts = panel.opts
  local given = opts.labels and opts.labels[k]
  if given == nil and k == 1 then given = opts.label end
  if given == nil then return default end
  return data.text(given, "label")
end

-- ---------------------------------------------------------------- annotations

local function annotate_one(panel, a, k)
  local what = ("annotation %d"):format(k)
  options.check(what, a, { x = true, y = true, text = true, colour = true })
  local colour = a.colour and palette.colour(a.colour, what) or "#555555"
  local text = a.text ~= nil and data.text(a.text, what) or nil
  local function at(axis, value) return data.number(value, what, axis.dim) end
  if a.x ~= nil and a.y ~= nil then
    if not text then error(what .. ": a text is missing: {x =, y =, text =}", 0) end
    M.add(panel, { kind = "note", x = at(panel.x, a.x), y = at(panel.y, a.y), text = text, colour = colour })
    return
  end
  local letter = a.x ~= nil and "x" or a.y ~= nil and "y"
  if not letter then error(what .. " takes x or y or both", 0) end
  local axis, value = panel[letter], a[letter]
  if data.kind_of(value) == "table" then
    if #value ~= 2 then error(("%s: %s must be a place or {from, to}"):format(what, letter), 0) end
    local span = { kind = "span", axis = letter, from = at(axis, value[1]), to = at(axis, value[2]), text = text,
      colour = a.colour and colour or "#CCCCCC" }
    if span.from >= span.to then error(what .. " ends before it begins", 0) end
    span.axis_text = text
    M.add(panel, span)
  else
    M.add(panel, { kind = "rule", axis = letter, at = at(axis, value), text = text, colour = colour })
  end
end

--- Adds the user's annotations: last, so that the dimensions of the axes are known.
function M.annotate(panel, list)
  for k, a in ipairs(list or {}) do annotate_one(panel, a, k) end
end

-- ---------------------------------------------------------------- what layers span

local function range_of(list, range, log)
  local lo, hi = range[1], range[2]
  for k = 1, #list do
    local v = list[k]
    if v == v and v < math.huge and v > -math.huge and (not log or v > 0) then
      if v < lo then lo = v end
      if v > hi then hi = v end
    end
  end
  range[1], range[2] = lo, hi
end

local spans = {}

function spans.line(layer, x, y, panel)
  range_of(layer.x, x, panel.x.log)
  range_of(layer.y, y, panel.y.log)
end
spans.points = spans.line
spans.dots = spans.line

function spans.ticks(layer, x, y)
  range_of(layer.x, x)
  local rows = { math.huge, -math.huge }
  range_of(layer.y, rows)
  range_of({ rows[1] - 0.5, rows[2] + 0.5 }, y)
end

function spans.bars(layer, x, y, panel)
  range_of(layer.edges, x, panel.x.log)
  range_of(layer.heights, y, panel.y.log)
end

function spans.band(layer, x, y, panel)
  range_of(layer.x, x, panel.x.log)
  range_of(layer.low, y, panel.y.log)
  range_of(layer.high, y, panel.y.log)
end
spans.errors = spans.band

function spans.image(layer, x, y)
  if layer.rows == 0 or layer.columns == 0 then return end
  range_of({ layer.x0 - layer.dx / 2, layer.x0 + (layer.columns - 0.5) * layer.dx }, x)
  range_of({ layer.y0 - layer.dy / 2, layer.y0 + (layer.rows - 0.5) * layer.dy }, y)
end

function spans.edges(layer, x, y)
  range_of(layer.x1, x)
  range_of(layer.x2, x)
  range_of(layer.y1, y)
  range_of(layer.y2, y)
end

function spans.note(layer, x, y, panel)
  range_of({ layer.x }, x, panel.x.log)
  range_of({ layer.y }, y, panel.y.log)
end

function spans.rule(layer, x, y, panel)
  range_of({ layer.at }, layer.axis == "x" and x or y, panel[layer.axis].log)
end
function spans.span() end
function spans.scalebar() end

-- Colours: from what images and points have for values.
local function settle_colours(panel)
  if not panel.z then return end
  local z = { math.huge, -math.huge }
  for _, layer in ipairs(panel.layers) do
    local values = layer.kind == "image" and layer.flat or layer.values
    if values then range_of(values, z) end
  end
  local scale = panel.scale
  if scale == "auto" then
    scale = z[1] < 0 and z[2] > 0 and "diverging" or "viridis"
  end
  if scale == "diverging" and z[1] <= z[2] then
    local most = math.max(math.abs(z[1]), math.abs(z[2]))
    z = { -most, most }
  end
  panel.z.tight = true
  local out = axes.settle(panel.z, z[1], z[2], 4)
  out.scale = palette.scales[scale]
  return out
end

local extras = { span = true, rule = true, note = true, scalebar = true }

--- Whether a panel has anything to draw.
function M.empty(panel)
  for _, layer in ipairs(panel.layers) do
    if not extras[layer.kind] then
      local range = { { math.huge, -math.huge }, { math.huge, -math.huge } }
      spans[layer.kind](layer, range[1], range[2], panel)
      if range[1][1] <= range[1][2] and range[2][1] <= range[2][2] then return false end
    end
  end
  return true
end

--- Axes with limits, units and ticks.
-- @tab panel
-- @int nx about how many ticks fit along x
-- @int ny and along y
-- @return x, y, and z or nil
function M.settle(panel, nx, ny)
  local x, y = { math.huge, -math.huge }, { math.huge, -math.huge }
  for _, layer in ipairs(panel.layers) do spans[layer.kind](layer, x, y, panel) end
  if panel.also_x then range_of(panel.also_x, x, panel.x.log) end
  return axes.settle(panel.x, x[1], x[2], nx), axes.settle(panel.y, y[1], y[2], ny), settle_colours(panel)
end

--- What the data span along x: shared by panels of one column.
function M.span_x(panel)
  local x, y = { math.huge, -math.huge }, { math.huge, -math.huge }
  for _, layer in ipairs(panel.layers) do spans[layer.kind](layer, x, y, panel) end
  return x
end

return M
