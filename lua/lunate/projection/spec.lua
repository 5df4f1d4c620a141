--- The options of `net:project`: what they must be, and what they say of rules, pathways and delays.
-- @module lunate.projection.spec
local Q = require "lunate.quantity"
local onto = require "lunate.projection.onto"
local options = require "lunate.options"
local population = require "lunate.population"
local rule = require "lunate.rule"
local source = require "lunate.source"
local synaptic = require "lunate.projection.values"
local values = require "lunate.values"

local M = {}

local second = Q.dim_of(Q.units.second)

-- The inner record of a population, or what stands for the synapses of a projection.
local function side_of(net, object)
  local s = onto.inner(object)
  local p = s or population.inner(object)
  if p.net ~= net then
    error(("net:project: the %s %s belongs to another network"):format(s and "projection" or "population", p.name), 0)
  elseif s and s.drive then
    error(("net:project: input %s has no synapses that others could lead to or come from"):format(s.name), 0)
  end
  return s and onto.side(s) or p
end

function M.check_sides(net, pre, post)
  if not population.is(post) and not onto.inner(post) then
    error(("net:project: the target must be a population, or a projection for its synapses, got a %s"):format(type(post)), 0)
  end
  if not population.is(pre) and not source.is_input(pre) and not onto.inner(pre) then
    error(("net:project: the source must be a population, a projection for its synapses, or ln.poisson_input, got a %s")
      :format(type(pre)), 0)
  end
  local target = side_of(net, post)
  if not target.ir then error(("net:project: %s has given spikes and takes no input"):format(target.name), 0) end
  if source.is_input(pre) then return nil, target end
  return pre == post and target or side_of(net, pre), target
end

-- Statements, or several by the name of their pathway.
local function check_statements(name, what, given)
  if given == nil or type(given) == "string" then return end
  if type(given) ~= "table" or next(given) == nil then
    error(("net:project %s: %s must be statements in quotes, or a table of them by name, got a %s"):format(name, what,
      type(given)), 0)
  end
  for key, text in pairs(given) do
    if type(key) ~= "string" or type(text) ~= "string" then
      error(("net:project %s: %s: a table holds statements by name, such as {up = \"v += w\"}"):format(name, what), 0)
    end
  end
end

-- " (is it 'conect'?)" where something is given that looks like what is missing.
local function misspelt(spec, missing)
  for key in pairs(spec) do
    if type(key) == "string" and options.nearest(key, { missing }) then return (" (is it '%s'?)"):format(key) end
  end
  return ""
end

function M.check(name, spec, is_input, pre, post)
  if type(spec) ~= "table" then
    error(("net:project takes a table {connect = ..., transmit = ...}, got a %s"):format(type(spec)), 0)
  end
  local transmit = spec.transmit == nil and spec.on_pre or spec.transmit
  if spec.transmit ~= nil and spec.on_pre ~= nil then
    error(("net:project %s: on_pre is another name of transmit: give one of them"):format(name), 0)
  end
  check_statements(name, "transmit", transmit)
  onto.check(name, pre, post, spec, is_input)
  local of_synapses = pre and pre.synapses and (spec.on_post ~= nil or spec.equations ~= nil or spec.every ~= nil)
  local sums = spec.drive ~= nil or type(spec.equations) == "string" and spec.equations:find "summed"
  if transmit == nil and not sums and not of_synapses then
    error(("net:project %s: transmit is missing%s: what a spike does to the target, such as \"v += w\"")
      :format(name, misspelt(spec, "transmit")), 0)
  end
  check_statements(name, "on_post", spec.on_post)
  rule.check_events("net:project " .. name, spec.on_event)
  rule.check_signals("net:project " .. name, spec.on_signal)
  local learns = spec.on_post ~= nil or spec.on_event ~= nil or spec.on_signal ~= nil
  if is_input and (learns or spec.drive ~= nil or spec.rule ~= nil or spec.rules ~= nil) then
    error(("net:project %s: a Poisson input has no neurons to learn from: use ln.models.poisson"):format(name), 0)
  end
  if spec.connect == nil and not is_input then
    error(("net:project %s: connect is missing%s: who is connected with whom, such as ln.all_to_all() or ln.bernoulli(0.1)")
      :format(name, misspelt(spec, "connect")), 0)
  end
  if is_input and spec.dt ~= nil then
    error(("net:project %s: a Poisson input has the clock of its target: give the population a dt"):format(name), 0)
  end
  if is_input and (spec.connect ~= nil or spec.delay ~= nil) then
    error(("net:project %s: a Poisson input has no connector and no delay: each target has its own"):format(name), 0)
  end
end

-- The sums over synapses that a projection makes; no two projections can make the same one.
function M.claim_sums(p, post)
  post.summed = post.summed or {}
  for _, name in ipairs(p.ir.summed) do
    local other = post.summed[name]
    if other and other.hi >= post.lo and other.lo <= post.hi then
      error(("net:project %s: %s of %s is a sum over the synapses of %s already: use two variables")
        :format(p.name, name, post.name, other.projection), 0)
    end
    post.summed[name] = { projection = p.name, lo = post.lo, hi = post.hi }
  end
end

-- The rules given, as a list of definitions.
function M.rules_of(name, spec)
  local given = spec.rules or (spec.rule ~= nil and { spec.rule }) or {}
  if spec.rule ~= nil and spec.rules ~= nil then
    error(("net:project %s: give rule or rules, not both"):format(name), 0)
  end
  if rule.is(given) then given = { given } end
  local out = {}
  for k, entry in ipairs(given) do
    if not rule.is(entry) then
      error(("net:project %s: a rule is made by ln.rule{...} or ln.rules.<name>{...}, got a %s"):format(name, type(entry)), 0)
    end
    out[k] = rule.definition(entry)
  end
  if spec.rules ~= nil and #out == 0 then error(("net:project %s: rules is a list of rules"):format(name), 0) end
  return out
end

local function period_of(p, pathway)
  local period = pathway.period
  if period == "step" then return p.clock.dt end
  if not (Q.is(period) and Q.dim_of(period) == second) then
    error(("every of %s: expected {time, statements} such as {10*ms, \"w *= 0.9\"}, got %s"):format(p.name,
      tostring(period)), 0)
  end
  return Q.value_of(period)
end

--- The pathways that are given delays by something else than one time, as a set.
function M.different_delays(delay)
  local out = {}
  for name, value in pairs(synaptic.is_by_pathway(delay) and delay or {}) do
    if type(name) == "string" and values.kind(value) ~= "constant" then out[name] = true end
  end
  return out
end

-- What a pathway that runs at all synapses has for a delay, in seconds: its period, or the delay of the signal's spikes.
local function sweep_delay(p, pathway)
  if pathway.kind == "signal" then return p.net.signals[pathway.signal].delay end
  return pathway.kind == "every" and period_of(p, pathway) or 0
end

-- The delay of the first pathway, and those of the others in seconds, by the order of the ir's pathways; those that
-- differ between synapses are hidden variables.
function M.split_delay(p, delay)
  if delay == nil then delay = 0 end
  if not synaptic.is_by_pathway(delay) then
    local rest = {}
    for k = 2, #p.ir.pathways do
      local pathway = p.ir.pathways[k]
      rest[k - 1] = sweep_delay(p, pathway)
    end
    return delay, rest
  end
  local routes, main, known = {}, 0, {}
  for k, pathway in ipairs(p.ir.pathways) do
    if pathway.side ~= "all" then known[#known + 1] = pathway.name end
    local value = delay[pathway.name]
    if pathway.side == "all" then
      routes[k - 1] = sweep_delay(p, pathway)
    elseif k == 1 then
      main = value == nil and 0 or value
    else
      local what = ("delay of %s: %s"):format(p.name, pathway.name)
      local one = value == nil or values.kind(value) == "constant"
      routes[k - 1] = value ~= nil and one and values.constant(value, what, second).a or 0
    end
  end
  for key in pairs(delay) do
    local found
    for _, name in ipairs(known) do found = found or name == key end
    if not found then
      error(("delay of %s: there is no pathway '%s'; there are %s"):format(p.name, tostring(key), table.concat(known, ", ")), 0)
    end
  end
  return main, routes
end

--- The delays of synapses that are added, by pathway: those given now, else as the others have them.
function M.grown_delays(p, now)
  local first = p.ir.pathways[1].name
  local function by_pathway(delay) return synaptic.is_by_pathway(delay) and delay or { [first] = delay } end
  local differ = { [first] = true }
  for _, var in ipairs(p.ir.variables) do
    if var.delays then differ[var.delays] = true end
  end
  local out = {}
  for name, value in pairs(by_pathway(p.delay)) do
    if values.kind(value) == "array" and by_pathway(now)[name] == nil then
      error(("grow: the delay of %s was given by an array: give it for the new synapses, delay = …"):format(p.name), 0)
    end
    out[name] = value
  end
  for name, value in pairs(by_pathway(now)) do
    if not differ[name] then
      error(("grow: all synapses of %s have one delay on the pathway '%s', so it cannot be given for the new ones"):format(p.name,
        tostring(name)), 0)
    end
    out[name] = value
  end
  return out[first] == nil and 0 or out[first], out
end

-- What of the source arrives: 0 its spikes, else the number of a custom event of its model.
function M.event_number(p, pre, spec)
  if spec.event == nil or spec.event == "spike" then return 0 end
  local number = type(spec.event) == "string" and pre.kernel:event(spec.event)
  if number then return number end
  local names = { "spike" }
  for _, event in ipairs(pre.ir and pre.ir.events or {}) do names[#names + 1] = event.name end
  error(("net:project %s: %s has no event '%s'%s; there are %s"):format(p.name, pre.name, tostring(spec.event),
    options.hint(spec.event, names), table.concat(names, ", ")), 0)
end

return M
