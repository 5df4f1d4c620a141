--- Lunate: neural circuits as Lua scripts. `local ln = require "lunate"`.
--
-- Everything a script uses is a field of this module: units (`ln.mV`), networks (`ln.network`), models (`ln.neuron`,
-- `ln.models`), connectors (`ln.bernoulli`), distributions (`ln.normal`), sources, files.
-- @module lunate
local Q = require "lunate.quantity"
local arguments = require "lunate.arguments"
local array = require "lunate.array"
local connector = require "lunate.connector"
local distribution = require "lunate.distribution"
local file = require "lunate.file"
local guard = require "lunate.guard"
local network = require "lunate.network"
local neuron = require "lunate.neuron"
local options = require "lunate.options"
local population = require "lunate.population"
local rule = require "lunate.rule"
local runtime = require "lunate.runtime"
local source = require "lunate.source"

local M = {
  version = runtime.version,
  network = network.new,
  neuron = neuron.new,
  rule = rule.new,
  spike_source = source.spike_source,
  poisson_input = source.poisson_input,
  timed_array = source.timed_array,
  linked = population.linked,
  open = file.open,
  array = array,
  spikes = require("lunate.spikes").new,
  share = require("lunate.share").share,
  arguments = guard.wrap("ln.arguments", arguments.read),
  wall_time = require("lunate.kernel").wtime,
}

for name, quantity in pairs(Q.units) do M[name] = quantity end
for _, name in ipairs { "sqrt", "exp", "log", "abs" } do M[name] = Q[name] end
for _, name in ipairs { "uniform", "normal", "lognormal", "exponential", "gamma", "truncated" } do
  M[name] = guard.wrap("ln." .. name, distribution[name])
end
for _, name in ipairs { "all_to_all", "one_to_one", "bernoulli", "fixed_indegree", "fixed_outdegree", "fixed_total", "pairs",
  "from_function", "generator", "from_csv", "dense" } do
  M[name] = connector[name]
end

--- This process's rank and the number of ranks. Results never depend on them.
M.rank = runtime.rank
M.ranks = runtime.size

--- Ready-made neuron models: `ln.models.lif_exp_current { tau_m = 20*ms }`. Each is a file of the standard library.
M.models = require "lunate.models"

--- Ready-made learning rules: `ln.rules.stdp { w_max = 1*mV }`. Each is a file of the standard library.
M.rules = require "lunate.rules"

--- Ready-made inputs (`ln.currents.step { … }`) for the variables that models leave to the user.
M.currents = require "lunate.currents"

--- Ready-made synapses (`ln.synapses.tsodyks_markram { … }`), completing the table of `net:project`.
M.synapses = require "lunate.synapses"

--- Homeostatic structural plasticity: `ln.structural.neuron(model, {…})`, `ln.structural.plasticity(net, projection)`.
M.structural = require "lunate.structural"

--- Figures: `ln.plot.raster(spikes):save "raster.png"`.
M.plot = require "lunate.plot"

-- Libraries that most scripts do without are loaded when they are first used.
local later = { analysis = "lunate.analysis", statistics = "lunate.statistics" }

setmetatable(M, {
  __complete = function(_, start) -- units, over a thousand, only once a letter is typed
    local names = {}
    for name in pairs(M) do
      if start ~= "" or not Q.units[name] then names[#names + 1] = name end
    end
    return names
  end,
  __index = guard.wrap("ln", function(_, key)
    if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
    if later[key] then
      rawset(M, key, require(later[key]))
      return M[key]
    end
    local names = {}
    for name in pairs(M) do names[#names + 1] = name end
    table.sort(names)
    error(("ln has no '%s'%s"):format(tostring(key), options.hint(key, names)), 0)
  end),
})

return M
