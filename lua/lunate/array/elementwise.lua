--- Functions of each element of an array: `a:exp()`, `a:sqrt()`, `a:abs()`.
--
-- exp, log, log10, log2, log1p, expm1, sin, cos, tan, arcsin, arccos, arctan, sinh, cosh, tanh, floor, ceil, round, erf,
-- erfc, lgamma (the logarithm of the gamma function) need numbers without unit; sqrt halves the dimension; abs keeps it;
-- sign (-1, 0, 1) gives plain numbers; isnan, isfinite and no (where the element is 0 or false) give masks. Of whole numbers
-- abs, sign, floor, ceil and round are whole.
-- @module lunate.array.elementwise
local kernel = require "lunate.kernel"
local Q = require "lunate.quantity"
local guard = require "lunate.guard"

return function(_, methods, tools)
  local none = Q.dimensionless

  local function plain(name)
    return guard.wrap(name, function(self)
      if tools.dim_of(self) ~= none then
        error(("%s needs numbers without unit, got %s"):format(name, tools.describe(self)), 0)
      end
      return kernel.array_map(name, self)
    end)
  end

  --- e to the power of each element (no unit).
  methods.exp = plain "exp"
  --- The natural logarithm of each element (no unit); nan below 0.
  methods.log = plain "log"
  --- The decimal logarithm of each element (no unit).
  methods.log10 = plain "log10"
  --- The binary logarithm of each element (no unit).
  methods.log2 = plain "log2"
  --- log(1 + x) of each element (no unit), exact near 0.
  methods.log1p = plain "log1p"
  --- exp(x) - 1 of each element (no unit), exact near 0.
  methods.expm1 = plain "expm1"
  --- The sine of each element (radians).
  methods.sin = plain "sin"
  --- The cosine of each element (radians).
  methods.cos = plain "cos"
  --- The tangent of each element (radians).
  methods.tan = plain "tan"
  --- The angle whose sine each element is.
  methods.arcsin = plain "arcsin"
  --- The angle whose cosine each element is.
  methods.arccos = plain "arccos"
  --- The angle whose tangent each element is.
  methods.arctan = plain "arctan"
  --- The hyperbolic sine of each element.
  methods.sinh = plain "sinh"
  --- The hyperbolic cosine of each element.
  methods.cosh = plain "cosh"
  --- The hyperbolic tangent of each element.
  methods.tanh = plain "tanh"
  --- The largest whole number that is not above each element (no unit).
  methods.floor = plain "floor"
  --- The smallest whole number that is not below each element (no unit).
  methods.ceil = plain "ceil"
  --- The nearest whole number (no unit); halves go away from 0.
  methods.round = plain "round"
  --- The error function of each element.
  methods.erf = plain "erf"
  --- 1 less the error function of each element.
  methods.erfc = plain "erfc"
  --- The logarithm of the absolute gamma function of each element.
  methods.lgamma = plain "lgamma"

  --- The sign of each element: -1, 0 or 1.
  methods.sign = guard.wrap("sign", function(self) return kernel.array_map("sign", self) end)
  --- Where elements are nan: a mask.
  methods.isnan = guard.wrap("isnan", function(self) return kernel.array_test("nan", self) end)
  --- Where elements are neither nan nor infinite: a mask.
  methods.isfinite = guard.wrap("isfinite", function(self) return kernel.array_test("finite", self) end)
  --- Where elements are false, or 0: a mask, the opposite of a mask.
  methods.no = guard.wrap("no", function(self) return kernel.array_test("no", self) end)
  local function size(a)
    local n, m, k = a:shape()
    return n * (m or 1) * (k or 1)
  end
  --- Whether any element is true (of numbers: not 0).
  methods.any = guard.wrap("any", function(self) return self:no():sum() < size(self) end)
  --- Whether all elements are true (of numbers: not 0); of nothing, too.
  methods.all = guard.wrap("all", function(self) return self:no():sum() == 0 end)
  --- The absolute value of each element, in its unit.
  methods.abs = guard.wrap("abs", function(self)
    local dim = tools.dim_of(self)
    local out = kernel.array_map("abs", self)
    return dim == none and out or tools.wrap(out, dim)
  end)
  --- The square root of each element, of half the dimension; nan below 0.
  methods.sqrt = guard.wrap("sqrt", function(self)
    return tools.wrap(kernel.array_map("sqrt", self), tools.dim_of(self) ^ 0.5)
  end)
end
