--- Where the time went: `lunate --profile script.lua` prints it after the run, in the units of the work.
--
-- Counters are kept by every network anyway (`net:counters()`); here those of all ranks are put together, with the
-- memory bandwidth of the machine, measured in the same process. See docs/performance.md for what the numbers mean.
-- @module lunate.profile
local kernel = require "lunate.kernel"

local M = {}

local networks = {}

--- Told of every network made: kept where `M.watching`, and passed on to `M.on_network(net, counters)` where that is set
-- (tests/bench uses it to look at networks of scripts that know nothing of it).
function M.add(net, counters)
  if M.watching then networks[#networks + 1] = counters end
  if M.on_network then M.on_network(net, counters) end
end

local PHASES = { "update", "exchange", "file", "deliver", "input", "record", "other" }
local COUNTS = { "steps", "neuron_updates", "spikes", "events", "plastic_updates", "exchanges", "exchange_bytes", "state_bytes",
  "synapse_bytes", "synapses" }

-- Counters of all ranks: `sum`, `max` and `list` of every field.
local function gather(counters)
  local sum, max = {}, {}
  local function take(field)
    local x = counters[field] or 0.0
    if math.type(x) == "integer" then
      sum[field], max[field] = kernel.sum(x), kernel.max(x)
    else
      sum[field], max[field] = kernel.sum(math.floor(x * 1e9)) * 1e-9, kernel.max(x)
    end
  end
  for _, name in ipairs(COUNTS) do take(name) end
  for _, name in ipairs(PHASES) do take(name .. "_s") end
  take "wait_s"
  take "learn_s"
  take "build_s"
  return sum, max
end

local function ratio(a, b) return b > 0 and a / b or nil end

--- One network's work and time, all ranks together. Collective.
-- @tab counters as from `net:counters()` (or differences of two)
-- @number[opt] stream bytes a second that a rank can read
-- @treturn table numbers by name; times in seconds, of a core where they are a unit of work
function M.summary(counters, stream)
  local busy = 0
  for _, name in ipairs(PHASES) do busy = busy + counters[name .. "_s"] end
  local working = busy - counters.wait_s
  local sum, max = gather(counters)
  local still_s, still = sum.deliver_s - sum.learn_s, sum.events - sum.plastic_updates -- where nothing is learned
  local ranks, most = kernel.size, kernel.max(working)
  local mean = kernel.sum(math.floor(working * 1e9)) * 1e-9 / ranks
  local out = {
    ranks = ranks, steps = max.steps, run_s = kernel.max(busy), build_s = max.build_s, spikes = sum.spikes, events = sum.events,
    synapses = sum.synapses, neuron_updates = sum.neuron_updates, plastic_updates = sum.plastic_updates,
    update_each_s = ratio(sum.update_s, sum.neuron_updates), event_each_s = ratio(sum.deliver_s + sum.file_s, sum.events),
    deliver_each_s = ratio(still_s, still), plastic_each_s = ratio(sum.learn_s, sum.plastic_updates),
    file_each_s = ratio(sum.file_s, sum.spikes),
    exchange_step_s = ratio((sum.exchange_s - sum.wait_s) / ranks, max.steps), wait_step_s = ratio(sum.wait_s / ranks, max.steps),
    imbalance = ratio(most - mean, mean), bytes_a_synapse = ratio(sum.synapse_bytes, sum.synapses),
    state_bytes = sum.state_bytes, synapse_bytes = sum.synapse_bytes, exchange_bytes = sum.exchange_bytes,
    exchanges = max.exchanges,
    share = {},
  }
  local total = 0
  for _, name in ipairs(PHASES) do total = total + sum[name .. "_s"] end
  for _, name in ipairs(PHASES) do out.share[name] = ratio(sum[name .. "_s"], total) or 0 end
  out.share.exchange = out.share.exchange - (ratio(sum.wait_s, total) or 0)
  out.share.wait = ratio(sum.wait_s, total) or 0
  out.share.learn = ratio(sum.learn_s, total) or 0
  out.share.deliver = out.share.deliver - out.share.learn
  if stream and out.event_each_s then
    out.stream = stream
    out.bandwidth_share = out.bytes_a_synapse / ratio(sum.deliver_s, sum.events) / stream
  end
  return out
end

-- ---------------------------------------------------------------- printing

local function json(x)
  if type(x) == "table" then
    local parts = {}
    if #x > 0 then
      for k, v in ipairs(x) do parts[k] = json(v) end
      return "[" .. table.concat(parts, ", ") .. "]"
    end
    local keys = {}
    for key in pairs(x) do keys[#keys + 1] = key end
    table.sort(keys)
    for k, key in ipairs(keys) do parts[k] = ("%q: %s"):format(key, json(x[key])) end
    return "{" .. table.concat(parts, ", ") .. "}"
  end
  if math.type(x) == "float" then return x == x and x < math.huge and ("%.9g"):format(x) or "null" end
  return tostring(x)
end

local function line(name, format, ...)
  for k = 1, select("#", ...) do
    if not select(k, ...) then return end
  end
  print(("  %-24s " .. format):format(name, ...))
end

local function scaled(bytes)
  if bytes < 1e6 then return ("%.1f kB"):format(bytes / 1e3) end
  return bytes < 1e9 and ("%.1f MB"):format(bytes / 1e6) or ("%.2f GB"):format(bytes / 1e9)
end

local function show(number, of, s)
  print(("profile%s: %d ranks, %d steps in %.3g s (built in %.3g s)"):format(of > 1 and (" of network %d"):format(number) or "",
    s.ranks, s.steps, s.run_s, s.build_s))
  local function part(name) return 100 * s.share[name] end
  line("state update", "%8.2f ns a neuron step %10.1f %%", s.update_each_s and s.update_each_s * 1e9, part "update")
  line("synaptic events", "%8.2f ns an event %15.1f %%", s.deliver_each_s and s.deliver_each_s * 1e9, part "deliver")
  line("plastic updates", "%8.2f ns a plastic update %7.1f %%", s.plastic_each_s and s.plastic_each_s * 1e9, part "learn")
  line("filing of spikes", "%8.2f us a spike %16.1f %%", s.file_each_s and s.file_each_s * 1e6, part "file")
  line("exchange", "%8.2f us a step %17.1f %%", s.exchange_step_s and s.exchange_step_s * 1e6, part "exchange")
  line("waiting for other ranks", "%8.2f us a step %17.1f %%", s.wait_step_s and s.wait_step_s * 1e6, part "wait")
  line("inputs", "%33.1f %%", part "input")
  line("recording", "%33.1f %%", part "record")
  line("the rest", "%33.1f %%", part "other")
  line("imbalance", "%8.1f %% more work on the busiest rank than on average", s.imbalance and s.imbalance * 100)
  line("memory", "%8.2f bytes a synapse (%s in all, %d synapses), states %s", s.bytes_a_synapse or 0, scaled(s.synapse_bytes),
    s.synapses, scaled(s.state_bytes))
  line("bandwidth", "%8.1f %% of the %.1f GB/s that a rank can read", s.bandwidth_share and s.bandwidth_share * 100,
    s.stream and s.stream / 1e9)
end

--- Prints what every network did, in text or as one line of JSON. Collective.
-- @string form "text" or "json"
function M.report(form)
  local roof = kernel.roofline(false)
  local stream = kernel.min(roof.stream)
  local all = {}
  for k, counters in ipairs(networks) do all[k] = M.summary(counters(), stream) end
  if form == "json" then
    print(#all > 0 and json(all) or "[]")
    return
  end
  for k, s in ipairs(all) do show(k, #all, s) end
  if #all == 0 then print "profile: the script made no network" end
end

return M
