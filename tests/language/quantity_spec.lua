-- Dimensions and quantities: units, arithmetic, printing, messages.

local dimension = require "lunate.dimension"
local Q = require "lunate.quantity"

local u = Q.units
local mV, ms, nS, pA, pF, Hz = u.mV, u.ms, u.nS, u.pA, u.pF, u.Hz

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return message
end

describe("dimensions", function()
  it("are interned", function()
    assert.equal(Q.dim { 1, 0, -1 }, Q.dim { 1, 0, -1, 0, 0, 0, 0 })
    assert.equal(Q.dimensionless, Q.dim {})
    local volt = Q.dim_of(u.volt)
    assert.equal(volt, (volt ^ 0.5) ^ 2)
    assert.equal(volt, (volt ^ (1 / 3)) ^ 3)
    assert.equal(Q.dimensionless, volt / volt)
    assert.equal(Q.dim_of(u.siemens), Q.dim_of(u.amp) / volt)
    assert.is_true(dimension.is(volt))
    assert.is_false(dimension.is(mV))
  end)

  it("print as readable units", function()
    local cases = {
      { u.volt, "V" }, { u.volt / u.second, "V/s" }, { u.siemens / u.metre ^ 2, "S/m^2" },
      { u.farad / u.metre ^ 2, "F/m^2" }, { u.amp / u.metre ^ 2, "A/m^2" }, { u.hertz, "Hz" },
      { u.volt / u.second ^ 0.5, "V/s^0.5" }, { 1 / u.volt, "1/V" }, { 1 / (u.volt * u.second), "1/(V s)" },
      { u.mole / (u.metre ^ 2 * u.second), "mol/(m^2 s)" }, { u.volt ^ 2, "V^2" }, { u.second ^ -2, "1/s^2" },
      { u.ohm, "ohm" }, { u.ohm * u.metre ^ 2, "m^2/S" }, { u.volt ^ 3 / u.amp, "V^2/S" },
      { u.joule, "J" }, { u.pascal, "Pa" }, { u.tesla, "T" }, { u.henry, "H" }, { u.watt, "W" }, { u.newton, "N" },
      { u.amp * u.second / u.volt, "F" }, { u.mmolar, "mol/m^3" }, { u.katal, "kat" }, { u.kelvin, "K" },
      { u.metre ^ 3 / u.kilogram / u.kelvin ^ 2, "m^3/(kg K^2)" },
    }
    for _, case in ipairs(cases) do assert.equal(case[2], tostring(Q.dim_of(case[1]))) end
    assert.equal("1", tostring(Q.dimensionless))
  end)
end)

describe("units", function()
  it("have Brian2's names and values", function()
    local cases = {
      { "mV", 1e-3, u.volt }, { "msecond", 1e-3, u.second }, { "usecond", 1e-6, u.second }, { "us", 1e-6, u.second },
      { "mvolt", 1e-3, u.volt }, { "namp", 1e-9, u.amp }, { "nA", 1e-9, u.amp }, { "psiemens", 1e-12, u.siemens },
      { "ufarad", 1e-6, u.farad }, { "uF", 1e-6, u.farad }, { "cmetre", 1e-2, u.metre }, { "cm", 1e-2, u.meter },
      { "cm2", 1e-4, u.metre ^ 2 }, { "um", 1e-6, u.metre }, { "umetre2", 1e-12, u.metre ^ 2 },
      { "um2", 1e-12, u.metre ^ 2 },
      { "mm3", 1e-9, u.metre ^ 3 }, { "meter2", 1, u.metre ^ 2 }, { "Mohm", 1e6, u.ohm }, { "kHz", 1e3, u.hertz },
      { "MHz", 1e6, u.hertz }, { "ampere", 1, u.amp }, { "kilogram", 1, u.kgram }, { "gram", 1e-3, u.kilogram },
      { "mM", 1, u.mole / u.metre ^ 3 }, { "molar", 1e3, u.mole / u.metre ^ 3 }, { "uM", 1e-3, u.mmolar },
      { "liter", 1e-3, u.metre ^ 3 }, { "dlitre", 1e-4, u.metre ^ 3 }, { "mvolt2", 1e-6, u.volt ^ 2 },
      { "mmole", 1e-3, u.mole }, { "ksievert", 1e3, u.sievert }, { "nfarad3", 1e-27, u.farad ^ 3 },
      { "coulomb", 1, u.amp * u.second }, { "joule", 1, u.watt * u.second }, { "Ykatal", 1e24, u.katal },
      { "yvolt", 1e-24, u.volt }, { "candle", 1, u.candle }, { "lux", 1, u.lumen / u.metre ^ 2 },
    }
    for _, case in ipairs(cases) do
      local unit = u[case[1]]
      assert.is_true(Q.is(unit), case[1])
      assert.equal(case[2], unit.value, case[1]) -- to the bit: the nearest double of its text
      assert.equal(Q.dim_of(case[3]), unit.dim, case[1])
    end
    assert.equal(1, u.radian)
    assert.equal(1e-3, u.mradian)
    for _, name in ipairs { "celsius", "V", "A", "m", "s", "cvolt", "mV2" } do assert.is_nil(u[name], name) end
  end)

  it("know their name without prefix", function()
    assert.equal("volt", Q.base_name.mV)
    assert.equal("metre**2", Q.base_name.cm2)
    assert.equal("kilogram", Q.base_name.mgram)
  end)

  it("are read from text", function()
    assert.equal(u.amp / u.metre ^ 2, Q.parse "amp/meter**2")
    assert.equal(1, Q.parse "1")
    assert.equal(mV, Q.parse "mV")
    assert.equal(u.volt ^ 0.5, Q.parse "volt**0.5")
    assert.equal(1 / u.second, Q.parse "second**-1")
    assert.matches("unknown unit 'foo' in the unit 'foo/ms'", message_of(Q.parse, "foo/ms"))
    assert.matches("the power of a unit must be a number", message_of(Q.parse, "volt**ms"))
    assert.matches("a unit is a product of powers of units", message_of(Q.parse, "volt + amp"))
    assert.matches("use %*%* for powers", tostring(message_of(Q.parse, "volt^2")))
  end)
end)

describe("arithmetic", function()
  it("follows dimensions", function()
    assert.equal(60 * mV, 20 * mV + 40 * mV)
    assert.equal(-20 * mV, 20 * mV - 40 * mV)
    assert.near(1e-12, (nS * mV).value, 1e-26)
    assert.equal(pA.dim, (nS * mV).dim)
    assert.equal(Q.dim_of(u.volt), (pA / nS).dim)
    assert.equal(-3 * mV, -(3 * mV))
    assert.equal(2 * u.volt, Q.sqrt(4 * u.volt ^ 2))
    assert.equal(3 * u.volt, Q.abs(-3 * u.volt))
    assert.equal(1 * mV + 2 * mV, 3 * mV)
    assert.near(0.002, (5 * mV % (3 * mV)).value, 1e-15)
    assert.equal(3, 7 * mV // (2 * mV))
    assert.equal(-1, Q.sign(-3 * mV))
  end)

  it("gives plain numbers where nothing has a dimension", function()
    assert.equal("number", math.type(20 * ms / ms) and "number")
    assert.near(20, 20 * ms / ms, 1e-12)
    assert.near(1, Hz * u.second, 0)
    assert.equal("number", type((2 * mV) ^ 0))
    assert.equal("number", type(Q.new(3, Q.dimensionless)))
  end)

  it("takes plain zero as any dimension", function()
    assert.equal(3 * mV, 3 * mV + 0)
    assert.equal(-3 * mV, 0 - 3 * mV)
    assert.is_true(3 * mV > 0)
    assert.is_true(0 <= 0 * mV)
  end)

  it("compares", function()
    assert.is_true(20 * ms < 1 * u.second)
    assert.is_true(1000 * mV == 1 * u.volt)
    assert.is_false(mV == ms)
    assert.is_true(mV ~= 0.001)
    assert.is_true(2 * mV >= 2 * mV)
  end)

  it("hands over to operands that know better", function()
    local array = setmetatable({}, { __mul = function() return "array" end, __add = function() return "sum" end })
    assert.equal("array", mV * array)
    assert.equal("array", array * mV)
    assert.equal("sum", mV + array)
  end)

  it("refuses what makes no sense, at the user's line", function()
    local cases = {
      { function() return 3 * mV + 20 * ms end, "cannot add 3 mV (V) and 20 ms (s)" },
      { function() return 3 * mV - 1 end, "cannot subtract 3 mV (V) and 1 (no unit)" },
      { function() return 3 * mV < 20 * ms end, "cannot compare 3 mV (V) and 20 ms (s)" },
      { function() return 3 * mV <= 5 end, "cannot compare 3 mV (V) and 5 (no unit)" },
      { function() return 3 * mV % ms end, "cannot take the remainder of 3 mV (V) and 1 ms (s)" },
      { function() return 3 * mV // ms end, "cannot divide without remainder 3 mV (V) and 1 ms (s)" },
      { function() return mV * "x" end, 'cannot multiply 1 mV (V) and the text "x"' },
      { function() return mV / {} end, "cannot divide 1 mV (V) by a table" },
      { function() return mV + true end, "cannot add 1 mV (V) and a boolean" },
      { function() return 2 ^ mV end, "a power must be a plain number, got 1 mV (V)" },
      { function() local x = Q.exp(mV) return x end, "exp needs a number without unit, got 1 mV (V)" },
      { function() local x = Q.sqrt "4" return x end, 'sqrt needs a number or quantity, got the text "4"' },
    }
    for _, case in ipairs(cases) do
      local message = message_of(case[1])
      local file, line, text = message:match "^(.-):(%d+): (.*)$"
      assert.equal(case[2], text)
      assert.matches("quantity_spec.lua", file, 1, true)
      assert.equal(debug.getinfo(case[1], "S").linedefined, tonumber(line))
    end
  end)
end)

describe("functions", function()
  it("are the mathematical ones", function()
    assert.near(math.exp(0.3), Q.exp(0.3), 1e-15)
    assert.near(1e-10 - 5e-21, Q.log1p(1e-10), 1e-25)
    assert.near(1e-10, Q.expm1(1e-10), 1e-19)
    assert.near(math.exp(2) - 1, Q.expm1(2), 1e-14)
    assert.equal(1, Q.exprel(0))
    assert.near((math.exp(1.5) - 1) / 1.5, Q.exprel(1.5), 1e-14)
    assert.near(1.1276259652063807, Q.cosh(0.5), 1e-14)
    assert.near(math.sqrt(Q.cosh(0.7) ^ 2 - 1), Q.sinh(0.7), 1e-14)
    assert.near(Q.sinh(0.7) / Q.cosh(0.7), Q.tanh(0.7), 1e-14)
    assert.equal(-1, Q.tanh(-700))
    assert.near(3, Q.log10(1000), 1e-14)
    assert.equal(1 * mV, Q.min(3 * mV, 1 * mV, 2 * mV))
    assert.equal(3 * mV, Q.max(1 * mV, 3 * mV, 2 * mV))
    assert.near(1, Q.tan(Q.arctan(1)), 1e-14)
  end)
end)

describe("printing", function()
  it("chooses a sensible prefix", function()
    local cases = {
      { -62.3 * mV, "-62.3 mV" }, { 250 * pF, "250 pF" }, { 87.8 * pA, "87.8 pA" }, { 20 * ms, "20 ms" },
      { 8 * Hz, "8 Hz" }, { 0.5 * Hz, "0.5 Hz" }, { 15e3 * Hz, "15 kHz" },
      { 0.3 * u.siemens / u.metre ^ 2, "0.3 S/m^2" },
      { 0 * mV, "0 V" }, { 999.99999 * mV, "1 V" }, { 999.999 * mV, "999.999 mV" }, { 3600 * u.second, "3600 s" },
      { 1.1 * u.Mohm, "1.1 Mohm" }, { 0.1 * ms, "100 us" }, { 20000 * u.um2, "20000 um^2" },
      { 70 * u.kilogram, "70 kg" },
      { 3 * u.mgram, "3 mg" }, { 140 * u.mM, "140 mM" }, { 0.1 * u.uM, "100 nM" }, { 310.15 * u.kelvin, "310.15 K" },
      { 5 / u.volt, "5/V" }, { mV / ms, "1 V/s" }, { 1 / 0 * mV, "inf V" }, { 5 * u.um, "5 um" },
      { 123456789 * u.volt, "123.457 MV" }, { 1 * u.cm, "10 mm" }, { 2 * u.mm3, "2 mm^3" },
    }
    for _, case in ipairs(cases) do assert.equal(case[2], tostring(case[1])) end
  end)

  it("rounds as asked", function()
    assert.equal("-62.3 mV", (-62.3456 * mV):format(3))
    assert.equal("1 V", (999.9 * mV):format(3))
    assert.equal("0.333", Q.format(1 / 3, 3))
  end)

  it("joins text", function()
    assert.equal("v = 3 mV.", "v = " .. 3 * mV .. ".")
  end)
end)
