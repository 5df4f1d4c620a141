--- Pages of help from the sources: what stands above a function in LDoc's comments is its page.
--
-- Nothing is read before help is asked for. A function is found by where it was defined (behind `guard.wrap`), the methods
-- of objects by their names, modules and models by the head of their file.
-- @module lunate.pages
local Q = require "lunate.quantity"
local guard = require "lunate.guard"

local M = {}

-- Objects of the language: how a page calls them, module, and the table of their methods in its source.
local classes = {
  { "net", "network", "methods" }, { "pop", "population", "methods" }, { "proj", "projection", "methods" },
  { "proj", "projection.rewiring", "methods" },
  { "recording", "recording", "spikes" }, { "rate", "rate_recording", "methods" },
  { "trace", "recording", "traces" }, { "synapse_trace", "synapse_recording", "methods" },
  { "signal", "signal", "methods" }, { "structural", "structural", "methods" }, { "view", "view", "methods" },
  { "spikes", "spikes", "methods" },
  { "array", "array", "methods" }, { "array", "array.axes", "methods" }, { "array", "array.elementwise", "methods" },
  { "array", "array.linear", "methods" }, { "array", "array.fourier", "methods" }, { "array", "array.sources", "methods" },
  { "plot", "plot.figure", "methods" }, { "decoder", "analysis.decoder", "methods" },
  { "file", "file", "methods" }, { "model", "neuron", "Model" }, { "rule", "rule", "Rule" },
}

-- What is not a function with a comment of its own.
local short = {
  version = "ln.version: the version of Lunate, a string.",
  rank = "ln.rank: this process among the others, from 0. Results never depend on it.",
  ranks = "ln.ranks: the number of processes that run this script. Results never depend on it.",
  wall_time = "ln.wall_time(): seconds on the wall's clock, from some moment in the past.",
  sqrt = "ln.sqrt(x): the square root of a number or quantity, with its unit.",
  exp = "ln.exp(x): e to the power of a plain number.",
  log = "ln.log(x): the natural logarithm of a plain number.",
  abs = "ln.abs(x): a number or quantity without its sign.",
}

local function row_of_table(line)
  if line:match "^|[-|: ]+|?%s*$" then return nil end
  local cells = {}
  for cell in line:gmatch "|%s*([^|]-)%s*%f[|]" do cells[#cells + 1] = cell end
  return ("  %-20s %-50s %s"):format(cells[1] or "", cells[2] or "", cells[3] or ""):gsub("%s+$", "")
end

-- A comment's lines as plain text.
local function plain(lines)
  local out = {}
  for _, line in ipairs(lines) do
    if line:sub(1, 1) == "|" then
      out[#out + 1] = row_of_table(line)
    elseif not line:find "^@module" and not line:find "^@usage%s*$" then
      line = line:gsub("^@t?return%s+", "Gives: "):gsub("^@tparam%S*%s+%S+%s+(%S+)%s*", "  %1: ")
      out[#out + 1] = (line:gsub("^@usage%s+", "  "):gsub("^@%a+%b[]%s+(%S+)%s*", "  [%1]: "):gsub("^@%a+%s+(%S+)%s*", "  %1: "))
    end
  end
  return (table.concat(out, "\n"):gsub("%s+$", ""))
end

local read = {} -- path -> {head, by_line = {}, by_name = {}}

-- The comments of a source, by the line that follows each and by the name that it defines.
local function comments(path)
  if read[path] then return read[path] end
  local out, block, n = { by_line = {}, by_name = {} }, nil, 0
  local file = io.open(path)
  for line in file and file:lines() or function() end do
    n = n + 1
    local first, next_line = line:match "^%s*%-%-%- ?(.*)", block and line:match "^%s*%-%- ?(.*)"
    if first then
      block = { first }
    elseif next_line then
      block[#block + 1] = next_line
    elseif block then
      local text = plain(block)
      out.head = out.head or text
      local owner, name = line:match "^%s*function ([%w_]+)[.:]([%w_]+)"
      if not name then owner, name = line:match "^%s*([%w_]+)%.([%w_]+)%s*=" end
      local arguments = line:match "function[^(]*%(([^)]*)%)"
      local entry = { text = text, arguments = arguments and arguments:gsub("^self,?%s*", "") }
      out.by_line[n] = entry
      if name then out.by_name[owner .. "." .. name] = entry end
      block = nil
    end
  end
  if file then file:close() end
  read[path] = out
  return out
end

local function source_of(module) return package.searchpath(module, package.path) end

local function page(name, entry)
  local arguments = entry.arguments and not entry.arguments:find "^%.%.%.$" and "(" .. entry.arguments .. ")" or ""
  return name .. arguments .. "\n\n" .. entry.text
end

-- The page of a function, by where it was defined; nil where it has none.
local function of_function(f, name)
  while guard.origin[f] do f = guard.origin[f] end
  local info = debug.getinfo(f, "S")
  if info.source:sub(1, 1) ~= "@" then return nil end
  local entry = comments(info.source:sub(2)).by_line[info.linedefined]
  return entry and page(name or "A function", entry)
end

local function head(module)
  local path = source_of(module)
  return path and comments(path).head
end

-- Fields of a library of the standard library, as pages "plot.raster". Its metatable may name the modules that functions
-- are loaded from when first called.
local function register_library(help, name, library)
  local sources = (getmetatable(library) or {}).__sources or {}
  for key, value in pairs(library) do
    if type(key) == "string" and type(value) == "function" then
      local title = ("ln.%s.%s"):format(name, key)
      local entry = sources[key] and comments(source_of(sources[key])).by_name["M." .. key]
      local text = entry and page(title, entry) or of_function(value, title)
      if text then help.register(name .. "." .. key, text) end
    end
  end
end

local function register_language(help, ln)
  for _, name in ipairs { "analysis", "statistics" } do assert(ln[name]) end -- which are loaded when first used
  for name, value in pairs(ln) do
    if type(name) == "string" and not Q.units[name] then
      local text = short[name] or type(value) == "table" and head("lunate." .. name)
        or type(value) == "function" and of_function(value, "ln." .. name)
      for _, module in ipairs { "connector", "distribution", "source" } do
        local entry = not text and comments(source_of("lunate." .. module)).by_name["M." .. name]
        if entry then text = page("ln." .. name, entry) end
      end
      if text then help.register(name, text) end
      if type(value) == "table" and name ~= "models" then register_library(help, name, value) end
    end
  end
  for _, library in ipairs { "models", "rules" } do
    for _, name in ipairs(ln[library] and ln[library].names or {}) do
      local text = head(("lunate.%s.%s"):format(library, name)) or ""
      help.register(library .. "." .. name, ("ln.%s.%s {<parameter> = value, …}\n\n%s"):format(library, name, text))
    end
  end
end

--- Registers all pages.
-- @param help `lunate.help`
function M.load(help)
  for _, class in ipairs(classes) do
    local path = source_of("lunate." .. class[2])
    for key, entry in pairs(path and comments(path).by_name or {}) do
      local name = key:match("^" .. class[3] .. "%.([%w_]+)$")
      if name then help.register(class[1] .. ":" .. name, page(class[1] .. ":" .. name, entry)) end
    end
  end
  local ln = package.loaded["lunate"]
  if type(ln) == "table" then register_language(help, ln) end
end

--- The page of a function or quantity; nil where there is none.
function M.of_value(x)
  if type(x) == "function" then return of_function(x) end
  if not Q.is(x) then return nil end
  return ("%s: a quantity, %.15g %s in SI units. Arithmetic and comparison check units; q/ln.mV is a plain number,\n"
    .. "q:format(3) a text of three digits."):format(tostring(x), Q.value_of(x), tostring(Q.dim_of(x)))
end

--- What can be said of a unit's name.
function M.unit(name)
  local unit = Q.units[name]
  return unit and ("ln.%s: a unit, %.15g %s in SI units."):format(name, Q.value_of(unit), tostring(Q.dim_of(unit)))
end

return M
