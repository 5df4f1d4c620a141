--- What projections know of themselves: inner records by object, for the files of `lunate.projection`.
-- @module lunate.projection.inner
return setmetatable({}, { __mode = "k" })
