--- Decoders: which class (stimulus) a sample of activity belongs to, and how well that is told.
--
--     local model = ln.analysis.decoder("lda", X, labels)
--     model:predict(X)
--     ln.analysis.cross_validate("lda", X, labels, { folds = 5 }).accuracy
--
-- Kinds: "centroid" (nearest mean), "knn" (the majority of the k nearest by Euclid, k = 5; of equal counts the lower class),
-- "ridge" (least squares on -1 and 1 with penalty 1, one class against the rest), "logistic" (softmax with penalty 1, half
-- of which times the squared weights is added to the negative log-likelihood), "lda" (linear discriminant, Fisher 1936,
-- with the pooled covariance; penalty: a part, 0 to 1, of shrinkage towards its mean variance, default 0).
-- Samples are rows; labels are numbers, any.
-- @module lunate.analysis.decoder
local array = require "lunate.array"
local guard = require "lunate.guard"
local input = require "lunate.analysis.input"
local share = require "lunate.share"

local M = {}

-- ---------------------------------------------------------------- kinds: fit(x, places 1..n of classes, n, opts) -> scores(x)

local function class_means(x, y, n)
  local rows = {}
  for c = 1, n do rows[c] = x:where(y:eq(c)):mean(1) end
  return array.stack(rows)
end

local function one_hot(y, n)
  local out = array.zeros(#y, n)
  for k = 1, #y do out[{ k, y[k] // 1 | 0 }] = 1 end
  return out
end

local function with_ones(x) return array.concatenate({ array.ones(#x, 1), x }, 2) end

local kinds = {}

function kinds.centroid(x, y, n)
  local means = class_means(x, y, n)
  return function(z) return -input.squared_distances(z, means) end
end

-- Votes of the k nearest for samples z: a row each.
local function vote(z, x, y, n, k)
  local d, votes = input.squared_distances(z, x), array.zeros(#z, n)
  for i = 1, #z do
    local order, row = d[i]:argsort(), votes[i]
    for j = 1, k do
      local c = y[order[j] // 1 | 0] // 1 | 0
      row[c] = row[c] + 1
    end
  end
  return votes
end

local together = 64 -- samples whose distances are computed together, whatever the number of ranks

function kinds.knn(x, y, n, opts)
  local k = opts.k or 5
  if k < 1 or k > #x then error(("decoder: k is from 1 to the number of samples, %d"):format(#x), 0) end
  return function(z)
    if #z == 0 then return array.zeros(0, n) end
    return array.concatenate(share.out((#z + together - 1) // together, function(b)
      return vote(z:slice((b - 1) * together + 1, math.min(b * together, #z)), x, y, n, k)
    end, "nearest neighbours"))
  end
end

function kinds.ridge(x, y, n, opts)
  local penalty, mean = opts.penalty or 1, x:mean(1)
  local targets = one_hot(y, n) * 2 - 1
  local level = targets:mean(1)
  local c = x - mean
  local p = select(2, c:shape())
  local w = (c:transpose():dot(c) + (array.ones(p) * penalty):diagonal()):solve(c:transpose():dot(targets - level))
  return function(z) return (z - mean):dot(w) + level end
end

-- Scores less the largest of each row, and the logarithms of their chances.
local function log_softmax(s)
  s = s - s:max(2):reshape(-1, 1)
  return s - s:exp():sum(2):log():reshape(-1, 1)
end

-- Newton's method on all weights together; the first class's intercept stays 0, and the penalty settles the rest.
function kinds.logistic(x, y, n, opts)
  local penalty, A, targets = opts.penalty or 1, with_ones(x), one_hot(y, n)
  if penalty <= 0 then error("decoder: a logistic decoder needs a penalty above 0", 0) end
  local p = select(2, A:shape())
  local At, size = A:transpose(), n * p
  local ridge = array.ones(p, n) * penalty
  for c = 1, n do ridge[{ 1, c }] = 1e-9 end -- intercepts: enough to make them unique
  local w = array.zeros(p, n)
  local function cost(v) return (v * v * ridge):sum() / 2 - (targets * log_softmax(A:dot(v))):sum() end
  local now = cost(w)
  for _ = 1, 100 do
    local q = log_softmax(A:dot(w)):exp()
    local gradient = At:dot(q - targets) + w * ridge
    local hessian = array.zeros(size, size) -- blocks of classes
    for a = 1, n do
      for b = a, n do
        local weights = q:column(a) * ((a == b and 1 or 0) - q:column(b))
        local block = (At * weights):dot(A)
        for i = 1, p do
          for j = 1, p do
            local value = block[{ i, j }]
            hessian[{ (a - 1) * p + i, (b - 1) * p + j }] = value
            hessian[{ (b - 1) * p + j, (a - 1) * p + i }] = value
          end
        end
      end
    end
    for c = 1, n do
      for i = 1, p do
        local k = (c - 1) * p + i
        hessian[{ k, k }] = hessian[{ k, k }] + ridge[{ i, c }]
      end
    end
    local step = hessian:solve(gradient:transpose():reshape(-1)):reshape(n, p):transpose()
    local part, next_cost = 1
    repeat
      next_cost = cost(w - step * part)
      part = part / 2
    until next_cost <= now or part < 1e-6
    w = w - step * (part * 2)
    if step:abs():max() < 1e-10 * math.max(1, w:abs():max()) then break end
    now = next_cost
  end
  return function(z) return log_softmax(with_ones(z):dot(w)) end
end

function kinds.lda(x, y, n, opts)
  local shrinkage, means = opts.penalty or 0, class_means(x, y, n)
  if not (shrinkage >= 0 and shrinkage <= 1) then error("decoder: of lda the penalty is a part, from 0 to 1", 0) end
  local c = x - means:take(y)
  local covariance = c:transpose():dot(c) / #x
  local p = #covariance
  if shrinkage > 0 then
    local mean = covariance:diagonal():mean()
    covariance = covariance * (1 - shrinkage) + (array.ones(p) * (shrinkage * mean)):diagonal()
  end
  local weights, rank = covariance:lstsq(means:transpose()) -- of the smallest norm where the covariance is singular
  if rank == 0 then error("decoder: within the classes nothing varies: set a penalty, or take \"centroid\"", 0) end
  local level = array.zeros(n)
  for k = 1, n do level[k] = math.log(y:eq(k):sum() / #y) end
  level = level - (means:transpose() * weights):sum(1) / 2
  return function(z) return z:dot(weights) + level end
end

-- ---------------------------------------------------------------- models

local Model = { __name = "decoder" }
local private = setmetatable({}, { __mode = "k" })
local methods = {}
Model.__index = methods

local function check_samples(model, x)
  local m, _, k = input.matrix("predict", x)
  local p = private[model]
  if k ~= p.variables then error(("predict: the decoder knows %d variables, these samples have %d"):format(p.variables, k), 0) end
  return m
end

--- The scores of each sample for each class: the larger the likelier; of "logistic" the logarithms of the chances.
-- @return array, samples by classes (ascending labels)
function methods:scores(x) return private[self].score(check_samples(self, x)) end

--- The class of each sample.
-- @return array of labels
function methods:predict(x)
  local p = private[self]
  return p.classes:take(p.score(check_samples(self, x)):argmax(2))
end

--- The labels there are, ascending.
function methods:classes() return private[self].classes end

function Model:__tostring()
  local p = private[self]
  return ("%s decoder of %d classes from %d variables"):format(p.kind, #p.classes, p.variables)
end

for _, name in ipairs { "scores", "predict", "classes" } do methods[name] = guard.wrap(name, methods[name]) end

-- Labels as they are given out: whole numbers where they are such.
local function whole(a) return a:eq(a:floor()):all() and a:integer() or a end

local function labelled(what, x, labels)
  local m, n, k = input.matrix(what, x, 2)
  local y = input.signal(what, labels)
  if #y ~= n then error(("%s: %d samples, but %d labels"):format(what, n, #y), 0) end
  local classes = whole((y:unique()))
  if #classes < 2 then error(what .. ": there must be at least two classes", 0) end
  local place = {}
  for c = 1, #classes do place[classes[c]] = c end
  return m, y:map(function(label) return place[label] end), classes, k
end

local function check_kind(what, kind)
  if not kinds[kind] then
    error(('%s: the kind is "centroid", "knn", "ridge", "logistic" or "lda", not %s'):format(what, tostring(kind)), 0)
  end
end

local option_types = { k = { "integer" }, penalty = { "number" } }

--- A decoder fitted to samples and their labels (Hastie, Tibshirani and Friedman 2009, The Elements of Statistical Learning).
-- @string kind "centroid", "knn", "ridge", "logistic" or "lda"
-- @param x array of samples by variables
-- @param labels array or list of numbers
-- @tab[opt] opts k (of "knn"), penalty
-- @return model with :predict(x), :scores(x), :classes()
function M.decoder(kind, x, labels, opts)
  check_kind("decoder", kind)
  opts = input.options("decoder", opts, option_types)
  local m, y, classes, k = labelled("decoder", x, labels)
  local self = setmetatable({}, Model)
  private[self] = { kind = kind, classes = classes, variables = k, score = kinds[kind](m, y, #classes, opts) }
  return self
end

-- ---------------------------------------------------------------- how well

--- The part of labels that are right, 0 to 1.
-- @param truth array or list of labels (numbers)
-- @param told array or list, as long
-- @treturn number
function M.accuracy(truth, told)
  local a, b = input.signals("accuracy", truth, told, "labels")
  return a:eq(b):mean()
end

--- Confusion matrix: how often samples of class i (row) were told to be of class j (column).
-- @param truth array or list of labels (numbers)
-- @param told array or list, as long
-- @return array; array of the classes, ascending
function M.confusion(truth, told)
  local a, b = input.signals("confusion", truth, told, "labels")
  local classes = whole((array.concatenate({ a, b }):unique()))
  local place, out = {}, array.zeros(#classes, #classes):integer()
  for k = 1, #classes do place[classes[k]] = k end
  for k = 1, #a do
    local at = { place[a[k]], place[b[k]] }
    out[at] = out[at] + 1
  end
  return out, classes
end

--- Area under the receiver operating characteristic: the chance that a sample of class 1 scores above one of class 0,
-- equal scores counting half (Hanley and McNeil 1982, Radiology 143:29).
-- @param truth array or list of 0 and 1
-- @param score array or list
-- @treturn number 0 to 1
function M.auc(truth, score)
  local a, b = input.signals("auc", truth, score, "labels")
  if a:eq(0):sum() + a:eq(1):sum() ~= #a then error("auc: the classes are 0 and 1", 0) end
  local ones, zeros = b:where(a), b:where(a:no())
  if #ones == 0 or #zeros == 0 then error("auc needs samples of both classes", 0) end
  return require("lunate.statistics").mann_whitney(ones, zeros).statistic / (#ones * #zeros)
end

--- Cross-validation (Stone 1974): each fold is told by a decoder fitted to the others. Folds have the classes in equal parts;
-- each rank does a share of them.
-- @string kind of decoder
-- @param x array of samples by variables
-- @param labels array or list of numbers
-- @tab[opt] opts folds (default 5), key (of the shuffle, default 1), k, penalty
-- @treturn table accuracy (of all samples), folds (array: the accuracy of each), predicted (array of labels), confusion,
-- classes
function M.cross_validate(kind, x, labels, opts)
  check_kind("cross_validate", kind)
  opts = input.options("cross_validate", opts,
    { folds = { "integer" }, key = { "integer" }, k = option_types.k, penalty = option_types.penalty })
  local folds = opts.folds or 5
  local m, y, classes = labelled("cross_validate", x, labels)
  if folds < 2 then error("cross_validate: there must be at least 2 folds", 0) end
  local fold, next_fold = array.zeros(#y), 0
  local draws = array.random(require("lunate.distribution").uniform(0, 1), #y, opts.key or 1)
  for c = 1, #classes do
    local places = y:eq(c):where()
    if #places < folds then
      error(("cross_validate: class %g has %d samples, fewer than the %d folds"):format(classes[c], #places, folds), 0)
    end
    for _, k in draws:take(places):argsort():iterate() do
      fold[places[k // 1 | 0] // 1 | 0] = next_fold + 1
      next_fold = (next_fold + 1) % folds
    end
  end
  local predicted, each = classes:take(array.ones(#y)), array.zeros(folds)
  local told_of = share.out(folds, function(f)
    local test = fold:eq(f)
    local train = test:no()
    return kinds[kind](m:where(train), y:where(train), #classes, opts)(m:where(test)):argmax(2)
  end, "cross_validate")
  for f, told in ipairs(told_of) do
    local test = fold:eq(f)
    local places = test:where()
    for k = 1, #places do predicted[places[k] // 1 | 0] = classes[told[k] // 1 | 0] end
    each[f] = told:eq(y:where(test)):mean()
  end
  local truth = classes:take(y)
  local confusion = M.confusion(truth, predicted)
  return { accuracy = truth:eq(predicted):mean(), folds = each, predicted = predicted, confusion = confusion, classes = classes }
end

return M
