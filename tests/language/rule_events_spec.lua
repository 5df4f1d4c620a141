-- Statements at synapses when a custom event of their target happens.
local ln = require "lunate"
local ms = ln.ms

local cell = ln.neuron {
  equations = "dv/dt = -v/(5*ms) : 1", threshold = "v > 0.9", reset = "v = 0",
  events = { half = "v > 0.4", late = "v > 0.3 and v < 0.4" }, on = { half = "v = 0.36" },
}

-- One source that fires at these times (ms), three targets with weights 0.5, 1 and 0.2; v is set to 0.36 by `half`.
local function run(spec, times, duration)
  local net = ln.network { dt = 0.1 * ms }
  local indices, at = {}, {}
  for k, t in ipairs(times or { 5, 20 }) do indices[k], at[k] = 1, t * ms end
  local target = net:population(3, cell)
  local def = { connect = ln.all_to_all(), transmit = "v += w", w = { 0.5, 1, 0.2 }, delay = 1 * ms }
  for key, value in pairs(spec) do def[key] = value end
  local p = net:project(net:population(1, ln.spike_source { indices = indices, times = at }), target, def)
  net:run((duration or 40) * ms)
  return p, net
end

local function list(view)
  local values, out = view:gather():raw(), {}
  for k = 1, #values do out[k] = values[k] end
  return out
end

describe("events of targets", function()
  it("run statements at the synapses of those to which they happen, in their step", function()
    local p = run { rule = ln.rule { equations = "n : 1\nwhen : second",
      on_event = { half = "n += 1; when = t" } } }
    assert.same({ 2.0, 2.0, 0.0 }, list(p.n))
    local when = list(p.when) -- emitted at 20 ms, arrives 1 ms after, seen in the next step
    assert.is_true(math.abs(when[1] - 21.1e-3) < 1e-12 and math.abs(when[2] - 21.1e-3) < 1e-12 and when[3] == 0)
  end)

  it("have a delay of their own, see traces, and belong to learning where a rule says them", function()
    local function trace(delay)
      local p = run { equations = "z : 1", delay = { pre = 1 * ms, half = delay },
        rule = ln.rule { equations = "dx/dt = -x/(10*ms) : 1 (pre)", pre_spike = "x += 1", on_event = { half = "z = x" } } }
      return list(p.z)[1]
    end
    local at_once = (1 + math.exp(-1.5)) * math.exp(-0.01)
    assert.is_true(math.abs(trace(0 * ms) - at_once) < 1e-12)
    assert.is_true(math.abs(trace(3 * ms) - at_once * math.exp(-0.3)) < 1e-12)
    local net = ln.network { dt = 0.1 * ms }
    local target = net:population(1, cell, { v = 0.5 })
    local p = net:project(net:population(1, ln.spike_source { indices = { 1 }, times = { 5 * ms } }), target,
      { connect = ln.all_to_all(), transmit = "", w = 0, n = 0, on_event = { half = "n += 1" },
        rule = ln.rule { on_event = { half = "w += 1" } } })
    p.plastic = false
    net:run(1 * ms)
    assert.same({ 1.0, 0.0 }, { list(p.n)[1], list(p.w)[1] })
  end)

  it("stay apart from each other and from spikes, and compose", function()
    local p = run { equations = "a : 1\nb : 1\nc : 1", on_post = "a += 1", on_event = { half = "b += 1", late = "c += 1" },
      rules = { ln.rule { on_event = { half = "b *= 2" } }, ln.rule { on_event = { half = "b += 10" } } } }
    assert.same({ 0.0, 2.0, 0.0 }, list(p.a))
    assert.same({ 36.0, 36.0, 0.0 }, list(p.b)) -- ((0 + 1)*2 + 10 + 1)*2 + 10
    local c = list(p.c)
    assert.is_true(c[1] > 0 and c[2] > 0 and c[3] == 0)
  end)

  it("go back with store and restore while on their way", function()
    local p, net = run({ equations = "z : 1", delay = { pre = 1 * ms, half = 5 * ms }, on_event = { half = "z += 1" } }, { 5 }, 8)
    local kept = net:store()
    assert.same({ 0.0, 0.0, 0.0 }, list(p.z))
    for _ = 1, 2 do
      net:run(10 * ms)
      assert.same({ 1.0, 1.0, 0.0 }, list(p.z))
      net:restore(kept)
    end
  end)

  it("are refused where there are none, in plain words", function()
    local function refused(spec, message)
      assert.error_matches(function() run(spec) end, message)
    end
    refused({ on_event = { burst = "w += 1" } }, "has no event 'burst'; there are half, late")
    refused({ rule = ln.rule { on_event = { spike = "w += 1" } } }, "has no event 'spike'; there are half, late")
    refused({ on_event = { half = 3 } }, "on_event is a table of statements by the target's events")
    refused({ on_event = "w += 1" }, "on_event is a table of statements")
    refused({ transmit = { half = "v += w" }, delay = 0, on_event = { half = "w += 1" } }, "the name of another pathway")
    assert.error_matches(function() ln.rule { on_event = {} } end, "ln.rule: on_event is a table of statements")
  end)
end)
