--- Brian2's syntax to trees: equations, statements, expressions.
-- Every node is `{ tag =, pos = 1-based byte position, children… }`; see docs/ARCHITECTURE.md. What is not
-- the language is refused here, with the column and what was expected; names and units are not looked at.
-- @module lunate.compiler.parse

local lpeg = require "lpeg"
local diagnose = require "lunate.compiler.diagnose"

local P, R, S, V = lpeg.P, lpeg.R, lpeg.S, lpeg.V
local C, Carg, Cg, Cmt, Cp, Ct = lpeg.C, lpeg.Carg, lpeg.Cg, lpeg.Cmt, lpeg.Cp, lpeg.Ct

lpeg.setmaxstack(20000)

local M = {}

-- ---------------------------------------------------------------- errors

-- What stands at a position, for "…, found …".
local function found(text, pos)
  local rest = text:sub(pos)
  local line_end = rest:match "^[ \t\r]*[\n#]"
  if rest:match "^%s*$" then return "the end" end
  if line_end then return "the end of the line" end
  local token = rest:match "^%s*([%w_.]+)" or rest:match "^%s*([*/=<>!+&|-][*/=&|]?=?)"
    or rest:match("^%s*(" .. utf8.charpattern .. ")") or rest:sub(1, 1)
  return ("'%s'"):format(token)
end

-- A pattern that always raises: `say(text, pos)` makes the message.
local function fail(say)
  return Cmt(Carg(1), function(text, pos, source)
    diagnose.raise(source, pos, "%s", say(text, pos))
  end)
end

local function expected(what)
  return fail(function(text, pos) return ("expected %s, found %s"):format(what, found(text, pos)) end)
end

-- Operators of other languages, where an expression ought to go on or end: text -> what to write.
local foreign_operators = {
  { "^", "use ** for powers" },
  { "&&", "write 'and' for &&" },
  { "||", "write 'or' for ||" },
  { "&", "there are no bit operations; write 'and' for a logical and" },
  { "|", "there are no bit operations; write 'or' for a logical or" },
  { "~=", "use != for not equal" },
  { "<>", "use != for not equal" },
  { "<<", "there are no bit operations" },
  { ">>", "there are no bit operations" },
  { "!", "write 'not' for !" },
  { "~", "write 'not' for ~" },
  { "?", "use where(condition, a, b) for a choice" },
  { "[", "there is no indexing in equations" },
  { "if", "use where(condition, a, b) for a choice", word = true },
  { "==", "comparisons cannot be chained: write a < b and b < c" },
  { "=", "'=' assigns; use == to compare" },
}

local function foreign_operator(text, pos)
  for _, entry in ipairs(foreign_operators) do
    if text:sub(pos, pos + #entry[1] - 1) == entry[1] and not (entry.word and text:find("^[%w_]", pos + #entry[1])) then
      return entry[2]
    end
  end
end

-- Where an expression ends though it should not.
local function ends_early(wanted)
  return fail(function(text, pos)
    return foreign_operator(text, pos) or ("expected %s, found %s"):format(wanted, found(text, pos))
  end)
end

local function unclosed(text, pos)
  local open, at = {}, 1
  while at < pos do
    local char = text:sub(at, at)
    if char == "#" then at = text:find("\n", at, true) or pos
    elseif char == "(" then open[#open + 1] = at
    elseif char == ")" then open[#open] = nil
    end
    at = at + 1
  end
  local start = open[#open]
  local column = start - (text:sub(1, start):match ".*()\n" or 0)
  return foreign_operator(text, pos)
    or ("expected ')' to close the '(' of column %d, found %s"):format(column, found(text, pos))
end

-- ---------------------------------------------------------------- tokens

local newline = P "\n"
local comment = P "#" * (1 - newline) ^ 0
local continued = P "\\" * S " \t\r" ^ 0 * newline -- a line that goes on in the next, as Python writes it
local blank = (S " \t\r" + comment + continued) ^ 0   -- within a line
local space = (S " \t\r\n" + comment + continued) ^ 0 -- across lines

local letter, digit = R("az", "AZ") + "_", R "09"
local word_end = -(letter + digit)
local keyword = (P "and" + "or" + "not" + "True" + "False") * word_end
local name = letter * (letter + digit) ^ 0 - keyword

local exponent = S "eE" * S "+-" ^ -1 * digit ^ 1
local number = (digit ^ 1 * (P "." * digit ^ 0) ^ -1 + P "." * digit ^ 1) * exponent ^ -1

local function to_number(pos, text)
  -- 1 is an integer, 1. and 1e3 are not; 5e9 as an integer would not fit an int
  local value = tonumber((text:gsub("%.$", ".0"):gsub("%.([eE])", ".0%1")))
  if math.type(value) == "integer" and value > 2147483647 then value = value + 0.0 end
  return { tag = "number", pos = pos, value = value }
end

-- ---------------------------------------------------------------- expressions

local function binary(left, ...)
  for k = 1, select("#", ...), 3 do
    local pos, op, right = select(k, ...)
    left = { tag = op, pos = pos, left, right }
  end
  return left
end

local function unary(pos, op, a)
  if op == "+" then return a end
  return { tag = op == "-" and "neg" or op, pos = pos, a }
end

local function power(base, pos, exponent_tree)
  return pos and { tag = "**", pos = pos, base, exponent_tree } or base
end

-- The grammar of expressions where `gap` may stand between tokens. `inner`: the grammar within parentheses,
-- where new lines are gaps too; nil for this grammar itself.
local function expression_grammar(gap, inner)
  local function op(pattern) return Cp() * C(pattern) * gap end
  local function word(w) return C(P(w) * word_end) end
  local function word_op(w) return Cp() * word(w) * gap end
  local nested = inner or V "expression"
  local compare = P "<=" + P ">=" - P ">>=" + "==" + "!=" + (P "<" - (P "<<" + "<>")) + (P ">" - P ">>")

  local open, close = "(" * space, P ")" + fail(unclosed)

  return P {
    "expression",
    expression = V "both" * (word_op "or" * V "both") ^ 0 / binary,
    both = V "negation" * (word_op "and" * V "negation") ^ 0 / binary,
    negation = word_op "not" * V "negation" / unary + V "comparison",
    comparison = V "sum" * (op(compare) * V "sum" * V "one_comparison") ^ -1 / binary,
    one_comparison = #compare * fail(function()
      return "comparisons cannot be chained: write a < b and b < c"
    end) + true,
    sum = V "product" * (op(S "+-") * V "product") ^ 0 / binary,
    product = V "sign" * (op(P "//" + (P "*" - P "**") + "/" + "%") * V "sign") ^ 0 / binary,
    sign = op(S "+-") * V "sign" / unary + V "power",
    power = V "atom" * (op "**" * V "sign" / function(pos, _, a) return pos, a end) ^ -1 / power,
    atom = (V "number" + V "bool" + V "call" + V "name" + V "group") * gap + V "not_an_atom",
    number = Cp() * C(number) / to_number * V "number_end",
    number_end = #letter * fail(function(text, pos)
      return ("a number cannot be followed by '%s': write * between them"):format(text:match("^[%w_]+", pos))
    end) + true,
    bool = Cp() * (word "True" + word "False") / function(pos, text)
      return { tag = "bool", pos = pos, value = text == "True" }
    end,
    name = Cp() * C(name) / function(pos, text) return { tag = "name", pos = pos, name = text } end,
    call = Cmt(Cp() * C(name) * gap * open * (-P ")" * V "arguments") ^ -1 * close, function(_, _, pos, text, ...)
      return true, { tag = "call", pos = pos, name = text, ... }
    end),
    arguments = nested * ("," * space * nested) ^ 0,
    -- made at once: LPeg bounds how deeply pending captures nest
    group = Cmt(open * nested * close, function(_, _, tree) return true, tree end),
    not_an_atom = fail(function(text, pos)
      local hint = foreign_operator(text, pos)
      if hint then return hint end
      return "expected a number, a name or '(', found " .. found(text, pos)
    end),
  }
end

local free = expression_grammar(space)        -- new lines are blanks
local line = expression_grammar(blank, free)  -- a new line ends the expression, but for parentheses

-- ---------------------------------------------------------------- equations

-- A unit may have parentheses only after an operator: after a unit they hold flags.
local unit_grammar = P {
  "unit",
  unit = V "factor" * (Cp() * C((P "*" - "**") + "/") * blank * (V "group" + V "factor")) ^ 0 / binary,
  factor = V "atom" * (Cp() * "**" * blank * (V "negative" + V "number" + V "group") ) ^ -1 / power * blank,
  atom = V "number" + V "name" + expected "a unit such as volt, siemens/meter**2 or 1",
  negative = Cp() * C "-" * blank * V "number" / unary,
  number = Cp() * C(number) / to_number * blank,
  name = Cp() * C(name) * blank / function(pos, text) return { tag = "name", pos = pos, name = text } end,
  group = "(" * blank * V "unit" * (P ")" * blank + fail(unclosed)),
}

local flag_text = letter * (letter + digit + S " \t-") ^ 0
local flag = Ct(Cg(Cp(), "pos") * Cg(flag_text / function(text)
  return (text:gsub("%s+", " "):gsub(" $", ""))
end, "name")) * space
local flags = space * "(" * space
  * Ct((flag + expected "a flag") * ("," * space * (flag + expected "a flag")) ^ 0)
  * (P ")" + expected "',' or ')' in the flags")

local function equation(kind, pos, text, ...)
  local item = { kind = kind, pos = pos, name = text }
  local rest = { ... }
  if kind ~= "parameter" then item.expr = table.remove(rest, 1) end
  item.unit, item.flag_list = rest[1], rest[2] or {}
  item.flags = {}
  for _, f in ipairs(item.flag_list) do item.flags[f.name] = true end
  return item
end

local assign = P "=" - "=="
local unit = (":" + ends_early "an operator, or ':' and the unit") * space * unit_grammar * flags ^ -1
  * blank * (newline + -P(1) + ends_early "a new line after the unit")

local differential = Cp() * "d" * blank * C(name) * blank * "/" * blank * "dt" * word_end * space
  * (assign + expected "'=' after the derivative") * space * free * unit
local subexpression = Cp() * C(name) * space * assign * space * free * unit
local parameter = Cp() * C(name) * space * #P ":" * unit
local no_equation = Cp() * C(name) * space * expected "'=' or ':' after a name"
  + expected "an equation: 'dx/dt = … : unit', 'x = … : unit' or 'x : unit'"

local equations_grammar = space * Ct((
    (differential / function(...) return equation("differential", ...) end
    + subexpression / function(...) return equation("subexpression", ...) end
    + parameter / function(...) return equation("parameter", ...) end) * space
  ) ^ 0) * (-P(1) + no_equation)

-- ---------------------------------------------------------------- statements

local operator = P "**=" + "//=" + "+=" + "-=" + "*=" + "/=" + "%=" + assign
local separator = (space * P ";") ^ 0 * space

local no_operator = fail(function(text, pos)
  if text:find("^==", pos) then return "'==' compares; use = to assign" end
  if text:find("^%+%+", pos) then return "there is no ++; write x += 1" end
  if text:find("^%-%-", pos) then return "there is no --; write x -= 1" end
  return "expected = += -= *= /= //= %= or **=, found " .. found(text, pos)
end)

local statement = Cp() * C(name) * blank * (C(operator) + no_operator) * blank * line
  * (#(newline + S ";") + -P(1) + ends_early "an operator or the end of the statement")
  / function(pos, target, op, expr) return { pos = pos, target = target, op = op, expr = expr } end

local statements_grammar = separator * Ct((statement * separator) ^ 0)
  * (-P(1) + expected "a statement such as x += 1")

-- ---------------------------------------------------------------- entry points

local whole_expression = space * free * (-P(1) + fail(function(text, pos)
  if text:find("^%)", pos) then return "this ')' closes nothing" end
  return foreign_operator(text, pos) or ("expected an operator or the end, found " .. found(text, pos))
end))

local function match(grammar, text, name_of_text)
  if type(text) ~= "string" then
    diagnose.raise(nil, nil, "%s must be text, got a %s", name_of_text or "an equation", type(text))
  end
  local source = { text = text, name = name_of_text }
  local result = grammar:match(text, 1, source)
  result.source = source
  return result
end

--- Equations of a model.
-- @tparam string text
-- @tparam[opt] string name what the text is, for messages ("the equations of 'lif'")
-- @treturn table list of `{ kind =, name =, expr =, unit =, flags = { flag = true }, flag_list = { { name, pos } },
-- pos =, source = }`, and `.source`
function M.equations(text, name_of_text)
  local list = match(equations_grammar, text, name_of_text)
  for _, item in ipairs(list) do item.source = list.source end
  return list
end

--- Statements, one a line or separated by `;`.
-- @treturn table list of `{ op =, target =, expr =, pos =, source = }`, and `.source`
function M.statements(text, name_of_text)
  local list = match(statements_grammar, text, name_of_text)
  for _, item in ipairs(list) do item.source = list.source end
  return list
end

--- One expression.
-- @treturn table its tree, with `.source` at the root
function M.expression(text, name_of_text)
  return match(whole_expression, text, name_of_text)
end

local binding = {
  ["or"] = 1, ["and"] = 2, ["not"] = 3, ["<"] = 4, ["<="] = 4, [">"] = 4, [">="] = 4, ["=="] = 4, ["!="] = 4,
  ["+"] = 5, ["-"] = 5, ["*"] = 6, ["/"] = 6, ["//"] = 6, ["%"] = 6, neg = 7, ["**"] = 8,
}

local function render(node, outer)
  local tag = node.tag
  if tag == "number" then return ("%.12g"):format(node.value) end
  if tag == "name" then return node.name end
  if tag == "bool" then return node.value and "True" or "False" end
  if tag == "call" then
    local arguments = {}
    for k, argument in ipairs(node) do arguments[k] = render(argument, 0) end
    return ("%s(%s)"):format(node.name, table.concat(arguments, ", "))
  end
  local level = binding[tag]
  local text
  if tag == "neg" then
    text = "-" .. render(node[1], level)
  elseif tag == "not" then
    text = "not " .. render(node[1], level)
  elseif tag == "**" then
    text = render(node[1], level + 1) .. "**" .. render(node[2], level - 1)
  else
    local format = level >= 6 and "%s%s%s" or "%s %s %s"
    text = format:format(render(node[1], level), tag, render(node[2], level + 1))
  end
  return level < outer and "(" .. text .. ")" or text
end

--- A tree as text, with parentheses only where needed (for messages and comments).
function M.text_of(node)
  return render(node, 0)
end

return M
