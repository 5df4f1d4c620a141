-- NaN and infinity in synapses are found there, and said once.
local ln = require "lunate"
local ms = ln.ms
local support = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua")

local function network(spec, n)
  local net = ln.network { dt = 0.1 * ms, seed = 1 }
  local times, indices = {}, {}
  for k = 1, 50 do times[k], indices[k] = k * ms, 1 + k % 4 end
  local source = net:population(4, ln.spike_source { indices = indices, times = times }, { name = "source" })
  local p = net:population(n or 5, ln.neuron { equations = "dv/dt = -v/(10*ms) : 1", threshold = "v > 1e9" }, { name = "p" })
  spec.connect, spec.name = spec.connect or ln.all_to_all(), "s"
  return net, net:project(source, p, spec)
end

local function refused(message, f, ...)
  assert.is_nil(support.refused(message, f, ...):find("\n", 1, true)) -- one line
end

describe("a number of a synapse that is none", function()
  it("is found where statements of every so often made it", function()
    local net, s = network { transmit = "", equations = "w : 1\nz : 1" }
    net:run(1 * ms)
    s:every(2 * ms, "w = w + where(i == 2 and j >= 4, sqrt(1 - w), 0)")
    s.w = 1.5
    refused("s: w of the synapse 2 → 4 is NaN at t = 6.4 ms", net.run, net, 18 * ms)
  end)

  it("is found though no neuron sees it", function()
    local net, s = network { transmit = "", w = 1, rule = ln.rule { equations = "n : 1",
      on_pre = "n += 1; w += where(i == 3 and j >= 2, sqrt(3 - n), 0)" } }
    refused("s: w of the synapse 3 → 2 is NaN at t = 19.2 ms", net.run, net, 20 * ms) -- the fourth spike at 14 ms
    assert.is_true(s.w:mean() ~= s.w:mean())
    refused("s: w of the synapse 3 → 2 is NaN at t = ", net.run, net, 0.1 * ms)
    s.w = 1
    s.n = 0
    net:run(1 * ms)
  end)

  it("is found on the way, at a multiple of 64 steps", function()
    local net = network { transmit = "", w = 1, on_post = "w += 0", rule = ln.rule { on_pre = "w *= 1e60" } }
    refused("s: w of the synapse 1 → 1 is infinite at t = 25.6 ms", net.run, net, 100 * ms) -- the sixth spike at 24 ms
  end)

  it("is told beside the neuron that it reached", function()
    local net = network { transmit = "v += w", w = 1, rule = ln.rule { on_pre = "w += where(i == 2, log(-w), 0)" } }
    refused("p: v of neuron 1 is NaN at t = 6.4 ms (model neuron); so is w of the synapse 2 → 1 of s, by t = 10 ms", net.run,
      net, 10 * ms)
  end)

  it("may be infinite where it is only set", function()
    local net, s = network { transmit = "", last = "-inf*second", rule = ln.rule { on_pre = "last = t" } }
    net:run(20 * ms)
    assert.is_true(s.last:min() > 0 * ms)
  end)

  it("is found in traces of sources and targets, and in what is integrated", function()
    local net = network { transmit = "", w = 1, rule = ln.rule { equations = "dx/dt = -x/(20*ms) : 1 (pre, event-driven)",
      pre_spike = "x = x*1e200 + 1e200", on_pre = "w += 0*x" } }
    refused("of the synapse", net.run, net, 30 * ms)
    net = network { transmit = "", equations = "dc/dt = c*1e6*Hz : 1 (clock-driven)", c = 1 }
    refused("s: c of the synapse 1 → 1 is infinite at t = 6.4 ms", net.run, net, 50 * ms)
  end)
end)
