--- Clocks: the time steps of populations and projections that are slower than the network's.
-- @module lunate.clock
local Q = require "lunate.quantity"

local M = {}

local second = Q.dim_of(Q.units.second)

local MOST = 1000 -- parts of the network's dt among which a common divisor is looked for

-- A dt of which both are multiples, or nil.
local function common(dt, other)
  for parts = 1, MOST do
    local n = dt / other * parts
    if n > 0.5 and math.abs(n - math.floor(n + 0.5)) <= 1e-6 * n then return other / parts end
  end
end

--- The clock of an object: `{ dt = (seconds), stride = (steps of the network from tick to tick) }`.
-- @param net the network's inner record
-- @param dt a time, or nil: the network's
-- @string what the object, for errors
function M.of(net, dt, what)
  if dt == nil then return { dt = net.dt, stride = 1 } end
  local seconds = Q.value_of(dt)
  if Q.dim_of(dt) ~= second or not (seconds > 0 and seconds < math.huge) then
    error(("%s: dt must be a positive time such as 1*ms, got %s"):format(what, tostring(dt)), 0)
  end
  local ratio = seconds / net.dt
  local stride = math.floor(ratio + 0.5)
  if stride >= 1 and stride < 2 ^ 30 and math.abs(ratio - stride) <= 1e-6 * stride then
    return { dt = stride == 1 and net.dt or seconds, stride = math.tointeger(stride) }
  end
  local step, both = Q.new(net.dt, second), common(seconds, net.dt)
  error(("%s: dt = %s is not a whole multiple of the network's dt = %s%s"):format(what, tostring(dt), tostring(step),
    both and (", which is its fastest clock: both are multiples of %s"):format(tostring(Q.new(both, second))) or ""), 0)
end

--- The time that an object is told now: that of its tick at this step, or of the next one.
function M.now(net, clock)
  local step = net.kernel:step()
  return (step + clock.stride - 1) // clock.stride * clock.dt
end

return M
