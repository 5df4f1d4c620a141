--- Values as text, from rank to rank: nil, booleans, numbers, strings, quantities, arrays, and tables of those.
-- Numbers keep their bits. Tables are copied, without metatables.
-- @module lunate.parcel
local M = {}

local writers, readers = {}, {}

local function refuse(x, where)
  local meta = getmetatable(x)
  local name = type(meta) == "table" and meta.__name or type(x)
  error(("%sa %s cannot go to other ranks: numbers, quantities, texts, arrays and tables of them can")
    :format(where and where .. ": " or "", name), 0)
end

local function write(x, out, depth)
  if depth > 20 then error("a table that holds itself cannot go to other ranks", 0) end
  local writer = writers[type(x)]
  if not writer then refuse(x) end
  writer(x, out, depth)
end

local function read(text, at) return readers[text:sub(at, at)](text, at + 1) end

writers["nil"] = function(_, out) out[#out + 1] = "n" end
function writers.boolean(x, out) out[#out + 1] = x and "t" or "f" end
function writers.number(x, out)
  out[#out + 1] = math.type(x) == "integer" and "i" .. string.pack("<i8", x) or "d" .. string.pack("<d", x)
end
function writers.string(x, out) out[#out + 1] = "s" .. string.pack("<s8", x) end

function readers.n(_, at) return nil, at end
function readers.t(_, at) return true, at end
function readers.f(_, at) return false, at end
function readers.i(text, at) return string.unpack("<i8", text, at) end
function readers.d(text, at) return string.unpack("<d", text, at) end
function readers.s(text, at) return string.unpack("<s8", text, at) end

-- Dimensions are their seven exponents, nothing where there is none.
local function pack_dim(dim)
  if not dim then return "\0" end
  return "\1" .. string.pack("<ddddddd", table.unpack(dim, 1, 7))
end
local function unpack_dim(text, at)
  if text:byte(at) == 0 then return nil, at + 1 end
  local exponents = { string.unpack("<ddddddd", text, at + 1) }
  return require("lunate.dimension").new(exponents), exponents[8]
end

function writers.userdata(x, out)
  local kernel = require "lunate.kernel"
  if not kernel.array_is(x) then refuse(x) end
  local shape = { x:shape() }
  out[#out + 1] = "a" .. string.pack("<s1B", x:kind(), #shape) .. string.pack(("<i8"):rep(#shape), table.unpack(shape))
    .. pack_dim(kernel.array_dim(x))
  out[#out + 1] = string.pack("<s8", kernel.array_bytes(x))
end
function readers.a(text, at)
  local kernel = require "lunate.kernel"
  local kind, n, shape, dim, bytes
  kind, n, at = string.unpack("<s1B", text, at)
  shape = { string.unpack(("<i8"):rep(n), text, at) }
  dim, at = unpack_dim(text, table.remove(shape))
  bytes, at = string.unpack("<s8", text, at)
  local out = kernel.array_of_bytes(bytes, kind, table.unpack(shape))
  return dim and kernel.array_set_dim(out, dim) or out, at
end

function writers.table(x, out, depth)
  local Q = require "lunate.quantity"
  if Q.is(x) then
    out[#out + 1] = "q" .. string.pack("<d", x.value) .. pack_dim(x.dim)
    return
  end
  if getmetatable(x) ~= nil then refuse(x) end
  local n = 0
  for _ in pairs(x) do n = n + 1 end
  out[#out + 1] = "{" .. string.pack("<i8", n)
  for key, value in pairs(x) do
    write(key, out, depth + 1)
    write(value, out, depth + 1)
  end
end
function readers.q(text, at)
  local value, dim
  value, at = string.unpack("<d", text, at)
  dim, at = unpack_dim(text, at)
  return require("lunate.quantity").new(value, dim), at
end
readers["{"] = function(text, at)
  local out, n, from = {}, string.unpack("<i8", text, at)
  for _ = 1, n do
    local key, after = read(text, from)
    out[key], from = read(text, after)
  end
  return out, from
end

--- A value as text; raises where it is of another kind.
function M.pack(x)
  local out = {}
  write(x, out, 0)
  return table.concat(out)
end

--- The value that begins at a place of a text, and the place after it.
function M.unpack(text, at) return read(text, at or 1) end

return M
