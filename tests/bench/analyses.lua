-- One analysis of five million recorded spikes (10,000 neurons, 5 s at 100/s), or of a recorded variable: seconds, and
-- how much memory it takes beside the recording, the most of all ranks. `make bench` runs each on one rank and on several.
--
--     mpirun -n 4 lunate analyses.lua cv
local ln = require "lunate"
local kernel = require "lunate.kernel"
local ms, Hz, A = ln.ms, ln.Hz, ln.analysis

local what, spikes, trace = arg[1], nil, nil
local net = ln.network { dt = 1 * ms, seed = 1 }
if what:find "^trace" then
  local walk = ln.neuron { equations = "dv/dt = -v/(20*ms) + xi*sqrt(2/(20*ms)) : 1" }
  trace = net:record(net:population(2000, walk), "v")
else
  spikes = net:record(net:population(10000, ln.models.poisson { rate = 100 * Hz }), "spikes")
end
net:run(5 * ln.second)

local analyses = {
  { "isi mean", function() return spikes:isi():mean() / ms end },
  { "isi median", function() return spikes:isi():median() / ms end },
  { "cv", function() return A.cv(spikes):mean() end },
  { "fano", function() return A.fano(spikes, { window = 100 * ms }):mean() end },
  { "bursts", function() return #A.bursts(spikes, { interval = 3 * ms }) end },
  { "synchrony", function() return A.synchrony(spikes, { window = 100 * ms }) end },
  { "autocorrelogram", function() return A.autocorrelogram(spikes, { predictor = false, range = 20 * ms }).counts:sum() end },
  { "raster of 1 s", function() return tostring(ln.plot.raster(spikes:slice(0 * ms, 1 * ln.second))):match "%d+ spikes" end },
  { "trace mean", function() return trace.v:mean(2):sd() end },
  { "trace synchrony", function() return A.synchrony(trace.v) end },
}

-- The most memory that this process had so far, in MiB.
local function peak()
  for line in io.lines "/proc/self/status" do
    local kib = line:match "^VmHWM:%s+(%d+)"
    if kib then return tonumber(kib) / 1024 end
  end
  return 0.0
end

for _, analysis in ipairs(analyses) do
  if analysis[1] == what then
    collectgarbage()
    local before = peak()
    kernel.barrier()
    local start = ln.wall_time()
    local value = analysis[2]()
    local seconds, more = kernel.max(ln.wall_time() - start), kernel.max(peak() - before)
    print(("%-16s %5d  %7.2f  %7.0f  %s"):format(what, ln.ranks, seconds, more,
      type(value) == "number" and ("%.6g"):format(value) or value))
  end
end
