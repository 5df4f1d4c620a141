--- What names mean in the C of a synapse: variables of its own, of its target and source, parameters, builtins, whether the
-- target is refractory, random numbers. emit_synapse.lua says how they are called.
-- @module lunate.compiler.emit_synapse_names

local common = require "lunate.compiler.emit_common"
local emit_c = require "lunate.compiler.emit_c"
local emit_neuron = require "lunate.compiler.emit_neuron"
local events = require "lunate.compiler.emit_events"
local symbolic = require "lunate.compiler.symbolic"
local unit = require "lunate.compiler.emit_unit"

local M = {}

local identifier, once = unit.identifier, common.once
local SEGMENT, SYNAPSE = 1, 2 -- levels
local use_table = common.tables "timed"

local function c_type(var, real)
  return var.type == "real" and real or "int32_t"
end

local function ctype_of(var, precision)
  if var.type ~= "real" then return "i" end
  return precision == 8 and "d" or "f"
end

-- ---------------------------------------------------------------- names

local function array(scope, prefix, field, slot, real, index)
  local id = prefix .. identifier(slot.name)
  local const = slot.written and "" or "const "
  scope:need(string.format("%s%s *const %s = a->%s[%d];", const, c_type(slot.var, real), id, field, index))
  return id
end

local INDEX = { pre = "[run]", post = "[g]" }

--- Bytes of an element of one of the synapse's variables.
function M.element_size(made, var) return var.type == "real" and made.precision or 4 end

-- Where statements are put off: a synapse's variables are worked on in `n_x`, a segment's are loaded once, as `r_x`.
local function deferred_place(scope, var, id)
  local name = (var.class and "r_" or "n_") .. identifier(var.name)
  if not scope.loaded[name] then
    scope.loaded[name] = true
    local ctype = c_type(var, "real")
    if var.class then
      scope.runs[#scope.runs + 1] = ("const %s %s = %s[run];"):format(ctype, name, id)
      if var == scope.made.ir.last.pre then scope.last_of_run = ("((const int32_t *)a->syn[%d])"):format(var.index) end
    else
      scope.own[#scope.own + 1] = { type = ctype, name = identifier(var.name), array = id, index = var.index,
        bytes = M.element_size(scope.made, var), written = var.written or var.kind == "state" }
    end
  end
  return name
end

-- The C of a variable of the synapse, and of one of the target.
local function own_place(scope, var)
  scope.touched[var] = true
  local written = var.written or var.kind == "state"
  local id = array(scope, "at_", "syn", { name = var.name, var = var, written = written }, "real", var.index)
  if scope.own and not var.shared and var.class ~= "post" then return deferred_place(scope, var, id) end
  return id .. (var.shared and "[0]" or INDEX[var.class] or "[s]")
end

function M.post_place(scope, slot)
  return array(scope, "ap_", "post", slot, "post_real", slot.index) .. (slot.var.shared and "[0]" or "[g]")
end

-- Where what belongs to a source or target is known: in the outer loop of its own side.
local function source_level(scope) return scope.side == "post" and SYNAPSE or SEGMENT end
local function target_level(scope) return scope.side == "post" and SEGMENT or SYNAPSE end

local RESOLVE, BUILTIN = {}, setmetatable({}, { __index = common.BUILTIN })

function RESOLVE.variable(scope, node)
  local var = node.ref.var
  if var.class then return events.read(scope, var) end
  local level = var.shared and not var.written and 0 or SYNAPSE
  return { text = own_place(scope, var), level = level, ctype = ctype_of(var, scope.precision) }
end

function RESOLVE.post(scope, node)
  local slot = node.ref.slot
  scope.made.reads = scope.made.reads or slot.var.linked
  local level = slot.written and not scope.own and SYNAPSE or slot.var.shared and 0 or target_level(scope)
  return { text = M.post_place(scope, slot), level = level, ctype = ctype_of(slot.var, scope.made.post_precision) }
end

function RESOLVE.pre(scope, node)
  local slot = node.ref.slot
  scope.made.uses_source, scope.made.reads = true, true
  local id = array(scope, "as_", "pre", slot, "real", slot.index)
  return { text = id .. "[row]", level = source_level(scope), ctype = ctype_of(slot.var, scope.precision) }
end

local function parameter(prefix, field)
  return function(scope, node)
    local thing = node.ref.slot or node.ref.par
    local place = string.format("a->%s[%d]", field, thing.index)
    return scope:parameter(prefix .. identifier(thing.name), node.type, place)
  end
end

RESOLVE.parameter = parameter("p_", "par")
RESOLVE.post_parameter = parameter("pp_", "post_par")

function RESOLVE.pre_parameter(scope, node)
  scope.made.uses_source = true
  return parameter("ps_", "pre_par")(scope, node)
end

function RESOLVE.signal(scope, node)
  local slot = node.ref.slot
  scope.made.reads = true
  return scope:parameter("sig_" .. identifier(slot.name), node.type, string.format("a->signal[%d]", slot.index))
end

RESOLVE["local"] = function(scope, node)
  local temporary = scope:temporary(node.ref)
  if node.ref.side then temporary.level = SEGMENT end
  return temporary
end

function RESOLVE.made(_, node)
  return { text = node.ref.text, level = node.ref.level, ctype = node.ref.ctype or (node.type == "real" and "f" or "i") }
end

function RESOLVE.builtin(scope, node) return BUILTIN[node.ref.name](scope, node) end

function BUILTIN.i(scope)
  scope.made.uses_source = true
  once(scope, source_level(scope), "i", "int32_t", "(int32_t)a->row_gid[row] + 1")
  return { text = "i", level = source_level(scope), ctype = "i" }
end

function BUILTIN.j(scope)
  once(scope, target_level(scope), "j", "int32_t", "(int32_t)a->post_gid[g] + 1")
  return { text = "j", level = target_level(scope), ctype = "i" }
end

function BUILTIN.lastspike(scope)
  once(scope, target_level(scope), "lastspike", "double",
    "a->post_last[g] == LN_NEVER ? -1e4 : a->post_last[g] * a->post_dt")
  return { text = "lastspike", level = target_level(scope), ctype = "d" }
end

-- The step of the source's last spike.
function BUILTIN.last_step_pre(scope, node)
  local steps = RESOLVE.pre(scope, node)
  once(scope, steps.level, "last_step_pre", "int32_t", steps.text)
  return { text = "last_step_pre", level = steps.level, ctype = "i" }
end

-- The ticks of the source's clock so far.
function BUILTIN.step_pre(scope)
  scope:need "const int32_t step_pre = (int32_t)a->pre_step;"
  return { text = "step_pre", level = 0, ctype = "i" }
end

function BUILTIN.lastspike_pre(scope, node)
  local steps = BUILTIN.last_step_pre(scope, node)
  once(scope, steps.level, "lastspike_pre", "double", "last_step_pre == LN_NEVER ? -1e4 : last_step_pre * a->pre_dt")
  return { text = "lastspike_pre", level = steps.level, ctype = "d" }
end

-- ---------------------------------------------------------------- refractory targets

-- A slot for something of the target that the statements do not name themselves.
local function post_slot(list, item)
  for _, slot in ipairs(list) do
    if slot.name == item.name then return slot end
  end
  item.index = #list
  list[#list + 1] = item
  return item
end

-- An expression of the target's model in the synapse's terms.
local function in_synapse(made, node)
  return symbolic.substitute(symbolic.expand(node), function(n)
    local ref = n.ref
    if ref.kind == "variable" then
      local slot = post_slot(made.post, { name = ref.var.name, var = ref.var })
      return symbolic.name(n.name, { kind = "post", var = ref.var, slot = slot }, n.type)
    elseif ref.kind == "parameter" then
      local slot = post_slot(made.post_parameters, { name = ref.par.name, par = ref.par })
      return symbolic.name(n.name, { kind = "post_parameter", par = ref.par, slot = slot }, n.type)
    elseif ref.kind == "builtin" and ref.name == "i" then
      return symbolic.name("j", { kind = "builtin", name = "j" }, "int")
    end
    return n
  end)
end

-- Defines `nr`, whether the target is not refractory.
function BUILTIN.not_refractory(scope)
  local made, post = scope.made, scope.made.post_ir
  local mode = emit_neuron.refractory_mode(post)
  if mode == "none" then return { text = "1", level = SYNAPSE, ctype = "i" } end
  if mode == "stored" and not scope.loaded.nr then
    local var = { name = emit_neuron.REFRACTORY, type = "bool" }
    local slot = post_slot(made.post, { name = var.name, var = var })
    once(scope, SYNAPSE, "nr", "int32_t", "!" .. M.post_place(scope, slot))
  elseif not scope.loaded.nr then
    local steps = symbolic.call("ln.refractory_steps_of_post", in_synapse(made, post.refractory))
    steps.type = "int"
    once(scope, SYNAPSE, "nr", "int32_t", "(int32_t)a->post_step - a->post_last[g] >= " .. scope:text(steps, 5))
  end
  return { text = "nr", level = SYNAPSE, ctype = "i" }
end

-- ---------------------------------------------------------------- random numbers

local function random(scope, node)
  scope.made.random = true
  local site = scope:site(node)
  return scope:draw(node, string.format(
    "a->key, id, (uint64_t)a->step | (uint64_t)(occurrence * 256 + %d) << 32", site))
end

-- ---------------------------------------------------------------- functions

--- A function of the unit, of a pathway of this side.
function M.new_scope(made, side)
  local scope = emit_c.scope {
    precision = made.precision, inner = SYNAPSE, random = random, sites = made.sites,
    resolve = function(scope, node) return RESOLVE[node.ref.kind](scope, node) end,
  }
  scope.made, scope.loaded, scope.side, scope.touched, scope.place = made, {}, side or "pre", {}, own_place
  scope.table = use_table
  return scope
end

--- What a statement assigns to; nil: a temporary.
function M.place_of(scope, statement)
  local ref = statement.ref
  if ref.kind == "local" then return nil end
  return ref.kind == "post" and M.post_place(scope, ref.slot) or own_place(scope, ref.var)
end

--- "nr" where the statement must not touch a refractory target, else nil.
function M.write_condition(scope, statement)
  local ref = statement.ref
  if ref.kind ~= "post" or not ref.var.unless_refractory then return nil end
  local active = BUILTIN.not_refractory(scope).text
  return active ~= "1" and active or nil
end

return M
