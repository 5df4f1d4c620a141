--- Figures by gnuplot: the script, with the data inside, and running it.
--
-- Nothing of the user's reaches gnuplot but numbers and strings that `quoted` made: its enhanced text is off, and
-- what it or the shell would read as more than a character is written as an octal code. Paths never reach it.
-- @module lunate.plot.gnuplot
local options = require "lunate.options"
local data = require "lunate.plot.data"
local layers = require "lunate.plot.layers"
local layout = require "lunate.plot.layout"
local panels = require "lunate.plot.panel"
local runtime = require "lunate.runtime"

local M = {}

local quoted = layers.quoted
local font = layout.font

-- ---------------------------------------------------------------- the script

local function tics(letter, axis)
  if axis.hidden then return ("set %stics (%s)"):format(letter, layers.tic_list(axis, true)) end
  if axis.log or axis.fixed then return ("set %stics (%s)"):format(letter, layers.tic_list(axis)) end
  local first, last = axis.ticks[1], axis.ticks[#axis.ticks]
  if axis.whole and first then -- no 0 for neuron 0, half a neuron below the first
    return ("set %stics %.10g, %.10g, %.10g\nset format %s \"%%.%df\""):format(letter, first[1], axis.step, last[1], letter,
      axis.decimals)
  end
  return ("set %stics %.10g\nset format %s \"%%.%df\""):format(letter, axis.step, letter, axis.decimals)
end

local label_offsets = { x = "0, 0.4", y = "0.3, 0", cb = "1.0, 0" }

local function axis_lines(out, letter, axis, bare)
  local function add(fmt, ...) out[#out + 1] = fmt:format(...) end
  local from, to = axis.from, axis.to
  if axis.reversed then from, to = to, from end
  add("%s logscale %s", axis.log and "set" or "unset", letter)
  add("set %srange [%.10g:%.10g]", letter, from, to)
  if bare then
    add("unset %stics; unset %slabel", letter, letter)
    return
  end
  out[#out + 1] = tics(letter, axis)
  if axis.hidden or axis.text == "" then
    add("unset %slabel", letter)
  else
    add("set %slabel %s offset %s", letter, quoted(axis.text), label_offsets[letter])
  end
end

local function colour_lines(out, cell, page)
  local z = cell.z
  if not z then
    out[#out + 1] = "unset colorbox"
    return
  end
  local stops = {}
  for k, colour in ipairs(z.scale) do stops[k] = ("%d %s"):format(k - 1, quoted(colour)) end
  out[#out + 1] = "set palette defined (" .. table.concat(stops, ", ") .. ")"
  out[#out + 1] = ("set colorbox vertical user origin screen %.5f, screen %.5f size screen %.5f, screen %.5f noborder")
    :format((cell.right + 8) / page.width, cell.bottom / page.height, cell.bar / page.width,
      (cell.top - cell.bottom) / page.height)
  axis_lines(out, "cb", z)
end

local function key_line(cell, page)
  local place = cell.panel.legend
  if place == "right" and cell.z then place = "top right" end
  if #layout.legend(cell.panel) == 0 then return "unset key" end
  if place == "right" then
    return ("set key at screen %.5f, screen %.5f left top Left reverse samplen 2 spacing 1.1 width 0")
      :format((cell.right + 3) / page.width, (cell.top + 2) / page.height)
  end
  return ("set key inside %s %s samplen 2 spacing 1.1"):format(place, place:find "left" and "Left reverse" or "")
end

local function panel_lines(out, k, cell, page, figure)
  local panel = cell.panel
  local function add(fmt, ...) out[#out + 1] = fmt:format(...) end
  add("\n# panel %d: %s", k, panel.kind)
  out[#out + 1] = "unset label; unset arrow; unset object"
  add("set lmargin at screen %.5f; set rmargin at screen %.5f", cell.left / page.width, cell.right / page.width)
  add("set bmargin at screen %.5f; set tmargin at screen %.5f", cell.bottom / page.height, cell.top / page.height)
  if panel.title then
    add("set title %s offset character 0, %.2f", quoted(panel.title), (cell.headed and 1.1 or 0) - 0.4)
  else
    out[#out + 1] = "unset title"
  end
  out[#out + 1] = panel.bare and "unset border" or "set border 3 lw 0.6"
  axis_lines(out, "x", cell.x, panel.bare)
  axis_lines(out, "y", cell.y, panel.bare)
  colour_lines(out, cell, page)
  out[#out + 1] = key_line(cell, page)
  if figure.letters then
    add("set label 1 %s at screen %.5f, screen %.5f left font \"Sans:Bold,%d\"", quoted(string.char(64 + (k - 1) % 26 + 1)),
      cell.corner[1] / page.width, (cell.corner[2] - 4) / page.height, font + 2)
  end
  if figure.title and k == 1 then
    add("set label 3 %s at screen 0.5, screen %.5f center font \"Sans,%d\"", quoted(figure.title), 1 - 9 / page.height,
      font + 2)
  end
  if panel.corner then add("set label 4 %s at graph 0.98, graph 0.95 right", quoted(panel.corner)) end
  layers.annotations(out, cell)
  if panels.empty(panel) then
    add("set label 2 %s at graph 0.5, graph 0.5 center textcolor rgb \"#888888\"",
      quoted(panel.nothing or "nothing to draw"))
  end
  local plots = {}
  for i, layer in ipairs(panel.layers) do layers.plot(plots, layer, ("$d%d_%d"):format(k, i), cell) end
  out[#out + 1] = "plot " .. (#plots > 0 and table.concat(plots, ", \\\n     ") or "NaN notitle")
end

local preamble = [[
# A figure of Lunate's, with its data. Edit it; see it: gnuplot -p FILE.gp
# Save it:
# gnuplot -e 'set terminal pdfcairo size %.1fcm,%.1fcm font "Sans,%d" fontscale 0.68 linewidth 2; set output "x.pdf"' FILE.gp
set encoding utf8
set termoption noenhanced
set datafile missing "NaN"
set minussign
set tics out nomirror scale 0.5, 0.25 noenhanced textcolor rgb "#222222" font ",%g"
set key font ",%g"
set style fill solid 1 noborder
]]

--- The script of a figure, without a terminal.
-- @tab figure
-- @string[opt] kind of the picture that it is for
function M.script(figure, kind)
  local page = layout.place(figure)
  local out = { preamble:format(page.width / 72 * 2.54, page.height / 72 * 2.54, font, font - 0.5, font - 0.5) }
  for k, cell in ipairs(page.cells) do
    cell.as_pixels = kind == "svg" -- whose viewers smooth images
    for i, layer in ipairs(cell.panel.layers) do layers.data(out, layer, ("$d%d_%d"):format(k, i), cell) end
  end
  out[#out + 1] = "set multiplot"
  for k, cell in ipairs(page.cells) do panel_lines(out, k, cell, page, figure) end
  out[#out + 1] = "unset multiplot\n"
  return table.concat(out, "\n"), page
end

-- ---------------------------------------------------------------- running it

local terminals = {}

function terminals.png(page, dpi)
  local s = dpi / 72
  return ("set terminal pngcairo size %d,%d font \"Sans,%d\" fontscale %.4f linewidth %.4f pointscale %.4f dashlength %.3f\n")
    :format(math.floor(page.width * s + 0.5), math.floor(page.height * s + 0.5), font, s * 0.75, s, s, 0.75)
end

function terminals.svg(page)
  local s = 96 / 72
  return ("set terminal svg size %d,%d standalone font \"Sans,%d\" fontscale %.4f linewidth %.3f\n")
    :format(math.floor(page.width * s + 0.5), math.floor(page.height * s + 0.5), font, s * 0.9, s)
end

function terminals.pdf(page)
  return ("set terminal pdfcairo size %.3fin,%.3fin font \"Sans,%d\" fontscale 0.68 linewidth 2 pointscale 0.7\n")
    :format(page.width / 72, page.height / 72, font)
end

-- A word for the shell.
local function shell(word) return "'" .. word:gsub("'", "'\\''") .. "'" end

-- The shell finds the program, on rank 0, where the figure is drawn. It reads no settings of the user's, so that the
-- same figure looks the same.
local program = '"${LUNATE_GNUPLOT:-gnuplot}" -d'

local function check_processes()
  if not (io.popen and os.execute and os.remove) then
    error("gnuplot cannot be run here: scripts may start no processes. plot:show{terminal = true} draws in the terminal, "
      .. "and plot:save \"x.gp\" writes gnuplot's script", 0)
  end
end

local function missing()
  error("gnuplot was not found: install it (apt install gnuplot-nox), or name it in LUNATE_GNUPLOT. Without it, "
    .. "plot:show() draws in the terminal and plot:save \"x.gp\" keeps the figure", 0)
end

local function write(path, text, shown)
  local file, message = io.open(path, "wb")
  if not file then error(("cannot write %s: %s"):format(shown, (message:gsub("^.*: ", ""))), 0) end
  local ok, why = file:write(text)
  local closed, late = file:close()
  if not (ok and closed) then error(("cannot write %s: %s"):format(shown, tostring(why or late)), 0) end
end

-- Runs a script; its standard output goes to the file `to`. Returns nothing, or what went wrong.
local function run(script, to)
  local name = os.tmpname()
  write(name, script, name)
  local process = io.popen(("%s %s 2>&1 >%s"):format(program, shell(name), shell(to)))
  local said = process:read "a"
  local ok, _, code = process:close()
  os.remove(name)
  if ok then return nil end
  return code == 127 and "missing" or code == 126 and "missing" or said:gsub("%s+$", "")
end

-- The script and page of a figure, on rank 0, which alone has all that is drawn; elsewhere an empty one.
local function script_on_root(figure, kind)
  local script, page = "", { width = 1, height = 1 }
  runtime.on_root("draw a figure", function() script, page = M.script(figure, kind) end)
  return script, page
end

local function check_path(path)
  if type(path) ~= "string" or path == "" then data.refuse(path, "save", "given a file name") end
  if path:find "%z" then error("save: a file name cannot contain a zero byte", 0) end
  local kind = path:lower():match "%.(%w+)$"
  if kind ~= "gp" and not terminals[kind] then
    error(("save: a picture is .png, .svg, .pdf or .gp, not '%s'"):format(data.text(path, "path")), 0)
  end
  return kind
end

--- Writes a figure to a file; see `plot:save`.
function M.save(figure, path, opts)
  local kind = check_path(path)
  opts = options.check("save", opts or {}, { dpi = { "number" } })
  local dpi = opts.dpi or 300
  if not (dpi >= 30 and dpi <= 1200) then error("save: dpi must be between 30 and 1200", 0) end
  local script, page = script_on_root(figure, kind)
  if kind == "gp" then return write(path, script, path) end
  check_processes()
  local part = path .. ".part"
  write(part, "", path) -- whether the folder takes files, before gnuplot is asked
  if kind == "svg" then script = script:gsub('font "Sans:Bold,', 'font "Sans,') end -- its fonts have no weights
  local problem = run(terminals[kind](page, dpi) .. script, part)
  if problem then
    os.remove(part)
    if problem == "missing" then missing() end
    error(("gnuplot could not draw %s: %s"):format(path, problem), 0)
  end
  local ok, message = os.rename(part, path)
  if not ok then
    os.remove(part)
    error(("cannot write %s: %s"):format(path, (message:gsub("^.*: ", ""))), 0)
  end
end

local no_window = "lunate: no window: %s (apt install gnuplot-qt, or gnuplot-x11); this is drawn in the terminal\n"

--- Opens a window with a figure. Returns false where there is no display, or no gnuplot that has one; of that it tells.
function M.window(figure)
  if not (io.popen and os.execute and os.remove) then return false end
  if not os.execute '[ -n "$DISPLAY$WAYLAND_DISPLAY" ]' then return false end
  local process = io.popen(program .. " -e 'print GPVAL_TERMINALS' 2>&1")
  local known = process:read "a"
  process:close()
  local window = (" " .. known .. " "):match "%s(qt)%s" or known:match "%f[%w]wxt%f[%W]" or known:match "%f[%w]x11%f[%W]"
  if not window then
    io.stderr:write(no_window:format(known:find "dumb" and "this gnuplot has none" or "gnuplot was not found"))
    return false
  end
  local script, page = script_on_root(figure)
  local name = os.tmpname()
  write(name, ("set terminal %s size %d,%d font \"Sans,%d\" title \"Lunate\" persist\n"):format(window, page.width * 2 // 1 | 0,
    page.height * 2 // 1 | 0, font * 2) .. script, name)
  local shown = os.execute(("%s -persist %s >/dev/null 2>&1"):format(program, shell(name)))
  os.remove(name)
  return shown == true
end

return M
