-- net:record of projections: values in time, synapses that come and go, wrong input.
local ln = require "lunate"
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz
local message = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").message

-- A weight that grows by 0.1 each millisecond, 4 sources by 3 targets.
local function growing()
  local net = ln.network { dt = 0.1*ms, seed = 2 }
  local cell = ln.neuron { equations = "dv/dt = -v/(10*ms) : volt" }
  local a, b = net:population(4, cell, { name = "a" }), net:population(3, cell, { name = "b" })
  local p = net:project(a, b, { connect = ln.all_to_all(), transmit = "v_post += w", name = "p", delay = 1*ms,
    w = function(i, j) return (10*i + j)*mV end, every = { 1*ms, "w += 0.1*mV" } })
  return net, p, a, b
end

describe("a recording of synapses", function()
  it("is an array, time by synapse, with times, sources and targets", function()
    local net, p = growing()
    local r = net:record(p, "w", { every = 2*ms })
    net:run(6*ms)
    assert.same({ 3, 12 }, { r.w:shape() })
    assert.same({ 1, 1, 1, 2 }, { r.pre[1], r.pre[2], r.pre[3], r.pre[4] })
    assert.same({ 1, 2, 3, 1 }, { r.post[1], r.post[2], r.post[3], r.post[4] })
    for k, t in ipairs { 0, 2, 4 } do
      assert.near(t, r.t[k] / ms, 1e-12)
      for c = 1, 12 do -- statements run every so often come before the sample, as in Brian2
        assert.near(10*r.pre[c] + r.post[c] + 0.1*(t + 1), r.w:raw()[k][c] * 1e3, 1e-12)
      end
      assert.near(27 + 0.1*(t + 1), r:mean()[k] / mV, 1e-12)
      assert.near(12*(27 + 0.1*(t + 1)), r:sum("w")[k] / mV, 1e-11)
      assert.equal(12, r:count()[k])
    end
    assert.matches("w of synapses of p every 2 ms: 3 samples, 12 synapses in the last", tostring(r), 1, true)
  end)

  it("takes some synapses by place or by condition", function()
    local net, p = growing()
    local by_place = net:record(p, "w", { every = 1*ms, synapses = { 5, 12 } })
    local by_condition = net:record(p, "w", { every = 1*ms, synapses = "i == 2 and w > 21.5*mV" })
    net:run(1*ms)
    assert.same({ 2, 4 }, { by_place.pre[1], by_place.pre[2] })
    assert.same({ 2, 3 }, { by_place.post[1], by_place.post[2] })
    assert.same({ 2, 2 }, { by_condition.pre[1], by_condition.pre[2] })
    assert.same({ 2, 3 }, { by_condition.post[1], by_condition.post[2] })
    assert.same({ 1, 2 }, { by_condition.w:shape() })
  end)

  it("follows synapses that come and go", function()
    local net, p = growing()
    local r, two = net:record(p, "w", { every = 1*ms }), net:record(p, "w", { every = 1*ms, synapses = "i == 1" })
    net:run(1*ms)
    p:prune "j == 2"
    net:run(1*ms)
    p:grow(ln.pairs({ 1, 1 }, { 2, 2 }, { multapses = true }), { w = 7*mV })
    net:run(1*ms)
    assert.same({ 3, 13 }, { r.w:shape() }) -- twelve, and the second of the pair (1, 2)
    assert.same({ 12, 8, 10 }, r:count():totable())
    local w, known = r.w:raw(), {}
    for c = 1, 13 do
      local key = r.pre[c] .. "," .. r.post[c]
      known[key] = (known[key] or 0) + 1
      local there = { w[1][c] == w[1][c], w[2][c] == w[2][c], w[3][c] == w[3][c] }
      if r.post[c] ~= 2 then assert.same({ true, true, true }, there)
      elseif key == "1,2" and known[key] == 2 then assert.same({ false, false, true }, there)
      else assert.same({ true, false, r.pre[c] == 1 }, there) end
    end
    assert.equal(2, known["1,2"])
    assert.near(7.1, w[3][2] * 1e3, 1e-12)
    assert.same({ 3, 2, 3 }, two:count():totable()) -- the pair's first synapse is the one that was chosen
    local sum = 0
    for c = 1, 13 do sum = sum + (w[3][c] == w[3][c] and w[3][c] or 0) end
    assert.near(sum, r:sum():raw()[3], 1e-15)
    assert.near(sum / 10, r:mean():raw()[3], 1e-15)
  end)

  it("shows weights as they are although what targets' spikes do is put off", function()
    local net = ln.network { dt = 0.1*ms }
    local source = net:population(1, ln.spike_source { indices = { 1 }, times = { 1*ms } })
    local told = ln.neuron { equations = "n : 1", threshold = "t_in_timesteps == 30 or t_in_timesteps == 50" }
    local target = net:population(1, told)
    local p = net:project(source, target, { connect = ln.all_to_all(), transmit = "", w = 0.5,
      rule = ln.rules.stdp { A_p = 0.1, w_max = 1, tau_p = 20*ms } })
    local r = net:record(p, "w", { every = 1*ms })
    net:run(7*ms)
    local w, expected = r.w:raw(), { 0.5, 0.5, 0.5, 0.5, 0.5 + 0.1*math.exp(-0.1) }
    for k, x in ipairs(expected) do assert.near(x, w[k][1], 1e-12) end
    assert.near(0.5 + 0.1*math.exp(-0.1) + 0.1*math.exp(-0.2), w[7][1], 1e-12)
  end)

  it("is empty before the first sample, and after :clear()", function()
    local net, p = growing()
    local r = net:record(p, { "w" }, { every = 1*ms })
    assert.same({ 0, 0 }, { r.w:shape() })
    assert.equal(0, #r.t)
    net:run(2*ms)
    r:clear()
    assert.same({ 0, 0 }, { r.w:shape() })
    net:run(1*ms)
    assert.same({ 1, 12 }, { r.w:shape() })
    assert.near(2, r.t[1] / ms, 1e-12)
  end)

  it("says what is wrong", function()
    local net, p, a, b = growing()
    assert.matches("p has no synaptic variable 'W' (did you mean 'w'?)", message(net.record, net, p, "W"), 1, true)
    assert.matches("every must be a time", message(net.record, net, p, "w", { every = 3 }), 1, true)
    local text = message(net.record, net, p, "w", { synapses = { 13 } })
    assert.matches("synapse 13 does not exist: p has synapses 1 to 12", text, 1, true)
    text = message(net.record, net, p, "w", { synapses = "w" })
    assert.matches("net:record: synapses[\"w\"]: 'w' is in V, a condition such as", text, 1, true)
    assert.matches("unknown option 'neurons'", message(net.record, net, p, "w", { neurons = { 1 } }), 1, true)
    assert.matches("a population or a projection, got a number", message(net.record, net, 3, "w"), 1, true)
    local input = net:project(ln.poisson_input { n = 10, rate = 5*Hz }, a, { transmit = "v += w", w = 1*mV })
    assert.matches("has no synapses", message(net.record, net, input, "w"), 1, true)
    local r = net:record(p, "w")
    assert.matches("has no 'v'", message(function() return r.v end), 1, true)
    assert.matches("p belongs to another network", message(function() ln.network { dt = 1*ms }:record(p, "w") end), 1, true)
    assert.is_not_nil(b)
  end)
end)
