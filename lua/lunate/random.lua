--- Random numbers of scripts: `math.random`, the same on all ranks and in every run.
--
-- Counter-based (Philox 4x32-10), with a fixed seed until `math.randomseed(x)` sets another; `math.randomseed()` goes
-- back to the first. `math.random` itself has the meaning that Lua gives it.
-- @module lunate.random
local system = require "lunate.system"

local M = {}

--- Calls f(...) with `math.random` drawing from a stream of its own, keyed by two integers and the seed; afterwards the
-- common stream goes on where it was. For functions of the user that are called for one neuron or synapse, perhaps on
-- one rank only: what they draw then depends on which neuron it is, and on nothing else.
-- @function with_stream
-- @int a for example the object's serial
-- @int b for example the neuron's index
-- @func f
-- @return what f returns
M.with_stream = system.with_stream

math.random, math.randomseed = system.random, system.randomseed -- luacheck: ignore 122

return M
