local arguments = require "lunate.arguments"

describe("A script's arguments", function()
  local before = arg
  after_each(function() _G.arg = before end) -- luacheck: ignore

  local function read(...)
    _G.arg = { ... } -- luacheck: ignore
    return arguments.read { scale = 1, drive = { "dc", "poisson" }, out = "here" }
  end

  it("have defaults", function() assert.same({ scale = 1, drive = "dc", out = "here" }, read()) end)

  it("come as --name value or --name=value", function()
    assert.same({ scale = 0.5, drive = "poisson", out = "-x" }, read("--scale", "0.5", "--drive=poisson", "--out", "-x"))
  end)

  local function refused(message, ...)
    local ok, err = pcall(read, ...)
    assert.is_false(ok)
    assert.equal(message, err)
  end

  it("are refused with what was expected", function()
    refused("unknown argument '--scal' (did you mean 'scale'?); there are --drive, --out, --scale", "--scal", "1")
    refused("unknown argument 'x'; there are --drive, --out, --scale", "x")
    refused("--scale: expected a number, got 'big'", "--scale", "big")
    refused("--drive: expected one of dc, poisson, got 'ac'", "--drive=ac")
    refused("--scale: its value is missing", "--scale")
  end)
end)
