-- Every public function of ln.analysis, ln.statistics and ln.plot with what it was not made for: it gives a value or an
-- error at the user's line that says what is wrong, and never breaks inside. And what the values are where they are documented.
local ln = require "lunate"
local kernel = require "lunate.kernel"
local array, A, S = ln.array, ln.analysis, ln.statistics
local ms, mV, Hz = ln.ms, ln.mV, ln.Hz
local nan = 0 / 0
local refused = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").refused

local function names_of(library)
  local out = {}
  for name, f in pairs(library) do
    if type(f) == "function" then out[#out + 1] = name end
  end
  table.sort(out)
  return out
end

local net = ln.network { dt = 0.1 * ms }
local pop = net:population(3, ln.neuron { equations = "dv/dt = -v/(10*ms) : volt", threshold = "v > 1*volt",
  reset = "v = 0*volt" }, { name = "still" })

local other = ln.network { dt = 0.1 * ms, seed = 2 }
local firing = other:population(3, ln.neuron { equations = "dv/dt = (12*mV - v)/(5*ms) : volt", threshold = "v > 10*mV",
  reset = "v = 0*mV" }, { name = "firing", v = "10*mV*rand()" })
local recorded, trace = other:record(firing, "spikes"), other:record(firing, "v")
other:run(30 * ms)

local silent = ln.spikes { trains = { {}, {} }, to = 100 * ms }
local one = ln.spikes { trains = { { 5 * ms } }, to = 100 * ms }

local strange = {
  { "nothing" }, { "a number", 3 }, { "a text", "x" }, { "a boolean", true }, { "a function", function() return 1 end },
  { "a network", net }, { "an empty list", {} }, { "an empty array", array {} }, { "nan", { 1.0, nan, 2.0 } },
  { "inf", array { 1.0, 1 / 0, 2.0 } }, { "two numbers", array { 1.0, 2.0 } }, { "a constant", array.ones(50) * 3 },
  { "volts", array { 1.0, 2.0, 3.0 } * mV }, { "whole numbers", array.range(20) }, { "a mask", array.range(20):gt(7) },
  { "a matrix", array { { 1.0, 2.0 }, { 3.0, 4.0 }, { 5.0, 7.0 } } }, { "a constant matrix", array.zeros(5, 3) },
  { "a matrix with nan", array { { 1.0, nan }, { 3.0, 4.0 } } }, { "three dimensions", array.zeros(2, 2, 2) },
  { "silent neurons", silent }, { "no neurons", ln.spikes { trains = {}, to = 1 * ms } }, { "one spike", one },
  { "no time", ln.spikes { trains = { {}, {} } } },
  { "spikes at once", ln.spikes { trains = { { 5 * ms, 5 * ms, 5 * ms }, { 5 * ms, 5 * ms, 5 * ms } }, to = 10 * ms } },
  { "spikes", ln.spikes { trains = { { 5 * ms, 15 * ms, 30 * ms }, { 6 * ms } }, to = 100 * ms } },
  { "an empty recording", net:record(pop, "spikes") }, { "an empty trace", net:record(pop, "v") },
  { "a recording", recorded }, { "a trace", trace },
  { "recorded values", of = function() return trace.v end }, -- made anew each time: still where they were recorded
  { "intervals", of = function() return recorded:isi() end },
}
local function value_of(x)
  if x.of then return x.of() end
  return x[2]
end
local options = { {}, { step = 1 * ms }, { window = 10 * ms }, { bin = 5 * ms }, { dt = 1 * ms },
  { step = 1 * ms, low = 10 * Hz }, { unknown = 1 } }

-- What a message must not be: of our own sources, of Lua itself.
local inside = { "attempt to", "bad argument", "stdlib/lunate", "lua/lunate", "overflow", "not enough memory" }

local function check(ok, message)
  if ok then return end
  message = tostring(message)
  local fine = message:find "^[^\n]*wrong_input_spec.lua:%d+: " ~= nil
  for _, text in ipairs(inside) do fine = fine and not message:find(text, 1, true) end
  return not fine and message or nil
end

local function try(library, name, ...)
  local ok, result = pcall(library[name], ...)
  if ok and library == ln.plot then
    local text = select("#", ...) == 1
    ok, result = pcall(function() return result:script() and text and result:text { width = 40, height = 10 } end)
  end
  return ok, result
end

for title, library in pairs { ["ln.analysis"] = A, ["ln.statistics"] = S, ["ln.plot"] = ln.plot } do
  describe(title, function()
    for _, name in ipairs(names_of(library)) do
      it(name .. " stands whatever it is given", function()
        local first = (name == "decoder" or name == "cross_validate") and { "lda" } or {}
        local said = {} -- the same on every rank
        local function call(what, ...)
          local given = table.move({ ... }, 1, select("#", ...), #first + 1, { table.unpack(first) })
          local ok, result = try(library, name, table.unpack(given, 1, #first + select("#", ...)))
          said[#said + 1] = ok and type(result) ~= "string" and type(result) or tostring(result):gsub("0x%x+", "")
          local wrong = check(ok, result)
          if wrong then error(("%s of %s: %s"):format(name, what, wrong), 0) end
        end
        for j, x in ipairs(strange) do
          call(x[1], value_of(x))
          for _, opts in ipairs(options) do call(x[1] .. " with options", value_of(x), opts) end
          for k, y in ipairs(strange) do
            local o = (k + j) % (2 * #options) + 1 -- with options every other time
            if ln.ranks == 1 or (k + 3 * j) % 8 == 0 then -- several ranks, which meet often, try a part
              call(x[1] .. " and " .. y[1], value_of(x), value_of(y), options[o])
            end
          end
        end
        for rank, text in ipairs(kernel.allgather(table.concat(said, "\n"))) do
          assert.is_true(text == table.concat(said, "\n"), ("rank %d says something else"):format(rank - 1))
        end
      end)
    end
  end)
end

describe("what has no value", function()
  local constant = array.ones(64) * 3

  local function is_nan(x) assert.is_true(x ~= x, tostring(x)) end
  local function all_nan(a) assert.is_true(a:isnan():all(), tostring(a)) end

  it("of silent neurons and single spikes is nan, 0 or nothing", function()
    for _, name in ipairs { "cv", "cv2", "lv" } do
      all_nan(A[name](silent))
      all_nan(A[name](one))
    end
    all_nan(A.fano(silent, { window = 10 * ms }))
    assert.are.equal(0, #A.isi(one))
    assert.are.equal(0 * Hz, silent:rate())
    assert.are.equal(0, A.psth(silent, 10 * ms):sum() / Hz)
    all_nan(A.latency(silent, 10 * ms) / ms)
    assert.are.same({ {}, {} }, A.bursts(silent))
    assert.are.equal(0, #A.avalanches(silent))
    assert.are.equal(0, A.autocorrelogram(one).counts:sum())
    is_nan((A.count_correlation(silent, { window = 10 * ms })))
    is_nan(A.synchrony(silent, { window = 10 * ms }))
    is_nan(A.tiling(silent:of(1), one))
    for _, name in ipairs { "isi_distance", "spike_distance", "van_rossum", "victor_purpura" } do
      assert.are.equal(0.0, A[name](silent:of(1), silent:of(2)))
    end
    assert.are.equal(1.0, A.victor_purpura(silent:of(1), one))
    local average, _, n = A.triggered_average(silent, constant, { step = 1 * ms })
    all_nan(average)
    assert.are.equal(0, n)
    is_nan(A.phase_locking(silent, constant, { step = 1 * ms }).strength)
  end)

  it("of a constant signal is 0 or nan", function()
    local power = A.welch(constant * mV, { step = 1 * ms })
    assert.are.equal(0.0, power:raw():max())
    all_nan(A.coherence(constant, constant, { step = 1 * ms }))
    is_nan(A.synchrony(array.ones(5, 2)))
    is_nan(A.cka(array.ones(5, 2), array.ones(5, 2)))
    is_nan((S.correlation({ 1.0, 1.0, 1.0 }, { 1.0, 2.0, 3.0 })))
    is_nan(S.t_test({ 1.0, 1.0 }, { 1.0, 1.0 }).p)
    assert.are.equal(1.0, S.mann_whitney({ 1.0, 1.0 }, { 1.0, 1.0 }).p)
    assert.are.equal(0.0, (select(2, A.entropy(constant))))
  end)

  it("is refused with a reason where it makes no sense", function()
    refused("needs at least 2 samples", A.welch, { 1.0 }, { step = 1 * ms })
    refused("nan or inf", A.welch, { 1.0, nan, 2.0 }, { step = 1 * ms })
    refused("element 2 is nan", S.t_test, { 1.0, nan }, 0)
    refused("a power of 0 has no logarithm", A.aperiodic, array.zeros(9), array.range(9) * Hz)
    refused("an array is constant", A.cca, array.ones(5, 2), array.ones(5, 2))
    refused("ln.plot.raster takes a table of options, got spike data", ln.plot.raster, one, one)
    refused("cannot write /no/such/folder/x.png", function() ln.plot.raster(one):save "/no/such/folder/x.png" end)
    refused("cannot write", function() constant:to_csv "/no/such/folder/x.csv" end)
    refused("cannot be created", function() constant:to_hdf5("/no/such/folder/x.h5", "x") end)
  end)
end)
