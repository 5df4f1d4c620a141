--- Prints the C of an expression for setting up: values of many elements at once, in double precision.
-- @module lunate.compiler.emit_expression

local common = require "lunate.compiler.emit_common"
local emit_c = require "lunate.compiler.emit_c"
local unit = require "lunate.compiler.emit_unit"

local M = {}

local KIND = {
  pre = "LN_IN_PRE", post = "LN_IN_POST", syn = "LN_IN_SYN", i = "LN_IN_I", j = "LN_IN_J",
  n_pre = "LN_IN_N_PRE", n_post = "LN_IN_N_POST", parameter = "LN_IN_PAR",
}

local use_table = common.tables "table"

local function resolve(scope, node)
  local ref = node.ref
  if ref.kind == "builtin" then return common.BUILTIN[ref.name](scope) end
  local input = ref.input
  local name = "in" .. input.index
  if not scope.loaded[name] then
    scope.loaded[name] = true
    scope:need(string.format("const double *const at_%s = a->in[%d]; /* %s */", name, input.index,
      unit.identifier(input.name)))
    local int = input.type ~= "real"
    scope:line(1, "const %s %s = %sat_%s[b + k];", int and "int32_t" or "double", name, int and "(int32_t)" or "", name)
  end
  return { text = name, level = 1, ctype = input.type == "real" and "d" or "i" }
end

-- Uniform and normal numbers are drawn for a group of lanes beforehand, in loops that vectorise.
local function random(scope, node)
  local site = scope:site(node)
  local text = scope:draw(node, string.format(
    "a->key, a->id[2 * (b + k)], a->id[2 * (b + k) + 1] + ((uint64_t)%d << 48)", site))
  if node.fn.scalar then return text end
  return common.draw_ahead(scope, "double", site, text)
end

local function inputs(ir)
  local texts = {}
  for k, input in ipairs(ir.inputs) do
    texts[k] = string.format("{%s, %s}", unit.string(input.name), assert(KIND[input.kind], input.kind))
  end
  return unit.array("ln_input inputs", texts)
end

--- The C of an expression.
-- @tparam table ir from analyse.expression
-- @tparam[opt] string text the user's text for the comment
-- @treturn string
function M.source(ir, text)
  local scope = emit_c.scope { precision = 8, inner = 1, resolve = resolve, random = random, sites = {} }
  scope.loaded, scope.lanes_ahead, scope.table = {}, {}, use_table
  local value = scope:text(ir.expr)
  scope:line(1, "a->out[b + k] = %s;", ir.type == "real" and value or "(double)(" .. value .. ")")
  local evaluate = table.concat {
    "static void evaluate(const ln_expression_args *a) {\n",
    unit.indent(scope.declarations, 1), unit.indent(scope.lines[0], 1),
    "  for (int64_t b = 0; b < a->n; b += LN_LANES) {\n", unit.indent(scope.lanes_ahead, 2),
    "    LN_EACH_LANE(k) {\n", unit.indent(scope.lines[1], 3), "    }\n  }\n}",
  }
  return unit.file(8, unit.header("Expression for setting up.", { { "Expression:", text } }), table.pack(
    inputs(ir), unit.names("tables", ir.tables), evaluate, unit.unit {
      { "kind", "LN_EXPRESSION" }, { "name", unit.string "expression" }, { "precision", 8 },
      { "n_table", #ir.tables }, { "table", #ir.tables > 0 and "tables" },
      { "n_in", #ir.inputs }, { "in", #ir.inputs > 0 and "inputs" }, { "evaluate", "evaluate" },
    }))
end

return M
