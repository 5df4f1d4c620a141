--- Spikes as data: what `spikes:slice(t0, t1)` and `spikes:of(neurons)` of a recording give, and what analyses take.
--
--     local late = spikes:slice(200*ms, 1*second):of { 1, 2, 3 }
--     late:trains()[1]                     -- array of the first one's times
--     late:rate { window = 10*ms }         -- array of rates, array of the times they stand for
--     ln.spikes { trains = { { 1*ms, 5*ms }, {} }, from = 0*ms, to = 10*ms }
--
-- Windows hold their beginning, not their end. Everything is the same on every rank. The spikes of a recording stay on
-- the ranks of their neurons until `trains`, `times`, `senders` or an analysis that compares neurons asks for all of
-- them; so every rank must call whatever is done with them.
-- @module lunate.spikes
local Q = require "lunate.quantity"
local array = require "lunate.array"
local guard = require "lunate.guard"
local kernel = require "lunate.kernel"
local options = require "lunate.options"
local runtime = require "lunate.runtime"
local spread = require "lunate.array.spread"

local M = {}

local second, hertz = Q.dim_of(Q.units.second), Q.dim_of(Q.units.Hz)
local Data = { __name = "spike data" }
local methods = {}
-- of each: trains (lists of ascending numbers in seconds), labels (a number each), start, stop (s), dt (s, or nil), mine
-- (place -> true where this rank has the train, others being empty here; nil where all of them are), marks (list of {name, dim,
-- trains}: what each spike was recorded with)
local private = setmetatable({}, { __mode = "k" })

local function make(p)
  local self = setmetatable({}, Data)
  p.marks = p.marks or {}
  private[self] = p
  return self
end

--- A time in seconds as a number; raises where it is no time.
function M.seconds(what, t, default)
  if t == nil then return default end
  if t ~= 0 and Q.dim_of(t) ~= second then error(("%s must be a time, got %s"):format(what, tostring(t)), 0) end
  local x = Q.value_of(t)
  if x ~= x then error(what .. " is not a number", 0) end
  return x
end

local function positive(what, t, default)
  local x = M.seconds(what, t, default)
  if not (x > 0 and x < math.huge) then error(("%s must be a positive time, got %s"):format(what, tostring(t)), 0) end
  return x
end
M.positive = positive

-- Where a window's edge lies among spikes that are multiples of dt: half a step before it.
local function edge(p, t) return p.dt and (math.floor(t / p.dt + 0.5) - 0.5) * p.dt or t end

-- The first place in an ascending list whose element is not below x.
local function lower_bound(list, x)
  local low, high = 1, #list + 1
  while low < high do
    local middle = (low + high) // 2
    if list[middle] < x then low = middle + 1 else high = middle end
  end
  return low
end
M.lower_bound = lower_bound

-- Of times and rates; without dimension of counts and numbers of neurons: whole ones.
local function to_array(list, dim)
  return array.wrap(kernel.array_pack(list, dim and "double" or "integer"), dim)
end

-- ---------------------------------------------------------------- making

local function check_train(k, train)
  local out, dim = {}, nil
  if array.is(train) then
    out, dim = train:raw():totable(), train:dim()
  elseif type(train) == "table" and not Q.is(train) then
    for i, t in ipairs(train) do out[i] = M.seconds(("spike %d of train %d"):format(i, k), t) end
  else
    error(("train %d must be an array or list of times, got %s"):format(k, tostring(train)), 0)
  end
  if dim and dim ~= second and #out > 0 then error(("train %d is in %s, times were expected"):format(k, dim), 0) end
  for i = 1, #out do
    if out[i] ~= out[i] then error(("spike %d of train %d is not a number"):format(i, k), 0) end
    if i > 1 and out[i] < out[i - 1] then error(("train %d is not in the order of time"):format(k), 0) end
  end
  return out
end

-- Trains of flat arrays: times (ascending) with the neuron (1 to n) of each.
local function group(times, senders, n)
  if #times ~= #senders then error(("%d times were given for %d senders"):format(#times, #senders), 0) end
  local trains = {}
  for k = 1, n do trains[k] = {} end
  local t, s = times:raw():totable(), senders:raw():totable()
  for k = 1, #t do
    local train = trains[math.tointeger(s[k])]
    if not train then error(("sender %g is not among the %d neurons"):format(s[k], n), 0) end
    train[#train + 1] = t[k]
  end
  return trains
end

--- Spike data of a recording's gathered arrays.
-- @param times array of times, ascending
-- @param senders array: the neuron of each
-- @int n how many neurons there are
-- @number start where the recording began, in s
-- @number stop
-- @number[opt] dt of which the times are multiples, in s
function M.of_arrays(times, senders, n, start, stop, dt)
  local labels = {}
  for k = 1, n do labels[k] = k end
  return make { trains = group(times, senders, n), labels = labels, start = start, stop = stop, dt = dt }
end

-- What f(train, k) makes of the trains of each mark.
local function map_marks(marks, f)
  local out = {}
  for k, mark in ipairs(marks) do
    local trains = {}
    for i, train in ipairs(mark.trains) do trains[i] = f(train, i) end
    out[k] = { name = mark.name, dim = mark.dim, trains = trains }
  end
  return out
end

-- Puts train k, and its marks, in the order of time.
local function sort_train(trains, marks, k)
  local order, train = {}, trains[k]
  for i = 1, #train do order[i] = i end
  table.sort(order, function(a, b) return train[a] < train[b] end) -- equal ones stay in order
  local function arrange(list)
    local out = {}
    for i, place in ipairs(order) do out[i] = list[place] end
    return out
  end
  trains[k] = arrange(train)
  for _, mark in ipairs(marks) do mark.trains[k] = arrange(mark.trains[k]) end
end

--- Of the spikes that each rank recorded of its own neurons.
-- @tab trains lists of times in seconds, of which those from `first` to `last` are this rank's and the others empty
-- @number start where the recording began, in s
-- @number stop
-- @number dt of which the times are multiples, in s
-- @int first
-- @int last
-- @tab marks what each spike was recorded with: a list of {name, dim, trains}
function M.of_own(trains, start, stop, dt, first, last, marks)
  local labels, mine = {}, runtime.size > 1 and {} or nil
  for k = 1, #trains do labels[k] = k end
  for k = first, last do
    local train = trains[k]
    if mine then mine[k] = true end
    for i = 2, #train do
      if train[i] < train[i - 1] then -- a network went back in time
        sort_train(trains, marks or {}, k)
        break
      end
    end
  end
  return make { trains = trains, labels = labels, start = start, stop = stop, dt = dt, mine = mine, marks = marks }
end

-- ---------------------------------------------------------------- of all ranks

--- Whole numbers of each rank, place by place, summed: of spikes that lie on several ranks; else the list itself. Collective.
-- @param p of `raw`
-- @param list of whole numbers
function M.total(p, list)
  if not p.mine then return list end
  runtime.collective "sum over spikes"
  return kernel.array_total(to_array(list)):totable()
end

--- Numbers of a train each, of which every rank knows its own: all of them. Collective.
-- @param p of `raw`
-- @param list a number a train
function M.merge(p, list)
  if not p.mine then return list end
  local value = {}
  for k = 1, #list do value[k] = p.mine[k] and list[k] or 0.0 end
  runtime.collective "numbers of trains"
  return kernel.array_merge(to_array(value, Q.dimensionless)):totable()
end

--- n exact sums, over the ranks where the spikes lie on several: {add = function(place, x), or (array), total = function()}.
function M.sums(p, n)
  local sums = kernel.array_sums(n)
  return {
    add = function(...) sums:add(...) end,
    total = function()
      if p.mine then runtime.collective "sum over spikes" end
      return sums:total(not p.mine)
    end,
  }
end

-- Lists of numbers, one a train, of which each rank has those of its own trains: all of them, on rank 0 alone or on all.
local function gather(p, lists, root)
  local places, own = {}, {}
  for k = 1, #lists do
    if p.mine[k] then places[#places + 1], own[#own + 1] = k, lists[k] end
  end
  local numbers, counts = kernel.array_join(own)
  counts = kernel.array_gather(counts, root)
  local all, out = kernel.array_split(kernel.array_gather(numbers, root), counts), {}
  for k = 1, #lists do out[k] = lists[k] end -- another rank's are empty here
  for k, place in ipairs(kernel.array_gather(to_array(places), root):totable()) do out[place // 1 | 0] = all[k] end
  return out
end

local function with_trains(p, trains)
  return { trains = trains, labels = p.labels, start = p.start, stop = p.stop, dt = p.dt, marks = {} }
end

--- Lists of numbers, one a train, of which each rank has made those of its own trains: all of them, on every rank. Collective.
-- @param p of `raw`
-- @tab lists
function M.lists(p, lists)
  if not p.mine then return lists end
  runtime.collective "lists of trains"
  return gather(p, lists, false)
end

--- All trains on every rank, without what they were recorded with: p itself where they are. Collective.
-- @param p of `raw`
function M.whole(p)
  if not p.mine then return p end
  runtime.collective "gather spikes"
  return with_trains(p, gather(p, p.trains, false))
end

--- All trains on rank 0, for what it alone does; elsewhere only own ones. Collective.
-- @param p of `raw`
function M.at_root(p)
  if not p.mine then return p end
  runtime.collective "spikes to rank 0"
  return with_trains(p, gather(p, p.trains, true))
end

--- Spikes from elsewhere: `ln.spikes { trains = list of arrays or lists of times, from =, to = }`, or
-- `{ times =, senders =, n =, from =, to = }`. By default from 0 to just after the last spike.
M.new = guard.wrap("ln.spikes", function(spec)
  spec = options.check("ln.spikes", spec,
    { trains = { "table" }, times = true, senders = true, n = { "integer" }, from = true, to = true })
  local trains = {}
  if spec.trains then
    for k, train in ipairs(spec.trains) do trains[k] = check_train(k, train) end
  elseif spec.times then
    local times = array.is(spec.times) and spec.times or array.new(spec.times)
    if times:dim() ~= second and #times > 0 then error("ln.spikes: times must be times", 0) end
    if not spec.senders then error("ln.spikes: times need senders, the neuron of each", 0) end
    local senders = array.is(spec.senders) and spec.senders or array.new(spec.senders)
    local n = spec.n or #senders > 0 and math.tointeger(senders:max()) or 0
    trains = group(times, senders, n)
    for k, train in ipairs(trains) do table.sort(train); trains[k] = train end
  else
    error("ln.spikes needs trains, or times and senders", 0)
  end
  local last, labels = 0, {}
  for k, train in ipairs(trains) do
    labels[k], last = k, math.max(last, train[#train] and train[#train] * (1 + 1e-12) or 0)
  end
  local start = M.seconds("from", spec.from, 0)
  local stop = M.seconds("to", spec.to, last)
  if stop < start then error("ln.spikes: the window ends before it begins", 0) end
  return make { trains = trains, labels = labels, start = start, stop = stop }
end)

--- Whether x is spike data.
function M.is(x) return getmetatable(x) == Data end

--- Trains as lists of numbers in seconds, start and stop in seconds, dt or nil, mine or nil: for analyses.
function M.raw(x) return private[x] end

-- ---------------------------------------------------------------- parts

--- The spikes with t0 <= t < t1; times stay as they are.
methods.slice = guard.wrap("slice", function(self, t0, t1)
  local p = private[self]
  local a, b = M.seconds("the beginning of a slice", t0, p.start), M.seconds("the end of a slice", t1, p.stop)
  if b < a then error("the slice ends before it begins", 0) end
  local trains, from, to = {}, {}, {}
  for k, train in ipairs(p.trains) do
    from[k], to[k] = lower_bound(train, edge(p, a)), lower_bound(train, edge(p, b)) - 1
    trains[k] = table.move(train, from[k], to[k], 1, {})
  end
  local marks = map_marks(p.marks, function(train, k) return table.move(train, from[k], to[k], 1, {}) end)
  local start = math.max(a, p.start)
  return make { trains = trains, labels = p.labels, start = start, stop = math.max(start, math.min(b, p.stop)), dt = p.dt,
    mine = p.mine, marks = marks }
end)

--- The spikes of some neurons, in the order named.
-- @param neurons a number, a list or array of numbers, or two numbers: first and last
methods.of = guard.wrap("of", function(self, neurons, last)
  local p = private[self]
  if type(neurons) == "number" then
    local list = {}
    for k = neurons, last or neurons do list[#list + 1] = k end
    neurons = list
  end
  if type(neurons) ~= "table" and not array.is(neurons) then
    error(("of takes numbers of neurons, got a %s"):format(type(neurons)), 0)
  end
  local place = {}
  for k, label in ipairs(p.labels) do place[label] = k end
  local trains, labels, mine, marks = {}, {}, p.mine and {}, {}
  for m, mark in ipairs(p.marks) do marks[m] = { name = mark.name, dim = mark.dim, trains = {} } end
  for k = 1, #neurons do
    local i = math.tointeger(neurons[k])
    if not place[i] then error(("there is no neuron %s among these spikes"):format(tostring(neurons[k])), 0) end
    trains[k], labels[k] = p.trains[place[i]], i
    for m, mark in ipairs(p.marks) do marks[m].trains[k] = mark.trains[place[i]] end
    if mine then mine[k] = p.mine[place[i]] end
  end
  return make { trains = trains, labels = labels, start = p.start, stop = p.stop, dt = p.dt, mine = mine, marks = marks }
end)

-- What spikes were recorded with, by name.
local function find_mark(p, name)
  local known = {}
  for k, mark in ipairs(p.marks) do
    if mark.name == name then return mark end
    known[k] = mark.name
  end
  error(("these spikes were not recorded with '%s'%s"):format(tostring(name), options.hint(name, known)), 0)
end

--- A list of arrays: the times of each neuron's spikes, or what they were recorded with. Gathers.
-- @string[opt] variable its name; times where it is left out
methods.trains = guard.wrap("trains", function(self, variable)
  local p, out = private[self], {}
  local mark = variable and find_mark(p, variable) or { trains = p.trains, dim = second }
  for k, train in ipairs(M.lists(p, mark.trains)) do out[k] = to_array(train, mark.dim) end
  return out
end)

-- Arrays of all times, their neurons, and the values of a mark, in the order of time, then neuron.
local function flatten(p, mark)
  local order, lists, labels, values = {}, {}, {}, {}
  for k = 1, #p.trains do order[k] = k end
  table.sort(order, function(a, b) return p.labels[a] < p.labels[b] or p.labels[a] == p.labels[b] and a < b end)
  for i, k in ipairs(order) do
    lists[i], labels[i] = p.trains[k], p.labels[k]
    if mark then values[i] = mark.trains[k] end
  end
  local t, counts = kernel.array_join(lists)
  local places = kernel.array_argsort(t) -- equal ones stay in order
  return kernel.array_take(t, places, 1), kernel.array_take(kernel.array_repeat(to_array(labels), counts), places, 1),
    mark and kernel.array_take((kernel.array_join(values)), places, 1)
end

--- The times of all spikes, ascending. Gathers.
methods.times = guard.wrap("times", function(self)
  return array.wrap((flatten(M.whole(private[self]))), second)
end)

--- The neuron of each spike, in the order of `times`. Gathers.
methods.senders = guard.wrap("senders", function(self)
  return (select(2, flatten(M.whole(private[self]))))
end)
--- The same as `senders`.
methods.neurons = methods.senders

--- What each spike was recorded with, in the order of `times`: an array. Gathers. `data.v` is the same, where no method has that
-- name.
-- @string name of the variable
methods.variable = guard.wrap("variable", function(self, name)
  local p = private[self]
  local mark = find_mark(p, name)
  return array.wrap(select(3, flatten(M.whole(p), { trains = M.lists(p, mark.trains) })), mark.dim)
end)

--- The number of spikes.
methods.count = guard.wrap("count", function(self)
  local p, n = private[self], 0
  for _, train in ipairs(p.trains) do n = n + #train end
  return M.total(p, { n })[1]
end)

--- The number of spikes of each neuron, an array.
methods.counts = guard.wrap("counts", function(self)
  local p, out = private[self], {}
  for k, train in ipairs(p.trains) do out[k] = #train end
  return to_array(M.total(p, out))
end)

--- Each neuron's mean rate.
methods.rates = guard.wrap("rates", function(self)
  local p = private[self]
  return array.wrap(self:counts() / (p.stop - p.start), hertz)
end)

-- ---------------------------------------------------------------- rates in time

local shapes = { -- rate at t of spikes at ts, each counting kernel(t - ts); reach: how far before and after t to look
  gaussian = function(w)
    local norm = 1 / (w * math.sqrt(2 * math.pi))
    return function(d) return norm * math.exp(-0.5 * (d / w) ^ 2) end, 8 * w, 8 * w
  end,
  exponential = function(w)
    return function(d) return d >= 0 and math.exp(-d / w) / w or 0 end, 40 * w, 0
  end,
}

local function boxed(p, spikes, window, step)
  local rates, times = {}, {}
  for k = 0, math.floor((p.stop - p.start - window) / step * (1 + 1e-12) + 1e-9) do
    local a = p.start + k * step
    rates[k + 1] = lower_bound(spikes, edge(p, a + window)) - lower_bound(spikes, edge(p, a))
    times[k + 1] = a + window / 2
  end
  rates = M.total(p, rates)
  for k, n in ipairs(rates) do rates[k] = n / (window * #p.trains) end
  return rates, times
end

-- Exact sums: the same however many ranks have the spikes.
local function smoothed(p, spikes, window, step, shape)
  local weigh, before, after = shapes[shape](window)
  local n = math.max(math.floor((p.stop - p.start) / step * (1 + 1e-12) + 1e-9), 0)
  local sums, times = M.sums(p, n), {}
  for k = 1, n do
    local t = p.start + (k - 0.5) * step
    for i = lower_bound(spikes, t - before), #spikes do
      if spikes[i] > t + after then break end
      sums.add(k, weigh(t - spikes[i]))
    end
    times[k] = t
  end
  return (sums.total() / #p.trains):totable(), times
end

--- The mean rate of a neuron; with a window, in time: an array of rates and an array of the times they stand for.
-- @tab[opt] opts from, to (default: all); window (a time); step from one to the next (default: the window); kernel:
-- "box" (default; spikes within the window around t, windows that lie within from and to), "gaussian" (window is its
-- standard deviation) or "exponential" (of the past; window is its time constant), every step, not corrected at the ends
methods.rate = guard.wrap("rate", function(self, opts)
  opts = options.check("rate", opts or {}, { from = true, to = true, window = true, step = true, kernel = { "string" } })
  local data = (opts.from or opts.to) and self:slice(opts.from, opts.to) or self
  local p = private[data]
  if opts.window == nil then
    if opts.step or opts.kernel then error("rate: step and kernel go with a window", 0) end
    return Q.new(data:count() / (#p.trains * (p.stop - p.start)), hertz)
  end
  local shape = opts.kernel or "box"
  if shape ~= "box" and not shapes[shape] then
    error(("rate: the kernel is \"box\", \"gaussian\" or \"exponential\", not %q"):format(shape), 0)
  end
  local window = positive("rate: the window", opts.window)
  local step = positive("rate: the step", opts.step, window)
  local spikes = flatten(p):totable()
  local rates, times
  if shape == "box" then
    rates, times = boxed(p, spikes, window, step)
  else
    rates, times = smoothed(p, spikes, window, step, shape)
  end
  return to_array(rates, hertz), to_array(times, second)
end)

-- Whether the trains of a rank come before those of the next, as neurons do.
local function in_order(p)
  for k = 2, #p.labels do
    if p.labels[k] < p.labels[k - 1] then return false end
  end
  return true
end

--- All inter-spike intervals, neuron by neuron: an array, of which each rank has its own neurons' until all are wanted
-- (see `array:gather`): its mean, sd, histogram, median and so on are made where they lie.
methods.isi = guard.wrap("isi", function(self)
  local p, out = private[self], {}
  if p.mine and not in_order(p) then p = M.whole(p) end
  for k, train in ipairs(p.trains) do
    local list = {}
    for i = 2, #train do list[i - 1] = train[i] - train[i - 1] end
    out[k] = list
  end
  local own = kernel.array_join(out)
  if not p.mine then return array.wrap(own, second) end
  return M.intervals(own, "spikes")
end)

--- An array of intervals (in seconds) of which each rank brings its own neurons'. Collective.
-- @param own array
-- @string of what they are of
function M.intervals(own, of)
  runtime.collective("intervals of " .. of)
  return spread.new(own, { count = kernel.sum(#own), name = "intervals of " .. of }, second)
end

guard.methods("spikes", Data, methods)

Data.__index = function(self, key)
  local p = private[self]
  if key == "from" then return Q.new(p.start, second) end
  if key == "to" then return Q.new(p.stop, second) end
  if key == "n" then return #p.trains end
  if methods[key] then return methods[key] end
  for _, mark in ipairs(p.marks) do
    if mark.name == key then return methods.variable(self, key) end
  end
end
Data.__len = function(self) return self:count() end
Data.__tostring = function(self)
  local p = private[self]
  return ("%d spikes of %d neurons from %s to %s"):format(self:count(), #p.trains, tostring(self.from), tostring(self.to))
end
Data.__complete = function()
  local out = { "from", "to", "n" }
  for name in pairs(methods) do out[#out + 1] = name end
  table.sort(out)
  return out
end
Data.__help = [[Spikes as data: :slice(t0, t1), :of(neurons), :trains(), :times(), :senders(), :count(), :counts(), :rates(),
:rate{window=, step=, kernel=}, :isi(), .from, .to, .n.]]

return M
