--- What a script made, as text that is the same for the same bits: digests, which `partition.lua` and
-- `conformance/support/ranks.lua` print, and whole lists, which the scripts beside it print.
local ln = require "lunate"

local M = {}

local root = ln.rank == 0 -- every rank gathers, one looks

local function mix(h, x)
  h = (h ~ string.unpack("<i8", string.pack("<d", x))) * 0x100000001b3
  return h ~ h >> 29
end

--- Number of elements, a hash of their bits, and the sum as exact text; of a number or quantity, its exact text.
function M.bits(x)
  if not ln.array.is(x) then return ("%a"):format(type(x) == "number" and x or x.value) end
  x:gather()
  if not root then return "" end
  local raw, h = x:raw():flat(), -0x340d631b7bdddcdb
  local n = #raw
  for k = 1, n do h = mix(h, raw[k]) end
  return ("%d:%016x:%a"):format(n, h, n > 0 and raw:sum() or 0)
end

--- A line of a list or raw array: its name, its length, and every element as exact text.
function M.print_bits(name, values)
  local words = {}
  for k = 1, #values do words[k] = ("%a"):format(values[k]) end
  print(name, #values, table.concat(words, " "))
end

--- A line: the case, what it is of, the digests of the rest.
function M.report(case, what, ...)
  local out = {}
  for k = 1, select("#", ...) do out[k] = M.bits((select(k, ...))) end
  print(("%s | %s | %s"):format(case, what, table.concat(out, " ")))
end

function M.report_spikes(case, name, s)
  local all = s:gather()
  M.report(case, "spikes of " .. name, all.times, all.neurons, s:counts(), s:rate(), s:isi(), (s:cv_isi()))
end

function M.report_states(case, pop, ...)
  for _, name in ipairs { ... } do
    local view = pop[name]
    M.report(case, ("%s of %s"):format(name, pop.name), view:gather(), view:mean(), view:sd(), view:sum(), view:min(), view:max())
  end
end

local function pack_recording(r, what) return { recording = r, what = type(what) == "table" and what or { what } } end

--- Runs f with all networks made meanwhile noted: `made[k]` has `populations`, `projections`, `recordings` (each with the
-- variables it was asked for). `time` shortens the runs.
function M.watch(f, time)
  local made, network = {}, ln.network
  ln.network = function(def)
    local net = network(def)
    local note = { net = net, populations = {}, projections = {}, recordings = {} }
    made[#made + 1] = note
    local noted = {
      population = function(pop) note.populations[#note.populations + 1] = pop end,
      project = function(p) note.projections[#note.projections + 1] = p end,
      record = function(r, _, what) note.recordings[#note.recordings + 1] = pack_recording(r, what) end,
    }
    return setmetatable({}, {
      __index = function(_, key)
        local method = net[key]
        if type(method) ~= "function" then return method end
        return function(_, ...)
          if key == "run" and time then return net:run((...) * time) end
          local result = method(net, ...)
          if noted[key] then noted[key](result, ...) end
          return result
        end
      end,
    })
  end
  local ok, message = pcall(f)
  ln.network = network
  return made, ok, message
end

-- Synapses with their delays, and every variable they have.
local function report_synapses(case, p)
  local gathered, all = pcall(p.gather, p) -- an input has no synapses
  if not gathered then return end
  M.report(case, p.name, all.pre, all.post, all.delay)
  for _, name in ipairs(getmetatable(p).__complete(p)) do
    local ok, with = pcall(p.gather, p, name) -- parameters and methods are listed too
    if ok then M.report(case, ("%s of %s"):format(name, p.name), with[name]) end
  end
end

--- Everything there is in networks that `watch` noted: synapses, states, recordings.
function M.report_all(case, made)
  for n, note in ipairs(made) do
    local label = #made == 1 and case or ("%s %d"):format(case, n)
    for _, p in ipairs(note.projections) do report_synapses(label, p) end
    for _, pop in ipairs(note.populations) do
      local ir = pop.model.ir or { variables = {} } -- spike sources have none
      for _, variable in ipairs(ir.variables) do
        M.report(label, ("%s of %s"):format(variable.name, pop.name), pop[variable.name]:gather())
      end
    end
    for k, r in ipairs(note.recordings) do
      if getmetatable(r.recording).__name == "spikes" then
        local all = r.recording:gather()
        M.report(label, ("spikes %d"):format(k), all.times, all.neurons)
        for _, name in ipairs(getmetatable(r.recording).__complete(r.recording)) do
          local ok, values = pcall(r.recording.variable, r.recording, name) -- methods are listed too
          if ok then M.report(label, ("%s of spikes %d"):format(name, k), values) end
        end
      else
        for _, name in ipairs(r.what) do M.report(label, ("recording %d of %s"):format(k, name), r.recording[name]) end
      end
    end
  end
end

return M
