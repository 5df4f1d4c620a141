-- CSV files: what is read, and what is refused with which line.
local csv = require "lunate.csv"

local function parse(text) return csv.parse(text, "f.csv") end

local function refused(text, message)
  local ok, err = pcall(parse, text)
  assert.is_false(ok)
  assert.are.equal(message, err)
end

describe("CSV files", function()
  it("gives columns of numbers and of texts", function()
    local file = parse "pre,post,w\nAVAL,PLML,1.5\nAVAR,PLMR,-2e-3\n"
    assert.are.same({ "pre", "post", "w" }, file.names)
    assert.are.equal(2, file.n)
    assert.are.same({ pre = { "AVAL", "AVAR" }, post = { "PLML", "PLMR" }, w = { 1.5, -0.002 } }, file.columns)
  end)

  it("makes a column of texts where one field is no number", function()
    assert.are.same({ a = { "1", "x" }, b = { 2, 3 } }, parse("a,b\n1,2\nx,3\n").columns)
    assert.are.same({ a = { "1", "" }, b = { 2, 3 } }, parse("a,b\n1,2\n,3\n").columns)
    assert.are.same({ a = { "nan", "0x10", "inf" } }, parse("a\nnan\n0x10\ninf\n").columns)
  end)

  it("keeps whole numbers whole", function()
    assert.are.equal("integer", math.type(parse("i\n7\n").columns.i[1]))
  end)

  it("understands quotes", function()
    local file = parse '"pre, or ""source""",w\n"A\nB",1\n'
    assert.are.same({ 'pre, or "source"', "w" }, file.names)
    assert.are.same({ "A\nB" }, file.columns['pre, or "source"'])
  end)

  it("passes over comments, blank lines, spaces around fields, Windows' line ends and a byte order mark", function()
    local file = parse "\xEF\xBB\xBF# from the lab\r\n\r\n i , w\r\n1,\t2\r\n# done\r\n"
    assert.are.same({ i = { 1 }, w = { 2 } }, file.columns)
  end)

  it("gives no rows of a header alone", function()
    local file = parse "a,b\n"
    assert.are.equal(0, file.n)
    assert.are.same({ a = {}, b = {} }, file.columns)
  end)

  it("refuses rows of another length", function()
    refused("1,2\n3,4\n", "f.csv:1: the first line holds numbers; a line with the names of the columns was expected before it")
    refused("a,b\n1,2\n3\n", "f.csv:3: 1 field where the header has 2")
    refused("a,b\n1,2,3\n", "f.csv:2: 3 fields where the header has 2")
    refused('# x\na,b\n"1\n",2\n3\n', "f.csv:5: 1 field where the header has 2")
  end)

  it("refuses what is cut off", function()
    refused("a,b,c\n1,2,3\n4,5", "f.csv:3: 2 fields where the header has 3; was the file cut off?")
    local no_end = "the last line has no line end, so that it may be cut off; add one if it is whole"
    refused("a,b\n1,2\n3,4", "f.csv:3: " .. no_end)
    refused("a,b", "f.csv:1: " .. no_end)
    refused('a,b\n1,"2', "f.csv:2: a quoted field is not closed; was the file cut off?")
  end)

  it("refuses what is not a table", function()
    refused("", "f.csv:1: the file is empty; a line with the names of the columns was expected")
    refused("# a\n", "f.csv:2: the file is empty; a line with the names of the columns was expected")
    refused("a,,c\n", "f.csv:1: column 2 has no name; the first line must name the columns")
    refused("a,b,a\n", "f.csv:1: two columns are named 'a'")
    refused('a,b\n1,x"y"\n', "f.csv:2: a quote stands inside the field 'x\"y\"'; quote the whole field")
    refused('a,b\n"1"x,2\n', "f.csv:2: a comma or the end of the line was expected after the field '1'")
    refused("\137HDF\0\n", "f.csv:1: this is not a text file")
  end)

  it("reads a file, and says which one it cannot", function()
    local name = os.tmpname()
    local f = assert(io.open(name, "w"))
    f:write "i\n1\n2\n"
    f:close()
    assert.are.same({ 1, 2 }, csv.read(name).columns.i)
    os.remove(name)
    assert.has_error(function() csv.read(name) end, "cannot read " .. name .. ": No such file or directory")
  end)
end)
