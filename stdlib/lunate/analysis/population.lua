--- Populations as points in many dimensions: components, comparisons of representations, dimensionality, clusters.
-- Arrays are samples (rows: times, stimuli) by variables (columns: neurons).
-- @module lunate.analysis.population
local Q = require "lunate.quantity"
local array = require "lunate.array"
local input = require "lunate.analysis.input"
local share = require "lunate.share"

local M = {}

local nan = -(0 / 0) -- without a sign in print

local function centred(what, x, least)
  local m, n, k = input.matrix(what, x, least or 2)
  return m - m:mean(1), n, k
end

local function paired(what, x, y)
  local a, n = centred(what, x)
  local b, m = centred(what, y)
  if n ~= m then error(("%s: the arrays have %d and %d samples"):format(what, n, m), 0) end
  return a, b, n
end

--- Principal components (Hotelling 1933), by the singular values of the centred array.
-- @param x samples by variables
-- @tab[opt] opts components: how many (default: all, at most samples - 1)
-- @treturn table variances (over samples - 1, descending, in the unit squared), ratio (of all variance), components
-- (components by variables; the largest weight over samples is positive), scores (samples by components, in the unit), mean
function M.pca(x, opts)
  opts = input.options("pca", opts, { components = { "integer" } })
  local c, n, m = centred("pca", x)
  local u, s, vt = c:svd()
  local all = s * s / (n - 1)
  local k = math.min(#s, math.max(n - 1, 1), opts.components or m)
  if k < 1 then error("pca: components is at least 1", 0) end
  local dim = array.is(x) and x:dim()
  local function with(a, power) return dim and array.wrap(a, dim ^ power) or a end
  return {
    variances = with(all:slice(1, k):copy(), 2), ratio = all:slice(1, k) / all:sum(), components = vt:slice(1, k):copy(),
    scores = with(u:slice(1, k, 2) * s:slice(1, k), 1), mean = with(input.matrix("pca", x):mean(1), 1),
  }
end

-- An orthonormal basis of the columns: directions that are rounding only are left out.
local function basis(what, c)
  local u, s = c:svd()
  local k = s:gt(s[1] * 1e-10):sum() // 1 | 0
  if s[1] == 0 then error(what .. ": an array is constant", 0) end
  return u:slice(1, k, 2)
end

local function canonical(what, a, b)
  local _, s = basis(what, a):transpose():dot(basis(what, b)):svd()
  return s:minimum(1)
end

--- Canonical correlations (Hotelling 1936) of two arrays of the same samples, descending. There must be more samples than
-- variables for them to say anything.
-- @return array
-- @param x array of samples by variables
-- @param y array of the same samples
function M.cca(x, y)
  local a, b = paired("cca", x, y)
  return canonical("cca", a, b)
end

--- SVCCA (Raghu et al. 2017): canonical correlations of the leading principal components that hold a part of the
-- variance; also returns their mean.
-- @param x array of samples by variables
-- @param y array of the same samples
-- @tab[opt] opts variance: the part (default 0.99)
-- @return array; their mean
function M.svcca(x, y, opts)
  opts = input.options("svcca", opts, { variance = { "number" } })
  local part = opts.variance or 0.99
  if not (part > 0 and part <= 1) then error("svcca: variance is a part, above 0 to 1", 0) end
  local a, b = paired("svcca", x, y)
  local function leading(c)
    local u, s = c:svd()
    if s[1] == 0 then error("svcca: an array is constant", 0) end
    local shares = (s * s):cumsum() / (s * s):sum()
    local k = math.min(#s, (shares:lt(part - 1e-12):sum() // 1 | 0) + 1)
    return u:slice(1, k, 2) * s:slice(1, k)
  end
  local r = canonical("svcca", leading(a), leading(b))
  return r, r:mean()
end

--- The dissimilarities of samples: 1 - Pearson's correlation of each two rows (Kriegeskorte et al. 2008).
-- @param x samples by variables
-- @return array, samples by samples; nan for a row that is constant
function M.dissimilarity(x)
  return 1 - require("lunate.statistics").correlation_matrix((input.matrix("dissimilarity", x, 2)):transpose())
end

--- Representational similarity (Kriegeskorte et al. 2008): Spearman's correlation of the dissimilarities (1 - correlation)
-- of all pairs of samples in two arrays.
-- @param x array of samples by variables
-- @param y array of the same samples
-- @treturn number
function M.rsa(x, y)
  local a, n = input.matrix("rsa", x, 3)
  local b, m = input.matrix("rsa", y, 3)
  if n ~= m then error(("rsa: the arrays have %d and %d samples"):format(n, m), 0) end
  local function pairs_of(samples) -- each once
    local d, rows = M.dissimilarity(samples), {}
    for i = 1, n - 1 do rows[i] = d[i]:slice(i + 1, n) end
    return array.concatenate(rows)
  end
  local u, v = pairs_of(a), pairs_of(b)
  if u:isnan():any() or v:isnan():any() then
    error("rsa: a sample (row) is constant and has no correlation", 0)
  end
  return (require("lunate.statistics").rank_correlation(u, v))
end

--- Linear centred kernel alignment (Kornblith et al. 2019): |Y'X|^2/(|X'X| |Y'Y|) of centred arrays; 0 to 1. nan where an
-- array is constant.
-- @param x array of samples by variables
-- @param y array of the same samples
-- @treturn number
function M.cka(x, y)
  local a, b = paired("cka", x, y)
  local function norm(p, q)
    local m = p:transpose():dot(q)
    return math.sqrt((m * m):sum())
  end
  return norm(b, a) ^ 2 / (norm(a, a) * norm(b, b))
end

local function spectrum(what, x)
  local _, s = (centred(what, x)):svd()
  return s * s
end

--- Participation ratio (Abbott, Rajan and Sompolinsky 2011): the squared sum of the covariance's eigenvalues by the sum of
-- their squares; from 1 to the number of variables. nan where nothing varies.
-- @param x samples by variables
-- @treturn number
function M.participation_ratio(x)
  local v = spectrum("participation_ratio", x)
  return v:sum() ^ 2 / (v * v):sum()
end

--- Effective rank (Roy and Vetterli 2007): e to the entropy of the singular values of the centred array, as parts of their
-- sum. nan where nothing varies.
-- @param x samples by variables
-- @treturn number
function M.effective_rank(x)
  local s = spectrum("effective_rank", x):sqrt()
  if s:sum() == 0 then return nan end
  local p = s / s:sum()
  p = p:where(p:gt(0))
  return math.exp(-(p * p:log()):sum())
end

-- ---------------------------------------------------------------- clusters

local function squared_distances(x, c) return input.squared_distances(x, c):maximum(0) end

local function first_centres(x, k, draws) -- k-means++ (Arthur and Vassilvitskii 2007)
  local n = #x
  local places = { math.min(n, draws[1] * n // 1 + 1) }
  for j = 2, k do
    local weights = squared_distances(x, x:take(places)):min(2)
    local total = weights:cumsum()
    local goal = draws[j] * total[n]
    places[j] = math.min(n, total:le(goal):sum() + 1)
  end
  return x:take(places):copy()
end

local function lloyd(x, centres, rounds)
  local k, last = #centres, nil
  for _ = 1, rounds do
    local d = squared_distances(x, centres)
    local labels = d:argmin(2)
    local inertia = d:min(2):sum()
    for j = 1, k do
      local mine = labels:eq(j)
      if mine:sum() > 0 then
        local mean, row = x:where(mine):mean(1), centres[j]
        for i = 1, #mean do row[i] = mean[i] end
      end
    end
    if last and inertia >= last then break end
    last = inertia
  end
  local d = squared_distances(x, centres)
  return d:argmin(2), centres, d:min(2):sum()
end

--- k-means (Lloyd 1982) from k-means++ beginnings; the best of several, of which each rank tries a share.
-- @param x samples by variables
-- @int k how many clusters
-- @tab[opt] opts starts (default 10), rounds (at most, default 100), key (of what is drawn, default 1)
-- @treturn table labels (array: 1 to k), centres (k by variables, in the unit), inertia (sum of squared distances)
function M.kmeans(x, k, opts)
  opts = input.options("kmeans", opts, { starts = { "integer" }, rounds = { "integer" }, key = { "integer" } })
  local m, n = input.matrix("kmeans", x)
  if not math.tointeger(k) or k < 1 or k > n then
    error(("kmeans: the number of clusters is from 1 to the number of samples, %d, got %s"):format(n, tostring(k)), 0)
  end
  local uniform, best = require("lunate.distribution").uniform(0, 1), nil
  for _, found in ipairs(share.out(opts.starts or 10, function(start)
    local draws = array.random(uniform, k, (opts.key or 1) << 20 | start)
    local labels, centres, inertia = lloyd(m, first_centres(m, k, draws), opts.rounds or 100)
    return { labels = labels, centres = centres, inertia = inertia }
  end, "kmeans")) do
    if not best or found.inertia < best.inertia then best = found end
  end
  if array.is(x) then
    array.wrap(best.centres, x:dim())
    best.inertia = Q.new(best.inertia, x:dim() ^ 2)
  end
  return best
end

--- Adjusted Rand index (Hubert and Arabie 1985) of two labellings: 1 where they agree but for names, about 0 by chance.
-- @param a array or list of labels (numbers)
-- @param b array or list, as long
-- @treturn number
function M.rand_index(a, b)
  local x, y = input.signals("rand_index", a, b, "labels")
  x, y = x:totable(), y:totable()
  local rows, columns, cells = {}, {}, {}
  local function add(t, key) t[key] = (t[key] or 0) + 1 end
  for k = 1, #x do
    add(rows, x[k])
    add(columns, y[k])
    add(cells, ("%.17g %.17g"):format(x[k], y[k]))
  end
  local function choose(t)
    local sum = 0
    for _, n in pairs(t) do sum = sum + n * (n - 1) / 2 end
    return sum
  end
  local r, c, both, all = choose(rows), choose(columns), choose(cells), #x * (#x - 1) / 2
  local expected = all > 0 and r * c / all or 0
  if (r + c) / 2 == expected then return 1.0 end -- one cluster, or each its own, in both
  return (both - expected) / ((r + c) / 2 - expected)
end

return M
