-- luacheck: Lua 5.4, no globals but the standard ones; busted's in the specs.
std = "lua54"
max_line_length = 130
files["**/*_spec.lua"] = { std = "+busted" }
