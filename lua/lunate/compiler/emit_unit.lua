--- What all generated C files share: the comment with the user's text, tables, the exported unit.
-- @module lunate.compiler.emit_unit

local M = {}

M.REAL = { [4] = "float", [8] = "double" }

--- Bytes of a real number of a model.
function M.bytes(ir)
  return ir.precision == "single" and 4 or 8
end

--- A user's name, which becomes part of a C identifier.
function M.identifier(name)
  assert(name:match "^[%a_][%w_]*$", "not a name: " .. name)
  return name
end

--- Text that may stand in a C comment whatever it says.
function M.harmless(text)
  text = text:gsub("[%z\1-\9\11-\31\127]", " "):gsub("\\", "|"):gsub("%?%?", "? ?")
  return (text:gsub("%*/", "* /"):gsub("/%*", "/ *"))
end

-- The lines of a text without common indentation and empty ends.
local function lines_of(text)
  local lines, indent = {}, math.huge
  for line in (text .. "\n"):gmatch "(.-)\n" do
    line = line:gsub("%s+$", "")
    lines[#lines + 1] = line
    if line ~= "" then indent = math.min(indent, #line:match "^ *") end
  end
  while lines[1] == "" do table.remove(lines, 1) end
  while lines[#lines] == "" do table.remove(lines) end
  for k, line in ipairs(lines) do lines[k] = line:sub(indent + 1) end
  return lines
end

--- The comment at the head of a unit.
-- @tparam string title
-- @tparam table sections list of `{ heading, text }`; nil texts are left out
function M.header(title, sections)
  local out = { "/* " .. M.harmless(title) }
  for _, section in ipairs(sections) do
    local heading, text = section[1], section[2]
    if text then
      out[#out + 1] = " *"
      out[#out + 1] = " * " .. heading
      for _, line in ipairs(lines_of(M.harmless(text))) do out[#out + 1] = " *   " .. line end
    end
  end
  out[#out + 1] = " */"
  return table.concat(out, "\n")
end

--- A C string literal of printable characters.
function M.string(text)
  return '"' .. text:gsub("[^%w_ .:<>=+*/()-]", "_") .. '"'
end

--- `static const type name[] = {…};`, or nil when empty.
function M.array(declaration, items)
  if #items == 0 then return nil end
  return string.format("static const %s[] = {\n  %s,\n};", declaration, table.concat(items, ",\n  "))
end

--- A table of names.
function M.names(variable, items)
  local texts = {}
  for k, item in ipairs(items) do texts[k] = M.string(item.name) end
  return M.array("char *const " .. variable, texts)
end

--- The table of variables: items `{ name, type = "real"|"int"|"bool", flags = { "LN_STATE", … } }`.
function M.variables(items)
  local texts = {}
  for k, item in ipairs(items) do
    local flags = #item.flags > 0 and table.concat(item.flags, " | ") or "0"
    local kind = item.type == "real" and "LN_REAL" or "LN_INT"
    texts[k] = string.format("{%s, %s, %s}", M.string(item.name), kind, flags)
  end
  return M.array("ln_variable variables", texts)
end

--- The exported table: fields are `{ name, value }`; nil and false values are left out.
function M.unit(fields)
  local out = { "const ln_unit ln_unit_v1 = {", "  .abi = LN_ABI_VERSION," }
  for _, field in ipairs(fields) do
    if field[2] then out[#out + 1] = string.format("  .%s = %s,", field[1], field[2]) end
  end
  out[#out + 1] = "};"
  return table.concat(out, "\n")
end

--- Lines with an indentation of `depth` times two spaces, as text.
function M.indent(lines, depth)
  local pad = string.rep("  ", depth)
  local out = {}
  for k, line in ipairs(lines) do out[k] = pad .. line .. "\n" end
  return table.concat(out)
end

--- A whole file from its parts (nil parts left out), `bytes` those of a real number.
function M.file(bytes, header, parts)
  local out, headers = { header, "" }, '#include "mathvec.h"\n'
  for k = 1, parts.n do out[#out + 1] = parts[k] or nil end
  for _, text in ipairs(out) do
    if text:find("ln_propagate(", 1, true) then headers = headers .. '#include "propagate.h"\n' break end
  end
  out[2] = headers .. "\ntypedef " .. M.REAL[bytes] .. " real;"
  return table.concat(out, "\n\n") .. "\n"
end

return M
