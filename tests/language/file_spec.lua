-- Files: what a store wrote is read back with its units; the file introduces itself; what is missing is named.
local kernel = require "lunate.kernel"
local Q = require "lunate.quantity"
local file = require "lunate.file"
local refused = dofile((debug.getinfo(1, "S").source:match "^@(.*/)" or "./") .. "support/check.lua").refused

local ms = Q.units.ms
local path = "file_spec.h5"

local function spikes_of(name) return { population = name, dt = 1e-4, names = {}, units = {} } end

local function make()
  local store = kernel.store(path, { "script", "net:run(1*ln.second)\n-- and more", "seed", "42" })
  store:spikes(spikes_of "exc")
  store:spikes(spikes_of "inh")
  store:report {
    population = "exc", names = { "v", "g" }, units = { "V", "S/m^2" }, neurons = { 7, 3, 5 },
    own_first = kernel.rank == 0 and 1 or 11, own_last = 10, dt = 1e-4, every = 5, precision = 8,
  }
  store:close()
  return store
end

describe("files", function()
  teardown(function() os.remove(path) end)

  it("say what is in them", function()
    make()
    local f = file.open(path)
    assert.are.equal([[
file file_spec.h5
  spikes of exc: 0
  spikes of inh: 0
  v of exc [V]: 0 samples of 3 neurons
  g of exc [S/m^2]: 0 samples of 3 neurons
  script = net:run(1*ln.second) …
  seed = 42]], tostring(f))
    assert.are.same({ "exc", "inh" }, f:populations())
    assert.are.equal("42", f.attributes.seed)
    assert.are.equal("net:run(1*ln.second)\n-- and more", f.attributes.script)
    f:close()
    refused("this file is closed", f.spikes, f, "exc")
  end)

  it("give arrays with units", function()
    make()
    local f = file.open(path)
    local spikes = f:spikes "inh"
    assert.are.equal(0, #spikes.times)
    assert.are.equal(Q.dim_of(ms), spikes.times:dim())
    assert.are.equal(0, #spikes.senders)
    local report = f:report("exc", "g")
    assert.are.same({ 0, 3 }, { report.data:shape() })
    assert.are.equal(Q.dim_of(Q.units.siemens) / Q.dim_of(Q.units.metre) ^ 2, report.data:dim())
    assert.are.same({ 3, 5, 7 }, report.neurons:totable())
    assert.are.equal(0.5 * ms, report.step)
    assert.are.equal(0 * ms, report.start)
    assert.are.equal("g", report.variable)
    f:close()
  end)

  it("name what is missing or several", function()
    make()
    local f = file.open(path)
    refused("file_spec.h5 holds no spikes of cells; it has those of exc, inh", f.spikes, f, "cells")
    refused('holds the spikes of exc, inh: name one, file:spikes("exc")', f.spikes, f)
    refused("file_spec.h5 holds no report of w of exc; it has those of v of exc, g of exc", f.report, f, "exc", "w")
    refused('holds the reports v of exc, g of exc: name one, file:report("exc", "v")', f.report, f, "exc")
    f:close()
    refused("no_such.h5: cannot be read: No such file or directory", file.open, "no_such.h5")
    refused("ln.open takes a file's name, got a nil", file.open)
  end)

  it("take nothing after they are closed", function()
    local store = make()
    refused("file_spec.h5: the file is closed already", store.spikes, store, spikes_of "late")
    refused("file_spec.h5: the file is closed already", store.close, store)
  end)
end)
