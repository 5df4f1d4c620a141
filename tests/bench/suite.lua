--- The networks of examples/benchmarks, measured, beside what the machine can do. `make bench` runs it (see run.sh).
--
--     mpirun -n 2 lunate tests/bench/suite.lua [--networks pd14,brunel] [--scale s] [--peers file]
--
-- Times are the best of windows of 50 ms (of the network's time), each unit of work by itself, so that other programs on
-- the machine disturb them little. `rows` is the machine's time for adding whole rows of synapses in order, `learn` that of
-- adding and learning in whole rows, `hand` that of a neuron update written by hand, all measured just before
-- (src/roofline.c); ratios to them are the result. Where synapses learn, `event` is of the others, and a plastic event is a
-- spike of either side at a synapse that learns; `/bytes` compares with streaming the bytes of one, target and weight read
-- and weight written.
local ln = require "lunate"
local kernel = require "lunate.kernel"
local profile = require "lunate.profile"

local option = ln.arguments { networks = "pd14,pd14_poisson,pd14_double,brunel,sparse", scale = 1, peers = "" }

local folder = (arg[0]:match "^(.*)/tests/bench/[^/]*$" or ".") .. "/examples/benchmarks/"
local networks = {
  pd14 = { "pd14.lua", scaled = true, "--time", "0.5" },
  pd14_poisson = { "pd14.lua", scaled = true, "--time", "0.5", "--drive", "poisson" },
  pd14_double = { "pd14.lua", scaled = true, "--time", "0.5", "--precision", "double" },
  brunel = { "brunel.lua", "--time", "0.5" },
  brunel_double = { "brunel.lua", "--time", "0.5", "--precision", "double" },
  brunel_plastic = { "brunel_plastic.lua", "--time", "0.5" },
  vogels = { "vogels_sprekeler.lua", "--time", "2" },
  vogels_double = { "vogels_sprekeler.lua", "--time", "2", "--precision", "double" },
  zenke = { "zenke_background.lua", "--time", "2" },
  sparse = { "sparse.lua", scaled = true, "--time", "0.5" },
  cuba = { "cuba.lua", "--time", "2" },
  cuba_double = { "cuba.lua", "--time", "2", "--precision", "double" },
  coba = { "coba.lua", "--time", "2" },
  coba_double = { "coba.lua", "--time", "2", "--precision", "double" },
  cobahh = { "cobahh.lua", "--time", "1" },
  cobahh_double = { "cobahh.lua", "--time", "1", "--precision", "double" },
}
local WINDOW, SKIP = 50 * ln.ms, 2

-- On a busy machine, with BENCH_REALTIME=1 and the right to: nothing else runs while a network does.
local function hurry(on)
  if not os.getenv "BENCH_REALTIME" then return end
  local stat = assert(io.open "/proc/self/stat")
  local processes = kernel.allgather(tostring(stat:read "n"))
  stat:close()
  for _, process in ipairs(processes) do -- rank 0 executes
    os.execute(("chrt %s -p %d %s"):format(on and "-r" or "-o", on and 1 or 0, process))
  end
end

-- Runs a script silently; returns its network's counters and wall time at the end of every window.
local function watch(case)
  local samples = {}
  profile.on_network = function(net, counters)
    net:every(WINDOW, function()
      local c = counters()
      c.wall = kernel.wtime()
      samples[#samples + 1] = c
      if #samples == 1 then hurry(true) end
    end)
  end
  local script_arg, say = arg, print
  _G.arg = { [0] = folder .. case[1], table.unpack(case, 2) } -- luacheck: ignore
  if case.scaled then table.move({ "--scale", tostring(option.scale) }, 1, 2, #_G.arg + 1, _G.arg) end
  _G.print = function() end -- luacheck: ignore
  local ok, err = pcall(assert(loadfile(folder .. case[1])))
  hurry(false)
  _G.arg, _G.print, profile.on_network = script_arg, say, nil -- luacheck: ignore
  if not ok then error(err, 0) end
  collectgarbage()
  return samples
end

-- The least of f(this sample, the one before) over the windows, of the rank where it is largest.
local function best(samples, f)
  local least = math.huge
  for k = SKIP + 1, #samples do
    local x = f(function(field) return samples[k][field] - samples[k - 1][field] end)
    if x < least then least = x end
  end
  return kernel.max(least)
end

local function measure(case)
  local samples = watch(case)
  local last = samples[#samples]
  local seconds = WINDOW / ln.second
  return {
    factor = best(samples, function(d) return d "wall" / seconds end),
    update = best(samples, function(d) return d "update_s" / d "neuron_updates" end),
    event = best(samples, function(d)
      return (d "deliver_s" - d "learn_s" + d "file_s") / math.max(1, d "events" - d "plastic_updates")
    end),
    plastic = last.plastic_updates > 0
      and best(samples, function(d) return d "learn_s" / math.max(1, d "plastic_updates") end) or nil,
    input = best(samples, function(d) return d "input_s" / d "neuron_updates" end),
    rest = best(samples, function(d)
      return (d "exchange_s" + d "record_s" + d "other_s") / d "wall"
    end),
    bytes = kernel.sum(last.synapse_bytes) / kernel.sum(last.synapses),
    synapses = kernel.sum(last.synapses), build = kernel.max(last.build_s),
  }
end

-- Lines "network what seconds", of other simulators on this machine: wall time of a second.
local function read_peers(path)
  local peers = {}
  if path == "" then return peers end
  for line in io.lines(path) do
    local network, what, factor, note = line:match "^(%S+) (.-) ([%d.eE+-]+)(.*)$"
    if network then peers[network] = ("%s %.3g%s"):format(what, tonumber(factor), note) end
  end
  return peers
end

local peers = read_peers(option.peers)
hurry(true)
local roof = kernel.roofline(true)
hurry(false)
local stream, add = kernel.min(roof.stream), kernel.max(roof.add)
local learn, update = kernel.max(roof.learn), kernel.max(roof.update)
local heading = "%d rank%s; a rank streams %.1f GB/s; rows %.2f, learn %.2f ns a synapse; hand %.2f ns an update"
print(heading:format(ln.ranks, ln.ranks > 1 and "s" or "", stream / 1e9, add * 1e9, learn * 1e9, update * 1e9))
print("network         real-time   event ns  /rows  /stream  plastic ns /learn  /bytes  update ns  /hand  input ns   rest  "
  .. "B/syn  synapses  build s  beside")

-- A plastic event, as far as there is one.
local function plastic_columns(m)
  if not m.plastic then return (" "):rep(26) end
  local bytes = m.real + 2 + m.real
  return ("%11.2f %6.2f %7.1f "):format(m.plastic * 1e9, m.plastic / learn, m.plastic * stream / bytes)
end

for name in option.networks:gmatch "[^,]+" do
  local m = measure(networks[name] or error(("--networks: there is no '%s'"):format(name), 0))
  m.real = name:find "_double" and 8 or 4
  print(("%-15s %9.4f %10.2f %6.2f %8.1f %s%10.2f %6.2f %9.2f %5.1f%% %6.2f %8.2fM %8.2f  %s"):format(name, m.factor,
    m.event * 1e9, m.event / add, m.event * stream / m.bytes, plastic_columns(m), m.update * 1e9, m.update / update,
    m.input * 1e9, 100 * m.rest, m.bytes, m.synapses / 1e6, m.build, peers[name] or ""))
end
