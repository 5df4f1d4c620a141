--- Axes: limits, units with sensible prefixes, ticks.
-- @module lunate.plot.axis
local Q = require "lunate.quantity"
local data = require "lunate.plot.data"

local M = {}

local none = Q.dimensionless
local digits = { ["-"] = "⁻", [0] = "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" }

--- A whole number as superscript.
function M.superscript(n)
  return (("%d"):format(n):gsub(".", function(c) return digits[tonumber(c) or c] end))
end

-- "V^2/Hz" as it is printed: V²/Hz; ohm is Ω, u is µ.
local function pretty(unit)
  return (unit:gsub("%^(%-?%d+)", function(n) return M.superscript(math.tointeger(tonumber(n))) end)
    :gsub("ohm", "Ω"):gsub("%f[%a]u(%a)", "µ%1"))
end

-- The text of a user's unit such as ln.ms.
local function name_of(unit)
  local number, text = Q.format(unit, 15):match "^(%S+) (.+)$"
  if tonumber(number) == 1 then return pretty(text) end
  local best
  for name, q in pairs(Q.units) do
    if Q.is(q) and q.dim == unit.dim and q.value == unit.value and (not best or #name < #best) then best = name end
  end
  return best and pretty(best)
end

--- The unit that suits numbers up to `largest`, and how many SI units it is.
-- @treturn ?string nil where there is none to show
-- @treturn number
function M.suit(largest, dim)
  if largest == 0 or not data.finite(largest) then return dim ~= none and pretty(tostring(dim)) or nil, 1 end
  if dim == none then
    local exponent = math.floor(math.log(largest, 10) + 1e-9)
    if exponent >= -2 and exponent < 5 then return nil, 1 end
    exponent = exponent // 3 * 3
    return "×10" .. M.superscript(exponent), 10.0 ^ exponent
  end
  local number, unit = Q.format(Q.new(largest, dim), 15):match "^(%S+) (.+)$"
  number = tonumber(number)
  if not number or number == 0 then return pretty(tostring(dim)), 1 end
  return pretty(unit), 10.0 ^ math.floor(math.log(largest / number, 10) + 0.5)
end

--- A new axis.
-- @tab spec {label =, dim =, from_zero =, tight =, reversed =, whole = (neurons), ticks = {{at, text}, …}}
function M.new(spec)
  spec.dim = spec.dim or none
  return spec
end

--- Takes the user's options of an axis: xlabel, xlim, xunit and so on.
function M.apply(axis, letter, opts)
  local what = letter .. "label"
  if opts[what] ~= nil then axis.label, axis.own_label = data.text(opts[what], what), true end
  local unit = opts[letter .. "unit"]
  if unit ~= nil then
    if not Q.is(unit) or unit.dim ~= axis.dim or not name_of(unit) then
      error(("%sunit must be a unit of %s, such as ln.ms for a time"):format(letter, axis.dim), 0)
    end
    axis.unit, axis.factor = name_of(unit), unit.value
  end
  local lim = opts[letter .. "lim"]
  if lim ~= nil then
    what = letter .. "lim"
    if data.kind_of(lim) ~= "table" or #lim ~= 2 then error(("%s must be two limits: {low, high}"):format(what), 0) end
    axis.low = data.number(lim[1], what, axis.dim)
    axis.high = data.number(lim[2], what, axis.dim)
    if axis.low >= axis.high then error(("%s: the first limit must be below the second"):format(what), 0) end
  end
end

-- Limits in SI from what the data span; lo > hi where there are none.
local function limits(axis, lo, hi)
  if lo > hi then lo, hi = axis.log and 1 or 0, axis.log and 10 or 1 end
  if axis.log then
    if lo == hi then lo, hi = lo / 2, hi * 2 end
    local room = axis.tight and 1 or (hi / lo) ^ 0.04
    return lo / room, hi * room
  end
  if axis.from_zero then lo, hi = math.min(lo, 0), math.max(hi, 0) end
  if hi - lo <= 1e-8 * math.max(math.abs(lo), math.abs(hi)) then -- the same in the digits that are written
    local room = lo == 0 and 1 or math.abs(lo) * 0.1
    return lo - room, hi + room
  end
  local room = axis.tight and 0 or (hi - lo) * 0.05
  local low = (axis.from_zero and lo == 0) and 0 or lo - room
  local high = (axis.from_zero and hi == 0) and 0 or hi + room
  return low, high
end

--- The step of about n ticks over a span: 1, 2 or 5 times a power of ten.
function M.step(span, n)
  local raw = span / n
  local power = 10.0 ^ math.floor(math.log(raw, 10) + 1e-9)
  local f = raw / power
  return (f <= 1.0001 and 1 or f <= 2.0001 and 2 or f <= 5.0001 and 5 or 10) * power
end

local function linear_ticks(axis, n)
  local step
  repeat -- two ticks at least
    step, n = M.step(axis.to - axis.from, n), n + 1
  until axis.to // step - math.ceil(axis.from / step) >= 1 or n > 12
  if axis.whole then step = math.max(step, 1) end
  local decimals = math.max(0, -math.floor(math.log(step, 10) + 1e-9))
  local out = {}
  for k = math.ceil(axis.from / step - 1e-9), math.floor(axis.to / step + 1e-9) do
    out[#out + 1] = { k * step, (("%." .. decimals .. "f"):format(k * step):gsub("^%-", "−")) }
  end
  axis.step, axis.decimals = step, decimals
  return out
end

local function log_ticks(axis, n)
  local first, last = math.floor(math.log(axis.from, 10)), math.ceil(math.log(axis.to, 10))
  local plain = first >= -3 and last <= 4
  local every = math.max(1, math.ceil((last - first) / n))
  local decades = math.log(axis.to / axis.from, 10)
  local out = {}
  local function add(at, text)
    if at >= axis.from * (1 - 1e-9) and at <= axis.to * (1 + 1e-9) then out[#out + 1] = { at, text, minor = text == "" } end
  end
  for e = first, last do
    local decade = 10.0 ^ e
    local major = e % every == 0
    add(decade, not major and "" or plain and ("%g"):format(decade) or "10" .. M.superscript(e))
    for f = 2, 9 do
      local shown = decades < 0.6 or decades < 1.5 and (f == 2 or f == 5)
      local text = shown and (plain and ("%g"):format(f * decade) or ("%d·10%s"):format(f, M.superscript(e))) or ""
      if every == 1 then add(f * decade, text) end
    end
  end
  return out
end

local function unit_of(axis, low, high)
  if axis.unit or axis.shown then return axis.unit, axis.factor or 1 end
  if axis.log and axis.dim == none then return nil, 1 end
  return M.suit(math.max(math.abs(low), math.abs(high)), axis.dim)
end

--- Settles an axis: from, to, unit and ticks in the unit shown, from what the data span in SI.
-- @return a new table {from =, to =, factor =, text =, ticks =, log =, reversed =}
function M.settle(axis, lo, hi, n)
  local low, high = limits(axis, lo, hi)
  low, high = axis.low or low, axis.high or high
  if low >= high then
    if axis.low then high = low + math.max(math.abs(low), 1) else low = high - math.max(math.abs(high), 1) end
  end
  if axis.log and low <= 0 then
    if axis.low then error(("a logarithmic axis cannot begin at %g"):format(low), 0) end
    low = high / 1000
  end
  local unit, factor = unit_of(axis, low, high)
  local out = { factor = factor, from = low / factor, to = high / factor, log = axis.log, reversed = axis.reversed,
    whole = axis.whole, hidden = axis.hidden }
  local label = axis.label or ""
  if unit and not (axis.own_label and (axis.ticks or label:find "%b()%s*$")) then
    label = label == "" and unit or ("%s (%s)"):format(label, unit)
  end
  out.text = label
  if axis.ticks then
    out.ticks, out.fixed = {}, true
    for k, t in ipairs(axis.ticks) do out.ticks[k] = { t[1] / factor, t[2] } end
  else
    out.ticks = out.log and log_ticks(out, n) or linear_ticks(out, n)
  end
  return out
end

return M
