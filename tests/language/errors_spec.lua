-- Wrong scripts, and the one message each gives: the line, the object, the variable, the units, what was expected.
-- `$` stands for this file and the line of the mistake.
local ln = require "lunate"

local ms, mV, nS, Hz = ln.ms, ln.mV, ln.nS, ln.Hz

local lif_equations = [[
  dv/dt = (ge - v) / tau : volt (unless refractory)
  dge/dt = -ge / tau_e : volt
]]

local function lif(changes)
  local def = {
    name = "lif", equations = lif_equations, threshold = "v > 10*mV", reset = "v = 0*mV", refractory = 2 * ms,
    parameters = { tau = 20 * ms, tau_e = 5 * ms },
  }
  for key, value in pairs(changes or {}) do def[key] = value end
  return ln.neuron(def)
end

local function network() return ln.network { dt = 0.1 * ms, seed = 1 } end

local function small(n, opts)
  local net = network()
  opts = opts or {}
  opts.name = opts.name or "exc"
  return net, net:population(n or 10, lif(), opts)
end

local function project(spec, n)
  local net, pop = small(n)
  spec.connect = spec.connect or ln.all_to_all()
  spec.transmit = spec.transmit or "ge += w"
  if spec.w == nil then spec.w = 1 * mV end
  spec.name = spec.name or "exc→exc"
  return net, net:project(pop, pop, spec)
end

-- Each: what is wrong, the script, what the message must say (plain text, all of them).
local cases = {
  -- equations
  { "unknown variable in an equation", function()
    lif { equations = "dv/dt = -v/taum : volt", parameters = { tau_m = 1 * ms } }
  end,
    "unknown name 'taum'", "tau_m" },
  { "dimension of a right side", function() lif { equations = "dv/dt = -v : volt" } end, "dv/dt", "V/s" },
  { "adding volts and seconds", function() lif { equations = "dv/dt = (v + tau)/tau : volt" } end, "V", "s" },
  { "syntax error with its column", function() lif { equations = "dv/dt = (v +* 3)/tau : volt" } end, "column", "^" },
  { "a missing unit", function() lif { equations = "dv/dt = -v/tau" } end, ":" },
  { "an unknown unit", function() lif { equations = "dv/dt = -v/tau : vlot" } end, "vlot" },
  { "a non-linear equation with exact", function()
    lif { equations = "dv/dt = (-v + v**2/mV)/tau : volt", method = "exact" }
  end, "exact", "linear" },
  { "an unknown method", function() lif { method = "rk5" } end, "rk5", "euler" },
  { "a threshold that is no condition", function() lif { threshold = "v" } end, "threshold" },
  { "a reset of something unknown", function() lif { reset = "u = 0*mV" } end, "u" },
  { "a reset in the wrong unit", function() lif { reset = "v = 3*ms" } end, "V", "s" },
  { "a refractory time in volts", function() lif { refractory = 3 * mV } end, "refractory" },
  { "a variable defined twice", function() lif { equations = "dv/dt = -v/tau : volt\nv : volt" } end, "v", "twice" },
  { "subexpressions in a circle", function()
    lif { equations = "dv/dt = -a/tau : volt\na = b : volt\nb = a : volt" }
  end, "a", "b" },
  { "an unknown option of a model", function() lif { treshold = "v > 0*mV" } end, "$", "unknown option 'treshold'", "threshold" },
  { "an unknown function", function() lif { equations = "dv/dt = foo(v)/tau : volt" } end, "foo" },
  { "the exponent of a quantity", function() lif { equations = "dv/dt = -exp(v)/tau : volt" } end, "exp" },
  -- quantities
  { "adding quantities", function() return 3 * mV + 20 * ms end, "3 mV", "20 ms" },
  { "comparing quantities", function() return 3 * mV < 20 * ms end, "mV", "ms" },
  -- networks and populations
  { "a time step in volts", function() ln.network { dt = 1 * mV } end, "$", "dt must be a positive time" },
  { "a negative time step", function() ln.network { dt = -1 * ms } end, "$", "dt must be a positive time" },
  { "an unknown option of a network", function() ln.network { step = 1 * ms } end, "$", "unknown option 'step'" },
  { "an empty population", function() small(0) end, "at least 1" },
  { "neurons counted by a text", function() small("10") end, "$", 'whole number, got the text "10"' },
  { "half a neuron", function() small(2.5) end, "whole number" },
  { "a population of no model", function() network():population(10, "lif") end, "$", "expected a model" },
  { "an initial value of an unknown variable", function() small(10, { u = 3 * mV }) end, "no variable or parameter 'u'" },
  { "an initial value in the wrong unit", function() small(10, { v = 3 * ms }) end, "v of exc", "s", "V" },
  { "an array of the wrong length", function() small(10, { v = { 1 * mV, 2 * mV } }) end, "v of exc", "2 values", "10" },
  { "an expression with an unknown name", function() small(10, { v = "v_rest + 1*mV" }) end, "v_rest" },
  { "an expression in the wrong unit", function() small(10, { v = "rand()*ms" }) end, "V" },
  { "a function that gives nothing", function() small(10, { v = function() end }) end, "v of exc", "nil" },
  { "a parameter in the wrong unit", function() small(10, { tau = 3 * mV }) end, "tau of exc", "V", "s" },
  { "a parameter for each neuron", function() small(10, { tau = ln.normal(20 * ms, 1 * ms) }) end, "tau of exc", "one number" },
  { "a variable that does not exist", function() local _, pop = small(); return pop.u end, "$", "no variable or parameter 'u'" },
  { "a neuron that does not exist", function() local _, pop = small(); return pop.v[11] end, "$", "1 to 10" },
  { "an element between two", function()
    local _, pop = small()
    return pop.v[1.5]
  end, "$", "v of exc", "whole number, not 1.5" },
  { "a method called with a dot", function() local net = small(); net.run(1 * ms) end, "$", "net:run(…) is called with a colon" },
  { "a view's method called with a dot", function() local _, pop = small(); return (pop.v.mean()) end, "$", "view:mean(…)" },
  { "something that views have not", function() local _, pop = small(); return pop.v:meen() end, "$", "'meen'", "'mean'" },
  { "a delay without a unit", function() project { delay = 1.5 } end, "delay of exc→exc has no unit, expected s" },
  { "a seed that is no whole number", function() ln.network { seed = 1.5 } end, "$", "'seed' must be a whole number, got 1.5" },
  { "a slice beyond the end", function() local _, pop = small(); return pop:slice(5, 11) end, "$", "slice", "10" },
  { "a network larger than memory", function() network():population(4000000000, lif(), { name = "huge" }) end, "huge", "GiB" },
  -- projections
  { "no transmit", function()
    local net, p = small(); net:project(p, p, { connect = ln.one_to_one() })
  end, "$", "transmit is missing" },
  { "no connector", function()
    local net, p = small(); net:project(p, p, { transmit = "ge += 1*mV" })
  end, "$", "connect is missing" },
  { "a misspelt connector", function()
    local net, p = small(); net:project(p, p, { conect = ln.one_to_one(), transmit = "ge += 1*mV" })
  end, "$", "connect is missing (is it 'conect'?)" },
  { "a weight in the wrong unit", function() project { w = 3 * nS } end, "ge" },
  { "an unknown target variable", function() project { transmit = "gi += w" } end, "gi" },
  { "an unknown word in the options", function() project { wieght = "heavy" } end, "heavy" },
  { "a misspelt option", function() project { dealy = 1 * ms } end, "exc→exc", "'dealy' is given", "did you mean 'delay'" },
  { "a variable that nothing reads", function()
    project { strength = ln.normal(1 * mV, 1 * mV) }
  end, "'strength' is given", "transmit" },
  { "a rate that becomes negative", function()
    local net, p = small()
    net:project(ln.poisson_input { rate = "10*Hz*(1 - t/ms)" }, p, { transmit = "ge += 1*mV", name = "drive" })
    net:run(3 * ms)
  end, "$", "drive: ", "arrivals a step" },
  { "going back while running", function()
    local net = small()
    local snapshot = net:store()
    net:every(1 * ms, function() net:restore(snapshot) end)
    net:run(2 * ms)
  end, "$", "net:restore", "running" },
  { "running within a run", function()
    local net = small()
    net:at(1 * ms, function() net:run(1 * ms) end)
    net:run(2 * ms)
  end, "$", "net:run", "running already" },
  { "a callback in the past", function()
    local net = small()
    net:run(2 * ms)
    net:at(1 * ms, print)
  end, "$", "net:at", "1 ms is past", "2 ms" },
  { "a snapshot of another shape", function()
    local net, p = small()
    local snapshot = net:store()
    net:project(p, p, { connect = ln.one_to_one(), transmit = "ge += 1*mV" })
    net:restore(snapshot)
  end, "$", "changed since it was stored" },
  { "a negative number of synapses", function() ln.fixed_total(-1) end, "$", "ln.fixed_total", "whole number", "-1" },
  { "an unknown option of a connector", function() ln.fixed_indegree(3, { autapse = false }) end, "$", "'autapse'", "autapses" },
  { "a normal distribution of volts and seconds", function() ln.normal(1 * mV, 1 * ms) end, "$", "ln.normal", "V", "s" },
  { "bounds that leave nothing", function() ln.truncated(ln.normal(0, 1), 2, 1) end, "$", "ln.truncated", "above" },
  { "bounds that are never met", function()
    small(10, { v = ln.truncated(ln.normal(0 * mV, 1 * mV), 100 * mV) })
  end, "v of exc" },
  { "a value of no kind", function() small(10, { v = {} }) end, "v of exc", "0 values" },
  { "an array with a hole of another unit", function()
    small(2, { v = { 1 * mV, 2 * ms } })
  end, "element 2 of v of exc", "s", "V" },
  { "a subexpression that is set", function()
    local net = network()
    local pop = net:population(3, ln.neuron { equations = "dv/dt = -v/(10*ms) : 1\nu = 2*v : 1" })
    pop.u = 3
  end, "$", "u of", "subexpression", "2*v" },
  { "matrix rows of different lengths", function() ln.dense { { 1, 2 }, { 1 } } end, "$", "row 2" },
  { "a matrix of another size than the populations", function()
    project { connect = ln.dense { { 1 * mV, 2 * mV }, { 3 * mV, 4 * mV } } }
  end, "2 x 2", "10 sources and 10 targets" },
  { "a matrix of one dimension", function() ln.dense { 1 * mV, 2 * mV } end, "$", "ln.dense", "row 1 is 1 mV" },
  { "a column that is not there", function()
    local name = os.tmpname()
    local file <close> = io.open(name, "w")
    file:write "from,to\n1,2\n"
    file:close()
    finally(function() os.remove(name) end)
    ln.from_csv(name)
  end, "no column 'pre'", "from, to" },
  { "a positive delay that rounds to zero", function()
    local net = project { delay = 0.04 * ms }
    net:run(1 * ms)
  end, "delay", "exc→exc" },
  { "a negative delay", function()
    local net = project { delay = -1 * ms }; net:run(1 * ms)
  end, "exc→exc", "delay of -1 ms", "at least 0" },
  { "a delay in volts", function() project { delay = 1 * mV } end, "delay of exc→exc", "V", "s" },
  { "a probability above one", function() ln.bernoulli(1.5) end, "$", "ln.bernoulli", "0 to 1" },
  { "one_to_one of different sizes", function()
    local net, pop = small()
    local other = net:population(5, lif(), { name = "inh" })
    net:project(pop, other, { connect = ln.one_to_one(), transmit = "ge += 1*mV" })
    net:run(1 * ms)
  end, "one_to_one", "10", "5" },
  { "more sources than there are", function()
    local net = project { connect = ln.fixed_indegree(20, { multapses = false }) }
    net:run(1 * ms)
  end, "fixed_indegree", "20", "10" },
  { "pairs of different lengths", function() ln.pairs({ 1, 2 }, { 1 }) end, "$", "2 sources", "1 targets" },
  { "a pair outside the population", function() project { connect = ln.pairs({ 11 }, { 1 }) } end, "source 11", "1 to 10" },
  { "weights that do not fit the pairs", function()
    project { connect = ln.pairs({ 1, 2 }, { 1, 1 }), w = { 1 * mV, 2 * mV, 3 * mV } }
  end, "w of exc→exc", "3 values", "2 pairs" },
  { "a connector function that gives a number", function()
    project { connect = function() return 3
  end } end, "target 1", "list of sources" },
  { "a connector function's source out of range", function()
    project { connect = function() return { 12 }
  end } end, "source 12" },
  { "a population of another network", function()
    local _, a = small()
    local net, b = small()
    net:project(a, b, { connect = ln.one_to_one(), transmit = "ge += 1*mV" })
  end, "$", "another network" },
  { "writing a variable of the source", function() project { transmit = "v_pre += w" } end, "v_pre" },
  { "a synapse larger than memory", function()
    local net, p = small(3000000)
    net:project(p, p, { connect = ln.all_to_all(), transmit = "ge += w", w = ln.normal(1 * mV, 0.1 * mV) })
    net:run(1 * ms)
  end, "GiB" },
  -- running and recording
  { "running for a length", function() network():run(1 * mV) end, "$", "expected a time" },
  { "running backwards", function() network():run(-1 * ms) end, "$", "negative" },
  { "a callback that throws", function()
    local net = small()
    net:every(1 * ms, function() error "my mistake" end)
    net:run(2 * ms)
  end, "my mistake" },
  { "a state that becomes NaN", function()
    local net = network()
    local model = ln.neuron { name = "runaway", equations = "dx/dt = x**2/ms : 1", method = "euler" }
    net:population(20, model, { name = "bad", x = "5.0*(i == 7)" })
    net:run(100 * ms)
  end, "$", "bad", "x", "neuron 7", "runaway", "ms" },
  { "recording an unknown variable", function() local net, p = small(); net:record(p, "u") end, "$", "no variable 'u'" },
  { "recording between steps", function()
    local net, p = small(); net:record(p, "v", { every = 0.25 * ms })
  end, "$", "multiple of dt" },
  { "recording a neuron that does not exist", function()
    local net, p = small()
    net:record(p, "v", { neurons = { 3, 11 } })
  end, "$", "neuron 11" },
  { "a file in a folder that does not exist", function()
    local net, p = small()
    net:record(p, "spikes", { to = "/no/such/folder/out.h5" })
  end, "$", "/no/such/folder" },
  { "opening what is no HDF5 file", function() ln.open "/etc/hostname" end, "$", "/etc/hostname" },
  -- sources and files
  { "spikes of different lengths", function()
    ln.spike_source { indices = { 1 }, times = { 1 * ms, 2 * ms } }
  end, "$", "1 indices", "2 times" },
  { "two spikes in one step", function()
    network():population(1, ln.spike_source { indices = { 1, 1 }, times = { 1 * ms, 1.01 * ms } }, { name = "src" })
  end, "src", "neuron 1", "two spikes" },
  { "a spike before time began", function()
    network():population(1, ln.spike_source { indices = { 1 }, times = { -1 * ms } }, { name = "src" })
  end, "src", "negative" },
  { "a Poisson input without rate", function() ln.poisson_input { n = 10 } end, "$", "needs a rate" },
  { "a Poisson input with a delay", function()
    local net, p = small()
    net:project(ln.poisson_input { rate = 10 * Hz }, p, { transmit = "ge += 1*mV", delay = 1 * ms })
  end, "$", "no delay" },
  { "a misspelt model", function() return ln.models.adx end, "$", "ln.models has no 'adx' (did you mean 'adex'?)" },
  { "half a model's name", function() return ln.synapses.tsodyks end, "$", "(did you mean 'tsodyks_markram'?)" },
  { "a misspelt rule", function() return ln.rules.sdtp end, "$", "ln.rules has no 'sdtp' (did you mean 'stdp'?)" },
  { "a model's parameter in the wrong unit", function() ln.models.adex { tau_w = 3 * mV } end, "$", "tau_w = 3 mV: expected" },
  { "a misspelt recording", function() local net, p = small(); net:record(p, "spike") end, "$", "did you mean 'spikes'" },
  { "a misspelt name of the library", function() return ln.bernouli end, "$", "ln has no 'bernouli'", "bernoulli" },
  { "an unknown parameter of a ready-made model", function() ln.models.lif_exp_current { tau = 3 * ms } end, "tau", "tau_m" },
}

describe("wrong scripts", function()
  for _, case in ipairs(cases) do
    it(case[1], function()
      local ok, message = pcall(case[2])
      assert.is_false(ok, "no error was raised")
      message = tostring(message)
      for k = 3, #case do
        local expected = case[k] == "$" and "errors_spec.lua:" or case[k]
        assert.is_truthy(message:find(expected, 1, true), ("%q does not say %q"):format(message, expected))
      end
      assert.is_nil(message:find("lua/lunate/", 1, true), "the message names our own files: " .. message)
    end)
  end
end)
