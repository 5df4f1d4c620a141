-- Populations and projections with a dt of their own. Numbers are compared with Brian2's in tests/conformance (clocks_*).
local ln = require "lunate"
local kernel = require "lunate.kernel"
local support = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua")
local ms, Hz = ln.ms, ln.Hz
local refused = support.refused

local noisy = ln.neuron {
  equations = "dv/dt = -v/tau + sigma*xi*tau**-0.5 : 1\nn : 1", threshold = "v > 0.8", reset = "v = rand()*0.1",
  refractory = "1*ms + rand()*2*ms", every = { { 2*ms, "n += randn()" } }, method = "euler",
  parameters = { tau = 5*ms, sigma = 1 },
}
local stiff = ln.neuron { equations = "dv/dt = (sin(t/ms) - v)*(1 + v**2)/tau : 1", method = "rkf45",
  parameters = { tau = 0.2*ms } }

-- The same network with a step of 0.5 ms, and of 0.1 ms where everything has a clock of 0.5 ms; `pieces`: runs of these times.
local function run(step, pieces)
  local dt = 0.5*ms
  local net = ln.network { dt = step, seed = 5 }
  local a = net:population(70, noisy, { name = "a", dt = dt })
  local b = net:population(3, stiff, { name = "b", dt = dt })
  local c = net:population(40, noisy, { name = "c", dt = dt })
  net:project(ln.poisson_input { n = 20, rate = 30*Hz }, a, { transmit = "v += 0.1*rand()" })
  local s = net:project(a, c, { connect = ln.fixed_indegree(20), dt = dt, delay = ln.uniform(1*ms, 4*ms),
    equations = "dx/dt = -x/(3*ms) + 0.1*xi/sqrt(ms) : 1 (clock-driven)\ndy/dt = -y/(9*ms) : 1 (event-driven)",
    w = ln.uniform(0, 0.3), on_pre = "v += w*rand(); x += 1; y += 1", on_post = "w += 0.01*y*rand()", method = "euler" })
  local spikes = { net:record(a, "spikes"), net:record(c, "spikes") }
  local v = net:record(c, "v")
  local w = net:record(s, "w")
  for _, t in ipairs(pieces) do net:run(t) end
  local out = {}
  for k, recording in ipairs(spikes) do
    local got = recording:gather()
    for n, i in got.neurons:iterate() do out[#out + 1] = ("%d: %d at %.1f"):format(k, i, got.times[n] / ms) end
  end
  for _, values in ipairs { a.v, a.n, b.v, c.v, s.w, s.x } do
    for _, x in values:gather():raw():iterate() do out[#out + 1] = ("%a"):format(x) end
  end
  for _, x in w.w:raw():flat():iterate() do out[#out + 1] = ("%a"):format(x) end
  for _, x in v.v:raw():flat():iterate() do out[#out + 1] = ("%a"):format(x) end
  return out, net
end

describe("a clock that is slower than the network's", function()
  local alone = run(0.5*ms, { 60*ms })
  local slow, net = run(0.1*ms, { 60*ms })

  it("gives the bits of a network that has no other", function()
    assert.is_true(#alone > 2000)
    assert.same(table.concat(alone, "\n"), table.concat(slow, "\n"))
  end)

  it("goes on where a run ended between two ticks", function()
    local pieces = {}
    for k = 1, 200 do pieces[k] = 0.3*ms end
    assert.same(table.concat(alone, "\n"), table.concat((run(0.1*ms, pieces)), "\n"))
  end)

  it("is counted as it ticks", function()
    local function own(n) return n * (kernel.rank + 1) // kernel.size - n * kernel.rank // kernel.size end
    assert.equal(120 * (own(70) + own(3) + own(40)), net:counters().neuron_updates)
    local again = ln.network { dt = 0.1*ms }
    again:population(4, stiff, { dt = 0.4*ms })
    for _, t in ipairs { 0.1*ms, 0.3*ms, 0.1*ms } do again:run(t) end
    assert.equal(2 * own(4), again:counters().neuron_updates)
  end)

  it("is the population's and the projection's dt", function()
    local n = ln.network { dt = 0.1*ms }
    local p = n:population(4, stiff, { dt = 0.3*ms })
    assert.equal("300 us", tostring(p.dt))
    assert.equal("300 us", tostring(p:slice(1, 2).dt))
    assert.equal("100 us", tostring(n:population(4, stiff).dt))
    local s = n:project(p, p, { connect = ln.all_to_all(), transmit = "v += 0.1", dt = 0.7*ms, delay = 0.65*ms })
    assert.equal("700 us", tostring(s.dt))
    assert.equal("600 us", tostring(s:gather().delay[1])) -- on the clock of the sources
  end)

  it("comes back with a snapshot", function()
    local n = ln.network { dt = 0.1*ms, seed = 2 }
    local p = n:population(20, noisy, { dt = 0.7*ms })
    n:run(1*ms)
    local s = n:store()
    n:run(3*ms)
    local v, last = p.v:gather():totable(), p.lastspike:gather():totable()
    n:restore(s)
    n:run(3*ms)
    assert.same(v, p.v:gather():totable())
    assert.same(last, p.lastspike:gather():totable())
  end)

  it("has rates, given spikes and signals as any other", function()
    local n = ln.network { dt = 0.1*ms, seed = 3 }
    local p = n:population(1000, ln.models.poisson { rate = 40*Hz }, { dt = 1*ms })
    local given = n:population(2, ln.spike_source { indices = { 1, 2 }, times = { 1.2*ms, 2.6*ms } }, { dt = 0.5*ms })
    local d = n:signal("d", { equations = "dx/dt = 1/ms : 1", method = "euler", dt = 2*ms })
    local cells = n:population(1000, ln.neuron { equations = "v : 1" }, { dt = 1*ms })
    n:project(ln.poisson_input { n = 10, rate = 25*Hz }, cells, { transmit = "v += 1" })
    local spikes, two = n:record(p, "spikes"), n:record(given, "spikes")
    n:run(200*ms)
    assert.near(8000, spikes:count(), 5 * math.sqrt(8000))
    assert.same({ 10, 25 }, two:gather().steps:totable())
    for _, step in spikes:gather().steps:iterate() do assert.equal(0, step % 10) end
    assert.near(50, cells.v:mean(), 5 * math.sqrt(50 / 1000))
    assert.near(200, d.value, 1e-9)
  end)
end)

describe("a clock that cannot be", function()
  local net = ln.network { dt = 0.1*ms }
  local p = net:population(3, stiff, { name = "p", dt = 1*ms })

  it("is refused with what would go", function()
    refused("net:population b: dt = 250 us is not a whole multiple of the network's dt = 100 us, which is its fastest clock: "
      .. "both are multiples of 50 us", net.population, net, 3, stiff, { name = "b", dt = 0.25*ms })
    refused("net:population b: dt = 50 us is not a whole multiple", net.population, net, 3, stiff, { name = "b", dt = 0.05*ms })
    refused("net:project s: dt = 130 us is not a whole multiple", net.project, net, p, p, { name = "s", connect = ln.all_to_all(),
      transmit = "v += 1", dt = 0.13*ms })
    refused("net:population b: dt must be a positive time such as 1*ms, got 3", net.population, net, 3, stiff,
      { name = "b", dt = 3 })
    refused("net:population b: dt must be a positive time", net.population, net, 3, stiff, { name = "b", dt = -1*ms })
    refused("two spikes in the step at 0 ms", net.population, net, 1, ln.spike_source { indices = { 1, 1 },
      times = { 0.1*ms, 0.6*ms } }, { name = "given", dt = 1*ms })
    refused("dt", function() p.dt = 2*ms end)
  end)

  it("is refused where spikes are on their way for less than a tick", function()
    refused("a delay of 0.3 ms is positive, but rounds to no time step (dt = 1 ms, that of those who spike)", net.project, net,
      p, p, { name = "s", connect = ln.all_to_all(), transmit = "v += 1", delay = 0.3*ms })
  end)

  it("is refused of a Poisson input, which has its target's", function()
    refused("a Poisson input has the clock of its target", net.project, net, ln.poisson_input { rate = 1*Hz }, p,
      { transmit = "v += 1", dt = 1*ms })
  end)
end)
