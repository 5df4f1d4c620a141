--- What the generated functions of neurons, synapses and expressions share beside the printing of expressions (emit_c.lua):
-- builtins that stand in the arguments, values named once, timed arrays, random numbers of all lanes.
-- @module lunate.compiler.emit_common

local M = {}

--- Builtins that every function's arguments have, by name.
M.BUILTIN = {}

function M.BUILTIN.t(scope)
  scope:need "const double t = a->t;"
  return { text = "t", level = 0, ctype = "d" }
end

function M.BUILTIN.dt(scope)
  scope:need "const double dt = a->dt;"
  return { text = "dt", level = 0, ctype = "f" }
end

function M.BUILTIN.t_in_timesteps(scope)
  scope:need "const int32_t t_in_timesteps = (int32_t)a->step;"
  return { text = "t_in_timesteps", level = 0, ctype = "i" }
end

--- Names a value at a level, where it is not named yet.
function M.once(scope, level, name, ctype, text)
  if not scope.loaded[name] then
    scope.loaded[name] = level
    scope:line(level, "const %s %s = %s;", ctype, name, text)
  end
end

--- What `scope.table` is where the arguments have timed arrays as `field`: the address of one and its sampling (see mathvec.h).
function M.tables(field)
  return function(scope, tab)
    local name = field .. tab.index
    scope:need(string.format("const ln_timed_array *const %s = a->%s + %d;", name, field, tab.index))
    scope:need(string.format("const double %s_per_dt = ln_table_per_dt(%s, a->dt);", name, name))
    return name, name .. "_per_dt"
  end
end

--- Random numbers of call number `site` for a group of lanes, each as `text` draws it: made beforehand (`scope.lanes_ahead`) in
-- a loop of their own that vectorises. Returns the C of a lane's.
function M.draw_ahead(scope, ctype, site, text)
  local name, list = "r" .. site, scope.lanes_ahead
  if not list[name] then
    list[name] = true
    list[#list + 1] = string.format("%s %s[LN_LANES] __attribute__((aligned(64)));", ctype, name)
    list[#list + 1] = string.format("LN_EACH_LANE(k) %s[k] = %s;", name, text)
  end
  return name .. "[k]"
end

return M
