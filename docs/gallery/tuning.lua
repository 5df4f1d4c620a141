--- Tuning curves: ten repetitions of each orientation, mean and standard deviation.
local ln = require "lunate"
local Hz = ln.Hz
local orientations, cells = {}, { {}, {} }
for k = 0, 12 do orientations[k + 1] = 15*k end
for c, best in ipairs { 60, 120 } do
  for repetition = 1, 10 do
    cells[c][repetition] = {}
    for k, o in ipairs(orientations) do
      local d = math.rad(o - best)
      cells[c][repetition][k] = (5 + 30*math.exp(3*(math.cos(2*d) - 1)) + 6*(math.random() - 0.5))*Hz
    end
  end
end
ln.plot.tuning(orientations, { ln.array(cells[1]), ln.array(cells[2]) }, { error = "sd", ylabel = "rate",
  xlabel = "orientation (°)", labels = { "cell 1", "cell 2" } }):save(arg[1] or "tuning.png", { dpi = 180 })
