local kernel = require "lunate.kernel"
local profile = require "lunate.profile"

-- A rank's counters: 1 s in all, of which a quarter waiting.
local counters = {
  steps = 1000, neuron_updates = 2000000, spikes = 500, events = 1000000, exchanges = 1000, exchange_bytes = 64000,
  state_bytes = 80000, synapse_bytes = 7000000, synapses = 1000000, update_s = 0.2, exchange_s = 0.35, wait_s = 0.25,
  file_s = 0.05, deliver_s = 0.3, input_s = 0.0, record_s = 0.05, other_s = 0.05, build_s = 2.0, plastic_updates = 0,
  learn_s = 0.0,
}

describe("A profile", function()
  local s = profile.summary(counters, 14e9)

  it("is in the units of the work", function()
    assert.near(100e-9, s.update_each_s, 1e-15)
    assert.near(300e-9, s.deliver_each_s, 1e-15)
    assert.near(350e-9, s.event_each_s, 1e-15)
    assert.near(100e-6, s.file_each_s, 1e-12)
    assert.near(100e-6, s.exchange_step_s, 1e-12)
    assert.near(250e-6, s.wait_step_s, 1e-12)
    assert.near(7, s.bytes_a_synapse, 1e-12)
    assert.near(1, s.run_s, 1e-12)
  end)

  it("counts what is everybody's once, what is each rank's together", function()
    assert.equal(1000, s.steps)
    assert.equal(1000000 * kernel.size, s.events)
    assert.near(0, s.imbalance, 1e-9)
  end)

  it("gives shares that add up to the whole, and that of the bandwidth", function()
    local total = 0
    for _, share in pairs(s.share) do total = total + share end
    assert.near(1, total, 1e-9)
    assert.near(0.25, s.share.wait, 1e-9)
    assert.near(7 / 300e-9 / 14e9, s.bandwidth_share, 1e-12)
  end)

  it("tells what learns from what does not", function()
    local learning = setmetatable({ plastic_updates = 400000, learn_s = 0.18 }, { __index = counters })
    local p = profile.summary(learning, 14e9)
    assert.near(0.45e-6, p.plastic_each_s, 1e-15)
    assert.near(0.2e-6, p.deliver_each_s, 1e-15)
    assert.near(0.18, p.share.learn, 1e-9)
    assert.near(0.12, p.share.deliver, 1e-9)
    assert.near(350e-9, p.event_each_s, 1e-15)
    assert.is_nil(s.plastic_each_s)
  end)

  it("leaves out what did not happen", function()
    local idle = {}
    for name, value in pairs(counters) do idle[name] = math.type(value) == "integer" and 0 or 0.0 end
    local none = profile.summary(idle, 14e9)
    assert.is_nil(none.deliver_each_s)
    assert.is_nil(none.bytes_a_synapse)
    assert.is_nil(none.bandwidth_share)
  end)
end)
