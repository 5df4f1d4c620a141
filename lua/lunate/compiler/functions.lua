--- The functions of the equation language.
-- Each entry is
--
--     { name =, arguments = { kind, … }, result =, type =, c =, random =, derivative = }
--
-- * `arguments`: one kind an argument: "plain" (no unit), "any", "like" (unit of the first "any"), "boolean", "time"
-- * `result`: "plain", "like" (unit of the first "any") or "half" (its square root)
-- * `type`: "real", "int", or "operand" (real where one of the "any" and "like" arguments is, else int)
-- * `c`: name in generated code (double precision); those that begin with `ln_` are printed by `emit.lua`
-- * `random`: draws a random number, so that no two calls are the same and none may be moved or shared; `scalar`: by a
--   loop of its own, which does not vectorise
-- * `derivative(k, args)`: tree of the derivative by argument k; absent where there is none
-- @module lunate.compiler.functions

local M = {}

-- ---------------------------------------------------------------- trees

local function number(value) return { tag = "number", value = value, type = "real" } end

local function op(tag, a, b) return { tag = tag, type = "real", a, b } end

local function call(name, ...) return { tag = "call", name = name, fn = M[name], type = "real", ... } end

local function square(x) return op("**", x, number(2)) end

local function inverse(x) return op("/", number(1), x) end

local one = number(1)

-- ---------------------------------------------------------------- entries

local function define(name, entry)
  entry.name = name
  entry.arguments = entry.arguments or { "plain" }
  entry.result = entry.result or "plain"
  entry.type = entry.type or "real"
  entry.c = entry.c or name
  M[name] = entry
end

-- One plain argument to a plain number, with its derivative.
local function plain(name, derivative, c)
  define(name, { c = c, derivative = function(_, args) return derivative(args[1]) end })
end

plain("exp", function(x) return call("exp", x) end)
plain("expm1", function(x) return call("exp", x) end)
plain("log", inverse)
plain("log1p", function(x) return inverse(op("+", one, x)) end)
plain("log10", function(x) return inverse(op("*", x, number(math.log(10)))) end)
plain("log2", function(x) return inverse(op("*", x, number(math.log(2)))) end)
plain("sin", function(x) return call("cos", x) end)
plain("cos", function(x) return { tag = "neg", type = "real", call("sin", x) } end)
plain("tan", function(x) return op("+", one, square(call("tan", x))) end)
plain("sinh", function(x) return call("cosh", x) end)
plain("cosh", function(x) return call("sinh", x) end)
plain("tanh", function(x) return op("-", one, square(call("tanh", x))) end)

local function d_arcsin(x) return inverse(call("sqrt", op("-", one, square(x)))) end
local function d_arccos(x) return { tag = "neg", type = "real", d_arcsin(x) } end
local function d_arctan(x) return inverse(op("+", one, square(x))) end
plain("arcsin", d_arcsin, "asin")
plain("arccos", d_arccos, "acos")
plain("arctan", d_arctan, "atan")
plain("asin", d_arcsin)
plain("acos", d_arccos)
plain("atan", d_arctan)

-- (exp(x) - 1)/x, and 1 at 0
plain("exprel", function(x)
  return call("where", { tag = "==", type = "bool", x, number(0) }, number(0.5),
    op("/", op("-", call("exp", x), call("exprel", x)), x))
end, "ln_exprel")

define("sqrt", {
  arguments = { "any" }, result = "half",
  derivative = function(_, args) return op("/", number(0.5), call("sqrt", args[1])) end,
})

define("arctan2", {
  arguments = { "any", "like" }, c = "atan2",
  derivative = function(k, args) -- of arctan2(y, x)
    local y, x = args[1], args[2]
    local radius = op("+", square(x), square(y))
    if k == 1 then return op("/", x, radius) end
    return { tag = "neg", type = "real", op("/", y, radius) }
  end,
})

-- Steps: their derivative is zero but at the steps.
local function flat() return number(0) end

define("abs", {
  arguments = { "any" }, result = "like", type = "operand", c = "fabs",
  derivative = function(_, args) return call("sign", args[1]) end,
})
define("sign", { arguments = { "any" }, type = "operand", c = "ln_sign", derivative = flat })
define("floor", { arguments = { "any" }, result = "like", derivative = flat })
define("ceil", { arguments = { "any" }, result = "like", derivative = flat })
define("int", { type = "int", c = "ln_int", derivative = flat })
define("timestep", { arguments = { "time", "time" }, type = "int", c = "ln_timestep", derivative = flat })

define("where", {
  arguments = { "boolean", "any", "like" }, result = "like", type = "operand", c = "ln_where",
  derivative = function(k, args)
    if k == 1 then return number(0) end
    return call("where", args[1], number(k == 2 and 1 or 0), number(k == 3 and 1 or 0))
  end,
})

local function d_min(k, args) -- of min(a, b)
  local first = { tag = "<=", type = "bool", args[1], args[2] }
  return call("where", first, number(k == 1 and 1 or 0), number(k == 2 and 1 or 0))
end
local function d_max(k, args) return d_min(3 - k, args) end

for _, name in ipairs { "min", "minimum" } do
  define(name, { arguments = { "any", "like" }, result = "like", type = "operand", c = "fmin", derivative = d_min })
end
for _, name in ipairs { "max", "maximum" } do
  define(name, { arguments = { "any", "like" }, result = "like", type = "operand", c = "fmax", derivative = d_max })
end

define("clip", {
  arguments = { "any", "like", "like" }, result = "like", type = "operand", c = "ln_clip",
  derivative = function(k, args) -- of clip(x, low, high)
    local below = { tag = "<", type = "bool", args[1], args[2] }
    local above = { tag = ">", type = "bool", args[1], args[3] }
    local slope = { { 0, 0, 1 }, { 1, 0, 0 }, { 0, 1, 0 } } -- below, above, between
    local s = slope[k]
    return call("where", below, number(s[1]), call("where", above, number(s[2]), number(s[3])))
  end,
})

define("rand", { arguments = {}, c = "ln_rand", random = true })
define("randn", { arguments = {}, c = "ln_randn", random = true })
define("poisson", { type = "int", c = "ln_poisson", random = true, scalar = true })
define("binomial", { arguments = { "plain", "plain" }, type = "int", c = "ln_binomial", random = true, scalar = true })

return M
