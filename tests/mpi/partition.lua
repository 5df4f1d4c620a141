-- What must not depend on the number of ranks: connectivity, weights, delays, spikes, states, means. Prints a digest of
-- the bits of each; partition.sh compares them between 1, 2, 3 and 4 ranks.
--
--   lunate partition.lua [part...]     parts: connectors, dynamics, examples (all by default)
local ln = require "lunate"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz

-- ---------------------------------------------------------------- digests

local digest = dofile((arg[0]:match "^.*/" or "") .. "digest.lua")
local bits, report, report_spikes, report_states = digest.bits, digest.report, digest.report_spikes, digest.report_states

local function report_projection(case, p, ...)
  local all = p:gather(...)
  local columns = { all.pre, all.post, all.delay }
  for _, name in ipairs { ... } do columns[#columns + 1] = all[name] end
  report(case, p.name, table.unpack(columns))
  for _, name in ipairs(p.name:find "^[2-4]%." and {} or { ... }) do
    local view = p[name]
    report(case, p.name .. " moments of " .. name, view:mean(), view:variance(), view:min(), view:max())
  end
end

-- ---------------------------------------------------------------- connectors

local function neuron(precision)
  return ln.neuron {
    name = "cell", precision = precision,
    equations = [[
      dv/dt = (ge - v + I)/tau : volt (unless refractory)
      dge/dt = -ge/tau_e : volt
      drive = abs(ge)/(1*mV) : 1
      x : 1
      I : volt
    ]],
    threshold = "v > 10*mV", reset = "v = 0*mV; x += 0.25", refractory = 2*ms,
    parameters = { tau = 20*ms, tau_e = 5*ms },
  }
end

local connectors = { -- name, connector for n_pre sources and n_post targets, whether they must be as many
  { "all_to_all", function() return ln.all_to_all() end },
  { "all_to_all without autapses", function() return ln.all_to_all { autapses = false } end },
  { "one_to_one", function() return ln.one_to_one() end, true },
  { "bernoulli", function() return ln.bernoulli(0.17) end },
  { "bernoulli without autapses", function() return ln.bernoulli(0.4, { autapses = false }) end },
  { "bernoulli of places", function()
    return ln.bernoulli("0.7*exp(-(x_pre - x_post)**2/s**2)", { parameters = { s = 1.5 } })
  end },
  { "bernoulli of indices", function() return ln.bernoulli "i != j and (i + 2*j) % 3 == 0" end },
  { "generator of targets", function() return ln.generator("k for k in sample(i - 9, i + 10, p = 0.5) if x_post > 0.5*rand()",
    { skip_if_invalid = true, n = 2 }) end },
  { "generator of sources", function() return ln.generator { i = "k for k in sample(N_pre, size = 5) if k != j" } end },
  { "from a function", function(n_pre)
    return function(j)
      local list = {}
      for k = 1, math.random(0, 6) do list[k] = (j * 7 + math.random(n_pre)) % n_pre + 1 end
      return list
    end
  end },
}
for _, kind in ipairs { "fixed_indegree", "fixed_outdegree", "fixed_total" } do
  for _, autapses in ipairs { true, false } do
    for _, multapses in ipairs { true, false } do
      connectors[#connectors + 1] = {
        ("%s, %s autapses, %s multapses"):format(kind, autapses and "with" or "without", multapses and "with" or "without"),
        function() return ln[kind](kind == "fixed_total" and 101 or 6, { autapses = autapses, multapses = multapses }) end,
      }
    end
  end
end

local function listed(n_pre, n_post) -- pairs in no order, some repeated
  local i, j = {}, {}
  for k = 1, 150 do i[k], j[k] = k * 37 % n_pre + 1, k * k % n_post + 1 end
  return i, j
end

local weights = {
  constant = function() return 0.6*mV end,
  distribution = function() return ln.normal(0.8*mV, 0.4*mV) end,
  ["function"] = function() return function(i, j) return (0.2 + 0.01*(i % 7) + 0.02*(j % 5) + math.random())*mV end end,
  expression = function() return "(0.3 + rand() + 0.1*x_post + 0.01*i*x_pre)*mV" end,
}
local delays = {
  constant = 1.3*ms, distribution = ln.uniform(0*ms, 4*ms):truncated(0.2*ms),
  ["function"] = function(i, j) return (1 + (i * j) % 9)*0.3*ms end,
  expression = "0.1*ms*(1 + (3*i + j) % 17)", none = 0*ms,
}
local kinds = { -- kind of weight, kind of delay
  { "constant", "none" }, { "constant", "constant" }, { "distribution", "distribution" }, { "function", "function" },
  { "expression", "expression" }, { "distribution", "none" }, { "constant", "distribution" }, { "expression", "constant" },
}

-- A connector between two populations, within one, and between overlapping slices, with every kind of value.
local function connector_case(precision, entry)
  local name, make, equal = table.unpack(entry)
  local case = ("%s, %s"):format(name, precision)
  local net = ln.network { dt = 0.1*ms, seed = 11 }
  local model = neuron(precision)
  local a = net:population(37, model, { name = "a", x = "rand()*4", v = ln.uniform(0*mV, 10*mV), I = "9*mV + 4*mV*rand()" })
  local b = net:population(equal and 37 or 23, model, { name = "b", x = ln.uniform(0, 4) })
  local sides = { { a, b }, { a, a }, { a:slice(5, 30), a:slice(9, 34) }, { b:slice(3, 21), a:slice(12, 30) } }
  local projections = {}
  for s, side in ipairs(sides) do
    for k, kind in ipairs(kinds) do
      local conditional = name:find "bernoulli of"
      local weight, delay = weights[kind[1]](), delays[kind[2]]
      local chosen = s == 1 or k % 3 == s % 3 -- all kinds once, a third of them for each of the other sides
      if chosen and not (conditional and (kind[1] == "function" or kind[2] == "function")) then
        projections[#projections + 1] = net:project(side[1], side[2], {
          name = ("%d.%d"):format(s, k), connect = make(#side[1], #side[2]), w = weight, delay = delay, u = ln.uniform(0, 1),
          transmit = k % 2 == 0 and "ge += w*u" or "ge += w*exp(-x_pre)\nu = 0.9*u + 0.05*v_post/(10*mV)",
        })
      end
    end
  end
  local spikes = { net:record(a, "spikes"), net:record(b, "spikes") }
  net:run(15*ms)
  for _, p in ipairs(projections) do
    local shared = p.name:find "%.[127]$"
    if shared then report_projection(case, p, "u") else report_projection(case, p, "u", "w") end
  end
  for k, pop in ipairs { a, b } do
    report_spikes(case, pop.name, spikes[k])
    report_states(case, pop, "v", "ge", "x", "drive")
  end
end

-- Lists of pairs: with arrays of values, from a CSV file with names, and as a matrix.
local function pairs_case(precision)
  local case = "pairs, " .. precision
  local net = ln.network { dt = 0.1*ms, seed = 12 }
  local model = neuron(precision)
  local a = net:population(37, model, { name = "a", v = ln.uniform(0*mV, 10*mV), I = 12*mV })
  local b = net:population(23, model, { name = "b" })
  local i, j = listed(37, 23)
  local function by_pair(f)
    local out = {}
    for k = 1, #i do out[k] = f(k) end
    return out
  end
  local label, rows = {}, { "pre,post,w,delay_count" }
  for k = 1, 37 do label[k] = "cell" .. k end
  for k = 1, #i do rows[k + 1] = ("cell%d,cell%d,%.17g,%d"):format(i[k], j[k], k % 11 / 7, k) end
  local file <close> = io.open("pairs.csv", "w")
  file:write(table.concat(rows, "\n"), "\n")
  file:close()
  local matrix = {}
  for row = 1, 37 do
    matrix[row] = {}
    for column = 1, 23 do matrix[row][column] = (row * column % 4 == 0 and row - 2.5 * column or 0)*0.02*mV end
  end
  local list = {
    net:project(a, b, { name = "arrays", connect = ln.pairs(i, j), transmit = "ge += w",
      w = by_pair(function(k) return k % 13 * 0.2*mV end), delay = by_pair(function(k) return k % 19 * 0.1*ms end) }),
    net:project(a, b, { name = "functions", connect = ln.pairs(i, j), transmit = "ge += w",
      w = weights["function"](), delay = delays["function"] }),
    net:project(a, b, { name = "distributions", connect = ln.pairs(i, j), transmit = "ge += w",
      w = ln.lognormal(0.5*mV, 0.4), delay = ln.exponential(2*ms):truncated(0.1*ms, 8*ms) }),
    net:project(b, a, { name = "reversed", connect = ln.pairs(j, i), transmit = "ge += w",
      w = weights.expression(), delay = delays.expression }),
    net:project(a, a, { name = "csv", connect = ln.from_csv("pairs.csv", { names = label, units = { w = mV } }),
      transmit = "ge += w", delay = 0.5*ms }),
    net:project(a, b, { name = "dense", connect = ln.dense(matrix), transmit = "ge += w", delay = 0.5*ms }),
    net:project(a, a, { name = "one value a neuron", connect = ln.one_to_one(), transmit = "ge += w",
      w = ln.array.linspace(-1, 1, 37)*mV, delay = 1*ms }),
    net:project(a, b, { name = "one value a pair of neurons", connect = ln.all_to_all(), transmit = "ge += w",
      w = ln.array.linspace(0, 0.3, 37*23)*mV, delay = 1*ms }),
  }
  local spikes = net:record(b, "spikes")
  net:run(20*ms)
  for _, p in ipairs(list) do report_projection(case, p, "w") end
  report_spikes(case, "b", spikes)
  report_states(case, b, "v", "ge")
  list[1].w = "w*2 + 0.1*mV*(i % 3)"
  list[2].w = function(source, target) return (source - target + math.random())*0.1*mV end
  list[3].w = ln.gamma(2, 0.1*mV)
  list[4].w = ln.array.linspace(1, 2, list[4]:count())*mV
  net:run(5*ms)
  for k = 1, 4 do report_projection(case .. ", set anew", list[k], "w") end
  report_states(case .. ", set anew", a, "v", "ge")
end

-- ---------------------------------------------------------------- what happens while running

local function noisy(precision, file)
  local net = ln.network { dt = 0.1*ms, seed = 13 }
  local model = ln.neuron {
    name = "noisy", precision = precision,
    equations = [[
      dv/dt = (ge - v + I + 2*mV*randn())/tau : volt (unless refractory)
      dge/dt = -ge/tau_e : volt
      a = v/(1*mV) + sin(t/(3*ms)) : 1
      I : volt
      r : Hz
      gain : 1 (shared)
    ]],
    threshold = "v > 10*mV*(1 + 0.2*rand())", reset = "v = -1*mV*rand()", refractory = "1*ms + 1*ms*rand()",
    parameters = { tau = 10*ms, tau_e = 5*ms },
    method = "euler",
  }
  local pop = net:population(53, model, {
    name = "pop", v = "10*mV*rand()", r = "100*Hz + 1*Hz*i", I = ln.normal(8*mV, 2*mV), gain = 1.5,
  })
  local poisson = net:population(41, ln.models.poisson { rate = 60*Hz, precision = precision }, { name = "poisson" })
  local given = { i = {}, t = {} }
  for k = 1, 200 do given.i[k], given.t[k] = k * 7 % 19 + 1, (k * 3 % 400 + 0.04 * (k % 2))*0.1*ms end
  local seen, i, t = {}, {}, {}
  for k = 1, 200 do
    local key = given.i[k] .. " " .. (k * 3 % 400)
    if not seen[key] then seen[key], i[#i + 1], t[#t + 1] = true, given.i[k], given.t[k] end
  end
  local source = net:population(19, ln.spike_source { indices = i, times = t }, { name = "given" })
  net:project(poisson, pop, { connect = ln.fixed_indegree(8), transmit = "ge += w*gain", w = ln.exponential(0.5*mV),
    delay = ln.uniform(0.1*ms, 3*ms) })
  local fixed = net:project(source, pop, { connect = ln.bernoulli(0.3), transmit = "ge += w", w = 1.1*mV })
  net:project(pop, pop, { name = "recurrent", connect = ln.fixed_outdegree(5), transmit = "ge += w*(1 + 0.1*randn())\nw = w*0.99",
    w = ln.normal(0.4*mV, 0.1*mV), delay = "0.1*ms*(1 + i % 4)" })
  local input = net:project(ln.poisson_input { n = 40, rate = 30*Hz }, pop, { transmit = "ge += w", w = 0.2*mV })
  net:project(ln.poisson_input { n = 3, rate = "r*(1 + 0.5*rand())" }, pop:slice(11, 40), { transmit = "v += 0.3*mV" })
  local rec = {
    net:record(pop, "spikes", { to = file }),
    net:record(pop:slice(10, 30), { "v", "a", "ge" }, { every = 0.5*ms, neurons = { 3, 17, 1 }, to = file }),
    net:record(poisson, "spikes", { to = file }), net:record(source, "spikes", { to = file }),
  }
  return net, pop, rec, fixed, input
end

local function dynamics_case(precision)
  local case = "dynamics, " .. precision
  local net, pop, rec, given, input = noisy(precision)
  net:every(1.7*ms, function(now) pop.I = pop.I:gather() + (pop.v:mean() > 3*mV and -0.1 or 0.1)*mV + 0*now/ms*mV end)
  net:at(10*ms, function() pop.gain = 0.5 end)
  net:at(12*ms, function() pop.tau = 12*ms end)
  net:at(20*ms, function()
    pop.gain, pop.tau, given.w, input.rate = 0.7, 15*ms, 0.3*mV, 50*Hz
    assert(given.w:mean() == 0.3*mV)
  end)
  local snapshot
  net:run(15*ms)
  snapshot = net:store()
  net:run(25*ms)
  report_states(case, pop, "v", "ge", "I", "a", "gain")
  for k, name in pairs { "pop", [3] = "poisson", [4] = "given" } do report_spikes(case, name, rec[k]) end
  report(case, "recorded", rec[2].t, rec[2].v, rec[2].a, rec[2].ge)
  local first = bits(pop.v:gather()) .. bits(pop.ge:gather())
  net:restore(snapshot)
  report_states(case .. ", restored", pop, "v", "ge")
  net:run(3.1*ms)
  net:run(0.1*ms)
  net:run(21.8*ms)
  assert(bits(pop.v:gather()) .. bits(pop.ge:gather()) == first, "a restored network went another way")
end

local function file_case(precision)
  local net = noisy(precision, precision .. ".h5")
  net:run(13*ms)
  net:run(17.3*ms)
  net:close()
  local back = ln.open(precision .. ".h5")
  for _, name in ipairs(back:populations()) do
    local ok, s = pcall(back.spikes, back, name)
    if ok then report("file, " .. precision, "spikes of " .. name, s.times, s.senders) end
  end
  for _, name in ipairs { "v", "ge", "a" } do report("file, " .. precision, name, back:report("pop[10..30]", name).data) end
  back:close()
end

-- Fewer neurons than ranks, no synapses, no spikes, nothing to record.
local function tiny_case(precision)
  local net = ln.network { dt = 0.1*ms, seed = 14 }
  local model, list = neuron(precision), {}
  local one, two = net:population(1, model, { name = "one", I = 30*mV }), net:population(2, model, { name = "two", x = "i" })
  local three = net:population(3, model, { name = "three", v = "3*mV*i", I = function(i) return 10*mV*i end })
  local none = net:population(2, ln.spike_source { indices = {}, times = {} }, { name = "none" })
  for name, connector in pairs {
    all = ln.all_to_all(), some = ln.bernoulli(0.5), nothing = ln.bernoulli(0), indegree = ln.fixed_indegree(2),
    total = ln.fixed_total(0),
    outdegree = ln.fixed_outdegree(3), seven = ln.fixed_total(7), conditional = ln.bernoulli "i == j", empty = ln.pairs({}, {}),
    listed = ln.pairs({ 1 }, { 1 }), own = function() return {} end,
  } do
    local slices = { three:slice(3, 3), three:slice(1, 2) }
    for k, side in ipairs { { one, two }, { two, three }, { three, one }, slices, { none, one } } do
      list[#list + 1] = net:project(side[1], side[2], { name = name .. k, connect = connector, transmit = "ge += w",
        w = "0.1*mV*(i + j + rand())", delay = ln.uniform(0.1*ms, 1*ms) })
    end
  end
  local spikes = { net:record(one, "spikes"), net:record(three, "spikes"), net:record(none, "spikes") }
  local trace = net:record(three, { "v", "drive" }, { every = 1*ms, neurons = { 3 } })
  net:run(0*ms)
  net:run(30*ms)
  local case = "tiny, " .. precision
  for _, p in ipairs(list) do report_projection(case, p, "w") end
  for k, s in ipairs(spikes) do report_spikes(case, tostring(k), s) end
  for _, pop in ipairs { one, two, three, three:slice(2, 2) } do report_states(case, pop, "v", "ge", "drive") end
  report(case, "recorded", trace.t, trace.v, trace.drive)
end

-- Runs in one piece or in many give the same bits.
local function pieces_case(precision)
  local found
  for _, pieces in ipairs { { 20 }, { 0.1, 3, 9.9, 7 }, { 10, 0, 10 } } do
    local net, pop = noisy(precision)
    for _, piece in ipairs(pieces) do net:run(piece*ms) end
    local now = bits(pop.v:gather()) .. bits(pop.ge:gather())
    found = found or now
    assert(now == found, "runs in pieces differ")
  end
  print("pieces, " .. precision .. " | " .. found)
end

-- ---------------------------------------------------------------- examples

-- How much of each example is run: arguments, and the factor by which its runs are shortened.
local scaled = {
  ["benchmarks/brunel.lua"] = { arguments = { "--scale", "0.05", "--time", "0.05" }, time = 1 },
  ["benchmarks/coba.lua"] = { arguments = { "--scale", "0.25", "--time", "0.1" }, time = 1 },
  ["benchmarks/cobahh.lua"] = { arguments = { "--scale", "0.25", "--time", "0.05" }, time = 1 },
  ["benchmarks/cuba.lua"] = { arguments = { "--scale", "0.25", "--time", "0.1" }, time = 1 },
  ["benchmarks/sparse.lua"] = { arguments = { "--scale", "0.002", "--time", "0.05" }, time = 1 },
  ["benchmarks/pd14.lua"] = { arguments = { "--scale", "0.05", "--time", "0.05" }, time = 1 },
  ["benchmarks/brunel_plastic.lua"] = { arguments = { "--scale", "0.05", "--time", "0.05" }, time = 1 },
  ["benchmarks/vogels_sprekeler.lua"] = { arguments = { "--scale", "0.1", "--time", "0.05" }, time = 0.2 },
  ["benchmarks/zenke_background.lua"] = { arguments = { "--scale", "0.1", "--time", "0.05" }, time = 0.2 },
  ["papers/brunel_2000_regimes.lua"] = { arguments = { "--scale", "0.02" }, time = 0.05 },
  ["papers/butz_van_ooyen_2013_rewiring.lua"] = { arguments = { "--seconds", "3" }, time = 1 },
  ["papers/diehl_cook_2015_digits.lua"] = { arguments = { "--train", "4", "--test", "2" }, time = 1 },
  ["papers/izhikevich_2007_dopamine.lua"] = { arguments = { "--time", "2" }, time = 1 },
  ["papers/mazzoni_2008_lfp.lua"] = { arguments = { "--scale", "0.2", "--time", "0.04" }, time = 1 },
  ["papers/vogels_2011_inhibitory.lua"] = { arguments = { "--scale", "0.1", "--settle", "1" }, time = 0.02 },
  ["papers/song_miller_abbott_2000_stdp.lua"] = { time = 0.01 },
  ["papers/varshney_2011_celegans.lua"] = { time = 1 },
}

-- Runs an example with everything it makes noted.
local function example_case(path, precision)
  local settings = scaled[path] or {}
  local folder = os.getenv "LUNATE_SOURCE" .. "/examples/"
  local make_neuron, arguments, show = ln.neuron, arg, print
  ln.neuron = function(def)
    def.precision = precision
    return make_neuron(def)
  end
  -- luacheck: push ignore 121 122
  arg = settings.arguments or {}
  arg[0], arg[-1] = folder .. path, arguments[-1]
  print = function() end
  local made, ok, message = digest.watch(function() dofile(folder .. path) end, settings.time or 0.1)
  ln.neuron, arg, print = make_neuron, arguments, show
  -- luacheck: pop
  assert(ok, message)
  for n, note in ipairs(made) do
    local case = ("%s %d, %s"):format(path, n, precision)
    for k, p in ipairs(note.projections) do
      local gathered, all = pcall(p.gather, p) -- an input has no synapses
      if gathered then
        local view = getmetatable(p).__complete(p)
        report(case, ("%s %d"):format(p.name, k), all.pre, all.post, all.delay)
        for _, name in ipairs(view) do
          if name == "w" then report(case, p.name .. " w", p:gather("w").w, p.w:mean()) end
        end
      end
    end
    for _, pop in ipairs(note.populations) do
      for _, variable in ipairs(pop.model.ir.variables) do
        if variable.kind ~= "subexpression" then report_states(case, pop, variable.name) end
      end
    end
    for k, r in ipairs(note.recordings) do
      if getmetatable(r.recording).__name == "spikes" then report_spikes(case, tostring(k), r.recording) end
    end
  end
end

-- ---------------------------------------------------------------- all of it

local parts = {
  connectors = function(precision)
    for _, entry in ipairs(connectors) do connector_case(precision, entry) end
    pairs_case(precision)
  end,
  dynamics = function(precision)
    dynamics_case(precision)
    tiny_case(precision)
    pieces_case(precision)
    file_case(precision)
  end,
  examples = function(precision)
    local names = {}
    local listing = io.popen(("cd '%s/examples' && ls */*.lua"):format(os.getenv "LUNATE_SOURCE"))
    for path in listing:lines() do names[#names + 1] = path end
    table.sort(names)
    assert(#names >= 5, "the examples are not there")
    for _, path in ipairs(names) do example_case(path, precision) end
  end,
}
local wanted = #arg > 0 and { table.unpack(arg) } or { "connectors", "dynamics", "examples" }
for _, part in ipairs(wanted) do
  for _, precision in ipairs { "double", "single" } do parts[part](precision) end
end
