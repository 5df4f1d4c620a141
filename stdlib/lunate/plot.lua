--- Figures: `ln.plot.raster(spikes):save "raster.png"`.
--
-- Every function gives a plot: `:save` writes it as PNG, SVG, PDF or gnuplot's script, `:show` opens a window or draws
-- in the terminal. `ln.plot.panels { {a, b}, {c} }` puts several together. All ranks call; rank 0 draws. What is not a
-- finite number is not drawn; a figure of nothing is a frame that says so. docs/gallery.md shows every kind.
--
-- Options of every kind: title; xlabel, ylabel, zlabel (colours), to which the unit is added; xlim, ylim, zlim = {low,
-- high}; xunit, yunit, zunit; log = "x", "y" or "xy"; label or labels, for the legend; legend = false or its place
-- ("right", "top right", …); colour or colours; palette; width and height (lengths, of the whole figure); annotations =
-- { {x = 50*ms, text = "touch"}, {x = {50*ms, 80*ms}}, {y = 0*mV}, {x = , y = , text = } }.
-- @module lunate.plot
local guard = require "lunate.guard"
local options = require "lunate.options"

local kinds = {
  line = "basic", scatter = "basic", histogram = "basic", heatmap = "basic", tuning = "basic", learning = "basic",
  raster = "spikes", rate = "spikes", isi = "spikes", correlogram = "spikes",
  traces = "signals", spectrum = "signals", spectrogram = "signals",
  connectivity = "networks", layout = "networks",
}

local M = {
  panels = guard.wrap("ln.plot.panels", function(grid) return require("lunate.plot.figure").panels(grid) end),
}

for name, file in pairs(kinds) do
  M[name] = guard.wrap("ln.plot." .. name, function(...) return require("lunate.plot." .. file)[name](...) end)
end

--- The names of all kinds, in alphabetical order.
M.kinds = {}
for name in pairs(kinds) do M.kinds[#M.kinds + 1] = name end
table.sort(M.kinds)

local sources = { panels = "lunate.plot.figure" } -- where help finds their pages
for name, file in pairs(kinds) do sources[name] = "lunate.plot." .. file end

return setmetatable(M, {
  __sources = sources,
  __index = guard.wrap("ln.plot", function(_, key)
    if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
    error(("ln.plot has no '%s'%s; it has %s, panels"):format(tostring(key), options.hint(tostring(key), M.kinds),
      table.concat(M.kinds, ", ")), 0)
  end),
  __tostring = function() return "ln.plot: " .. table.concat(M.kinds, ", ") .. ", panels" end,
})
