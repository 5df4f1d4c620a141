-- Learning at the compiler: where variables live, and what is refused.
local compiler = require "lunate.compiler"
local Q = require "lunate.quantity"
local ms, mV = Q.units.ms, Q.units.mV

local cell = compiler.neuron {
  equations = "dv/dt = (g - v)/tau_m : volt\ndg/dt = -g/tau_s : volt", threshold = "v > 20*mV", reset = "v = 0*mV",
  parameters = { tau_m = 10 * ms, tau_s = 3 * ms },
}

local traces = "dApre/dt = -Apre/tau : 1 (event-driven)\ndApost/dt = -Apost/tau : 1 (event-driven)"

local function synapse(changes)
  local def = {
    name = "s", post = cell.ir, pre = cell.ir, transmit = "g += w*mV", variables = { w = { dim = Q.dimensionless } },
    parameters = { tau = 20 * ms, A = 0.01 },
  }
  for key, value in pairs(changes) do def[key] = value end
  return compiler.synapse(def)
end

local function classes(changes)
  local out = {}
  for _, var in ipairs(synapse(changes).ir.variables) do
    if not var.hidden and var.kind ~= "subexpression" then out[var.name] = var.class or (var.shared and "once" or "synapse") end
  end
  return out
end

local function refused(changes, message)
  local ok, err = pcall(synapse, changes)
  assert.is_false(ok, "not refused: " .. message)
  assert.truthy(tostring(err):find(message, 1, true), tostring(err))
end

describe("variables of synapses", function()
  it("of the usual pair rule are kept once a source and once a target", function()
    assert.same({ Apre = "pre", Apost = "post", w = "synapse" }, classes {
      equations = traces, transmit = "g += w*mV; Apre += A; w = clip(w - Apost, 0, 1)",
      on_post = "Apost += A; w = clip(w + Apre, 0, 1)",
    })
  end)

  it("are kept at each synapse where anything of the synapse enters them", function()
    local on_post = "Apost += A; w = clip(w + Apre, 0, 1)"
    local function with(transmit, more)
      local def = { equations = traces, transmit = transmit, on_post = on_post }
      for key, value in pairs(more or {}) do def[key] = value end
      return classes(def)
    end
    assert.equal("synapse", with("g += w*mV; Apre += A*w").Apre)
    assert.equal("synapse", with("g += w*mV; Apre += A*Apost").Apre)
    assert.equal("synapse", with("g += w*mV; Apre += A*v_post/mV").Apre)
    assert.equal("synapse", with("g += w*mV; Apre += A*rand()").Apre)
    assert.equal("synapse", with("g += w*mV; Apre += A", { on_post = "Apost += A; Apre = 0" }).Apre)
    assert.equal("synapse", with("g += w*mV; Apre += A", { variables = { w = { dim = Q.dimensionless },
      Apre = { dim = Q.dimensionless } } }).Apre)
    assert.equal("pre", with("g += w*mV; Apre += A*v_pre/mV*i").Apre)
    assert.equal("pre", with("g += w*mV; Apre += A", { variables = { w = { dim = Q.dimensionless },
      Apre = { dim = Q.dimensionless, shared = true } } }).Apre)
    -- one that reads another falls with it
    local two = "dx/dt = -x/tau : 1 (event-driven)\ndy/dt = -y/tau : 1 (event-driven)"
    assert.same({ x = "synapse", y = "synapse", w = "synapse" }, classes {
      equations = two, transmit = "g += w*mV; x += w; y += x" })
    assert.same({ x = "pre", y = "pre", w = "synapse" }, classes {
      equations = two, transmit = "g += w*mV; w += x; x += 1; y += x" })
  end)

  it("are refused with (pre) or (post) where they differ", function()
    refused({ equations = "dx/dt = -x/tau : 1 (pre, event-driven)", transmit = "x += w" },
      "'x' is one value for all synapses of a source neuron, but 'w' differs from synapse to synapse: leave out (pre)")
    refused({ equations = "dx/dt = -x/tau : 1 (post)", transmit = "g += w*mV; x += 1" },
      "'x' is one value for all synapses of a target neuron, but a spike of the source changes it: leave out (post)")
    refused({ equations = "x : 1 (post)", transmit = "g += w*mV", every = { { 0.01, "x += 1" } } },
      "'x' is one value for all synapses of a target neuron, but a statement runs for every synapse and changes it: "
        .. "leave out (post)")
    refused({ equations = "dx/dt = -x/tau : 1 (pre)", variables = { x = { dim = Q.dimensionless },
      w = { dim = Q.dimensionless } } }, "'x' is one value for all synapses of a source neuron: give it one number")
  end)

  it("grow and decay linearly between events", function()
    refused({ equations = "dx/dt = -x**2/tau : 1 (event-driven)" },
      "dx/dt is integrated from event to event, for which it must be linear in x; write it so, or compute it in a neuron")
    refused({ equations = "dx/dt = -x/tau : 1 (event-driven)\ndy/dt = (x - y)/tau : 1 (event-driven)" },
      "all but y must be constant between events (x is not)")
    refused({ equations = "dx/dt = (v_post/mV - x)/tau : 1 (event-driven)" }, "all but x must be constant between events")
    refused({ equations = "dx/dt = -x*t/tau**2 : 1 (event-driven)" }, "all but x must be constant between events (t is not)")
    refused({ equations = "dx/dt = -w*x/tau : 1 (event-driven)", transmit = "w += 1" }, "(w is not)")
    assert.equal("synapse", classes { equations = "dx/dt = -w*x/tau : 1 (event-driven)", transmit = "x += 1" }.x)
  end)
end)

describe("rules", function()
  local function rule(changes)
    local def = { equations = "dx/dt = -x/tau_p : 1 (pre)\ndy/dt = -y/tau_m : 1 (post)", pre_spike = "x += 1",
      post_spike = "y += 1", on_pre = "w -= B*y", on_post = "w += B*x",
      parameters = { tau_p = 9 * ms, tau_m = 11 * ms, B = 0.1 } }
    for key, value in pairs(changes) do def[key] = value end
    return { rules = { def } }
  end

  it("run after the transmission, their spikes' own updates last", function()
    local ir = synapse(rule {}).ir
    local order = {}
    for _, pathway in ipairs(ir.pathways) do
      for _, statement in ipairs(pathway.statements) do order[#order + 1] = pathway.name .. " " .. statement.target end
    end
    assert.same({ "pre g", "pre w", "pre x", "post w", "post y" }, order)
  end)

  it("say for which of their pathways signals and sources must be asked for", function()
    local def = { equations = "dc/dt = -c/tau : 1 (event-driven)\ndu/dt = c*dopamine*Hz : 1 (clock-driven)",
      transmit = "c += 1", on_post = "c += 1", signals = { dopamine = { dim = Q.dimensionless, type = "real" } } }
    assert.truthy(synapse(def).source:find("reads_none = 1 << LN_OF_SOURCE | 1 << LN_OF_TARGET | 1 << LN_SUMMED | 1 << LN_EVERY",
      1, true))
    def.on_post = "c += v_pre/mV"
    assert.truthy(synapse(def).source:find("reads_none = 1 << LN_OF_SOURCE | 1 << LN_SUMMED", 1, true))
    def.on_post, def.transmit = "c += 1", "c += dopamine"
    assert.truthy(synapse(def).source:find("reads_none = 1 << LN_OF_TARGET | 1 << LN_SUMMED", 1, true))
  end)

  it("keep their parameters apart", function()
    local two = rule {}
    two.rules[2] = { on_pre = "w += B", parameters = { B = 0.5 } }
    local ir = synapse(two).ir
    assert.equal(0.1, ir.rules[1].parameters.B.value)
    assert.equal(0.5, ir.rules[2].parameters.B.value)
    assert.not_equal(ir.rules[1].parameters.B.index, ir.rules[2].parameters.B.index)
    assert.equal(ir.rules[2].parameters.B, ir.pathways[1].statements[3].expr.ref.par)
  end)

  it("run in every step where they say so, before clock-driven equations", function()
    local ir = synapse(rule { equations = "dx/dt = -x/tau_p : 1 (pre)\ndy/dt = -y/tau_m : 1 (post)\n"
      .. "dz/dt = (x - z)/tau_m : 1 (clock-driven)", on_step = "w += dt/second*x*y" }).ir
    local order = {}
    for _, pathway in ipairs(ir.pathways) do
      if pathway.kind == "clock" then order[#order + 1] = pathway.name end
    end
    assert.same({ "on_step", "clock-driven" }, order)
    refused(rule { on_step = "x += 1" }, "'x' is one value for all synapses of a source neuron, but")
  end)

  it("refuse what cannot be", function()
    refused(rule { pre_spike = "w += 1" },
      "pre_spike runs once a spike and can only change variables declared (pre), not 'w': put this into on_pre")
    refused(rule { pre_spike = "x += w" }, "pre_spike runs once a spike, but 'w' differs from synapse to synapse: put it into "
      .. "on_pre, or declare it (pre)")
    refused(rule { post_spike = "x += 1" },
      "post_spike runs once a spike and can only change variables declared (post), not 'x'")
    refused(rule { on_pre = "weight += y" }, "unknown name 'weight' in on_pre of the rule")
    refused(rule { parameters = { tau_p = 9 * ms, tau_m = 11 * ms, B = 0.1 * mV } }, "cannot assign")
    refused(rule { parameters = { tau_p = 9 * ms, tau_m = 11 * ms, B = 1, x = 2 } },
      "'x' is a parameter of the rule and a variable of the synapse: give one another name")
    local two = rule {}
    two.rules[2] = { equations = "x : 1", on_pre = "w += x" }
    refused(two, "'x' is defined twice")
  end)

  it("have variables of their own beside the projection's of the same name", function()
    local found = classes { equations = "dx/dt = (1 - x)/tau : 1 (event-driven)", transmit = "g += w*x*mV; x -= 0.5*x*w",
      rules = { { equations = "dx/dt = -x/tau_p : 1 (pre)\nc : 1", pre_spike = "x += 1", on_post = "w += x; c = 2*x",
        parameters = { tau_p = 20 * ms } } } }
    assert.same({ x = "synapse", x_rule1 = "pre", c = "synapse", w = "synapse" }, found)
  end)
end)
