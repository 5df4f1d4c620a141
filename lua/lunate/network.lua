--- Networks: populations, projections and recordings under one clock. `ln.network { dt = 0.1*ms, seed = 42 }`.
-- @module lunate.network
local Q = require "lunate.quantity"
local guard = require "lunate.guard"
local kernel = require "lunate.kernel"
local input = require "lunate.projection.input"
local neuron = require "lunate.neuron"
local options = require "lunate.options"
local output = require "lunate.output"
local population = require "lunate.population"
local profile = require "lunate.profile"
local progress = require "lunate.progress"
local projection = require "lunate.projection"
local recording = require "lunate.recording"
local runtime = require "lunate.runtime"
local signal = require "lunate.signal"

local M = {}

local second = Q.dim_of(Q.units.second)

local Network = { __name = "network" }
local private = setmetatable({}, { __mode = "k" })

-- The inner record that populations, projections and recordings see.
local Inner = {}
Inner.__index = Inner

--- The time reached, in seconds.
function Inner:now() return self.kernel:step() * self.dt end

--- Builds what is pending.
function Inner:prepare()
  runtime.collective("build")
  local line = progress.line()
  self.kernel:prepare(line.update)
  line.done()
end

--- The output file of this name, opened once a network.
function Inner:store_at(path)
  local store = self.stores[path]
  if not store then
    store = output.create(path, self)
    self.stores[path] = store
    self.store_list[#self.store_list + 1] = store
  end
  return store
end

local function time_in_steps(net, what, t, minimum)
  if type(t) ~= "number" and not Q.is(t) then
    error(("%s: expected a time, got a %s"):format(what, type(t)), 0)
  end
  if Q.dim_of(t) ~= second then
    error(("%s: expected a time such as 100*ms, got %s"):format(what, tostring(t)), 0)
  end
  local steps = Q.value_of(t) / net.dt
  if not (steps >= minimum - 1e-9 and steps < 2 ^ 30) then
    error(("%s: %s is %s"):format(what, tostring(t), steps >= 2 ^ 30 and "more than 2^30 steps"
      or minimum > 0 and "shorter than a step" or "negative"), 0)
  end
  return math.floor(steps + 0.5)
end

--- Makes a network.
-- @tab def dt (time step, default 0.1 ms; populations and projections may have slower clocks) and seed (a whole number,
-- default 0) of all its random numbers
M.new = guard.wrap("ln.network", function(def)
  def = options.check("ln.network", def or {}, { dt = true, seed = { "integer" } })
  local dt = def.dt or 1e-4 * Q.units.second
  if Q.dim_of(dt) ~= second or not (Q.value_of(dt) > 0 and Q.value_of(dt) < math.huge) then
    error(("ln.network: dt must be a positive time such as 0.1*ms, got %s"):format(tostring(dt)), 0)
  end
  local function by_snapshot() return setmetatable({}, { __mode = "k" }) end
  local inner = setmetatable({
    dt = Q.value_of(dt), seed = def.seed or 0, signals = {}, objects = {}, timers = {},
    due = by_snapshot(), constants = by_snapshot(),
    stores = {}, store_list = {},
  }, Inner)
  runtime.collective(("ln.network with dt = %s and seed %d"):format(tostring(dt), inner.seed))
  inner.kernel = kernel.network(inner.dt, inner.seed)
  local self = setmetatable({ __serial = runtime.serial() }, Network)
  private[self] = inner
  profile.add(self, function() return inner.kernel:counters() end)
  return self
end)

function M.is(x) return getmetatable(x) == Network end

local methods = {}

-- The options, with linked variables that have the name of a signal linked to it.
local function with_signals(net, model, opts)
  if not model.ir then return opts end
  local out = {}
  for key, value in pairs(opts) do out[key] = value end
  for _, var in ipairs(model.ir.variables) do
    local s = var.linked and out[var.name] == nil and net.signals[var.name]
    if s then out[var.name] = s.population[s.var.name] end
  end
  return out
end

--- Adds n neurons of a model.
-- @int n how many
-- @param model `ln.neuron{...}`, a ready-made one (`ln.models.…`) or `ln.spike_source{...}`
-- @tab opts name; dt (a multiple of the network's: neurons with a slower clock); initial values of variables (quantity, array,
-- distribution, function f(i), expression in quotes); values of parameters; order (a whole number, 0 by default: populations
-- of lower order go first wherever they take turns within a step; of equal order those made first)
-- @treturn population
methods.population = guard.wrap("net:population", function(self, n, model, opts)
  if not neuron.is(model) and not (type(model) == "table" and model.schedule) then
    error(("net:population: expected a model such as ln.neuron{...}, got a %s"):format(type(model)), 0)
  end
  if opts ~= nil and type(opts) ~= "table" then
    error(("net:population: the options must be a table, got a %s"):format(type(opts)), 0)
  end
  return population.add(private[self], n, model, with_signals(private[self], model, opts or {}))
end)

--- Defines a signal that everybody reads: `net:signal("dopamine", { equations = "dd/dt = -d/(200*ms) : 1" })`.
-- @string name how synapses, rules and (with `dopamine : 1 (linked)`) neurons call it
-- @tab def equations, parameters, method, every as for `ln.neuron`; dt as for a population; initial (its value); on_spike_of
-- (a population), on_spike (statements) and delay: what each of its spikes does
-- @treturn signal with `value`, `pulse(x)`, `population`
methods.signal = guard.wrap("net:signal", function(self, name, def)
  return signal.add(private[self], name, def)
end)

--- Connects one population (or Poisson input) with another; or with the synapses of a projection.
--
-- Where a projection S stands for a population its synapses do, numbered from 1 as `S:gather()` lists them: their variables
-- are `x_post` (of a target, which statements may write) and `x_pre` (of a source), `i_post` and `j_post` the neurons they
-- join. They do not spike, so that synapses which come from them only read them: in sums, in equations, at the spikes of
-- targets. What is read and written are variables stored one a synapse, those of event-driven equations as of the last event
-- whose statements use them; not subexpressions, nor traces that are one a neuron. From then on S cannot be rewired.
--
--    net:project(dopamine, S, { connect = ln.all_to_all(), on_pre = "d_post += 0.005" })
--    net:project(S, glia, { connect = ln.bernoulli "cell_pre == j", drive = "Y_post = Y_pre : 1 (summed)" })
-- @param pre population, slice, projection, or `ln.poisson_input{...}`
-- @param post population, slice, or projection
-- @tab spec connect (connector or function f(j)), transmit (statements run at each synapse when a spike arrives),
-- on_post (when its target spikes), each a table of statements by pathway where there are several; delay (0 by default; a time,
-- a distribution, an array, an expression or f(i, j), or a table of them by pathway, of which on_post alone is "post"), name, dt
-- (a multiple of the network's: the clock of clock-driven equations and of t and dt in statements; spikes travel and sums are
-- made on the clocks of the neurons, as in Brian2), order (a table of whole numbers by pathway, and for `equations`
-- (clock-driven) and `summed`: what has a lower one goes first; as in Brian2 -1 for pathways of sources, 1 for those of
-- targets, 0 for equations, one less than the target's for sums; of a Poisson input one number, 0),
-- equations and parameters (more synaptic variables and constants, timed arrays), and the synapse's variables by name
-- @treturn projection
methods.project = guard.wrap("net:project", function(self, pre, post, spec)
  return projection.add(private[self], pre, post, spec)
end)

--- Records spikes or variables: of neurons, or of synapses (`net:record(proj, "w", { every = 1*second })`).
-- @param pop population or slice, or a projection
-- @param what "spikes", a custom event's name, "population_rate", a variable's name, or a list of names of variables
-- @tab opts every (a time; every step by default); of neurons: neurons (a list or a condition; all by default), to (an HDF5
-- file to stream to, whose columns are in the order of the neurons); of spikes and events: variables (names: what each spike's
-- neuron was like after the thresholds, before synapses and resets), to; of synapses: synapses (places in proj:gather(), or a
-- condition of what there is now, "i == 3 and w > 0.5*mV"; all by default, those that grow later too)
-- @treturn recording
methods.record = guard.wrap("net:record", function(self, pop, what, opts)
  return recording.add(private[self], pop, what, opts)
end)

-- The next step at which a timer is due, or nil.
local function next_due(net)
  local due
  for _, timer in ipairs(net.timers) do
    if timer.due and (not due or timer.due < due) then due = timer.due end
  end
  return due
end

local function fire(net, step)
  local timers = {}
  for _, timer in ipairs(net.timers) do timers[#timers + 1] = timer end
  for _, timer in ipairs(timers) do
    if timer.due == step then
      timer.due = timer.period and step + timer.period or nil
      timer.call(Q.new(step * net.dt, second))
      runtime.collective("callback at " .. step)
    end
  end
  for k = #net.timers, 1, -1 do
    if not net.timers[k].due then table.remove(net.timers, k) end
  end
end

local function advance(net, target, line, from)
  while true do
    local step = net.kernel:step()
    fire(net, step)
    if step >= target then return true end
    local stop = math.min(next_due(net) or target, target)
    runtime.collective(("run %d steps"):format(stop - step)) -- which must be as many on all ranks
    local finished = net.kernel:run(stop - step, function(_, fraction)
      line.update("run", (step + fraction * (stop - step) - from) / (target - from))
    end)
    if not finished then return false end
  end
end

--- Runs for a time. Ctrl-C stops at a step boundary, with everything intact.
-- @param duration a time
methods.run = guard.wrap("net:run", function(self, duration)
  local net = private[self]
  local steps = time_in_steps(net, "net:run", duration, 0)
  if net.running then error("net:run: the network is running already (this is a callback of its run)", 0) end
  runtime.collective("run for " .. tostring(duration))
  local line = progress.line()
  net.kernel:prepare(line.update)
  local from = net.kernel:step()
  net.running = true
  local ok, result = pcall(advance, net, from + steps, line, from)
  net.running = nil
  line.done()
  if not ok then error(result, 0) end
  for _, store in ipairs(net.store_list) do store:flush() end
  if not result then error(("interrupted at t = %s"):format(tostring(Q.new(net:now(), second))), 0) end
end)

--- Calls f(t) every period while running, at the start of the step.
methods.every = guard.wrap("net:every", function(self, period, f)
  local net = private[self]
  local steps = time_in_steps(net, "net:every", period, 1)
  if type(f) ~= "function" then error("net:every takes a time and a function", 0) end
  local timer = { period = steps, due = net.kernel:step() + steps, call = f }
  net.timers[#net.timers + 1] = timer
  return function() timer.due, timer.cancelled = nil, true end
end)

--- Calls f(t) once, at time t of the network.
methods.at = guard.wrap("net:at", function(self, t, f)
  local net = private[self]
  local step = time_in_steps(net, "net:at", t, 0)
  if type(f) ~= "function" then error("net:at takes a time and a function", 0) end
  if step < net.kernel:step() then
    error(("net:at: %s is past (t = %s)"):format(tostring(t), tostring(Q.new(net:now(), second))), 0)
  end
  net.timers[#net.timers + 1] = { due = step, call = f }
end)

-- What callbacks may change and the kernel's snapshot does not hold, as a list of {object, what, k, value}: run-time
-- constants, synaptic variables stored once, rates of Poisson inputs, given spikes.
local function constants_of(net)
  local out = {}
  for _, p in ipairs(net.objects) do
    if p.drive then
      out[#out + 1] = { p, "rate", nil, p.input.rate }
    elseif p.spikes then
      out[#out + 1] = { p, "spikes", nil, p.spikes.now }
    else
      for k in ipairs(p.ir and p.ir.parameters or {}) do out[#out + 1] = { p, "parameter", k - 1, p.kernel:parameter(k - 1) } end
      for _, var in ipairs(p.connect_text and p.ir.variables or {}) do
        if var.shared then out[#out + 1] = { p, "variable", var.index, (p.kernel:moments(var.index)) } end
      end
    end
  end
  return out
end

local function restore_constants(net, before)
  for k, now in ipairs(constants_of(net)) do
    local p, what, index, value = table.unpack(before[k], 1, 4)
    if value ~= now[4] then
      if what == "rate" then input.set_rate(p, value)
      elseif what == "spikes" then population.give_spikes(p, value)
      elseif what == "parameter" then p.kernel:set_parameter(index, value)
      else p.kernel:fill(index, { kind = "constant", a = value }) end
    end
  end
end

--- A snapshot of everything that a run changes, kept in memory.
methods.store = guard.wrap("net:store", function(self)
  local net = private[self]
  net:prepare()
  local snapshot = net.kernel:store()
  local due = {}
  for _, timer in ipairs(net.timers) do due[#due + 1] = { timer = timer, due = timer.due } end
  net.due[snapshot], net.constants[snapshot] = due, constants_of(net)
  return snapshot
end)

-- The timers as they were with a snapshot; of those made since, what is still to come.
local function restore_timers(net, due)
  local step, timers, known = net.kernel:step(), {}, {}
  for _, entry in ipairs(due) do
    local timer = entry.timer
    known[timer] = true
    if not timer.cancelled then
      timer.due = entry.due
      timers[#timers + 1] = timer
    end
  end
  for _, timer in ipairs(net.timers) do
    if timer.due and not known[timer] then
      if timer.period then timer.due = timer.due + math.ceil(math.max(step - timer.due, 0) / timer.period) * timer.period end
      if timer.due >= step then timers[#timers + 1] = timer end
    end
  end
  net.timers = timers
end

--- Goes back to a snapshot, callbacks by `net:every` and `net:at` included; recordings are left alone.
methods.restore = guard.wrap("net:restore", function(self, snapshot)
  local net = private[self]
  if type(snapshot) ~= "userdata" then error("net:restore takes what net:store returned", 0) end
  runtime.collective("restore")
  if net.running then error("net:restore: the network is running (this is a callback of its run)", 0) end
  net.kernel:restore(snapshot)
  restore_constants(net, net.constants[snapshot])
  restore_timers(net, net.due[snapshot])
end)

--- Builds the synapses now (a run does it where needed).
methods.build = guard.wrap("net:build", function(self) private[self]:prepare() end)

--- Writes and closes the files that recordings stream to (the end of the script does it too).
methods.close = guard.wrap("net:close", function(self)
  local net = private[self]
  for _, store in ipairs(net.store_list) do store:close() end
end)

--- This rank's counters of work and time (see docs/performance.md).
methods.counters = guard.wrap("net:counters", function(self) return private[self].kernel:counters() end)

local attributes = {
  time = function(net) return Q.new(net:now(), second) end,
  t = function(net) return Q.new(net:now(), second) end,
  dt = function(net) return Q.new(net.dt, second) end,
  seed = function(net) return net.seed end,
}

local names = { "at", "build", "close", "counters", "dt", "every", "population", "project", "record", "restore", "run", "seed",
  "signal", "store", "t", "time" }

guard.methods("net", Network, methods)

Network.__index = guard.wrap("field", function(self, key)
  if methods[key] then return methods[key] end
  if attributes[key] then return attributes[key](private[self]) end
  if type(key) == "string" and key:sub(1, 2) == "__" then return nil end
  error(("a network has no '%s'%s"):format(tostring(key), options.hint(key, names)), 0)
end)
Network.__newindex = guard.wrap("field", function(_, key)
  error(("a network's '%s' cannot be set"):format(tostring(key)), 0)
end)
Network.__tostring = function(self)
  local net = private[self]
  local dt, t = Q.new(net.dt, second), Q.new(net:now(), second)
  return ("network: dt = %s, seed = %d, t = %s"):format(tostring(dt), net.seed, tostring(t))
end
Network.__complete = function() return names end
Network.__help = [[A network. net:population(N, model, {...}), net:project(pre, post, {connect=, transmit=, delay=, w=}),
net:signal(name, {equations=}), net:record(pop, "spikes" | {"v"}, {every=, neurons=, to=}), net:record(proj, "w", {every=,
synapses=}), net:run(1*ln.second), net:every(T, f), net:at(t, f), net:store(), net:restore(s).]]

return M
