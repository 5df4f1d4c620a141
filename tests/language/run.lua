-- Runs busted inside lunate, for specs that need the kernel:
--
--   lunate tests/language/run.lua [busted's options] spec files...
--
-- Exit code 0 when all specs pass. What is loaded before busted is shared by all spec files, which otherwise
-- each start with fresh modules; the language's objects must know each other, so it is loaded here.
if not package.searchpath("busted.runner", package.path) then
  package.path = package.path .. ";/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua" -- pure Lua
end
if package.searchpath("lunate", package.path) then require "lunate" end
require "lunate.runtime"

local exit = os.exit
os.exit = function(code, close) -- luacheck: ignore 122
  if code ~= true and code ~= 0 and code ~= nil then code = 1 end -- busted's is a count, and 256 would be 0
  exit(code, close)
end

table.insert(arg, 1, "--output=plainTerminal")
require "busted.runner" { standalone = false }
