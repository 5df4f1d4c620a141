--- `order = …`: when what a projection does takes its turn among what others do in the same part of a step.
-- @module lunate.turns
local order = require "lunate.compiler.order"

local M = {}

local MOST = 2 ^ 30

local function whole(value, what)
  local number = math.type(value) and math.tointeger(value)
  if not number or math.abs(number) > MOST then
    error(("%s: expected a whole number (the lowest go first), got %s"):format(what, tostring(value)), 0)
  end
  return number
end

--- The order of a population or an input: one number.
function M.number(value, what) return value == nil and 0 or whole(value, what) end

--- Checks `order` of `net:project` as far as it can be without the pathways.
-- @treturn table numbers by name
function M.check(name, given)
  if given == nil then return {} end
  if type(given) ~= "table" then
    error(("net:project %s: order = %s: say what of it, such as order = { pre = -2 }, or equations (clock-driven ones: what "
      .. "Brian2's Synapses(order=) is), summed, or the name of a pathway"):format(name, tostring(given)), 0)
  end
  local out = {}
  for key, value in pairs(given) do out[key] = whole(value, ("net:project %s: order of %s"):format(name, tostring(key))) end
  return out
end

-- Sums are made before the neurons advance; onto a slice as in Brian2 at the neurons' turn, which is theirs first.
local function of(pathway, given, post)
  if pathway.kind == "summed" and not given.summed then return post.order - (post.sliced and 0 or 1) end
  return order.of(pathway, given)
end

--- The numbers of a projection's pathways, in their order.
function M.of_pathways(p, given, post)
  local out, known = {}, {}
  for k, pathway in ipairs(p.ir.pathways) do
    out[k] = of(pathway, given, post)
    if order.has_turn(pathway) then known[#known + 1] = order.name(pathway) end
  end
  for key in pairs(given) do
    local found
    for _, name in ipairs(known) do found = found or name == key end
    if not found then
      error(("net:project %s: order of %s: there is no such pathway; there are %s"):format(p.name, tostring(key),
        table.concat(known, ", ")), 0)
    end
  end
  return out
end

return M
