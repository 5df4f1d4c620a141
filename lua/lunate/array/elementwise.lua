--- Functions of each element of an array: `a:exp()`, `a:sqrt()`, `a:abs()`.
--
-- exp, log, log10, log2, log1p, expm1, sin, cos, tan, arcsin, arccos, arctan, sinh, cosh, tanh, floor, ceil, round, erf,
-- erfc, lgamma (the logarithm of the gamma function) need numbers without unit; sqrt halves the dimension; abs keeps it;
-- sign (-1, 0, 1), isnan, isfinite (1 or 0) and no (1 where the element is 0, else 0) give plain numbers.
-- @module lunate.array.elementwise
local kernel = require "lunate.kernel"
local Q = require "lunate.quantity"
local guard = require "lunate.guard"

local plain = {
  "exp", "log", "log10", "log2", "log1p", "expm1", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh",
  "floor", "ceil", "round", "erf", "erfc", "lgamma",
}

return function(_, methods, tools)
  local none = Q.dimensionless
  for _, name in ipairs(plain) do
    methods[name] = guard.wrap(name, function(self)
      if tools.dim_of(self) ~= none then
        error(("%s needs numbers without unit, got %s"):format(name, tools.describe(self)), 0)
      end
      return kernel.array_map(name, self)
    end)
  end
  for _, name in ipairs { "sign", "isnan", "isfinite", "no" } do
    methods[name] = guard.wrap(name, function(self) return kernel.array_map(name, self) end)
  end
  methods.abs = guard.wrap("abs", function(self) return tools.wrap(kernel.array_map("abs", self), tools.dim_of(self)) end)
  methods.sqrt = guard.wrap("sqrt", function(self)
    return tools.wrap(kernel.array_map("sqrt", self), tools.dim_of(self) ^ 0.5)
  end)
end
