--- Synapses as sources or targets of other synapses: a projection where `net:project` expects a population.
--
-- The kernel makes a population that stands for its synapses, of those variables that the other projection names; to the
-- compiler it is a model without equations.
-- @module lunate.projection.onto
local Q = require "lunate.quantity"
local connector = require "lunate.connector"
local private = require "lunate.projection.inner"
local runtime = require "lunate.runtime"

local M = {}

--- The inner record of a projection; nil of anything else.
function M.inner(x) return private[x] end

-- ---------------------------------------------------------------- the model

-- Why a variable cannot be read or written from outside, or nil.
local function unavailable(var, name)
  if var.kind == "subexpression" then
    return (": it is a subexpression of the synapses of %s: write here what it stands for"):format(name)
  elseif var.class then
    return (": it is one value for all synapses of a %s neuron of %s, as of its last spike: keep what you need in a variable of "
      .. "the synapses, or make it (clock-driven)"):format(var.class == "pre" and "source" or "target", name)
  end
end

local function unwritable(var, name)
  if var.held then return ": it is computed at the start of each step (constant over dt)" end
  if var.shared then
    return (": it is stored once for all synapses of %s: declare it in the equations of %s, where it is one a synapse")
      :format(name, name)
  end
end

local function place(name) return { name = name, kind = "parameter", dim = Q.dimensionless, type = "int", constant = true } end

-- The synapses as the compiler sees a model of neurons.
local function model_of(s)
  local ir = {
    kind = "neuron", name = s.name, precision = s.ir.precision, of_synapses = true, refractory_mode = "none",
    variables = {}, by_name = {}, parameters = {}, parameter_by_name = {}, tables = {}, table_by_name = {}, events = {},
    reset = {}, functions = {}, places = { i = place "i", j = place "j" },
  }
  for _, var in ipairs(s.ir.variables) do
    if not var.hidden then
      local seen = { name = var.name, kind = var.kind == "state" and "state" or "parameter", dim = var.dim, type = var.type,
        shared = var.shared, constant = var.constant, unavailable = unavailable(var, s.name),
        unwritable = unwritable(var, s.name) }
      ir.variables[#ir.variables + 1], ir.by_name[var.name] = seen, seen
    end
  end
  return ir
end

-- ---------------------------------------------------------------- as a side of a projection

--- What stands for a projection's synapses where a population's inner record is expected. `kernel` is missing until `attach`.
function M.side(s)
  s.net:prepare()
  local n = s.kernel:count()
  if n == 0 then error(("net:project: %s has no synapses, so that none can lead to them or come from them"):format(s.name), 0) end
  s.sums = s.sums or {}
  return { net = s.net, name = s.name, ir = model_of(s), size = n, lo = 1, hi = n, synapses = s, summed = s.sums,
    clock = s.clock, order = s.order }
end

-- The words of all texts in a value, to see which variables they name.
local function collect(value, words, depth)
  if type(value) == "string" then
    for word in value:gmatch "[%a_][%w_]*" do words[word] = true end
  elseif connector.is(value) then
    collect(value.condition, words, depth)
  elseif type(value) == "table" and getmetatable(value) == nil and depth < 3 then
    for _, item in pairs(value) do collect(item, words, depth + 1) end
  end
end

local function written_by(ir)
  local out = {}
  for _, slot in ipairs(ir.post) do
    if slot.written then out[slot.name] = true end
  end
  return out
end

--- Makes the kernel's populations for the sides of p that are synapses, of the variables that its options name.
function M.attach(p, pre, post, spec)
  local words = {}
  collect(spec, words, 0)
  local function populate(side)
    if not (side and side.synapses) then return end
    local names = {}
    local function add(name)
      if words[name .. "_pre"] or words[name .. "_post"] or words[name] then names[#names + 1] = name end
    end
    for _, var in ipairs(side.ir.variables) do
      if not var.unavailable then add(var.name) end
    end
    add "i"
    add "j"
    runtime.collective(("synapses of %s for %s"):format(side.name, p.name))
    side.kernel = p.net.kernel:image(side.name, side.synapses.kernel, names, side == post and written_by(p.ir) or {})
    side.synapses.attached = p.name
  end
  populate(post)
  if pre ~= post then populate(pre) end
end

-- ---------------------------------------------------------------- what does not go with synapses

--- Refuses options of `net:project` that a side cannot have because it is made of synapses.
function M.check(name, pre, post, spec, is_input)
  local function refuse(fmt, ...) error(("net:project %s: " .. fmt):format(name, ...), 0) end
  if is_input and post.synapses then
    refuse("a Poisson input leads to neurons: make the spikes by ln.models.poisson to have them arrive at synapses")
  end
  local transmit = spec.transmit == nil and spec.on_pre or spec.transmit
  if pre and pre.synapses and (transmit ~= nil and transmit ~= "" or spec.event ~= nil) then
    refuse("the sources are the synapses of %s, which do not spike: read their variables in a sum, such as "
      .. "\"x_post = y_pre : 1 (summed)\"", pre.name)
  elseif post.synapses and (spec.on_post ~= nil or spec.on_event ~= nil) then
    refuse("the targets are the synapses of %s, which do not spike: on_post and on_event have no use", post.name)
  elseif (post.synapses or pre and pre.synapses) and (spec.rule ~= nil or spec.rules ~= nil) then
    refuse("rules learn from the spikes of neurons, but one side are the synapses of %s: write equations and on_pre",
      post.synapses and post.name or pre.name)
  end
end

return M
