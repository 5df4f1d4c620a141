--- Sanger's rule (generalised Hebbian algorithm) for rates: the weights of output i become the i-th principal component
-- of the inputs.
--
-- | parameter | meaning | typical |
-- |---|---|---|
-- | eta | learning rate | 0.1 Hz |
--
-- Output i learns from what outputs 1 to i leave unexplained: w_ij changes by dt*eta*y_i*(x_j - sum over k <= i of
-- w_kj*y_k). No synapse knows this sum, but neurons can: unit (i, j) of a population of residuals gets output k's
-- reconstruction of input j from the units (k, j), k <= i, and those get it by synapses from the outputs, which learn
-- by the same rule and so keep the same weights. `ln.rules.sanger_network` builds these residuals and their three
-- projections. The rule itself is w += dt*eta*output*residual, whose names are "y_post" and "e_pre" by default (on the
-- way back "y_pre", "e_post").
-- Reference: Sanger 1989, Neural Netw 2:459-473.
-- @module lunate.rules.sanger
local ln = require "lunate"

local function check(inputs, outputs, options)
  local population = require "lunate.population"
  for what, pop in pairs { inputs = inputs, outputs = outputs } do
    if not population.is(pop) then
      error(("ln.rules.sanger_network: %s is a population, got a %s"):format(what, type(pop)), 0)
    end
  end
  require("lunate.options").check("ln.rules.sanger_network", options, { eta = true, w = true, name = { "string" } })
end

-- The values of the weights in the order of the units, for two projections to begin alike.
local function initial(w, n)
  local given = w == nil and ln.normal(0, 0.1) or w
  if type(given) == "number" then
    error("ln.rules.sanger_network: w is a distribution or an array; equal weights stay equal", 0)
  end
  local array = require "lunate.array"
  if array.is(given) then
    if #given ~= n then error(("ln.rules.sanger_network: %d weights were given for %d synapses"):format(#given, n), 0) end
    return given
  end
  return ln.array.random(given, n, 1)
end

-- Sources and targets, from 1, of the connections between n*k units: to the outputs, and among the units of one input.
local function pairs_of(n, k)
  local unit, output, from, to = {}, {}, {}, {}
  for i = 1, k do
    for j = 1, n do
      local u = (i - 1) * n + j
      unit[u], output[u] = u, i
      for q = 1, i do
        from[#from + 1], to[#to + 1] = (q - 1) * n + j, u
      end
    end
  end
  return { unit = unit, output = output, from = from, to = to }
end

local residual = [[
  input : 1 (linked)
  x = input : 1 (constant over dt)
  back : 1
  explained : 1
  e = x - explained : 1
]]

-- See ln.rules.sanger_network.
local function network(net, inputs, outputs, options)
  options = options or {}
  check(inputs, outputs, options)
  local n, k = #inputs, #outputs
  local p, name = pairs_of(n, k), options.name or "sanger"
  local index = {}
  for u = 1, n * k do index[u] = (u - 1) % n + 1 end
  local precision = outputs.model.definition.precision
  local units = net:population(n * k, ln.neuron { name = "residual", equations = residual, precision = precision },
    { name = name .. ".residuals", input = ln.linked(inputs.r, index) })
  local w, eta = initial(options.w, n * k), options.eta
  local forward = net:project(units, outputs, { name = name, connect = ln.pairs(p.unit, p.output), w = w,
    drive = "y_post = w*x_pre : 1 (summed)", rule = ln.rules.sanger { eta = eta } })
  local back = net:project(outputs, units, { name = name .. ".back", connect = ln.pairs(p.output, p.unit), w = w,
    drive = "back_post = w*y_pre : 1 (summed)", rule = ln.rules.sanger { eta = eta, output = "y_pre", residual = "e_post" } })
  net:project(units, units, { name = name .. ".explained", connect = ln.pairs(p.from, p.to),
    drive = "explained_post = back_pre : 1 (summed)" })
  return forward, back
end

return {
  names = { output = "y_post", residual = "e_pre" },
  network = network,
  define = function(_, name)
    return {
      on_step = ("w += dt*eta*%s*%s"):format(name.output, name.residual),
      parameters = { eta = 0.1 * ln.Hz },
    }
  end,
}
