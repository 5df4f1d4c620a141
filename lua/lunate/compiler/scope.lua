--- What names mean in a neuron's equations, in a synapse's statements, and in expressions for setting up.
-- A scope is `{ source =, subject = "the reset", advice =, ir = }` with methods `find(name)` -> ref or nil,
-- `bind(node, ref)` -> the finished node, and `names()` -> names that might have been meant. See
-- docs/ARCHITECTURE.md for the refs.
-- @module lunate.compiler.scope

local check = require "lunate.compiler.check"
local diagnose = require "lunate.compiler.diagnose"
local parse = require "lunate.compiler.parse"
local Q = require "lunate.quantity"

local M = {}

local none = Q.dimensionless
local second = Q.dim { 0, 0, 1 }

-- ---------------------------------------------------------------- names that are always there

local function builtin(name, dim, type, more)
  local ref = { kind = "builtin", name = name, dim = dim, type = type }
  for k, v in pairs(more or {}) do ref[k] = v end
  return ref
end

local constants = {
  pi = builtin("pi", none, "real", { value = math.pi }),
  e = builtin("e", none, "real", { value = math.exp(1) }),
  inf = builtin("inf", none, "real", { value = math.huge }),
}

local builtins = {
  t = builtin("t", second, "real"),
  dt = builtin("dt", second, "real"),
  i = builtin("i", none, "int"),
  j = builtin("j", none, "int"),
  N = builtin("N", none, "int"),
  N_pre = builtin("N_pre", none, "int"),
  N_post = builtin("N_post", none, "int"),
  lastspike = builtin("lastspike", second, "real"),
  not_refractory = builtin("not_refractory", none, "bool"),
}
local t_in_timesteps = builtin("t_in_timesteps", none, "int")
local delay = builtin("delay", second, "real") -- of a synapse, in expressions about synapses that are there
local noise_dim = second ^ -0.5

local unit_refs = {}

-- Constants and units: what every name may be in the end.
local function find_common(name)
  if constants[name] then return constants[name] end
  local unit = Q.units[name]
  if unit and not unit_refs[name] then
    unit_refs[name] = { kind = "unit", name = name, value = Q.value_of(unit), dim = Q.dim_of(unit), type = "real" }
  end
  return unit_refs[name]
end

-- What a finished name node takes from the thing that it names.
local function set(node, ref)
  local thing = ref.var or ref.par or ref.input or ref
  node.ref, node.dim, node.type = ref, thing.dim, thing.type
  if ref.kind == "local" then ref.used = true end
  return node
end

-- Refuses a name that is known but cannot be read here (`node.inside`: the subexpression through which it is read);
-- `more` is what to add.
local function refuse(scope, node, more)
  local through = node.inside and (" (read by '%s')"):format(node.inside) or ""
  diagnose.raise(scope.source, node.pos, "'%s'%s cannot be read in %s%s", node.name, through, scope.subject, more or "")
end

-- ---------------------------------------------------------------- neurons

-- A ref to a variable, parameter or timed array of an ir; of the kinds as the scope calls them.
local function find_in(ir, name, variable_kind, parameter_kind)
  local var = ir.by_name[name]
  if var then return { kind = variable_kind, var = var } end
  local par = ir.parameter_by_name[name]
  if par then return { kind = parameter_kind, par = par } end
  local tab = ir.table_by_name[name]
  if tab then return { kind = "table", table = tab } end
end

local function add_names(list, ir, suffix)
  for _, items in ipairs { ir.variables, ir.parameters, ir.tables } do
    for _, item in ipairs(items) do list[#list + 1] = item.name .. (suffix or "") end
  end
  return list
end

local Neuron = {}
Neuron.__index = Neuron

local neuron_builtins = { t = true, dt = true, i = true, N = true, lastspike = true, not_refractory = true }

-- White noise: each name is a train of its own. Known where `self.noise` says so.
local function find_noise(self, name)
  if not (self.noise and (name == "xi" or name:find "^xi_")) then return nil end
  local noises = self.ir.noises
  if not noises[name] then
    noises[name] = { kind = "noise", name = name, dim = noise_dim, type = "real", index = #noises }
    noises[#noises + 1] = noises[name]
  end
  return noises[name]
end

function Neuron:find(name)
  return self.locals and self.locals[name] or find_in(self.ir, name, "variable", "parameter")
    or neuron_builtins[name] and builtins[name] or name == "t_in_timesteps" and t_in_timesteps
    or find_noise(self, name) or find_common(name)
end

function Neuron:bind(node, ref) -- luacheck: no self
  return set(node, ref)
end

function Neuron:names()
  return add_names({}, self.ir)
end

--- Scope of a neuron's equations, threshold, reset and refractory condition.
function M.neuron(ir, source, subject)
  return setmetatable({ ir = ir, source = source, subject = subject,
    advice = "declare it in the equations or give it in parameters" }, Neuron)
end

-- ---------------------------------------------------------------- expansion of subexpressions

local expand

-- The name node of a model's tree, meant as that of the synapse's source or target. `side`: "pre" or "post", or
-- "variable" where the tree is the synapse's own.
local function copy_name(tree, scope, side, at)
  local ref, name = tree.ref, tree.ref.name
  local node = { tag = "name", name = tree.name, pos = at.pos, inside = at.inside or at.name }
  if ref.var then
    return expand(node, { kind = ref.kind == "variable" and side or ref.kind, var = ref.var }, scope)
  elseif ref.par then
    local kind = ref.kind == "parameter" and side ~= "variable" and side .. "_parameter" or ref.kind
    return scope:bind(node, { kind = kind, par = ref.par })
  elseif ref.kind == "noise" then
    refuse(scope, node)
  elseif ref.kind == "builtin" and not constants[name] then
    return scope:bind(node, side == "variable" and ref or scope:builtin_of_side(name, side))
  end
  return set(node, ref)
end

-- A copy of a tree of a model's, with its names meant as those of `side`.
local function copy_for_side(tree, scope, side, at)
  if tree.tag == "name" then return copy_name(tree, scope, side, at) end
  local copy = {}
  for key, value in pairs(tree) do copy[key] = value end
  copy.pos, copy.inside = at.pos, at.inside or at.name
  if tree.ref and tree.ref.kind == "table" then
    copy.ref = side == "variable" and tree.ref or scope:own_table(tree.ref.table)
  end
  for k, child in ipairs(tree) do copy[k] = copy_for_side(child, scope, side, at) end
  return copy
end

-- The finished node of a variable of the source or target: itself, or its expression.
function expand(node, ref, scope)
  if ref.var.kind ~= "subexpression" then return scope:bind_stored(node, ref) end
  return copy_for_side(ref.var.expr, scope, ref.kind, node)
end

-- ---------------------------------------------------------------- synapses

local Synapse = {}
Synapse.__index = Synapse

local OF_NEURONS = { lastspike = true, not_refractory = true }

-- What a model without equations that stands for synapses has by this name: a variable, or `i` and `j`, their neurons.
local function of_synapses(model, side, base)
  if OF_NEURONS[base] then return { kind = "unavailable", why = ": synapses do not spike", of_synapses = true } end
  local var = model.by_name[base] or model.places[base]
  if var and var.unavailable then return { kind = "unavailable", why = var.unavailable, of_synapses = true } end
  return var and { kind = side, var = var }
end

-- name_pre, name_post: a builtin of that side, variables, parameters. `what`: "variables" or "parameters".
local function find_suffixed(self, name, what)
  local base, side = name:match "^(.-)_(post)$"
  if not base then base, side = name:match "^(.-)_(pre)$" end
  if not base or base == "" then return nil end
  local model = self[side]
  if what == "variables" then
    if builtins[name] then return builtins[name] end
    if model and model.of_synapses then return of_synapses(model, side, base) end
    if base == "i" or base == "lastspike" or base == "not_refractory" then
      return self:builtin_of_side(base, side)
    end
    local var = model and model.by_name[base]
    return var and { kind = side, var = var }
  end
  local par = model and model.parameter_by_name[base]
  if par then return { kind = side .. "_parameter", par = par } end
  local tab = model and model.table_by_name[base]
  return tab and { kind = "table", table = tab }
end

local DEGREES = { N_incoming = "post", N_outgoing = "pre" }
local OF_SOURCE = { lastspike = true, not_refractory = true }

function Synapse:builtin_of_side(name, side)
  if name == "i" then return builtins[side == "pre" and "i" or "j"] end
  if name == "N" then return { kind = "size", name = "N_" .. side } end
  if side == "pre" and OF_SOURCE[name] then
    return self.pre and { kind = "of_source", name = name } or { kind = "unavailable", why = ": the source has no model" }
  end
  return name == "t_in_timesteps" and t_in_timesteps or builtins[name]
end

function Synapse:find(name)
  if self.locals and self.locals[name] then return self.locals[name] end
  local own = self.ir.by_name[self.own_names and self.own_names[name] or name]
  if own then return { kind = "variable", var = own } end
  local suffixed = find_suffixed(self, name, "variables")
  if suffixed then return suffixed end
  local mine = self.own_parameters and self.own_parameters[name]
  if mine then return { kind = "parameter", par = mine } end
  mine = self.own_tables and self.own_tables[name]
  if mine then return { kind = "table", table = mine } end
  local par = self.ir.parameter_by_name[name] or self.ir.table_by_name[name]
  local var = self.post and self.post.by_name[name]
  if var and var.linked and self.signals and self.signals[name] then var = nil end -- the signal that it is linked to
  if var and var.unavailable and par then var = nil end
  if var and par then return { kind = "ambiguous" } end
  if var and var.unavailable or OF_NEURONS[name] and self.post and self.post.of_synapses then
    return of_synapses(self.post, "post", name)
  end
  if var then return { kind = "post", var = var } end
  if par then return find_in(self.ir, name, nil, "parameter") end
  suffixed = find_suffixed(self, name, "parameters")
  if suffixed then return suffixed end
  par = self.post and self.post.parameter_by_name[name]
  if par then return { kind = "post_parameter", par = par } end
  local tab = self.post and self.post.table_by_name[name]
  if tab then return { kind = "table", table = tab } end
  local signal = self.signals and self.signals[name]
  if signal then return { kind = "signal", name = name, dim = signal.dim, type = signal.type } end
  if name == "N" then
    return { kind = "unavailable", why = ": write N_pre, the number of sources, or N_post, the number of targets" }
  end
  if name == "lastupdate" then
    return { kind = "unavailable", why = ": keep the time in a variable, as in \"last : second\" and, at the end of the "
      .. "statements, \"last = t\"" }
  end
  if DEGREES[name] then return self:degree(name) end
  return builtins[name] or name == "t_in_timesteps" and t_in_timesteps or find_noise(self, name) or find_common(name)
end

--- The hidden variable of a synapse that says how many its target (N_incoming) or source (N_outgoing) has.
function M.degree(ir, name)
  local var = ir.degrees[name] or { name = name, kind = "parameter", dim = none, type = "int", hidden = true, degree = true,
    class = DEGREES[name], shared = false, constant = true }
  ir.degrees[name] = var
  return var
end

-- N_incoming and N_outgoing, in the code of synapses.
function Synapse:degree(name)
  if not (self.sizes and self.sizes.N_pre) then return { kind = "unavailable", why = ": the source has no neurons" } end
  return { kind = "variable", var = M.degree(self.ir, name) }
end

local function refuse_ambiguous(self, node, ref)
  if ref.kind == "ambiguous" then
    diagnose.raise(self.source, node.pos, "'%s' is a variable of the target and a parameter as well: write %s_post for "
      .. "the variable, or give the parameter another name", node.name, node.name)
  end
end

local function slot(list, by_ref, thing, item)
  local entry = by_ref[thing]
  if not entry then
    entry = item
    entry.index = #list
    list[#list + 1], by_ref[thing] = entry, entry
  end
  return entry
end

function Synapse:bind_stored(node, ref)
  ref.slot = slot(self.ir[ref.kind], self.slots[ref.kind], ref.var, { name = ref.var.name, var = ref.var })
  return set(node, ref)
end

-- The ref of a timed array of whomever it is, which becomes one of the synapse's.
function Synapse:own_table(tab)
  local ir, name = self.ir, tab.name
  for _, own in ipairs(ir.tables) do
    if own.value == tab.value then return { kind = "table", table = own, dim = own.dim, type = "real" } end
  end
  while ir.table_by_name[name] do name = name .. "_" end
  local own = { name = name, dim = tab.dim, value = tab.value, index = #ir.tables }
  ir.tables[#ir.tables + 1], ir.table_by_name[name] = own, own
  return { kind = "table", table = own, dim = own.dim, type = "real" }
end

-- A number known when the projection is made, as a parameter that nobody sees.
local function made_parameter(self, name, value)
  local ir, hidden = self.ir, "_" .. name
  local par = ir.parameter_by_name[hidden]
  if not par then
    par = { name = hidden, dim = none, type = "int", value = value, index = #ir.parameters, hidden = true }
    ir.parameters[#ir.parameters + 1], ir.parameter_by_name[hidden] = par, par
  end
  return { kind = "parameter", par = par }
end

-- `i` and `j` count from the first neuron of a slice; in the neurons' own subexpressions from that of the population.
local function index_in_slice(self, node, ref)
  local side = ref.name == "i" and "pre" or "post"
  local first = not node.inside and self.first and self.first[side] or 1
  if first == 1 then return set(node, ref) end
  local function named(its_ref) return set({ tag = "name", name = node.name, pos = node.pos }, its_ref) end
  return { tag = "-", pos = node.pos, dim = none, type = "int", named(ref),
    named(made_parameter(self, "before_" .. side, first - 1)) }
end

-- The last spike of the source: its step, or its time.
local function last_of_source(self, node, name, dim, type)
  local var = { name = "lastspike", dim = none, type = "int" }
  local entry = slot(self.ir.pre, self.slots.pre, "lastspike", { name = "lastspike", var = var })
  return set(node, builtin(name, dim, type, { slot = entry }))
end

-- What a neuron model has without declaring it, of the source.
local function of_source(self, node, name)
  local at = { tag = "name", name = node.name, pos = node.pos }
  if name == "lastspike" then
    return last_of_source(self, node, "lastspike_pre", second, "real")
  elseif self.pre.refractory_mode == "stored" then
    local tree = { tag = "not", pos = node.pos, dim = none, type = "bool", at }
    self:bind_stored(at, { kind = "pre", var = { name = "_refractory", dim = none, type = "bool" } })
    return tree
  elseif self.pre.refractory_mode == "fixed" then
    local time = copy_for_side(self.pre.refractory, self, "pre", node)
    local steps = { tag = "call", name = "ln.refractory_steps_of_pre", pos = node.pos, dim = none, type = "int", time }
    local now = set({ tag = "name", name = "step_pre", pos = node.pos }, builtin("step_pre", none, "int"))
    local last = last_of_source(self, at, "last_step_pre", none, "int")
    local passed = { tag = "-", pos = node.pos, dim = none, type = "int", now, last }
    return { tag = ">=", pos = node.pos, dim = none, type = "bool", passed, steps }
  end
  return { tag = "bool", value = true, pos = node.pos, dim = none, type = "bool" }
end

function Synapse:bind(node, ref)
  refuse_ambiguous(self, node, ref)
  local kind = ref.kind
  if kind == "post" or kind == "pre" then return expand(node, ref, self) end
  if kind == "table" then return set(node, self:own_table(ref.table)) end
  if kind == "of_source" then return of_source(self, node, ref.name) end
  if kind == "builtin" and (ref.name == "i" or ref.name == "j") then return index_in_slice(self, node, ref) end
  if kind == "post_parameter" or kind == "pre_parameter" then
    ref.slot = slot(self.ir[kind .. "s"], self.slots[kind], ref.par, { name = ref.par.name, par = ref.par })
  elseif kind == "signal" then
    ref.slot = slot(self.ir.signals, self.slots.signal, ref.name, { name = ref.name })
  elseif kind == "size" or kind == "builtin" and (ref.name == "N_pre" or ref.name == "N_post") then
    local name = node.inside and ref.name .. "_whole" or ref.name -- the neurons' subexpressions mean the population
    local n = self.sizes and self.sizes[name]
    if not n then refuse(self, node, ": the source has no neurons") end
    ref = made_parameter(self, name, n)
  elseif kind == "unavailable" then
    refuse(self, node, ref.why)
  end
  return set(node, ref)
end

function Synapse:names()
  local list = add_names({}, self.ir)
  if self.post then add_names(add_names(list, self.post), self.post, "_post") end
  if self.pre then add_names(list, self.pre, "_pre") end
  return list
end

--- Scope of a synapse's equations and statements; `ir.post`, `ir.pre`, `ir.post_parameters`, `ir.pre_parameters`
-- are filled with what is used.
-- @tparam table slots kept by the caller for all scopes of one ir: see `new_slots`
function M.synapse(ir, pre, post, slots, source, subject)
  return setmetatable({ ir = ir, pre = pre, post = post, slots = slots, source = source, subject = subject,
    advice = "it is not a variable or parameter of the synapse or of its target" }, Synapse)
end

function M.new_slots()
  return { post = {}, pre = {}, post_parameter = {}, pre_parameter = {}, signal = {} }
end

-- ---------------------------------------------------------------- expressions for setting up

-- As a synapse's names, but all that varies becomes an input.
local Expression = setmetatable({}, { __index = Synapse })
Expression.__index = Expression

-- In an expression about a slice `i` counts from its first neuron, in the model's own subexpressions from the
-- population's.
local own_index = { kind = "own", name = "i", dim = none, type = "int" }
local index_inputs = { i = "i", j = "j", N_pre = "n_pre", N_post = "n_post" }

local function input(self, node, kind, name, thing)
  local var, par = thing.var, thing.par
  local key = thing.kind .. " " .. (par or var or thing).name
  local what = par or var or thing
  local entry = slot(self.ir.inputs, self.slots, key,
    { name = name, kind = kind, dim = what.dim, type = what.type, var = var, par = par })
  return set(node, { kind = "input", input = entry })
end

-- Parameters are told apart by name, and those of two models may have the same one.
local function input_name(self, ref)
  local known = self.slots[ref.kind .. " " .. ref.par.name]
  if known then return known.name end
  local suffix = ref.kind == "post_parameter" and "_post" or ref.kind == "pre_parameter" and "_pre"
  local name = ref.par.name
  if suffix and self.post then name = name .. suffix end
  for _, entry in ipairs(self.ir.inputs) do
    if entry.kind == "parameter" and entry.name == name then return name .. "_" end
  end
  return name
end

-- A number known when the expression is used.
local function made_input(self, node, name, value)
  local par = { name = "_" .. name, dim = none, type = "int", value = value, made = true }
  return input(self, { tag = "name", name = node.name, pos = node.pos }, "parameter", par.name, { kind = "parameter", par = par })
end

-- Indices and sizes: of the slices that the expression is about, in the neurons' own subexpressions of the populations.
local function place_or_size(self, node, ref)
  local name = ref.name
  local plain = input(self, node, index_inputs[name], name, ref)
  if node.inside then return plain end
  local sizes, first = self.sizes or {}, self.first or {}
  if sizes[name] ~= sizes[name .. "_whole"] then return made_input(self, node, name, sizes[name]) end
  local before = name == "i" and first.pre or name == "j" and first.post or 1
  if before == 1 then return plain end
  return { tag = "-", pos = node.pos, dim = none, type = "int", plain, made_input(self, node, "before_" .. name, before - 1) }
end

-- Those of a projection that knows them; before there is one, their dimension is all that is asked for.
function Expression:degree(name)
  if self.connecting then
    return { kind = "unavailable", why = ": it is not known before all are connected" }
  elseif not self.synapse then
    return { kind = "builtin", name = name, dim = none, type = "int" }
  end
  local var = self.synapse.degrees[name]
  return var and { kind = "variable", var = var }
    or { kind = "unavailable", why = (": give the expression in net:project, or an array made of proj:%s()"):format(
      name == "N_incoming" and "indegree" or "outdegree") }
end

function Expression:builtin_of_side(name, side)
  if name == "N" then return builtins["N_" .. side] end
  if side == "pre" and OF_SOURCE[name] or name == "t_in_timesteps" then return { kind = "unavailable" } end
  return Synapse.builtin_of_side(self, name, side)
end

function Expression:find(name)
  local ref = Synapse.find(self, name)
  return ref or name == "delay" and self.of_synapse and delay or nil
end

function Expression:bind_stored(node, ref)
  local kind = ref.kind == "variable" and "syn" or ref.kind
  return input(self, node, kind, ref.var.name, ref)
end

function Expression:bind(node, ref)
  refuse_ambiguous(self, node, ref)
  if ref.var then return expand(node, ref, self) end
  if ref.par then return input(self, node, "parameter", input_name(self, ref), ref) end
  if ref.kind == "table" then return set(node, self:own_table(ref.table)) end
  if ref == delay then return input(self, node, "syn", "delay", ref) end
  if ref.name == "i" and self.of_neuron and node.inside then return input(self, node, "j", "i", own_index) end
  if ref.kind == "builtin" and index_inputs[ref.name] then return place_or_size(self, node, ref) end
  if ref.name == "lastspike" and self.of_neuron then return input(self, node, "pre", "lastspike", ref) end
  if ref.name == "not_refractory" and self.of_neuron then return self:not_refractory(node) end
  if ref.kind == "unavailable" or ref.name == "lastspike" or ref.name == "not_refractory" or ref.name == "t_in_timesteps" then
    refuse(self, node, ref.why)
  end
  return set(node, ref)
end

-- The names of one neuron: its variables are those of the "source", i and N its own.
local OfNeuron = setmetatable({}, { __index = Expression })
OfNeuron.__index = OfNeuron

function OfNeuron:find(name)
  local ref = find_in(self.pre, name, "pre", "pre_parameter") or find_in(self.ir, name, nil, "parameter")
  if ref then return ref end
  if name == "N" then return builtins.N_pre end
  return neuron_builtins[name] and builtins[name] or find_common(name)
end

function OfNeuron:builtin_of_side(name, side)
  if name == "lastspike" or name == "not_refractory" then return builtins[name] end
  return Expression.builtin_of_side(self, name, side)
end

-- Whether the neuron was not refractory in the step before: from the hidden variable where there is one, else from the
-- time of the last spike.
function OfNeuron:not_refractory(node)
  local model = self.pre
  local tree = { tag = "bool", value = true, pos = node.pos }
  if model.refractory_mode == "stored" then
    local hidden = { kind = "pre", var = { name = "_refractory", dim = none, type = "bool" } }
    tree = { tag = "not", pos = node.pos, input(self, { tag = "name", name = node.name, pos = node.pos }, "pre",
      "_refractory", hidden) }
    tree[1].checked = true
  elseif model.refractory_mode == "fixed" then
    local time = copy_for_side(model.refractory, self, "pre", node)
    time.checked = true
    tree = parse.expression "(t - lastspike)/dt > maximum(1, timestep(time, dt)) + 0.5"
    tree[2][1][2][1] = time
  end
  return check.expression(tree, self)
end

-- The ref of a timed array of the neuron's model, which becomes one of the expression.
function OfNeuron:own_table(tab)
  local ir = self.ir
  local own = ir.table_by_name[tab.name]
  if not own then
    own = { name = tab.name, dim = tab.dim, value = tab.value, index = #ir.tables }
    ir.tables[#ir.tables + 1], ir.table_by_name[tab.name] = own, own
  end
  return { kind = "table", table = own, dim = own.dim, type = "real" }
end

function OfNeuron:names()
  return add_names(add_names({}, self.ir), self.pre)
end

--- Scope of an expression for setting up.
-- @tparam table ir the expression's own, with `inputs`, `variables` of the synapse (if any) and `parameters`
-- @tparam ?table pre source model; for an expression of one neuron, its model
-- @tparam ?table post target model
-- @tparam boolean of_neuron
function M.expression(ir, pre, post, of_neuron, source, subject)
  return setmetatable({ ir = ir, pre = pre, post = post, slots = {}, source = source, subject = subject, of_neuron = of_neuron,
    advice = of_neuron and "it is not a variable or parameter of the neuron"
      or "it is not a variable or parameter of the synapse, nor one of its target, or of its source with _pre" },
    of_neuron and OfNeuron or Expression)
end

return M
