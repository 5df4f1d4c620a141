--- When a synapse's pathways take their turn among all that happens in a part of a step: the lowest number first.
-- @module lunate.compiler.order
local M = {}

local USUAL = { pre = -1, post = 1, all = 0 } -- by side, as in Brian2

--- What a pathway is called in `order = { … }`: its name, or `equations` and `summed`.
function M.name(pathway)
  return pathway.kind == "clock" and "equations" or pathway.kind == "summed" and "summed" or pathway.name
end

--- Whether a pathway has a turn that can be given: what runs every so often, or at a signal, has none.
function M.has_turn(pathway)
  return pathway.side ~= "all" or pathway.kind == "clock" or pathway.kind == "summed"
end

--- A pathway's number, where `given` (by name) does not say: that of its side.
function M.of(pathway, given) return given and given[M.name(pathway)] or USUAL[pathway.side] end

--- Whether all that targets' spikes do comes after all that those of sources do.
function M.is_usual(pathways, given)
  local last, first = -math.huge, math.huge
  for _, pathway in ipairs(pathways) do
    local number = M.of(pathway, given)
    if pathway.side == "pre" then last = math.max(last, number) end
    if pathway.side == "post" then first = math.min(first, number) end
  end
  return last < first
end

return M
