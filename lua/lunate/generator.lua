--- Connections by the words of Brian2's generators: `ln.generator "k for k in range(i - 3, i + 4) if k != i"`.
--
-- The texts are parsed as equations are, and evaluated for each source (or target) in turn (see evaluate.lua).
-- @module lunate.generator
local Q = require "lunate.quantity"
local evaluate = require "lunate.evaluate"
local runtime = require "lunate.runtime"

local M = {}

-- ---------------------------------------------------------------- syntax

local SYNTAX = "expected \"EXPRESSION for k in range(first, end) if CONDITION\", or sample(first, end, p = …) or "
  .. "sample(first, end, size = …)"

-- The parts of a list, at the commas outside parentheses.
local function arguments(text)
  local out, depth, from = {}, 0, 1
  for at = 1, #text + 1 do
    local c = text:sub(at, at)
    if c == "(" then depth = depth + 1 elseif c == ")" then depth = depth - 1 end
    if depth == 0 and (c == "," or at > #text) then
      out[#out + 1] = text:sub(from, at - 1)
      from = at + 1
    end
  end
  return out
end

local function take_argument(out, text, rest)
  local key, value = text:match "^%s*(%a+)%s*=([^=].*)$"
  if not key then
    if next(out.named) then error(("ln.generator \"%s\": %s"):format(rest, SYNTAX), 0) end
    out.limits[#out.limits + 1] = evaluate.parse(text, "the generator's " .. out.over)
  elseif out.over == "sample" and (key == "p" or key == "size") and not next(out.named) then
    out.named[key] = evaluate.parse(value, ("the generator's %s ="):format(key))
  else
    error(("ln.generator: %s() takes no '%s'; %s"):format(out.over, key, SYNTAX), 0)
  end
end

--- Parses a generator.
-- @string text
-- @treturn table `{ expr, variable, over = "range"|"sample", limits, named = { p | size }, condition }`
function M.parse(text)
  local flat = text:gsub("%s+", " ")
  local expr, variable, over, rest = flat:match "^(.-) for ([%a][%w_]*) in (%a+) ?(%b().*)$"
  if not expr or (over ~= "range" and over ~= "sample") then
    error(("ln.generator \"%s\": %s"):format(text, SYNTAX), 0)
  end
  local list, tail = rest:match "^(%b())(.*)$"
  local condition = tail:match "^ ?if (.+)$"
  if not condition and tail:find "%S" then error(("ln.generator \"%s\": %s"):format(text, SYNTAX), 0) end
  local out = { text = text, variable = variable, over = over, limits = {}, named = {},
    expr = evaluate.parse(expr, "the generator"),
    condition = condition and evaluate.parse(condition, "the generator's condition") }
  for _, argument in ipairs(arguments(list:sub(2, -2))) do take_argument(out, argument, text) end
  if #out.limits < 1 or #out.limits > 3 or (over == "sample" and not next(out.named)) then
    error(("ln.generator \"%s\": %s"):format(text, SYNTAX), 0)
  end
  return out
end

-- ---------------------------------------------------------------- what it gives

local function whole(x, what)
  local n = type(x) ~= "boolean" and not Q.is(x) and math.tointeger(x)
  if not n then error(("ln.generator: %s is %s; expected a whole number"):format(what, tostring(x)), 0) end
  return n
end

-- First, last and step of a range; what it has none of is taken as for range(n): from 1 to n.
local function limits(g, env)
  local x = {}
  for k, node in ipairs(g.limits) do
    x[k] = whole(evaluate.value(node, env), ("the limit '%s'"):format(node.text))
  end
  if not x[2] then return 1, x[1], 1 end
  local step = x[3] or 1
  if step == 0 then error("ln.generator: a range whose step is 0 has no end", 0) end
  return x[1], x[2] - (step > 0 and 1 or -1), step
end

-- n of the numbers, each set as likely as any other, in their order.
local function choose(all, n)
  if n > #all then error(("ln.generator: a sample of %d out of %d"):format(n, #all), 0) end
  local out, left = {}, n
  for k, x in ipairs(all) do
    if left > 0 and math.random() * (#all - k + 1) < left then
      out[#out + 1] = x
      left = left - 1
    end
  end
  return out
end

local function numbers(g, env)
  local all = {}
  local first, last, step = limits(g, env)
  local p = g.named.p
  if p then
    p = Q.value_of(evaluate.number(p, env))
    if not (p >= 0 and p <= 1) then error(("ln.generator: a probability of %g"):format(p), 0) end
  end
  for k = first, last, step do
    if not p or math.random() < p then all[#all + 1] = k end
  end
  local size = g.named.size
  if not size then return all end
  return choose(all, whole(evaluate.value(size, env), "the size of the sample"))
end

-- Whether the condition is about the partner that the generator finds.
local function is_late(g, partner)
  if not g.condition then return false end
  for name in pairs(evaluate.mentioned { g.condition }) do
    if name == (partner == "j" and "j" or "i") or name:find(partner == "j" and "_post$" or "_pre$") then return true end
  end
  return false
end

local function trees_of(g)
  local out = table.move(g.limits, 1, #g.limits, 2, { g.expr })
  out[#out + 1] = g.condition
  for _, key in ipairs { "p", "size" } do out[#out + 1] = g.named[key] end
  return out
end

--- The pairs of own targets.
-- @tab c the connector: `generator` (as parsed), `partner` ("j": targets of each source, "i": sources of each target),
-- `skip`, `repeats`, `parameters`
function M.pairs(c, range, ctx, stream)
  local random = require "lunate.random"
  local g, i, j = c.generator, {}, {}
  local of_sources = c.partner == "j"
  local columns, late = evaluate.columns(trees_of(g), ctx), is_late(g, c.partner)
  local env = evaluate.environment(ctx, { N_pre = range.n_pre, N_post = range.n_post }, c.parameters)
  local here, there = of_sources and "i" or "j", c.partner
  local most = of_sources and range.n_post or range.n_pre
  local function holds()
    return not g.condition or evaluate.holds(g.condition, env)
  end
  local function partner_of(own)
    local x = whole(evaluate.value(g.expr, env), ("'%s'"):format(g.expr.text))
    if x >= 1 and x <= most then return x end
    if not c.skip then
      error(("ln.generator \"%s\": %s = %d for %s = %d, but there are 1 to %d; skip_if_invalid = true leaves those out"):format(
        g.text, there, x, here, own, most), 0)
    end
  end
  local function visit(own)
    env.names[here], env.names[there] = own, nil
    evaluate.see(env, columns[of_sources and "pre" or "post"], own)
    for _, k in ipairs(numbers(g, env)) do
      env.names[g.variable] = k
      local x = (late or holds()) and partner_of(own)
      if x then
        env.names[there] = x
        evaluate.see(env, columns[of_sources and "post" or "pre"], x)
        if not late or holds() then
          local source, target = of_sources and own or x, of_sources and x or own
          for _ = 1, target >= range.own_lo and target <= range.own_hi and c.repeats or 0 do
            i[#i + 1], j[#j + 1] = source, target
          end
        end
      end
    end
  end
  local first, last = range.own_lo, range.own_hi
  if of_sources then first, last = 1, range.n_pre end
  runtime.alone("ln.generator", function()
    for own = first, last do random.with_stream(stream, own, visit, own) end
  end)
  return { kind = "pairs", i = i, j = j, n = #i, autapses = true, multapses = true, is_local = true }
end

return M
