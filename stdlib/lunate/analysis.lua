--- Analyses: `ln.analysis.cv(spikes)`, `ln.analysis.welch(lfp, { step = 1*ms })`.
--
-- Spike analyses take a recording of spikes, a part of one (`spikes:slice(t0, t1)`, `spikes:of(neurons)`), `ln.spikes {…}`,
-- or a list of trains; those of single trains also an array or list of times. Signals are arrays of one dimension with
-- the time between samples; populations are arrays of samples (rows) by variables (columns). Every value is the same on
-- every rank and for every number of ranks: wherever its neurons lie.
-- Where they are made, of recordings on several ranks: what looks at neurons one by one, or counts spikes, on each rank for
-- its own neurons; matrices of pairs and correlograms with predictor of gathered spikes, each rank a share; of two trains,
-- signals and populations every rank computes all, but for folds, beginnings and neighbours (docs/analyses.md says of each).
-- Sums are exact, so that none of it matters to the bits. Every rank must call.
-- What has no value (the CV of one spike) is nan, as each function says; what makes no sense is an error.
-- @module lunate.analysis
local guard = require "lunate.guard"

local M = {}

for _, part in ipairs { "trains", "correlation", "distance", "information", "spectrum", "filter", "lfp", "population",
  "decoder" } do
  for name, f in pairs(require("lunate.analysis." .. part)) do
    M[name] = type(f) == "function" and guard.wrap("ln.analysis." .. name, f) or f
  end
end

return require("lunate.options").strict("ln.analysis", M)
