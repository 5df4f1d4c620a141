--- For specs: compiles generated C as the kernel does, and loads it through unit_driver.c.

local M = {}

local here = debug.getinfo(1, "S").source:match "^@(.*/)" or "./"
local root = here .. "../../.."
local cc = os.getenv "LUNATE_CC" or "cc"
M.flags = "-std=gnu11 -O3 -march=native -fno-math-errno -fno-trapping-math -fPIC -shared"

local function run(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local output = pipe:read "a"
  if not pipe:close() then error(command .. "\n" .. output, 0) end
  return output
end
M.run = run

local folder = run "mktemp -d":gsub("%s", "")
-- the folder goes when this state does
local cleaner = setmetatable({}, { __gc = function() os.execute("rm -rf " .. folder) end })
M.folder, M.cleaner = folder, cleaner

local count, compiled = 0, {}

--- Path of the shared object made from C text; `more` are further compiler options. Returns its messages too.
function M.build(source, more)
  count = count + 1
  local path = ("%s/unit%d"):format(folder, count)
  local file = assert(io.open(path .. ".c", "w"))
  file:write(source)
  file:close()
  local messages = run(("%s %s -Wall -Wextra -Werror -Wno-unused-parameter -Wno-unused-variable -Wno-unused-function"
    .. " %s -I%s/src -o %s.so %s.c -lm"):format(cc, M.flags, more or "", root, path, path))
  return path .. ".so", messages
end

local driver

local function load_driver()
  local path = folder .. "/unit_driver.so"
  local include = os.getenv "LUA_INCLUDE" or "/usr/include/lua5.4"
  run(("%s -std=gnu11 -O1 -fPIC -shared -I%s/src -I%s -o %s %s/unit_driver.c -lm -ldl"):format(cc, root, include,
    path, here))
  return assert(package.loadlib(path, "luaopen_unit_driver"))()
end

--- Compiles (once a text) and opens a unit.
function M.open(source)
  driver = driver or load_driver()
  compiled[source] = compiled[source] or driver.open((M.build(source)))
  return compiled[source]
end

--- A neuron from the compiler's result, with its parameters set. `options` are those of the driver.
function M.neuron(made, options)
  local sim = M.open(made.source):neuron(options or {})
  for _, par in ipairs(made.ir.parameters) do sim:par(par.name, par.value) end
  for _, tab in ipairs(made.ir.tables) do
    local value = tab.value
    sim:table(tab.name, value.dt, value.columns, value.values)
  end
  return sim
end

--- Whether a and b agree to a relative error (absolute near zero).
function M.close(a, b, tolerance, scale)
  return math.abs(a - b) <= tolerance * math.max(math.abs(a), math.abs(b), scale or 0)
end

return M
