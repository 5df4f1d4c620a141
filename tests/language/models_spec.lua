-- The models of the standard library: each has the parameters that its description lists, and runs as it says.
-- (model_numbers_spec.lua has their papers' numbers.)
local ln = require "lunate"
local ms, nA = ln.ms, ln.nA
local close = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").close

-- ---------------------------------------------------------------- what the files say about themselves

local function banner(name)
  local path = assert(package.searchpath("lunate.models." .. name, package.path))
  local lines = {}
  for line in io.lines(path) do
    if line:sub(1, 2) ~= "--" then break end
    lines[#lines + 1] = line:gsub("^%-%-%-? ?", "")
  end
  return lines, path
end

-- The `Use` line of a banner: {dt =, duration =, code =, claim =}, times in ms.
local function use_of(name)
  local text = table.concat(banner(name), " ")
  local dt, duration, code, claim = text:match "Use, dt = ([%d.]+) ms,? ?([%d.]* ?m?s?): `([^`]+)` ([^;]-)[.;] "
  assert(dt, name .. ": the description has no line 'Use, dt = ... ms: `...` ...'")
  local length, unit = duration:match "([%d.]+) (m?s)"
  return { dt = tonumber(dt), duration = length and length * (unit == "s" and 1000 or 1) or 1200, code = code, claim = claim }
end

local function built(use, options)
  local net = ln.network { dt = use.dt * ms, seed = 7 }
  local models = setmetatable({}, { __index = function(_, name)
    return function(given)
      local with = {}
      for k, v in pairs(given or {}) do with[k] = v end
      for k, v in pairs(options or {}) do with[k] = v end
      return ln.models[name](with)
    end
  end })
  local language = setmetatable({ models = models }, { __index = ln })
  local env = setmetatable({ net = net, ln = language, uA = ln.uA, cm2 = ln.cm^2 }, { __index = ln })
  return net, assert(load("return " .. use.code, use.code, "t", env))()
end

local function unit_value(unit)
  if unit == "" then return 1 end
  local q = load("local ln = ... return " .. unit:gsub("%a+", "ln.%0"))(ln)
  return require("lunate.quantity").value_of(q)
end

local function number(text) -- "12.5 mV" in SI units
  local value, unit = text:match "^(%-?[%d.e-]+) ?(%S*)$"
  assert(value, "not a number with unit: " .. text)
  return tonumber(value) * unit_value(unit)
end

local function check_claim(name, use)
  local net, p = built(use)
  local rate = use.claim:match "^fires at about ([%d.]+) Hz$" or use.claim:match "^fires at ([%d.]+) Hz$"
  local low_name, low, high = use.claim:match "^oscillates, (%S+) from (.+) to (.+)$"
  local variable, value = use.claim:match "^reaches (%S+) = (.+)$"
  net:run(use.duration / 6 * ms)
  if rate then
    local spikes = net:record(p, "spikes")
    net:run(use.duration * 5 / 6 * ms)
    local tolerance = use.claim:find "about" and 0.2 * rate or math.max(1000 / use.duration * 1.2, 0.02 * rate)
    close(tonumber(rate), spikes:rate() / ln.Hz, tolerance, name .. " fires at (Hz)")
  elseif low then
    local trace = net:record(p, { low_name }, { every = use.dt * ms, neurons = { 1 } })
    net:run(use.duration * 5 / 6 * ms)
    local min, max = math.huge, -math.huge
    for _, x in trace[low_name]:raw():flat():iterate() do min, max = math.min(min, x), math.max(max, x) end
    local a, b = number(low), number(high)
    close(a, min, 0.03 * (b - a), name .. " oscillates from")
    close(b, max, 0.03 * (b - a), name .. " oscillates to")
  else
    assert(variable, name .. ": not understood: " .. use.claim)
    net:run(use.duration * 5 / 6 * ms)
    local x = number(value)
    close(x, require("lunate.quantity").value_of(p[variable]:mean()), 0.01 * math.abs(x), name .. " reaches")
  end
end

-- Rows of the parameter table: names, and the values beside them.
local function parameter_rows(name)
  local rows = {}
  for _, line in ipairs(banner(name)) do
    local names, typical = line:match "^| ([%w_, ]-) | .- | (.-) |$"
    if names and names ~= "parameter" then rows[#rows + 1] = { names = names, typical = typical } end
  end
  return rows
end

-- "50, -77, -54.4 mV" or "0 mV, -80 mV" for as many names, in SI units; one value counts for all.
local function typical_values(text, count)
  local parts, unit = {}, ""
  for part in text:gmatch "[^,]+" do table.insert(parts, 1, part:match "^%s*(.-)%s*$") end
  local out = {}
  for _, part in ipairs(parts) do
    local x, own = part:match "^(%-?[%d.e-]+) ?(%S*)$"
    if not x then return nil end
    if own ~= "" then unit = own end
    table.insert(out, 1, tonumber(x) * unit_value((unit:gsub("^/", "1/"))))
  end
  for k = #out + 1, count do out[k] = out[1] end
  return out
end

describe("ln.models", function()
  it("lists every file of the folder, in alphabetical order", function()
    local folder = package.searchpath("lunate.models.adex", package.path):match "^(.*)/"
    local found = {}
    for file in io.popen("ls '" .. folder .. "'"):lines() do found[#found + 1] = file:match "^(.*)%.lua$" end
    table.sort(found)
    assert.same(found, ln.models.names)
  end)

  for _, name in ipairs(ln.models.names) do
    describe(name, function()
      it("has a table of all its parameters, with the values it has", function()
        local definition = require("lunate.models." .. name)
        local left, Q = {}, require "lunate.quantity"
        for key, value in pairs(definition.parameters) do left[key] = Q.value_of(value) end
        for _, row in ipairs(parameter_rows(name)) do
          local names = {}
          for key in row.names:gmatch "[%w_]+" do names[#names + 1] = key end
          local values = typical_values(row.typical, #names)
          assert(values, ("%s: not a value with unit: %s"):format(name, row.typical))
          for k, key in ipairs(names) do
            assert(left[key], ("%s: %s is documented, but no parameter"):format(name, key))
            close(left[key], values[k], 1e-9 * math.abs(left[key]), name .. "." .. key)
            left[key] = nil
          end
        end
        assert(next(left) == nil, ("%s: parameter %s is not documented"):format(name, tostring(next(left))))
      end)

      it("runs as its description says", function() check_claim(name, use_of(name)) end)

      it("runs in single precision", function()
        local use = use_of(name)
        local net, p = built(use, { precision = "single" })
        net:run(use.duration / 12 * ms)
        for _, v in ipairs(p.model.ir.variables) do
          local x = require("lunate.quantity").value_of(p:variable(v.name):mean())
          assert(x == x, name .. ": " .. v.name .. " is not a number")
        end
      end)

      it("has a reference", function()
        assert.is_truthy(table.concat(banner(name), "\n"):find "\nReferences?: %S.*%d%d%d%d")
      end)
    end)
  end

  it("refuses what a model does not have", function()
    assert.error_matches(function() ln.models.adex { tau = 1*ms } end,
      "ln.models.adex has no parameter 'tau' %(did you mean 'tau_exc', 'tau_inh' or 'tau_w'%?%); it has C_m, ")
    assert.error_matches(function() ln.models.poisson(10*ln.Hz) end, "ln.models.poisson takes a table {.*}, got 10 Hz")
    assert.error_matches(function() ln.models.adex { pattern = "tonic" } end,
      "ln.models.adex has no pattern 'tonic'; it has tonic spiking, adaptation")
    assert.error_matches(function() ln.models.qif { pattern = "tonic" } end, "ln.models.qif has no patterns")
    assert.error_matches(function() ln.models.adex { stimulus = true } end, "stimulus = true goes with a pattern")
    assert.error_matches(function() ln.models.adex { I_ext = 1*nA } end, "I_ext is set in the population")
    assert.error_matches(function() ln.models.adex { initial = { x = 1 } } end, "initial: the model has no variable 'x'")
  end)
end)
