--- All conformance cases in one process a rank: each is compared with its reference, then everything it made (synapses with
-- their variables, states, recordings) is digested by bits. ranks.sh compares the digests of 1, 2, 3 and 4 ranks.
--
--     lunate ranks.lua CASE.lua...
local ln = require "lunate"
local digest = dofile((arg[0]:match "^.*/" or "") .. "../../mpi/digest.lua")

local cases, show, failed = { table.unpack(arg) }, print, 0
for _, path in ipairs(cases) do
  local outcome
  -- luacheck: push ignore 121 122
  arg = { [0] = path, [-1] = arg[-1] }
  print = function(line) outcome = line end
  local made, ok, message = digest.watch(function() dofile(path) end)
  print = show
  -- luacheck: pop
  local name = path:match "([^/]+)%.lua$"
  if not ok then
    failed = failed + 1
    io.stderr:write(("lunate: %s on %d ranks: %s\n"):format(name, ln.ranks, tostring(message)))
  elseif not tostring(outcome):find(": ok", 1, true) then
    failed = failed + 1
    io.stderr:write(("lunate: %s on %d ranks compared nothing\n"):format(name, ln.ranks))
  end
  digest.report_all(name, made)
  for _, note in ipairs(made) do note.net:close() end
  made = nil -- luacheck: ignore
  collectgarbage()
end
if failed > 0 then error(("%d of %d cases failed"):format(failed, #cases), 0) end
