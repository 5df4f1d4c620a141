--- `multisynaptic_index = "k"`: a variable that numbers the synapses of each pair from 1, and values that depend on it.
-- @module lunate.projection.repeats
local evaluate = require "lunate.evaluate"
local synaptic = require "lunate.projection.values"

local M = {}

-- f(i, j, k) of an expression that reads the number of the synapse.
local function by_number(name, text, what, ctx)
  local tree = evaluate.parse(text, what)
  local env = evaluate.environment(ctx, { N_pre = ctx.sizes.N_pre, N_post = ctx.sizes.N_post })
  local columns = evaluate.columns({ tree }, ctx)
  return function(i, j, k)
    env.names.i, env.names.j, env.names[name] = i, j, k or 1
    evaluate.see(env, columns.pre, i)
    evaluate.see(env, columns.post, j)
    return evaluate.number(tree, env)
  end
end

local function reads(value, name)
  return type(value) == "string" and value:find("%f[%w_]" .. name .. "%f[^%w_]") ~= nil
end

--- The options of a projection with its `multisynaptic_index`, if it has one, as a variable, and with functions in place of
-- values that read it.
function M.expand(p, spec, ctx)
  local name = spec.multisynaptic_index
  if name == nil then return spec end
  if type(name) ~= "string" or not name:find "^%a[%w_]*$" then
    error(("net:project %s: multisynaptic_index must be a name in quotes, such as \"k\", got %s"):format(p.name,
      tostring(name)), 0)
  elseif spec[name] ~= nil then
    error(("net:project %s: '%s' is given, and the multisynaptic_index too"):format(p.name, name), 0)
  end
  local out = {}
  for key, value in pairs(spec) do
    local is_value = key == "delay" or not synaptic.is_reserved(key)
    if is_value and reads(value, name) then
      value = by_number(name, value, ("%s of %s"):format(key, p.name), ctx)
    elseif key == "delay" and synaptic.is_by_pathway(value) then
      local delays = {}
      for pathway, delay in pairs(value) do
        delays[pathway] = reads(delay, name) and by_number(name, delay, ("delay of %s: %s"):format(p.name, pathway), ctx) or delay
      end
      value = delays
    end
    out[key] = value
  end
  out[name] = function(_, _, k) return k or 1 end
  return out
end

return M
