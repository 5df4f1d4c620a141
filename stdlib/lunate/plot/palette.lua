--- Colours that survive colour blindness and print: Okabe and Ito's for lines and points, viridis and two of
-- ColorBrewer's scales for what is shown by colour.
-- @module lunate.plot.palette
local options = require "lunate.options"

local M = {}

-- Okabe and Ito 2008, without yellow, which is too light for a line.
local named = {
  blue = "#0072B2", orange = "#E69F00", green = "#009E73", vermillion = "#D55E00", sky = "#56B4E9", purple = "#CC79A7",
  black = "#000000", grey = "#888888",
}

-- The order of series: neighbours differ in lightness, too.
local order = { "blue", "orange", "green", "vermillion", "sky", "purple", "black" }

--- The colour of series k, as "#rrggbb".
function M.series(k) return named[order[(k - 1) % #order + 1]] end

--- The dashes of line k of a figure with several: from the third on, so that print without colours tells them apart.
function M.dashes(k) return k <= 2 and 1 or (k - 2) % 4 + 1 end

--- A colour as "#rrggbb", from its name or from that form.
function M.colour(name, what)
  if type(name) == "string" then
    if named[name] then return named[name] end
    if name:find "^#%x%x%x%x%x%x$" then return name:upper() end
  end
  local names = {}
  for key in pairs(named) do names[#names + 1] = key end
  table.sort(names)
  error(("%s: no colour '%s'%s; the colours are %s, or \"#rrggbb\""):format(what, tostring(name),
    options.hint(tostring(name), names), table.concat(names, ", ")), 0)
end

--- Scales of colours, from low to high.
M.scales = {
  viridis = { "#440154", "#472D7B", "#3B528B", "#2C728E", "#21918C", "#28AE80", "#5EC962", "#ADDC30", "#FDE725" },
  blues = { "#FFFFFF", "#DEEBF7", "#C6DBEF", "#9ECAE1", "#6BAED6", "#4292C6", "#2171B5", "#08519C", "#08306B" },
  diverging = { "#2166AC", "#67A9CF", "#D1E5F0", "#F7F7F7", "#FDDBC7", "#EF8A62", "#B2182B" },
}

--- Red, green and blue, 0 to 255, of "#rrggbb".
function M.rgb(colour)
  local number = tonumber(colour:sub(2), 16)
  return number >> 16, number >> 8 & 255, number & 255
end

--- The colour at u, 0 to 1, of a scale, as three numbers 0 to 255.
function M.at(scale, u)
  local place = math.max(0, math.min(u, 1)) * (#scale - 1)
  local k = math.min(math.floor(place), #scale - 2)
  local r1, g1, b1 = M.rgb(scale[k + 1])
  local r2, g2, b2 = M.rgb(scale[k + 2])
  local f = place - k
  return r1 + f * (r2 - r1), g1 + f * (g2 - g1), b1 + f * (b2 - b1)
end

return M
