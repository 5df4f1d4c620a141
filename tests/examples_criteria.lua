--- What an example must have printed: `lunate examples_criteria.lua NAME FILE`. Run by examples.sh on reduced sizes, whose
-- numbers lie near those of the full ones; an example without an entry must only print the same on any number of ranks.
local name, path = arg[1], arg[2]
local text = assert(io.open(path)):read "a"

-- The numbers of the first line that begins with a text.
local function numbers(label)
  local line = ("\n" .. text):match("\n%s*" .. label:gsub("%p", "%%%0") .. "([^\n]*)")
  if not line then error(("%s printed no line '%s …':\n%s"):format(name, label, text), 0) end
  local out = {}
  for x in line:gmatch "%-?%d+%.?%d*" do out[#out + 1] = tonumber(x) end
  return table.unpack(out)
end

local function check(what, x, low, high)
  if not (x and x >= low and x <= high) then
    error(("%s: %s is %s, expected %g to %g:\n%s"):format(name, what, tostring(x), low, high, text), 0)
  end
end

local criteria = {
  butz_van_ooyen_2013_rewiring = function()
    local others, deprived, synapses = numbers "grown  "
    if synapses < 10 then return end -- too early
    check("the others' calcium, grown", others, 0.63, 0.77)
    check("the calcium, grown, of those to be deprived", deprived, 0.63, 0.77)
    deprived, synapses = select(2, numbers "input lost")
    check("the calcium of the deprived, input lost", deprived, 0.1, 0.35)
    local before = synapses
    others, deprived, synapses = numbers "grown anew"
    check("the others' calcium, grown anew", others, 0.63, 0.77)
    check("the calcium of the deprived, grown anew", deprived, 0.58, 0.82)
    check("synapses, grown anew, as a multiple of those before", synapses/before, 1.05, 2)
  end,
  diehl_cook_2015_digits = function()
    local shown, right = numbers "100 neurons,"
    if shown >= 1000 then check("digits named right, in %", right, 50, 85) end
  end,
  izhikevich_2007_dopamine = function()
    local strength = numbers "the rewarded synapse:"
    local mean = numbers "mean of all synapses:"
    local _, time = numbers "rewards:"
    if time < 600 then return end -- too early
    check("the rewarded synapse's strength, as a multiple of the mean", strength/mean, 1.1, 10)
  end,
  mazzoni_2008_lfp = function()
    if numbers "seconds at each rate:" < 0.5 then return end -- too short for a spectrum
    local lowest, highest = { numbers "1.2" }, { numbers "2.4" }
    check("the pyramidal cells' rate", highest[1], lowest[1], 2)
    check("the interneurons' rate, as a multiple of the pyramidal cells'", highest[2]/highest[1], 3, 15)
    check("gamma power at the highest rate of input, as a multiple of that at the lowest", highest[#highest - 1], 2, 12)
    check("the same of the weighted sum", highest[#highest], 2, 12)
  end,
  vogels_2011_inhibitory = function()
    local _, _, rate, _, cv, correlation = numbers "at the start"
    check("the synchronous network's rate", rate, 10, 20)
    check("the synchronous network's CV", cv, 0, 0.3)
    check("the synchronous network's correlation", correlation, 0.5, 1)
    local coincidences
    _, _, rate, coincidences, cv, correlation = numbers "inhibition learnt"
    check("the asynchronous network's rate", rate, 3, 6)
    check("coincidences (target 3 Hz)", coincidences, 2.2, 4)
    check("the asynchronous network's CV", cv, 0.9, 1.6)
    check("the asynchronous network's correlation", correlation, -0.01, 0.1)
    local _, wired = numbers "assembly wired"
    local _, hidden = numbers "assembly hidden"
    local _, recalled, others = numbers "recalled by cue"
    check("the assembly's rate once wired", wired, 30, 100)
    check("the assembly's rate once hidden", hidden, 3, 8)
    check("the assembly's rate with the cue, as a multiple of the others'", recalled/others, 2, 10)
  end,
}

if criteria[name] then criteria[name]() end
