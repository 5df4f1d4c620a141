--- Linear algebra on arrays of one and two dimensions, by BLAS and LAPACK, with units.
--
-- Signs that are free are fixed: the largest entry of each eigenvector and left singular vector is positive, the diagonal
-- of R is not negative. nan and inf are refused.
-- @module lunate.array.linear
local Q = require "lunate.quantity"
local guard = require "lunate.guard"

local lapack
local function load()
  lapack = lapack or require "lunate.linalg"
  return lapack
end

return function(M, methods, tools)
  local wrap, dim_of = tools.wrap, tools.dim_of

  local function with(x, dim) return M.is(x) and wrap(x, dim) or Q.new(x, dim) end
  local function need(what, b)
    if M.is(b) then return b end
    if type(b) == "table" and not Q.is(b) then return M.new(b) end
    error(("%s takes an array, got %s"):format(what, tools.describe(b)), 0)
  end

  --- Product: of vectors a number, of matrix and vector a vector, of matrices a matrix.
  methods.dot = guard.wrap("dot", function(a, b)
    b = need("dot", b)
    return with(load().product(a, b), dim_of(a) * dim_of(b))
  end)

  --- x with a x = b. A singular matrix is an error.
  -- @param b vector, or matrix of right-hand sides as columns
  methods.solve = guard.wrap("solve", function(a, b)
    b = need("solve", b)
    return wrap(load().solve(a, b), dim_of(b) / dim_of(a))
  end)

  --- The x of smallest norm that minimises |a x - b|.
  -- @return x
  -- @treturn int the rank of a
  methods.lstsq = guard.wrap("lstsq", function(a, b)
    b = need("lstsq", b)
    local x, rank = load().lstsq(a, b)
    return wrap(x, dim_of(b) / dim_of(a)), rank
  end)

  --- The inverse of a matrix. A singular matrix is an error.
  methods.inverse = guard.wrap("inverse", function(a) return wrap(load().inverse(a), dim_of(a) ^ -1) end)

  --- The determinant.
  methods.det = guard.wrap("det", function(a) return with(load().det(a), dim_of(a) ^ #a) end)

  --- Eigenvalues (ascending) and eigenvectors (columns) of a symmetric matrix.
  methods.eigh = guard.wrap("eigh", function(a)
    local values, vectors = load().eigh(a)
    return wrap(values, dim_of(a)), vectors
  end)

  --- Eigenvalues and eigenvectors of any square matrix.
  -- @return real parts, imaginary parts of the eigenvalues
  -- @return real parts, imaginary parts of the eigenvectors (columns)
  methods.eig = guard.wrap("eig", function(a)
    local re, im, vr, vi = load().eig(a)
    return wrap(re, dim_of(a)), wrap(im, dim_of(a)), vr, vi
  end)

  --- Singular values: u, s, vt with a = u diag(s) vt, s descending; the economy size.
  methods.svd = guard.wrap("svd", function(a)
    local u, s, vt = load().svd(a)
    return u, wrap(s, dim_of(a)), vt
  end)

  --- q, r with a = q r; the economy size.
  methods.qr = guard.wrap("qr", function(a)
    local q, r = load().qr(a)
    return q, wrap(r, dim_of(a))
  end)

  --- The lower triangle l of a symmetric positive definite matrix, a = l l'.
  methods.cholesky = guard.wrap("cholesky", function(a) return wrap(load().cholesky(a), dim_of(a) ^ 0.5) end)
end
