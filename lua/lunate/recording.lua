--- Recordings: spikes of a population, or variables every so often. Made by `net:record`.
-- @module lunate.recording
local Q = require "lunate.quantity"
local array = require "lunate.array"
local guard = require "lunate.guard"
local kernel = require "lunate.kernel"
local options = require "lunate.options"
local population = require "lunate.population"
local projection = require "lunate.projection"
local rate_recording = require "lunate.rate_recording"
local runtime = require "lunate.runtime"
local spread = require "lunate.array.spread"
local spike_data = require "lunate.spikes"
local synapse_recording = require "lunate.synapse_recording"
local values = require "lunate.values"

local M = {}

local second = Q.dim_of(Q.units.second)
local hertz = Q.dim_of(Q.units.Hz)
local private = setmetatable({}, { __mode = "k" })

local function check_memory(r)
  if r.path then
    error(("this recording of %s is streamed to %s: read it back by ln.open after net:close()"):format(r.name, r.path), 0)
  end
end

-- Options from and to (times), as steps; by default all that was recorded.
local function window(r, opts)
  opts = options.check("a recording's window", opts or {}, { from = true, to = true })
  local dt = r.net.dt
  local function step(key, default)
    local t = opts[key]
    if t == nil then return default end
    if t ~= 0 and Q.dim_of(t) ~= second then
      error(("%s must be a time, got %s"):format(key, tostring(t)), 0)
    end
    return math.floor(Q.value_of(t) / dt + 0.5)
  end
  local from, to = step("from", r.start), step("to", r.net.kernel:step())
  from, to = math.max(from, r.start), math.min(to, r.net.kernel:step())
  if to < from then error("the window ends before it begins", 0) end
  return from, to
end

-- ---------------------------------------------------------------- spikes

local Spikes = { __name = "spikes" }

local spikes = {}

--- The number of spikes (of all ranks).
spikes.count = guard.wrap("count", function(self)
  local r = private[self]
  check_memory(r)
  runtime.collective("count spikes of " .. r.name)
  local n = 0
  for _, c in r.counts(r.start, r.net.kernel:step()):iterate() do n = n + c end
  return math.tointeger(n)
end)

--- Spikes a neuron within {from =, to =}, as an array.
spikes.counts = guard.wrap("counts", function(self, opts)
  local r = private[self]
  check_memory(r)
  runtime.collective("count spikes of " .. r.name)
  return kernel.array_tag(r.counts(window(r, opts)))
end)

-- The spikes as data, each rank's own where they are: trains of all neurons, of which the others' are empty. Collective.
local function data_of(self, what)
  local r = private[self]
  check_memory(r)
  runtime.collective(("%s of %s"):format(what or "data", r.name))
  local dt = r.net.dt
  local trains, first, last = r.kernel:own_trains(dt, r.lo, r.size)
  local marks = {}
  for k, part in ipairs(r.parts) do
    marks[k] = { name = part.name, dim = part.dim, trains = (r.kernel:own_trains(dt, r.lo, r.size, part.place)) }
  end
  return spike_data.of_own(trains, r.start * dt, r.net.kernel:step() * dt, dt, first, last, marks)
end
--- See `spikes:data`; what names the analysis that asks.
M.data = data_of

--- The mean rate of a neuron within {from =, to =} (default: since the recording began). With {window =, step =, kernel =}
-- the rate in time: an array of rates and an array of times; see lunate.spikes.
spikes.rate = guard.wrap("rate", function(self, opts)
  local r = private[self]
  check_memory(r)
  if type(opts) == "table" and (opts.window or opts.step or opts.kernel) then
    return data_of(self, "rate"):rate(opts)
  end
  runtime.collective("rate of " .. r.name)
  local from, to = window(r, opts)
  if to == from then return Q.new(-(0 / 0), hertz) end
  local n = 0
  for _, c in r.counts(from, to):iterate() do n = n + c end
  return Q.new(n / (r.size * (to - from) * r.net.dt), hertz)
end)

--- Each neuron's rate within {from =, to =}, as an array.
spikes.rates = guard.wrap("rates", function(self, opts)
  local r = private[self]
  check_memory(r)
  runtime.collective("rates of " .. r.name)
  local from, to = window(r, opts)
  return array.wrap(r.counts(from, to) / ((to - from) * r.net.dt), hertz)
end)

--- All spikes in the order of time, then neuron: {times =, neurons =} as arrays, the same on every rank.
spikes.gather = guard.wrap("gather", function(self)
  local r = private[self]
  check_memory(r)
  runtime.collective("gather spikes of " .. r.name)
  local steps, neurons = r.kernel:spikes()
  return { times = array.wrap(steps * r.net.dt, second), neurons = kernel.array_tag(neurons - (r.lo - 1)),
    steps = kernel.array_tag(steps) }
end)

--- The times of all spikes.
spikes.times = function(self) return self:gather().times end
--- The neuron of each spike (1-based), in the order of `times`.
spikes.neurons = function(self) return self:gather().neurons end

--- The same: who sent each spike.
spikes.senders = spikes.neurons

--- What each spike was recorded with (`net:record(pop, "spikes", { variables = { "v" } })`): an array with the unit, in the order
-- of `times`. The same is `spikes.v`, where no method has that name.
-- @string name
spikes.variable = guard.wrap("variable", function(self, name)
  local r = private[self]
  check_memory(r)
  local known = {}
  for k, part in ipairs(r.parts) do
    if part.name == name then
      runtime.collective(("gather %s of %s of %s"):format(name, r.what, r.name))
      return array.wrap(r.kernel:values(part.place), part.dim)
    end
    known[k] = part.name
  end
  error(("the %s of %s were not recorded with '%s'%s: net:record(pop, %q, { variables = { %q } })"):format(r.what, r.name,
    tostring(name), options.hint(name, known), r.what, tostring(name)), 0)
end)

--- All spikes as data (see lunate.spikes), which stay on the ranks of their neurons.
spikes.data = guard.wrap("data", function(self) return data_of(self) end)
--- The spikes with t0 <= t < t1, as data.
spikes.slice = guard.wrap("slice", function(self, t0, t1) return data_of(self):slice(t0, t1) end)
--- The spikes of some neurons, as data: a number, a list, or first and last.
spikes.of = guard.wrap("of", function(self, ...) return data_of(self):of(...) end)
--- A list of arrays: the times of each neuron's spikes, or what they were recorded with.
-- @string[opt] variable its name; times where it is left out
spikes.trains = guard.wrap("trains", function(self, variable) return data_of(self):trains(variable) end)

--- All inter-spike intervals within {from =, to =}, neuron by neuron: an array, of which each rank has its own neurons'
-- until all are wanted (see `array:gather`).
spikes.isi = guard.wrap("isi", function(self, opts)
  local r = private[self]
  check_memory(r)
  return spike_data.intervals(r.kernel:intervals(window(r, opts)) * r.net.dt, r.name)
end)

--- The coefficient of variation of inter-spike intervals, averaged over the neurons with at least three spikes within
-- {from =, to =}; also returns how many those are. Not a number when there are none.
spikes.cv_isi = guard.wrap("cv_isi", function(self, opts)
  local r = private[self]
  check_memory(r)
  runtime.collective("CV of " .. r.name)
  return r.kernel:cv(window(r, opts))
end)

-- How many spikes each neuron that fired has in each bin of so many steps that it fired in: calls f(neuron, bin, n).
local function each_count(steps, neurons, from, n_bins, width, f)
  local count = {} -- by bin within the neuron's own place, spikes come in the order of time
  local bin_of = {}
  for k = 1, #steps do
    local bin, i = (steps[k] - from) // width, neurons[k]
    if bin >= 0 and bin < n_bins then
      if bin_of[i] ~= bin then
        if bin_of[i] then f(i, bin_of[i], count[i]) end
        bin_of[i], count[i] = bin, 0
      end
      count[i] = count[i] + 1
    end
  end
  for i, bin in pairs(bin_of) do f(i, bin, count[i]) end
end

--- The mean correlation coefficient of the spike counts of pairs of neurons, over all pairs of neurons that fired within
-- {from =, to =}. Not a number for fewer than two of them. Nothing is gathered: sums over the ranks are exact.
-- @tab opts bin (a time, 2 ms by default), from, to
spikes.correlation = guard.wrap("correlation", function(self, opts)
  local r = private[self]
  check_memory(r)
  opts = options.check("correlation", opts or {}, { bin = true, from = true, to = true })
  local bin = opts.bin or 2e-3 * Q.units.second
  if Q.dim_of(bin) ~= second then error(("correlation: bin must be a time, got %s"):format(tostring(bin)), 0) end
  runtime.collective("correlation of " .. r.name)
  local from, to = window(r, { from = opts.from, to = opts.to })
  local width = math.max(1, math.floor(Q.value_of(bin) / r.net.dt + 0.5))
  local n_bins = (to - from) // width
  local steps, neurons = r.kernel:own_spikes()
  local order = steps:argsort()
  steps, neurons = steps:take(order):totable(), neurons:take(order):totable()
  local sum, squares = {}, {}
  each_count(steps, neurons, from, n_bins, width, function(i, _, n)
    sum[i], squares[i] = (sum[i] or 0) + n, (squares[i] or 0) + n * n
  end)
  -- With z the standardised counts, the variance of sum_i z_i is N + N (N - 1) times the mean correlation.
  local inverse, offset, fired, z = {}, kernel.array_sums(1), 0, kernel.array_sums(n_bins)
  for i, n in pairs(sum) do
    local mean = n / n_bins
    local variance = squares[i] / n_bins - mean * mean
    if variance > 0 then
      inverse[i], fired = 1 / math.sqrt(variance), fired + 1
      offset:add(1, mean * inverse[i])
    end
  end
  each_count(steps, neurons, from, n_bins, width, function(i, b, n)
    if inverse[i] then z:add(b + 1, n * inverse[i]) end
  end)
  fired = kernel.sum(fired)
  local total = z:total() - offset:total()[1]
  return fired > 1 and ((total * total):sum() / n_bins - fired) / (fired * (fired - 1)) or 0 / 0
end)

--- Forgets what was recorded so far.
spikes.clear = guard.wrap("clear", function(self)
  local r = private[self]
  r.kernel:clear()
  r.start = r.net.kernel:step()
end)

guard.methods("spikes", Spikes, spikes)

Spikes.__index = function(self, key)
  if key == "population" then return private[self].object end
  if key == "from" then return Q.new(private[self].start * private[self].net.dt, second) end
  if key == "to" then return Q.new(private[self].net.kernel:step() * private[self].net.dt, second) end
  if spikes[key] then return spikes[key] end
  for _, part in ipairs(private[self].parts) do
    if part.name == key then return spikes.variable(self, key) end
  end
end
Spikes.__len = function(self) return self:count() end
Spikes.__tostring = guard.wrap("show", function(self)
  local r = private[self]
  if r.path then return ("spikes of %s, streamed to %s"):format(r.name, r.path) end
  return ("%s of %s: %d, mean rate %s"):format(r.what, r.name, self:count(), tostring(self:rate()))
end)
Spikes.__complete = function(self)
  local out = { "clear", "correlation", "count", "counts", "cv_isi", "data", "from", "gather", "isi", "neurons", "of",
    "population", "rate", "rates", "senders", "slice", "times", "to", "trains", "variable" }
  for _, part in ipairs(private[self].parts) do out[#out + 1] = part.name end
  return out
end
Spikes.__help = [[Recorded spikes: :count(), :counts(), :rate{from=, to=, window=, step=, kernel=}, :rates(), :cv_isi(), :isi(),
:correlation{bin=}; parts that stay where they are, :slice(t0, t1), :of(neurons), :data(); gathered, :times(), :senders(),
:trains(), :gather() -> {times, neurons}, and, recorded with { variables = { "v" } }, .v of each spike; #spikes, .from and .to
(times). ln.analysis takes them as they are.]]

-- ---------------------------------------------------------------- variables

local Trace = { __name = "trace" }

local function find(r, key)
  for _, part in ipairs(r.parts) do
    if part.name == key then return part end
  end
end

local traces = {}

-- The part of a recording of variables and what it is called; the only one where none is named.
local function part_of(r, what, name)
  if name == nil then
    if #r.parts > 1 then
      local names = {}
      for k, part in ipairs(r.parts) do names[k] = part.name end
      error(("%s: name one of the recorded variables, %s"):format(what, table.concat(names, ", ")), 0)
    end
    return r.parts[1]
  end
  if type(name) ~= "string" then error(("%s takes the name of a variable, got a %s"):format(what, type(name)), 0) end
  local part = find(r, name)
  if not part then error(("%s: this recording of %s has no '%s'"):format(what, r.name, tostring(name)), 0) end
  return part
end

-- This rank's columns of a variable (time by own neurons), their places among all, and how many there are. Collective.
local function own_columns(self, what, name)
  local r = private[self]
  check_memory(r)
  local part = part_of(r, what, name)
  runtime.collective(("%s of %s of %s"):format(what, part.name, r.name))
  local own, places = part.kernel:own_states(part.place)
  return { own = own, places = places:totable(), n = #r.neurons, dim = part.dim, step = r.every * r.net.dt, name = part.name }
end
M.own_columns = own_columns

--- The sum over the recorded neurons at each time, exact, without gathering them: an array. Collective.
-- @string[opt] variable the name; may be left out where there is one
-- @tab[opt] opts absolute = true: the sum of absolute values
traces.sum = guard.wrap("sum", function(self, variable, opts)
  opts = options.check("sum", opts or {}, { absolute = { "boolean" } })
  local c = own_columns(self, "sum", variable)
  return array.wrap(kernel.array_row_sums(c.own, opts.absolute), c.dim)
end)

--- The mean over the recorded neurons at each time, as `sum`.
-- @string[opt] variable the name; may be left out where there is one
traces.mean = guard.wrap("mean", function(self, variable)
  local c = own_columns(self, "mean", variable)
  return array.wrap(kernel.array_row_sums(c.own) / c.n, c.dim)
end)

-- Where the columns lie: the same table for all recordings of the same neurons, whose arrays so go together.
local layouts = setmetatable({}, { __mode = "k" })
local function layout_of(r, places)
  if not r.layout then
    r.layout = not r.chosen and layouts[r.object] or { count = #r.neurons, places = places, name = "variables of " .. r.name }
    if not r.chosen then layouts[r.object] = r.layout end
  end
  return r.layout
end

--- Forgets what was recorded so far.
traces.clear = guard.wrap("clear", function(self)
  for _, part in ipairs(private[self].parts) do part.kernel:clear() end
end)

guard.methods("trace", Trace, traces)

Trace.__index = guard.wrap("field", function(self, key)
  local r = private[self]
  local part = find(r, key)
  if part then
    check_memory(r)
    runtime.collective(("%s of %s"):format(key, r.name))
    local own, places = part.kernel:own_states(part.place)
    return spread.new(own, layout_of(r, places), part.dim)
  end
  if key == "t" or key == "times" then
    check_memory(r)
    return array.wrap(r.parts[1].kernel:steps() * r.net.dt, second)
  end
  if key == "neurons" then return r.neurons end
  if key == "population" then return r.object end
  if traces[key] then return traces[key] end
  if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
  local names = { "t", "neurons" }
  for _, p in ipairs(r.parts) do names[#names + 1] = p.name end
  error(("this recording of %s has no '%s'%s"):format(r.name, tostring(key), options.hint(key, names)), 0)
end)

Trace.__tostring = guard.wrap("show", function(self)
  local r = private[self]
  local names = {}
  for _, part in ipairs(r.parts) do names[#names + 1] = part.name end
  local what = ("%s of %s every %g ms, %d neurons")
    :format(table.concat(names, ", "), r.name, r.every * r.net.dt * 1e3, #r.neurons)
  if r.path then return what .. ", streamed to " .. r.path end
  return ("%s: %d samples"):format(what, #r.parts[1].kernel:steps())
end)
Trace.__complete = function(self)
  local out = { "neurons", "population", "t", "clear", "sum", "mean" }
  for _, part in ipairs(private[self].parts) do out[#out + 1] = part.name end
  table.sort(out)
  return out
end
Trace.__help = [[Recorded variables: trace.v is an array, time by neuron, with units. Its columns stay on the ranks of their
neurons: sums, means and the like, functions of elements, columns and rows are computed there; what needs all elements
gathers them, once (help "array:gather"). trace:mean "v" and trace:sum("v", {absolute =}) are over neurons at each time;
trace.t are the times, trace.neurons the neurons.]]

-- ---------------------------------------------------------------- making them

-- What every neuron has beside the variables of its model.
local beside = {
  lastspike = { kind = "subexpression", dim = second }, not_refractory = { kind = "subexpression", dim = Q.dimensionless },
}

-- The variables that names mean: {name, dim, var, expression (of what is not stored)} each.
local function parts_of(p, names)
  local out, seen = {}, {}
  for k, name in ipairs(names) do
    local var = p.ir and (p.ir.by_name[name] or beside[name])
    if not var then
      local known = { "spikes", "population_rate" }
      for _, v in ipairs(p.ir and p.ir.variables or {}) do known[#known + 1] = v.name end
      error(("net:record: %s has no variable '%s'%s"):format(p.name, tostring(name), options.hint(name, known)), 0)
    end
    if seen[name] then error(("net:record: %s of %s is named twice"):format(name, p.name), 0) end
    seen[name] = true
    out[k] = { name = name, dim = var.dim, var = var }
    if var.kind == "subexpression" then
      out[k].expression = values.expression(name, name .. " of " .. p.name, var.dim, population.context(p), true)
    end
  end
  return out
end

-- What spikes are recorded with, for the kernel.
local function values_at_spikes(parts)
  local vars, expressions = {}, {}
  for k, part in ipairs(parts) do
    part.place = k - 1
    if part.expression then expressions[#expressions + 1] = part.expression end
    vars[k] = part.expression and -#expressions or part.var.index
  end
  return vars, expressions
end

local function record_spikes(net, object, p, opts, store, event)
  local names = opts.variables
  if type(names) == "string" then names = { names } end
  local r = {
    net = net, object = object, name = p.name, lo = p.lo, hi = p.hi, size = p.hi - p.lo + 1, path = store and store.path,
    population = p.kernel, start = net.kernel:step(), what = event and event.name or "spikes", parts = parts_of(p, names or {}),
  }
  local vars, expressions = values_at_spikes(r.parts)
  runtime.collective(("record %s of %s with %s"):format(r.what, p.name, table.concat(names or {}, ", ")))
  local sink = store and store:spikes(p, net.dt, event and event.name, r.parts)
  r.kernel = net.kernel:recorder {
    population = p.kernel, lo = p.lo, hi = p.hi, spikes = true, event = event and event.number or 0, sink = sink,
    buffer_bytes = opts.buffer, vars = vars, expressions = expressions,
  }
  if store then store:add(r.kernel) end
  r.counts = function(from, to) return r.kernel:counts(r.lo, r.hi, from, to) end
  local self = setmetatable({ __serial = runtime.serial() }, Spikes)
  private[self] = r
  return self
end

-- Of what has this clock: its ticks where nothing else is said.
local function every_steps(net, every, clock)
  if every == nil then return clock.stride end
  if Q.dim_of(every) ~= second then error(("net:record: every must be a time, got %s"):format(tostring(every)), 0) end
  local steps = Q.value_of(every) / net.dt
  local n = math.floor(steps + 0.5)
  if n < 1 or math.abs(steps - n) > 1e-6 * math.max(n, 1) then
    error(("net:record: every = %s is not a multiple of dt = %s"):format(tostring(every), tostring(Q.new(net.dt, second))), 0)
  end
  return n
end

local function record_variables(net, object, p, names, opts, store)
  local neurons = population.places(object, opts.neurons, "net:record: neurons")
  if store then table.sort(neurons) end -- each rank writes its own columns in one piece
  local r = { net = net, object = object, name = p.name, every = every_steps(net, opts.every, p.clock), neurons = neurons,
    chosen = opts.neurons ~= nil, path = store and store.path }
  local whole = {}
  for k, i in ipairs(neurons) do whole[k] = i + p.lo - 1 end
  local stored = { population = p.kernel, lo = p.lo, hi = p.hi, every = r.every, neurons = whole, vars = {},
    buffer_bytes = opts.buffer }
  local stored_parts, expressions = {}, {}
  r.parts = parts_of(p, names)
  for _, part in ipairs(r.parts) do
    if part.expression then
      expressions[#expressions + 1] = part
    else
      part.place = #stored.vars
      stored.vars[part.place + 1] = part.var.index
      stored_parts[#stored_parts + 1] = part
    end
  end
  runtime.collective(("record %s of %s"):format(table.concat(names, ", "), p.name))
  if #stored_parts > 0 then
    stored.sink = store and store:report(p, stored_parts, whole, r.every, net.dt)
    local recorder = net.kernel:recorder(stored)
    if store then store:add(recorder) end
    for _, part in ipairs(stored_parts) do part.kernel = recorder end
  end
  for _, part in ipairs(expressions) do
    part.place = 0
    part.kernel = net.kernel:recorder {
      population = p.kernel, lo = p.lo, hi = p.hi, every = r.every, neurons = whole,
      expressions = { part.expression }, vars = { -1 }, buffer_bytes = opts.buffer,
      sink = store and store:report(p, { part }, whole, r.every, net.dt),
    }
    if store then store:add(part.kernel) end
  end
  local self = setmetatable({ __serial = runtime.serial() }, Trace)
  private[self] = r
  return self
end

--- Whether x is a recording of variables.
function M.is_trace(x) return getmetatable(x) == Trace end

--- Whether x is a recording of spikes.
function M.is_spikes(x) return getmetatable(x) == Spikes end

--- See `net:record`.
function M.add(net, object, what, opts)
  if projection.is(object) then
    return synapse_recording.add(net, object, what, opts, every_steps(net, type(opts) == "table" and opts.every or nil,
      projection.inner(object).clock))
  end
  if not population.is(object) then
    error(("net:record: the first argument must be a population or a projection, got a %s"):format(type(object)), 0)
  end
  opts = options.check("net:record", opts or {}, { every = true, neurons = true, to = { "string" }, buffer = { "number" },
    variables = { "string", "table" } })
  local p = population.inner(object)
  if p.net ~= net then error(("net:record: %s belongs to another network"):format(p.name), 0) end
  local names = type(what) == "table" and what or { what }
  if what == "population_rate" then return rate_recording.add(net, object, p, opts) end
  local store = opts.to and net:store_at(opts.to)
  if what == "spikes" then
    if opts.every or opts.neurons then error("net:record: spikes take no every and no neurons: record a slice", 0) end
    return record_spikes(net, object, p, opts, store)
  end
  local number = type(what) == "string" and p.ir and p.kernel:event(what)
  if number then
    if opts.every or opts.neurons then error("net:record: events take no every and no neurons: record a slice", 0) end
    return record_spikes(net, object, p, opts, store, { name = what, number = number })
  end
  if opts.variables then
    error("net:record: variables belong to recordings of spikes and events; of variables, list their names", 0)
  end
  if #names == 0 then error("net:record: name the variables to record, or \"spikes\"", 0) end
  return record_variables(net, object, p, names, opts, store)
end

return M
