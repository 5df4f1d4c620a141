--- Figures of networks: the matrix of a projection, neurons and synapses in space.
-- @module lunate.plot.networks
local Q = require "lunate.quantity"
local basic = require "lunate.plot.basic"
local data = require "lunate.plot.data"
local figure = require "lunate.plot.figure"
local numerics = require "lunate.plot.numerics"
local panels = require "lunate.plot.panel"

local M = {}

local none = Q.dimensionless
local count = basic.count

-- Sources, targets and values of a projection, or of {pre =, post =, w =, n_pre =, n_post =}.
local function read_synapses(what, x, variable)
  if data.kind_of(x) == "projection" then
    local all = variable and x:gather(variable) or x:gather()
    local values, dim
    if variable then values, dim = data.numbers(all[variable], variable) end
    return all.pre:raw(), all.post:raw(), values, dim, #x.pre, #x.post, x.pre.name, x.post.name
  end
  if data.kind_of(x) ~= "table" or x.pre == nil or x.post == nil then
    data.refuse(x, what, "given a projection, or {pre =, post =}")
  end
  local pre, post = data.numbers(x.pre, "pre"), data.numbers(x.post, "post")
  if #pre ~= #post then error(("%s: pre has %d elements and post %d"):format(what, #pre, #post), 0) end
  local values, dim
  if variable then
    if x[variable] == nil then error(("%s: there is no %s"):format(what, variable), 0) end
    values, dim = data.numbers(x[variable], variable)
    if #values ~= #pre then error(("%s: %s has %d elements, pre has %d"):format(what, variable, #values, #pre), 0) end
  end
  local _, most_pre = numerics.range(pre, { 1 })
  local _, most_post = numerics.range(post, { 1 })
  return pre, post, values, dim, data.whole(x.n_pre, "n_pre", 1, most_pre // 1 | 0),
    data.whole(x.n_post, "n_post", 1, most_post // 1 | 0), "source", "target"
end

-- Sums over cells of so many sources by so many targets.
local function fill_cells(pre, post, values, columns, rows, wide, high)
  local flat = {}
  for k = 1, rows * columns do flat[k] = 0 end
  for k = 1, #pre do
    local i, j = pre[k], post[k]
    if not (i >= 1 and j >= 1 and i <= columns * wide and j <= rows * high) then
      error(("connectivity: synapse %d joins neurons %g and %g, which do not exist"):format(k, i, j), 0)
    end
    local cell = (j - 1) // high * columns + (i - 1) // wide + 1 | 0
    flat[cell] = flat[cell] + (values and values[k] or 1)
  end
  return flat
end

--- The matrix of a projection: sources from left to right, targets from top to bottom. Without a variable it counts
-- synapses; with one it shows its sum. Beyond `cells` neurons on a side, a cell stands for several by several neurons,
-- which the label of the colours says.
-- @param projection or {pre =, post =, w =}
-- @tab[opt] opts variable = "w", cells = 500
function M.connectivity(projection, opts)
  opts = panels.options("connectivity", opts, { variable = { "string" }, cells = true })
  local pre, post, values, dim, n_pre, n_post, from, to = read_synapses("connectivity", projection, opts.variable)
  local cells = data.whole(opts.cells, "cells", 2, 500)
  local wide, high = math.ceil(n_pre / cells), math.ceil(n_post / cells)
  local columns, rows = math.ceil(n_pre / wide), math.ceil(n_post / high)
  local flat = fill_cells(pre, post, values, columns, rows, wide, high)
  local label = opts.variable and (wide * high > 1 and "sum of " or "") .. opts.variable or "synapses"
  if wide * high > 1 then label = ("%s per %d × %d neurons"):format(label, high, wide) end
  local lo, hi = numerics.range(flat)
  local panel = panels.new("connectivity", opts, { no_log = true,
    x = { label = "source: " .. from, tight = true, whole = true, low = 0.5, high = n_pre + 0.5 },
    y = { label = "target: " .. to, tight = true, whole = true, low = 0.5, high = n_post + 0.5, reversed = true },
    z = { label = label, dim = dim or none, low = lo < 0 and hi <= 0 and lo or nil, whole = values == nil and wide * high == 1 },
    scale = lo < 0 and "diverging" or "blues",
  })
  if lo == hi and lo == 0 then panel.z.low, panel.z.high = 0, 1 end
  if panel.scale == "blues" and not opts.zlim and lo ~= hi then panel.z.low, panel.z.high = 0, hi end
  if panel.scale == "diverging" then panel.z.low, panel.z.high = nil, nil end
  panels.add(panel, { kind = "image", rows = rows, columns = columns, flat = flat, x0 = (wide + 1) / 2, dx = wide,
    y0 = (high + 1) / 2, dy = high })
  return figure.single(panel, ("matrix of %s"):format(count(#pre, "synapse")))
end

-- ---------------------------------------------------------------- in space

-- Columns x, y (and z) of positions, in one unit.
local function read_positions(x)
  if data.kind_of(x) == "population" then
    local out, dim = {}, nil
    for k, name in ipairs { "x", "y" } do out[k], dim = data.numbers(x[name], name) end
    return out, dim
  end
  local m = data.matrix(x, "positions")
  if m.columns ~= 2 and m.columns ~= 3 then
    error(("layout: positions have 2 or 3 columns, these have %d"):format(m.columns), 0)
  end
  local out = {}
  for k = 1, m.columns do out[k] = data.column(m, k) end
  return out, m.dim
end

-- A view of three dimensions from an azimuth and an elevation (degrees): what is near comes last.
local function look(p, view)
  if not p[3] then return p[1], p[2] end
  local a = math.rad(data.number(view and view[1], "view", none, 30))
  local e = math.rad(data.number(view and view[2], "view", none, 20))
  local x, y = {}, {}
  for k = 1, #p[1] do
    local u, v, w = p[1][k], p[2][k], p[3][k]
    x[k] = u * math.cos(a) - v * math.sin(a)
    y[k] = w * math.cos(e) + (u * math.sin(a) + v * math.cos(a)) * math.sin(e)
  end
  return x, y
end

local function add_edges(panel, x, y, synapses, opts)
  local pre, post = read_synapses("layout", synapses, nil)
  local most = data.whole(opts.edges, "edges", 0, math.huge)
  local layer = { kind = "edges", x1 = {}, y1 = {}, x2 = {}, y2 = {}, colour = "#666666", arrows = opts.arrows }
  for k = 1, #pre do
    if #layer.x1 >= most then break end
    local i, j = pre[k] // 1 | 0, post[k] // 1 | 0
    if not (x[i] and x[j]) then
      error(("layout: synapse %d joins neurons %d and %d, but there are %d positions"):format(k, i, j, #x), 0)
    end
    local n = #layer.x1 + 1
    layer.x1[n], layer.y1[n], layer.x2[n], layer.y2[n] = x[i], y[i], x[j], y[j]
  end
  local n = #layer.x1
  layer.opacity = n > 2000 and 0.3 or n > 200 and 0.5 or 0.8
  panels.add(panel, layer)
  return #pre, n
end

--- Neurons in space, with synapses among them.
-- @param positions n × 2 or n × 3 array (or list of rows), or a population whose model has x and y
-- @tab[opt] opts synapses (a projection of the population onto itself, or {pre =, post =}), edges = 1000 (draw only the
-- first so many; the figure then says so), arrows = true, values (a number a neuron, shown by colour), groups (a list:
-- the group of each neuron, 1, 2, …, named by labels), names (texts beside the neurons), size, view = {azimuth, elevation}
-- in degrees for three dimensions, axes = true (draw them)
function M.layout(positions, opts)
  opts = panels.options("layout", opts, { synapses = true, edges = true, arrows = { "boolean" }, values = true,
    groups = true, names = { "table" }, size = { "number" }, view = { "table" }, axes = { "boolean" } })
  local p, dim = read_positions(positions)
  local x, y = look(p, opts.view)
  local values, z_dim
  if opts.values ~= nil then
    values, z_dim = data.numbers(opts.values, "values")
    if #values ~= #x then error(("layout: there are %d values for %d neurons"):format(#values, #x), 0) end
  end
  local panel = panels.new("layout", opts, { x = { label = "x", dim = dim }, y = { label = "y", dim = dim }, equal = true,
    no_log = true, z = values and { dim = z_dim }, bare = not opts.axes })
  panel.nothing = "no neurons"
  local said = ""
  if opts.synapses ~= nil then
    local all, drawn = add_edges(panel, x, y, opts.synapses, opts)
    said = ", " .. count(all, "synapse")
    if drawn < all then
      said = ("%s, %d of them drawn"):format(said, drawn)
      panel.corner = ("%d of %d synapses"):format(drawn, all)
    end
  end
  local size = data.positive(opts.size, "size", none, #x > 500 and 0.3 or #x > 100 and 0.45 or 0.8)
  local groups = opts.groups and data.numbers(opts.groups, "groups")
  if groups and #groups ~= #x then error(("layout: there are %d groups for %d neurons"):format(#groups, #x), 0) end
  local by_group, order = {}, {}
  for k = 1, #x do
    local g = data.whole(groups and groups[k], "a group", 1, 1)
    if not by_group[g] then
      by_group[g], order[#order + 1] = { x = {}, y = {} }, g
    end
    table.insert(by_group[g].x, x[k])
    table.insert(by_group[g].y, y[k])
  end
  table.sort(order)
  for _, g in ipairs(order) do
    panels.add(panel, { kind = "points", x = by_group[g].x, y = by_group[g].y, colour = panels.colour(panel, g), size = size,
      values = not groups and values or nil, label = panels.label(panel, g, groups and ("group %d"):format(g) or nil),
      shape = groups and ({ "circle", "square", "triangle", "diamond" })[(g - 1) % 4 + 1] or nil })
  end
  for k = 1, opts.names and #opts.names or 0 do
    if x[k] then
      panels.add(panel, { kind = "note", x = x[k], y = y[k], text = data.text(opts.names[k], "a name"), colour = "#222222" })
    end
  end
  return figure.single(panel, ("layout of %s%s"):format(count(#x, "neuron"), said))
end

return M
