--- A learning curve: six animals, mean and standard error.
local ln = require "lunate"
local animals = {}
for a = 1, 6 do
  animals[a] = {}
  for trial = 1, 60 do
    animals[a][trial] = 0.5 + 0.4*(1 - math.exp(-trial/(8 + 2*a))) + 0.2*(math.random() - 0.5)
  end
end
ln.plot.learning(ln.array(animals), { ylabel = "correct choices", annotations = { { y = 0.5, text = "chance" } } })
  :save(arg[1] or "learning.png", { dpi = 180 })
