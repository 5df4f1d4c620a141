--- Parts of what a variable holds: what `pop.v["x > 0"]`, `pop.v[{ 1, 5, 9 }]` and `proj.w["i == 3"]` name.
--
-- A key is a condition in quotes, a list or array of places (from 1), or an array of truth, one an element. What the kernel
-- gets is a value that is not 0 where an element belongs to the part: an expression, evaluated where the elements lie whenever
-- the part is read or set; or a mask.
-- @module lunate.parts
local Q = require "lunate.quantity"
local array = require "lunate.array"
local kernel = require "lunate.kernel"
local values = require "lunate.values"

local M = {}

-- The places where a list of booleans is true; nil where it is no such list.
local function of_truth(key, about)
  local is_mask = array.is(key) and key:kind() == "boolean" or not array.is(key) and type(key[1]) == "boolean"
  if not is_mask then return nil end
  if #key ~= about.n then
    error(("%s: truth for %d elements was given, but there are %d"):format(about.what, #key, about.n), 0)
  end
  local out = {}
  for k = 1, about.n do
    if key[k] == true then out[#out + 1] = k end
  end
  return out
end

--- The places that a list or array names, or where an array of truth is true: a list.
-- @param key the list or array; or a number
-- @tab about what ("v of exc"), noun ("neuron"), owner ("exc"), n (how many elements there are): for messages
function M.places(key, about)
  if type(key) == "number" then key = { key } end
  if not array.is(key) and (type(key) ~= "table" or getmetatable(key) ~= nil) then
    error(("%s: a part is a condition in quotes, a list of places or an array of truth, not %s"):format(about.what,
      tostring(key)), 0)
  end
  local chosen = of_truth(key, about)
  if chosen then return chosen end
  local numbers, dim = values.numbers(key, "the places")
  if dim ~= Q.dimensionless then error(("%s: places have no unit, these are in %s"):format(about.what, tostring(dim)), 0) end
  local seen, out = {}, {}
  for k = 1, #numbers do
    local place = math.tointeger(numbers[k])
    if not place or place < 1 or place > about.n then
      error(("%s: %s %s does not exist: %s has %ss 1 to %d"):format(about.what, about.noun, ("%.14g"):format(numbers[k]),
        about.owner, about.noun, about.n), 0)
    end
    if seen[place] then error(("%s: %s %d is named twice"):format(about.what, about.noun, place), 0) end
    seen[place], out[k] = true, place
  end
  return out
end

--- A mask of n elements, for the kernel, of a list of places.
function M.mask(places, n)
  local mask = kernel.array_zeros(n)
  for _, place in ipairs(places) do mask[place] = 1 end
  return { kind = "array", array = mask }
end

--- A condition, for the kernel.
-- @string text
-- @string what names it in errors
-- @tab ctx what it may refer to; see `values.expression`
function M.condition(text, what, ctx)
  local value, ir = values.expression(text, what, nil, ctx, true)
  if ir.type ~= "bool" then
    error(("%s: '%s' is %s, a condition such as \"i == 3\" was expected"):format(what, text,
      ir.dim == Q.dimensionless and "a number" or "in " .. tostring(ir.dim)), 0)
  end
  return value
end

--- The SI numbers and dimension of a list or array that gives each of n chosen elements its value.
function M.numbers(value, what, n)
  local numbers, dim = values.numbers(value, what)
  if #numbers ~= n then error(("%s: %d values were given for %d elements"):format(what, #numbers, n), 0) end
  return numbers, dim
end

--- What errors call a part of something.
function M.name(whole, key)
  return ("%s[%s]"):format(whole, type(key) == "string" and ("%q"):format(key) or "…")
end

-- ---------------------------------------------------------------- of a population

--- Which of n neurons a key names: {n =, where = value for the kernel, places = function() -> list, fixed = function() ->
-- list and mask}. The two functions are collective where the key is a condition.
-- @param key
-- @tab about see `places`
-- @tab ctx what a condition may refer to
-- @func evaluate of a value: its number for each of the n neurons, an array
function M.of_neurons(key, about, ctx, evaluate)
  local part = { n = about.n }
  if type(key) == "string" then
    part.where = M.condition(key, M.name(about.what, key), ctx)
    part.places = function() return of_truth(array.wrap(evaluate(part.where)):boolean(), about) end
  else
    local places = M.places(key, about)
    part.where = M.mask(places, about.n)
    part.places = function() return places end
  end
  return part
end

--- Values for a part's elements, in their order, put into an array for all; and the mask of the part.
function M.spread(value, what, part)
  local places = part.places()
  local numbers, dim = M.numbers(value, what, #places)
  local all = kernel.array_zeros(part.n)
  for k, place in ipairs(places) do all[place] = numbers[k] end
  return array.wrap(all, dim), M.mask(places, part.n)
end

return M
