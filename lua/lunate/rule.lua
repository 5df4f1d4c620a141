--- Learning rules: how synapses change. `ln.rule { ... }`, given to `net:project` as `rule` or in `rules`.
--
-- When a spike arrives at a synapse: `transmit` first, then every rule's `on_pre` in the order of the rules, then
-- `pre_spike`, once a spike. When the target spikes: the projection's `on_post`, the rules' `on_post`, then `post_spike`,
-- once a spike. So `on_pre` sees the traces as they were before this spike, as papers that pair a spike with the
-- *other* spikes before it mean; and where both sides spike in one step, the arrival comes first. Last in a step come the
-- target's events (`events` of `ln.neuron`), by their names: `on_event = { burst = "w += 0.1" }`.
--
-- `on_signal = { dopamine = "w += c*dopamine" }` runs at every synapse when that signal of the network is pulsed: at once
-- where the script pulses it (`d:pulse(0.5)`, between steps), and for each spike of its `on_spike_of` population, at the end
-- of the step in which it arrives, after all spikes of that step; the signal has its new value then.
-- @module lunate.rule
local Q = require "lunate.quantity"
local guard = require "lunate.guard"
local options = require "lunate.options"

local M = {}

local Rule = { __name = "rule" }
Rule.__index = Rule

local allowed = {
  name = { "string" }, equations = { "string" }, on_pre = { "string" }, on_post = { "string" }, pre_spike = { "string" },
  post_spike = { "string" }, on_step = { "string" }, on_event = { "table" }, on_signal = { "table" }, parameters = { "table" },
  description = { "string" }, every = { "table" },
}

--- `{time, statements}`, or a list of such, as a list.
function M.every(given, what)
  if given == nil then return nil end
  if type(given) == "table" and type(given[1]) ~= "table" or Q.is(given[1]) then given = { given } end
  for _, item in ipairs(given) do
    if type(item) ~= "table" or not Q.is(item[1]) or type(item[2]) ~= "string" then
      error(("%s: every is {time, statements} or a list of such, as {10*ms, \"w *= 0.9\"}"):format(what), 0)
    end
  end
  return given
end

local function check_table(what, given, expected)
  if given == nil then return end
  local good = type(given) == "table" and next(given) ~= nil
  for key, text in pairs(good and given or {}) do good = good and type(key) == "string" and type(text) == "string" end
  if not good then error(("%s: %s"):format(what, expected), 0) end
end

--- Checks `{event = statements}`.
function M.check_events(what, given)
  check_table(what, given, "on_event is a table of statements by the target's events, as {burst = \"w += 0.1\"}")
end

--- Checks `{signal = statements}`.
function M.check_signals(what, given)
  check_table(what, given, "on_signal is a table of statements by the network's signals, as {dopamine = \"w += c*dopamine\"}")
end

--- Defines a learning rule.
-- @tab def equations (variables per synapse, one a source `(pre)` or target `(post)` neuron; `(event-driven)` ones are
-- exact), on_pre and on_post (statements at each synapse), pre_spike and post_spike (statements once a spike, on `(pre)` and
-- `(post)` variables), on_event (`{event = statements}`: at each synapse when that event of the target's model happens),
-- on_signal (`{signal = statements}`: at each synapse when that signal of the network is pulsed),
-- on_step (statements at each synapse in every step, after the neurons' update and before their thresholds are compared:
-- rules of rates, and those that papers give in steps), every ({time, statements at each synapse}), parameters, name
-- @treturn rule
M.new = guard.wrap("ln.rule", function(def)
  options.check("ln.rule", def, allowed)
  if not (def.on_pre or def.on_post or def.pre_spike or def.post_spike or def.on_event or def.on_signal
    or def.on_step or def.every or def.equations) then
    error("ln.rule: nothing happens in it: give equations, on_pre, on_post, on_event, on_signal, pre_spike, post_spike, "
      .. "on_step or every", 0)
  end
  local own = {}
  for key, value in pairs(def) do own[key] = value end
  own.every = M.every(def.every, "ln.rule")
  M.check_events("ln.rule", def.on_event)
  M.check_signals("ln.rule", def.on_signal)
  return setmetatable({ def = own, name = def.name or "rule" }, Rule)
end)

--- Whether x is a rule.
function M.is(x) return getmetatable(x) == Rule end

--- What `ln.rule` was given.
function M.definition(x) return x.def end

--- The same rule with other values; `parameters` are merged.
function Rule:with(changes)
  local def = {}
  for key, value in pairs(self.def) do def[key] = value end
  for key, value in pairs(changes) do def[key] = value end
  if changes.parameters then
    def.parameters = {}
    for key, value in pairs(self.def.parameters or {}) do def.parameters[key] = value end
    for key, value in pairs(changes.parameters) do def.parameters[key] = value end
  end
  return M.new(def)
end

--- One text of statements, or of several by name.
function M.text(given)
  if type(given) ~= "table" then return given end
  local names, out = {}, {}
  for name in pairs(given) do names[#names + 1] = name end
  table.sort(names)
  for k, name in ipairs(names) do out[k] = name .. ": " .. given[name] end
  return table.concat(out, " | ")
end

function Rule:__tostring()
  local parts = {}
  for _, what in ipairs { "on_pre", "pre_spike", "on_post", "post_spike", "on_step" } do
    local text = self.def[what]
    if text then parts[#parts + 1] = what .. ": " .. text:gsub("^%s+", ""):gsub("%s+$", ""):gsub("%s*\n%s*", "; ") end
  end
  return ("%s { %s }"):format(self.name, table.concat(parts, " | "))
end

Rule.__help = "A learning rule: net:project(a, b, { ..., rule = r }); r:with{parameters = {...}} varies it."

return M
