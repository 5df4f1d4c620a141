local parse = require "lunate.compiler.parse"
local symbolic = require "lunate.compiler.symbolic"

-- A tree with every name a made-up variable, types real.
local function tree(text)
  local function mark(node)
    node.type = node.tag == "number" and math.type(node.value) == "integer" and "int" or "real"
    if node.tag == "name" then node.ref = { kind = "variable", var = { name = node.name, kind = "parameter" } } end
    for _, child in ipairs(node) do mark(child) end
    return node
  end
  return mark(parse.expression(text))
end

-- The value of a tree of + - * / ** and neg.
local function value(node, names)
  local a = node[1] and value(node[1], names)
  local b = node[2] and value(node[2], names)
  if node.tag == "number" then return node.value end
  if node.tag == "name" then return names[node.name] end
  if node.tag == "neg" then return -a end
  return ({ ["+"] = function() return a + b end, ["-"] = function() return a - b end,
    ["*"] = function() return a * b end, ["/"] = function() return a / b end,
    ["**"] = function() return a ^ b end })[node.tag]()
end

local function unknowns(...)
  local set = {}
  for _, name in ipairs { ... } do set[name] = true end
  return function(node) return node.tag == "name" and set[node.name] and node.name or nil end
end

local some = { v = 0.7, w = -1.3, ge = 2.1, E = 4.2, tau = 0.3, a = 1.9, b = -0.4 }

describe("symbolic.linear", function()
  local function coefficients(text, ...)
    local c, rest = symbolic.linear(tree(text), unknowns(...))
    assert.is_table(c, text)
    return c, rest
  end

  it("finds coefficients that put together make the expression again", function()
    for _, text in ipairs {
      "(E - v)/tau", "-(v - ge)*a/tau + b", "a*(b*v + w)/E - (v - w)", "v", "-v", "3*v - 2*v", "a", "-(-(v))",
      "(a + b*v)*E**2", "v**1 + b", "a - (b - (v - E)/tau)", "2*(v + 3*(w - v))",
    } do
      local c, rest = coefficients(text, "v", "w")
      local sum = value(rest, some)
      for name, coefficient in pairs(c) do sum = sum + value(coefficient, some) * some[name] end
      assert.is_true(math.abs(sum - value(tree(text), some)) < 1e-14, text)
      for _, coefficient in pairs(c) do
        assert.is_nil(symbolic.find(coefficient, unknowns("v", "w")), text)
      end
    end
  end)

  it("leaves out coefficients that cancel to zero in numbers", function()
    assert.is_nil(coefficients("0*v + a", "v").v)
    assert.is_nil(coefficients("2*v - 2*v + a", "v").v)
  end)

  it("names the innermost term that is not linear", function()
    local function term(text)
      local c, node = symbolic.linear(tree(text), unknowns("v", "w"))
      assert.is_nil(c, text)
      return parse.text_of(node)
    end
    assert.equal("v**2", term("a*(v**2 + b) - w"))
    assert.equal("v*w", term("a + v*w"))
    assert.equal("a/v", term("b*(a/v)"))
    assert.equal("exp(v)", term("a*exp(v)"))
    assert.equal("2**v", term("2**v"))
  end)
end)

describe("symbolic trees", function()
  it("are simplified as they are made", function()
    local v, zero, one = symbolic.name("v"), symbolic.number(0), symbolic.number(1)
    local function text(node) return parse.text_of(node) end
    assert.equal("v", text(symbolic.add(zero, v)))
    assert.equal("v", text(symbolic.mul(one, v)))
    assert.equal("0", text(symbolic.mul(zero, v)))
    assert.equal("-v", text(symbolic.sub(zero, v)))
    assert.equal("v", text(symbolic.neg(symbolic.neg(v))))
    assert.equal("v - w", text(symbolic.add(v, symbolic.neg(symbolic.name "w"))))
    assert.equal("-(v*w)", text(symbolic.mul(symbolic.neg(v), symbolic.name "w")))
    assert.equal("0.5", text(symbolic.div(one, symbolic.number(2))))
    assert.equal("v", text(symbolic.pow(v, one)))
  end)

  it("do not divide by a zero before the time", function()
    assert.equal("1/0", parse.text_of(symbolic.div(symbolic.number(1), symbolic.number(0))))
  end)

  it("are not changed by substitution", function()
    local before = tree "a*v + exp(v)"
    local after = symbolic.substitute(before, function(n) return n.name == "v" and tree "w + 1" or nil end)
    assert.equal("a*v + exp(v)", parse.text_of(before))
    assert.equal("a*(w + 1) + exp(w + 1)", parse.text_of(after))
  end)

  it("expand subexpressions, all or some, through each other", function()
    local inner = { name = "inner", kind = "subexpression", expr = tree "a + 1" }
    local outer_expr = tree "inner*2"
    outer_expr[1].ref.var = inner
    local outer = { name = "outer", kind = "subexpression", expr = outer_expr }
    local expr = tree "outer/v"
    expr[1].ref.var = outer
    assert.equal("(a + 1)*2/v", parse.text_of(symbolic.expand(expr)))
    assert.equal("inner*2/v", parse.text_of(symbolic.expand(expr, function(var) return var == outer end)))
    assert.is_table(symbolic.find_deep(expr, function(n) return n.name == "a" end))
    assert.is_nil(symbolic.find(expr, function(n) return n.name == "a" end))
  end)
end)
