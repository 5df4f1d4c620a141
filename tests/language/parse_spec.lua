-- Brian2's syntax: what trees come out, and what is refused where.

local parse = require "lunate.compiler.parse"

local function text_of(text) return parse.text_of(parse.expression(text)) end

-- The tree as nested text, with every operator in parentheses.
local function shape(node)
  if node.tag == "number" or node.tag == "bool" then return tostring(node.value) end
  if node.tag == "name" then return node.name end
  local parts = {}
  for k, child in ipairs(node) do parts[k] = shape(child) end
  return ("(%s%s)"):format(node.name or node.tag, #parts > 0 and " " .. table.concat(parts, " ") or "")
end

local function refusal(parser, text)
  local ok, diag = pcall(parse[parser], text)
  assert.is_false(ok, "not refused: " .. text)
  assert.is_table(diag, diag)
  return diag
end

local function check_refusals(parser, cases)
  for _, case in ipairs(cases) do
    local diag = refusal(parser, case[1])
    assert.equal(case[3], diag.message, case[1])
    assert.equal(case[2], ("%d:%d"):format(diag.line, diag.column), case[1])
  end
end

describe("expressions", function()
  it("have Python's precedence", function()
    local cases = {
      { "-x**2", "(neg (** x 2))" },
      { "2**-1", "(** 2 (neg 1))" },
      { "x**y**z", "(** x (** y z))" },
      { "a + b*c - d", "(- (+ a (* b c)) d)" },
      { "a/b*c", "(* (/ a b) c)" },
      { "a//b%c", "(% (// a b) c)" },
      { "-a*b", "(* (neg a) b)" },
      { "--a + +b", "(+ (neg (neg a)) b)" },
      { "not a > b and c or d", "(or (and (not (> a b)) c) d)" },
      { "not not a", "(not (not a))" },
      { "a + 1 <= b * 2", "(<= (+ a 1) (* b 2))" },
      { "a == b or a != c", "(or (== a b) (!= a c))" },
      { "f(a, -b, g())", "(f a (neg b) (g))" },
      { "(a + b)*c", "(* (+ a b) c)" },
      { "True and False", "(and true false)" },
      { "Truest + nothing + andy", "(+ (+ Truest nothing) andy)" },
    }
    for _, case in ipairs(cases) do assert.equal(case[2], shape(parse.expression(case[1])), case[1]) end
  end)

  it("read numbers", function()
    local cases = { ["1"] = 1, ["1."] = 1.0, [".5"] = 0.5, ["1e-3"] = 1e-3, ["2.5E+2"] = 250.0, ["1.e2"] = 100.0 }
    for text, value in pairs(cases) do
      local node = parse.expression(text)
      assert.equal("number", node.tag)
      assert.equal(value, node.value)
      assert.equal(text == "1" and "integer" or "float", math.type(node.value))
    end
    assert.equal("float", math.type(parse.expression("5000000000").value))
  end)

  it("give positions", function()
    local node = parse.expression "  a + b2*c"
    assert.same({ 5, 3, 9, 7, 10 }, { node.pos, node[1].pos, node[2].pos, node[2][1].pos, node[2][2].pos })
    assert.equal("  a + b2*c", node.source.text)
  end)

  it("go over lines and comments", function()
    assert.equal("(a + b)*2", text_of "(a # first\n + b) # second\n *2")
  end)

  it("print with the parentheses they need", function()
    for _, text in ipairs { "a - (b - c)", "a - b - c", "a/(b*c)", "(-a)**2", "-a**2", "a**b**c", "(a**b)**c",
      "not (a and b)", "(a or b) and c", "clip(x, 0, -0.001)*0.5", "a < b", "(a + b)*(c - d)", "2**-a" } do
      assert.equal(text, text_of(text))
    end
  end)

  it("may be deep and long", function()
    local depth = 500
    assert.equal("a", text_of(("("):rep(depth) .. "a" .. (")"):rep(depth)))
    assert.equal(("f("):rep(depth) .. "a" .. (")"):rep(depth), text_of(("f("):rep(depth) .. "a" .. (")"):rep(depth)))
    assert.equal("a" .. (" + a"):rep(3000), text_of("a" .. ("+a"):rep(3000)))
  end)

  it("are refused with the column", function()
    check_refusals("expression", {
      { "a < b < c", "1:7", "comparisons cannot be chained: write a < b and b < c" },
      { "a ^ 2", "1:3", "use ** for powers" },
      { "2mV", "1:2", "a number cannot be followed by 'mV': write * between them" },
      { "a b", "1:3", "expected an operator or the end, found 'b'" },
      { "(a + b", "1:7", "expected ')' to close the '(' of column 1, found the end" },
      { "((a) + (b)", "1:11", "expected ')' to close the '(' of column 1, found the end" },
      { "x +\n  f(a b)", "2:7", "expected ')' to close the '(' of column 4, found 'b'" },
      { "f(a, ", "1:6", "expected a number, a name or '(', found the end" },
      { "a +", "1:4", "expected a number, a name or '(', found the end" },
      { "", "1:1", "expected a number, a name or '(', found the end" },
      { "a + * b", "1:5", "expected a number, a name or '(', found '*'" },
      { "a && b", "1:3", "write 'and' for &&" },
      { "a || b", "1:3", "write 'or' for ||" },
      { "!a", "1:1", "write 'not' for !" },
      { "a ~= b", "1:3", "use != for not equal" },
      { "a = 3", "1:3", "'=' assigns; use == to compare" },
      { "a)", "1:2", "this ')' closes nothing" },
      { "x[1]", "1:2", "there is no indexing in equations" },
      { "a if b else c", "1:3", "use where(condition, a, b) for a choice" },
      { "a ? b : c", "1:3", "use where(condition, a, b) for a choice" },
      { "a & b", "1:3", "there are no bit operations; write 'and' for a logical and" },
      { "()", "1:2", "expected a number, a name or '(', found ')'" },
      { "\t'v'", "1:2", "expected a number, a name or '(', found '''" },
      { "é + 1", "1:1", "expected a number, a name or '(', found 'é'" },
      { "a + µ", "1:5", "expected a number, a name or '(', found 'µ'" },
    })
    assert.matches("an equation must be text, got a number", refusal("expression", 3).message)
  end)

  it("show the line with a caret", function()
    local _, diag = pcall(parse.expression, "a +\n\tc*(b ^ 2)", "the threshold of 'lif'")
    assert.equal("use ** for powers\n  the threshold of 'lif', line 2, column 7:\n     c*(b ^ 2)\n          ^",
      tostring(diag))
  end)
end)

describe("equations", function()
  it("are differential, subexpressions or parameters", function()
    local list = parse.equations [[
      # a comment: with a colon
      dv/dt = (ge + gi # excitation : inhibition
               - v) / tau_m
              + 3 : volt (unless   refractory) # flags
      w : siemens/meter**2 (constant,
                            shared)
      d y/dt = 1 : 1/second**-.5
      flux = w*v
        : mole/(meter**2 * second)
      delta:1
      dt2 : integer]]
    local seen = {}
    for k, item in ipairs(list) do
      local flags = {}
      for n, flag in ipairs(item.flag_list) do flags[n] = flag.name end
      seen[k] = table.concat({ item.kind, item.name, item.expr and parse.text_of(item.expr) or "-",
        parse.text_of(item.unit), table.concat(flags, "|") }, " ; ")
    end
    assert.same({
      "differential ; v ; (ge + gi - v)/tau_m + 3 ; volt ; unless refractory",
      "parameter ; w ; - ; siemens/meter**2 ; constant|shared",
      "differential ; y ; 1 ; 1/second**-0.5 ; ",
      "subexpression ; flux ; w*v ; mole/(meter**2*second) ; ",
      "parameter ; delta ; - ; 1 ; ",
      "parameter ; dt2 ; - ; integer ; ",
    }, seen)
    assert.is_true(list[2].flags.shared)
    assert.equal(list.source, list[1].source)
  end)

  it("may be none", function()
    assert.equal(0, #parse.equations "")
    assert.equal(0, #parse.equations "  # nothing\n")
  end)

  it("are refused with line and column", function()
    check_refusals("equations", {
      { "dv/dt = -v/tau", "1:15", "expected an operator, or ':' and the unit, found the end" },
      { "dv/dt = -v/tau\n ge : volt", "2:2", "expected an operator, or ':' and the unit, found 'ge'" },
      { "x : 1 y : 1", "1:7", "expected a new line after the unit, found 'y'" },
      { "x : volt; y : 1", "1:9", "expected a new line after the unit, found ';'" },
      { "x : 1 (constant", "1:16", "expected ',' or ')' in the flags, found the end" },
      { "x : 1 (1a)", "1:8", "expected a flag, found '1a'" },
      { "x : (constant)", "1:5", "expected a unit such as volt, siemens/meter**2 or 1, found '('" },
      { "x : volt/", "1:10", "expected a unit such as volt, siemens/meter**2 or 1, found the end" },
      { "x : volt^2", "1:9", "use ** for powers" },
      { "x : volt + 1", "1:10", "expected a new line after the unit, found '+'" },
      { "dv/dt : volt", "1:7", "expected '=' after the derivative, found ':'" },
      { "v", "1:2", "expected '=' or ':' after a name, found the end" },
      { "v' = 3 : 1", "1:2", "expected '=' or ':' after a name, found '''" },
      { "3x : 1", "1:1", "expected an equation: 'dx/dt = … : unit', 'x = … : unit' or 'x : unit', found '3x'" },
      { "dv/dt = (a + b : volt", "1:16", "expected ')' to close the '(' of column 9, found ':'" },
      { "x : 1\ndv/dt = (a # (\n + b : 1", "3:6", "expected ')' to close the '(' of column 9, found ':'" },
    })
  end)
end)

describe("statements", function()
  it("are lines, or separated by semicolons", function()
    local list = parse.statements "v = 3*mV; w **= (a\n + b) # c\n\n# d\n;x //= 3;y %= 2;\nge_post += w"
    local seen = {}
    for k, s in ipairs(list) do seen[k] = ("%s %s %s"):format(s.target, s.op, parse.text_of(s.expr)) end
    assert.same({ "v = 3*mV", "w **= a + b", "x //= 3", "y %= 2", "ge_post += w" }, seen)
    assert.equal(0, #parse.statements "")
  end)

  it("are refused with line and column", function()
    check_refusals("statements", {
      { "v == 3", "1:3", "'==' compares; use = to assign" },
      { "v++", "1:2", "there is no ++; write x += 1" },
      { "v", "1:2", "expected = += -= *= /= //= %= or **=, found the end" },
      { "v[1] = 3", "1:2", "expected = += -= *= /= //= %= or **=, found '['" },
      { "v + = 3", "1:3", "expected = += -= *= /= //= %= or **=, found '+'" },
      { "v = ", "1:5", "expected a number, a name or '(', found the end" },
      { "v = \n w", "1:5", "expected a number, a name or '(', found the end of the line" },
      { "v = a b", "1:7", "expected an operator or the end of the statement, found 'b'" },
      { "v = 3\n+4", "2:1", "expected a statement such as x += 1, found '+'" },
      { "3 = v", "1:1", "expected a statement such as x += 1, found '3'" },
      { "if v: x", "1:4", "expected = += -= *= /= //= %= or **=, found 'v'" },
    })
  end)
end)
