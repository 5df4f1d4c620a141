--- Assertions that several specs make, and a stream of numbers that is the same everywhere.
local assert = require "luassert"

local M = {}

--- f(...) raises an error whose text contains `message`. Returns the text.
function M.refused(message, f, ...)
  local ok, err = pcall(f, ...)
  local text = tostring(err)
  assert.is_false(ok, "not refused: " .. message)
  assert.is_truthy(text:find(message, 1, true), ("'%s' was expected in '%s'"):format(message, text))
  return text
end

--- What f(...) raises, without the line of the spec.
function M.message(f, ...)
  local ok, err = pcall(f, ...)
  assert.is_false(ok)
  return (tostring(err):gsub("^[^\n]-:%d+: ", ""))
end

--- Numbers `within` (1e-12) of each other; `what` names them in the message.
function M.close(expected, got, within, what)
  assert.is_true(math.abs(got - expected) <= (within or 1e-12),
    ("%s: expected %.17g, got %.17g"):format(what or "value", expected, got))
end

--- Numbers, or lists of them, to a tolerance (1e-9) of their size, or of 1 where that is larger.
function M.near(expected, x, tolerance)
  if type(expected) == "table" then
    assert.are.equal(#expected, #x)
    for k = 1, #expected do M.near(expected[k], x[k], tolerance) end
    return
  end
  assert.is_true(math.abs(expected - x) <= (tolerance or 1e-9) * math.max(1, math.abs(expected)),
    ("%.15g, not %.15g"):format(x, expected))
end

function M.is_nan(x) assert.is_true(x ~= x) end

--- A function that draws from [0, 1), by a linear congruential generator: not the machine's math.random.
function M.random(seed)
  local a = seed
  return function()
    a = a * 6364136223846793005 + 1442695040888963407
    return (a >> 11) / 2.0 ^ 53
  end
end

return M
